#include <corun/promptrails/llm_models.hpp>
#include <corun/promptrails/templates.hpp>

#include "platforms/promptrails/wire.hpp"

namespace corun::promptrails {

namespace {

// An array of groups, or an object that holds it (wire/promptrails §2.2).
void read_groups(corun::detail::operation const& op, std::vector<available_model_group>& out) {
    json::value data;
    read_data(op, data);
    auto const* groups = &data;
    if (data.is_object()) groups = data.get_object().if_contains("groups");
    if (groups == nullptr || !groups->is_array()) return;
    decode_error why;
    if (!decode_value(*groups, out, why)) op.raise_decode(why.text());
}

}  // namespace

pager<flow_template, page<flow_template>> templates::list(
    template_list_options const& options, call_options const& how) const {
    request ask("templates.list", "GET", "/templates");
    ask_if(ask, "status", options.status);
    ask_if(ask, "category", options.category);
    return make_pager<flow_template>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<flow_template> templates::get(std::string_view id, call_options const& how) const {
    return get_by_id<flow_template>(core_, "templates.get", "/templates/{}", id, how);
}

pager<llm_model, page<llm_model>> llm_models::list(model_list_options const& options, call_options const& how) const {
    request ask("llm_models.list", "GET", "/llm-models");
    ask_if(ask, "provider", options.provider);
    return make_pager<llm_model>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<std::vector<available_model_group>> llm_models::list_available(call_options const& how) const {
    return make_call<std::vector<available_model_group>>(
        core_, request("llm_models.list_available", "GET", "/llm-models/available"), how, &read_groups);
}

}  // namespace corun::promptrails
