#include <corun/error.hpp>
#include <corun/testing/scripted_transport.hpp>
#include <corun/testing/virtual_time.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

namespace corun::testing {

namespace {

enum class step_kind { bytes, silence, cut, open_end };

struct step {
    step_kind what;
    std::string text;
};

struct exchange {
    transport_failure failed;
    response_head head;
    std::string body;
    std::deque<step> steps;
    bool hangs = false;
};

}  // namespace

struct scripted_transport::state {
    std::shared_ptr<virtual_time> time;
    std::deque<exchange> script;
    std::vector<transport_request> sent;
    std::set<asio::steady_timer*> waiting;
    int bodies = 0;
    bool closed = false;
};

scripted_transport::scripted_transport() : scripted_transport(nullptr) {}

scripted_transport::scripted_transport(std::shared_ptr<virtual_time> time) : state_(std::make_shared<state>()) {
    state_->time = std::move(time);
}

scripted_transport::~scripted_transport() = default;

scripted_transport& scripted_transport::answer(int status, std::string_view body, header_list headers) {
    exchange x;
    x.head.status = status;
    x.head.headers = std::move(headers);
    if (!x.head.headers.contains("Content-Type")) x.head.headers.add("Content-Type", "application/json");
    x.body = body;
    state_->script.push_back(std::move(x));
    return *this;
}

scripted_transport& scripted_transport::stream(int status, std::string_view content_type) {
    exchange x;
    x.head.status = status;
    x.head.headers.add("Content-Type", content_type);
    state_->script.push_back(std::move(x));
    return *this;
}

scripted_transport& scripted_transport::bytes(std::string_view piece) {
    state_->script.back().steps.push_back({step_kind::bytes, std::string(piece)});
    return *this;
}

scripted_transport& scripted_transport::silence() {
    state_->script.back().steps.push_back({step_kind::silence, {}});
    return *this;
}

scripted_transport& scripted_transport::cut() {
    state_->script.back().steps.push_back({step_kind::cut, {}});
    return *this;
}

scripted_transport& scripted_transport::open_end() {
    state_->script.back().steps.push_back({step_kind::open_end, {}});
    return *this;
}

scripted_transport& scripted_transport::fail(error_code code, phase where, bool bytes_written) {
    exchange x;
    x.failed.code = code;
    x.failed.where = where;
    x.failed.bytes_written = bytes_written;
    state_->script.push_back(std::move(x));
    return *this;
}

scripted_transport& scripted_transport::hang() {
    state_->script.emplace_back().hangs = true;
    return *this;
}

std::size_t scripted_transport::count() const { return state_->sent.size(); }

transport_request const& scripted_transport::request(std::size_t n) const { return state_->sent.at(n); }

std::string scripted_transport::wire(std::size_t n) const {
    auto const& r = request(n);
    std::string text = r.method + ' ' + r.target + " HTTP/1.1\r\nHost: " + r.origin.authority() + "\r\n";
    for (auto const& field : r.headers) text.append(field.name).append(": ").append(field.value).append("\r\n");
    if (r.has_body || !r.body.empty()) text += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
    return text + "\r\n" + r.body;
}

int scripted_transport::open_bodies() const { return state_->bodies; }

void scripted_transport::close() noexcept {
    state_->closed = true;
    for (auto* timer : state_->waiting) timer->cancel();
}

namespace {

// Ends when the set's owner cancels the timer, or the caller does.
asio::awaitable<void> wait_for_ever(std::set<asio::steady_timer*>& waiting) {
    asio::steady_timer timer(co_await asio::this_coro::executor, steady_time::max());
    struct membership {
        std::set<asio::steady_timer*>& all;
        asio::steady_timer* one;
        ~membership() { all.erase(one); }
    } const known{waiting, &timer};
    waiting.insert(&timer);
    auto const token = asio::as_tuple(asio::use_awaitable);
    auto const [ec] = co_await timer.async_wait(token);
    static_cast<void>(ec);
}

}  // namespace

asio::awaitable<transport_result> scripted_transport::send(transport_request const& request) {
    auto const s = state_;
    s->sent.push_back(request);
    transport_result result;
    if (s->closed) {
        result.failure.code = errc::client_closed;
        co_return result;
    }
    if (s->script.empty()) {
        result.failure.code = errc::connect_failed;
        result.failure.where = phase::connect;
        result.failure.detail = "the script has no more answers";
        co_return result;
    }
    auto next = std::move(s->script.front());
    s->script.pop_front();
    if (next.hangs) {
        co_await wait_for_ever(s->waiting);
        next.failed.code = asio::error::operation_aborted;
        next.failed.where = phase::first_byte;
    }
    for (auto const& one : next.steps) next.body += one.text;
    result.failure = std::move(next.failed);
    result.head = std::move(next.head);
    result.body = std::move(next.body);
    co_return result;
}

namespace {

template <class State>
class scripted_body final : public byte_source {
public:
    scripted_body(std::shared_ptr<State> s, std::deque<step> steps) : state_(std::move(s)), steps_(std::move(steps)) {
        ++state_->bodies;
    }
    ~scripted_body() override { --state_->bodies; }

    asio::awaitable<chunk> read(steady_time until) override {
        chunk out;
        if (aborted_) {
            out.failure.code = asio::error::operation_aborted;
            co_return out;
        }
        if (steps_.empty()) {
            out.end = true;
            co_return out;
        }
        auto const what = steps_.front().what;
        if (what == step_kind::bytes) {
            current_ = std::move(steps_.front().text);
            out.bytes = current_;
        } else if (what == step_kind::cut) {
            out.failure.code = errc::connection_lost;
            out.failure.where = phase::body;
            out.failure.bytes_received = true;
            co_return out;
        } else if (until == steady_time::max() || (what == step_kind::open_end && !state_->time)) {
            co_await wait_for_ever(state_->waiting);
            out.failure.code = asio::error::operation_aborted;
            co_return out;
        } else {
            if (state_->time) co_await state_->time->sleep_until(until);
            out.failure.code = errc::timeout;
            out.failure.where = phase::body;
            if (what == step_kind::open_end) co_return out;
        }
        steps_.pop_front();
        co_return out;
    }

    void abort() noexcept override {
        aborted_ = true;
        for (auto* timer : state_->waiting) timer->cancel();
    }

private:
    std::shared_ptr<State> state_;
    std::deque<step> steps_;
    std::string current_;
    bool aborted_ = false;
};

}  // namespace

asio::awaitable<open_result> scripted_transport::open(transport_request const& request) {
    auto const s = state_;
    open_result result;
    std::deque<step> steps;
    if (!s->script.empty()) {
        steps = std::move(s->script.front().steps);
        s->script.front().steps.clear();
    }
    auto sent = co_await send(request);
    result.failure = std::move(sent.failure);
    result.head = std::move(sent.head);
    if (result.failure) co_return result;
    if (!sent.body.empty()) steps.push_back({step_kind::bytes, std::move(sent.body)});
    result.body = std::make_unique<scripted_body<state>>(s, std::move(steps));
    co_return result;
}

}  // namespace corun::testing
