#pragma once

#include "emulator/exchange.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corun::emulator {

namespace asio = boost::asio;

/// What a fault does to the bytes of one answer.
struct wire_fault {
    enum class reset_at { never, before, after_headers, after };

    reset_at reset = reset_at::never;
    std::size_t drip_bytes = 0;  ///< 0: no drip
    std::chrono::milliseconds drip_every{0};
    std::optional<std::size_t> cut_stream_after;  ///< bytes of a stream, then the connection is reset
    bool crlf = false;                            ///< line ends of a stream
    std::size_t split = 0;                        ///< pieces of a stream, in bytes
};

struct server_limits {
    std::size_t head = 64 * 1024;
    std::size_t body = 1024 * 1024;
    std::size_t queue = 8 * 1024 * 1024;  ///< bytes that a client has not read yet
    std::size_t connections = 512;
    std::chrono::milliseconds idle{72'000};
    std::chrono::milliseconds head_time{10'000};
    std::chrono::milliseconds body_time{30'000};
};

/// An exchange as the server itself sees it.
class server_exchange : public exchange {
public:
    virtual void apply(wire_fault fault) = 0;
    virtual int answered_status() const = 0;  ///< 0: not yet
    /// Called once when the head of the answer was written.
    std::function<void(int status)> on_status;
};

/// HTTP/1.1 on one port of 127.0.0.1.
class http_server : public std::enable_shared_from_this<http_server> {
public:
    using handler = std::function<void(std::shared_ptr<server_exchange>)>;
    /// Shapes the server's own refusals: 400, 431.
    using refusal = std::function<response(int status, std::string_view message)>;

    http_server(asio::any_io_executor executor, server_limits limits, handler serve, refusal refuse);

    /// Throws `boost::system::system_error` where the port cannot be had.
    void listen(std::uint16_t port);
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::size_t connections() const { return connections_; }
    void stop();

private:
    friend class session;
    void accept();

    asio::any_io_executor executor_;
    server_limits limits_;
    handler serve_;
    refusal refuse_;
    asio::ip::tcp::acceptor acceptor_;
    std::size_t connections_ = 0;
    bool stopped_ = false;
    std::vector<std::weak_ptr<class session>> sessions_;
};

std::string_view reason_of(int status);

}  // namespace corun::emulator
