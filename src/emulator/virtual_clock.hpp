#pragma once

#include "emulator/environment.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>

namespace corun::emulator {

/// The emulator's clock: real time, plus what control added to it.
class virtual_clock final : public clock {
public:
    virtual_clock(asio::any_io_executor const& executor, double speed) : timer_(executor), speed_(speed) {}

    std::chrono::system_clock::time_point now() const override { return std::chrono::system_clock::now() + wall_shift_; }
    timer after(milliseconds delay, std::function<void()> call) override;
    timer after_real(milliseconds delay, std::function<void()> call) override;
    void cancel(timer which) override;

    /// Moves forward; what becomes due runs.
    void advance(milliseconds by);
    /// Sets the wall clock; forwards is as `advance`, backwards moves no timer.
    void set(std::int64_t unix_ms);
    void clear();

private:
    using moment = std::chrono::steady_clock::time_point;
    struct entry {
        timer id;
        std::function<void()> call;
    };

    moment steady() const { return std::chrono::steady_clock::now() + steady_shift_; }
    void arm();
    void fire();

    asio::steady_timer timer_;
    double speed_;
    milliseconds wall_shift_{0};
    milliseconds steady_shift_{0};
    std::multimap<moment, entry> entries_;
    timer last_ = 0;
};

}  // namespace corun::emulator
