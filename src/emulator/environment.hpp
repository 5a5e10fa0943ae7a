#pragma once

#include "emulator/database.hpp"
#include "emulator/exchange.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corun::emulator {

namespace asio = boost::asio;
using std::chrono::milliseconds;

/// The emulator's time: wall clock that control can move, and delays that `--speed` shortens.
class clock {
public:
    virtual ~clock() = default;
    virtual std::chrono::system_clock::time_point now() const = 0;
    std::int64_t unix_ms() const {
        return std::chrono::duration_cast<milliseconds>(now().time_since_epoch()).count();
    }
    /// "2026-03-02T09:15:00.310Z".
    std::string iso() const { return iso(unix_ms()); }
    static std::string iso(std::int64_t unix_ms);
    static std::optional<std::int64_t> parse_iso(std::string_view text);  ///< Unix milliseconds

    using timer = std::uint64_t;  ///< 0: none
    /// Calls once after this time, shortened by `--speed` (0: as soon as possible, still not from within this call).
    /// Moving the clock forwards by control makes what became due run.
    virtual timer after(milliseconds delay, std::function<void()> call) = 0;
    /// The same, not shortened: keep-alives, grace periods.
    virtual timer after_real(milliseconds delay, std::function<void()> call) = 0;
    virtual void cancel(timer which) = 0;
};

/// What `--api-key` and key fixtures say of a key.
struct key_rule {
    std::optional<std::vector<std::string>> scopes;  ///< nullopt: every scope
    std::optional<std::int64_t> expires_at;          ///< Unix ms
    bool revoked = false;
    bool active = true;
    std::optional<std::int64_t> per_minute;
    std::optional<std::int64_t> per_day;
    bool any_form = false;  ///< from `--api-key`: its form is not checked
};

/// The outcome of counting a request against a key's limits.
struct rate_state {
    bool allowed = true;
    bool day = false;  ///< the day's limit is the one that was hit
    std::int64_t limit = 0, remaining = 0, reset = 0;  ///< minute window; reset in Unix seconds
    std::int64_t day_limit = 0, day_remaining = 0;
    std::int64_t retry_after = 0;  ///< seconds
};

/// The outcome of a request that the emulator sent (a webhook).
struct post_result {
    int status = 0;     ///< 0: no answer
    std::string body;   ///< cut at 10 000 bytes
    std::string error;  ///< where no answer came
    milliseconds took{0};
};

/// What a platform of the emulator stands on. One thread.
class environment {
public:
    virtual ~environment() = default;

    virtual asio::any_io_executor executor() = 0;
    virtual clock& time() = 0;
    virtual database& db() = 0;      ///< shared by all platforms: prefix table names with the platform's ("fm_")
    virtual bool durable() const = 0;  ///< a file was given
    virtual std::string uuid() = 0;  ///< version 4, lower case
    virtual std::string base_url(std::string_view platform) = 0;

    /// Keys were given by `--api-key` or a fixture, so that only these pass.
    virtual bool keys_given() const = 0;
    virtual std::optional<key_rule> find_key(std::string_view key) = 0;
    virtual void put_key(std::string_view key, key_rule rule) = 0;
    /// Counts one request against minute and day windows (aligned to clock minutes and days).
    virtual rate_state count_request(std::string_view key, std::int64_t default_per_minute,
                                     std::int64_t default_per_day) = 0;

    /// POSTs, http only unless TLS is compiled in; the callback comes later, once.
    virtual void post(std::string url, pairs headers, std::string body, milliseconds timeout,
                      std::function<void(post_result)> done) = 0;

    /// `level`: "debug", "info", "warn", "error"; to standard error. Never a key or a body.
    virtual void log(std::string_view level, std::string_view text) = 0;
};

std::string hmac_sha256_hex(std::string_view key, std::string_view text);
std::string random_hex(std::size_t bytes);

}  // namespace corun::emulator
