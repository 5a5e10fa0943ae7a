#include <corun/promptrails/credentials.hpp>

#include "platforms/promptrails/wire.hpp"

namespace corun::promptrails {

pager<credential, page<credential>> credentials::list(list_options const& options, call_options const& how) const {
    return make_pager<credential>(core_, how, options, "credentials.list", "/credentials");
}

call<credential> credentials::get(std::string_view id, call_options const& how) const {
    return get_by_id<credential>(core_, "credentials.get", "/credentials/{}", id, how);
}

call<credential> credentials::create(std::string_view name, std::string_view type, word<credential_category> category,
    std::string_view value, credential_options const& options, call_options const& how) const {
    request req("credentials.create", "POST", "/credentials");
    json::object body;
    put_text(req, body, "name", name);
    put_text(req, body, "type", type);
    put_word(req, body, "category", category);
    put_text(req, body, "value", value);
    body["description"] = "";
    body["is_default"] = false;
    put_spec(req, body, options);
    req.body(body);
    return make_call<credential>(core_, std::move(req), how, &read_data<credential>);
}

call<credential> credentials::update(
    std::string_view id, credential_changes const& what, call_options const& how) const {
    return make_call<credential>(core_, changes("credentials.update", "/credentials/{}", id, what, {"name", "value"}),
        how, &read_data<credential>);
}

call<void> credentials::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "credentials.delete", "/credentials/{}", id, how);
}

call<credential> credentials::set_default(std::string_view id, call_options const& how) const {
    request req("credentials.set_default", "POST", "/credentials/{}/set-default", id);
    req.repeatable(true);
    return make_call<credential>(core_, std::move(req), how, &read_data<credential>);
}

call<connection_check> credentials::check_connection(std::string_view id, call_options const& how) const {
    request req("credentials.check_connection", "POST", "/credentials/{}/check", id);
    req.repeatable(true);
    return make_call<connection_check>(core_, std::move(req), how, &read_data<connection_check>);
}

}  // namespace corun::promptrails
