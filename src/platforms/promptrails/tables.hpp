#pragma once

// The tables of PromptRails' types are in tables.cpp (wire/promptrails §7–§9); this says that they exist.

#include "decode/decode.hpp"

#include <corun/promptrails/agent_config.hpp>
#include <corun/promptrails/events.hpp>
#include <corun/promptrails/types.hpp>

#include <optional>
#include <type_traits>
#include <vector>

namespace corun::promptrails {

/// A single resource.
template <class T>
struct envelope {
    envelope() = default;

    std::optional<T> data;
    json::object extra;
};

/// A page of a list.
template <class T>
struct list_envelope {
    list_envelope() = default;

    std::vector<T> data;
    std::optional<pagination_meta> meta;
    json::object extra;
};

}  // namespace corun::promptrails

namespace corun {

template <class T>
struct describe<promptrails::envelope<T>> {
    using t = promptrails::envelope<T>;
    static constexpr std::array members{field<&t::data>("data")};
};

template <class T>
struct describe<promptrails::list_envelope<T>> {
    using t = promptrails::list_envelope<T>;
    static constexpr std::array members{field<&t::data>("data").nullable(), field<&t::meta>("meta")};
};

#define CORUN_PROMPTRAILS_TYPES(_)                                                                                     \
    _(pagination_meta)                                                                                                 \
    _(token_usage) _(llm_model) _(available_model) _(available_model_group) _(prompt_version) _(prompt) _(             \
        agent_version_prompt) _(agent_version) _(agent) _(agent_preview) _(run_prompt_response) _(agent_execution)     \
        _(execution_result) _(credential) _(connection_check) _(data_source) _(data_source_version) _(query_result)    \
            _(chat_session) _(chat_message) _(chat_answer) _(session_summary) _(agent_memory) _(deletion) _(trace)     \
                _(daily_cost) _(cost_summary) _(mcp_tool) _(mcp_discovered_tool) _(mcp_discover_result)                \
                    _(mcp_tool_content) _(mcp_call_result) _(mcp_template_parameter) _(mcp_template) _(guardrail)      \
                        _(approval_request) _(score) _(score_config) _(score_aggregate) _(flow_template)               \
                            _(dashboard_overview) _(day_count) _(day_cost) _(agent_usage) _(model_usage)               \
                                _(day_error_rate) _(score_trend) _(dashboard_metrics) _(webhook_trigger)               \
                                    _(a2a_capabilities) _(a2a_skill) _(a2a_agent_card) _(a2a_part) _(a2a_message)      \
                                        _(a2a_artifact) _(a2a_task_status) _(a2a_task) _(prompt_link)                  \
                                            _(simple_agent_config) _(chain_agent_config) _(multi_agent_config)         \
                                                _(workflow_node) _(workflow_agent_config) _(composite_step)            \
                                                    _(composite_agent_config) _(execution_event) _(thinking_event)     \
                                                        _(tool_start_event) _(tool_end_event) _(content_event)         \
                                                            _(done_event) _(error_event)

#define CORUN_PROMPTRAILS_DECLARE(name) extern template value_type const& type_of<promptrails::name>() noexcept;
CORUN_PROMPTRAILS_TYPES(CORUN_PROMPTRAILS_DECLARE)
#undef CORUN_PROMPTRAILS_DECLARE

}  // namespace corun
