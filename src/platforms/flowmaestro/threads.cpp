#include <corun/flowmaestro/threads.hpp>

#include "platforms/flowmaestro/event_reader.hpp"
#include "platforms/flowmaestro/wire.hpp"
#include "stream/event_pump.hpp"

#include <algorithm>
#include <string>

namespace corun::flowmaestro {

using corun::detail::make_call;
using corun::detail::make_stream;
using corun::detail::operation;
using corun::detail::perform;
using corun::detail::stream_driver;
using std::chrono::milliseconds;

namespace {

// The server answers within 120 s, or with 408 (wire/flowmaestro §3.4).
constexpr milliseconds longest_answer(120'000);
constexpr milliseconds patience(130'000);

json::object message_body(std::string_view content, bool stream) {
    json::object body;
    body["content"] = content;
    body["stream"] = stream;
    return body;
}

std::shared_ptr<operation> whole_answer(core_ptr const& core, std::string_view name, std::string_view id,
                                        std::string_view content, call_options how) {
    auto body = message_body(content, false);
    if (how.timeout()) {
        auto const below = *how.timeout() - std::min(*how.timeout() / 10, milliseconds(1'000));
        body["timeout"] = std::clamp(below, milliseconds(1), longest_answer).count();
    } else {
        how.timeout(std::max(core->settings.timeout, patience));
    }
    request req(name, "POST", "/threads/{}/messages", id);
    req.require(!content.empty(), "the content is empty");
    req.body(body);
    return std::make_shared<operation>(core, std::move(req), how);
}

std::shared_ptr<operation> events_request(core_ptr const& core, std::string_view name, std::string_view id,
                                          call_options const& how) {
    request req(name, "GET", "/threads/{}/events", id);
    req.accept("text/event-stream").header("Cache-Control", "no-cache");
    return std::make_shared<operation>(core, std::move(req), how);
}

asio::awaitable<send_message_result> answer(std::shared_ptr<operation> op, std::string id) {
    co_await perform(op);
    send_message_result result;
    read_data(*op, result);
    if (result.thread_id.empty()) result.thread_id = id;
    co_return result;
}

// What both streams of a thread have in common.
class thread_script : public corun::detail::stream_script<thread_event> {
public:
    thread_script(core_ptr core, std::string_view id, call_options how)
        : core_(std::move(core)), id_(id), how_(std::move(how)) {}

    asio::awaitable<void> open(stream_driver& driver, std::deque<thread_event>&) override {
        co_await driver.open(events_request(core_, "threads.stream", id_, how_));
    }

    void decode(sse::event_view const& event, std::optional<thread_event>& out) override {
        if (!out) out.emplace();
        reader_.read(event, *out);
        std::visit(
            [&](auto& e) {
                if constexpr (requires { e.thread_id; })
                    if (e.thread_id.empty()) e.thread_id = id_;
            },
            *out);
    }

    bool terminal(thread_event const& event) const override { return is_terminal(event); }

protected:
    core_ptr core_;
    std::string id_;
    call_options how_;

private:
    event_reader reader_;
};

// Asks, then listens (wire/flowmaestro §5.3).
class message_script final : public thread_script {
public:
    message_script(core_ptr core, std::string_view id, std::string_view content, bool fallback, call_options how)
        : thread_script(std::move(core), id, std::move(how)), content_(content), fallback_(fallback) {}

    asio::awaitable<void> open(stream_driver& driver, std::deque<thread_event>& ready) override {
        bool const streaming = co_await ask(driver);
        if (streaming) co_return;
        if (refused_) {
            co_await take_whole(ready);
        } else {
            co_await listen(driver);
        }
    }

    // The end of another message in the same thread is not this one's.
    bool terminal(thread_event const& event) const override {
        auto const ours = [&](std::string const& id) { return id.empty() || message_id_.empty() || id == message_id_; };
        if (auto const* e = std::get_if<message_completed>(&event)) return ours(e->message_id);
        if (auto const* e = std::get_if<message_failed>(&event)) return ours(e->message_id);
        return false;
    }

private:
    // True where the answer to the POST is the stream itself.
    asio::awaitable<bool> ask(stream_driver& driver) {
        request req(name, "POST", "/threads/{}/messages", id_);
        req.require(!content_.empty(), "the content is empty");
        req.body(message_body(content_, true));
        auto const op = std::make_shared<operation>(core_, std::move(req), how_);
        try {
            bool const streaming = co_await driver.open_or_read(op);
            if (streaming) co_return true;
            send_message_result accepted;
            if (!op->body.empty()) read_data(*op, accepted);
            message_id_ = accepted.message_id.value_or(std::string());
        } catch (corun::server_error const& e) {
            if (e.status() != 501 || !fallback_) throw;
            refused_ = true;
        }
        co_return false;
    }

    asio::awaitable<void> listen(stream_driver& driver) {
        auto const op = events_request(core_, name, id_, how_);
        try {
            co_await driver.open(op);
        } catch (corun::not_found_error const& e) {
            failure f = e.info();
            f.message = "message " + message_id_ + " was accepted, but its events cannot be found: " + f.message;
            op->raise(std::move(f));
        }
    }

    // The POST was refused, so nothing ran: it is safe to ask again.
    asio::awaitable<void> take_whole(std::deque<thread_event>& ready) {
        auto const op = whole_answer(core_, name, id_, content_, how_);
        auto const result = co_await answer(op, id_);
        auto const fill = [&]<class T>(T event, thread_event_type type) {
            event.type = type;
            event.synthetic = true;
            event.thread_id = result.thread_id;
            event.message_id = result.message_id.value_or(std::string());
            return event;
        };
        ready.emplace_back(fill(message_started(), thread_event_type::message_started));
        auto token = fill(message_token(), thread_event_type::message_token);
        token.token = result.content;
        token.index = 0;
        ready.emplace_back(std::move(token));
        auto completed = fill(message_completed(), thread_event_type::message_completed);
        completed.content = result.content;
        completed.usage = result.usage;
        message_id_ = completed.message_id;
        ready.emplace_back(std::move(completed));
    }

    static constexpr std::string_view name = "threads.send_message_stream";

    std::string content_;
    std::string message_id_;
    bool fallback_;
    bool refused_ = false;
};

// An array, or an object that holds it as the backend sends it (wire/flowmaestro §8, 6).
bool read_messages(std::string_view text, list_envelope<thread_message>& out, decode_error& why) {
    if (decode(text, out, why)) return true;
    envelope<messages_box> box;
    decode_error boxed;
    if (!decode(text, box, boxed)) {
        if (boxed.pointer.starts_with("/data/messages")) why = boxed;
        return false;
    }
    out = list_envelope<thread_message>();
    out.data = std::move(box.data.messages);
    out.meta = std::move(box.meta);
    return true;
}

}  // namespace

call<thread> threads::get(std::string_view id, call_options const& how) const {
    return make_call<thread>(core_, request("threads.get", "GET", "/threads/{}", id), how, &read_data<thread>);
}

pager<thread_message, page<thread_message>> threads::list_messages(std::string_view id, list_options const& options,
                                                                   call_options const& how) const {
    list_rules<thread_message> rules;
    rules.ask = [id = std::string(id)] { return request("threads.list_messages", "GET", "/threads/{}/messages", id); };
    rules.read = &read_messages;
    rules.adjust = [id = std::string(id)](page<thread_message>& p) {
        for (auto& message : p.data)
            if (message.thread_id.empty()) message.thread_id = id;
    };
    return make_pager<thread_message>(core_, how, options.page, options.per_page, std::move(rules));
}

call<send_message_result> threads::send_message(std::string_view id, std::string_view content,
                                                call_options const& how) const {
    auto const op = whole_answer(core_, "threads.send_message", id, content, how);
    return corun::detail::call_access::make<send_message_result>(answer(op, std::string(id)), op);
}

event_stream<thread_event> threads::send_message_stream(std::string_view id, std::string_view content,
                                                        call_options const& how) const {
    return make_stream<thread_event>(core_, std::make_unique<message_script>(core_, id, content, fallback_, how));
}

event_stream<thread_event> threads::stream(std::string_view id, call_options const& how) const {
    return make_stream<thread_event>(core_, std::make_unique<thread_script>(core_, id, how));
}

call<removal> threads::remove(std::string_view id, call_options const& how) const {
    return make_call_about<removal>(core_, request("threads.delete", "DELETE", "/threads/{}", id), how, id,
                                    &read_data_if_any<removal>, [](removal& result, std::string& asked) {
                                        if (result.id.empty()) result.id = std::move(asked);
                                    });
}

}  // namespace corun::flowmaestro
