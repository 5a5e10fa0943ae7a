#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// The workspace in figures. Thread safety: as the client's.
class dashboard {
public:
    explicit dashboard(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /dashboard/metrics. `days`: how many to look back, from 1; the server's default is 30.
    call<dashboard_metrics> get_metrics(std::optional<int> days = std::nullopt, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
