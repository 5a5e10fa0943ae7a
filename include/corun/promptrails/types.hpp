#pragma once

#include <corun/json.hpp>
#include <corun/open_enum.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// What PromptRails' API gives (wire/promptrails §7). Timestamps are texts, "2026-04-02T09:15:30.125Z". What is null or
/// missing has the default shown. Every type keeps the members that it does not know in `extra`.
namespace corun::promptrails {

enum class agent_type { simple, chain, multi_agent, workflow, composite, agent };
constexpr std::array<std::string_view, 6> enum_names(agent_type) {
    return {"simple", "chain", "multi_agent", "workflow", "composite", "agent"};
}

enum class agent_status { draft, active, archived };
constexpr std::array<std::string_view, 3> enum_names(agent_status) { return {"draft", "active", "archived"}; }

enum class execution_status {
    pending,
    running,
    completed,
    failed,
    cancelled,
    awaiting_approval,
    rejected,
    waiting_approval,
    cancel_requested,
};
constexpr std::array<std::string_view, 9> enum_names(execution_status) {
    return {"pending", "running", "completed", "failed", "cancelled", "awaiting_approval", "rejected",
        "waiting_approval", "cancel_requested"};
}

/// Whether a run has ended; unknown statuses have not.
inline bool is_terminal(open_enum<execution_status> const& status) {
    return status == execution_status::completed || status == execution_status::failed ||
           status == execution_status::cancelled || status == execution_status::rejected;
}

enum class credential_category { llm, data_warehouse, tools, speech, image, video };
constexpr std::array<std::string_view, 6> enum_names(credential_category) {
    return {"llm", "data_warehouse", "tools", "speech", "image", "video"};
}

enum class message_role { user, assistant, system };
constexpr std::array<std::string_view, 3> enum_names(message_role) { return {"user", "assistant", "system"}; }

enum class span_kind {
    agent,
    llm,
    tool,
    datasource,
    prompt,
    guardrail,
    chain,
    workflow,
    agent_step,
    mcp_call,
    preprocessing,
    postprocessing,
    memory,
    embedding,
    speech,
    image,
    video,
    storage,
};
constexpr std::array<std::string_view, 18> enum_names(span_kind) {
    return {"agent", "llm", "tool", "datasource", "prompt", "guardrail", "chain", "workflow", "agent_step", "mcp_call",
        "preprocessing", "postprocessing", "memory", "embedding", "speech", "image", "video", "storage"};
}

enum class span_status { ok, error };
constexpr std::array<std::string_view, 2> enum_names(span_status) { return {"ok", "error"}; }

enum class tool_status { active, inactive, error, archived };
constexpr std::array<std::string_view, 4> enum_names(tool_status) {
    return {"active", "inactive", "error", "archived"};
}

enum class guardrail_type { input, output };
constexpr std::array<std::string_view, 2> enum_names(guardrail_type) { return {"input", "output"}; }

enum class guardrail_action { block, redact, log };
constexpr std::array<std::string_view, 3> enum_names(guardrail_action) { return {"block", "redact", "log"}; }

enum class approval_status { pending, approved, rejected };
constexpr std::array<std::string_view, 3> enum_names(approval_status) { return {"pending", "approved", "rejected"}; }

enum class approval_decision { approved, rejected };
constexpr std::array<std::string_view, 2> enum_names(approval_decision) { return {"approved", "rejected"}; }

enum class score_type { numeric, categorical, boolean };
constexpr std::array<std::string_view, 3> enum_names(score_type) { return {"numeric", "categorical", "boolean"}; }

enum class reasoning_effort { minimal, low, medium, high };
constexpr std::array<std::string_view, 4> enum_names(reasoning_effort) { return {"minimal", "low", "medium", "high"}; }

enum class task_state { submitted, working, input_required, completed, failed, canceled, rejected };
constexpr std::array<std::string_view, 7> enum_names(task_state) {
    return {"submitted", "working", "input_required", "completed", "failed", "canceled", "rejected"};
}

/// Whether a task has ended; unknown states have not.
inline bool is_terminal(open_enum<task_state> const& state) {
    return state == task_state::completed || state == task_state::failed || state == task_state::canceled ||
           state == task_state::rejected;
}

/// One word of a set, as an argument: the enumerator or its text. An unknown text is refused before anything is sent.
template <class E>
class word {
public:
    constexpr word() = default;
    constexpr word(E value) : text_(enum_names(value)[static_cast<std::size_t>(value)]) {}
    template <std::convertible_to<std::string_view> S>
    constexpr word(S const& text) : text_(text) {}

