#pragma once

#include <corun/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
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
/// Whether an exception is a system error of the code `operation_aborted`.
bool is_abort(std::exception_ptr const& e);

template <class T>
struct deadline_outcome {
    deadline_outcome() = default;

    std::exception_ptr failed;
    std::optional<T> value;
};
template <>
struct deadline_outcome<void> {
    deadline_outcome() = default;

    std::exception_ptr failed;
};
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
    detail::deadline_outcome<T> outcome;
    auto const start = [&](auto handler) {
        // Resumes here, whatever the outcome: a cancellation reaches the operation by the guard alone.
        auto finished = [&outcome, h = std::move(handler)](std::exception_ptr e, auto... value) mutable {
            outcome.failed = e;
            if constexpr (sizeof...(value) > 0) (outcome.value.emplace(std::move(value)), ...);
            std::move(h)();
        };
        asio::co_spawn(executor, std::move(operation),
                       asio::bind_cancellation_slot(guard->slot(), std::move(finished)));
    };
    co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(start, asio::use_awaitable);
    guard->disarm();
    if (outer.is_connected()) outer.clear();
    if (outcome.failed) {
        bool const ours = guard->expired() && detail::is_abort(outcome.failed);
        if (ours) detail::throw_deadline_passed(limit);
        std::rethrow_exception(outcome.failed);
    }
    if constexpr (!std::is_void_v<T>) co_return std::move(*outcome.value);
}

}  // namespace corun
