#include <corun/promptrails/agents.hpp>

#include "platforms/promptrails/wire.hpp"

namespace corun::promptrails {

namespace {

request guardrail_request(std::string_view operation, std::string_view id, word<guardrail_type> type,
    std::string_view scanner_type, guardrail_options const& options) {
    request req(operation, "POST", "/agents/{}/guardrails", id);
    json::object body;
    put_word(req, body, "type", type);
    put_text(req, body, "scanner_type", scanner_type);
    body["action"] = "block";
    put_spec(req, body, options);
    req.body(body);
    return req;
}

request memory_request(std::string_view operation, std::string_view id, std::string_view content,
    std::string_view memory_type, memory_options const& options) {
    request req(operation, "POST", "/agents/{}/memories", id);
    json::object body;
    put_text(req, body, "content", content);
    put_text(req, body, "memory_type", memory_type);
    put_spec(req, body, options);
    req.body(body);
    return req;
}

request search_request(
    std::string_view operation, std::string_view id, std::string_view query, memory_search_options const& options) {
    request req(operation, "POST", "/agents/{}/memories/search", id);
    json::object body;
    put_text(req, body, "query", query);
    if (options.threshold) body["threshold"] = *options.threshold;
    if (options.limit) body["limit"] = *options.limit;
    req.require(!options.limit || *options.limit >= 1, "limit is below 1");
    req.body(body).repeatable(true);
    return req;
}

}  // namespace

pager<agent, page<agent>> agents::list(agent_list_options const& options, call_options const& how) const {
    request ask("agents.list", "GET", "/agents");
    ask_if(ask, "type", options.type);
    ask_if(ask, "name", options.name);
    return make_pager<agent>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<agent> agents::get(std::string_view id, call_options const& how) const {
    return get_by_id<agent>(core_, "agents.get", "/agents/{}", id, how);
}

call<agent> agents::create(std::string_view name, word<agent_type> type, std::string_view description,
    std::string_view template_id, call_options const& how) const {
    request req("agents.create", "POST", "/agents");
    json::object body;
    put_text(req, body, "name", name);
    put_word(req, body, "type", type);
    body["description"] = description;
    if (!template_id.empty()) body["template_id"] = template_id;
    req.body(body);
    return make_call<agent>(core_, std::move(req), how, &read_data<agent>);
}

call<agent> agents::update(std::string_view id, agent_changes const& what, call_options const& how) const {
    return make_call<agent>(core_, changes("agents.update", "/agents/{}", id, what, {"name"}), how, &read_data<agent>);
}

call<void> agents::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "agents.delete", "/agents/{}", id, how);
}

call<execution_result> agents::execute(
    std::string_view id, json::object const& input, execute_options const& options, call_options const& how) const {
    request req("agents.execute", "POST", "/agents/{}/execute", id);
    json::object body;
    body["input"] = input;
    put_spec(req, body, options);
    req.body(body);
    return make_call<execution_result>(core_, std::move(req), how, &read_data<execution_result>);
}

call<std::vector<agent_version>> agents::list_versions(std::string_view id, call_options const& how) const {
    return make_call<std::vector<agent_version>>(
        core_, request("agents.list_versions", "GET", "/agents/{}/versions", id), how, &read_list<agent_version>);
}

call<agent_version> agents::create_version(std::string_view id, std::string_view version, agent_config const& config,
    agent_version_options const& options, call_options const& how) const {
    request req("agents.create_version", "POST", "/agents/{}/versions", id);
    json::object body;
    put_text(req, body, "version", version);
    auto const problem = config_problem(config);
    req.require(problem.empty(), problem);
    if (problem.empty()) body["config"] = to_json(config);
    body["set_current"] = false;
    put_spec(req, body, options);
    req.body(body);
    return make_call<agent_version>(core_, std::move(req), how, &read_data<agent_version>);
}

call<agent_version> agents::promote_version(
    std::string_view id, std::string_view version_id, call_options const& how) const {
    return promote<agent_version>(
        core_, "agents.promote_version", "/agents/{}/versions/{}/promote", id, version_id, how);
}

call<agent_preview> agents::preview(
    std::string_view id, json::object const& input, std::string_view version_id, call_options const& how) const {
    json::object body;
    body["input"] = input;
    if (!version_id.empty()) body["version_id"] = version_id;
    return make_call<agent_preview>(
        core_, post("agents.preview", "/agents/{}/preview", id, body), how, &read_data<agent_preview>);
}

