#pragma once

#include <corun/timing.hpp>

#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace corun {

namespace json = boost::json;

/// What went wrong, as an error code; HTTP statuses are on the error itself.
enum class errc {
    invalid_argument = 1,
    http_error,  ///< the server answered with an error status
    timeout,     ///< a limit of ours passed; the phase says which
    resolve_failed,
    connect_failed,
    tls_failed,
    proxy_failed,
    connection_lost,  ///< the connection ended before the answer did
    protocol_error,   ///< the answer is not the HTTP it should be
    incomplete_body,
    header_limit,
    body_limit,
    unexpected_content_type,
    decode_error,        ///< the body is not the JSON it should be
    stream_interrupted,  ///< a stream's connection was lost
    incomplete_stream,   ///< a stream ended before its terminal event
    event_limit,         ///< a line or an event of a stream is too long
    client_closed,       ///< the client was closed
    run_failed,          ///< a remote run ended in failure and the caller asked for that to be thrown
};

boost::system::error_category const& error_category() noexcept;
inline boost::system::error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), error_category()}; }

/// The kinds of error; each is a class below.
enum class error_kind {
    other,  ///< `error` itself: a status with no class of its own, or cancelled by the caller
    validation,
    authentication,
    permission,
    not_found,
    rate_limit,
    server,
    timeout,
    connection,
    protocol,
    stream,
    stream_timeout,  ///< a stream's own limits: caught as `stream_error` and as `timeout_error`
};

/// All that is known of a failure; what an `error` carries.
class failure {
public:
    failure() = default;

    boost::system::error_code code;
    error_kind kind = error_kind::other;
    phase where = phase::none;
    std::string platform;
    std::string operation;  ///< e.g. "workflows.get"
    int status = 0;         ///< 0 where no answer came
    std::string api_code;   ///< the platform's own code text
    std::string message;
    json::value details;
    std::string request_id;
    int attempts = 0;
    int last_status = 0;           ///< of the last attempt that had an answer
    bool outcome_unknown = false;  ///< the request may have been carried out
    bool permanent = false;        ///< a repetition would be answered the same
    std::optional<std::chrono::milliseconds> retry_after;
    std::string last_event_id;  ///< streams: where to resume
    std::string body;           ///< raw, cut; never part of `what()`

    /// "flowmaestro workflows.get: no such workflow (404 resource_not_found, request id 3f0f, 1 attempt)"
    std::string describe() const;
};

/// The root of every error of this library.
///
/// Thread safety: immutable; copies share one `failure`.
class error : public boost::system::system_error {
public:
    explicit error(failure f);

    char const* what() const noexcept override;

    failure const& info() const noexcept { return state_->info; }
    error_kind kind() const noexcept { return info().kind; }
    std::string const& platform() const noexcept { return info().platform; }
    std::string const& operation() const noexcept { return info().operation; }
    int status() const noexcept { return info().status; }
    std::string const& api_code() const noexcept { return info().api_code; }
    std::string const& message() const noexcept { return info().message; }
    json::value const& details() const noexcept { return info().details; }
    std::string const& request_id() const noexcept { return info().request_id; }
    int attempts() const noexcept { return info().attempts; }
    corun::phase phase() const noexcept { return info().where; }
    std::optional<std::chrono::milliseconds> retry_after() const noexcept { return info().retry_after; }
    /// The request may have been carried out: nothing says that it was not.
    bool outcome_unknown() const noexcept { return info().outcome_unknown; }
    std::string const& last_event_id() const noexcept { return info().last_event_id; }
    /// The raw body of the answer, cut to 64 KiB; may hold private data.
    std::string const& body() const noexcept { return info().body; }
    /// Cancelled by the caller, or by `close()`.
    bool cancelled() const noexcept;

protected:
    error();  // a virtual base is made by the most derived class

private:
    struct state {
        failure info;
        std::string text;
    };
    std::shared_ptr<state const> state_;
};

#define CORUN_ERROR_KIND(name)                                                                                         \
    class name : public virtual error {                                                                                \
    public:                                                                                                            \
        explicit name(failure f) : error(std::move(f)) {}                                                              \
                                                                                                                       \
    protected:                                                                                                         \
        name() = default;                                                                                              \
    }

CORUN_ERROR_KIND(validation_error);      ///< bad input, found here (status 0) or by the server
CORUN_ERROR_KIND(authentication_error);  ///< the key is missing, wrong or expired
CORUN_ERROR_KIND(permission_error);      ///< the key may not do this
CORUN_ERROR_KIND(not_found_error);
CORUN_ERROR_KIND(rate_limit_error);  ///< `retry_after()` says when
CORUN_ERROR_KIND(server_error);      ///< status 500 and above
CORUN_ERROR_KIND(timeout_error);     ///< a limit of ours passed; `phase()` says which
CORUN_ERROR_KIND(connection_error);  ///< no connection, or a lost one
CORUN_ERROR_KIND(protocol_error);    ///< an answer that is not HTTP, not JSON or not of the promised shape
CORUN_ERROR_KIND(stream_error);      ///< a stream broke or ended too early

/// A stream's first-event or idle limit passed.
class stream_timeout_error : public virtual stream_error, public virtual timeout_error {
public:
    explicit stream_timeout_error(failure f) : error(std::move(f)) {}

protected:
    stream_timeout_error() = default;
};

/// The class of a failure's kind, as an exception. A platform has one of its own that joins its names with these.
std::exception_ptr make_exception(failure f);

}  // namespace corun

namespace boost::system {
template <>
struct is_error_code_enum<corun::errc> : std::true_type {};
}  // namespace boost::system
