#include "platforms/flowmaestro/event_reader.hpp"

#include "platforms/flowmaestro/tables.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace corun::flowmaestro {

namespace {

enum class reading { done, other_type, failed };

template <class Event>
struct event_row {
    std::string_view name;
    std::string_view canonical;
    reading (*read)(json_decoder& json, std::string_view text, std::string_view canonical, Event& out, std::string& type);
};

// `{type, …, data: {…}}`: what is nested belongs to the event itself.
std::optional<json::value> flattened(std::string_view text) {
    json::value parsed;
    decode_error why;
    if (!parse_json(text, parsed, why) || !parsed.is_object()) return std::nullopt;
    auto& fields = parsed.get_object();
    auto* const inner = fields.if_contains("data");
    if (inner == nullptr || !inner->is_object()) return std::nullopt;
    json::object const nested = std::move(inner->get_object());
    fields.erase("data");
    for (auto const& member : nested) fields.insert_or_assign(member.key(), member.value());
    return parsed;
}

template <class Event, class T>
reading read_as(json_decoder& json, std::string_view text, std::string_view canonical, Event& out, std::string& type) {
    auto& value = out.template emplace<T>();
    if (!json.whole(text, &value, type_of<T>())) return reading::failed;
    if (!value.extra.empty() && value.extra.contains("data")) {
        if (auto const flat = flattened(text)) {
            decode_error why;
            if (!decode_value(*flat, value, why)) return reading::failed;
        }
    }
    if (value.type.known() || !value.type.text().empty()) {
        type = value.type.text();
        if (type != canonical) return reading::other_type;
    } else {
        value.type.assign(canonical);
    }
    return reading::done;
}

template <class T>
constexpr event_row<execution_event> run_row(std::string_view name) {
    return {name, name, &read_as<execution_event, T>};
}

constexpr std::array run_rows{
    run_row<node_started>("node:started"),
    run_row<node_completed>("node:completed"),
    run_row<execution_progress>("execution:progress"),
    run_row<node_failed>("node:failed"),
    run_row<execution_connected>("connected"),
    run_row<execution_started>("execution:started"),
    run_row<execution_completed>("execution:completed"),
    run_row<execution_failed>("execution:failed"),
    run_row<execution_cancelled>("execution:cancelled"),
};

template <class T>
constexpr event_row<thread_event> talk_row(std::string_view name, std::string_view canonical) {
    return {name, canonical, &read_as<thread_event, T>};
}

// The aliases of wire/flowmaestro §5.3 stand behind the documented names.
constexpr std::array talk_rows{
    talk_row<message_token>("message:token", "message:token"),
    talk_row<thread_connected>("connected", "connected"),
    talk_row<message_started>("message:started", "message:started"),
    talk_row<message_completed>("message:completed", "message:completed"),
    talk_row<message_failed>("message:failed", "message:failed"),
    talk_row<message_started>("thread:message:start", "message:started"),
    talk_row<message_token>("thread:message:token", "message:token"),
    talk_row<message_completed>("thread:message:complete", "message:completed"),
    talk_row<message_failed>("thread:message:error", "message:failed"),
    talk_row<message_token>("agent:token", "message:token"),
    talk_row<message_completed>("agent:execution:completed", "message:completed"),
    talk_row<message_failed>("agent:execution:failed", "message:failed"),
    talk_row<message_token>("token", "message:token"),
    talk_row<message_completed>("message_complete", "message:completed"),
    talk_row<message_failed>("error", "message:failed"),
};

constexpr auto const& rows_of(execution_event const*) { return run_rows; }
constexpr auto const& rows_of(thread_event const*) { return talk_rows; }

template <class Event>
event_row<Event> const* find_row(std::string_view name) {
    for (auto const& row : rows_of(static_cast<Event const*>(nullptr)))
        if (row.name == name) return &row;
    return nullptr;
}

template <class T>
void derive_status(T& ended, execution_status status) {
    if (!ended.status.known() && ended.status.text().empty()) ended.status = status;
}

}  // namespace

template <class Event>
void event_reader::read_any(sse::event_view const& from, Event& out) {
    auto const* row = find_row<Event>(from.type);
    std::string type;
    if (row == nullptr) {
        event_probe probe;
        if (json_.whole(from.data, &probe, type_of<event_probe>()) && probe.type.is_string())
            type = std::string_view(probe.type.get_string());
        row = find_row<Event>(type);
    }
    for (int tries = 0; row != nullptr && tries < 2; ++tries) {
        auto const got = row->read(json_, from.data, row->canonical, out, type);
        if (got == reading::done) return;
        if (got == reading::failed) break;
        auto const* const named = find_row<Event>(type);
        if (named != nullptr && named->canonical == row->canonical) {
            std::visit([&](auto& event) { if constexpr (requires { event.type; }) event.type.assign(row->canonical); }, out);
            return;
        }
        row = named;
    }
    auto& unknown = out.template emplace<unknown_event>();
    unknown.name = type.empty() ? from.type : std::string_view(type);
    unknown.text = from.data;
}

void event_reader::read(sse::event_view const& from, execution_event& out) {
    read_any(from, out);
    if (auto* e = std::get_if<execution_completed>(&out)) derive_status(*e, execution_status::completed);
    if (auto* e = std::get_if<execution_failed>(&out)) derive_status(*e, execution_status::failed);
    if (auto* e = std::get_if<execution_cancelled>(&out)) derive_status(*e, execution_status::cancelled);
}

void event_reader::read(sse::event_view const& from, thread_event& out) { read_any(from, out); }

bool is_terminal(execution_event const& event) {
    return std::holds_alternative<execution_completed>(event) || std::holds_alternative<execution_failed>(event) ||
           std::holds_alternative<execution_cancelled>(event);
}

bool is_terminal(thread_event const& event) {
    return std::holds_alternative<message_completed>(event) || std::holds_alternative<message_failed>(event);
}

execution_event synthesize(execution const& run) {
    auto const fill = [&]<class T>(T value, execution_event_type type) {
        value.type = type;
        value.synthetic = true;
        value.execution_id = run.id;
        value.status = run.status;
        value.outputs = run.outputs;
        value.error = run.error.value_or(std::string());
        value.error_raw = run.error_raw;
        value.completed_at = run.completed_at;
        value.duration_ms = run.duration_ms;
        return execution_event(std::move(value));
    };
    if (run.status == execution_status::completed) return fill(execution_completed(), execution_event_type::execution_completed);
    if (run.status == execution_status::failed) return fill(execution_failed(), execution_event_type::execution_failed);
    return fill(execution_cancelled(), execution_event_type::execution_cancelled);
}

}  // namespace corun::flowmaestro
