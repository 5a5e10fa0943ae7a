#include <corun/promptrails/prompts.hpp>

#include "platforms/promptrails/wire.hpp"

namespace corun::promptrails {

run_prompt_request& run_prompt_request::initial_message(std::string_view role, std::string_view content) {
    auto& messages = body_["initial_messages"];
    if (!messages.is_array()) messages.emplace_array();
    messages.get_array().push_back(object("role", role, "content", content));
    return *this;
}

pager<prompt, page<prompt>> prompts::list(list_options const& options, call_options const& how) const {
    return make_pager<prompt>(core_, how, options, "prompts.list", "/prompts");
}

call<prompt> prompts::get(std::string_view id, call_options const& how) const {
    return get_by_id<prompt>(core_, "prompts.get", "/prompts/{}", id, how);
}

call<prompt> prompts::create(std::string_view name, std::string_view description, call_options const& how) const {
    request req("prompts.create", "POST", "/prompts");
    json::object body;
    put_text(req, body, "name", name);
    body["description"] = description;
    req.body(body);
    return make_call<prompt>(core_, std::move(req), how, &read_data<prompt>);
}

call<prompt> prompts::update(std::string_view id, prompt_changes const& what, call_options const& how) const {
    return make_call<prompt>(
        core_, changes("prompts.update", "/prompts/{}", id, what, {"name"}), how, &read_data<prompt>);
}

call<void> prompts::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "prompts.delete", "/prompts/{}", id, how);
}

call<std::vector<prompt_version>> prompts::list_versions(std::string_view id, call_options const& how) const {
    return make_call<std::vector<prompt_version>>(
        core_, request("prompts.list_versions", "GET", "/prompts/{}/versions", id), how, &read_list<prompt_version>);
}

call<prompt_version> prompts::create_version(std::string_view id, std::string_view user_prompt,
    prompt_version_options const& options, call_options const& how) const {
    request req("prompts.create_version", "POST", "/prompts/{}/versions", id);
    json::object body;
    put_text(req, body, "user_prompt", user_prompt);
    body["system_prompt"] = "";
    body["set_current"] = false;
    put_spec(req, body, options);
    req.body(body);
    return make_call<prompt_version>(core_, std::move(req), how, &read_data<prompt_version>);
}

call<prompt_version> prompts::promote_version(
    std::string_view id, std::string_view version_id, call_options const& how) const {
    return promote<prompt_version>(
        core_, "prompts.promote_version", "/prompts/{}/versions/{}/promote", id, version_id, how);
}

call<run_prompt_response> prompts::preview(
    std::string_view id, json::object const& input, std::string_view version_id, call_options const& how) const {
    json::object body;
    body["input"] = input;
    if (!version_id.empty()) body["version_id"] = version_id;
    return make_call<run_prompt_response>(
        core_, post("prompts.preview", "/prompts/{}/preview", id, body), how, &read_data<run_prompt_response>);
}

call<run_prompt_response> prompts::run_prompt(
    std::string_view id, run_prompt_request const& what, call_options const& how) const {
    request req("prompts.run_prompt", "POST", "/prompts/{}/run", id);
    json::object body;
    put_spec(req, body, what);
    req.require(!body["user_prompt"].get_string().empty(), "the user_prompt is empty");
    req.require(!body["llm_model_id"].get_string().empty(), "the llm_model_id is empty");
    req.body(body);
    return make_call<run_prompt_response>(core_, std::move(req), how, &read_data<run_prompt_response>);
}

}  // namespace corun::promptrails
