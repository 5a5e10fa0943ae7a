#include <corun/promptrails/webhook_triggers.hpp>

#include "platforms/promptrails/wire.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace corun::promptrails {

std::string hook_signature(std::string_view secret, std::string_view body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
            reinterpret_cast<unsigned char const*>(body.data()), body.size(), mac.data(), &size) == nullptr)
        throw std::runtime_error("HMAC-SHA256 is not available");
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
        text += digits[mac[i] >> 4];
        text += digits[mac[i] & 15];
    }
    return text;
}

pager<webhook_trigger, page<webhook_trigger>> webhook_triggers::list(
    trigger_list_options const& options, call_options const& how) const {
    request ask("webhook_triggers.list", "GET", "/webhook-triggers");
    ask_if(ask, "agent_id", options.agent_id);
    return make_pager<webhook_trigger>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<webhook_trigger> webhook_triggers::get(std::string_view id, call_options const& how) const {
    return get_by_id<webhook_trigger>(core_, "webhook_triggers.get", "/webhook-triggers/{}", id, how);
}

call<webhook_trigger> webhook_triggers::create(
    std::string_view name, std::string_view agent_id, bool generate_secret, call_options const& how) const {
    request req("webhook_triggers.create", "POST", "/webhook-triggers");
    json::object body;
    put_text(req, body, "name", name);
    put_text(req, body, "agent_id", agent_id);
    body["generate_secret"] = generate_secret;
    req.body(body);
    return make_call<webhook_trigger>(core_, std::move(req), how, &read_data<webhook_trigger>);
}

call<webhook_trigger> webhook_triggers::update(
    std::string_view id, trigger_changes const& what, call_options const& how) const {
    return make_call<webhook_trigger>(core_,
        changes("webhook_triggers.update", "/webhook-triggers/{}", id, what, {"name"}), how,
        &read_data<webhook_trigger>);
}

call<void> webhook_triggers::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "webhook_triggers.delete", "/webhook-triggers/{}", id, how);
}

call<agent_execution> webhook_triggers::invoke(
    std::string_view token, json::object const& input, std::string_view secret, call_options const& how) const {
    request req("webhook_triggers.invoke", "POST", "/hooks/{}", token);
    req.from_root().anonymous().shown_as("/hooks/***").body(input);
    if (!secret.empty() && req.body_text())
        req.header("X-PromptRails-Signature", hook_signature(secret, *req.body_text()));
    return make_call<agent_execution>(core_, std::move(req), how, &read_data<agent_execution>);
}

}  // namespace corun::promptrails
