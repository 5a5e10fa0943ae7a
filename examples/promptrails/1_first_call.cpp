// The first call: list agents, and run one. Needs no coroutine of one's own.

#include <corun/blocking.hpp>
#include <corun/promptrails/client.hpp>

#include <iostream>

int main() {
    try {
        corun::blocking_runtime runtime;
        corun::promptrails::client client(runtime.executor());  // key and URL from the environment

        auto agents = client.agents.list({.limit = 10});
        for (auto const& agent : runtime.each(agents))
            std::cout << agent.id << "  " << agent.name << " (" << agent.type << ")\n";

        auto const result = runtime.run(
            client.agents.execute("3BtriageAgent00000000000001", corun::object("message", "My parcel is late")));
        std::cout << '\n' << result.status << ": " << result.output.value_or(corun::object()) << '\n';
        std::cout << "Cost: $" << result.cost << '\n';
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
