// A talk with an agent: the answer appears token by token.
//
//     3_chat              asks one question
//     3_chat -            reads questions from standard input

#include <corun/blocking.hpp>
#include <corun/flowmaestro/client.hpp>

#include <iostream>
#include <string>
#include <string_view>

namespace fm = corun::flowmaestro;

namespace {

void ask(corun::blocking_runtime& runtime, fm::client& client, std::string const& thread, std::string const& question) {
    std::cout << "you:   " << question << "\nagent: " << std::flush;
    auto events = client.threads.send_message_stream(thread, question);
    for (auto const& event : runtime.each(events)) {
        if (auto const* token = std::get_if<fm::message_token>(&event)) std::cout << token->token << std::flush;
        if (auto const* failed = std::get_if<fm::message_failed>(&event)) std::cout << "(failed: " << failed->error << ')';
        if (auto const* done = std::get_if<fm::message_completed>(&event); done != nullptr && done->usage)
            std::cout << "\n       (" << done->usage->total_tokens << " tokens)";
    }
    std::cout << "\n";
}

}  // namespace

int main(int argc, char**) {
    try {
        corun::blocking_runtime runtime;
        fm::client client(runtime.executor());
        auto const thread = runtime.run(client.agents.create_thread("agent_support"));
        if (argc < 2) {
            ask(runtime, client, thread.id, "Where is my parcel?");
            return 0;
        }
        for (std::string line; std::getline(std::cin, line);)
            if (!line.empty()) ask(runtime, client, thread.id, line);
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
