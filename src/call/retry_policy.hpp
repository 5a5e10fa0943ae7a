#pragma once

#include <corun/timing.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

namespace corun {

enum class jitter { none, added, full };

/// A platform's back-off. The n-th retry (from 0) waits base · factor^n, at most `cap`, plus or times jitter.
struct backoff_rules {
    std::chrono::milliseconds base{500};
    double factor = 2.0;
    std::chrono::milliseconds cap{30'000};
    corun::jitter jitter = corun::jitter::full;
    std::chrono::milliseconds added{0};  ///< the most that `jitter::added` adds
};

/// A platform's retry table; data of its wire document.
struct retry_rules {
    std::span<int const> repeatable{};      ///< statuses on which a repeatable request is repeated
    std::span<int const> not_repeatable{};  ///< … and any other: the server says that it was not processed
    std::span<int const> when_told{};       ///< … and any request, where the answer carries a Retry-After
    bool on_timeout = false;                ///< a repeatable request is repeated after a limit of ours passed
    backoff_rules backoff{};
};

/// How an attempt ended.
struct attempt_outcome {
    int status = 0;  ///< 0: no answer
    boost::system::error_code code{};
    bool bytes_written = false;
    std::optional<std::chrono::milliseconds> retry_after{};
};

struct retry_decision {
    bool retry = false;
    std::chrono::milliseconds delay{0};
    std::string_view reason{};  ///< why it is repeated, or why not although it might have been
};

/// Decides after each attempt. No clock, no I/O: time and randomness are arguments.
class retry_policy {
public:
    retry_policy(retry_rules const& rules, int max_retries, std::chrono::milliseconds max_retry_after)
        : rules_(rules), max_retries_(max_retries), max_retry_after_(max_retry_after) {}

    /// `retries` made so far; `may_repeat`: the request is repeatable or the caller allowed it; `remaining`: until the
    /// call's own deadline; `random` in [0, 1).
    retry_decision after(attempt_outcome const& outcome, int retries, bool may_repeat,
        std::chrono::milliseconds remaining, double random) const;

    std::chrono::milliseconds backoff(int retries, double random) const;
    /// The longest that all sleeps together may take.
    std::chrono::milliseconds longest_sleep() const;

private:
    bool worth_repeating(attempt_outcome const& outcome, bool may_repeat) const;

    retry_rules rules_;
    int max_retries_;
    std::chrono::milliseconds max_retry_after_;
};

/// Reads `Retry-After`: seconds (a fraction rounds up) or an HTTP date in its three forms, against the answer's own
/// `Date` where it has one, else `now`. A moment past is 0; junk and negatives are nullopt; saturates.
std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view value, std::optional<std::string_view> date, std::chrono::system_clock::time_point now);

}  // namespace corun