    constexpr std::string_view text() const { return text_; }
    constexpr bool empty() const { return text_.empty(); }
    constexpr bool known() const {
        for (auto const name : enum_names(E{}))
            if (name == text_) return true;
        return false;
    }

private:
    std::string_view text_;
};

/// Which page a list starts at, and how large its pages are (1–100).
struct list_options {
    int page = 1;
    int limit = 20;
};

/// Where a page stands in its list (wire/promptrails §2.3).
struct pagination_meta {
    pagination_meta() = default;

    std::int64_t total = 0;
    std::int64_t page = 1;
    std::int64_t limit = 20;
    std::int64_t pages = 0;
    json::object extra;
};

/// One page of a list: the vendor's `PaginatedResponse`.
template <class T>
struct page {
    page() = default;

    std::vector<T> data;
    pagination_meta meta;
    json::object extra;
};

struct token_usage {
    token_usage() = default;

    std::optional<std::int64_t> prompt_tokens;
    std::optional<std::int64_t> completion_tokens;
    std::optional<std::int64_t> total_tokens;
    std::optional<std::int64_t> cached_tokens;
    std::optional<std::int64_t> cache_creation_tokens;
    std::optional<std::int64_t> reasoning_tokens;
    json::object extra;
};

struct llm_model {
    llm_model() = default;

    std::string id;
    std::string provider;
    std::string model_id;
    std::string display_name;
    std::optional<double> input_price;  ///< US dollars per million tokens, it seems (wire/promptrails §13)
    std::optional<double> output_price;
    std::optional<double> cached_input_price;
    std::optional<std::int64_t> max_tokens;
    bool supports_vision = false;
    bool supports_tools = false;
    bool supports_json = false;
    bool supports_streaming = false;
    bool is_active = true;
    std::optional<bool> supports_temperature;
    std::optional<bool> supports_top_p;
    std::optional<bool> supports_top_k;
    std::optional<bool> supports_reasoning;
    std::optional<bool> supports_web_search;
    std::optional<bool> supports_prompt_caching;
    std::optional<bool> is_deprecated;
    std::optional<std::string> deprecated_at;
    std::optional<std::string> created_at;
    std::optional<std::string> updated_at;
    json::object extra;
};

struct available_model {
    available_model() = default;

    std::string id;
    std::string model_id;
    std::string display_name;
    std::optional<std::int64_t> max_tokens;
    bool supports_vision = false;
    bool supports_tools = false;
    bool supports_json = false;
    std::optional<double> input_price;
    std::optional<double> output_price;
    json::object extra;
};

/// The usable models of one provider.
struct available_model_group {
    available_model_group() = default;

    std::string provider;
    std::vector<available_model> models;
    json::object extra;
};

struct prompt_version {
    prompt_version() = default;

    std::string id;
    std::string prompt_id;
    std::string version;
    std::string system_prompt;
    std::string user_prompt;
    std::optional<std::string> llm_model_id;
    std::optional<std::string> fallback_llm_model_id;
    std::optional<double> temperature;
    std::optional<double> top_p;
    std::optional<std::int64_t> max_tokens;
    json::object input_schema;
    std::optional<json::object> output_schema;
    bool is_current = false;
    json::object config;
    std::string message;
    std::optional<std::int64_t> cache_timeout;  ///< seconds
    std::string created_at;
    std::optional<promptrails::llm_model> llm_model;
    std::optional<promptrails::llm_model> fallback_llm_model;
    json::object extra;
};

struct prompt {
    prompt() = default;

