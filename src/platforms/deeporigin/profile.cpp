#include "platforms/deeporigin/profile.hpp"

#include "decode/decode.hpp"
#include "platforms/deeporigin/workspace.hpp"

#include <corun/deeporigin/errors.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace corun::deeporigin {

namespace {

using std::chrono::milliseconds;

constexpr std::array repeatable{429, 500, 502, 503, 504};
constexpr std::array when_told{429, 503};

// wire/deeporigin §6.3.
constexpr std::array<std::string_view, 7> restriction_codes{"LICENSE.FEATURE_NOT_LICENSED",
    "LICENSE.INSUFFICIENT_AVAILABILITY", "LICENSE.RESERVE.FEATURE_NOT_LICENSED", "LICENSE.RESERVE.EXCEEDS_MAX",
    "MASON.TOOL_EXECUTION.BILLING_REJECTED", "MASON.TOOL_EXECUTION.TIER_LIMIT_EXCEEDED",
    "CREDITS_TX.PREPARE.INSUFFICIENT"};
constexpr std::string_view not_approved = "NOT_APPROVED";

bool is_restriction(std::string_view code) {
    return code == not_approved ||
           std::find(restriction_codes.begin(), restriction_codes.end(), code) != restriction_codes.end();
}

void default_headers(header_list& headers, std::string_view api_key) {
    if (!api_key.empty()) {
        std::string bearer = "Bearer ";
        bearer += api_key;
        headers.set("Authorization", bearer);
    }
    headers.set("Accept", "application/json");
}

std::string first_text(json::object const& from, std::initializer_list<std::string_view> names) {
    for (auto const name : names)
        if (auto text = string_at(from, name); text && !text->empty()) return *text;
    return {};
}

std::string joined(json::object const& from, std::string_view member) {
    std::string text;
    auto const* const items = from.if_contains("items");
    if (items == nullptr || !items->is_array()) return text;
    for (auto const& item : items->get_array()) {
        auto const one = item.is_object() ? string_at(item.get_object(), member) : std::nullopt;
        if (one && !one->empty()) text += (text.empty() ? "" : "; ") + *one;
    }
    return text;
}

restriction describe_restriction(json::object const& from, std::string_view code) {
    restriction r;
    r.code = code;
    r.reason = first_text(from, {"purchase_approval_comment", "message", "detail", "title"});
    if (r.reason.empty()) r.reason = joined(from, "purchaseApprovalComment");
    r.action = first_text(from, {"action_request", "actionRequest"});
    if (r.action.empty()) r.action = joined(from, "actionRequest");
    return r;
}

bool is_false(json::object const& from, std::string_view name) {
    auto const* const value = from.if_contains(name);
    return value != nullptr && value->is_bool() && !value->get_bool();
}

}  // namespace

std::optional<restriction> restriction_in(json::object const& body) {
    if (auto const code = string_at(body, "code"); code && is_restriction(*code))
        return describe_restriction(body, *code);
    if (auto const* const list = body.if_contains("errors"); list != nullptr && list->is_array()) {
        for (auto const& each : list->get_array()) {
            auto const code = each.is_object() ? string_at(each.get_object(), "code") : std::nullopt;
            if (code && is_restriction(*code)) return describe_restriction(each.get_object(), *code);
        }
    }
    auto const* const why = body.if_contains("statusReason");
    bool const explained = why != nullptr && why->is_object();
    if (explained) {
        auto const code = string_at(why->get_object(), "code");
        if (code && is_restriction(*code)) return describe_restriction(why->get_object(), *code);
    }
    if (is_false(body, "purchase_approved") || is_false(body, "is_approved"))
        return describe_restriction(body, not_approved);
    if (string_at(body, "status") == "InsufficientFunds")
        return describe_restriction(explained ? why->get_object() : body, "InsufficientFunds");
    return std::nullopt;
}

