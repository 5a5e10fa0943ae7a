// A prompt, an agent of it whose answers a person approves, a run that waits, and the decision.

#include <corun/promptrails/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

namespace asio = boost::asio;
namespace pr = corun::promptrails;

asio::awaitable<void> build(pr::client& client) {
    auto const prompt = co_await client.prompts.create("Summarizer", "Summarizes text");
    co_await client.prompts.create_version(prompt.id, "Summarize: {{ text }}",
        pr::prompt_version_options()
            .system_prompt("You are a concise summarizer.")
            .temperature(0.5)
            .set_current()
            .message("Initial version"));

    auto const agent = co_await client.agents.create("Careful summarizer", pr::agent_type::simple);
    pr::simple_agent_config config(prompt.id);
    config.approval_required = true;
    config.approval_checkpoint_name = "before it is sent";
    co_await client.agents.create_version(agent.id, "1.0.0", config, pr::agent_version_options().set_current());

    auto const run = co_await client.agents.execute(agent.id, corun::object("text", "a very long report"));
    std::cout << "the run is " << run.status << '\n';
    auto const approval = co_await client.executions.get_pending_approval(run.execution_id);
    std::cout << "it waits at \"" << approval.checkpoint_name << "\"\n";
    auto const decided = co_await client.approvals.decide(approval.id, "approved", "Looks good");
    auto const finished = co_await client.executions.get(run.execution_id);
    std::cout << decided.status << ", so it says: " << finished.output.value_or(corun::object()) << '\n';

    co_await client.scores.create(pr::score_spec(run.trace_id, "quality").numeric(4.5).source("manual"));
    auto const costs = co_await client.costs.get_agent_summary(agent.id);
    std::cout << costs.total_executions << " run, $" << costs.total_cost << '\n';
}

int main() {
    try {
        asio::io_context io;
        pr::client client(io);
        asio::co_spawn(io, build(client), [](std::exception_ptr failed) {
            if (failed) std::rethrow_exception(failed);
        });
        io.run();
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
