#include <corun/promptrails/a2a.hpp>

#include "platforms/promptrails/wire.hpp"

#include <string>

namespace corun::promptrails {

namespace {

json::object rpc(std::string_view method, json::object params) {
    json::object envelope;
    envelope["jsonrpc"] = "2.0";
    envelope["method"] = method;
    envelope["params"] = std::move(params);
    envelope["id"] = 1;
    return envelope;
}

// A status may be its state alone (wire/promptrails §7.23).
void spread_status(json::value& task) {
    if (!task.is_object()) return;
    auto* const status = task.get_object().if_contains("status");
    if (status == nullptr || !status->is_string()) return;
    json::object spread;
    spread["state"] = std::move(*status);
    *status = std::move(spread);
}

[[noreturn]] void raise_rpc(corun::detail::operation const& op, json::value const& from) {
    auto f = op.make_failure(errc::http_error, error_kind::other, phase::none, "Unknown error");
    f.status = op.head.status;
    f.api_code = "0";
    f.details = json::object();
    if (from.is_string()) f.message = std::string_view(from.get_string());
    if (from.is_object()) {
        auto const& fields = from.get_object();
        if (auto message = string_at(fields, "message")) f.message = op.core->mask(std::move(*message));
        auto const* const code = fields.if_contains("code");
        if (code != nullptr && code->is_int64()) f.api_code = std::to_string(code->get_int64());
        auto const* const data = fields.if_contains("data");
        if (data != nullptr && data->is_object()) f.details = *data;
    }
    op.raise(std::move(f));
}

void read_task(corun::detail::operation const& op, a2a_task& out) {
    json::value parsed;
    decode_error why;
    if (!parse_json(op.body, parsed, why)) op.raise_decode(why.text());
    auto* task = &parsed;
    if (parsed.is_object()) {
        auto& fields = parsed.get_object();
        auto const* const failed = fields.if_contains("error");
        if (failed != nullptr && !failed->is_null()) raise_rpc(op, *failed);
        if (auto* const result = fields.if_contains("result")) task = result;
    }
    spread_status(*task);
    if (!decode_value(*task, out, why)) op.raise_decode(why.text());
}

void read_card(corun::detail::operation const& op, a2a_agent_card& out) {
    decode_error why;
    if (!decode(op.body, out, why)) op.raise_decode(why.text());
}

bool spread_statuses(std::string& text, decode_error& why) {
    json::value parsed;
    if (!parse_json(text, parsed, why)) return false;
    if (!parsed.is_object()) return true;
    auto* const tasks = parsed.get_object().if_contains("data");
    if (tasks == nullptr || !tasks->is_array()) return true;
    for (auto& task : tasks->get_array()) spread_status(task);
    text.clear();
    return write_json(parsed, text, why);
}

}  // namespace

call<a2a_agent_card> a2a::get_agent_card(std::string_view agent_id, call_options const& how) const {
    request req("a2a.get_agent_card", "GET", "/a2a/agents/{}/agent-card.json", agent_id);
    req.from_root();
    return make_call<a2a_agent_card>(core_, std::move(req), how, &read_card);
}

call<a2a_task> a2a::send_message(std::string_view agent_id, std::string_view message, a2a_send_options const& options,
    call_options const& how) const {
    request req("a2a.send_message", "POST", "/a2a/agents/{}", agent_id);
    req.from_root().require(!message.empty(), "the message is empty");
    json::object params;
    auto const part = object("type", "text", "text", message);
    params["message"] = object("role", "user", "parts", array(part));
    if (!options.task_id.empty()) params["task_id"] = options.task_id;
    if (!options.context_id.empty()) params["context_id"] = options.context_id;
    if (!options.blocking) params["configuration"] = object("blocking", false);
    req.body(rpc("message/send", std::move(params)));
    return make_call<a2a_task>(core_, std::move(req), how, &read_task);
}

call<a2a_task> a2a::get_task(std::string_view task_id, call_options const& how) const {
    request req("a2a.get_task", "POST", "/a2a/tasks/get");
    req.from_root().require(!task_id.empty(), "the task_id is empty");
    req.body(rpc("tasks/get", object("id", task_id))).repeatable(true);
    return make_call<a2a_task>(core_, std::move(req), how, &read_task);
}

call<a2a_task> a2a::cancel_task(std::string_view task_id, call_options const& how) const {
    request req("a2a.cancel_task", "POST", "/a2a/tasks/cancel");
    req.from_root().require(!task_id.empty(), "the task_id is empty");
    req.body(rpc("tasks/cancel", object("id", task_id)));
    return make_call<a2a_task>(core_, std::move(req), how, &read_task);
}

pager<a2a_task, page<a2a_task>> a2a::list_tasks(task_list_options const& options, call_options const& how) const {
    request ask("a2a.list_tasks", "GET", "/a2a/tasks");
    ask_if(ask, "context_id", options.context_id);
    ask_if(ask, "status", options.status);
    return make_pager<a2a_task>(core_, how, options.page, options.limit, [ask] { return ask; }, &spread_statuses);
}

}  // namespace corun::promptrails
