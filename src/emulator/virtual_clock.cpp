#include "emulator/virtual_clock.hpp"

#include <cmath>
#include <cstdio>

namespace corun::emulator {

std::string clock::iso(std::int64_t unix_ms) {
    using namespace std::chrono;
    sys_time<milliseconds> const moment{milliseconds(unix_ms)};
    auto const day = floor<days>(moment);
    year_month_day const date(day);
    hh_mm_ss const time(moment - day);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                  static_cast<int>(time.subseconds().count()));
    return text;
}

std::optional<std::int64_t> clock::parse_iso(std::string_view text) {
    using namespace std::chrono;
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, used = 0;
    std::string const copy(text);
    if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &y, &mo, &d, &h, &mi, &s, &used) != 6) return std::nullopt;
    year_month_day const date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
    if (!date.ok() || h > 23 || mi > 59 || s > 60) return std::nullopt;
    std::int64_t ms = 0;
    auto rest = std::string_view(copy).substr(static_cast<std::size_t>(used));
    if (!rest.empty() && rest.front() == '.') {
        rest.remove_prefix(1);
        int scale = 100;
        while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
            ms += (rest.front() - '0') * scale;
            scale /= 10;
            rest.remove_prefix(1);
        }
    }
    if (rest != "Z" && rest != "+00:00" && !rest.empty()) return std::nullopt;
    auto const at = sys_days(date) + hours(h) + minutes(mi) + seconds(s) + milliseconds(ms);
    return duration_cast<milliseconds>(at.time_since_epoch()).count();
}

clock::timer virtual_clock::after(milliseconds delay, std::function<void()> call) {
    auto const shortened = speed_ <= 0 ? 0.0 : static_cast<double>(delay.count()) / speed_;
    return after_real(milliseconds(std::llround(shortened)), std::move(call));
}

clock::timer virtual_clock::after_real(milliseconds delay, std::function<void()> call) {
    entries_.emplace(steady() + delay, entry{++last_, std::move(call)});
    arm();
    return last_;
}

void virtual_clock::cancel(timer which) {
    if (which == 0) return;
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
        if (it->second.id != which) continue;
        entries_.erase(it);
        arm();
        return;
    }
}

void virtual_clock::advance(milliseconds by) {
    wall_shift_ += by;
    steady_shift_ += by;
    arm();
}

void virtual_clock::set(std::int64_t unix_ms_wanted) {
    milliseconds const by(unix_ms_wanted - unix_ms());
    if (by.count() > 0) steady_shift_ += by;
    wall_shift_ += by;
    arm();
}

void virtual_clock::clear() {
    entries_.clear();
    timer_.cancel();
}

void virtual_clock::arm() {
    if (entries_.empty()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(entries_.begin()->first - steady_shift_);
    timer_.async_wait([this](boost::system::error_code const& ec) {
        if (!ec) fire();
    });
}

void virtual_clock::fire() {
    auto const now = steady();
    while (!entries_.empty() && entries_.begin()->first <= now) {
        auto const call = std::move(entries_.begin()->second.call);
        entries_.erase(entries_.begin());
        call();
    }
    arm();
}

}  // namespace corun::emulator