    std::string id;
    std::string workspace_id;
    std::string name;
    std::string description;
    std::string status = "active";
    std::string created_at;
    std::string updated_at;
    std::optional<prompt_version> current_version;
    json::object extra;
};

/// A prompt of an agent's version; it follows the prompt, not a frozen version of it.
struct agent_version_prompt {
    agent_version_prompt() = default;

    std::string id;
    std::string agent_version_id;
    std::string prompt_id;
    std::string role;
    std::int64_t sort_order = 0;
    std::optional<promptrails::prompt> prompt;
    json::object extra;
};

struct agent_version {
    agent_version() = default;

    std::string id;
    std::string agent_id;
    std::string version;
    json::object config;  ///< as stored; `read_agent_config` gives its type
    json::object input_schema;
    std::optional<json::object> output_schema;
    bool is_current = false;
    std::string message;
    std::string created_at;
    std::vector<agent_version_prompt> prompts;
    json::object extra;
};

struct agent {
    agent() = default;

    std::string id;
    std::string workspace_id;
    std::string name;
    std::string description;
    open_enum<agent_type> type;
    open_enum<agent_status> status = agent_status::draft;
    std::vector<std::string> labels;
    std::optional<std::string> created_by_id;
    std::optional<bool> masking_enabled;
    std::string created_at;
    std::string updated_at;
    std::optional<agent_version> current_version;
    json::object extra;
};

/// What a preview says; nothing is stored.
struct agent_preview {
    agent_preview() = default;

    std::string content;
    std::string type;
    json::object extra;
};

struct run_prompt_response {
    run_prompt_response() = default;

    std::string content;
    promptrails::token_usage token_usage;
    double cost = 0;
    std::int64_t duration_ms = 0;
    std::string model;
    std::optional<std::string> trace_id;
    json::object extra;
};

struct agent_execution {
    agent_execution() = default;

    std::string id;
    std::string agent_id;
    std::string agent_version_id;
    std::string user_id;
    std::string workspace_id;
    std::string session_id;
    open_enum<execution_status> status;
    json::object input;
    std::optional<json::object> output;
    std::string error;
    json::object metadata;
    promptrails::token_usage token_usage;
    double cost = 0;
    std::optional<std::int64_t> duration_ms;
    std::optional<std::string> trace_id;
    std::optional<std::string> started_at;
    std::optional<std::string> completed_at;
    std::string created_at;
    std::optional<promptrails::agent> agent;
    json::object extra;
};

/// The answer of `agents.execute`; where the server sends the whole run, the rest of it is in `extra`.
struct execution_result {
    execution_result() = default;

    std::string execution_id;  ///< `id`, where the server sends that
    std::string id;
    open_enum<execution_status> status;
    std::optional<json::object> output;
    std::string error;
    std::string trace_id;
    promptrails::token_usage token_usage;
    double cost = 0;
    std::optional<std::int64_t> duration_ms;
    json::object extra;
};

struct credential {
    credential() = default;

    std::string id;
    std::string workspace_id;
    std::string name;
    std::string type;
    open_enum<credential_category> category;
    std::string description;
    std::string masked_content;
    bool is_default = false;
    std::string schema_type;
    bool is_valid = true;
    bool has_schema = false;
    std::optional<std::string> schema_updated_at;
    std::optional<std::string> created_by_id;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

/// Whether a credential or a data source works.
struct connection_check {
    connection_check() = default;

    bool ok = false;
    std::optional<std::string> error;
    json::object extra;
};

struct data_source {
    data_source() = default;

    std::string id;
    std::string workspace_id;
    std::string name;
    std::string type;
    std::string description;
    std::string status = "active";
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct data_source_version {
    data_source_version() = default;

    std::string id;
    std::string data_source_id;
    std::string version;
    std::optional<std::string> credential_id;
    json::object connection_config;
    std::string query_template;
    json::array parameters;
    bool is_current = false;
    std::string message;
    std::string created_at;
    std::optional<std::int64_t> cache_timeout;  ///< seconds
    std::optional<std::string> output_format;
    json::object extra;
};

struct query_result {
    query_result() = default;

