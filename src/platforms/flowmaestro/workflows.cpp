#include <corun/flowmaestro/workflows.hpp>

#include "platforms/flowmaestro/wire.hpp"

namespace corun::flowmaestro {

using corun::detail::make_call;

pager<workflow, page<workflow>> workflows::list(list_options const& options, call_options const& how) const {
    return make_pager<workflow>(core_, how, options, "workflows.list", "/workflows");
}

call<workflow> workflows::get(std::string_view id, call_options const& how) const {
    return make_call<workflow>(core_, request("workflows.get", "GET", "/workflows/{}", id), how, &read_data<workflow>);
}

call<execution_start> workflows::execute(std::string_view id, call_options const& how) const {
    return execute(id, json::object(), how);
}

call<execution_start> workflows::execute(std::string_view id, json::object const& inputs, call_options const& how) const {
    request req("workflows.execute", "POST", "/workflows/{}/execute", id);
    req.body(body_of("inputs", inputs));
    return make_call<execution_start>(core_, std::move(req), how, &read_data<execution_start>);
}

}  // namespace corun::flowmaestro
