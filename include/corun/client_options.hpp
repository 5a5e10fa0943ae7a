#pragma once

#include <corun/headers.hpp>
#include <corun/timing.hpp>
#include <corun/transport_options.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corun {

class observer;

/// The settings behind `client_options`, as plain members.
class client_settings {
public:
    client_settings() = default;

    std::optional<std::string> api_key;   ///< else from the environment
    std::optional<std::string> base_url;  ///< else from the environment, else the platform's own
    std::chrono::milliseconds timeout{30'000};
    std::optional<std::chrono::milliseconds> total_timeout;
    int max_retries = 3;
    std::chrono::milliseconds max_retry_after{60'000};
    std::optional<std::chrono::milliseconds> backoff;      ///< first pause; else the platform's
    std::optional<std::chrono::milliseconds> max_backoff;  ///< longest pause; else the platform's
    bool retry_unsafe = false;
    std::chrono::milliseconds first_event_timeout{120'000};
    std::chrono::milliseconds idle_timeout{300'000};
    phase_limits phases;
    std::size_t max_body = 64 * 1024 * 1024;
    std::size_t max_event = 16 * 1024 * 1024;
    header_list headers;
    std::string user_agent;
    pool_options pool;
    tls_options tls;
    std::shared_ptr<corun::observer> observer;
    std::shared_ptr<corun::transport> transport;
    std::shared_ptr<corun::time_source> time;
};

/// Options of a client; each platform derives its own class, so that setters chain.
///
/// Precedence: call, then client, then environment, then default. Nothing is checked before the client is constructed.
template <class Derived>
class basic_client_options {
public:
    basic_client_options() = default;

    /// The key that authenticates every request. Default: from the environment.
    Derived& api_key(std::string_view key) { return set(settings_.api_key, std::string(key)); }
    /// Scheme, host, optional port and path prefix. Default: from the environment, else the platform's own.
    Derived& base_url(std::string_view url) { return set(settings_.base_url, std::string(url)); }
    /// Bounds one attempt, from pool wait to last byte. Default 30 s.
    Derived& timeout(std::chrono::milliseconds limit) { return set(settings_.timeout, limit); }
    /// Bounds a call, retries and sleeps included. Default: room for the retries that the settings allow.
    Derived& total_timeout(std::chrono::milliseconds limit) { return set(settings_.total_timeout, limit); }
    /// How often a failed attempt is repeated. Default 3; 0: never.
    Derived& max_retries(int n) { return set(settings_.max_retries, n); }
    /// A `Retry-After` above this is not slept but raised. Default 60 s.
    Derived& max_retry_after(std::chrono::milliseconds cap) { return set(settings_.max_retry_after, cap); }
    /// The pause before the first repetition; it doubles from one to the next. Default: the platform's.
    Derived& backoff(std::chrono::milliseconds first) { return set(settings_.backoff, first); }
    /// The longest pause between attempts. Default: the platform's.
    Derived& max_backoff(std::chrono::milliseconds cap) { return set(settings_.max_backoff, cap); }
    /// Repeats also what is not repeatable: work may then be done twice. Default off.
    Derived& retry_unsafe(bool on = true) { return set(settings_.retry_unsafe, on); }
    /// Streams: bounds the wait for the first event. Default 120 s; 0: no limit.
    Derived& first_event_timeout(std::chrono::milliseconds limit) { return set(settings_.first_event_timeout, limit); }
    /// Streams: bounds the pause between two bytes. Default 300 s; 0: no limit.
    Derived& idle_timeout(std::chrono::milliseconds limit) { return set(settings_.idle_timeout, limit); }
    /// Limits per phase of an attempt. Default: none beyond `timeout`.
    Derived& limits(phase_limits const& limits) { return set(settings_.phases, limits); }
    /// The largest body read, in bytes. Default 64 MiB.
    Derived& max_body(std::size_t bytes) { return set(settings_.max_body, bytes); }
    /// The largest line or event of a stream, in bytes. Default 16 MiB.
    Derived& max_event(std::size_t bytes) { return set(settings_.max_event, bytes); }
    /// Sends a header with every request; it may override any of the library's own.
    Derived& header(std::string_view name, std::string_view value) {
        settings_.headers.set(name, value);
        return self();
    }
    Derived& user_agent(std::string_view text) { return set(settings_.user_agent, std::string(text)); }
    Derived& pool(pool_options const& options) { return set(settings_.pool, options); }
    Derived& tls(tls_options options) { return set(settings_.tls, std::move(options)); }
    /// Log and metric hooks. Default none.
    Derived& observer(std::shared_ptr<corun::observer> hooks) { return set(settings_.observer, std::move(hooks)); }
    /// Brings a transport of one's own, e.g. `testing::scripted_transport`.
    Derived& transport(std::shared_ptr<corun::transport> t) { return set(settings_.transport, std::move(t)); }
    /// Brings a clock of one's own, e.g. `testing::virtual_time`.
    Derived& time(std::shared_ptr<corun::time_source> t) { return set(settings_.time, std::move(t)); }

    client_settings const& settings() const noexcept { return settings_; }

private:
    Derived& self() noexcept { return static_cast<Derived&>(*this); }
    template <class M, class V>
    Derived& set(M& member, V&& value) {
        member = std::forward<V>(value);
        return self();
    }

    client_settings settings_;
};

}  // namespace corun