    json::array columns;
    json::array rows;
    std::int64_t row_count = 0;
    std::int64_t duration_ms = 0;
    json::object extra;
};

struct chat_session {
    chat_session() = default;

    std::string id;
    std::string workspace_id;
    std::string agent_id;
    std::string user_id;
    std::string title;
    json::object metadata;
    std::string created_at;
    std::string updated_at;
    std::optional<promptrails::agent> agent;
    json::object extra;
};

struct chat_message {
    chat_message() = default;

    std::string id;
    std::string session_id;
    open_enum<message_role> role;
    std::string content;
    json::object metadata;  ///< may hold `execution_id`
    json::value tool_calls;
    json::value tool_results;
    std::optional<std::string> model;
    std::optional<double> cost;
    std::optional<std::int64_t> token_count;
    std::optional<std::int64_t> prompt_tokens;
    std::optional<std::int64_t> completion_tokens;
    std::string created_at;
    json::object extra;
};

/// The answer of `chat.send_message`: the assistant's message, whichever shape it came in (wire/promptrails §7.9).
/// Where the answer arrives by stream only, `content` is empty and `execution_id` set.
struct chat_answer : chat_message {
    chat_answer() = default;

    std::optional<std::string> execution_id;
    std::optional<chat_message> user_message;
};

/// What one session has used, summed over its traces.
struct session_summary {
    session_summary() = default;

    std::string session_id;
    std::int64_t trace_count = 0;
    std::int64_t total_tokens = 0;
    double total_cost = 0;
    std::int64_t error_count = 0;
    std::string first_seen;
    std::string last_seen;
    json::object extra;
};

struct agent_memory {
    agent_memory() = default;

    std::string id;
    std::string workspace_id;
    std::string agent_id;
    std::string content;
    std::optional<json::object> metadata;
    std::string memory_type;
    double importance = 0.5;
    std::int64_t access_count = 0;
    std::optional<std::string> last_accessed_at;
    std::optional<std::string> chat_session_id;
    std::optional<std::string> created_by_id;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

/// How many were deleted.
struct deletion {
    deletion() = default;

    std::int64_t deleted = 0;
    json::object extra;
};

/// One span of a trace.
struct trace {
    trace() = default;

    std::string id;
    std::string workspace_id;
    std::string trace_id;
    std::string span_id;
    std::string parent_span_id;
    std::string name;
    open_enum<span_kind> kind;
    open_enum<span_status> status = span_status::ok;
    std::string level = "default";
    json::value input;
    json::value output;
    json::object attributes;
    std::vector<std::string> tags;
    std::optional<promptrails::token_usage> token_usage;
    std::optional<double> cost;
    std::optional<std::int64_t> duration_ms;
    std::string error_message;
    std::string error_type;
    std::string error_stack;
    std::optional<std::int64_t> prompt_tokens;
    std::optional<std::int64_t> completion_tokens;
    std::optional<std::int64_t> total_tokens;
    std::optional<std::string> agent_id;
    std::optional<std::string> prompt_id;
    std::optional<std::string> llm_model_id;
    std::optional<std::string> user_id;
    std::optional<std::string> execution_id;
    std::string session_id;
    std::string service_name;
    std::string model_name;
    std::string agent_name;
    std::string agent_type;
    std::string data_source_name;
    std::string prompt_name;
    std::string mcp_tool_name;
    std::string mcp_tool_type;
    std::optional<std::string> data_source_id;
    std::string started_at;
    std::string created_at;
    std::optional<std::string> ended_at;
    std::optional<std::string> completion_start_time;
    json::object extra;
};

struct daily_cost {
    daily_cost() = default;

    std::string date;  ///< "2026-04-02"
    double cost = 0;
    std::int64_t executions = 0;
    std::int64_t tokens = 0;
    json::object extra;
};

struct cost_summary {
    cost_summary() = default;

