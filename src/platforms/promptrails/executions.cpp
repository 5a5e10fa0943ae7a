#include <corun/promptrails/approvals.hpp>
#include <corun/promptrails/executions.hpp>

#include "platforms/promptrails/streams.hpp"

namespace corun::promptrails {

pager<agent_execution, page<agent_execution>> executions::list(
    execution_list_options const& options, call_options const& how) const {
    request ask("executions.list", "GET", "/executions");
    ask_if(ask, "agent_id", options.agent_id);
    ask_if(ask, "session_id", options.session_id);
    ask_if(ask, "status", options.status);
    return make_pager<agent_execution>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<agent_execution> executions::get(std::string_view id, call_options const& how) const {
    return get_by_id<agent_execution>(core_, "executions.get", "/executions/{}", id, how);
}

event_stream<stream_event> executions::stream(std::string_view id, call_options const& how) const {
    return open_stream(core_, request("executions.stream", "GET", "/executions/{}/stream", id), how);
}

call<approval_request> executions::get_pending_approval(std::string_view id, call_options const& how) const {
    return get_by_id<approval_request>(
        core_, "executions.get_pending_approval", "/executions/{}/pending-approval", id, how);
}

pager<approval_request, page<approval_request>> approvals::list(
    approval_list_options const& options, call_options const& how) const {
    request ask("approvals.list", "GET", "/approvals");
    ask_if(ask, "status", options.status);
    return make_pager<approval_request>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<approval_request> approvals::get(std::string_view id, call_options const& how) const {
    return get_by_id<approval_request>(core_, "approvals.get", "/approvals/{}", id, how);
}

call<approval_request> approvals::decide(
    std::string_view id, word<approval_decision> decision, std::string_view reason, call_options const& how) const {
    request req("approvals.decide", "POST", "/approvals/{}/decide", id);
    json::object body;
    put_word(req, body, "decision", decision);
    if (!reason.empty()) body["reason"] = reason;
    req.body(body);
    return make_call<approval_request>(core_, std::move(req), how, &read_data<approval_request>);
}

}  // namespace corun::promptrails
