#include <corun/flowmaestro/webhook_signature.hpp>

#include "platforms/flowmaestro/tables.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string>

namespace corun::flowmaestro {

namespace {

constexpr std::string_view scheme = "v1=";
constexpr std::string_view signature_header = "X-FlowMaestro-Signature";
constexpr std::size_t digest_size = 32;
using digest = std::array<unsigned char, digest_size>;

digest hmac(std::string_view secret, std::string_view body) {
    digest out{};
    unsigned size = digest_size;
    auto const* made = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                            reinterpret_cast<unsigned char const*>(body.data()), body.size(), out.data(), &size);
    if (made == nullptr) throw std::runtime_error("HMAC-SHA256 is not available");
    return out;
}

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool same_name(std::string_view a, std::string_view b) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool read_signature(std::string_view value, digest& out) {
    if (!value.starts_with(scheme) || value.size() != scheme.size() + 2 * digest_size) return false;
    value.remove_prefix(scheme.size());
    for (std::size_t i = 0; i < digest_size; ++i) {
        int const high = digit(value[2 * i]);
        int const low = digit(value[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = static_cast<unsigned char>(high * 16 + low);
    }
    return true;
}

bool matches(std::string_view body, digest const& sent, std::string_view secret) {
    if (secret.empty()) return false;
    auto const made = hmac(secret, body);
    return CRYPTO_memcmp(made.data(), sent.data(), digest_size) == 0;
}

// "2026-03-02T09:15:07.250Z", with or without a fraction.
std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
    auto const number = [&](std::size_t at, std::size_t length) {
        int value = -1;
        if (at + length > text.size()) return -1;
        auto const [end, failed] = std::from_chars(text.data() + at, text.data() + at + length, value);
        return failed == std::errc() && end == text.data() + at + length ? value : -1;
    };
    if (text.size() < 20 || text.size() > 40 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || text.back() != 'Z')
        return std::nullopt;
    std::chrono::year_month_day const day{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    int const hour = number(11, 2);
    int const minute = number(14, 2);
    int const second = number(17, 2);
    if (number(0, 4) < 1 || !day.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    int milli = 0;
    if (text.size() > 20) {
        if (text[19] != '.' || text.size() < 22) return std::nullopt;
        int scale = 100;
        for (char const c : text.substr(20, text.size() - 21)) {
            if (c < '0' || c > '9') return std::nullopt;
            milli += (c - '0') * scale;
            scale /= 10;
        }
    }
    return std::chrono::sys_days(day) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) + std::chrono::milliseconds(milli);
}

template <class T>
void take_payload(webhook_event& event) {
    T payload;
    decode_error why;
    if (decode_value(event.data, payload, why)) event.payload = std::move(payload);
}

void read_payload(webhook_event& event) {
    std::string_view const name = event.event;
    if (name.starts_with("execution.")) take_payload<webhook_execution>(event);
    if (name.starts_with("thread.message.")) take_payload<webhook_message>(event);
    if (name.starts_with("agent.execution.")) take_payload<webhook_agent_run>(event);
    if (name == "test") take_payload<webhook_ping>(event);
}

}  // namespace

bool verify_webhook_signature(std::string_view raw_body, std::string_view header_value, std::string_view secret) {
    digest sent{};
    return read_signature(header_value, sent) && matches(raw_body, sent, secret);
}

std::string sign_webhook(std::string_view raw_body, std::string_view secret) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text(scheme);
    for (auto const byte : hmac(secret, raw_body)) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::string_view to_string(webhook_problem problem) noexcept {
    switch (problem) {
        case webhook_problem::none: return "none";
        case webhook_problem::no_signature: return "no_signature";
        case webhook_problem::several_signatures: return "several_signatures";
        case webhook_problem::malformed_signature: return "malformed_signature";
        case webhook_problem::wrong_signature: return "wrong_signature";
        case webhook_problem::malformed_body: return "malformed_body";
        case webhook_problem::too_old: return "too_old";
        case webhook_problem::too_new: return "too_new";
    }
    return "unknown";
}

webhook_verifier::webhook_verifier(std::string_view secret) : secret_(secret) { also_accept(secret); }

webhook_verifier& webhook_verifier::also_accept(std::string_view secret) {
    if (secret.empty()) {
        failure f;
        f.code = errc::invalid_argument;
        f.kind = error_kind::validation;
        f.where = phase::prepare;
        f.platform = "flowmaestro";
        f.operation = "webhook_verifier";
        f.message = "the secret is empty";
        throw corun::validation_error(std::move(f));
    }
    other_secret_ = secret;
    return *this;
}

webhook_verifier& webhook_verifier::max_age(std::chrono::milliseconds age) {
    max_age_ = age;
    return *this;
}

webhook_problem webhook_verifier::check(std::string_view raw_body, header_list const& headers, webhook_event& out) const {
    return check(raw_body, headers, std::chrono::system_clock::now(), out);
}

webhook_problem webhook_verifier::check(std::string_view raw_body, header_list const& headers,
                                        std::chrono::system_clock::time_point now, webhook_event& out) const {
    std::size_t count = 0;
    for (auto const field : headers) count += same_name(field.name, signature_header) ? 1u : 0u;
    if (count == 0) return webhook_problem::no_signature;
    if (count > 1) return webhook_problem::several_signatures;
    digest sent{};
    if (!read_signature(*headers.find(signature_header), sent)) return webhook_problem::malformed_signature;
    // Both secrets are tried, always: the time does not tell which one matched.
    bool const current = matches(raw_body, sent, secret_);
    bool const other = matches(raw_body, sent, other_secret_);
    if (!current && !other) return webhook_problem::wrong_signature;

    webhook_event event;
    decode_error why;
    if (!decode(raw_body, event, why)) return webhook_problem::malformed_body;
    if (max_age_.count() > 0) {
        auto const created = parse_time(event.created_at);
        if (!created) return webhook_problem::malformed_body;
        if (now - *created > max_age_) return webhook_problem::too_old;
        if (*created - now > max_age_) return webhook_problem::too_new;
    }
    event.delivery_id = headers.find("X-FlowMaestro-Delivery-ID").value_or(std::string_view());
    read_payload(event);
    out = std::move(event);
    return webhook_problem::none;
}

webhook_event webhook_verifier::verify(std::string_view raw_body, header_list const& headers) const {
    return verify(raw_body, headers, std::chrono::system_clock::now());
}

webhook_event webhook_verifier::verify(std::string_view raw_body, header_list const& headers,
                                       std::chrono::system_clock::time_point now) const {
    webhook_event event;
    auto const problem = check(raw_body, headers, now, event);
    if (problem == webhook_problem::none) return event;
    failure f;
    f.where = phase::decode;
    f.platform = "flowmaestro";
    f.operation = "webhook_verifier.verify";
    f.api_code = to_string(problem);
    f.message = "the delivery is not to be trusted";
    if (problem == webhook_problem::malformed_body) {
        f.code = errc::decode_error;
        f.kind = error_kind::protocol;
        f.message = "the delivery is signed, but is no event";
        throw corun::protocol_error(std::move(f));
    }
    f.code = errc::invalid_argument;
    f.kind = error_kind::authentication;
    throw corun::authentication_error(std::move(f));
}

}  // namespace corun::flowmaestro
