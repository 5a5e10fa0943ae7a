// The forms in which the documentation calls the library: each is compiled, and run under AddressSanitizer.

#include <corun/blocking.hpp>
#include <corun/deadline.hpp>
#include <corun/flowmaestro/client.hpp>
#include <corun/testing/emulator.hpp>

#include <gtest/gtest.h>

namespace {

namespace fm = corun::flowmaestro;
namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;

asio::awaitable<void> forms(fm::client& client) {
    // Options as designated initialisers, inside the awaiting expression.
    auto list = client.workflows.list({.page = 2, .per_page = 5});
    while (auto workflow = co_await list.next())
        if (workflow->id == "wf_catalog_30") break;
    auto const page = co_await client.executions.list({.per_page = 3, .status = "completed"}).next_page();
    EXPECT_EQ(page->data.size(), 3u);

    // JSON named first, and built inline.
    json::object inputs{{"customer_name", "Ada"}};
    auto const named = co_await client.workflows.execute("wf_echo", inputs);
    auto const inlined = co_await client.workflows.execute(
        "wf_echo", corun::object("a", 1, "list", corun::array(1, "two", corun::object("n", 3))));
    EXPECT_NE(named.execution_id, inlined.execution_id);

    // Options of the call, chained inline; strings longer than a short one.
    auto const options =
        co_await client.workflows.get("wf_echo", corun::call_options().timeout(5s).max_retries(1).header(
                                                     "X-Trace-ID", "a trace id that is longer than a short string"));
    EXPECT_EQ(options.id, "wf_echo");

    // A class with setters, inline.
    auto const hook = co_await client.webhooks.create(
        fm::webhook_spec("a name that is longer than a short string", "http://127.0.0.1:9/hook")
            .events("execution.completed", "execution.failed")
            .header("X-A", "b"));
    co_await client.webhooks.update(
        hook.id, fm::webhook_changes().name("another name, also longer than a short one").is_active(false));

    // with_response, as_result, with_deadline around one call.
    auto const info = co_await client.workflows.get("wf_echo").with_response();
    EXPECT_EQ(info.status, 200);
    auto const missing = co_await corun::as_result(client.workflows.get("wf_missing"));
    EXPECT_EQ(missing.error().status, 404);
    auto const done = co_await corun::with_deadline(
        client.executions.wait_for_completion(named.execution_id, {.poll_interval = 20ms}), 10s);
    EXPECT_EQ(done.status, fm::execution_status::completed);

    // Awaited later: what was passed is copied at the call.
    auto later = [&] {
        std::string const id = "wf_" + std::string("onboarding");
        return client.workflows.get(id);
    }();
    auto const workflow = co_await std::move(later);
    EXPECT_EQ(workflow.id, "wf_onboarding");

    // An exception, and a visit with lambdas that capture by reference.
    bool caught = false;
    try {
        co_await client.workflows.get("wf_missing");
    } catch (corun::not_found_error const& e) {
        caught = e.status() == 404;
    }
    EXPECT_TRUE(caught);
    int nodes = 0;
    auto events = client.executions.stream(inlined.execution_id);
    while (auto event = co_await events.next())
        std::visit(corun::overloaded{[&](fm::node_completed const&) { ++nodes; }, [](auto const&) {}}, *event);
    EXPECT_LE(nodes, 1);
}

TEST(call_forms, run_clean) {
    corun::testing::emulator const emulator;
    corun::blocking_runtime runtime;
    fm::client client(
        runtime.executor(), fm::client_options("fm_live_test").base_url(emulator.base_url("flowmaestro")));
    runtime.run(forms(client));
}

TEST(call_forms, without_coroutines) {
    corun::testing::emulator const emulator;
    corun::blocking_runtime runtime;
    fm::client client(
        runtime.executor(), fm::client_options("fm_live_test").base_url(emulator.base_url("flowmaestro")));
    auto agents = client.agents.list();
    int n = 0;
    for (auto const& agent : runtime.each(agents)) n += agent.name.empty() ? 0 : 1;
    EXPECT_EQ(n, 3);
}

}  // namespace
