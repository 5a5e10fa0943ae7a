// What can go wrong, how it looks, and how an operation is given up.

#include <corun/deadline.hpp>
#include <corun/flowmaestro/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <iostream>

namespace asio = boost::asio;
namespace fm = corun::flowmaestro;
using namespace std::chrono_literals;

asio::awaitable<void> show(fm::client& client) {
    // As an exception, caught by what it means …
    try {
        co_await client.workflows.get("wf_missing");
    } catch (corun::not_found_error const& e) {
        std::cout << "not found: " << e.what() << '\n';
    }

    // … or as a value.
    auto const refused = co_await corun::as_result(client.triggers.execute("trigger_nightly"));
    if (!refused) std::cout << "refused: " << refused.error().message << " (" << refused.error().status << ")\n";

    // Bad input is found before anything is sent.
    auto const bad = co_await corun::as_result(client.workflows.get(""));
    std::cout << "bad input: " << bad.error().message << '\n';

    // A whole coroutine under one deadline: the run takes three seconds, we give it a quarter of one.
    auto const started = co_await client.workflows.execute("wf_slow");
    bool late = false;
    try {
        co_await corun::with_deadline(client.executions.wait_for_completion(started.execution_id), 250ms);
    } catch (corun::timeout_error const& e) {
        std::cout << "too late: " << e.what() << '\n';
        late = true;
    }
    if (late) {
        auto const result = co_await client.executions.cancel(started.execution_id);
        std::cout << result.status << " in time\n";
    }
}

int main() {
    try {
        asio::io_context io;
        fm::client client(io);
        int status = 0;
        asio::co_spawn(io, show(client), [&](std::exception_ptr failed) {
            if (!failed) return;
            status = 1;
            try {
                std::rethrow_exception(failed);
            } catch (std::exception const& e) {
                std::cerr << e.what() << '\n';
            }
        });
        io.run();
        return status;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
