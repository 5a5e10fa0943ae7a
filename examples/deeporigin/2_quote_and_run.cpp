// A run that is priced first, then confirmed, awaited, and found again on the data platform.

#include "run_example.hpp"

namespace asio = boost::asio;
namespace od = corun::deeporigin;

asio::awaitable<void> quote_and_run(od::client& client) {
    auto const inputs = corun::object(
        "protein", corun::object("id", "P1"), "ligands", corun::array(corun::object("id", "L1", "smiles", "CCO")));
    auto const quoted = co_await client.executions.create("deeporigin.docking", "latest",
        corun::object("inputs", inputs, "outputs", corun::object(), "name", "demo run", "approveAmount", -1));
    std::cout << quoted.status << ": $" << quoted.price().value_or(0) << " with " << quoted.tool.key << ' '
              << quoted.tool.version << '\n';

    co_await client.executions.confirm(quoted.execution_id);
    auto const runs = co_await client.executions.wait(
        quoted.execution_id, od::wait_options().poll_interval(std::chrono::milliseconds(250)));
    std::cout << runs.front().status << ": " << runs.front().job_outputs << '\n';

    auto const rows = co_await client.executions.search(od::search_query().compute_job_id(quoted.execution_id));
    for (auto const& row : rows.data) std::cout << "on the data platform: " << row.id << ' ' << row.status << '\n';
}

int main() { return run_example(quote_and_run); }
