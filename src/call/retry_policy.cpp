#include "call/retry_policy.hpp"

#include <corun/error.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace corun {

using std::chrono::milliseconds;

namespace {

// Far above any limit, far below what overflows when added to a moment.
constexpr auto longest = std::chrono::duration_cast<milliseconds>(std::chrono::hours(24 * 365 * 10));

bool holds(std::span<int const> statuses, int status) {
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

milliseconds from_double(double ms) {
    if (!(ms < static_cast<double>(longest.count()))) return longest;
    return milliseconds(static_cast<milliseconds::rep>(std::ceil(std::max(ms, 0.0))));
}

}  // namespace

milliseconds retry_policy::backoff(int retries, double random) const {
    auto const& b = rules_.backoff;
    double const plain = std::min(static_cast<double>(b.base.count()) * std::pow(b.factor, std::min(retries, 1000)),
        static_cast<double>(b.cap.count()));
    switch (b.jitter) {
    case jitter::none:
        return from_double(plain);
    case jitter::added:
        return from_double(plain + random * static_cast<double>(b.added.count()));
    case jitter::full:
        break;
    }
    return from_double(plain * random);
}

milliseconds retry_policy::longest_sleep() const {
    milliseconds sum(0);
    for (int i = 0; i < std::min(max_retries_, 1000); ++i)
        sum = std::min(longest, sum + std::max(backoff(i, 1.0), max_retry_after_));
    return sum;
}

bool retry_policy::worth_repeating(attempt_outcome const& outcome, bool may_repeat) const {
    if (outcome.status != 0)
        return holds(may_repeat ? rules_.repeatable : rules_.not_repeatable, outcome.status) ||
               (outcome.retry_after && holds(rules_.when_told, outcome.status));
    if (outcome.code == errc::timeout) return rules_.on_timeout && may_repeat;
    if (outcome.code == errc::resolve_failed || outcome.code == errc::connect_failed) return true;
    if (outcome.code == errc::connection_lost || outcome.code == errc::incomplete_body)
        return may_repeat || !outcome.bytes_written;
    return false;
}

retry_decision retry_policy::after(
    attempt_outcome const& outcome, int retries, bool may_repeat, milliseconds remaining, double random) const {
    if (!worth_repeating(outcome, may_repeat)) return {};
    if (retries >= max_retries_) return {.reason = "no retries left"};
    auto const delay = outcome.retry_after ? *outcome.retry_after : backoff(retries, random);
    if (outcome.retry_after && *outcome.retry_after > max_retry_after_)
        return {.reason = "the server asks for a longer pause than allowed"};
    if (delay >= remaining) return {.reason = "the call's time would be over"};
    return {.retry = true, .delay = delay, .reason = outcome.status != 0 ? "status" : "no answer"};
}

namespace {

constexpr std::array<std::string_view, 12> months{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> number(std::string_view text) {
    int value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || failed != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

std::optional<std::chrono::sys_seconds> moment(
    std::string_view day, std::string_view month, int year, std::string_view clock) {
    auto const found = std::find(months.begin(), months.end(), month);
    auto const d = number(day);
    if (found == months.end() || !d || clock.size() != 8 || clock[2] != ':' || clock[5] != ':') return std::nullopt;
    auto const h = number(clock.substr(0, 2)), m = number(clock.substr(3, 2)), s = number(clock.substr(6, 2));
    if (!h || !m || !s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
    auto const ymd = std::chrono::year(year) /
                     std::chrono::month(static_cast<unsigned>(std::distance(months.begin(), found) + 1)) /
                     std::chrono::day(static_cast<unsigned>(*d));
    if (!ymd.ok()) return std::nullopt;
    return std::chrono::sys_days(ymd) + std::chrono::hours(*h) + std::chrono::minutes(*m) + std::chrono::seconds(*s);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// RFC 9110 §5.6.7: IMF-fixdate, RFC 850 and asctime forms.
std::optional<std::chrono::sys_seconds> parse_http_date(
    std::string_view text, std::chrono::system_clock::time_point now) {
    text = trim(text);
    std::array<std::string_view, 6> words{};
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const stop = std::min(text.find(' ', at), text.size());
        if (stop != at) {
            if (count == words.size()) return std::nullopt;
            words[count++] = text.substr(at, stop - at);
        }
        at = stop + 1;
    }
    if (count == 6 && words[5] == "GMT") {  // Sun, 06 Nov 1994 08:49:37 GMT
        auto const year = number(words[3]);
        if (!year || words[3].size() != 4) return std::nullopt;
        return moment(words[1], words[2], *year, words[4]);
    }
    if (count == 4 && words[3] == "GMT") {  // Sunday, 06-Nov-94 08:49:37 GMT
        auto const date = words[1];
        if (date.size() != 9 || date[2] != '-' || date[6] != '-') return std::nullopt;
        auto const two = number(date.substr(7));
        if (!two) return std::nullopt;
        auto const today = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now));
        int const this_year = static_cast<int>(today.year());
        int year = this_year - this_year % 100 + *two;
        if (year > this_year + 50) year -= 100;
        return moment(date.substr(0, 2), date.substr(3, 3), year, words[2]);
    }
    if (count == 5) {  // Sun Nov  6 08:49:37 1994
        auto const year = number(words[4]);
        if (!year || words[4].size() != 4) return std::nullopt;
        return moment(words[2], words[1], *year, words[3]);
    }
    return std::nullopt;
}

}  // namespace

std::optional<milliseconds> parse_retry_after(
    std::string_view value, std::optional<std::string_view> date, std::chrono::system_clock::time_point now) {
    value = trim(value);
    if (value.empty()) return std::nullopt;
    if (std::isdigit(static_cast<unsigned char>(value.front()))) {
        bool const plain =
            std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isdigit(c) || c == '.'; });
        double seconds = 0;
        auto const [end, failed] =
            std::from_chars(value.data(), value.data() + value.size(), seconds, std::chars_format::fixed);
        if (!plain || end != value.data() + value.size()) return std::nullopt;
        if (failed == std::errc::result_out_of_range) return longest;
        if (failed != std::errc()) return std::nullopt;
        return from_double(std::ceil(seconds) * 1000);
    }
    auto const at = parse_http_date(value, now);
    if (!at) return std::nullopt;
    auto const sent = date ? parse_http_date(*date, now) : std::nullopt;
    auto const from = sent ? std::chrono::system_clock::time_point(*sent) : now;
    if (*at <= from) return milliseconds(0);
    return std::min(longest, std::chrono::ceil<std::chrono::seconds>(*at - from) + milliseconds(0));
}

}  // namespace corun
