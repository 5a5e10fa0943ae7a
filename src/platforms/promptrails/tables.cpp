#include "platforms/promptrails/tables.hpp"

#include <array>
#include <utility>

namespace corun {

template <>
struct describe<promptrails::pagination_meta> {
    using t = promptrails::pagination_meta;
    static constexpr std::array members{
        field<&t::total>("total").nullable(),
        field<&t::page>("page").nullable(),
        field<&t::limit>("limit").nullable(),
        field<&t::pages>("pages").nullable().alias("total_pages"),
    };
};

template <>
struct describe<promptrails::token_usage> {
    using t = promptrails::token_usage;
    static constexpr std::array members{
        field<&t::prompt_tokens>("prompt_tokens"),
        field<&t::completion_tokens>("completion_tokens"),
        field<&t::total_tokens>("total_tokens"),
        field<&t::cached_tokens>("cached_tokens"),
        field<&t::cache_creation_tokens>("cache_creation_tokens"),
        field<&t::reasoning_tokens>("reasoning_tokens"),
    };
};

template <>
struct describe<promptrails::llm_model> {
    using t = promptrails::llm_model;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::provider>("provider").nullable(),
        field<&t::model_id>("model_id").nullable(),
        field<&t::display_name>("display_name").nullable(),
        field<&t::input_price>("input_price"),
        field<&t::output_price>("output_price"),
        field<&t::cached_input_price>("cached_input_price"),
        field<&t::max_tokens>("max_tokens"),
        field<&t::supports_vision>("supports_vision").nullable(),
        field<&t::supports_tools>("supports_tools").nullable(),
        field<&t::supports_json>("supports_json").nullable(),
        field<&t::supports_streaming>("supports_streaming").nullable(),
        field<&t::is_active>("is_active").nullable(),
        field<&t::supports_temperature>("supports_temperature"),
        field<&t::supports_top_p>("supports_top_p"),
        field<&t::supports_top_k>("supports_top_k"),
        field<&t::supports_reasoning>("supports_reasoning"),
        field<&t::supports_web_search>("supports_web_search"),
        field<&t::supports_prompt_caching>("supports_prompt_caching"),
        field<&t::is_deprecated>("is_deprecated"),
        field<&t::deprecated_at>("deprecated_at"),
        field<&t::created_at>("created_at"),
        field<&t::updated_at>("updated_at"),
    };
};

template <>
struct describe<promptrails::available_model> {
    using t = promptrails::available_model;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::model_id>("model_id").nullable(),
        field<&t::display_name>("display_name").nullable(),
        field<&t::max_tokens>("max_tokens"),
        field<&t::supports_vision>("supports_vision").nullable(),
        field<&t::supports_tools>("supports_tools").nullable(),
        field<&t::supports_json>("supports_json").nullable(),
        field<&t::input_price>("input_price"),
        field<&t::output_price>("output_price"),
    };
};

template <>
struct describe<promptrails::available_model_group> {
    using t = promptrails::available_model_group;
    static constexpr std::array members{
        field<&t::provider>("provider").nullable(),
        field<&t::models>("models").nullable(),
    };
};

template <>
struct describe<promptrails::prompt_version> {
    using t = promptrails::prompt_version;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::prompt_id>("prompt_id").nullable(),
        field<&t::version>("version").nullable(),
        field<&t::system_prompt>("system_prompt").nullable(),
        field<&t::user_prompt>("user_prompt").nullable(),
        field<&t::llm_model_id>("llm_model_id"),
        field<&t::fallback_llm_model_id>("fallback_llm_model_id"),
        field<&t::temperature>("temperature"),
        field<&t::top_p>("top_p"),
        field<&t::max_tokens>("max_tokens"),
        field<&t::input_schema>("input_schema").nullable(),
        field<&t::output_schema>("output_schema"),
        field<&t::is_current>("is_current").nullable(),
        field<&t::config>("config").nullable(),
        field<&t::message>("message").nullable(),
        field<&t::cache_timeout>("cache_timeout"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::llm_model>("llm_model"),
        field<&t::fallback_llm_model>("fallback_llm_model"),
    };
};

template <>
struct describe<promptrails::prompt> {
    using t = promptrails::prompt;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
        field<&t::current_version>("current_version"),
    };
};

