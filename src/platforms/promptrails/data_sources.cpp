#include <corun/promptrails/data_sources.hpp>

#include "platforms/promptrails/wire.hpp"

namespace corun::promptrails {

namespace {

request preview_request(std::string_view id, std::string_view query_template, json::object const* parameters) {
    request req("data_sources.preview_query", "POST", "/data-sources/{}/preview-query", id);
    json::object body;
    put_text(req, body, "query_template", query_template);
    if (parameters != nullptr) body["parameters"] = *parameters;
    req.body(body);
    return req;
}

}  // namespace

pager<data_source, page<data_source>> data_sources::list(list_options const& options, call_options const& how) const {
    return make_pager<data_source>(core_, how, options, "data_sources.list", "/data-sources");
}

call<data_source> data_sources::get(std::string_view id, call_options const& how) const {
    return get_by_id<data_source>(core_, "data_sources.get", "/data-sources/{}", id, how);
}

call<data_source> data_sources::create(
    std::string_view name, std::string_view type, std::string_view description, call_options const& how) const {
    request req("data_sources.create", "POST", "/data-sources");
    json::object body;
    put_text(req, body, "name", name);
    put_text(req, body, "type", type);
    if (!description.empty()) body["description"] = description;
    req.body(body);
    return make_call<data_source>(core_, std::move(req), how, &read_data<data_source>);
}

call<data_source> data_sources::update(
    std::string_view id, data_source_changes const& what, call_options const& how) const {
    return make_call<data_source>(
        core_, changes("data_sources.update", "/data-sources/{}", id, what, {"name"}), how, &read_data<data_source>);
}

call<void> data_sources::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "data_sources.delete", "/data-sources/{}", id, how);
}

call<std::vector<data_source_version>> data_sources::list_versions(std::string_view id, call_options const& how) const {
    return make_call<std::vector<data_source_version>>(core_,
        request("data_sources.list_versions", "GET", "/data-sources/{}/versions", id), how,
        &read_list<data_source_version>);
}

call<data_source_version> data_sources::create_version(std::string_view id, std::string_view version,
    data_source_version_options const& options, call_options const& how) const {
    request req("data_sources.create_version", "POST", "/data-sources/{}/versions", id);
    json::object body;
    put_text(req, body, "version", version);
    body["query_template"] = "";
    body["set_current"] = false;
    put_spec(req, body, options);
    req.body(body);
    return make_call<data_source_version>(core_, std::move(req), how, &read_data<data_source_version>);
}

call<data_source_version> data_sources::promote_version(
    std::string_view id, std::string_view version_id, call_options const& how) const {
    return promote<data_source_version>(
        core_, "data_sources.promote_version", "/data-sources/{}/versions/{}/promote", id, version_id, how);
}

call<query_result> data_sources::preview_query(
    std::string_view id, std::string_view query_template, call_options const& how) const {
    return make_call<query_result>(core_, preview_request(id, query_template, nullptr), how, &read_data<query_result>);
}

call<query_result> data_sources::preview_query(std::string_view id, std::string_view query_template,
    json::object const& parameters, call_options const& how) const {
    return make_call<query_result>(
        core_, preview_request(id, query_template, &parameters), how, &read_data<query_result>);
}

call<connection_check> data_sources::test_connection(std::string_view id, call_options const& how) const {
    request req("data_sources.test_connection", "POST", "/data-sources/{}/test-connection", id);
    req.repeatable(true);
    return make_call<connection_check>(core_, std::move(req), how, &read_data<connection_check>);
}

call<query_result> data_sources::query(std::string_view id, call_options const& how) const {
    return make_call<query_result>(
        core_, post("data_sources.query", "/data-sources/{}/query", id, json::object()), how, &read_data<query_result>);
}

call<query_result> data_sources::query(
    std::string_view id, json::object const& parameters, call_options const& how) const {
    auto const body = object("parameters", parameters);
    return make_call<query_result>(
        core_, post("data_sources.query", "/data-sources/{}/query", id, body), how, &read_data<query_result>);
}

}  // namespace corun::promptrails
