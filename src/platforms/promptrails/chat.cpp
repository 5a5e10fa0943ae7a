#include <corun/promptrails/chat.hpp>

#include "platforms/promptrails/streams.hpp"

#include <string>

namespace corun::promptrails {

namespace {

request turn(std::string_view operation, std::string_view path, std::string_view id, std::string_view content) {
    request req(operation, "POST", path, id);
    json::object body;
    put_text(req, body, "content", content);
    req.body(body);
    return req;
}

// A message, or the two messages of the turn, or both merged (wire/promptrails §7.9).
void read_answer(corun::detail::operation const& op, chat_answer& out) {
    json::object data;
    read_data(op, data);
    json::object answer;
    auto const* const given = data.if_contains("assistant_message");
    if (given != nullptr && given->is_object() && !data.contains("content")) {
        answer = given->get_object();
        for (auto const& member : data)
            if (member.key() != "assistant_message") answer.insert(member);
    } else {
        answer = std::move(data);
        answer.erase("assistant_message");
    }
    decode_error why;
    if (!decode_value(answer, out, why)) op.raise_decode(why.text());
    if (out.role.text().empty()) out.role = message_role::assistant;
    if (!out.execution_id) out.execution_id = string_at(out.metadata, "execution_id");
    if (out.execution_id && !out.metadata.contains("execution_id")) out.metadata["execution_id"] = *out.execution_id;
}

asio::awaitable<chat_answer> answer(std::shared_ptr<corun::detail::operation> op, std::string session_id) {
    co_await corun::detail::perform(op);
    chat_answer result;
    read_answer(*op, result);
    if (result.session_id.empty()) result.session_id = session_id;
    co_return result;
}

}  // namespace

pager<chat_session, page<chat_session>> chat::list_sessions(
    list_options const& options, call_options const& how) const {
    return make_pager<chat_session>(core_, how, options, "chat.list_sessions", "/chat/sessions");
}

call<chat_session> chat::get_session(std::string_view id, call_options const& how) const {
    return get_by_id<chat_session>(core_, "chat.get_session", "/chat/sessions/{}", id, how);
}

call<chat_session> chat::create_session(
    std::string_view agent_id, chat_session_options const& options, call_options const& how) const {
    request req("chat.create_session", "POST", "/chat/sessions");
    json::object body;
    put_text(req, body, "agent_id", agent_id);
    put_spec(req, body, options);
    req.body(body);
    return make_call<chat_session>(core_, std::move(req), how, &read_data<chat_session>);
}

call<void> chat::delete_session(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "chat.delete_session", "/chat/sessions/{}", id, how);
}

pager<chat_message, page<chat_message>> chat::list_messages(
    std::string_view id, list_options const& options, call_options const& how) const {
    return make_pager<chat_message>(core_, how, options, "chat.list_messages", "/chat/sessions/{}/messages", id);
}

call<chat_answer> chat::send_message(std::string_view id, std::string_view content, call_options const& how) const {
    auto op = std::make_shared<corun::detail::operation>(
        core_, turn("chat.send_message", "/chat/sessions/{}/messages", id, content), how);
    return corun::detail::call_access::make<chat_answer>(answer(op, std::string(id)), op);
}

event_stream<stream_event> chat::send_message_stream(
    std::string_view id, std::string_view content, call_options const& how) const {
    return open_stream(core_, turn("chat.send_message_stream", "/chat/sessions/{}/messages/stream", id, content), how);
}

}  // namespace corun::promptrails
