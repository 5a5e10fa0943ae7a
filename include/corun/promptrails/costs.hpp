#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// Which days to sum; both ends count. Default: the last 30 days.
struct cost_range {
    std::string_view from_date{};  ///< "2026-04-02", or a time by RFC 3339
    std::string_view to_date{};
};

/// What runs have cost, in US dollars. Thread safety: as the client's.
class costs {
public:
    explicit costs(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /costs/summary.
    call<cost_summary> get_summary(cost_range const& range = {}, call_options const& how = {}) const;

    /// GET /costs/agents/{agent_id}.
    call<cost_summary> get_agent_summary(
        std::string_view agent_id, cost_range const& range = {}, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
