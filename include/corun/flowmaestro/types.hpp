#pragma once

#include <corun/json.hpp>
#include <corun/open_enum.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// What FlowMaestro's API gives (wire/flowmaestro §4). Timestamps are texts, "2026-03-02T09:15:01.004Z". Every type keeps
/// the members that it does not know in `extra`.
namespace corun::flowmaestro {

enum class execution_status { pending, running, completed, failed, cancelled, paused };
constexpr std::array<std::string_view, 6> enum_names(execution_status) {
    return {"pending", "running", "completed", "failed", "cancelled", "paused"};
}

/// Whether a run has ended; unknown statuses have not.
inline bool is_terminal(open_enum<execution_status> const& status) {
    return status == execution_status::completed || status == execution_status::failed ||
           status == execution_status::cancelled;
}

enum class thread_status { active, archived, deleted };
constexpr std::array<std::string_view, 3> enum_names(thread_status) { return {"active", "archived", "deleted"}; }

enum class message_role { user, assistant, system, tool };
constexpr std::array<std::string_view, 4> enum_names(message_role) { return {"user", "assistant", "system", "tool"}; }

enum class message_status { pending, processing, completed, failed };
constexpr std::array<std::string_view, 4> enum_names(message_status) {
    return {"pending", "processing", "completed", "failed"};
}

enum class trigger_type { schedule, webhook, event, manual };
constexpr std::array<std::string_view, 4> enum_names(trigger_type) { return {"schedule", "webhook", "event", "manual"}; }

enum class delivery_status { pending, retrying, success, failed };
constexpr std::array<std::string_view, 4> enum_names(delivery_status) {
    return {"pending", "retrying", "success", "failed"};
}

/// Which page a list starts at, and how large its pages are (1–100).
struct list_options {
    int page = 1;
    int per_page = 20;
};

/// Where a page stands in its list; what the server left out is derived (wire/flowmaestro §2.2).
struct pagination {
    pagination() = default;

    std::int64_t page = 1;
    std::int64_t per_page = 20;
    std::int64_t total_count = 0;
    std::int64_t total_pages = 0;
    bool has_more = false;
    bool has_next = false;
    bool has_prev = false;
    json::object extra;
};

/// What the server says of an answer; its `request_id` is not the one of the response header.
struct meta {
    meta() = default;

    std::string request_id;
    std::string timestamp;
    json::object extra;
};

/// One page of a list.
template <class T>
struct page {
    page() = default;

    std::vector<T> data;
    flowmaestro::pagination pagination;
    flowmaestro::meta meta;
};

/// What a workflow asks for; the key beside it is the id of its node.
struct workflow_input {
    workflow_input() = default;

    std::string type = "text";
    std::string label;
    bool required = true;
    std::optional<std::string> description;
    json::object extra;
};

struct workflow {
    workflow() = default;

    std::string id;
    std::string name;
    std::optional<std::string> description;
    std::int64_t version = 0;
    std::optional<std::map<std::string, workflow_input>> inputs;  ///< only from `get`
    std::optional<json::value> input_schema;  ///< only from `get`; built from `inputs` where the server sends none
    std::optional<std::string> status;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

/// What starting a workflow or a trigger gives.
struct execution_start {
    execution_start() = default;

    std::string execution_id;
    std::string workflow_id;
    std::optional<std::string> trigger_id;
    open_enum<execution_status> status;
    json::value inputs;
    json::object extra;
};

struct execution {
    execution() = default;

    std::string id;
    std::string workflow_id;
    std::optional<std::string> workflow_name;
    open_enum<execution_status> status;
    json::value inputs;
    json::value outputs;               ///< set when completed
    std::optional<std::string> error;  ///< set when failed
    json::value error_raw;             ///< as sent: a text, or an object with `message`
    std::optional<std::string> started_at;
    std::optional<std::string> completed_at;  ///< stays empty after a cancel
    std::string created_at;
    std::optional<std::int64_t> duration_ms;
    json::object extra;
};

struct cancel_result {
    cancel_result() = default;

    std::string id;
    open_enum<execution_status> status;
    std::optional<std::string> workflow_id;
    std::optional<std::string> cancelled_at;
    std::optional<std::string> message;
    json::object extra;
};

struct agent_tool {
    agent_tool() = default;

    std::string id;
    std::string name;
    std::optional<std::string> description;
    std::string type;
    json::object extra;
};

struct agent {
    agent() = default;

    std::string id;
    std::string name;
    std::optional<std::string> description;
    std::string model;
    std::optional<std::string> provider;
    std::optional<std::string> system_prompt;        ///< only from `get`, like what follows
    std::optional<double> temperature;
    std::optional<std::int64_t> max_tokens;
    std::optional<std::vector<agent_tool>> available_tools;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct thread {
    thread() = default;

    std::string id;
    std::string agent_id;
    open_enum<thread_status> status;
    std::optional<std::string> title;
    json::value metadata;
    std::optional<std::int64_t> message_count;
    std::string created_at;
    std::optional<std::string> updated_at;
    std::optional<std::string> last_message_at;
    json::object extra;
};

struct tool_call {
    tool_call() = default;

