// Deep Origin's part of the tour.

#include "tour.hpp"

#include <corun/deeporigin/client.hpp>
#include <corun/json.hpp>

#include <boost/asio/this_coro.hpp>

#include <iomanip>
#include <sstream>

namespace tour {

namespace {

namespace od = corun::deeporigin;

asio::awaitable<void> history(od::client& client, screen& out) {
    out.station("What was run: a filter on one service, a search on the other");
    auto const page =
        co_await client.executions.list({.page_size = 3, .order = "createdAt desc", .tool_key = "deeporigin.docking"});
    for (auto const& run : page.data) out.row(run.created_at, run.tool.key + " " + run.tool.version, run.status.text());
    out.quiet("… of " + std::to_string(page.count));
    auto const found = co_await client.executions.search(
        od::search_query().tool_key("deeporigin.rbfe").status("Completed").limit(1).with_total_count());
    out.good(std::to_string(found.meta.total_count.value_or(0)) + " free energies have completed");
    out.done();
}

asio::awaitable<void> job(od::client& client, screen& out) {
    out.station("A job: priced, confirmed, awaited");
    auto const ligands = corun::array(corun::object("id", "L1", "smiles", "CCO"));
    auto const data =
        corun::object("inputs", corun::object("ligands", ligands), "outputs", corun::object(), "approveAmount", -1);
    auto const quoted = co_await client.executions.create("deeporigin.docking", "latest", data);
    std::ostringstream price;
    price << std::fixed << std::setprecision(2) << quoted.price().value_or(0);
    out.line(std::string(quoted.status.text()) + " at $ " + price.str());
    co_await client.executions.confirm(quoted.execution_id);
    auto const runs = co_await client.executions.wait(
        quoted.execution_id, od::wait_options().poll_interval(std::chrono::milliseconds(200)));
    out.good(std::string(runs.front().status.text()) + ": " + corun::to_text(runs.front().job_outputs));
    out.done();
}

}  // namespace

asio::awaitable<void> deeporigin(screen& out) {
    od::client client(co_await asio::this_coro::executor, od::client_options().org_key("acme-bio"));
    out.title("Deep Origin");
    co_await history(client, out);
    co_await job(client, out);
}

}  // namespace tour
