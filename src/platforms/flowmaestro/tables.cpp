#include "platforms/flowmaestro/tables.hpp"

#include <array>
#include <string>
#include <utility>

namespace corun {

namespace {

// `error` is a text, or an object with `message` (wire/flowmaestro §4.4).
std::optional<std::string> error_text(json::value const& raw) {
    if (raw.is_string()) return std::string(std::string_view(raw.get_string()));
    if (raw.is_object()) {
        if (auto text = string_at(raw.get_object(), "message")) return text;
        if (auto text = string_at(raw.get_object(), "code")) return text;
    }
    if (raw.is_null()) return std::nullopt;
    std::string text;
    decode_error why;
    if (!write_json(raw, text, why)) return std::nullopt;
    return text;
}

template <class T>
void take_error(T& value) {
    if (auto text = error_text(value.error_raw)) value.error = std::move(*text);
}

std::string_view schema_type(std::string_view input_type) {
    if (input_type == "number" || input_type == "boolean") return input_type;
    return input_type == "json" ? "object" : "string";
}

// wire/flowmaestro §4.2.
json::value schema_of(std::map<std::string, flowmaestro::workflow_input> const& inputs) {
    json::object properties;
    json::array required;
    for (auto const& [key, input] : inputs) {
        json::object property;
        property["type"] = schema_type(input.type);
        property["title"] = input.label.empty() ? key : input.label;
        if (input.description) property["description"] = *input.description;
        properties[key] = std::move(property);
        if (input.required) required.push_back(json::string(key));
    }
    json::object schema;
    schema["type"] = "object";
    schema["properties"] = std::move(properties);
    schema["required"] = std::move(required);
    return schema;
}

}  // namespace

template <>
struct describe<flowmaestro::workflow_input> {
    using t = flowmaestro::workflow_input;
    static constexpr std::array members{
        field<&t::type>("type").nullable(),
        field<&t::label>("label").nullable(),
        field<&t::required>("required").nullable(),
        field<&t::description>("description"),
    };
};

template <>
struct describe<flowmaestro::workflow> {
    using t = flowmaestro::workflow;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description").keep_null(),
        field<&t::version>("version").nullable(),
        field<&t::inputs>("inputs"),
        field<&t::input_schema>("input_schema"),
        field<&t::status>("status"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
    static void finish(t& value) {
        if (!value.inputs) return;
        for (auto& [key, input] : *value.inputs)
            if (input.label.empty()) input.label = key;
        if (!value.input_schema) value.input_schema = schema_of(*value.inputs);
    }
};

template <>
struct describe<flowmaestro::execution_start> {
    using t = flowmaestro::execution_start;
    static constexpr std::array members{
        field<&t::execution_id>("execution_id").alias("executionId", "id").required(),
        field<&t::workflow_id>("workflow_id").nullable(),
        field<&t::trigger_id>("trigger_id"),
        field<&t::status>("status").nullable(),
        field<&t::inputs>("inputs"),
    };
};

template <>
struct describe<flowmaestro::execution> {
    using t = flowmaestro::execution;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::workflow_id>("workflow_id").nullable(),
        field<&t::workflow_name>("workflow_name"),
        field<&t::status>("status").required(),
        field<&t::inputs>("inputs"),
        field<&t::outputs>("outputs"),
        field<&t::error_raw>("error"),
        field<&t::started_at>("started_at").keep_null(),
        field<&t::completed_at>("completed_at").keep_null(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::duration_ms>("duration_ms"),
    };
    static void finish(t& value) { value.error = error_text(value.error_raw); }
};

template <>
struct describe<flowmaestro::cancel_result> {
    using t = flowmaestro::cancel_result;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::status>("status").required(),
        field<&t::workflow_id>("workflow_id"),
        field<&t::cancelled_at>("cancelled_at"),
        field<&t::message>("message"),
    };
};

template <>
struct describe<flowmaestro::agent_tool> {
    using t = flowmaestro::agent_tool;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description"),
        field<&t::type>("type").nullable(),
    };
};

