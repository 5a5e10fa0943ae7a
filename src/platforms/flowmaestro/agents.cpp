#include <corun/flowmaestro/agents.hpp>

#include "platforms/flowmaestro/wire.hpp"

namespace corun::flowmaestro {

using corun::detail::make_call;

pager<agent, page<agent>> agents::list(list_options const& options, call_options const& how) const {
    return make_pager<agent>(core_, how, options, "agents.list", "/agents");
}

call<agent> agents::get(std::string_view id, call_options const& how) const {
    return make_call<agent>(core_, request("agents.get", "GET", "/agents/{}", id), how, &read_data<agent>);
}

call<thread> agents::create_thread(std::string_view agent_id, call_options const& how) const {
    request req("agents.create_thread", "POST", "/agents/{}/threads", agent_id);
    req.body(json::object());
    return make_call<thread>(core_, std::move(req), how, &read_data<thread>);
}

call<thread> agents::create_thread(std::string_view agent_id, json::object const& metadata, call_options const& how) const {
    request req("agents.create_thread", "POST", "/agents/{}/threads", agent_id);
    req.body(body_of("metadata", metadata));
    return make_call<thread>(core_, std::move(req), how, &read_data<thread>);
}

}  // namespace corun::flowmaestro
