#pragma once

#include <corun/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace corun {

namespace asio = boost::asio;

namespace detail {
/// Cancels an operation when its time is over, or when the caller does.
class deadline_guard {
public:
    static std::shared_ptr<deadline_guard> make(asio::any_io_executor executor, std::chrono::milliseconds limit);
    virtual ~deadline_guard() = default;
    virtual asio::cancellation_slot slot() = 0;
    virtual void cancel(asio::cancellation_type type) = 0;
    virtual void disarm() = 0;
    virtual bool expired() const = 0;
};
[[noreturn]] void throw_deadline_passed(std::chrono::milliseconds limit);
}  // namespace detail

/// Bounds any operation, a whole coroutine of several calls too: when `limit` passes it is cancelled, and
/// `timeout_error` (phase `total`) is thrown once it has ended. Other failures pass through at once.
/// Cancellation: passed on to the operation. T must be default constructible.
template <class T>
asio::awaitable<T> with_deadline(asio::awaitable<T> operation, std::chrono::milliseconds limit) {
    asio::any_io_executor const executor = co_await asio::this_coro::executor;
    asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
    asio::cancellation_slot outer = state.slot();
    auto const guard = detail::deadline_guard::make(executor, limit);
    if (outer.is_connected()) outer.assign([guard](asio::cancellation_type type) { guard->cancel(type); });
    std::exception_ptr failed;
    try {
        auto const bound = asio::bind_cancellation_slot(guard->slot(), asio::use_awaitable);
        if constexpr (std::is_void_v<T>) {
            co_await asio::co_spawn(executor, std::move(operation), bound);
            guard->disarm();
            if (outer.is_connected()) outer.clear();
            co_return;
        } else {
            T value = co_await asio::co_spawn(executor, std::move(operation), bound);
            guard->disarm();
            if (outer.is_connected()) outer.clear();
            co_return value;
        }
    } catch (boost::system::system_error const& e) {
        failed = guard->expired() && e.code() == asio::error::operation_aborted ? nullptr : std::current_exception();
    } catch (...) {
        failed = std::current_exception();
    }
    guard->disarm();
    if (outer.is_connected()) outer.clear();
    if (failed) std::rethrow_exception(failed);
    detail::throw_deadline_passed(limit);
}

}  // namespace corun