call<std::vector<guardrail>> agents::list_guardrails(std::string_view id, call_options const& how) const {
    return make_call<std::vector<guardrail>>(
        core_, request("agents.list_guardrails", "GET", "/agents/{}/guardrails", id), how, &read_list<guardrail>);
}

call<guardrail> agents::create_guardrail(std::string_view id, word<guardrail_type> type, std::string_view scanner_type,
    guardrail_options const& options, call_options const& how) const {
    return make_call<guardrail>(core_, guardrail_request("agents.create_guardrail", id, type, scanner_type, options),
        how, &read_data<guardrail>);
}

pager<agent_memory, page<agent_memory>> agents::list_memories(
    std::string_view id, list_options const& options, call_options const& how) const {
    return make_pager<agent_memory>(core_, how, options, "agents.list_memories", "/agents/{}/memories", id);
}

call<agent_memory> agents::create_memory(std::string_view id, std::string_view content, std::string_view memory_type,
    memory_options const& options, call_options const& how) const {
    return make_call<agent_memory>(core_, memory_request("agents.create_memory", id, content, memory_type, options),
        how, &read_data<agent_memory>);
}

call<std::vector<agent_memory>> agents::search_memories(
    std::string_view id, std::string_view query, memory_search_options const& options, call_options const& how) const {
    return make_call<std::vector<agent_memory>>(
        core_, search_request("agents.search_memories", id, query, options), how, &read_list<agent_memory>);
}

call<deletion> agents::delete_all_memories(std::string_view id, call_options const& how) const {
    return make_call<deletion>(
        core_, request("agents.delete_all_memories", "DELETE", "/agents/{}/memories", id), how, &read_data<deletion>);
}

call<std::vector<guardrail>> guardrails::list(std::string_view agent_id, call_options const& how) const {
    return make_call<std::vector<guardrail>>(
        core_, request("guardrails.list", "GET", "/agents/{}/guardrails", agent_id), how, &read_list<guardrail>);
}

call<guardrail> guardrails::create(std::string_view agent_id, word<guardrail_type> type, std::string_view scanner_type,
    guardrail_options const& options, call_options const& how) const {
    return make_call<guardrail>(core_, guardrail_request("guardrails.create", agent_id, type, scanner_type, options),
        how, &read_data<guardrail>);
}

call<guardrail> guardrails::update(std::string_view id, guardrail_options const& what, call_options const& how) const {
    return make_call<guardrail>(
        core_, changes("guardrails.update", "/guardrails/{}", id, what), how, &read_data<guardrail>);
}

call<void> guardrails::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "guardrails.delete", "/guardrails/{}", id, how);
}

pager<agent_memory, page<agent_memory>> memories::list(
    std::string_view agent_id, list_options const& options, call_options const& how) const {
    return make_pager<agent_memory>(core_, how, options, "memories.list", "/agents/{}/memories", agent_id);
}

call<agent_memory> memories::get(std::string_view id, call_options const& how) const {
    return get_by_id<agent_memory>(core_, "memories.get", "/memories/{}", id, how);
}

call<agent_memory> memories::create(std::string_view agent_id, std::string_view content, std::string_view memory_type,
    memory_options const& options, call_options const& how) const {
    return make_call<agent_memory>(core_, memory_request("memories.create", agent_id, content, memory_type, options),
        how, &read_data<agent_memory>);
}

call<agent_memory> memories::update(std::string_view id, memory_changes const& what, call_options const& how) const {
    return make_call<agent_memory>(core_,
        changes("memories.update", "/memories/{}", id, what, {"content", "memory_type"}), how,
        &read_data<agent_memory>);
}

call<void> memories::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "memories.delete", "/memories/{}", id, how);
}

call<std::vector<agent_memory>> memories::search(std::string_view agent_id, std::string_view query,
    memory_search_options const& options, call_options const& how) const {
    return make_call<std::vector<agent_memory>>(
        core_, search_request("memories.search", agent_id, query, options), how, &read_list<agent_memory>);
}

call<deletion> memories::delete_all(std::string_view agent_id, call_options const& how) const {
    return make_call<deletion>(
        core_, request("memories.delete_all", "DELETE", "/agents/{}/memories", agent_id), how, &read_data<deletion>);
}

}  // namespace corun::promptrails
