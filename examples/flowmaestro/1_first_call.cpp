// The first call: list workflows, and look at one. Needs no coroutine of one's own.

#include <corun/blocking.hpp>
#include <corun/flowmaestro/client.hpp>

#include <iostream>

int main() {
    try {
        corun::blocking_runtime runtime;
        corun::flowmaestro::client client(runtime.executor());  // key and URL from the environment

        auto workflows = client.workflows.list({.per_page = 10});
        int shown = 0;
        for (auto const& workflow : runtime.each(workflows)) {
            std::cout << workflow.id << "  " << workflow.name << '\n';
            if (++shown == 5) break;
        }

        auto const one = runtime.run(client.workflows.get("wf_onboarding"));
        std::cout << '\n' << one.name << " asks for:\n";
        if (one.inputs)
            for (auto const& [key, input] : *one.inputs)
                std::cout << "  " << key << " (" << input.type << (input.required ? ", required" : "") << ")\n";
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
