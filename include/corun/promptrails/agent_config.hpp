#pragma once

#include <corun/promptrails/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// What an agent's version does (wire/promptrails §8). On the wire each has its `type`; optional members that are unset
/// are left out. `extra` is written after the known members: tools, say.
namespace corun::promptrails {

/// A prompt's place in a chain or among several.
struct prompt_link {
    prompt_link() = default;
    prompt_link(std::string_view prompt, std::string_view for_role, std::int64_t order)
        : prompt_id(prompt), role(for_role), sort_order(order) {}

    std::string prompt_id;
    std::string role;
    std::int64_t sort_order = 0;
    std::optional<std::string> prompt_version_id;  ///< old data have it in place of `prompt_id`
    json::object extra;
};

/// One prompt per run.
struct simple_agent_config {
    simple_agent_config() = default;
    explicit simple_agent_config(std::string_view prompt) : prompt_id(prompt) {}

    std::string prompt_id;
    bool approval_required = false;
    std::optional<std::string> approval_checkpoint_name;
    std::optional<std::int64_t> max_tokens;
    std::optional<double> temperature;
    std::optional<std::string> llm_model_id;
    std::optional<std::string> prompt_version_id;  ///< old data have it in place of `prompt_id`
    json::object extra;
};

/// Prompts one after the other; each sees the answer before it.
struct chain_agent_config {
    chain_agent_config() = default;

    /// Adds a prompt: `chain_agent_config().link("p1", "draft", 0).link("p2", "polish", 1)`.
    chain_agent_config& link(std::string_view prompt_id, std::string_view role, std::int64_t sort_order) {
        prompt_ids.emplace_back(prompt_id, role, sort_order);
        return *this;
    }

    std::vector<prompt_link> prompt_ids;
    bool approval_required = false;
    std::optional<std::string> approval_checkpoint_name;
    json::object extra;
};

/// Several prompts for one input.
struct multi_agent_config {
    multi_agent_config() = default;

    multi_agent_config& link(std::string_view prompt_id, std::string_view role, std::int64_t sort_order) {
        prompt_ids.emplace_back(prompt_id, role, sort_order);
        return *this;
    }

    std::vector<prompt_link> prompt_ids;
    json::object extra;
};

enum class workflow_node_type { prompt, media };
constexpr std::array<std::string_view, 2> enum_names(workflow_node_type) { return {"prompt", "media"}; }

struct workflow_node {
    workflow_node() = default;
    explicit workflow_node(std::string_view node_id) : id(node_id) {}

    std::string id;
    std::vector<std::string> depends_on;  ///< ids of nodes
    std::optional<std::string> prompt_id;
    std::optional<open_enum<workflow_node_type>> node_type;
    std::optional<std::string> media_provider;
    std::optional<std::string> media_type;
    std::optional<std::string> media_model;
    std::optional<json::object> media_config;
    json::object extra;
};

/// Nodes, each run when those that it depends on have ended.
struct workflow_agent_config {
    workflow_agent_config() = default;

    workflow_agent_config& node(workflow_node n) {
        nodes.push_back(std::move(n));
        return *this;
    }

    std::vector<workflow_node> nodes;
    json::object extra;
};

struct composite_step {
    composite_step() = default;
    composite_step(std::string_view step_id, std::string_view agent) : id(step_id), agent_id(agent) {}

    std::string id;
    std::string agent_id;
    std::vector<std::string> depends_on;  ///< ids of steps
    std::optional<json::object> input_mapping;
    json::object extra;
};

/// Steps that are agents themselves.
struct composite_agent_config {
    composite_agent_config() = default;

    composite_agent_config& step(composite_step s) {
        steps.push_back(std::move(s));
        return *this;
    }

    std::vector<composite_step> steps;
    json::object extra;
};

/// One of the five, or JSON that is passed on as it is (kinds that are not known here).
using agent_config = std::variant<simple_agent_config, chain_agent_config, multi_agent_config, workflow_agent_config,
    composite_agent_config, json::object>;

/// A config as it goes over the wire.
json::object to_json(agent_config const& config);

/// Reads a stored config by its `type`, else by the agent's `type`, which old data need. JSON stays JSON where the kind
/// is not known or where a member is not what it should be.
agent_config read_agent_config(json::object const& stored, std::string_view type_of_agent = {});
inline agent_config read_agent_config(agent_version const& version, open_enum<agent_type> const& type = {}) {
    return read_agent_config(version.config, type.text());
}

}  // namespace corun::promptrails
