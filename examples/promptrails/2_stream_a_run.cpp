// A chat turn as it happens: what the agent thinks, which tools it calls, and its answer piece by piece.

#include <corun/promptrails/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace asio = boost::asio;
namespace pr = corun::promptrails;

asio::awaitable<void> turn(pr::client& client) {
    auto const session = co_await client.chat.create_session("3BchatAgent0000000000000001");
    auto events = client.chat.send_message_stream(session.id, "Where is order 42?");
    while (auto event = co_await events.next()) {
        std::visit(corun::overloaded{
                       [](pr::execution_event const& e) { std::cout << "execution_id: " << e.execution_id << '\n'; },
                       [](pr::thinking_event const& e) { std::cout << "[thinking] " << e.content << '\n'; },
                       [](pr::tool_start_event const& e) { std::cout << "[tool_start] " << e.name << '\n'; },
                       [](pr::tool_end_event const& e) {
                           std::cout << "[tool_end] " << e.name << ' ' << e.summary.value_or("") << '\n';
                       },
                       [](pr::content_event const& e) { std::cout << e.content << std::flush; },
                       [](pr::done_event const& e) {
                           std::cout << "\n[done] " << e.token_usage.total_tokens.value_or(0) << " tokens\n";
                       },
                       [](pr::error_event const& e) { std::cout << "\n[error] " << e.message << '\n'; },
                       [](pr::unknown_event const& e) { std::cout << '[' << e.name << "] " << e.text << '\n'; },
                   },
            *event);
    }

    // A run that was started elsewhere is told from its beginning.
    auto const started = co_await client.agents.execute(
        "3BtriageAgent00000000000001", corun::object("message", "a refund"), pr::execute_options().sync(false));
    auto const answer = co_await pr::collect(client.executions.stream(started.execution_id));
    std::cout << answer.text << '\n';
}

int main() {
    try {
        asio::io_context io;
        pr::client client(io);
        asio::co_spawn(io, turn(client), [](std::exception_ptr failed) {
            if (failed) std::rethrow_exception(failed);
        });
        io.run();
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
