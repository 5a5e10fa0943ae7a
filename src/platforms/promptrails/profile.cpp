#include "platforms/promptrails/profile.hpp"

#include "decode/decode.hpp"

#include <corun/promptrails/client.hpp>
#include <corun/promptrails/errors.hpp>

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace corun::promptrails {

namespace {

using std::chrono::milliseconds;

// 500–599, where a repetition does no harm; 429 and 503 with a Retry-After always (wire/promptrails §4).
constexpr auto repeatable = [] {
    std::array<int, 100> statuses{};
    for (int i = 0; i < 100; ++i) statuses[static_cast<std::size_t>(i)] = 500 + i;
    return statuses;
}();
constexpr std::array when_told{429, 503};

void default_headers(header_list& headers, std::string_view api_key) {
    if (!api_key.empty()) headers.set("X-API-Key", api_key);
    headers.set("Accept", "application/json");
    headers.set("Content-Type", "application/json");
}

std::string text_of(json::value const* value) {
    if (value == nullptr || !value->is_string()) return {};
    return std::string(std::string_view(value->get_string()));
}

// JSON-RPC writes numbers.
std::string code_of(json::value const* value) {
    if (value != nullptr && value->is_int64()) return std::to_string(value->get_int64());
    return text_of(value);
}

json::value details_of(json::value const* value) {
    if (value == nullptr || value->is_null()) return json::object();
    if (value->is_object()) return *value;
    json::object wrapped;
    wrapped["errors"] = *value;
    return wrapped;
}

}  // namespace

void read_error(failure& f, response_head const&, std::string_view body) {
    f.details = json::object();
    json::value parsed;
    decode_error why;
    if (!parse_json(body, parsed, why) || !parsed.is_object()) {
        f.message = "HTTP " + std::to_string(f.status);
        return;
    }
    auto const& top = parsed.get_object();
    auto const* const inner = top.if_contains("error");
    if (inner != nullptr && inner->is_string()) {
        f.message = text_of(inner);
    } else if (inner != nullptr && inner->is_object()) {
        auto const& fields = inner->get_object();
        f.message = text_of(fields.if_contains("message"));
        f.api_code = code_of(fields.if_contains("code"));
        f.details = details_of(fields.if_contains("details"));
    }
    if (f.message.empty()) f.message = text_of(top.if_contains("message"));
    if (f.message.empty()) f.message = f.status >= 500 ? "Server error" : "Unknown error";
}

std::exception_ptr make_exception(failure f) {
    switch (f.kind) {
    case error_kind::validation:
        if (f.status == 400) return std::make_exception_ptr(validation_error(std::move(f)));
        return std::make_exception_ptr(error_of<corun::validation_error>(std::move(f)));
    case error_kind::authentication:
        return std::make_exception_ptr(unauthorized_error(std::move(f)));
    case error_kind::permission:
        return std::make_exception_ptr(forbidden_error(std::move(f)));
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
        return std::make_exception_ptr(stream_error(std::move(f)));
    case error_kind::stream_timeout:
        return std::make_exception_ptr(stream_timeout_error(std::move(f)));
    case error_kind::protocol:
        return std::make_exception_ptr(error_of<corun::protocol_error>(std::move(f)));
    case error_kind::other:
        break;
    }
    bool const answered = f.status >= 200 && f.status < 300 && !f.api_code.empty();
    if (answered) return std::make_exception_ptr(a2a_error(std::move(f)));
    return std::make_exception_ptr(error(std::move(f)));
}

int a2a_error::rpc_code() const noexcept {
    int code = 0;
    auto const& text = api_code();
    std::from_chars(text.data(), text.data() + text.size(), code);
    return code;
}

platform_profile const& profile() {
    static platform_profile const data = [] {
        static std::string const user_agent = "promptrails-cpp/" + std::string(version);
        platform_profile p;
        p.name = "promptrails";
        p.default_base_url = "https://api.promptrails.ai";
        p.path_prefix = "/api/v1";
        p.key_variable = "PROMPTRAILS_API_KEY";
        p.url_variable = "PROMPTRAILS_BASE_URL";
        p.user_agent = user_agent;
        p.retry.repeatable = repeatable;
        p.retry.when_told = when_told;
        p.retry.on_timeout = true;
        p.retry.backoff = {.base = milliseconds(1000),
            .factor = 2.0,
            .cap = milliseconds(8000),
            .jitter = jitter::none,
            .added = milliseconds(0)};
        p.default_headers = &default_headers;
        p.read_error = &read_error;
        p.make_exception = &make_exception;
        return p;
    }();
    return data;
}

}  // namespace corun::promptrails