    double total_cost = 0;
    std::int64_t total_executions = 0;
    std::int64_t total_tokens = 0;
    std::vector<daily_cost> daily_costs;
    json::object extra;
};

struct mcp_tool {
    mcp_tool() = default;

    std::string id;
    std::string workspace_id;
    std::string name;
    std::string type;
    std::string description;
    json::object config;
    std::optional<json::object> schema;
    bool is_active = true;
    std::optional<std::string> credential_id;
    std::optional<std::string> template_id;
    open_enum<tool_status> status;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct mcp_discovered_tool {
    mcp_discovered_tool() = default;

    std::string name;
    std::string description;
    std::optional<json::object> input_schema;  ///< "inputSchema" on the wire
    json::object extra;
};

struct mcp_discover_result {
    mcp_discover_result() = default;

    std::vector<mcp_discovered_tool> tools;
    std::string trace_id;
    json::object extra;
};

struct mcp_tool_content {
    mcp_tool_content() = default;

    std::string type;
    std::string text;
    json::object extra;
};

struct mcp_call_result {
    mcp_call_result() = default;

    std::vector<mcp_tool_content> content;
    bool is_error = false;
    std::string trace_id;
    json::object extra;
};

struct mcp_template_parameter {
    mcp_template_parameter() = default;

    std::string name;
    std::string type;
    bool required = false;
    bool secret = false;
    std::string description;
    std::optional<std::string> default_value;  ///< "default" on the wire
    json::object extra;
};

struct mcp_template {
    mcp_template() = default;

