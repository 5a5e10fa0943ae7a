#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/event_stream.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/events.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// Which runs to list; what is empty does not filter.
struct execution_list_options {
    int page = 1;
    int limit = 20;
    std::string_view agent_id{};
    std::string_view session_id{};
    std::string_view status{};  ///< open text: "completed"
};

/// Runs of agents. Thread safety: as the client's.
class executions {
public:
    explicit executions(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /executions, newest first.
    pager<agent_execution, page<agent_execution>> list(
        execution_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /executions/{id}.
    call<agent_execution> get(std::string_view id, call_options const& how = {}) const;

    /// GET /executions/{id}/stream: what has happened, then what happens, until `done` or `error`. Neither opening nor
    /// a lost connection is repeated (wire/promptrails §4); open it again, and what happened is told again.
    event_stream<stream_event> stream(std::string_view id, call_options const& how = {}) const;

    /// GET /executions/{id}/pending-approval; a `not_found_error` where none is waited for.
    call<approval_request> get_pending_approval(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
