#include "platforms/deeporigin/workspace.hpp"

#include "decode/decode.hpp"

#include <corun/error.hpp>

#include <boost/json/serialize.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace corun::deeporigin {

namespace {

struct tier {
    std::string_view name;
    std::string_view url;
};

// wire/deeporigin §1.1.
constexpr std::array<tier, 4> tiers{
    {{"prod", "https://api.deeporigin.io"}, {"staging", "https://api.staging.deeporigin.io"},
        {"dev", "https://api.dev.deeporigin.io"}, {"local", "http://127.0.0.1:4931"}}};

[[noreturn]] void refuse(std::string message) {
    failure f;
    f.code = errc::invalid_argument;
    f.kind = error_kind::validation;
    f.where = phase::prepare;
    f.platform = "deeporigin";
    f.operation = "client";
    f.message = std::move(message);
    throw corun::validation_error(std::move(f));
}

std::string_view url_of(std::string_view environment) {
    for (auto const& t : tiers)
        if (t.name == environment) return t.url;
    refuse("the environment \"" + std::string(environment.substr(0, 50)) + "\" is none of prod, staging, dev, local");
}

std::string trimmed(std::string text) {
    auto const space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && space(text.back())) text.pop_back();
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), space));
    return text;
}

int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '-' || c == '+') return 62;
    if (c == '_' || c == '/') return 63;
    return -1;
}

// base64url without its padding (RFC 7515).
std::optional<std::string> decoded(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string bytes;
    unsigned held = 0;
    int bits = 0;
    for (char const c : text) {
        int const value = sextet(c);
        if (value < 0) return std::nullopt;
        held = (held << 6U) | static_cast<unsigned>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>((held >> static_cast<unsigned>(bits)) & 0xFFU);
    }
    return bytes;
}

std::string encoded(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    unsigned held = 0;
    unsigned bits = 0;
    for (char const c : bytes) {
        held = (held << 8U) | static_cast<unsigned char>(c);
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            text += digits[(held >> bits) & 63U];
        }
    }
    if (bits > 0) text += digits[(held << (6 - bits)) & 63U];
    return text;
}

std::string random_uuid() { return to_string(boost::uuids::random_generator()()); }

// For an emulator, which looks at nothing but the expiry (wire/deeporigin §1.3).
std::string throw_away_token() {
    auto const now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    auto const claims = object("exp", now.count() + 365 * 24 * 3600, "iat", now.count(), "jti", random_uuid(), "iss",
        "https://local.deeporigin.io/realms/deeporigin", "sub", "local", "typ", "Bearer");
    return encoded(R"({"alg":"HS256","typ":"JWT"})") + '.' + encoded(json::serialize(claims)) + '.' +
           encoded(random_uuid());
}

std::optional<json::object> read_object(sources const& from, std::string_view name) {
    auto const text = from.file(name);
    if (!text) return std::nullopt;
    json::value parsed;
    decode_error why;
    if (!parse_json(*text, parsed, why) || !parsed.is_object())
        refuse("the file " + std::string(name) + " is not a JSON object");
    return std::move(parsed.get_object());
}

// The environment's name to its token, or to an object that has it as `access`.
std::optional<std::string> stored_token(sources const& from, std::string_view environment) {
    auto const tokens = read_object(from, "api_tokens.json");
    if (!tokens) return std::nullopt;
    if (auto text = string_at(*tokens, environment)) return text;
    return string_at(*tokens, environment, "access");
}

std::string_view tier_of_issuer(std::string_view issuer) {
    for (std::string_view const name : {"dev", "staging", "local"})
        if (issuer.find(name) != std::string_view::npos) return name;
    return "prod";
}

}  // namespace

std::optional<json::object> claims_of(std::string_view token) {
    auto const first = token.find('.');
    auto const second = token.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
    auto const text = decoded(token.substr(first + 1, second - first - 1));
    json::value parsed;
    decode_error why;
    if (!text || !parse_json(*text, parsed, why) || !parsed.is_object()) return std::nullopt;
    return std::move(parsed.get_object());
}

