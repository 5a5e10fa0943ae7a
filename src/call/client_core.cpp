#include "call/client_core.hpp"

#include "request/field.hpp"

#include <corun/observer.hpp>
#include <corun/transport_options.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <utility>

namespace corun {

namespace {

[[noreturn]] void refuse(platform_profile const& profile, std::string message) {
    failure f;
    f.code = errc::invalid_argument;
    f.kind = error_kind::validation;
    f.where = phase::prepare;
    f.platform = profile.name;
    f.operation = "client";
    f.message = std::move(message);
    throw validation_error(std::move(f));
}

std::optional<std::string> environment(std::string_view name) {
    if (name.empty()) return std::nullopt;
    char const* value = std::getenv(std::string(name).c_str());
    return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

bool is_blank(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; });
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

client_settings checked(platform_profile const& profile, client_settings s) {
    using std::chrono::milliseconds;
    if (!s.api_key) s.api_key = environment(profile.key_variable);
    if (!s.api_key || s.api_key->empty()) {
        std::string message = "no API key";
        if (!profile.key_variable.empty())
            message += ": set it in the options, or " + std::string(profile.key_variable);
        refuse(profile, std::move(message));
    }
    if (has_control(*s.api_key)) refuse(profile, "the API key holds a control character (a line end, say)");
    if (is_blank(*s.api_key)) refuse(profile, "the API key is blank");
    if (!s.base_url) s.base_url = environment(profile.url_variable);
    if (!s.base_url) s.base_url = std::string(profile.default_base_url);

    if (s.timeout <= milliseconds(0)) refuse(profile, "timeout is not above zero");
    if (s.total_timeout && *s.total_timeout <= milliseconds(0)) refuse(profile, "total_timeout is not above zero");
    if (s.max_retries < 0) refuse(profile, "max_retries is negative");
    if (s.max_retry_after < milliseconds(0)) refuse(profile, "max_retry_after is negative");
    if (s.backoff && *s.backoff < milliseconds(0)) refuse(profile, "backoff is negative");
    if (s.max_backoff && *s.max_backoff < milliseconds(0)) refuse(profile, "max_backoff is negative");
    if (s.first_event_timeout < milliseconds(0)) refuse(profile, "first_event_timeout is negative");
    if (s.idle_timeout < milliseconds(0)) refuse(profile, "idle_timeout is negative");
    for (auto const& limit : {s.phases.pool, s.phases.resolve, s.phases.connect, s.phases.tls, s.phases.write,
             s.phases.first_byte, s.phases.body_idle})
        if (limit && *limit <= milliseconds(0)) refuse(profile, "the limit of a phase is not above zero");
    if (s.max_body == 0) refuse(profile, "max_body is zero");
    if (s.max_event == 0) refuse(profile, "max_event is zero");
    if (s.pool.max_connections == 0 || s.pool.max_per_origin == 0) refuse(profile, "the pool has no room");
    for (auto const& field : s.headers)
        if (auto const problem = field_problem(field.name, field.value)) refuse(profile, std::string(*problem));
    if (auto const problem = field_problem("User-Agent", s.user_agent)) refuse(profile, std::string(*problem));
    return s;
}

header_list default_headers(platform_profile const& profile, client_settings const& s, std::string_view key) {
    header_list headers;
    if (profile.default_headers != nullptr) profile.default_headers(headers, key);
    if (!s.user_agent.empty())
        headers.set("User-Agent", s.user_agent);
    else if (!profile.user_agent.empty())
        headers.set("User-Agent", profile.user_agent);
    for (auto const& field : s.headers) headers.set(field.name, field.value);
    return headers;
}

}  // namespace

client_core::client_core(asio::any_io_executor ex, platform_profile const& p, client_settings s)
    : profile(p), settings(checked(p, std::move(s))), base(parse_base_url(*settings.base_url, p.name)),
      headers(default_headers(p, settings, *settings.api_key)), anonymous_headers(default_headers(p, settings, {})),
      executor(ex),
      transport(settings.transport ? settings.transport : make_transport(ex, settings.pool, settings.tls)),
      time(settings.time ? settings.time : make_steady_time(ex)), api_key_(*settings.api_key) {
    if (settings.observer && settings.tls.insecure_skip_verification())
        settings.observer->warning("TLS certificates are not verified");
}

client_core::~client_core() = default;

void client_core::close() noexcept {
    if (!closed_.exchange(true)) transport->close();
}

std::string client_core::mask(std::string text) const {
    for (auto at = text.find(api_key_); at != std::string::npos; at = text.find(api_key_, at + 3))
        text.replace(at, api_key_.size(), "***");
    return text;
}

std::exception_ptr client_core::exception(failure f) const {
    return profile.make_exception != nullptr ? profile.make_exception(std::move(f)) : make_exception(std::move(f));
}

std::optional<std::string> client_core::key_problem() const {
    return profile.key_problem != nullptr ? profile.key_problem(api_key_) : std::nullopt;
}

double client_core::random() const {
    static thread_local std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace corun
