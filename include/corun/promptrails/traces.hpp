#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// Which spans to list; what is empty does not filter.
struct trace_list_options {
    int page = 1;
    int limit = 20;
    std::string_view trace_id{};
    word<span_kind> kind{};
    std::string_view agent_id{};
    word<span_status> status{};
    std::string_view level{};
    std::string_view model_name{};
    std::string_view session_id{};
    std::string_view execution_id{};
    std::string_view date_from{};  ///< "2026-04-02", or a time by RFC 3339
    std::string_view date_to{};    ///< inclusive
};

/// Spans: what happened within runs. Thread safety: as the client's.
class traces {
public:
    explicit traces(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /traces: one row per span, newest first.
    pager<trace, page<trace>> list(trace_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /traces/{trace_id}: all spans of a trace.
    call<std::vector<trace>> get_by_trace_id(std::string_view trace_id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