std::optional<std::string> token_problem(std::string_view token, std::chrono::system_clock::time_point now) {
    auto const claims = claims_of(token);
    if (!claims) return std::nullopt;
    auto const* const exp = claims->if_contains("exp");
    double const until = exp != nullptr && exp->is_number() ? exp->to_number<double>() : 0;
    auto const seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
    if (seconds <= until) return std::nullopt;
    return "the token has expired: make a new one in Deep Origin's settings";
}

sources real_sources(std::optional<std::string> const& folder) {
    auto const variable = [](std::string_view name) -> std::optional<std::string> {
        char const* const value = std::getenv(std::string(name).c_str());
        if (value == nullptr || *value == '\0') return std::nullopt;
        return std::string(value);
    };
    auto const home = variable("HOME");
    std::filesystem::path where;
    if (folder)
        where = *folder;
    else if (home)
        where = std::filesystem::path(*home) / ".deeporigin";
    return {variable, [where](std::string_view name) -> std::optional<std::string> {
                if (where.empty()) return std::nullopt;
                auto const path = where / name;
                std::error_code ec;
                auto const found = std::filesystem::status(path, ec);
                if (found.type() == std::filesystem::file_type::not_found) return std::nullopt;
                std::ifstream in;
                if (std::filesystem::is_regular_file(found)) in.open(path, std::ios::binary);
                bool const open = in.is_open();
                std::string text;
                if (open) text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
                if (!open || in.bad()) refuse("the file " + std::string(name) + " cannot be read");
                return text;
            }};
}

std::shared_ptr<workspace> find_workspace(client_options const& options, sources const& from) {
    auto found = std::make_shared<workspace>();
    auto const first = [](std::optional<std::string> a, std::optional<std::string> b) {
        return a && !a->empty() ? std::move(a) : std::move(b);
    };
    auto const asked = first(options.environment(), from.variable("DO_ENV"));
    if (asked) url_of(*asked);
    auto const given = first(options.settings().api_key, from.variable("DO_AUTH_TOKEN"));
    auto const given_org = first(options.org_key(), from.variable("DO_ORG_KEY"));
    bool const local = asked == "local";

    // The files are looked at only for what is missing.
    std::optional<json::object> file;
    if (!local && (!given || !given_org)) file = read_object(from, "config.json");
    auto const in_file = [&](std::string_view name) { return file ? string_at(*file, name) : std::nullopt; };
    std::string environment = "prod";
    if (asked)
        environment = *asked;
    else if (auto const issuer = given ? claims_of(*given) : std::nullopt)
        environment = tier_of_issuer(string_at(*issuer, "iss").value_or(std::string()));
    else if (auto const stored = in_file("env"); stored && !stored->empty() && !given)
        environment = *stored;
    url_of(environment);

    found->token = given ? *given : std::string();
    if (found->token.empty() && environment == "local") found->token = throw_away_token();
    if (found->token.empty()) found->token = stored_token(from, environment).value_or(std::string());
    if (found->token.empty())
        refuse("no token: set it in the options, in DO_AUTH_TOKEN, or in api_tokens.json for \"" + environment + '"');

    found->org_key = first(given_org, in_file("org_key")).value_or(std::string());
    if (found->org_key.empty() && environment == "local") found->org_key = "deeporigin";
    if (found->org_key.empty()) refuse("no organisation: set org_key in the options, in DO_ORG_KEY, or in config.json");

    auto const url = first(options.settings().base_url, from.variable("DO_BASE_URL"));
    found->base_url = url ? *url : std::string(url_of(environment));

    auto const project = trimmed(first(options.project_id(), from.variable("DO_PROJECT_ID")).value_or(std::string()));
    if (!project.empty()) found->project_id = project;
    found->app = options.app();
    found->session = first(options.session(), random_uuid()).value_or(std::string());
    found->tag = options.tag();
    found->billing_tag = options.billing_tag();
    return found;
}

}  // namespace corun::deeporigin
