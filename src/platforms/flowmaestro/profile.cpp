#include "platforms/flowmaestro/profile.hpp"

#include "decode/decode.hpp"

#include <corun/flowmaestro/errors.hpp>

#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace corun::flowmaestro {

namespace {

using std::chrono::milliseconds;

// wire/flowmaestro §1.1, §1.2.
constexpr std::array repeatable{408, 429, 500, 502, 503, 504};
constexpr std::array not_repeatable{429, 503};

void default_headers(header_list& headers, std::string_view api_key) {
    if (!api_key.empty()) {
        std::string bearer = "Bearer ";
        bearer += api_key;
        headers.set("Authorization", bearer);
    }
    headers.set("Accept", "application/json");
    headers.set("Content-Type", "application/json");
}

std::string text_or(json::value const* value, std::string_view otherwise) {
    if (value == nullptr || !value->is_string()) return std::string(otherwise);
    return std::string(std::string_view(value->get_string()));
}

// Seconds, as `error.details.retry_after` has them; a fraction rounds up.
std::optional<milliseconds> seconds_of(json::value const* value) {
    constexpr double longest = 10.0 * 365 * 24 * 3600;
    double seconds = -1;
    if (value != nullptr && value->is_int64()) seconds = static_cast<double>(value->get_int64());
    if (value != nullptr && value->is_uint64()) seconds = longest;
    if (value != nullptr && value->is_double()) seconds = value->get_double();
    if (!(seconds >= 0)) return std::nullopt;
    return milliseconds(static_cast<milliseconds::rep>(std::ceil(std::min(seconds, longest))) * 1000);
}

}  // namespace

void read_error(failure& f, response_head const&, std::string_view body) {
    f.api_code = "unknown_error";
    json::value parsed;
    decode_error why;
    if (!parse_json(body, parsed, why) || !parsed.is_object()) return;
    auto& top = parsed.get_object();
    auto* const inner = top.if_contains("error");
    json::value* details = nullptr;
    if (inner != nullptr && inner->is_object()) {
        auto& fields = inner->get_object();
        f.api_code = text_or(fields.if_contains("code"), f.api_code);
        f.message = text_or(fields.if_contains("message"), {});
        details = fields.if_contains("details");
    } else {
        f.api_code = text_or(top.if_contains("code"), f.api_code);
        f.message = text_or(top.if_contains("message"), text_or(inner, {}));
        details = top.if_contains("details");
    }
    if (details == nullptr) return;
    if (!f.retry_after && details->is_object()) f.retry_after = seconds_of(details->get_object().if_contains("retry_after"));
    f.details = std::move(*details);
}

std::exception_ptr make_exception(failure f) {
    // Codes of failures that no server answered (wire/flowmaestro §1.3).
    if (f.api_code.empty()) {
        if (f.kind == error_kind::timeout) f.api_code = "timeout";
        if (f.kind == error_kind::connection) f.api_code = "connection_error";
        if (f.kind == error_kind::stream || f.kind == error_kind::stream_timeout) f.api_code = "stream_error";
    }
    switch (f.kind) {
        case error_kind::validation:
            if (f.status == 400) return std::make_exception_ptr(validation_error(std::move(f)));
            return std::make_exception_ptr(error_of<corun::validation_error>(std::move(f)));
        case error_kind::authentication: return std::make_exception_ptr(authentication_error(std::move(f)));
        case error_kind::permission: return std::make_exception_ptr(authorization_error(std::move(f)));
        case error_kind::not_found: return std::make_exception_ptr(not_found_error(std::move(f)));
        case error_kind::rate_limit: return std::make_exception_ptr(rate_limit_error(std::move(f)));
        case error_kind::server: return std::make_exception_ptr(server_error(std::move(f)));
        case error_kind::timeout: return std::make_exception_ptr(timeout_error(std::move(f)));
        case error_kind::connection: return std::make_exception_ptr(connection_error(std::move(f)));
        case error_kind::stream: return std::make_exception_ptr(stream_error(std::move(f)));
        case error_kind::stream_timeout: return std::make_exception_ptr(stream_timeout_error(std::move(f)));
        case error_kind::protocol: return std::make_exception_ptr(error_of<corun::protocol_error>(std::move(f)));
        case error_kind::other: break;
    }
    return std::make_exception_ptr(error(std::move(f)));
}

platform_profile const& profile() {
    static platform_profile const data = [] {
        platform_profile p;
        p.name = "flowmaestro";
        p.default_base_url = "https://api.flowmaestro.io";
        p.path_prefix = "/api/v1";
        p.key_variable = "FLOWMAESTRO_API_KEY";
        p.url_variable = "FLOWMAESTRO_BASE_URL";
        p.user_agent = "flowmaestro-sdk-cpp/0.1.0";
        p.retry.repeatable = repeatable;
        p.retry.not_repeatable = not_repeatable;
        p.retry.backoff = {.base = milliseconds(1000),
                           .factor = 2.0,
                           .cap = milliseconds::max(),
                           .jitter = jitter::added,
                           .added = milliseconds(500)};
        p.default_headers = &default_headers;
        p.read_error = &read_error;
        p.make_exception = &make_exception;
        return p;
    }();
    return data;
}

}  // namespace corun::flowmaestro
