#include <corun/promptrails/costs.hpp>
#include <corun/promptrails/dashboard.hpp>
#include <corun/promptrails/sessions.hpp>
#include <corun/promptrails/traces.hpp>

#include "platforms/promptrails/wire.hpp"

namespace corun::promptrails {

namespace {

// Spans of a trace: an array, or one object (wire/promptrails §2.2).
void read_spans(corun::detail::operation const& op, std::vector<trace>& out) {
    json::value data;
    read_data(op, data);
    decode_error why;
    if (data.is_object() && !data.get_object().empty() && !data.get_object().contains("data")) {
        out.emplace_back();
        if (!decode_value(data, out.back(), why)) op.raise_decode(why.text());
    } else {
        read_list(op, out);
    }
}

request ask_range(request req, cost_range const& range) {
    ask_if(req, "from", range.from_date);
    ask_if(req, "to", range.to_date);
    return req;
}

}  // namespace

pager<session_summary, page<session_summary>> sessions::list(
    list_options const& options, call_options const& how) const {
    return make_pager<session_summary>(core_, how, options, "sessions.list", "/sessions");
}

call<session_summary> sessions::get(std::string_view id, call_options const& how) const {
    return get_by_id<session_summary>(core_, "sessions.get", "/sessions/{}", id, how);
}

pager<trace, page<trace>> traces::list(trace_list_options const& options, call_options const& how) const {
    request ask("traces.list", "GET", "/traces");
    ask_if(ask, "trace_id", options.trace_id);
    ask_if(ask, "kind", options.kind);
    ask_if(ask, "agent_id", options.agent_id);
    ask_if(ask, "status", options.status);
    ask_if(ask, "level", options.level);
    ask_if(ask, "model_name", options.model_name);
    ask_if(ask, "session_id", options.session_id);
    ask_if(ask, "execution_id", options.execution_id);
    ask_if(ask, "date_from", options.date_from);
    ask_if(ask, "date_to", options.date_to);
    return make_pager<trace>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<std::vector<trace>> traces::get_by_trace_id(std::string_view trace_id, call_options const& how) const {
    return make_call<std::vector<trace>>(
        core_, request("traces.get_by_trace_id", "GET", "/traces/{}", trace_id), how, &read_spans);
}

call<cost_summary> costs::get_summary(cost_range const& range, call_options const& how) const {
    return make_call<cost_summary>(
        core_, ask_range(request("costs.get_summary", "GET", "/costs/summary"), range), how, &read_data<cost_summary>);
}

call<cost_summary> costs::get_agent_summary(
    std::string_view agent_id, cost_range const& range, call_options const& how) const {
    return make_call<cost_summary>(core_,
        ask_range(request("costs.get_agent_summary", "GET", "/costs/agents/{}", agent_id), range), how,
        &read_data<cost_summary>);
}

call<dashboard_metrics> dashboard::get_metrics(std::optional<int> days, call_options const& how) const {
    request req("dashboard.get_metrics", "GET", "/dashboard/metrics");
    req.require(!days || *days >= 1, "days is below 1");
    if (days) req.query("days", std::optional<std::int64_t>(*days));
    return make_call<dashboard_metrics>(core_, std::move(req), how, &read_data<dashboard_metrics>);
}

}  // namespace corun::promptrails
