#pragma once

#include <corun/error.hpp>

#include <exception>
#include <string>
#include <utility>

/// The errors of the Deep Origin SDK (seed 001), each joined with the library's kind of the same meaning.
/// Bad input that is found before anything is sent is `corun::validation_error` alone.
namespace corun::deeporigin {

/// The root of all that Deep Origin answers, and of what fails on the way there.
///
/// `status()`, `body()`, `message()`, and `details()`: what the body's `errors` says.
class error : public virtual corun::error {
public:
    explicit error(failure f) : corun::error(std::move(f)) {}

protected:
    error() = default;
};

/// 401, or a token that has expired: found here, before anything is sent.
class authentication_error : public virtual error, public virtual corun::authentication_error {
public:
    explicit authentication_error(failure f) : corun::error(std::move(f)) {}

protected:
    authentication_error() = default;
};

/// 403.
class permission_error : public virtual error, public virtual corun::permission_error {
public:
    explicit permission_error(failure f) : corun::error(std::move(f)) {}

protected:
    permission_error() = default;
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

/// 429; `retry_after()` says when to come back.
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

/// A request, or the wait for runs, took too long; then `details()` name those that are `pending`.
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

/// A licence, a budget or a limit refuses (wire/deeporigin §6.3). Never repeated. `api_code()` has the code.
class restriction_error : public virtual error {
public:
    explicit restriction_error(failure f) : corun::error(std::move(f)) {}

    std::string reason() const;
    /// What to do about it; empty where the server says nothing.
    std::string action() const;

protected:
    restriction_error() = default;
};

/// A kind for which Deep Origin has no name of its own, under its root: `error_of<corun::protocol_error>`.
template <class Kind>
class error_of : public virtual error, public virtual Kind {
public:
    explicit error_of(failure f) : corun::error(std::move(f)) {}
};

/// The class of a failure's kind, joined with Deep Origin's names.
std::exception_ptr make_exception(failure f);

}  // namespace corun::deeporigin
