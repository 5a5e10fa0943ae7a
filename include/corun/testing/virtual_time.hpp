#pragma once

#include <corun/transport.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace corun::testing {

/// A clock that stands still until somebody sleeps: it then jumps to the end of the sleep, at once.
///
/// Thread safety: none. Give it to a client by `client_options::time`.
class virtual_time final : public time_source {
public:
    virtual_time();
    ~virtual_time() override;

    steady_time now() const override;
    asio::awaitable<error_code> sleep_until(steady_time moment) override;

    void advance(std::chrono::milliseconds by);
    /// What was slept so far, one entry per sleep.
    std::vector<std::chrono::milliseconds> const& sleeps() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace corun::testing
