#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// What a guardrail has beside its type and scanner.
class guardrail_options : public spec<guardrail_options> {
public:
    guardrail_options() = default;

    /// Default `block`.
    guardrail_options& action(word<guardrail_action> action) { return put_word("action", action); }
    guardrail_options& config(json::object const& config) { return put("config", config); }
    guardrail_options& is_active(bool on) { return put("is_active", on); }
    guardrail_options& sort_order(int n) { return put("sort_order", n); }
};

/// What is checked before an agent sees its input, and before its answer is seen. Thread safety: as the client's.
class guardrails {
public:
    explicit guardrails(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /agents/{agent_id}/guardrails, by `sort_order`.
    call<std::vector<guardrail>> list(std::string_view agent_id, call_options const& how = {}) const;

    /// POST /agents/{agent_id}/guardrails. Scanners known: toxicity, harmful, bias, no_refusal, pii, anonymize,
    /// secrets, sensitive, prompt_injection, invisible_text.
    call<guardrail> create(std::string_view agent_id, word<guardrail_type> type, std::string_view scanner_type,
        guardrail_options const& options = {}, call_options const& how = {}) const;

    /// PATCH /guardrails/{id}.
    call<guardrail> update(std::string_view id, guardrail_options const& changes, call_options const& how = {}) const;

    /// DELETE /guardrails/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
