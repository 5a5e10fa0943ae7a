#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// Which approvals to list; what is empty does not filter.
struct approval_list_options {
    int page = 1;
    int limit = 20;
    word<approval_status> status{};
};

/// Runs that wait for a decision. Thread safety: as the client's.
class approvals {
public:
    explicit approvals(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /approvals, newest first.
    pager<approval_request, page<approval_request>> list(
        approval_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /approvals/{id}.
    call<approval_request> get(std::string_view id, call_options const& how = {}) const;

    /// POST /approvals/{id}/decide: the run goes on, or ends as rejected. A second decision is a `validation_error`.
    call<approval_request> decide(std::string_view id, word<approval_decision> decision, std::string_view reason = {},
        call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
