#pragma once

#include <corun/timing.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <mutex>
#include <tuple>
#include <utility>

namespace corun {

namespace asio = boost::asio;

using wait_result = asio::awaitable<std::tuple<boost::system::error_code>>;

/// Waits once until another thread opens it, or until a moment.
///
/// The wait ends clear where the moment came first, and with `operation_aborted` where it was opened or cancelled: ask
/// `is_open`. Thread safety: all.
class gate {
public:
    explicit gate(asio::any_io_executor const& executor) : timer_(executor) {}

    void open() {
        std::lock_guard lock(mutex_);
        open_ = true;
        timer_.cancel();
    }

    bool is_open() const {
        std::lock_guard lock(mutex_);
        return open_;
    }

    wait_result wait(steady_time until) {
        auto const token = asio::as_tuple(asio::use_awaitable);
        return asio::async_initiate<decltype(token), void(boost::system::error_code)>(
            [this, until](auto handler) { start(until, std::move(handler)); }, token);
    }

private:
    template <class Handler>
    void start(steady_time until, Handler handler) {
        std::lock_guard lock(mutex_);
        if (open_) {
            auto const executor = asio::get_associated_executor(handler, timer_.get_executor());
            asio::post(asio::bind_executor(executor, [h = std::move(handler)]() mutable {
                std::move(h)(boost::system::error_code(asio::error::operation_aborted));
            }));
            return;
        }
        timer_.expires_at(until);
        timer_.async_wait(std::move(handler));
    }

    mutable std::mutex mutex_;
    asio::steady_timer timer_;
    bool open_ = false;
};

}  // namespace corun