template <>
struct describe<flowmaestro::agent> {
    using t = flowmaestro::agent;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description").keep_null(),
        field<&t::model>("model").nullable(),
        field<&t::provider>("provider"),
        field<&t::system_prompt>("system_prompt"),
        field<&t::temperature>("temperature"),
        field<&t::max_tokens>("max_tokens"),
        field<&t::available_tools>("available_tools"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<flowmaestro::thread> {
    using t = flowmaestro::thread;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::title>("title"),
        field<&t::metadata>("metadata"),
        field<&t::message_count>("message_count"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at"),
        field<&t::last_message_at>("last_message_at"),
    };
};

template <>
struct describe<flowmaestro::tool_call> {
    using t = flowmaestro::tool_call;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::arguments>("arguments"),
    };
};

template <>
struct describe<flowmaestro::token_usage> {
    using t = flowmaestro::token_usage;
    static constexpr std::array members{
        field<&t::prompt_tokens>("prompt_tokens").nullable(),
        field<&t::completion_tokens>("completion_tokens").nullable(),
        field<&t::total_tokens>("total_tokens").nullable(),
    };
};

template <>
struct describe<flowmaestro::thread_message> {
    using t = flowmaestro::thread_message;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::thread_id>("thread_id").nullable().skip_empty(),
        field<&t::role>("role").nullable(),
        field<&t::content>("content").nullable(),
        field<&t::tool_calls>("tool_calls").nullable(),
        field<&t::created_at>("created_at").nullable(),
    };
};

// Three forms (wire/flowmaestro §4.9). `message` is no member: what it holds moves up, the rest stays in `extra`.
template <>
struct describe<flowmaestro::send_message_result> {
    using t = flowmaestro::send_message_result;
    static constexpr std::array members{
        field<&t::content>("content").nullable(),
        field<&t::message_id>("id").alias("message_id"),
        field<&t::execution_id>("execution_id"),
        field<&t::thread_id>("thread_id").nullable().skip_empty(),
        field<&t::status>("status").nullable(),
        field<&t::role>("role").nullable(),
        field<&t::tool_calls>("tool_calls").nullable(),
        field<&t::usage>("usage"),
        field<&t::created_at>("created_at"),
        field<&t::iterations>("iterations"),
        field<&t::tool_calls_count>("tool_calls_count"),
    };
    static char const* finish(t& value, presence const& seen) {
        auto const* inner = value_at(value.extra, "message");
        if (inner == nullptr || !inner->is_object()) return nullptr;
        auto const& message = inner->get_object();
        if (!seen.has("content"))
            if (auto text = string_at(message, "content")) value.content = std::move(*text);
        if (!value.message_id) value.message_id = string_at(message, "id");
        if (!seen.has("role"))
            if (auto text = string_at(message, "role")) value.role.assign(*text);
        if (!value.created_at) value.created_at = string_at(message, "created_at");
        if (auto const* calls = value_at(message, "tool_calls");
            !seen.has("tool_calls") && calls != nullptr && calls->is_array()) {
            decode_error why;
            if (!decode_value(*calls, value.tool_calls, why)) return "message.tool_calls: not what it should be";
        }
        return nullptr;
    }
};

