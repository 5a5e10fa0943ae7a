#include <corun/transport.hpp>
#include <corun/transport_options.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace corun {

namespace {

asio::awaitable<error_code> sleep(asio::any_io_executor executor, steady_time moment) {
    asio::steady_timer timer(executor, moment);
    auto const [ec] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return ec;
}

class steady_clock_time final : public time_source {
public:
    explicit steady_clock_time(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    steady_time now() const override { return std::chrono::steady_clock::now(); }
    asio::awaitable<error_code> sleep_until(steady_time moment) override { return sleep(executor_, moment); }

private:
    asio::any_io_executor executor_;
};

}  // namespace

std::shared_ptr<time_source> make_steady_time(asio::any_io_executor executor) {
    return std::make_shared<steady_clock_time>(std::move(executor));
}

}  // namespace corun
