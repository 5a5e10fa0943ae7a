#pragma once

#include "call/operation.hpp"

#include <corun/event_stream.hpp>
#include <corun/sse.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace corun::detail {

/// Opens an event stream, reads it, and parses it; knows bytes and time, no event types.
class stream_driver {
public:
    explicit stream_driver(std::shared_ptr<client_core const> core);
    ~stream_driver();

    enum class got {
        event,
        quiet,  ///< no event until the moment asked for; the stream goes on
        end,    ///< the body ended as its framing says
        cut,    ///< the connection was lost; `why()` has the failure
    };

    /// Opens by this call, retried as its request allows. Anything but 2xx with `text/event-stream` throws.
    asio::awaitable<void> open(std::shared_ptr<operation> op);
    /// The same, but a 2xx of another type is not an error: its body is then in the operation, and false is returned.
    asio::awaitable<bool> open_or_read(std::shared_ptr<operation> op);

    /// An event that is buffered; its views are valid until the next call.
    bool poll(sse::event_view& out);
    /// The next event. `quiet_until`: comments do not count. Throws where a limit of the stream passes, where an event
    /// is too large, or where it was aborted.
    asio::awaitable<got> next(sse::event_view& out, steady_time quiet_until);

    void abort() noexcept;
    bool aborted() const noexcept { return aborted_; }
    std::string last_event_id() const;
    /// The reconnection time that the server set, not clamped.
    std::optional<std::uint64_t> retry() const;
    failure const& why() const noexcept { return why_; }
    operation const& current() const noexcept { return *op_; }
    bool is_open() const noexcept { return op_ != nullptr; }
    /// Ends the stream's connection; `why` is null where it ended as it should.
    void closed(failure const* why) noexcept;

private:
    steady_time idle_deadline() const;

    std::shared_ptr<client_core const> core_;
    std::shared_ptr<operation> op_;
    mutable std::mutex mutex_;  // guards source_ against abort()
    std::shared_ptr<byte_source> source_;
    sse::parser parser_;
    failure why_;
    steady_time first_event_by_ = steady_time::max();
    steady_time last_byte_{};
    bool body_over_ = false;
    bool any_event_ = false;
    bool reported_ = false;
    std::atomic<bool> aborted_{false};
};

/// What a platform decides about one of its streams.
template <class E>
class stream_script {
public:
    virtual ~stream_script() = default;
    /// Opens the driver, or puts events into `ready` where there is no stream to be opened.
    virtual asio::awaitable<void> open(stream_driver& driver, std::deque<E>& ready) = 0;
    /// Turns an event into its type; leaves `out` empty for one that is not for the caller.
    virtual void decode(sse::event_view const& event, std::optional<E>& out) = 0;
    virtual bool terminal(E const& event) const = 0;
    /// How long without an event before `on_quiet` is asked; 0: never.
    virtual std::chrono::milliseconds quiet_interval() const { return std::chrono::milliseconds(0); }
    /// The terminal event, where the platform says by other means that the run has ended.
    virtual asio::awaitable<std::optional<E>> on_quiet() { co_return std::nullopt; }
    /// The same after the stream ended or was cut without a terminal event; empty: an error is thrown.
    virtual asio::awaitable<std::optional<E>> on_end() { co_return std::nullopt; }
    /// The call that resumes a cut stream faithfully after this event id; null: it cannot be resumed.
    virtual std::shared_ptr<operation> resume(std::string_view /*last_event_id*/) { return nullptr; }
};

/// Joins driver and script to the events that `event_stream::next()` gives.
template <class E>
class event_pump final : public event_producer<E> {
public:
    event_pump(std::shared_ptr<client_core const> core, std::unique_ptr<stream_script<E>> script)
        : core_(core), driver_(core), script_(std::move(script)) {}

    bool poll(std::optional<E>& out) override {
        if (driver_.aborted()) return false;
        if (!ready_.empty()) {
            out.emplace(std::move(ready_.front()));
            ready_.pop_front();
            return note(out);
        }
        if (ended_ || !opened_) return false;
        sse::event_view event;
        while (driver_.poll(event)) {
            script_->decode(event, out);
            if (out) return note(out);
        }
        return false;
    }

    asio::awaitable<std::optional<E>> fetch() override;

    void abort() noexcept override { driver_.abort(); }
    std::string last_event_id() const override { return driver_.last_event_id(); }
    bool enter() noexcept override { return !busy_.exchange(true, std::memory_order_acquire); }
    void leave() noexcept override { busy_.store(false, std::memory_order_release); }

private:
    // A stream that threw has ended; its connection is not kept.
    struct fuse {
        event_pump& pump;
        bool blown = true;
        ~fuse() {
            if (!blown) return;
            pump.ended_ = true;
            pump.driver_.closed(&pump.driver_.why());
        }
    };

    bool note(std::optional<E> const& event) {
        if (script_->terminal(*event)) finish();
        return true;
    }
    void finish() {
        ended_ = true;
        driver_.closed(nullptr);
    }

    std::shared_ptr<client_core const> core_;
    stream_driver driver_;
    std::unique_ptr<stream_script<E>> script_;
    std::deque<E> ready_;
    bool opened_ = false;
    bool ended_ = false;
    int resumes_ = 0;
    std::atomic<bool> busy_{false};
};

/// Sleeps before the n-th reconnection without an event in between: the server's `retry:` clamped to 100 ms – 5 min,
/// else the platform's back-off.
asio::awaitable<void> resume_pause(std::shared_ptr<client_core const> core, std::optional<std::uint64_t> retry, int n);
/// A failure that says that the stream ended before its terminal event.
failure incomplete_stream(stream_driver const& driver);

template <class E>
asio::awaitable<std::optional<E>> event_pump<E>::fetch() {
    std::optional<E> out;
    fuse on_throw{*this};
    if (!opened_ && !ended_) {
        co_await script_->open(driver_, ready_);
        opened_ = true;
    }
    auto const interval = script_->quiet_interval();
    while (!ended_ && !poll(out)) {
        auto const quiet = interval.count() > 0 ? core_->time->now() + interval : steady_time::max();
        sse::event_view event;
        auto const got = co_await driver_.next(event, quiet);
        if (got == stream_driver::got::event) {
            resumes_ = 0;
            script_->decode(event, out);
            if (!out) continue;
            note(out);
            break;
        }
        if (got == stream_driver::got::quiet) {
            out = co_await script_->on_quiet();
        } else {
            auto const last = driver_.last_event_id();
            std::shared_ptr<operation> again;
            if (!last.empty() && resumes_ < core_->settings.max_retries) again = script_->resume(last);
            if (again) {
                co_await resume_pause(core_, driver_.retry(), resumes_++);
                co_await driver_.open(again);
                continue;
            }
            out = co_await script_->on_end();
            if (!out) std::rethrow_exception(core_->exception(incomplete_stream(driver_)));
        }
        if (out) {
            note(out);
            break;
        }
    }
    on_throw.blown = false;
    co_return out;
}

template <class E>
event_stream<E> make_stream(std::shared_ptr<client_core const> core, std::unique_ptr<stream_script<E>> script) {
    return event_stream<E>(std::make_shared<event_pump<E>>(std::move(core), std::move(script)));
}

}  // namespace corun::detail