void read_error(failure& f, response_head const&, std::string_view body) {
    json::value parsed;
    decode_error why;
    if (!parse_json(body, parsed, why)) {
        f.message = body.empty() ? "HTTP " + std::to_string(f.status) : std::string(body.substr(0, 500));
        return;
    }
    if (!parsed.is_object()) {
        f.message = body.substr(0, 500);
        return;
    }
    auto const& top = parsed.get_object();
    f.message = first_text(top, {"message", "error", "detail"});
    if (auto const* const errors = top.if_contains("errors")) f.details = *errors;
    if (auto const* const list = top.if_contains("errors"); list != nullptr && list->is_array()) {
        for (auto const& each : list->get_array()) {
            if (!each.is_object()) continue;
            auto const& e = each.get_object();
            auto const text =
                first_text(e, {"title", "field"}) + (e.contains("reason") ? ": " + first_text(e, {"reason"}) : "");
            if (text.empty()) continue;
            f.message += (f.message.empty() ? "" : f.message.ends_with(')') ? ", " : " — ") + text;
            if (f.api_code.empty()) f.api_code = first_text(e, {"code"});
        }
    }
    if (auto code = string_at(top, "code")) f.api_code = *code;
    if (f.message.empty()) f.message = "HTTP " + std::to_string(f.status);
    if (auto const refused = restriction_in(top)) {
        f.permanent = true;
        f.api_code = refused->code;
        if (!refused->reason.empty()) f.message = refused->reason;
        json::object about;
        about["code"] = refused->code;
        about["reason"] = refused->reason;
        about["action"] = refused->action;
        if (!f.details.is_null()) about["errors"] = f.details;
        f.details = std::move(about);
    }
}

std::string restriction_error::reason() const {
    return details().is_object() ? string_at(details().get_object(), "reason").value_or(std::string()) : std::string();
}

std::string restriction_error::action() const {
    return details().is_object() ? string_at(details().get_object(), "action").value_or(std::string()) : std::string();
}

std::exception_ptr make_exception(failure f) {
    if (f.permanent) return std::make_exception_ptr(restriction_error(std::move(f)));
    switch (f.kind) {
    case error_kind::validation:
        if (f.status == 400) return std::make_exception_ptr(validation_error(std::move(f)));
        return std::make_exception_ptr(error_of<corun::validation_error>(std::move(f)));
    case error_kind::authentication:
        return std::make_exception_ptr(authentication_error(std::move(f)));
    case error_kind::permission:
        return std::make_exception_ptr(permission_error(std::move(f)));
    case error_kind::not_found:
        return std::make_exception_ptr(not_found_error(std::move(f)));
    case error_kind::rate_limit:
        return std::make_exception_ptr(rate_limit_error(std::move(f)));
    case error_kind::server:
        return std::make_exception_ptr(server_error(std::move(f)));
    case error_kind::timeout:
        return std::make_exception_ptr(timeout_error(std::move(f)));
    case error_kind::connection:
        return std::make_exception_ptr(connection_error(std::move(f)));
    case error_kind::stream:
        return std::make_exception_ptr(error_of<corun::stream_error>(std::move(f)));
    case error_kind::stream_timeout:
        return std::make_exception_ptr(error_of<corun::stream_timeout_error>(std::move(f)));
    case error_kind::protocol:
        return std::make_exception_ptr(error_of<corun::protocol_error>(std::move(f)));
    case error_kind::other:
        break;
    }
    return std::make_exception_ptr(error(std::move(f)));
}

platform_profile const& profile() {
    static platform_profile const data = [] {
        platform_profile p;
        p.name = "deeporigin";
        p.default_base_url = "https://api.deeporigin.io";
        p.user_agent = "deeporigin-cpp/0.1.0";
        p.retry.repeatable = repeatable;
        p.retry.when_told = when_told;
        p.retry.on_timeout = true;
        p.retry.backoff = {.base = milliseconds(1000),
            .factor = 2.0,
            .cap = milliseconds(60'000),
            .jitter = jitter::none,
            .added = milliseconds(0)};
        p.default_headers = &default_headers;
        p.read_error = &read_error;
        p.key_problem = [](std::string_view token) { return token_problem(token, std::chrono::system_clock::now()); };
        p.make_exception = &make_exception;
        return p;
    }();
    return data;
}

}  // namespace corun::deeporigin
