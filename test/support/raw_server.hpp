#pragma once

// A server that does what a test tells it, byte by byte, on threads of its own.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/socket.h>

namespace test {

namespace asio = boost::asio;

/// The server's end of one connection; blocking.
class peer {
public:
    explicit peer(asio::ip::tcp::socket socket, int number) : socket_(std::move(socket)), number_(number) {}

    int number() const { return number_; }  ///< of the connection, from 0
    asio::ip::tcp::socket& socket() { return socket_; }

    /// One request: head, and body by Content-Length. Empty when the client has gone.
    std::string read_request() {
        std::string text;
        while (text.find("\r\n\r\n") == std::string::npos)
            if (!read_some(text)) return {};
        auto const head_end = text.find("\r\n\r\n") + 4;
        auto const at = text.find("Content-Length: ");
        std::size_t const body = at != std::string::npos && at < head_end ? std::stoul(text.substr(at + 16)) : 0;
        while (text.size() < head_end + body)
            if (!read_some(text)) return {};
        return text;
    }
    bool read_some(std::string& to) {
        char part[4096];
        boost::system::error_code ec;
        auto const n = socket_.read_some(asio::buffer(part), ec);
        to.append(part, n);
        return !ec;
    }
    bool write(std::string_view bytes) {
        boost::system::error_code ec;
        asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ec);
        return !ec;
    }
    /// Blocks until the client closes.
    void wait_for_end() {
        std::string ignored;
        while (read_some(ignored)) {}
    }
    /// Blocks until the connection is reset, or the server ends.
    void wait_without_reading() {
        boost::system::error_code ec;
        socket_.wait(asio::socket_base::wait_error, ec);
    }
    void end_writing() {
        boost::system::error_code ec;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    }
    void close() {
        std::lock_guard lock(mutex_);
        boost::system::error_code ec;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ec);
        socket_.close(ec);
    }
    void reset() {
        std::lock_guard lock(mutex_);
        boost::system::error_code ec;
        socket_.set_option(asio::socket_base::linger(true, 0), ec);
        socket_.close(ec);
    }
    /// Ends what blocks, from another thread.
    void interrupt() {
        std::lock_guard lock(mutex_);
        if (socket_.is_open()) ::shutdown(socket_.native_handle(), SHUT_RDWR);
    }

private:
    std::mutex mutex_;
    asio::ip::tcp::socket socket_;
    int number_;
};

inline std::string answer(std::string_view body, std::string_view more = {}) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + std::string(more) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

class raw_server {
public:
    using handler = std::function<void(peer&)>;

    explicit raw_server(handler serve, std::string_view address = "127.0.0.1")
        : serve_(std::move(serve)), acceptor_(context_, {asio::ip::make_address(address), 0}) {
        thread_ = std::thread([this] { accept(); });
    }
    ~raw_server() {
        stopping_ = true;
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        thread_.join();
        std::list<connection> all;
        {
            std::lock_guard lock(mutex_);
            all.swap(connections_);
        }
        for (auto& c : all) c.end->interrupt();
        for (auto& c : all) c.thread.join();
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
    int accepted() const { return accepted_; }

private:
    struct connection {
        std::shared_ptr<peer> end;
        std::thread thread;
    };

    void accept() {
        while (!stopping_) {
            boost::system::error_code ec;
            auto socket = acceptor_.accept(ec);
            if (ec) return;
            std::lock_guard lock(mutex_);
            auto one = std::make_shared<peer>(std::move(socket), accepted_++);
            connections_.push_back({one, std::thread([this, one] {
                                        serve_(*one);
                                        one->close();
                                    })});
        }
    }

    handler serve_;
    asio::io_context context_;
    asio::ip::tcp::acceptor acceptor_;
    std::thread thread_;
    std::mutex mutex_;
    std::list<connection> connections_;
    std::atomic<int> accepted_{0};
    std::atomic<bool> stopping_{false};
};

}  // namespace test