template <>
struct describe<promptrails::agent_version_prompt> {
    using t = promptrails::agent_version_prompt;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::agent_version_id>("agent_version_id").nullable(),
        field<&t::prompt_id>("prompt_id").nullable(),
        field<&t::role>("role").nullable(),
        field<&t::sort_order>("sort_order").nullable(),
        field<&t::prompt>("prompt"),
    };
};

template <>
struct describe<promptrails::agent_version> {
    using t = promptrails::agent_version;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::version>("version").nullable(),
        field<&t::config>("config").nullable(),
        field<&t::input_schema>("input_schema").nullable(),
        field<&t::output_schema>("output_schema"),
        field<&t::is_current>("is_current").nullable(),
        field<&t::message>("message").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::prompts>("prompts").nullable(),
    };
};

template <>
struct describe<promptrails::agent> {
    using t = promptrails::agent;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::type>("type").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::labels>("labels").nullable(),
        field<&t::created_by_id>("created_by_id"),
        field<&t::masking_enabled>("masking_enabled"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
        field<&t::current_version>("current_version"),
    };
};

template <>
struct describe<promptrails::agent_preview> {
    using t = promptrails::agent_preview;
    static constexpr std::array members{
        field<&t::content>("content").nullable(),
        field<&t::type>("type").nullable(),
    };
};

template <>
struct describe<promptrails::run_prompt_response> {
    using t = promptrails::run_prompt_response;
    static constexpr std::array members{
        field<&t::content>("content").nullable(),
        field<&t::token_usage>("token_usage").nullable(),
        field<&t::cost>("cost").nullable(),
        field<&t::duration_ms>("duration_ms").nullable(),
        field<&t::model>("model").nullable(),
        field<&t::trace_id>("trace_id"),
    };
};