template <>
struct describe<flowmaestro::knowledge_base> {
    using t = flowmaestro::knowledge_base;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description").keep_null(),
        field<&t::document_count>("document_count").nullable(),
        field<&t::chunk_count>("chunk_count").nullable(),
        field<&t::embedding_model>("embedding_model"),
        field<&t::chunk_size>("chunk_size"),
        field<&t::chunk_overlap>("chunk_overlap"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<flowmaestro::query_match> {
    using t = flowmaestro::query_match;
    static constexpr std::array members{
        field<&t::chunk_id>("chunk_id").alias("id").nullable(),
        field<&t::document_id>("document_id").nullable(),
        field<&t::document_name>("document_name"),
        field<&t::content>("content").nullable(),
        field<&t::similarity>("similarity").alias("score").nullable(),
        field<&t::metadata>("metadata"),
    };
};

template <>
struct describe<flowmaestro::query_result> {
    using t = flowmaestro::query_result;
    static constexpr std::array members{
        field<&t::results>("results").required(),
        field<&t::query>("query").nullable(),
        field<&t::top_k>("top_k"),
        field<&t::knowledge_base_id>("knowledge_base_id").nullable().skip_empty(),
    };
};

template <>
struct describe<flowmaestro::trigger> {
    using t = flowmaestro::trigger;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::workflow_id>("workflow_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::type>("type").alias("trigger_type").nullable(),
        field<&t::workflow_name>("workflow_name"),
        field<&t::enabled>("enabled").nullable(),
        field<&t::last_triggered_at>("last_triggered_at").keep_null(),
        field<&t::trigger_count>("trigger_count").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<flowmaestro::webhook> {
    using t = flowmaestro::webhook;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::name>("name").nullable(),
        field<&t::url>("url").nullable(),
        field<&t::events>("events").nullable(),
        field<&t::secret>("secret"),
        field<&t::headers>("headers"),
        field<&t::is_active>("is_active").nullable(),
        field<&t::created_at>("created_at").nullable().skip_empty(),
        field<&t::updated_at>("updated_at").nullable().skip_empty(),
    };
};

template <>
struct describe<flowmaestro::webhook_test_result> {
    using t = flowmaestro::webhook_test_result;
    static constexpr std::array members{
        field<&t::success>("success").required(),
        field<&t::status_code>("status_code"),
        field<&t::response_time_ms>("response_time_ms"),
        field<&t::error_message>("error_message").alias("error"),
        field<&t::message>("message"),
        field<&t::webhook_id>("webhook_id"),
        field<&t::delivery_id>("delivery_id"),
    };
    static void finish(t& value) {
        if (!value.error_message && !value.success) value.error_message = value.message;
    }
};

template <>
struct describe<flowmaestro::webhook_delivery> {
    using t = flowmaestro::webhook_delivery;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::event_type>("event_type").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::attempts>("attempts").nullable(),
        field<&t::response_status>("response_status").keep_null(),
        field<&t::error_message>("error_message").keep_null(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::last_attempt_at>("last_attempt_at").keep_null(),
    };
};

template <>
struct describe<flowmaestro::removal> {
    using t = flowmaestro::removal;
    static constexpr std::array members{field<&t::id>("id").nullable(), field<&t::deleted>("deleted").nullable()};
};

template <>
struct describe<flowmaestro::wire_pagination> {
    using t = flowmaestro::wire_pagination;
    static constexpr std::array members{
        field<&t::page>("page"),
        field<&t::per_page>("per_page"),
        field<&t::total_count>("total_count").alias("total"),
        field<&t::total_pages>("total_pages"),
        field<&t::has_next>("has_next"),
        field<&t::has_prev>("has_prev"),
        field<&t::has_more>("has_more"),
    };
};

template <>
struct describe<flowmaestro::messages_box> {
    using t = flowmaestro::messages_box;
    static constexpr std::array members{field<&t::messages>("messages").required()};
};

template <>
struct describe<flowmaestro::event_probe> {
    using t = flowmaestro::event_probe;
    static constexpr std::array members{field<&t::type>("type")};
};

namespace {

// The rows of every event of a run, then its own (wire/flowmaestro §5.2).
template <class T, class... M>
constexpr auto run_event(M... own) {
    return std::array{
        field<&T::type, T>("type").nullable(),
        field<&T::timestamp, T>("timestamp"),
        field<&T::execution_id, T>("execution_id").alias("executionId").nullable(),
        own...,
    };
}

template <class T>
constexpr auto node_event() {
    return run_event<T>(field<&T::node_id>("node_id").alias("nodeId").nullable(),
                        field<&T::node_name>("node_name").alias("nodeName").nullable().skip_empty(),
                        field<&T::node_type>("node_type").alias("nodeType").nullable().skip_empty());
}

template <class T, std::size_t N, class... M>
constexpr auto with(std::array<member, N> const& rows, M... own) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<member, N + sizeof...(M)>{rows[I]..., own...};
    }(std::make_index_sequence<N>());
}

template <class T>
constexpr auto end_event() {
    return run_event<T>(field<&T::status, T>("status").nullable(),
                        field<&T::outputs, T>("outputs").alias("output"),
                        field<&T::error_raw, T>("error"),
                        field<&T::completed_at, T>("completed_at").alias("completedAt"),
                        field<&T::duration_ms, T>("duration_ms").alias("duration", "durationMs"),
                        field<&T::failed_node_id, T>("failed_node_id").alias("failedNodeId"));
}

// The rows of every event of a thread, then its own (wire/flowmaestro §5.3).
template <class T, class... M>
constexpr auto talk_event(M... own) {
    return std::array{
        field<&T::type, T>("type").nullable(),
        field<&T::timestamp, T>("timestamp"),
        field<&T::thread_id, T>("thread_id").alias("threadId").nullable(),
        own...,
    };
}

}  // namespace

template <>
struct describe<flowmaestro::execution_connected> {
    using t = flowmaestro::execution_connected;
    static constexpr auto members = run_event<t>(field<&t::status>("status").nullable());
};

template <>
struct describe<flowmaestro::execution_started> {
    using t = flowmaestro::execution_started;
    static constexpr auto members = run_event<t>(field<&t::status>("status").nullable(),
                                                 field<&t::workflow_name>("workflow_name").alias("workflowName"),
                                                 field<&t::total_nodes>("total_nodes").alias("totalNodes"));
};

template <>
struct describe<flowmaestro::execution_progress> {
    using t = flowmaestro::execution_progress;
    static constexpr auto members = run_event<t>(field<&t::progress>("progress").alias("percentage").nullable(),
                                                 field<&t::message>("message"),
                                                 field<&t::current_node>("current_node").alias("currentNode"),
                                                 field<&t::completed>("completed"), field<&t::total>("total"));
};

template <>
struct describe<flowmaestro::node_started> {
    static constexpr auto members = node_event<flowmaestro::node_started>();
};

template <>
struct describe<flowmaestro::node_completed> {
    using t = flowmaestro::node_completed;
    static constexpr auto members =
        with<t>(node_event<t>(), field<&t::outputs>("outputs").alias("output"),
                field<&t::duration_ms>("duration_ms").alias("duration", "durationMs"));
};

template <>
struct describe<flowmaestro::node_failed> {
    using t = flowmaestro::node_failed;
    static constexpr auto members = with<t>(node_event<t>(), field<&t::error_raw>("error"));
    static void finish(t& value) { take_error(value); }
};

template <>
struct describe<flowmaestro::execution_completed> {
    using t = flowmaestro::execution_completed;
    static constexpr auto members = end_event<t>();
    static void finish(t& value) { take_error(value); }
};

template <>
struct describe<flowmaestro::execution_failed> {
    using t = flowmaestro::execution_failed;
    static constexpr auto members = end_event<t>();
    static void finish(t& value) { take_error(value); }
};

template <>
struct describe<flowmaestro::execution_cancelled> {
    using t = flowmaestro::execution_cancelled;
    static constexpr auto members = end_event<t>();
    static void finish(t& value) { take_error(value); }
};

template <>
struct describe<flowmaestro::thread_connected> {
    static constexpr auto members = talk_event<flowmaestro::thread_connected>();
};

template <>
struct describe<flowmaestro::message_started> {
    using t = flowmaestro::message_started;
    static constexpr auto members =
        talk_event<t>(field<&t::message_id>("message_id").alias("messageId").nullable().skip_empty());
};

template <>
struct describe<flowmaestro::message_token> {
    using t = flowmaestro::message_token;
    static constexpr auto members =
        talk_event<t>(field<&t::message_id>("message_id").alias("messageId").nullable().skip_empty(),
                      field<&t::token>("token").alias("content").nullable(), field<&t::index>("index"));
};

template <>
struct describe<flowmaestro::message_completed> {
    using t = flowmaestro::message_completed;
    static constexpr auto members =
        talk_event<t>(field<&t::message_id>("message_id").alias("messageId").nullable().skip_empty(),
                      field<&t::content>("content").alias("finalContent", "finalMessage").nullable(),
                      field<&t::usage>("usage"));
};

template <>
struct describe<flowmaestro::message_failed> {
    using t = flowmaestro::message_failed;
    static constexpr auto members =
        talk_event<t>(field<&t::message_id>("message_id").alias("messageId").nullable().skip_empty(),
                      field<&t::error_raw>("error").alias("message"));
    static void finish(t& value) { take_error(value); }
};

template <>
struct describe<flowmaestro::webhook_execution> {
    using t = flowmaestro::webhook_execution;
    static constexpr std::array members{
        field<&t::execution_id>("execution_id").nullable(),
        field<&t::workflow_id>("workflow_id").nullable(),
        field<&t::workflow_name>("workflow_name").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::started_at>("started_at"),
        field<&t::completed_at>("completed_at"),
        field<&t::outputs>("outputs"),
        field<&t::error_raw>("error"),
    };
    static void finish(t& value) { value.error = error_text(value.error_raw); }
};

template <>
struct describe<flowmaestro::webhook_message> {
    using t = flowmaestro::webhook_message;
    static constexpr std::array members{
        field<&t::thread_id>("thread_id").nullable(),
        field<&t::message_id>("message_id").nullable(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::agent_name>("agent_name").nullable(),
        field<&t::role>("role").nullable(),
        field<&t::content>("content").nullable(),
        field<&t::status>("status"),
        field<&t::error_raw>("error"),
    };
    static void finish(t& value) { value.error = error_text(value.error_raw); }
};

template <>
struct describe<flowmaestro::webhook_agent_run> {
    using t = flowmaestro::webhook_agent_run;
    static constexpr std::array members{
        field<&t::thread_id>("thread_id").nullable(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::agent_name>("agent_name").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::started_at>("started_at"),
        field<&t::completed_at>("completed_at"),
        field<&t::error_raw>("error"),
    };
    static void finish(t& value) { value.error = error_text(value.error_raw); }
};

template <>
struct describe<flowmaestro::webhook_ping> {
    using t = flowmaestro::webhook_ping;
    static constexpr std::array members{field<&t::message>("message").nullable(),
                                        field<&t::webhook_id>("webhook_id").nullable()};
};

template <>
struct describe<flowmaestro::webhook_event> {
    using t = flowmaestro::webhook_event;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::event>("event").required(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::data>("data"),
    };
};

#define CORUN_FLOWMAESTRO_DEFINE(name) template value_type const& type_of<flowmaestro::name>() noexcept;
CORUN_FLOWMAESTRO_TYPES(CORUN_FLOWMAESTRO_DEFINE)
#undef CORUN_FLOWMAESTRO_DEFINE

}  // namespace corun
