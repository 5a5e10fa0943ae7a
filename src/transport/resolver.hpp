#pragma once

#include <corun/timing.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace corun {

namespace asio = boost::asio;

/// One look-up of a host name, by c-ares: it can be given up at any moment, and nothing waits for it.
///
/// `/etc/hosts` and `/etc/resolv.conf` are read; other modules of nsswitch are not.
class lookup {
public:
    struct answer {
        answer() = default;

        boost::system::error_code code;  ///< `errc::resolve_failed`, `errc::timeout` or `operation_aborted`
        std::string detail;
        std::vector<asio::ip::tcp::endpoint> endpoints;
    };

    lookup(asio::any_io_executor const& executor, std::string const& host, std::uint16_t port);
    ~lookup();
    lookup(lookup const&) = delete;
    lookup& operator=(lookup const&) = delete;

    asio::awaitable<answer> run(steady_time until);
    /// Ends `run` with `operation_aborted`. Any thread.
    void abort() noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace corun
