#include <corun/flowmaestro/triggers.hpp>

#include "platforms/flowmaestro/wire.hpp"

#include <string>
#include <vector>

namespace corun::flowmaestro {

using corun::detail::make_call;

pager<trigger, page<trigger>> triggers::list(trigger_list_options const& options, call_options const& how) const {
    list_rules<trigger> rules;
    std::string const workflow_id(options.workflow_id);
    rules.ask = [workflow_id] {
        request req("triggers.list", "GET", "/triggers");
        if (!workflow_id.empty()) req.query("workflow_id", std::string_view(workflow_id));
        return req;
    };
    if (!workflow_id.empty())
        rules.adjust = [workflow_id](page<trigger>& p) {
            std::erase_if(p.data, [&](trigger const& t) { return t.workflow_id != workflow_id; });
        };
    return make_pager<trigger>(core_, how, options.page, options.per_page, std::move(rules));
}

call<execution_start> triggers::execute(std::string_view id, call_options const& how) const {
    return execute(id, json::object(), how);
}

call<execution_start> triggers::execute(std::string_view id, json::object const& inputs, call_options const& how) const {
    request req("triggers.execute", "POST", "/triggers/{}/execute", id);
    req.body(body_of("inputs", inputs));
    return make_call<execution_start>(core_, std::move(req), how, &read_data<execution_start>);
}

}  // namespace corun::flowmaestro
