#pragma once

#include <corun/headers.hpp>
#include <corun/timing.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace corun {

namespace asio = boost::asio;
using boost::system::error_code;

/// Where requests go: scheme, host and port, already validated.
class origin {
public:
    origin() = default;
    origin(bool is_tls, std::string_view host_name, std::uint16_t number) : tls(is_tls), host(host_name), port(number) {}

    bool tls = false;
    std::string host;  ///< name or address; an IPv6 address without brackets
    std::uint16_t port = 0;

    /// The value of the Host header: port left out where it is the scheme's own.
    std::string authority() const;
    friend bool operator==(origin const&, origin const&) = default;
};

/// The limits of one attempt. A moment of `steady_time::max()` means no limit.
struct transport_limits {
    steady_time deadline = steady_time::max();  ///< end of the attempt, from pool wait to last byte
    phase_limits phases{};
    std::size_t header_bytes = 64 * 1024;        ///< status line and headers together
    std::size_t header_field_bytes = 16 * 1024;  ///< one header line
    std::size_t header_fields = 200;
    std::size_t body_bytes = 64 * 1024 * 1024;
};

/// One HTTP request, complete: nothing is added but Host, Content-Length and framing.
class transport_request {
public:
    transport_request() = default;

    std::string method;
    std::string target;  ///< path and query, percent-encoded
    corun::origin origin;
    header_list headers;
    std::string body;
    bool has_body = false;     ///< also an empty body is announced by Content-Length: 0
    bool repeatable = false;   ///< may be replayed once on a fresh connection when a pooled one turns out dead
    transport_limits limits;
};

/// How far a failed attempt came, and why it failed.
class transport_failure {
public:
    transport_failure() = default;

    error_code code;            ///< clear: no failure
    phase where = phase::none;  ///< a deadline's code is `errc::timeout`; the caller's cancel stays `operation_aborted`
    std::string detail;         ///< for people: no body, no query, no secret
    bool bytes_written = false;   ///< at least one byte of the request may have left
    bool bytes_received = false;  ///< at least one byte of an answer came

    explicit operator bool() const noexcept { return code.failed(); }
};

/// Status and headers of an answer.
class response_head {
public:
    response_head() = default;

    int status = 0;
    std::string reason;
    header_list headers;
};

/// The outcome of `transport::send`: an answer of any status, or a failure.
class transport_result {
public:
    transport_result() = default;

    transport_failure failure;
    response_head head;
    std::string body;
    phase_timings timings;
    bool reused = false;      ///< over a pooled connection
    bool to_the_end = false;  ///< the body ended with the connection, and nothing says that it is whole
};

/// The bytes of a body, pulled. Not thread-safe, but for `abort`.
class byte_source {
public:
    /// What one read gave. Bytes are valid until the next read.
    class chunk {
    public:
        chunk() = default;

        std::string_view bytes;
        transport_failure failure;  ///< `bytes` may come beside a failure: they were received before it
        bool end = false;           ///< the body ended as its framing says
    };

    virtual ~byte_source() = default;

    /// Reads what is there, at least one byte unless the body ends or fails. When `until` passes first, fails with
    /// `errc::timeout` and stays usable. Cancellable by slot.
    virtual asio::awaitable<chunk> read(steady_time until) = 0;

    /// Ends a pending read with `operation_aborted` and frees the connection. Safe from any thread.
    virtual void abort() noexcept = 0;
};

/// The outcome of `transport::open`: head and a body still to be read, or a failure.
class open_result {
public:
    open_result() = default;

    transport_failure failure;
    response_head head;
    std::unique_ptr<byte_source> body;
    phase_timings timings;
    bool reused = false;
};

/// How bytes move: the seam between what the library decides and what it does.
///
/// A test or a user may bring a transport of their own (`testing::scripted_transport` is one).
/// Thread safety: all members may be called from several threads of one executor.
class transport {
public:
    virtual ~transport() = default;

    /// Sends a request and reads the whole answer. Never throws for what the peer does. `request` must outlive the
    /// operation. Cancellable by slot at every point: the failure's code is then `operation_aborted`.
    virtual asio::awaitable<transport_result> send(transport_request const& request) = 0;

    /// The same up to the head of the answer; the body is then read from the source. `limits.deadline` ends with the
    /// head; `body_bytes` does not count.
    virtual asio::awaitable<open_result> open(transport_request const& request) = 0;

    /// Drops idle connections and ends what is in flight with `operation_aborted`; later calls fail with
    /// `errc::client_closed`.
    virtual void close() noexcept = 0;
};

/// The clock of back-off, polling and deadlines; a test may bring a virtual one.
class time_source {
public:
    virtual ~time_source() = default;
    virtual steady_time now() const = 0;
    /// Sleeps; clear when the moment came, `operation_aborted` when cancelled.
    virtual asio::awaitable<error_code> sleep_until(steady_time moment) = 0;
};

}  // namespace corun
