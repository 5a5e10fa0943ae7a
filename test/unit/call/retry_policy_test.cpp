#include "call/retry_policy.hpp"

#include <corun/error.hpp>

#include <gtest/gtest.h>

namespace corun {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr int repeatable[] = {408, 429, 500, 503};
constexpr int not_repeatable[] = {429, 503};
constexpr retry_rules rules{.repeatable = repeatable,
                            .not_repeatable = not_repeatable,
                            .backoff = {.base = 1000ms, .factor = 2, .cap = 30'000ms, .jitter = jitter::added, .added = 500ms}};

attempt_outcome status(int s) { return {.status = s}; }
attempt_outcome lost(errc code, bool written) { return {.code = code, .bytes_written = written}; }

TEST(retry_policy, decides_by_status_and_by_how_far_the_attempt_came) {
    struct row {
        char const* name;
        attempt_outcome outcome;
        bool may_repeat, retry;
    };
    retry_policy const policy(rules, 3, 60s);
    for (row const& r :
         {row{"GET 500", status(500), true, true}, row{"POST 500", status(500), false, false},
          row{"GET 429", status(429), true, true}, row{"POST 429", status(429), false, true},
          row{"POST 503", status(503), false, true}, row{"GET 404", status(404), true, false},
          row{"GET 501", status(501), true, false}, row{"POST 408", status(408), false, false},
          row{"GET refused", lost(errc::connect_failed, false), true, true},
          row{"POST refused", lost(errc::connect_failed, false), false, true},
          row{"POST no such name", lost(errc::resolve_failed, false), false, true},
          row{"GET lost", lost(errc::connection_lost, true), true, true},
          row{"POST lost after a byte left", lost(errc::connection_lost, true), false, false},
          row{"POST lost before a byte left", lost(errc::connection_lost, false), false, true},
          row{"GET cut body", lost(errc::incomplete_body, true), true, true},
          row{"POST cut body", lost(errc::incomplete_body, true), false, false},
          row{"GET timeout", lost(errc::timeout, true), true, false},
          row{"GET bad certificate", lost(errc::tls_failed, false), true, false},
          row{"GET not HTTP", lost(errc::protocol_error, true), true, false},
          row{"closed", lost(errc::client_closed, false), true, false}})
        EXPECT_EQ(policy.after(r.outcome, 0, r.may_repeat, 10min, 0.5).retry, r.retry) << r.name;
}

TEST(retry_policy, a_timeout_is_repeated_only_where_the_platform_says_so) {
    auto generous = rules;
    generous.on_timeout = true;
    EXPECT_TRUE(retry_policy(generous, 3, 60s).after(lost(errc::timeout, true), 0, true, 10min, 0).retry);
    EXPECT_FALSE(retry_policy(generous, 3, 60s).after(lost(errc::timeout, true), 0, false, 10min, 0).retry);
}

TEST(retry_policy, ends_with_the_count_and_with_the_time) {
    retry_policy const policy(rules, 3, 60s);
    EXPECT_TRUE(policy.after(status(500), 2, true, 10min, 0).retry);
    EXPECT_FALSE(policy.after(status(500), 3, true, 10min, 0).retry);
    EXPECT_TRUE(policy.after(status(500), 0, true, 1001ms, 0).retry);
    EXPECT_FALSE(policy.after(status(500), 0, true, 1000ms, 0).retry);
    EXPECT_FALSE(retry_policy(rules, 0, 60s).after(status(500), 0, true, 10min, 0).retry);
}

TEST(retry_policy, retry_after_replaces_the_backoff_up_to_its_cap) {
    retry_policy const policy(rules, 3, 60s);
    attempt_outcome asked = status(429);
    asked.retry_after = 23s;
    EXPECT_EQ(policy.after(asked, 0, true, 10min, 0.9).delay, 23s);
    asked.retry_after = 60s;
    EXPECT_TRUE(policy.after(asked, 0, true, 10min, 0).retry);
    asked.retry_after = 60'001ms;
    EXPECT_FALSE(policy.after(asked, 0, true, 10min, 0).retry);
    asked.retry_after = 0s;
    EXPECT_EQ(policy.after(asked, 0, true, 10min, 0).delay, 0s);
}

TEST(retry_policy, backoff_grows_to_its_cap_with_the_platform_s_jitter) {
    retry_policy const added(rules, 3, 60s);
    EXPECT_EQ(added.backoff(0, 0.0), 1000ms);
    EXPECT_EQ(added.backoff(0, 0.999), 1500ms);
    EXPECT_EQ(added.backoff(2, 0.0), 4000ms);
    EXPECT_EQ(added.backoff(1000, 1.0), 30'500ms);

    auto plain = rules;
    plain.backoff.jitter = jitter::none;
    EXPECT_EQ(retry_policy(plain, 3, 60s).backoff(3, 0.7), 8000ms);
    auto full = rules;
    full.backoff.jitter = jitter::full;
    EXPECT_EQ(retry_policy(full, 3, 60s).backoff(3, 0.0), 0ms);
    EXPECT_EQ(retry_policy(full, 3, 60s).backoff(3, 0.5), 4000ms);
    EXPECT_EQ(retry_policy(full, 3, 60s).backoff(1'000'000, 0.5), 15'000ms);

    auto endless = rules;
    endless.backoff.cap = milliseconds::max();
    EXPECT_GT(retry_policy(endless, 3, 60s).backoff(1000, 1.0), 24h);
}

TEST(retry_after, is_read_in_all_its_forms) {
    using namespace std::chrono;
    auto const now = sys_days(1994y / November / 6) + 8h + 49min + 30s;
    struct row {
        char const* value;
        std::optional<milliseconds> expected;
    };
    for (row const& r : {row{"120", 120s}, row{"0", 0s}, row{"1.2", 2s}, row{" 7 ", 7s}, row{"-1", std::nullopt},
                         row{"", std::nullopt}, row{"soon", std::nullopt}, row{"1e3", std::nullopt}, row{"1s", std::nullopt},
                         row{"Sun, 06 Nov 1994 08:49:37 GMT", 7s}, row{"Sunday, 06-Nov-94 08:49:37 GMT", 7s},
                         row{"Sun Nov  6 08:49:37 1994", 7s}, row{"Sun, 06 Nov 1994 08:49:00 GMT", 0s},
                         row{"Sun, 31 Feb 1994 08:49:00 GMT", std::nullopt}, row{"Sun, 06 Nov 1994 24:00:00 GMT", std::nullopt},
                         row{"Sun, 06 Nov 1994 08:49:37 CET", std::nullopt}})
        EXPECT_EQ(parse_retry_after(r.value, std::nullopt, now), r.expected) << r.value;
    EXPECT_GT(parse_retry_after("99999999999999999999999", std::nullopt, now), 24h);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:27 GMT", now + 24h), 10s);
}

}  // namespace
}  // namespace corun
