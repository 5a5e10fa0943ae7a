// The first call: what can be run, and what was run. Needs no coroutine of one's own.

#include <corun/blocking.hpp>
#include <corun/deeporigin/client.hpp>

#include <iostream>

namespace od = corun::deeporigin;

int main() {
    try {
        corun::blocking_runtime runtime;
        od::client client(runtime.executor(), od::client_options().org_key("acme-bio"));  // token and URL: see below

        for (auto const& tool : runtime.run(client.tools.list())) std::cout << tool.key << ' ' << tool.version << '\n';

        auto const last = runtime.run(client.executions.list({.page_size = 3, .order = "createdAt desc"}));
        std::cout << '\n' << last.count << " runs, the newest:\n";
        for (auto const& run : last.data)
            std::cout << "  " << run.execution_id << "  " << run.status << "  " << run.tool.key << '\n';

        auto const found = runtime.run(client.executions.search(
            od::search_query().tool_key("deeporigin.docking").status("Completed").limit(1).with_total_count()));
        std::cout << '\n' << found.meta.total_count.value_or(0) << " dockings have completed\n";
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
