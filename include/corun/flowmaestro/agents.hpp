#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/pager.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::flowmaestro {

/// Agents: find them, open threads with them. Thread safety: as the client's.
class agents {
public:
    explicit agents(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /agents, newest first.
    pager<agent, page<agent>> list(list_options const& options = {}, call_options const& how = {}) const;

    /// GET /agents/{id}, with its prompt, settings and tools.
    call<agent> get(std::string_view id, call_options const& how = {}) const;

    /// POST /agents/{id}/threads: opens a thread.
    call<thread> create_thread(std::string_view agent_id, call_options const& how = {}) const;
    call<thread> create_thread(std::string_view agent_id, json::object const& metadata,
                               call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::flowmaestro