    std::string id;
    std::string slug;
    std::string name;
    std::string description;
    std::string type;
    std::string category;
    std::string icon_url;
    json::value config;  ///< an object; a text that holds JSON is read as what it holds
    std::optional<json::object> schema;
    std::vector<mcp_template_parameter> required_parameters;
    std::string documentation_url;
    std::string setup_instructions;
    bool is_active = true;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct guardrail {
    guardrail() = default;

    std::string id;
    std::string agent_id;
    open_enum<guardrail_type> type;
    std::string scanner_type;
    open_enum<guardrail_action> action = guardrail_action::block;
    json::object config;
    bool is_active = true;
    std::int64_t sort_order = 0;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct approval_request {
    approval_request() = default;

    std::string id;
    std::string execution_id;
    std::optional<std::string> agent_id;
    std::string workspace_id;
    std::string checkpoint_name;
    json::object payload;
    open_enum<approval_status> status = approval_status::pending;
    std::optional<std::string> reason;
    std::optional<std::string> decided_by;
    std::optional<std::string> decided_at;
    std::optional<std::string> expires_at;
    std::string created_at;
    json::object extra;
};

struct score {
    score() = default;

    std::string id;
    std::string workspace_id;
    std::string trace_id;
    std::string name;
    std::string span_id;
    std::optional<double> value;
    std::string string_value;
    std::optional<bool> bool_value;
    open_enum<score_type> data_type = score_type::numeric;
    std::string source = "manual";
    std::optional<std::string> config_id;
    std::string comment;
    std::string created_by;
    std::optional<std::string> execution_id;
    std::optional<std::string> agent_id;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct score_config {
    score_config() = default;

    std::string id;
    std::string workspace_id;
    std::string name;
    open_enum<score_type> data_type = score_type::numeric;
    std::optional<double> min_value;
    std::optional<double> max_value;
    json::array categories;
    std::string description;
    bool is_active = true;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct score_aggregate {
    score_aggregate() = default;

    std::string name;
    std::int64_t count = 0;
    double avg = 0;
    double min = 0;
    double max = 0;
    json::object extra;
};

struct flow_template {
    flow_template() = default;

    std::string id;
    std::string name;
    std::string description;
    std::string category;
    std::string agent_type;
    std::string complexity;
    std::string icon;
    std::string status;
    std::vector<std::string> tags;
    std::int64_t node_count = 0;
    json::object flow_config;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

struct dashboard_overview {
    dashboard_overview() = default;

    std::int64_t total_executions = 0;
    double total_cost = 0;
    std::int64_t total_tokens = 0;
    std::int64_t total_agents = 0;
    std::int64_t error_count = 0;
    double avg_duration_ms = 0;
    json::object extra;
};

struct day_count {
    day_count() = default;

    std::string date;
    std::int64_t count = 0;
    json::object extra;
};

struct day_cost {
    day_cost() = default;

    std::string date;
    double cost = 0;
    json::object extra;
};

struct agent_usage {
    agent_usage() = default;

    std::string agent_id;
    std::string agent_name;
    std::int64_t executions = 0;
    double total_cost = 0;
    json::object extra;
};

struct model_usage {
    model_usage() = default;

    std::string model_name;
    std::int64_t count = 0;
    double total_cost = 0;
    std::int64_t total_tokens = 0;
    json::object extra;
};

struct day_error_rate {
    day_error_rate() = default;

    std::string date;
    std::int64_t total = 0;
    std::int64_t errors = 0;
    double error_rate = 0;
    json::object extra;
};

struct score_trend {
    score_trend() = default;

    std::string date;
    std::string name;
    double average = 0;
    std::int64_t count = 0;
    json::object extra;
};

struct dashboard_metrics {
    dashboard_metrics() = default;

    dashboard_overview overview;
    std::vector<day_count> executions_by_day;
    std::vector<day_cost> cost_by_day;
    json::array cache_by_day;
    std::vector<promptrails::agent_usage> agent_usage;
    std::vector<promptrails::model_usage> model_usage;
    std::vector<day_error_rate> error_rate;
    std::vector<score_trend> score_trends;
    json::object extra;
};

struct webhook_trigger {
    webhook_trigger() = default;

    std::string id;
    std::string workspace_id;
    std::string agent_id;
    std::string name;
    std::string token;  ///< only from `create`: whoever has it may start runs
    std::string token_prefix;
    bool is_active = true;
    bool has_secret = false;
    std::optional<std::string> secret;  ///< only from `create`, where it was asked for
    std::optional<std::string> last_used_at;
    std::optional<std::string> created_by_id;
    std::string created_at;
    std::string updated_at;
    std::optional<promptrails::agent> agent;
    json::object extra;
};

struct a2a_capabilities {
    a2a_capabilities() = default;

    bool streaming = false;
    bool push_notifications = false;
    json::object extra;
};

struct a2a_skill {
    a2a_skill() = default;

    std::string id;
    std::string name;
    std::string description;
    std::vector<std::string> tags;
    json::object extra;
};

struct a2a_agent_card {
    a2a_agent_card() = default;

    std::string name;
    std::string description;
    std::string url;
    std::string version;
    std::optional<a2a_capabilities> capabilities;
    std::vector<a2a_skill> skills;
    json::object extra;
};

struct a2a_part {
    a2a_part() = default;

    std::string type;  ///< "text", "data"
    std::string text;
    std::optional<json::object> data;
    json::object extra;
};

struct a2a_message {
    a2a_message() = default;

    std::string role;
    std::vector<a2a_part> parts;
    std::string created_at;
    json::object extra;
};

struct a2a_artifact {
    a2a_artifact() = default;

    std::string id;
    std::vector<a2a_part> parts;
    std::string created_at;
    json::object extra;
};

struct a2a_task_status {
    a2a_task_status() = default;

    open_enum<task_state> state;
    std::string message;
    std::string timestamp;
    json::object extra;
};

struct a2a_task {
    a2a_task() = default;

    std::string id;
    std::string context_id;
    std::optional<a2a_task_status> status;  ///< a plain text on the wire is its state
    std::vector<a2a_message> messages;
    std::vector<a2a_artifact> artifacts;
    json::object metadata;
    std::string created_at;
    std::string updated_at;
    json::object extra;
};

}  // namespace corun::promptrails
