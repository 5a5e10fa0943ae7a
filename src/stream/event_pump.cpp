#include "stream/event_pump.hpp"

#include <corun/observer.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <stdexcept>

namespace corun::detail {

using std::chrono::milliseconds;

void throw_concurrent_next() {
    throw std::logic_error("next() was called while another next() of the same stream is under way");
}

namespace {

bool is_event_stream(response_head const& head) {
    auto const type = head.headers.find("Content-Type");
    if (!type) return false;
    std::string essence(type->substr(0, type->find(';')));
    while (!essence.empty() && essence.back() == ' ') essence.pop_back();
    std::transform(essence.begin(), essence.end(), essence.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return essence == "text/event-stream";
}

}  // namespace

stream_driver::stream_driver(std::shared_ptr<client_core const> core)
    : core_(std::move(core)), parser_(sse::limits{core_->settings.max_event, core_->settings.max_event}) {}

stream_driver::~stream_driver() { closed(nullptr); }

asio::awaitable<bool> stream_driver::open_or_read(std::shared_ptr<operation> op) {
    auto opened = co_await perform_open(op);
    op_ = op;
    if (!is_event_stream(op->head)) {
        op->body = co_await read_all(op, std::move(opened));
        co_return false;
    }
    {
        std::lock_guard lock(mutex_);
        source_ = std::move(opened);
    }
    if (aborted_) {
        closed(nullptr);
        op->raise(op->from_transport([] {
            transport_failure f;
            f.code = asio::error::operation_aborted;
            f.where = phase::stream;
            return f;
        }()));
    }
    parser_.reset();
    why_ = failure();
    body_over_ = false;
    any_event_ = false;
    reported_ = false;
    last_byte_ = core_->time->now();
    first_event_by_ = op->first_event_timeout.count() > 0 ? last_byte_ + op->first_event_timeout : steady_time::max();
    if (auto const& hooks = core_->settings.observer) {
        hooks->stream_opened(op->describe(), op->head.status, op->timings);
        if (auto const id = op->sent.headers.find("Last-Event-ID")) hooks->stream_resumed(op->describe(), *id);
    }
    co_return true;
}

asio::awaitable<void> stream_driver::open(std::shared_ptr<operation> op) {
    bool const streaming = co_await open_or_read(op);
    if (streaming && op->head.status == 200) co_return;
    closed(nullptr);
    failure f = op->make_failure(errc::unexpected_content_type, error_kind::stream, phase::headers,
                                 "the answer is not an event stream");
    f.status = op->head.status;
    f.body = core_->mask(op->body.substr(0, 1024));
    op->raise(std::move(f));
}

bool stream_driver::poll(sse::event_view& out) {
    if (parser_.next(out) != sse::status::event) return false;
    any_event_ = true;
    return true;
}

asio::awaitable<stream_driver::got> stream_driver::next(sse::event_view& out, steady_time quiet_until) {
    while (true) {
        auto const status = parser_.next(out);
        if (status == sse::status::event) {
            any_event_ = true;
            co_return got::event;
        }
        if (status == sse::status::line_too_long || status == sse::status::event_too_large) {
            failure f = op_->make_failure(errc::event_limit, error_kind::stream, phase::stream,
                                          status == sse::status::line_too_long ? "a line is too long"
                                                                               : "an event is too large");
            f.last_event_id = last_event_id();
            op_->raise(std::move(f));
        }
        if (body_over_) co_return why_.code.failed() ? got::cut : got::end;

        std::shared_ptr<byte_source> source;
        {
            std::lock_guard lock(mutex_);
            source = source_;
        }
        auto const idle_by = idle_deadline();
        auto const first_by = any_event_ ? steady_time::max() : first_event_by_;
        byte_source::chunk chunk;
        if (source && !aborted_) {
            auto const until = std::min(quiet_until, std::min(first_by, idle_by));
            chunk = co_await source->read(until);
        } else {
            chunk.failure.code = asio::error::operation_aborted;
            chunk.failure.where = phase::stream;
        }
        if (!chunk.bytes.empty()) {
            last_byte_ = core_->time->now();
            parser_.feed(chunk.bytes);
        }
        if (chunk.failure) {
            if (chunk.failure.code == errc::timeout) {
                auto const now = core_->time->now();
                if (now < first_by && now < idle_by) co_return got::quiet;
                failure f = op_->make_failure(errc::timeout, error_kind::stream_timeout,
                                              now >= first_by ? phase::first_event : phase::idle,
                                              now >= first_by ? "no first event in time" : "no byte for too long");
                f.last_event_id = last_event_id();
                op_->raise(std::move(f));
            }
            if (chunk.failure.code == asio::error::operation_aborted) op_->raise(op_->from_transport(chunk.failure));
            why_ = op_->from_transport(chunk.failure);
            body_over_ = true;
        } else if (chunk.end) {
            body_over_ = true;
        }
        if (body_over_ && chunk.bytes.empty()) parser_.finish();
    }
}

steady_time stream_driver::idle_deadline() const {
    auto const idle = op_->idle_timeout;
    if (idle.count() == 0) return steady_time::max();
    auto const room = std::chrono::duration_cast<milliseconds>(steady_time::max() - last_byte_);
    return idle >= room ? steady_time::max() : last_byte_ + idle;
}

void stream_driver::abort() noexcept {
    aborted_ = true;
    std::lock_guard lock(mutex_);
    if (source_) source_->abort();
}

std::string stream_driver::last_event_id() const { return std::string(parser_.last_event_id()); }

std::optional<std::uint64_t> stream_driver::retry() const { return parser_.retry(); }

void stream_driver::closed(failure const* why) noexcept {
    std::shared_ptr<byte_source> source;
    {
        std::lock_guard lock(mutex_);
        source = std::move(source_);
        source_.reset();
    }
    if (!source || reported_) return;
    reported_ = true;
    if (auto const& hooks = core_->settings.observer) hooks->stream_closed(op_->describe(), why);
}

asio::awaitable<void> resume_pause(std::shared_ptr<client_core const> core, std::optional<std::uint64_t> retry, int n) {
    milliseconds delay(0);
    if (retry) {
        delay = milliseconds(std::clamp<std::uint64_t>(*retry, 100, 300'000));
    } else {
        retry_policy const policy(core->profile.retry, n + 1, core->settings.max_retry_after);
        delay = policy.backoff(n, core->random());
    }
    auto const ec = co_await core->time->sleep_until(core->time->now() + delay);
    if (ec) throw boost::system::system_error(ec);
}

failure incomplete_stream(stream_driver const& driver) {
    auto const& op = driver.current();
    failure f = driver.why();
    if (f.code.failed()) {
        f.code = errc::stream_interrupted;
        f.kind = error_kind::stream;
        if (f.message.empty()) f.message = "the connection was lost";
    } else {
        f = op.make_failure(errc::incomplete_stream, error_kind::stream, phase::stream,
                            "the stream ended before its terminal event");
    }
    f.where = phase::stream;
    f.last_event_id = driver.last_event_id();
    return f;
}

}  // namespace corun::detail
