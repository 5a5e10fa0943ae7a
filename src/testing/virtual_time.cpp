#include <corun/testing/virtual_time.hpp>

namespace corun::testing {

struct virtual_time::state {
    steady_time now{std::chrono::hours(1000)};
    std::vector<std::chrono::milliseconds> sleeps;
};

virtual_time::virtual_time() : state_(std::make_unique<state>()) {}
virtual_time::~virtual_time() = default;

steady_time virtual_time::now() const { return state_->now; }

void virtual_time::advance(std::chrono::milliseconds by) { state_->now += by; }

std::vector<std::chrono::milliseconds> const& virtual_time::sleeps() const { return state_->sleeps; }

asio::awaitable<error_code> virtual_time::sleep_until(steady_time moment) {
    if (moment > state_->now) {
        state_->sleeps.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(moment - state_->now));
        state_->now = moment;
    }
    co_return error_code();
}

}  // namespace corun::testing
