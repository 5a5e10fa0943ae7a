// What can go wrong, how it looks, and how a turn is given up.

#include <corun/deadline.hpp>
#include <corun/promptrails/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <iostream>

namespace asio = boost::asio;
namespace pr = corun::promptrails;
using namespace std::chrono_literals;

asio::awaitable<void> show(pr::client& client) {
    // By the vendor's names …
    try {
        co_await client.agents.execute("invalid-id", {});
    } catch (pr::not_found_error const& e) {
        std::cout << "not found: " << e.message() << " (" << e.api_code() << ")\n";
    }

    // … or as a value: a variable of the prompt is missing, and the server says which.
    auto const refused = co_await corun::as_result(client.agents.execute("3BtriageAgent00000000000001", {}));
    if (!refused) std::cout << "refused: " << refused.error().message << ' ' << refused.error().details << '\n';

    // Bad input is found before anything is sent.
    auto const bad = co_await corun::as_result(client.agents.create("Mine", "simpel"));
    std::cout << "bad input: " << bad.error().message << '\n';

    // A turn that fails on the way: its text so far is in the details.
    auto const session = co_await client.chat.create_session("3BchatAgent0000000000000001");
    auto const failed = co_await corun::as_result(
        pr::collect(client.chat.send_message_stream(session.id, "tell me about tea, then [[fail]]")));
    std::cout << "failed: " << failed.error().message << '\n';

    // A turn under a deadline: the connection is given up; the run itself goes on.
    auto const late = co_await corun::as_result(
        corun::with_deadline(pr::collect(client.chat.send_message_stream(session.id, "tell me all about tea")), 40ms));
    std::cout << (late ? "in time\n" : "too late: " + late.error().message + "\n");

    auto const agents = co_await client.agents.list().next_page();
    std::cout << "still sound: " << agents->meta.total << " agents\n";
}

int main() {
    try {
        asio::io_context io;
        pr::client client(io);
        asio::co_spawn(io, show(client), [](std::exception_ptr failed) {
            if (failed) std::rethrow_exception(failed);
        });
        io.run();
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
