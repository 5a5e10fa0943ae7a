#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace corun {

namespace asio = boost::asio;

namespace detail {
/// Where a stream's typed events come from.
template <class E>
class event_producer {
public:
    virtual ~event_producer() = default;
    /// Moves an event out that is there already; false where the wire must be asked.
    virtual bool poll(std::optional<E>& out) = 0;
    /// The next event; nullopt where the stream has ended as it should, then again and again.
    virtual asio::awaitable<std::optional<E>> fetch() = 0;
    /// Frees the connection; a pending `fetch` ends with `operation_aborted`. Safe from any thread.
    virtual void abort() noexcept = 0;
    virtual std::string last_event_id() const = 0;
    /// True, once, until `leave`: two `next()` at a time are a mistake of the caller.
    virtual bool enter() noexcept = 0;
    virtual void leave() noexcept = 0;
};
[[noreturn]] void throw_concurrent_next();
}  // namespace detail

/// Events as they arrive, pulled: nothing is read from the connection while the consumer is busy.
///
/// Opened by the first `next()`. Errors: those of a call while opening; `stream_error` where it breaks or ends before
/// its terminal event; `timeout_error` where a limit passes. Cancellation: by Asio's slots; the stream is then closed.
/// Lifetimes: dropping the object frees the connection at once. Thread safety: none; one `next()` at a time.
template <class E>
class event_stream {
public:
    using event_type = E;

    explicit event_stream(std::shared_ptr<detail::event_producer<E>> producer) : producer_(std::move(producer)) {}
    event_stream(event_stream&& other) noexcept = default;
    event_stream& operator=(event_stream&& other) noexcept {
        if (this != &other) {
            close();
            producer_ = std::move(other.producer_);
        }
        return *this;
    }
    ~event_stream() { close(); }

    /// The next event; nullopt where the stream has ended as it should.
    asio::awaitable<std::optional<E>> next() { return next(producer_); }

    /// Ends the stream and frees its connection.
    void close() noexcept {
        if (producer_) producer_->abort();
    }

    /// The last event id that the server sent; empty where it sends none.
    std::string last_event_id() const { return producer_ ? producer_->last_event_id() : std::string(); }

private:
    struct turn {
        detail::event_producer<E>& p;
        ~turn() { p.leave(); }
    };

    static asio::awaitable<std::optional<E>> next(std::shared_ptr<detail::event_producer<E>> p) {
        if (!p->enter()) detail::throw_concurrent_next();
        turn guard{*p};
        std::optional<E> event;
        if (!p->poll(event)) event = co_await p->fetch();
        co_return event;
    }

    std::shared_ptr<detail::event_producer<E>> producer_;
};

/// Makes a visitor of lambdas: `std::visit(overloaded{[](a const&) {…}, [](auto const&) {}}, event)`.
template <class... F>
struct overloaded : F... {
    using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

}  // namespace corun
