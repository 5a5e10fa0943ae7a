#include "platforms/promptrails/streams.hpp"

#include <corun/promptrails/errors.hpp>

#include <string>
#include <utility>

namespace corun::promptrails {

namespace {

using corun::detail::stream_driver;

class turn_script final : public corun::detail::stream_script<stream_event> {
public:
    explicit turn_script(std::shared_ptr<corun::detail::operation> op) : op_(std::move(op)) {}

    asio::awaitable<void> open(stream_driver& driver, std::deque<stream_event>&) override { co_await driver.open(op_); }

    void decode(sse::event_view const& event, std::optional<stream_event>& out) override {
        if (!out) out.emplace();
        reader_.read(event, *out);
    }

    bool terminal(stream_event const& event) const override { return is_terminal(event); }

private:
    std::shared_ptr<corun::detail::operation> op_;
    event_reader reader_;
};

}  // namespace

event_stream<stream_event> open_stream(core_ptr const& core, request req, call_options how) {
    if (!how.max_retries()) how.max_retries(0);
    req.accept("text/event-stream");
    auto op = std::make_shared<corun::detail::operation>(core, std::move(req), how);
    return corun::detail::make_stream<stream_event>(core, std::make_unique<turn_script>(std::move(op)));
}

asio::awaitable<collected_answer> collect(event_stream<stream_event> stream) {
    collected_answer answer;
    while (true) {
        auto event = co_await stream.next();
        if (!event) break;
        if (auto const* e = std::get_if<content_event>(&*event)) answer.text += e->content;
        if (auto const* e = std::get_if<execution_event>(&*event)) answer.execution_id = e->execution_id;
        if (auto* e = std::get_if<done_event>(&*event)) {
            answer.token_usage = std::move(e->token_usage);
            answer.output = std::move(e->output);
        }
        if (auto const* e = std::get_if<error_event>(&*event)) {
            failure f;
            f.code = errc::run_failed;
            f.where = phase::body;
            f.platform = "promptrails";
            f.operation = "collect";
            f.message = e->message;
            json::object so_far;
            so_far["content"] = answer.text;
            f.details = std::move(so_far);
            throw error(std::move(f));
        }
    }
    if (answer.text.empty() && answer.output)
        answer.text = string_at(*answer.output, "content").value_or(std::string());
    co_return answer;
}

}  // namespace corun::promptrails
