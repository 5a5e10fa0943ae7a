#pragma once

// Runs coroutines to their end on a context of the test.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace test {

namespace asio = boost::asio;

/// A coroutine that was started; its outcome, once there is one.
template <class T>
class started {
public:
    bool done() const { return state_->done; }
    void cancel() { state_->signal.emit(asio::cancellation_type::terminal); }
    std::exception_ptr failed() const { return state_->failed; }
    T get() const {
        if (!state_->done) throw std::logic_error("not done");
        if (state_->failed) std::rethrow_exception(state_->failed);
        if constexpr (!std::is_void_v<T>) return std::move(*state_->value);
    }

    struct nothing {};
    struct state {
        bool done = false;
        std::exception_ptr failed;
        std::optional<std::conditional_t<std::is_void_v<T>, nothing, T>> value;
        asio::cancellation_signal signal;
    };
    std::shared_ptr<state> state_ = std::make_shared<state>();
};

template <class Executor, class T>
started<T> start(Executor const& executor, asio::awaitable<T> operation) {
    started<T> s;
    auto state = s.state_;
    if constexpr (std::is_void_v<T>) {
        asio::co_spawn(executor, std::move(operation),
                       asio::bind_cancellation_slot(state->signal.slot(), [state](std::exception_ptr e) {
                           state->failed = e;
                           state->done = true;
                       }));
    } else {
        asio::co_spawn(executor, std::move(operation),
                       asio::bind_cancellation_slot(state->signal.slot(), [state](std::exception_ptr e, T v) {
                           state->failed = e;
                           if (!e) state->value.emplace(std::move(v));
                           state->done = true;
                       }));
    }
    return s;
}

template <class T>
T run(asio::io_context& io, asio::awaitable<T> operation) {
    auto const s = start(io.get_executor(), std::move(operation));
    io.restart();
    while (!s.done())
        if (io.run_one() == 0) throw std::logic_error("the operation waits for nothing");
    return s.get();
}

}  // namespace test