template <>
struct describe<promptrails::agent_execution> {
    using t = promptrails::agent_execution;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::agent_version_id>("agent_version_id").nullable(),
        field<&t::user_id>("user_id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::session_id>("session_id").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::input>("input").nullable(),
        field<&t::output>("output"),
        field<&t::error>("error").nullable(),
        field<&t::metadata>("metadata").nullable(),
        field<&t::token_usage>("token_usage").nullable(),
        field<&t::cost>("cost").nullable(),
        field<&t::duration_ms>("duration_ms"),
        field<&t::trace_id>("trace_id"),
        field<&t::started_at>("started_at"),
        field<&t::completed_at>("completed_at"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::agent>("agent"),
    };
};

template <>
struct describe<promptrails::execution_result> {
    using t = promptrails::execution_result;
    static constexpr std::array members{
        field<&t::execution_id>("execution_id").nullable(),
        field<&t::id>("id").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::output>("output"),
        field<&t::error>("error").nullable(),
        field<&t::trace_id>("trace_id").nullable(),
        field<&t::token_usage>("token_usage").nullable(),
        field<&t::cost>("cost").nullable(),
        field<&t::duration_ms>("duration_ms"),
    };
    static void finish(t& value) {
        if (value.execution_id.empty()) value.execution_id = value.id;
    }
};

template <>
struct describe<promptrails::credential> {
    using t = promptrails::credential;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::type>("type").nullable(),
        field<&t::category>("category").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::masked_content>("masked_content").nullable(),
        field<&t::is_default>("is_default").nullable(),
        field<&t::schema_type>("schema_type").nullable(),
        field<&t::is_valid>("is_valid").nullable(),
        field<&t::has_schema>("has_schema").nullable(),
        field<&t::schema_updated_at>("schema_updated_at"),
        field<&t::created_by_id>("created_by_id"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<promptrails::connection_check> {
    using t = promptrails::connection_check;
    static constexpr std::array members{
        field<&t::ok>("ok").nullable(),
        field<&t::error>("error"),
    };
};

template <>
struct describe<promptrails::data_source> {
    using t = promptrails::data_source;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::type>("type").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<promptrails::data_source_version> {
    using t = promptrails::data_source_version;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::data_source_id>("data_source_id").nullable(),
        field<&t::version>("version").nullable(),
        field<&t::credential_id>("credential_id"),
        field<&t::connection_config>("connection_config").nullable(),
        field<&t::query_template>("query_template").nullable(),
        field<&t::parameters>("parameters").nullable(),
        field<&t::is_current>("is_current").nullable(),
        field<&t::message>("message").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::cache_timeout>("cache_timeout"),
        field<&t::output_format>("output_format"),
    };
};

template <>
struct describe<promptrails::query_result> {
    using t = promptrails::query_result;
    static constexpr std::array members{
        field<&t::columns>("columns").nullable(),
        field<&t::rows>("rows").nullable(),
        field<&t::row_count>("row_count").nullable(),
        field<&t::duration_ms>("duration_ms").nullable(),
    };
};

template <>
struct describe<promptrails::chat_session> {
    using t = promptrails::chat_session;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::user_id>("user_id").nullable(),
        field<&t::title>("title").nullable(),
        field<&t::metadata>("metadata").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
        field<&t::agent>("agent"),
    };
};

template <>
struct describe<promptrails::chat_message> {
    using t = promptrails::chat_message;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::session_id>("session_id").nullable(),
        field<&t::role>("role").nullable(),
        field<&t::content>("content").nullable(),
        field<&t::metadata>("metadata").nullable(),
        field<&t::tool_calls>("tool_calls"),
        field<&t::tool_results>("tool_results"),
        field<&t::model>("model"),
        field<&t::cost>("cost"),
        field<&t::token_count>("token_count"),
        field<&t::prompt_tokens>("prompt_tokens"),
        field<&t::completion_tokens>("completion_tokens"),
        field<&t::created_at>("created_at").nullable(),
    };
};

template <>
struct describe<promptrails::chat_answer> {
    using t = promptrails::chat_answer;
    static constexpr std::array members{
        field<&promptrails::chat_message::id, t>("id").nullable(),
        field<&promptrails::chat_message::session_id, t>("session_id").nullable(),
        field<&promptrails::chat_message::role, t>("role").nullable(),
        field<&promptrails::chat_message::content, t>("content").nullable(),
        field<&promptrails::chat_message::metadata, t>("metadata").nullable(),
        field<&promptrails::chat_message::tool_calls, t>("tool_calls"),
        field<&promptrails::chat_message::tool_results, t>("tool_results"),
        field<&promptrails::chat_message::model, t>("model"),
        field<&promptrails::chat_message::cost, t>("cost"),
        field<&promptrails::chat_message::token_count, t>("token_count"),
        field<&promptrails::chat_message::prompt_tokens, t>("prompt_tokens"),
        field<&promptrails::chat_message::completion_tokens, t>("completion_tokens"),
        field<&promptrails::chat_message::created_at, t>("created_at").nullable(),
        field<&t::execution_id>("execution_id"),
        field<&t::user_message>("user_message"),
    };
};

template <>
struct describe<promptrails::session_summary> {
    using t = promptrails::session_summary;
    static constexpr std::array members{
        field<&t::session_id>("session_id").nullable(),
        field<&t::trace_count>("trace_count").nullable(),
        field<&t::total_tokens>("total_tokens").nullable(),
        field<&t::total_cost>("total_cost").nullable(),
        field<&t::error_count>("error_count").nullable(),
        field<&t::first_seen>("first_seen").nullable(),
        field<&t::last_seen>("last_seen").nullable(),
    };
};

template <>
struct describe<promptrails::agent_memory> {
    using t = promptrails::agent_memory;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::content>("content").nullable(),
        field<&t::metadata>("metadata"),
        field<&t::memory_type>("memory_type").nullable(),
        field<&t::importance>("importance").nullable(),
        field<&t::access_count>("access_count").nullable(),
        field<&t::last_accessed_at>("last_accessed_at"),
        field<&t::chat_session_id>("chat_session_id"),
        field<&t::created_by_id>("created_by_id"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<promptrails::deletion> {
    using t = promptrails::deletion;
    static constexpr std::array members{
        field<&t::deleted>("deleted").nullable(),
    };
};

template <>
struct describe<promptrails::trace> {
    using t = promptrails::trace;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::trace_id>("trace_id").nullable(),
        field<&t::span_id>("span_id").nullable(),
        field<&t::parent_span_id>("parent_span_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::kind>("kind").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::level>("level").nullable(),
        field<&t::input>("input"),
        field<&t::output>("output"),
        field<&t::attributes>("attributes").nullable(),
        field<&t::tags>("tags").nullable(),
        field<&t::token_usage>("token_usage"),
        field<&t::cost>("cost"),
        field<&t::duration_ms>("duration_ms"),
        field<&t::error_message>("error_message").nullable(),
        field<&t::error_type>("error_type").nullable(),
        field<&t::error_stack>("error_stack").nullable(),
        field<&t::prompt_tokens>("prompt_tokens"),
        field<&t::completion_tokens>("completion_tokens"),
        field<&t::total_tokens>("total_tokens"),
        field<&t::agent_id>("agent_id"),
        field<&t::prompt_id>("prompt_id"),
        field<&t::llm_model_id>("llm_model_id"),
        field<&t::user_id>("user_id"),
        field<&t::execution_id>("execution_id"),
        field<&t::session_id>("session_id").nullable(),
        field<&t::service_name>("service_name").nullable(),
        field<&t::model_name>("model_name").nullable(),
        field<&t::agent_name>("agent_name").nullable(),
        field<&t::agent_type>("agent_type").nullable(),
        field<&t::data_source_name>("data_source_name").nullable(),
        field<&t::prompt_name>("prompt_name").nullable(),
        field<&t::mcp_tool_name>("mcp_tool_name").nullable(),
        field<&t::mcp_tool_type>("mcp_tool_type").nullable(),
        field<&t::data_source_id>("data_source_id"),
        field<&t::started_at>("started_at").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::ended_at>("ended_at"),
        field<&t::completion_start_time>("completion_start_time"),
    };
};

template <>
struct describe<promptrails::daily_cost> {
    using t = promptrails::daily_cost;
    static constexpr std::array members{
        field<&t::date>("date").nullable(),
        field<&t::cost>("cost").nullable(),
        field<&t::executions>("executions").nullable(),
        field<&t::tokens>("tokens").nullable(),
    };
};

template <>
struct describe<promptrails::cost_summary> {
    using t = promptrails::cost_summary;
    static constexpr std::array members{
        field<&t::total_cost>("total_cost").nullable(),
        field<&t::total_executions>("total_executions").nullable(),
        field<&t::total_tokens>("total_tokens").nullable(),
        field<&t::daily_costs>("daily_costs").nullable(),
    };
};

template <>
struct describe<promptrails::mcp_tool> {
    using t = promptrails::mcp_tool;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::type>("type").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::config>("config").nullable(),
        field<&t::schema>("schema"),
        field<&t::is_active>("is_active").nullable(),
        field<&t::credential_id>("credential_id"),
        field<&t::template_id>("template_id"),
        field<&t::status>("status").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<promptrails::mcp_discovered_tool> {
    using t = promptrails::mcp_discovered_tool;
    static constexpr std::array members{
        field<&t::name>("name").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::input_schema>("inputSchema"),
    };
};

template <>
struct describe<promptrails::mcp_discover_result> {
    using t = promptrails::mcp_discover_result;
    static constexpr std::array members{
        field<&t::tools>("tools").nullable(),
        field<&t::trace_id>("trace_id").nullable(),
    };
};

template <>
struct describe<promptrails::mcp_tool_content> {
    using t = promptrails::mcp_tool_content;
    static constexpr std::array members{
        field<&t::type>("type").nullable(),
        field<&t::text>("text").nullable(),
    };
};

template <>
struct describe<promptrails::mcp_call_result> {
    using t = promptrails::mcp_call_result;
    static constexpr std::array members{
        field<&t::content>("content").nullable(),
        field<&t::is_error>("is_error").nullable(),
        field<&t::trace_id>("trace_id").nullable(),
    };
};

template <>
struct describe<promptrails::mcp_template_parameter> {
    using t = promptrails::mcp_template_parameter;
    static constexpr std::array members{
        field<&t::name>("name").nullable(),
        field<&t::type>("type").nullable(),
        field<&t::required>("required").nullable(),
        field<&t::secret>("secret").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::default_value>("default"),
    };
};

template <>
struct describe<promptrails::mcp_template> {
    using t = promptrails::mcp_template;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::slug>("slug").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::type>("type").nullable(),
        field<&t::category>("category").nullable(),
        field<&t::icon_url>("icon_url").nullable(),
        field<&t::config>("config"),
        field<&t::schema>("schema"),
        field<&t::required_parameters>("required_parameters").nullable(),
        field<&t::documentation_url>("documentation_url").nullable(),
        field<&t::setup_instructions>("setup_instructions").nullable(),
        field<&t::is_active>("is_active").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
    // A text may hold the JSON (wire/promptrails §12, row 32).
    static void finish(t& value) {
        json::value held;
        decode_error why;
        if (value.config.is_string() && parse_json(value.config.get_string(), held, why))
            value.config = std::move(held);
    }
};

template <>
struct describe<promptrails::guardrail> {
    using t = promptrails::guardrail;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::type>("type").nullable(),
        field<&t::scanner_type>("scanner_type").nullable(),
        field<&t::action>("action").nullable(),
        field<&t::config>("config").nullable(),
        field<&t::is_active>("is_active").nullable(),
        field<&t::sort_order>("sort_order").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<promptrails::approval_request> {
    using t = promptrails::approval_request;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::execution_id>("execution_id").nullable(),
        field<&t::agent_id>("agent_id"),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::checkpoint_name>("checkpoint_name").nullable(),
        field<&t::payload>("payload").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::reason>("reason"),
        field<&t::decided_by>("decided_by"),
        field<&t::decided_at>("decided_at"),
        field<&t::expires_at>("expires_at"),
        field<&t::created_at>("created_at").nullable(),
    };
};

template <>
struct describe<promptrails::score> {
    using t = promptrails::score;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::trace_id>("trace_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::span_id>("span_id").nullable(),
        field<&t::value>("value"),
        field<&t::string_value>("string_value").nullable(),
        field<&t::bool_value>("bool_value"),
        field<&t::data_type>("data_type").nullable(),
        field<&t::source>("source").nullable(),
        field<&t::config_id>("config_id"),
        field<&t::comment>("comment").nullable(),
        field<&t::created_by>("created_by").nullable(),
        field<&t::execution_id>("execution_id"),
        field<&t::agent_id>("agent_id"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<promptrails::score_config> {
    using t = promptrails::score_config;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::data_type>("data_type").nullable(),
        field<&t::min_value>("min_value"),
        field<&t::max_value>("max_value"),
        field<&t::categories>("categories").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::is_active>("is_active").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<promptrails::score_aggregate> {
    using t = promptrails::score_aggregate;
    static constexpr std::array members{
        field<&t::name>("name").nullable(),
        field<&t::count>("count").nullable(),
        field<&t::avg>("avg").nullable(),
        field<&t::min>("min").nullable(),
        field<&t::max>("max").nullable(),
    };
};

template <>
struct describe<promptrails::flow_template> {
    using t = promptrails::flow_template;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::category>("category").nullable(),
        field<&t::agent_type>("agent_type").nullable(),
        field<&t::complexity>("complexity").nullable(),
        field<&t::icon>("icon").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::tags>("tags").nullable(),
        field<&t::node_count>("node_count").nullable(),
        field<&t::flow_config>("flow_config").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

template <>
struct describe<promptrails::dashboard_overview> {
    using t = promptrails::dashboard_overview;
    static constexpr std::array members{
        field<&t::total_executions>("total_executions").nullable(),
        field<&t::total_cost>("total_cost").nullable(),
        field<&t::total_tokens>("total_tokens").nullable(),
        field<&t::total_agents>("total_agents").nullable(),
        field<&t::error_count>("error_count").nullable(),
        field<&t::avg_duration_ms>("avg_duration_ms").nullable(),
    };
};

template <>
struct describe<promptrails::day_count> {
    using t = promptrails::day_count;
    static constexpr std::array members{
        field<&t::date>("date").nullable(),
        field<&t::count>("count").nullable(),
    };
};

template <>
struct describe<promptrails::day_cost> {
    using t = promptrails::day_cost;
    static constexpr std::array members{
        field<&t::date>("date").nullable(),
        field<&t::cost>("cost").nullable(),
    };
};

template <>
struct describe<promptrails::agent_usage> {
    using t = promptrails::agent_usage;
    static constexpr std::array members{
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::agent_name>("agent_name").nullable(),
        field<&t::executions>("executions").nullable(),
        field<&t::total_cost>("total_cost").nullable(),
    };
};

template <>
struct describe<promptrails::model_usage> {
    using t = promptrails::model_usage;
    static constexpr std::array members{
        field<&t::model_name>("model_name").nullable(),
        field<&t::count>("count").nullable(),
        field<&t::total_cost>("total_cost").nullable(),
        field<&t::total_tokens>("total_tokens").nullable(),
    };
};

template <>
struct describe<promptrails::day_error_rate> {
    using t = promptrails::day_error_rate;
    static constexpr std::array members{
        field<&t::date>("date").nullable(),
        field<&t::total>("total").nullable(),
        field<&t::errors>("errors").nullable(),
        field<&t::error_rate>("error_rate").nullable(),
    };
};

template <>
struct describe<promptrails::score_trend> {
    using t = promptrails::score_trend;
    static constexpr std::array members{
        field<&t::date>("date").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::average>("average").nullable(),
        field<&t::count>("count").nullable(),
    };
};

template <>
struct describe<promptrails::dashboard_metrics> {
    using t = promptrails::dashboard_metrics;
    static constexpr std::array members{
        field<&t::overview>("overview").nullable(),
        field<&t::executions_by_day>("executions_by_day").nullable(),
        field<&t::cost_by_day>("cost_by_day").nullable(),
        field<&t::cache_by_day>("cache_by_day").nullable(),
        field<&t::agent_usage>("agent_usage").nullable(),
        field<&t::model_usage>("model_usage").nullable(),
        field<&t::error_rate>("error_rate").nullable(),
        field<&t::score_trends>("score_trends").nullable(),
    };
};

template <>
struct describe<promptrails::webhook_trigger> {
    using t = promptrails::webhook_trigger;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::workspace_id>("workspace_id").nullable(),
        field<&t::agent_id>("agent_id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::token>("token").nullable().skip_empty(),
        field<&t::token_prefix>("token_prefix").nullable(),
        field<&t::is_active>("is_active").nullable(),
        field<&t::has_secret>("has_secret").nullable(),
        field<&t::secret>("secret"),
        field<&t::last_used_at>("last_used_at"),
        field<&t::created_by_id>("created_by_id"),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
        field<&t::agent>("agent"),
    };
};

template <>
struct describe<promptrails::a2a_capabilities> {
    using t = promptrails::a2a_capabilities;
    static constexpr std::array members{
        field<&t::streaming>("streaming").nullable(),
        field<&t::push_notifications>("push_notifications").nullable(),
    };
};

template <>
struct describe<promptrails::a2a_skill> {
    using t = promptrails::a2a_skill;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::tags>("tags").nullable(),
    };
};

template <>
struct describe<promptrails::a2a_agent_card> {
    using t = promptrails::a2a_agent_card;
    static constexpr std::array members{
        field<&t::name>("name").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::url>("url").nullable(),
        field<&t::version>("version").nullable(),
        field<&t::capabilities>("capabilities"),
        field<&t::skills>("skills").nullable(),
    };
};

template <>
struct describe<promptrails::a2a_part> {
    using t = promptrails::a2a_part;
    static constexpr std::array members{
        field<&t::type>("type").nullable(),
        field<&t::text>("text").nullable(),
        field<&t::data>("data"),
    };
};

template <>
struct describe<promptrails::a2a_message> {
    using t = promptrails::a2a_message;
    static constexpr std::array members{
        field<&t::role>("role").nullable(),
        field<&t::parts>("parts").nullable(),
        field<&t::created_at>("created_at").nullable(),
    };
};

template <>
struct describe<promptrails::a2a_artifact> {
    using t = promptrails::a2a_artifact;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::parts>("parts").nullable(),
        field<&t::created_at>("created_at").nullable(),
    };
};

template <>
struct describe<promptrails::a2a_task_status> {
    using t = promptrails::a2a_task_status;
    static constexpr std::array members{
        field<&t::state>("state").nullable(),
        field<&t::message>("message").nullable(),
        field<&t::timestamp>("timestamp").nullable(),
    };
};

template <>
struct describe<promptrails::a2a_task> {
    using t = promptrails::a2a_task;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::context_id>("context_id").nullable(),
        field<&t::status>("status"),
        field<&t::messages>("messages").nullable(),
        field<&t::artifacts>("artifacts").nullable(),
        field<&t::metadata>("metadata").nullable(),
        field<&t::created_at>("created_at").nullable(),
        field<&t::updated_at>("updated_at").nullable(),
    };
};

// wire/promptrails §8.

template <>
struct describe<promptrails::prompt_link> {
    using t = promptrails::prompt_link;
    static constexpr std::array members{
        field<&t::prompt_id>("prompt_id").nullable().skip_empty(),
        field<&t::role>("role").nullable(),
        field<&t::sort_order>("sort_order").nullable(),
        field<&t::prompt_version_id>("prompt_version_id"),
    };
};

template <>
struct describe<promptrails::simple_agent_config> {
    using t = promptrails::simple_agent_config;
    static constexpr std::array members{
        field<&t::prompt_id>("prompt_id").nullable().skip_empty(),
        field<&t::approval_required>("approval_required").nullable(),
        field<&t::approval_checkpoint_name>("approval_checkpoint_name").alias("checkpoint_name"),
        field<&t::max_tokens>("max_tokens"),
        field<&t::temperature>("temperature"),
        field<&t::llm_model_id>("llm_model_id"),
        field<&t::prompt_version_id>("prompt_version_id"),
    };
};

template <>
struct describe<promptrails::chain_agent_config> {
    using t = promptrails::chain_agent_config;
    static constexpr std::array members{
        field<&t::prompt_ids>("prompt_ids").required(),
        field<&t::approval_required>("approval_required").nullable(),
        field<&t::approval_checkpoint_name>("approval_checkpoint_name").alias("checkpoint_name"),
    };
};

template <>
struct describe<promptrails::multi_agent_config> {
    using t = promptrails::multi_agent_config;
    static constexpr std::array members{
        field<&t::prompt_ids>("prompt_ids").required(),
    };
};

template <>
struct describe<promptrails::workflow_node> {
    using t = promptrails::workflow_node;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::depends_on>("depends_on").nullable(),
        field<&t::prompt_id>("prompt_id"),
        field<&t::node_type>("node_type"),
        field<&t::media_provider>("media_provider"),
        field<&t::media_type>("media_type"),
        field<&t::media_model>("media_model"),
        field<&t::media_config>("media_config"),
    };
};

template <>
struct describe<promptrails::workflow_agent_config> {
    using t = promptrails::workflow_agent_config;
    static constexpr std::array members{
        field<&t::nodes>("nodes").required(),
    };
};

template <>
struct describe<promptrails::composite_step> {
    using t = promptrails::composite_step;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::agent_id>("agent_id").required(),
        field<&t::depends_on>("depends_on").nullable(),
        field<&t::input_mapping>("input_mapping"),
    };
};

template <>
struct describe<promptrails::composite_agent_config> {
    using t = promptrails::composite_agent_config;
    static constexpr std::array members{
        field<&t::steps>("steps").required(),
    };
};

// wire/promptrails §9.4.

template <>
struct describe<promptrails::execution_event> {
    using t = promptrails::execution_event;
    static constexpr std::array members{
        field<&t::execution_id>("execution_id").required(),
        field<&t::user_message_id>("user_message_id"),
    };
};

template <>
struct describe<promptrails::thinking_event> {
    using t = promptrails::thinking_event;
    static constexpr std::array members{
        field<&t::content>("content").nullable(),
    };
};

template <>
struct describe<promptrails::tool_start_event> {
    using t = promptrails::tool_start_event;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::name>("name").nullable(),
    };
};

template <>
struct describe<promptrails::tool_end_event> {
    using t = promptrails::tool_end_event;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::name>("name").nullable(),
        field<&t::summary>("summary"),
    };
    static void finish(t& value) {
        if (value.summary && value.summary->empty()) value.summary.reset();
    }
};

template <>
struct describe<promptrails::content_event> {
    using t = promptrails::content_event;
    static constexpr std::array members{
        field<&t::content>("content").nullable(),
    };
};

template <>
struct describe<promptrails::done_event> {
    using t = promptrails::done_event;
    static constexpr std::array members{
        field<&t::output>("output"),
        field<&t::token_usage>("token_usage").nullable(),
    };
};

template <>
struct describe<promptrails::error_event> {
    using t = promptrails::error_event;
    static constexpr std::array members{
        field<&t::message>("message").nullable().alias("error"),
    };
    static void finish(t& value) {
        if (value.message.empty()) value.message = "stream error";
    }
};

// See docs/architecture.md: what the compiler frees twice.
#define CORUN_PROMPTRAILS_DEFINE(name)                                                                                 \
    static_assert(!std::is_aggregate_v<promptrails::name> || std::is_trivially_destructible_v<promptrails::name>);     \
    template value_type const& type_of<promptrails::name>() noexcept;
CORUN_PROMPTRAILS_TYPES(CORUN_PROMPTRAILS_DEFINE)
#undef CORUN_PROMPTRAILS_DEFINE

}  // namespace corun
