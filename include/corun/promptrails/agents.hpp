#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/agent_config.hpp>
#include <corun/promptrails/guardrails.hpp>
#include <corun/promptrails/memories.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// Which agents to list; what is empty does not filter.
struct agent_list_options {
    int page = 1;
    int limit = 20;
    word<agent_type> type{};
    std::string_view name{};  ///< a part of the name
};

/// What to change of an agent; what is not named stays.
class agent_changes : public spec<agent_changes> {
public:
    agent_changes() = default;

    agent_changes& name(std::string_view text) { return put("name", text); }
    agent_changes& description(std::string_view text) { return put("description", text); }
    agent_changes& status(word<agent_status> status) { return put_word("status", status); }
    agent_changes& labels(std::vector<std::string> const& labels) { return put("labels", labels); }
};

/// How an agent is run.
class execute_options : public spec<execute_options> {
public:
    execute_options() = default;

    /// Kept with the run.
    execute_options& metadata(json::object const& metadata) { return put("metadata", metadata); }
    execute_options& session_id(std::string_view id) { return put_filled("session_id", id); }
    /// Default: the current version.
    execute_options& version_id(std::string_view id) { return put("version_id", id); }
    /// False: the answer comes at once, with the status `pending`; `executions.stream` tells the rest.
    execute_options& sync(bool on) { return put("sync", on); }
};

/// What an agent's version has beside its label and config.
class agent_version_options : public spec<agent_version_options> {
public:
    agent_version_options() = default;

    /// Default false.
    agent_version_options& set_current(bool on = true) { return put("set_current", on); }
    agent_version_options& input_schema(json::object const& schema) { return put("input_schema", schema); }
    agent_version_options& output_schema(json::object const& schema) { return put("output_schema", schema); }
    agent_version_options& message(std::string_view text) { return put("message", text); }
};

/// Agents: made, versioned and run. Thread safety: as the client's.
class agents {
public:
    explicit agents(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /agents, newest first.
    pager<agent, page<agent>> list(agent_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /agents/{id}, with its current version.
    call<agent> get(std::string_view id, call_options const& how = {}) const;

    /// POST /agents. `template_id`: of `templates`.
    call<agent> create(std::string_view name, word<agent_type> type, std::string_view description = {},
        std::string_view template_id = {}, call_options const& how = {}) const;

    /// PATCH /agents/{id}.
    call<agent> update(std::string_view id, agent_changes const& changes, call_options const& how = {}) const;

    /// DELETE /agents/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

    /// POST /agents/{id}/execute: runs the agent and waits for its answer. A run costs money: never repeated where it
    /// may have been carried out.
    call<execution_result> execute(std::string_view id, json::object const& input, execute_options const& options = {},
        call_options const& how = {}) const;

    /// GET /agents/{id}/versions, newest first.
    call<std::vector<agent_version>> list_versions(std::string_view id, call_options const& how = {}) const;

    /// POST /agents/{id}/versions.
    call<agent_version> create_version(std::string_view id, std::string_view version, agent_config const& config,
        agent_version_options const& options = {}, call_options const& how = {}) const;

    /// PUT /agents/{id}/versions/{version_id}/promote: makes it the current one.
    call<agent_version> promote_version(
        std::string_view id, std::string_view version_id, call_options const& how = {}) const;

    /// POST /agents/{id}/preview: an answer that is not stored.
    call<agent_preview> preview(std::string_view id, json::object const& input, std::string_view version_id = {},
        call_options const& how = {}) const;

    /// GET /agents/{id}/guardrails, by `sort_order`. The same as `guardrails.list`.
    call<std::vector<guardrail>> list_guardrails(std::string_view id, call_options const& how = {}) const;

    /// POST /agents/{id}/guardrails. The same as `guardrails.create`.
    call<guardrail> create_guardrail(std::string_view id, word<guardrail_type> type, std::string_view scanner_type,
        guardrail_options const& options = {}, call_options const& how = {}) const;

    /// GET /agents/{id}/memories. The same as `memories.list`.
    pager<agent_memory, page<agent_memory>> list_memories(
        std::string_view id, list_options const& options = {}, call_options const& how = {}) const;

    /// POST /agents/{id}/memories. The same as `memories.create`.
    call<agent_memory> create_memory(std::string_view id, std::string_view content, std::string_view memory_type,
        memory_options const& options = {}, call_options const& how = {}) const;

    /// POST /agents/{id}/memories/search. The same as `memories.search`.
    call<std::vector<agent_memory>> search_memories(std::string_view id, std::string_view query,
        memory_search_options const& options = {}, call_options const& how = {}) const;

    /// DELETE /agents/{id}/memories. The same as `memories.delete_all`.
    call<deletion> delete_all_memories(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