    std::string id;
    std::string name;
    json::value arguments;
    json::object extra;
};

struct token_usage {
    token_usage() = default;

    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t total_tokens = 0;
    json::object extra;
};

struct thread_message {
    thread_message() = default;

    std::string id;
    std::string thread_id;
    open_enum<message_role> role;
    std::string content;
    std::vector<tool_call> tool_calls;
    std::string created_at;
    json::object extra;
};

/// An agent's answer, whichever of the three forms on record it came in (wire/flowmaestro §4.9).
struct send_message_result {
    send_message_result() = default;

    std::string content;
    std::optional<std::string> message_id;
    std::optional<std::string> execution_id;
    std::string thread_id;
    open_enum<message_status> status = message_status::completed;
    open_enum<message_role> role = message_role::assistant;
    std::vector<tool_call> tool_calls;
    std::optional<token_usage> usage;
    std::optional<std::string> created_at;
    std::optional<std::int64_t> iterations;
    std::optional<std::int64_t> tool_calls_count;
    json::object extra;
};

struct knowledge_base {
    knowledge_base() = default;

    std::string id;
    std::string name;
    std::optional<std::string> description;
    std::int64_t document_count = 0;
    std::int64_t chunk_count = 0;
    std::optional<std::string> embedding_model;  ///< only from `get`, like what follows
    std::optional<std::int64_t> chunk_size;
    std::optional<std::int64_t> chunk_overlap;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

/// A passage that a knowledge base found.
struct query_match {
    query_match() = default;

    std::string chunk_id;
    std::string document_id;
    std::optional<std::string> document_name;
    std::string content;
    double similarity = 0.0;
    json::value metadata;
    json::object extra;
};

struct query_result {
    query_result() = default;

    std::vector<query_match> results;  ///< best first
    std::string query;
    std::optional<std::int64_t> top_k;
    std::string knowledge_base_id;
    json::object extra;
};

struct trigger {
    trigger() = default;

    std::string id;
    std::string workflow_id;
    std::string name;
    open_enum<trigger_type> type;
    std::optional<std::string> workflow_name;
    bool enabled = false;
    std::optional<std::string> last_triggered_at;
    std::int64_t trigger_count = 0;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct webhook {
    webhook() = default;

    std::string id;
    std::string name;
    std::string url;
    std::vector<std::string> events;
    std::optional<std::string> secret;  ///< only from `create`: it is never shown again
    std::optional<std::map<std::string, std::string>> headers;
    bool is_active = false;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct webhook_test_result {
    webhook_test_result() = default;

    bool success = false;
    std::optional<std::int64_t> status_code;  ///< empty where nothing answered
    std::optional<std::int64_t> response_time_ms;
    std::optional<std::string> error_message;
    std::optional<std::string> message;
    std::optional<std::string> webhook_id;
    std::optional<std::string> delivery_id;
    json::object extra;
};

/// One delivery of a webhook, as the server remembers it.
struct webhook_delivery {
    webhook_delivery() = default;

    std::string id;
    std::string event_type;
    open_enum<delivery_status> status;
    std::int64_t attempts = 0;
    std::optional<std::int64_t> response_status;
    std::optional<std::string> error_message;
    std::string created_at;
    std::optional<std::string> last_attempt_at;
    json::object extra;
};

/// What a removal gives.
struct removal {
    removal() = default;

    std::string id;
    bool deleted = true;
    json::object extra;
};

namespace detail {
/// What may stand in an awaiting expression: trivially destructible, or with a declared constructor.
template <class T>
inline constexpr bool may_be_awaited_with = !std::is_aggregate_v<T> || std::is_trivially_destructible_v<T>;
}  // namespace detail

static_assert(detail::may_be_awaited_with<list_options> && std::is_trivially_destructible_v<list_options>);
static_assert(detail::may_be_awaited_with<pagination> && detail::may_be_awaited_with<page<workflow>>);
static_assert(detail::may_be_awaited_with<workflow> && detail::may_be_awaited_with<workflow_input>);
static_assert(detail::may_be_awaited_with<execution> && detail::may_be_awaited_with<execution_start>);
static_assert(detail::may_be_awaited_with<agent> && detail::may_be_awaited_with<thread>);
static_assert(detail::may_be_awaited_with<thread_message> && detail::may_be_awaited_with<send_message_result>);
static_assert(detail::may_be_awaited_with<knowledge_base> && detail::may_be_awaited_with<query_result>);
static_assert(detail::may_be_awaited_with<trigger> && detail::may_be_awaited_with<webhook>);

}  // namespace corun::flowmaestro
