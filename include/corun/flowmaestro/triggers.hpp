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

/// Which triggers to list; what is empty does not filter.
struct trigger_list_options {
    int page = 1;
    int per_page = 20;
    std::string_view workflow_id{};
};

/// Triggers: what starts workflows. Thread safety: as the client's.
class triggers {
public:
    explicit triggers(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /triggers, newest first. `workflow_id` also filters what came, since a server may ignore it
    /// (wire/flowmaestro §3.6): a page may then hold fewer items than it counts.
    pager<trigger, page<trigger>> list(trigger_list_options const& options = {}, call_options const& how = {}) const;

    /// POST /triggers/{id}/execute: starts a run. Not repeatable: a repetition starts a second one.
    call<execution_start> execute(std::string_view id, call_options const& how = {}) const;
    call<execution_start> execute(std::string_view id, json::object const& inputs, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

static_assert(std::is_trivially_destructible_v<trigger_list_options>);

}  // namespace corun::flowmaestro
