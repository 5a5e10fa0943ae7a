// What can go wrong, how it looks, and how a run is cancelled.

#include "run_example.hpp"

namespace asio = boost::asio;
namespace od = corun::deeporigin;
using namespace std::chrono_literals;

asio::awaitable<void> show(od::client& client) {
    auto const missing = co_await corun::as_result(client.executions.get("00000000-0000-4000-8000-00000000dead"));
    std::cout << "not found: " << missing.error().message << '\n';

    auto const incomplete = co_await corun::as_result(client.executions.create("deeporigin.docking", "latest", {}));
    std::cout << "refused: " << incomplete.error().message << ' ' << incomplete.error().details << '\n';

    auto const bad = co_await corun::as_result(client.executions.list({.page_size = 20'000}));
    std::cout << "bad input: " << bad.error().message << '\n';

    auto const data = corun::object("inputs", corun::object(), "outputs", corun::object());
    auto const run = co_await client.executions.create("deeporigin.abfe-end-to-end", "1", data);
    auto const late = co_await corun::as_result(
        client.executions.wait(run.execution_id, od::wait_options().poll_interval(100ms).timeout(300ms)));
    std::cout << "too late: " << late.error().message << '\n';

    co_await client.executions.cancel(run.execution_id);
    auto const now = co_await client.executions.get(run.execution_id);
    std::cout << now.status << '\n';
}

int main() { return run_example(show); }
