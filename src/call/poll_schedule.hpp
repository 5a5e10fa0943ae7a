#pragma once

#include <corun/timing.hpp>

#include <algorithm>
#include <chrono>
#include <optional>

namespace corun {

/// When to look again for the end of a run. No clock, no I/O: time is an argument.
///
/// The last sleep is cut at the deadline, and one last look starts at or after it.
class poll_schedule {
public:
    poll_schedule(steady_time start, std::chrono::milliseconds interval, std::chrono::milliseconds timeout)
        : interval_(interval), deadline_(later(start, timeout)) {}

    /// After a look that began at `began` and found the run not ended by `now`: when to look again; nullopt: time is over.
    std::optional<steady_time> next(steady_time began, steady_time now) const {
        if (began >= deadline_) return std::nullopt;
        return std::max(now, std::min(later(now, interval_), deadline_));
    }

    steady_time deadline() const noexcept { return deadline_; }

private:
    static steady_time later(steady_time from, std::chrono::milliseconds by) {
        auto const room = std::chrono::duration_cast<std::chrono::milliseconds>(steady_time::max() - from);
        return by >= room ? steady_time::max() : from + by;
    }

    std::chrono::milliseconds interval_;
    steady_time deadline_;
};

}  // namespace corun
