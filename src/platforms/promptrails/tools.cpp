#include <corun/promptrails/mcp_templates.hpp>
#include <corun/promptrails/mcp_tools.hpp>

#include "platforms/promptrails/wire.hpp"

namespace corun::promptrails {

namespace {

request call_request(std::string_view id, std::string_view tool_name, json::object const* arguments) {
    request req("mcp_tools.call_tool", "POST", "/mcp-tools/{}/call", id);
    json::object body;
    put_text(req, body, "tool_name", tool_name);
    if (arguments != nullptr) body["arguments"] = *arguments;
    req.body(body);
    return req;
}

request install_request(
    std::string_view slug, std::string_view name, std::map<std::string, std::string> const* parameters) {
    request req("mcp_templates.install", "POST", "/mcp-templates/slug/{}/install", slug);
    json::object body;
    put_text(req, body, "name", name);
    if (parameters != nullptr) {
        json::object values;
        for (auto const& [key, value] : *parameters) values[key] = value;
        body["parameters"] = std::move(values);
    }
    req.body(body);
    return req;
}

}  // namespace

pager<mcp_tool, page<mcp_tool>> mcp_tools::list(list_options const& options, call_options const& how) const {
    return make_pager<mcp_tool>(core_, how, options, "mcp_tools.list", "/mcp-tools");
}

call<mcp_tool> mcp_tools::get(std::string_view id, call_options const& how) const {
    return get_by_id<mcp_tool>(core_, "mcp_tools.get", "/mcp-tools/{}", id, how);
}

call<mcp_tool> mcp_tools::create(
    std::string_view name, std::string_view type, mcp_tool_options const& options, call_options const& how) const {
    request req("mcp_tools.create", "POST", "/mcp-tools");
    json::object body;
    put_text(req, body, "name", name);
    put_text(req, body, "type", type);
    put_spec(req, body, options);
    req.body(body);
    return make_call<mcp_tool>(core_, std::move(req), how, &read_data<mcp_tool>);
}

call<mcp_tool> mcp_tools::update(std::string_view id, mcp_tool_changes const& what, call_options const& how) const {
    return make_call<mcp_tool>(
        core_, changes("mcp_tools.update", "/mcp-tools/{}", id, what, {"name", "type"}), how, &read_data<mcp_tool>);
}

call<void> mcp_tools::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "mcp_tools.delete", "/mcp-tools/{}", id, how);
}

call<mcp_discover_result> mcp_tools::discover_tools(std::string_view id, call_options const& how) const {
    request req("mcp_tools.discover_tools", "POST", "/mcp-tools/{}/discover", id);
    req.repeatable(true);
    return make_call<mcp_discover_result>(core_, std::move(req), how, &read_data<mcp_discover_result>);
}

call<mcp_call_result> mcp_tools::call_tool(
    std::string_view id, std::string_view tool_name, call_options const& how) const {
    return make_call<mcp_call_result>(core_, call_request(id, tool_name, nullptr), how, &read_data<mcp_call_result>);
}

call<mcp_call_result> mcp_tools::call_tool(
    std::string_view id, std::string_view tool_name, json::object const& arguments, call_options const& how) const {
    return make_call<mcp_call_result>(core_, call_request(id, tool_name, &arguments), how, &read_data<mcp_call_result>);
}

pager<mcp_template, page<mcp_template>> mcp_templates::list(
    mcp_template_list_options const& options, call_options const& how) const {
    request ask("mcp_templates.list", "GET", "/mcp-templates");
    ask_if(ask, "category", options.category);
    ask_if(ask, "type", options.type);
    ask_if(ask, "search", options.search);
    if (options.is_active) ask.query("is_active", *options.is_active);
    return make_pager<mcp_template>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<mcp_template> mcp_templates::get(std::string_view id, call_options const& how) const {
    return get_by_id<mcp_template>(core_, "mcp_templates.get", "/mcp-templates/{}", id, how);
}

call<mcp_template> mcp_templates::get_by_slug(std::string_view slug, call_options const& how) const {
    return get_by_id<mcp_template>(core_, "mcp_templates.get_by_slug", "/mcp-templates/slug/{}", slug, how);
}

call<mcp_tool> mcp_templates::install(std::string_view slug, std::string_view name, call_options const& how) const {
    return make_call<mcp_tool>(core_, install_request(slug, name, nullptr), how, &read_data<mcp_tool>);
}

call<mcp_tool> mcp_templates::install(std::string_view slug, std::string_view name,
    std::map<std::string, std::string> const& parameters, call_options const& how) const {
    return make_call<mcp_tool>(core_, install_request(slug, name, &parameters), how, &read_data<mcp_tool>);
}

}  // namespace corun::promptrails
