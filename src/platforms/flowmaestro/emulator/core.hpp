#pragma once

#include "emulator/platform.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace corun::emulator::fm {

/// What `configure` sets.
struct settings {
    bool strict = false;          ///< profile "vendor-strict"
    bool array_messages = false;  ///< messages_shape "array"
    bool camel = false;           ///< event_case "camel"
    bool event_type = true;       ///< events have `type` in their JSON
    bool lenient_bearer = false;  ///< the scheme word in any case
    std::int64_t keepalive_ms = 30'000;  ///< 0: none
    std::int64_t close_after_ms = 500;
    std::int64_t start_delay_ms = 100;
    std::int64_t token_delay_ms = 15;
    double webhook_retry_factor = 1.0;
    std::int64_t per_minute = 60'000;
    std::int64_t per_day = 10'000'000;

    /// Takes members; throws `std::runtime_error` that names a wrong one.
    void apply(json::object const& options);
    json::object shown() const;
};

/// What all parts of the platform share: environment, settings, ids, and calls that a reset drops.
class core {
public:
    explicit core(environment& e) : env(e) {}
    core(core const&) = delete;
    core& operator=(core const&) = delete;

    environment& env;
    settings options;

    database& db() { return env.db(); }
    std::int64_t now() { return env.time().unix_ms(); }

    clock::timer later(std::int64_t ms, std::function<void()> call) {
        return env.time().after(milliseconds(ms), guarded(std::move(call)));
    }
    clock::timer later_real(std::int64_t ms, std::function<void()> call) {
        return env.time().after_real(milliseconds(ms), guarded(std::move(call)));
    }
    void post(std::string url, pairs headers, std::string body, std::function<void(post_result)> done);
    /// Everything that is under way is forgotten.
    void drop() { ++epoch_; }

    /// Built-in ids are readable; each also has a fixed UUID, which is the one that the strict profile shows.
    std::string shown(std::string_view id) const;
    std::string found(std::string_view id);
    /// Remembers the UUID of an id that is none.
    void know(std::string_view id);

private:
    std::function<void()> guarded(std::function<void()> call);

    std::uint64_t epoch_ = 0;
};

bool is_uuid(std::string_view text);
json::value iso_or_null(std::optional<std::int64_t> unix_ms);
std::optional<std::int64_t> optional_integer(row const& r, int column);
/// JSON text of any depth that a request can have; null where it is none.
json::value parsed(std::string_view text);
std::string serialized(json::value const& v);
/// A member, or null where it is missing.
json::value const& member(json::object const& o, std::string_view name);
std::string text_of(json::value const& v, std::string_view otherwise = {});
bool truthy(json::value const& v);
/// Replaces {{path}} in every text; a text that is one placeholder becomes the value itself.
json::value filled(json::value const& pattern, json::object const& context);

/// Counted in code points, for the token numbers of the emulator (wire §9.13).
std::int64_t tokens_in(std::string_view text);

}  // namespace corun::emulator::fm
