#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// How a message is sent to an agent.
struct a2a_send_options {
    bool blocking = true;  ///< false: the task comes back at once; ask for it by `get_task`
    std::string_view task_id{};
    std::string_view context_id{};
};

/// Which tasks to list; what is empty does not filter.
struct task_list_options {
    int page = 1;
    int limit = 20;
    std::string_view context_id{};
    word<task_state> status{};
};

/// Agents as other agents see them: the agent-to-agent protocol. A JSON-RPC error is an `a2a_error`. Thread safety: as
/// the client's.
class a2a {
public:
    explicit a2a(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /a2a/agents/{agent_id}/agent-card.json.
    call<a2a_agent_card> get_agent_card(std::string_view agent_id, call_options const& how = {}) const;

    /// `message/send`: runs the agent on a text. Never repeated where it may have been carried out.
    call<a2a_task> send_message(std::string_view agent_id, std::string_view message,
        a2a_send_options const& options = {}, call_options const& how = {}) const;

    /// `tasks/get`: a read, repeated as such.
    call<a2a_task> get_task(std::string_view task_id, call_options const& how = {}) const;

    /// `tasks/cancel`.
    call<a2a_task> cancel_task(std::string_view task_id, call_options const& how = {}) const;

    /// GET /a2a/tasks.
    pager<a2a_task, page<a2a_task>> list_tasks(
        task_list_options const& options = {}, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
