// What the documentation shows, compiled. A page cuts its code from here; check_docs.py sees to it.

#include <corun/blocking.hpp>
#include <corun/deadline.hpp>
#include <corun/flowmaestro/client.hpp>
#include <corun/observer.hpp>
#include <corun/sse.hpp>
#include <corun/testing/scripted_transport.hpp>
#include <corun/testing/virtual_time.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <iostream>

namespace asio = boost::asio;
namespace fm = corun::flowmaestro;
using namespace std::chrono_literals;

namespace {

[[maybe_unused]] asio::awaitable<void> calls(fm::client& client) {
    auto workflow = co_await client.workflows.get("wf_onboarding");
    std::cout << workflow.name << '\n';

    boost::json::object inputs{{"customer_name", "Ada"}};                      // named first …
    auto run = co_await client.workflows.execute("wf_onboarding", inputs);
    auto same = co_await client.workflows.execute("wf_onboarding", corun::object("customer_name", "Ada"));  // … or inline

    auto answer = co_await client.workflows.get("wf_echo").with_response();
    std::cout << answer.status << ' ' << answer.request_id << ' ' << answer.attempts << '\n';

    auto list = client.workflows.list({.per_page = 50});
    while (auto item = co_await list.next()) std::cout << item->name << '\n';

    auto other = co_await client.workflows.get("wf_echo", corun::call_options().timeout(5s).header("X-Trace-ID", "t-1"));
    auto raw = co_await client.request("GET", "/agents/agent_support/memory");
    std::cout << raw.status << ' ' << raw.body << other.id << run.execution_id << same.execution_id << '\n';
}

[[maybe_unused]] void tokens(asio::io_context& io, fm::client& client) {
    asio::co_spawn(io, client.workflows.get("wf_echo"), [](std::exception_ptr failed, fm::workflow workflow) {
        if (!failed) std::cout << workflow.name << '\n';
    });
    std::future<fm::workflow> later = asio::co_spawn(io, client.workflows.get("wf_echo"), asio::use_future);
}

[[maybe_unused]] asio::awaitable<void> streams(fm::client& client) {
    auto run = co_await client.workflows.execute("wf_onboarding", corun::object("customer_name", "Ada"));
    auto events = client.executions.stream(run.execution_id);
    while (auto event = co_await events.next()) {
        std::visit(corun::overloaded{
                       [](fm::node_completed const& e) { std::cout << e.node_name << ": " << e.outputs << '\n'; },
                       [](fm::execution_completed const& e) { std::cout << e.outputs << '\n'; },
                       [](fm::unknown_event const& e) { std::cout << e.name << ' ' << e.text << '\n'; },
                       [](auto const&) {},
                   },
                   *event);
    }
}

[[maybe_unused]] asio::awaitable<void> errors(fm::client& client) {
    try {
        co_await client.workflows.get("wf_missing");
    } catch (corun::not_found_error const& e) {          // by what it means
        std::cerr << e.what() << '\n';
    } catch (fm::error const& e) {                       // anything of this platform
        std::cerr << e.status() << ' ' << e.api_code() << ' ' << e.request_id() << '\n';
    } catch (corun::error const& e) {                    // anything of this library
        std::cerr << e.what() << (e.info().outcome_unknown ? " (it may have been done)" : "") << '\n';
    }

    auto result = co_await corun::as_result(client.workflows.get("wf_missing"));
    if (!result) std::cerr << result.error().describe() << '\n';
}

[[maybe_unused]] fm::client_options time_options() {
    fm::client_options options("fm_live_…");
    options.timeout(10s)              // one attempt, from pool wait to last byte
        .total_timeout(60s)           // the call, retries and sleeps included
        .max_retries(5)
        .max_retry_after(30s);        // a longer Retry-After is raised, not slept
    corun::phase_limits limits;
    limits.connect = 3s;              // each phase can have a limit of its own
    options.limits(limits);
    return options;
}

[[maybe_unused]] asio::awaitable<void> deadline(fm::client& client) {
    auto run = co_await client.workflows.execute("wf_slow");
    auto done = co_await corun::with_deadline(client.executions.wait_for_completion(run.execution_id), 30s);
    std::cout << done.status << '\n';
}

[[maybe_unused]] void cancellation(asio::io_context& io, fm::client& client) {
    asio::cancellation_signal stop;
    asio::co_spawn(io, client.executions.wait_for_completion("exec_paused"),
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr, fm::execution) {}));
    stop.emit(asio::cancellation_type::terminal);
}

[[maybe_unused]] void blocking() {
    corun::blocking_runtime runtime;
    fm::client client(runtime.executor());
    auto workflow = runtime.run(client.workflows.get("wf_echo"));
    auto list = client.workflows.list();
    for (auto const& item : runtime.each(list)) std::cout << item.name << '\n';
    auto events = client.executions.stream("exec_completed");
    for (auto const& event : runtime.each(events)) std::cout << event.index() << '\n';
}

class log_observer : public corun::observer {
    void attempt_finished(attempt const& a, int status, corun::phase_timings const& t, corun::failure const* why) override {
        std::clog << a.operation << " attempt " << a.number << ": " << status << " in " << t.total.count() / 1000 << " us"
                  << (why ? " failed" : "") << '\n';
    }
};

TEST(docs, a_test_of_ones_own) {
    auto const wire = std::make_shared<corun::testing::scripted_transport>();
    auto const time = std::make_shared<corun::testing::virtual_time>();
    wire->answer(503, "{}").answer(200, R"({"data":{"id":"wf_1","name":"Mine"}})");
    fm::client_options options("fm_live_test");
    options.transport(wire).time(time).observer(std::make_shared<log_observer>());

    corun::blocking_runtime runtime;
    fm::client client(runtime.executor(), options);
    EXPECT_EQ(runtime.run(client.workflows.get("wf_1")).name, "Mine");
    EXPECT_EQ(wire->count(), 2u);
    EXPECT_EQ(time->sleeps().size(), 1u);
}

TEST(docs, the_parser_by_itself) {
    corun::sse::parser parser;
    corun::sse::event_view event;
    std::string seen;
    for (std::string_view chunk : {"data: hel", "lo\n\nevent: tick\ndata: 1\n\n"}) {
        parser.feed(chunk);
        while (parser.next(event) == corun::sse::status::event) {
            seen += event.type;
            seen += '=';
            seen += event.data;
            seen += ' ';
        }
    }
    EXPECT_EQ(seen, "message=hello tick=1 ");
}

}  // namespace
