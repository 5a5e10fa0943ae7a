#pragma once

#include <corun/error.hpp>

#include <exception>
#include <utility>

/// The errors of the PromptRails SDK (seed 004), each joined with the library's kind of the same meaning.
/// Bad input that is found before anything is sent is `corun::validation_error` alone.
namespace corun::promptrails {

/// The root of all that PromptRails answers, and of what fails on the way there.
///
/// `message()`, `status()` (the vendor's `status_code`), `api_code()` (its `code`) and `details()`, an object wherever
/// a server answered.
class error : public virtual corun::error {
public:
    explicit error(failure f) : corun::error(std::move(f)) {}

protected:
    error() = default;
};

/// 401.
class unauthorized_error : public virtual error, public virtual corun::authentication_error {
public:
    explicit unauthorized_error(failure f) : corun::error(std::move(f)) {}

protected:
    unauthorized_error() = default;
};

/// 403: the key lacks a scope, or may not be used from here.
class forbidden_error : public virtual error, public virtual corun::permission_error {
public:
    explicit forbidden_error(failure f) : corun::error(std::move(f)) {}

protected:
    forbidden_error() = default;
};

/// 404.
class not_found_error : public virtual error, public virtual corun::not_found_error {
public:
    explicit not_found_error(failure f) : corun::error(std::move(f)) {}

protected:
    not_found_error() = default;
};

/// 400.
class validation_error : public virtual error, public virtual corun::validation_error {
public:
    explicit validation_error(failure f) : corun::error(std::move(f)) {}

protected:
    validation_error() = default;
};

/// 429; `retry_after()` says when to come back, where the server said so.
class rate_limit_error : public virtual error, public virtual corun::rate_limit_error {
public:
    explicit rate_limit_error(failure f) : corun::error(std::move(f)) {}

protected:
    rate_limit_error() = default;
};

/// 500 and above.
class server_error : public virtual error, public virtual corun::server_error {
public:
    explicit server_error(failure f) : corun::error(std::move(f)) {}

protected:
    server_error() = default;
};

/// A request took too long.
class timeout_error : public virtual error, public virtual corun::timeout_error {
public:
    explicit timeout_error(failure f) : corun::error(std::move(f)) {}

protected:
    timeout_error() = default;
};

class connection_error : public virtual error, public virtual corun::connection_error {
public:
    explicit connection_error(failure f) : corun::error(std::move(f)) {}

protected:
    connection_error() = default;
};

/// A stream broke, ended too early, or was no event stream.
class stream_error : public virtual error, public virtual corun::stream_error {
public:
    explicit stream_error(failure f) : corun::error(std::move(f)) {}

protected:
    stream_error() = default;
};

/// A stream's first-event or idle limit passed.
class stream_timeout_error : public virtual stream_error,
                             public virtual timeout_error,
                             public virtual corun::stream_timeout_error {
public:
    explicit stream_timeout_error(failure f) : corun::error(std::move(f)) {}

protected:
    stream_timeout_error() = default;
};

/// An agent-to-agent call was answered with a JSON-RPC error (wire/promptrails §10); `api_code()` is its number as
/// text.
class a2a_error : public virtual error {
public:
    explicit a2a_error(failure f) : corun::error(std::move(f)) {}

    int rpc_code() const noexcept;

protected:
    a2a_error() = default;
};

/// A kind for which PromptRails has no name of its own, under its root: `error_of<corun::protocol_error>`.
template <class Kind>
class error_of : public virtual error, public virtual Kind {
public:
    explicit error_of(failure f) : corun::error(std::move(f)) {}
};

/// The class of a failure's kind, joined with PromptRails's names.
std::exception_ptr make_exception(failure f);

}  // namespace corun::promptrails
