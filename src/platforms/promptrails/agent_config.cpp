#include <corun/promptrails/agent_config.hpp>

#include "platforms/promptrails/wire.hpp"

#include <corun/error.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace corun::promptrails {

namespace {

template <class T>
constexpr std::string_view kind_of() {
    if constexpr (std::is_same_v<T, simple_agent_config>)
        return "simple";
    else if constexpr (std::is_same_v<T, chain_agent_config>)
        return "chain";
    else if constexpr (std::is_same_v<T, multi_agent_config>)
        return "multi_agent";
    else if constexpr (std::is_same_v<T, workflow_agent_config>)
        return "workflow";
    else
        return "composite";
}

template <class T>
bool read_as(std::string_view kind, json::object const& stored, agent_config& out) {
    if (kind != kind_of<T>()) return false;
    T value;
    decode_error why;
    if (!decode_value(stored, value, why)) return false;
    value.extra.erase("type");
    out = std::move(value);
    return true;
}

bool any_empty(std::vector<prompt_link> const& links) {
    return std::any_of(links.begin(), links.end(),
        [](prompt_link const& l) { return (l.prompt_id.empty() && !l.prompt_version_id) || l.role.empty(); });
}

}  // namespace

std::string config_problem(agent_config const& config) {
    return std::visit(
        []<class T>(T const& c) -> std::string {
            if constexpr (std::is_same_v<T, simple_agent_config>) {
                if (c.prompt_id.empty() && !c.prompt_version_id) return "the config has no prompt_id";
                if (c.temperature && !std::isfinite(*c.temperature))
                    return "the config's temperature is not a finite number";
            } else if constexpr (std::is_same_v<T, chain_agent_config> || std::is_same_v<T, multi_agent_config>) {
                if (c.prompt_ids.empty()) return "the config has no prompts";
                if (any_empty(c.prompt_ids)) return "a prompt of the config lacks its prompt_id or its role";
            } else if constexpr (std::is_same_v<T, workflow_agent_config>) {
                if (c.nodes.empty()) return "the config has no nodes";
                for (auto const& node : c.nodes) {
                    if (node.id.empty()) return "a node of the config has no id";
                    if (node.node_type && !node.node_type->known())
                        return "a node's node_type is none of the known ones";
                }
            } else if constexpr (std::is_same_v<T, composite_agent_config>) {
                if (c.steps.empty()) return "the config has no steps";
                for (auto const& step : c.steps)
                    if (step.id.empty() || step.agent_id.empty())
                        return "a step of the config lacks its id or its agent_id";
            }
            return {};
        },
        config);
}

json::object to_json(agent_config const& config) {
    return std::visit(
        []<class T>(T const& c) {
            if constexpr (std::is_same_v<T, json::object>) {
                return c;
            } else {
                json::value members;
                decode_error why;
                if (!encode_value(c, members, why)) {
                    failure f;
                    f.code = errc::invalid_argument;
                    f.kind = error_kind::validation;
                    f.platform = "promptrails";
                    f.operation = "to_json";
                    f.message = "the config is not JSON: " + why.text();
                    throw corun::validation_error(std::move(f));
                }
                json::object made;
                made["type"] = kind_of<T>();
                for (auto const& member : members.get_object()) made.insert_or_assign(member.key(), member.value());
                return made;
            }
        },
        config);
}

agent_config read_agent_config(json::object const& stored, std::string_view type_of_agent) {
    auto const own = string_at(stored, "type");
    std::string_view const kind = own ? std::string_view(*own) : type_of_agent;
    agent_config out = stored;
    read_as<simple_agent_config>(kind, stored, out) || read_as<chain_agent_config>(kind, stored, out) ||
        read_as<multi_agent_config>(kind, stored, out) || read_as<workflow_agent_config>(kind, stored, out) ||
        read_as<composite_agent_config>(kind, stored, out);
    return out;
}

}  // namespace corun::promptrails
