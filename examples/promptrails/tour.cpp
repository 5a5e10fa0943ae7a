// PromptRails' part of the tour.

#include "tour.hpp"

#include <corun/json.hpp>
#include <corun/promptrails/client.hpp>

#include <boost/asio/this_coro.hpp>

#include <iomanip>
#include <sstream>

namespace tour {

namespace {

namespace pr = corun::promptrails;

std::string dollars(double value) {
    std::ostringstream text;
    text << '$' << std::fixed << std::setprecision(4) << value;
    return text.str();
}

asio::awaitable<void> chat(pr::client& client, screen& out) {
    out.station("A chat turn: what the agent thinks, the tool it calls, its answer");
    auto const session = co_await client.chat.create_session("3BchatAgent0000000000000001");
    auto events = client.chat.send_message_stream(session.id, "Where is order 42?");
    while (auto event = co_await events.next()) {
        if (auto const* e = std::get_if<pr::thinking_event>(&*event)) out.quiet(e->content + " …");
        if (auto const* e = std::get_if<pr::tool_end_event>(&*event))
            out.good(e->name + ": " + e->summary.value_or(""));
        if (auto const* e = std::get_if<pr::content_event>(&*event)) out.piece(e->content);
        if (auto const* e = std::get_if<pr::done_event>(&*event)) {
            out.end_pieces();
            out.quiet(std::to_string(e->token_usage.total_tokens.value_or(0)) + " tokens used");
        }
    }
    out.done();
}

asio::awaitable<void> tool(pr::client& client, screen& out) {
    out.station("A tool that really runs: a query on a database");
    auto const found = co_await client.data_sources.query("3BsourceOrders0000000000001", corun::object("number", 42));
    for (auto const& row : found.rows) out.line(corun::to_text(row));
    auto const sum = co_await client.mcp_tools.call_tool(
        "3BtoolMath00000000000000001", "math", corun::object("expression", "(39.9 + 84.5) * 2"));
    out.good("(39.9 + 84.5) * 2 = " + (sum.content.empty() ? std::string("?") : sum.content.front().text));
    out.done();
}

asio::awaitable<void> approval(pr::client& client, screen& out) {
    out.station("A run that waits for a person");
    auto const run =
        co_await client.agents.execute("3BreviewAgent00000000000001", corun::object("message", "Where is my tea?"));
    out.line("status: " + std::string(run.status.text()));
    auto const pending = co_await client.executions.get_pending_approval(run.execution_id);
    co_await client.approvals.decide(pending.id, "approved", "Looks good");
    auto const finished = co_await client.executions.get(run.execution_id);
    out.good(std::string(finished.status.text()) + ": " + corun::to_text(finished.output.value_or(corun::object())));
    out.done();
}

asio::awaitable<void> costs(pr::client& client, screen& out) {
    out.station("What all of it has cost, by its traces");
    auto const summary = co_await client.costs.get_summary();
    out.row(dollars(summary.total_cost), std::to_string(summary.total_executions) + " runs",
        std::to_string(summary.total_tokens) + " tokens");
    auto spans = client.traces.list({.kind = "llm"});
    while (auto span = co_await spans.next())
        out.row(dollars(span->cost.value_or(0)), span->agent_name, span->model_name);
    out.done();
}

}  // namespace

asio::awaitable<void> promptrails(screen& out) {
    pr::client client(co_await asio::this_coro::executor);
    out.title("PromptRails");
    co_await chat(client, out);
    co_await tool(client, out);
    co_await approval(client, out);
    co_await costs(client, out);
}

}  // namespace tour
