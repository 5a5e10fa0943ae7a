#pragma once

#include "transport/gate.hpp"
#include "transport/tls.hpp"
#include "transport/transport_service.hpp"

#include <corun/transport.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace corun {

/// One socket, plain or TLS: reads and writes that do not wait, and waits that end at a moment.
///
/// Thread safety: one user at a time; `abort` from any thread at any time.
class connection final : public context_member {
public:
    static std::shared_ptr<connection> make(asio::any_io_executor const& executor);
    ~connection() override;

    /// Starts to connect; `want_write`: wait for it, then ask `connected`.
    io_outcome connect(asio::ip::tcp::endpoint const& to);
    io_outcome connected();
    void start_tls(tls_context const& context, std::string const& host);
    io_outcome handshake() { return tls_->handshake(); }

    io_outcome read(char* to, std::size_t size);
    /// Sends what it can of the two parts; `bytes` counts over both.
    io_outcome write(std::string_view head, std::string_view body);

    /// Waits for the socket. Ends with `errc::timeout` at `until`, and with `operation_aborted` after `abort` or where
    /// the caller cancelled: by `explain`.
    wait_result wait(asio::socket_base::wait_type what, steady_time until);
    boost::system::error_code explain(boost::system::error_code ec) noexcept;
    /// Likewise for writing, but ends early, clear, where something can be read.
    wait_result wait_write_or_read(steady_time until);

    /// Whether an idle connection can be used again: nothing came, nobody closed.
    bool healthy();

    /// Ends what waits, now and later.
    void abort() noexcept;
    bool aborted() const noexcept { return aborted_; }
    void close() noexcept;

    steady_time born{};
    steady_time idle_since{};

private:
    explicit connection(asio::any_io_executor const& executor);

    steady_time check(steady_time now) noexcept override;
    void context_gone() noexcept override;
    template <class Handler>
    void start(asio::socket_base::wait_type what, steady_time until, bool also_read, Handler handler);

    std::mutex mutex_;  // guards the socket against abort and deadlines
    asio::any_io_executor executor_;
    std::optional<asio::ip::tcp::socket> socket_;
    std::unique_ptr<tls_session> tls_;
    int fd_ = -1;
    std::atomic<steady_time::rep> until_{steady_time::max().time_since_epoch().count()};
    std::uint64_t waits_ = 0;
    bool expired_ = false;
    bool readable_ = false;
    std::atomic<bool> aborted_{false};
};

}  // namespace corun
