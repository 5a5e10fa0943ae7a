#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// Which triggers to list; what is empty does not filter.
struct trigger_list_options {
    int page = 1;
    int limit = 20;
    std::string_view agent_id{};
};

/// What to change of a trigger; what is not named stays.
class trigger_changes : public spec<trigger_changes> {
public:
    trigger_changes() = default;

    trigger_changes& name(std::string_view text) { return put("name", text); }
    trigger_changes& is_active(bool on) { return put("is_active", on); }
};

/// The value of X-PromptRails-Signature: HMAC-SHA256 of the raw body, lower-case hex.
std::string hook_signature(std::string_view secret, std::string_view body);

/// Hooks: addresses that start a run of an agent for whoever has their token. Thread safety: as the client's.
class webhook_triggers {
public:
    explicit webhook_triggers(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /webhook-triggers.
    pager<webhook_trigger, page<webhook_trigger>> list(
        trigger_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /webhook-triggers/{id}, without its token.
    call<webhook_trigger> get(std::string_view id, call_options const& how = {}) const;

    /// POST /webhook-triggers. The answer's `token` and `secret` are never shown again.
    call<webhook_trigger> create(std::string_view name, std::string_view agent_id, bool generate_secret = false,
        call_options const& how = {}) const;

    /// PATCH /webhook-triggers/{id}.
    call<webhook_trigger> update(
        std::string_view id, trigger_changes const& changes, call_options const& how = {}) const;

    /// DELETE /webhook-triggers/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

    /// POST /hooks/{token}: starts the run, as an outside caller does. Without the API key, since the token is what
    /// counts; signed where a secret is given. Never repeated where it may have been carried out.
    call<agent_execution> invoke(std::string_view token, json::object const& input, std::string_view secret = {},
        call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
