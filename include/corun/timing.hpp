#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace corun {

using steady_time = std::chrono::steady_clock::time_point;

/// Where in a call something happened; errors and timings name it.
enum class phase {
    none,
    prepare,      ///< before any I/O: arguments, URL, headers, body
    pool,         ///< waiting for a free connection
    resolve,      ///< host name look-up
    connect,      ///< TCP connect
    proxy,        ///< CONNECT through a proxy
    tls,          ///< TLS handshake
    write,        ///< sending the request
    first_byte,   ///< waiting for the first byte of the answer
    headers,      ///< reading the head of the answer
    body,         ///< reading the body
    decode,       ///< turning the body into a value
    first_event,  ///< a stream's first event
    idle,         ///< a stream with no byte for too long
    stream,       ///< a stream under way
    backoff,      ///< sleeping before a retry, or between two polls
    total,        ///< the whole call
};

/// The phase's name in lower case, words joined by '_'.
std::string_view to_string(phase p) noexcept;

/// How long each phase of an attempt took; zero where it did not happen.
struct phase_timings {
    std::chrono::nanoseconds pool{0};
    std::chrono::nanoseconds resolve{0};
    std::chrono::nanoseconds connect{0};
    std::chrono::nanoseconds tls{0};
    std::chrono::nanoseconds write{0};
    std::chrono::nanoseconds first_byte{0};
    std::chrono::nanoseconds body{0};
    std::chrono::nanoseconds total{0};
};

/// Limits per phase of one attempt. nullopt: only `timeout` bounds the phase.
struct phase_limits {
    std::optional<std::chrono::milliseconds> pool{};
    std::optional<std::chrono::milliseconds> resolve{};
    std::optional<std::chrono::milliseconds> connect{};
    std::optional<std::chrono::milliseconds> tls{};
    std::optional<std::chrono::milliseconds> write{};
    std::optional<std::chrono::milliseconds> first_byte{};
    std::optional<std::chrono::milliseconds> body_idle{};  ///< longest pause between two bytes of a body
};

}  // namespace corun
