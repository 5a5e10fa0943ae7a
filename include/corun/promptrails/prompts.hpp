#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// What to change of a prompt; what is not named stays.
class prompt_changes : public spec<prompt_changes> {
public:
    prompt_changes() = default;

    prompt_changes& name(std::string_view text) { return put("name", text); }
    prompt_changes& description(std::string_view text) { return put("description", text); }
    prompt_changes& status(std::string_view status) { return put("status", status); }
};

/// What a prompt's version has beside the user prompt.
class prompt_version_options : public spec<prompt_version_options> {
public:
    prompt_version_options() = default;

    /// Default: the server's.
    prompt_version_options& version(std::string_view label) { return put("version", label); }
    /// Variables: `{{ name }}`.
    prompt_version_options& system_prompt(std::string_view text) { return put("system_prompt", text); }
    /// Default false.
    prompt_version_options& set_current(bool on = true) { return put("set_current", on); }
    prompt_version_options& llm_model_id(std::string_view id) { return put("llm_model_id", id); }
    prompt_version_options& fallback_llm_model_id(std::string_view id) { return put("fallback_llm_model_id", id); }
    prompt_version_options& temperature(double value) { return put("temperature", value); }
    prompt_version_options& max_tokens(std::int64_t n) { return put("max_tokens", n); }
    prompt_version_options& top_p(double value) { return put("top_p", value); }
    prompt_version_options& input_schema(json::object const& schema) { return put("input_schema", schema); }
    prompt_version_options& output_schema(json::object const& schema) { return put("output_schema", schema); }
    prompt_version_options& config(json::object const& config) { return put("config", config); }
    prompt_version_options& message(std::string_view text) { return put("message", text); }
    prompt_version_options& cache_timeout(std::chrono::seconds t) { return put("cache_timeout", t.count()); }
};

/// A prompt that is run as it stands here; what is not named comes from the prompt's stored version.
class run_prompt_request : public spec<run_prompt_request> {
public:
    run_prompt_request(std::string_view user_prompt, std::string_view llm_model_id) {
        put("user_prompt", user_prompt);
        put("llm_model_id", llm_model_id);
    }

    run_prompt_request& system_prompt(std::string_view text) { return put("system_prompt", text); }
    run_prompt_request& fallback_llm_model_id(std::string_view id) { return put("fallback_llm_model_id", id); }
    run_prompt_request& temperature(double value) { return put("temperature", value); }
    run_prompt_request& max_tokens(std::int64_t n) { return put("max_tokens", n); }
    run_prompt_request& top_p(double value) { return put("top_p", value); }
    run_prompt_request& top_k(std::int64_t n) { return put("top_k", n); }
    /// The values of the variables.
    run_prompt_request& input(json::object const& values) { return put("input", values); }
    run_prompt_request& output_schema(json::object const& schema) { return put("output_schema", schema); }
    run_prompt_request& tools(std::vector<std::string> const& ids) { return put("tools", ids); }
    /// Adds a message that stands before the prompt.
    run_prompt_request& initial_message(std::string_view role, std::string_view content);
    run_prompt_request& credential_id(std::string_view id) { return put("credential_id", id); }
    run_prompt_request& cache_timeout(std::chrono::seconds t) { return put("cache_timeout", t.count()); }
    run_prompt_request& reasoning_effort(word<promptrails::reasoning_effort> effort) {
        return put_word("reasoning_effort", effort);
    }
    run_prompt_request& web_search(bool on = true) { return put("web_search", on); }
    run_prompt_request& prompt_caching(bool on = true) { return put("prompt_caching", on); }
};

/// Prompts: kept, versioned and run. Thread safety: as the client's.
class prompts {
public:
    explicit prompts(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /prompts, newest first.
    pager<prompt, page<prompt>> list(list_options const& options = {}, call_options const& how = {}) const;

    /// GET /prompts/{id}, with its current version.
    call<prompt> get(std::string_view id, call_options const& how = {}) const;

    /// POST /prompts.
    call<prompt> create(std::string_view name, std::string_view description = {}, call_options const& how = {}) const;

    /// PATCH /prompts/{id}.
    call<prompt> update(std::string_view id, prompt_changes const& changes, call_options const& how = {}) const;

    /// DELETE /prompts/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

    /// GET /prompts/{id}/versions, newest first.
    call<std::vector<prompt_version>> list_versions(std::string_view id, call_options const& how = {}) const;

    /// POST /prompts/{id}/versions.
    call<prompt_version> create_version(std::string_view id, std::string_view user_prompt,
        prompt_version_options const& options = {}, call_options const& how = {}) const;

    /// PUT /prompts/{id}/versions/{version_id}/promote: makes it the current one.
    call<prompt_version> promote_version(
        std::string_view id, std::string_view version_id, call_options const& how = {}) const;

    /// POST /prompts/{id}/preview: an answer that is not stored.
    call<run_prompt_response> preview(std::string_view id, json::object const& input, std::string_view version_id = {},
        call_options const& how = {}) const;

    /// POST /prompts/{id}/run. Costs money: never repeated where it may have been carried out.
    call<run_prompt_response> run_prompt(
        std::string_view id, run_prompt_request const& request, call_options const& how = {}) const;
    /// The same.
    call<run_prompt_response> execute(
        std::string_view id, run_prompt_request const& request, call_options const& how = {}) const {
        return run_prompt(id, request, how);
    }

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
