// FlowMaestro's part of the tour.

#include "tour.hpp"

#include <corun/flowmaestro/client.hpp>
#include <corun/json.hpp>

#include <boost/asio/this_coro.hpp>

#include <iomanip>
#include <sstream>

namespace tour {

namespace {

namespace fm = corun::flowmaestro;

std::string rounded(double value) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << value;
    return text.str();
}

asio::awaitable<void> pages(fm::client& client, screen& out) {
    out.station("A list, fetched page by page as the loop needs it");
    auto list = client.workflows.list({.per_page = 5});
    int pages = 0;
    while (auto page = co_await list.next_page()) {
        if (++pages == 1) {
            for (auto const& workflow : page->data)
                out.row(workflow.id, workflow.name, workflow.description.value_or(""));
            out.quiet("… page " + std::to_string(page->pagination.page) + " of " +
                      std::to_string(page->pagination.total_pages) + ", " +
                      std::to_string(page->pagination.total_count) + " workflows in all");
        }
        if (pages == 3) break;
    }
    out.good(std::to_string(pages) + " pages were asked for, and no more");
    out.done();
}

asio::awaitable<void> live_run(fm::client& client, screen& out) {
    out.station("A workflow run, live: events as the nodes work");
    auto started = co_await client.workflows.execute("wf_onboarding", corun::object("customer_name", "Ada"));
    auto events = client.executions.stream(started.execution_id);
    while (auto event = co_await events.next()) {
        std::visit(corun::overloaded{
                       [&](fm::execution_started const& e) {
                           out.line("started: " + std::to_string(e.total_nodes.value_or(0)) + " nodes");
                       },
                       [&](fm::node_started const& e) { out.progress(0, e.node_name); },
                       [&](fm::node_completed const& e) { out.good(e.node_name + "  " + corun::to_text(e.outputs)); },
                       [&](fm::execution_progress const& e) { out.progress(e.progress, ""); },
                       [&](fm::execution_completed const& e) { out.line("completed: " + corun::to_text(e.outputs)); },
                       [](auto const&) {},
                   },
            *event);
    }
    out.done();
}

asio::awaitable<void> answer(fm::client& client, screen& out) {
    out.station("An agent, token by token");
    auto thread = co_await client.agents.create_thread("agent_writer");
    auto events = client.threads.send_message_stream(thread.id, "A short poem about light, please.");
    while (auto event = co_await events.next()) {
        if (auto const* token = std::get_if<fm::message_token>(&*event)) out.piece(token->token);
        if (auto const* last = std::get_if<fm::message_completed>(&*event); last != nullptr && last->usage) {
            out.end_pieces();
            out.quiet(std::to_string(last->usage->total_tokens) + " tokens used");
        }
    }
    out.done();
}

asio::awaitable<void> job(fm::client& client, screen& out) {
    out.station("A job, started by a trigger and awaited");
    auto started = co_await client.triggers.execute(
        "trigger_orders", corun::object("order", 4711, "items", corun::array("tea", "biscuits")));
    auto run = co_await client.executions.wait_for_completion(
        started.execution_id, {.poll_interval = std::chrono::milliseconds(100)});
    out.good(std::string(run.status.text()) + ": " + corun::to_text(run.outputs));
    out.done();
}

asio::awaitable<void> search(fm::client& client, screen& out) {
    out.station("A search in a knowledge base");
    auto found =
        co_await client.knowledge_bases.query("kb_handbook", "reset a password", fm::query_options{.top_k = 2});
    for (auto const& match : found.results)
        out.row(rounded(match.similarity), match.document_name.value_or(""), match.content.substr(0, 60) + "…");
    out.done();
}

asio::awaitable<void> errors(fm::client& client, screen& out) {
    out.station("An error, as a program handles it");
    try {
        co_await client.workflows.get("wf_missing");
    } catch (corun::not_found_error const& e) {
        out.bad(e.what());
    }
    auto const result = co_await corun::as_result(client.executions.cancel("exec_completed"));
    if (!result) out.bad(result.error().describe());
    out.done();
}

asio::awaitable<void> cancelled(fm::client& client, screen& out) {
    out.station("A run of three seconds, cancelled on the way");
    auto started = co_await client.workflows.execute("wf_slow");
    auto events = client.executions.stream(started.execution_id);
    while (auto event = co_await events.next()) {
        if (auto const* node = std::get_if<fm::node_started>(&*event)) {
            out.line(node->node_name + " has started; that is enough");
            co_await client.executions.cancel(started.execution_id);
        }
        if (std::holds_alternative<fm::execution_cancelled>(*event)) out.good("the stream says: cancelled");
    }
    out.done();
}

}  // namespace

asio::awaitable<void> flowmaestro(screen& out) {
    fm::client client(co_await asio::this_coro::executor);
    out.title("FlowMaestro");
    co_await pages(client, out);
    co_await live_run(client, out);
    co_await answer(client, out);
    co_await job(client, out);
    co_await search(client, out);
    co_await errors(client, out);
    co_await cancelled(client, out);
}

}  // namespace tour
