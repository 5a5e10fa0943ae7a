// Starts a workflow and follows it live, with co_await.

#include <corun/flowmaestro/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace asio = boost::asio;
namespace fm = corun::flowmaestro;

asio::awaitable<void> follow(fm::client& client) {
    auto const started = co_await client.workflows.execute("wf_onboarding", corun::object("customer_name", "Ada"));
    auto events = client.executions.stream(started.execution_id);
    while (auto event = co_await events.next()) {
        std::visit(corun::overloaded{
                       [](fm::node_started const& e) { std::cout << "> " << e.node_name << std::endl; },
                       [](fm::node_completed const& e) { std::cout << "  " << e.outputs << std::endl; },
                       [](fm::node_failed const& e) { std::cout << "! " << e.error << std::endl; },
                       [](fm::execution_completed const& e) { std::cout << "done: " << e.outputs << std::endl; },
                       [](fm::execution_failed const& e) { std::cout << "failed: " << e.error << std::endl; },
                       [](auto const&) {},
                   },
                   *event);
    }
}

int main() {
    try {
        asio::io_context io;
        fm::client client(io);
        int status = 0;
        asio::co_spawn(io, follow(client), [&](std::exception_ptr failed) {
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
