#include <corun/flowmaestro/client.hpp>
#include <boost/asio.hpp>
#include <iostream>

boost::asio::awaitable<void> hello() {
    corun::flowmaestro::client client(co_await boost::asio::this_coro::executor);  // key and URL: environment
    auto run = co_await client.workflows.execute("wf_onboarding", corun::object("customer_name", "Ada"));
    auto events = client.executions.stream(run.execution_id);
    while (auto event = co_await events.next())
        if (auto* done = std::get_if<corun::flowmaestro::execution_completed>(&*event)) std::cout << done->outputs << '\n';
}

int main() {
    boost::asio::io_context io;
    boost::asio::co_spawn(io, hello(), [](std::exception_ptr e) { if (e) std::rethrow_exception(e); });
    io.run();
}
