// Every method over real sockets, against the emulator.

#include <corun/blocking.hpp>
#include <corun/deadline.hpp>
#include <corun/flowmaestro/client.hpp>
#include <corun/testing/emulator.hpp>

#include "support/raw_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace {

namespace fm = corun::flowmaestro;
namespace asio = boost::asio;
using namespace std::chrono_literals;

class emulated : public ::testing::Test {
public:
    corun::testing::emulator emulator;
    corun::blocking_runtime runtime;
    fm::client client{runtime.executor(), options()};

    fm::client_options options() const {
        fm::client_options o("fm_live_test");
        o.base_url(emulator.base_url("flowmaestro"));
        return o;
    }
    template <class T>
    T run(asio::awaitable<T> operation) {
        return runtime.run(std::move(operation));
    }
    std::string control(std::string_view path, std::string_view body) {
        return emulator.control("flowmaestro", "POST", path, body);
    }
};

template <class E>
std::string names(std::vector<E> const& events) {
    std::string text;
    for (auto const& event : events) {
        if (!text.empty()) text += ' ';
        std::visit(
            [&](auto const& e) {
                if constexpr (requires { e.type; })
                    text += e.type.text();
                else
                    text += '?' + e.name;
            },
            event);
    }
    return text;
}

TEST_F(emulated, workflows) {
    auto list = client.workflows.list({.per_page = 20});
    int n = 0;
    for (auto const& w : runtime.each(list)) {
        EXPECT_FALSE(w.name.empty());
        ++n;
    }
    EXPECT_EQ(n, 47);
    auto pages = client.workflows.list({.page = 3, .per_page = 20});
    auto const page = run(pages.next_page());
    EXPECT_EQ(page->pagination.page, 3);
    EXPECT_EQ(page->pagination.total_count, 47);
    EXPECT_FALSE(page->pagination.has_more);
    auto const w = run(client.workflows.get("wf_onboarding"));
    EXPECT_EQ(w.inputs->at("customer_name").required, true);
    EXPECT_EQ(w.input_schema->at("required").at(0), "customer_name");
    EXPECT_THROW(run(client.workflows.get("wf_invalid")), fm::not_found_error);
    auto const started = run(client.workflows.execute("wf_echo", corun::object("a", 1)));
    EXPECT_EQ(started.status, fm::execution_status::pending);
    EXPECT_EQ(started.inputs.at("a"), 1);
}

TEST_F(emulated, a_run_streams_from_its_first_event_to_its_last) {
    auto const started = run(client.workflows.execute("wf_onboarding", corun::object("customer_name", "Ada")));
    auto stream = client.executions.stream(started.execution_id);
    std::vector<fm::execution_event> events;
    for (auto& e : runtime.each(stream)) events.push_back(std::move(e));
    std::string expected = "connected execution:started";
    for (int i = 0; i < 6; ++i) expected += " node:started node:completed execution:progress";
    EXPECT_EQ(names(events), expected + " execution:completed");
    EXPECT_EQ(std::get<fm::execution_completed>(events.back()).outputs.at("customer"), "Ada");
    auto const record = run(client.executions.get(started.execution_id));
    EXPECT_EQ(record.status, fm::execution_status::completed);
    EXPECT_EQ(record.outputs.at("customer"), "Ada");
    auto again = client.executions.stream(started.execution_id);
    std::vector<fm::execution_event> late;
    for (auto& e : runtime.each(again)) late.push_back(std::move(e));
    EXPECT_EQ(names(late), "execution:completed");
}

TEST_F(emulated, executions) {
    auto list = client.executions.list({.per_page = 10, .workflow_id = "wf_echo", .status = "completed"});
    int n = 0;
    for (auto const& e : runtime.each(list)) {
        EXPECT_EQ(e.workflow_id, "wf_echo");
        ++n;
    }
    EXPECT_EQ(n, 30);
    EXPECT_EQ(run(client.executions.get("exec_failed")).error, "mail server refused the recipient");
    EXPECT_EQ(run(client.executions.get("exec_paused")).status, fm::execution_status::paused);
    EXPECT_FALSE(run(client.executions.get("exec_cancelled")).completed_at);

    auto const failing = run(client.workflows.execute("wf_failing", corun::object("customer_name", "G")));
    auto const ended = run(client.executions.wait_for_completion(failing.execution_id, {.poll_interval = 50ms}));
    EXPECT_EQ(ended.status, fm::execution_status::failed);
    auto const slow = run(client.workflows.execute("wf_slow"));
    EXPECT_EQ(run(client.executions.cancel(slow.execution_id)).status, fm::execution_status::cancelled);
    EXPECT_THROW(run(client.executions.cancel(slow.execution_id)), fm::validation_error);
    EXPECT_THROW(run(client.executions.wait_for_completion("exec_paused", {.poll_interval = 20ms, .timeout = 50ms})),
        fm::timeout_error);
}

TEST_F(emulated, a_person_approves) {
    auto const started = run(client.workflows.execute("wf_approval", corun::object("amount", 12)));
    auto stream = client.executions.stream(started.execution_id);
    bool paused = false;
    std::string last;
    for (auto const& e : runtime.each(stream)) {
        if (auto const* other = std::get_if<fm::unknown_event>(&e); other && other->name == "execution:paused") {
            paused = true;
            control("/run", R"({"execution_id":")" + started.execution_id + R"(","action":"resume"})");
        }
        if (auto const* done = std::get_if<fm::execution_completed>(&e)) last = corun::to_text(done->outputs);
    }
    EXPECT_TRUE(paused);
    EXPECT_EQ(last, R"({"approved":true,"amount":12})");
}

TEST_F(emulated, agents_and_threads) {
    auto agents = client.agents.list();
    EXPECT_EQ(run(agents.next())->id, "agent_support");
    EXPECT_EQ(run(client.agents.get("agent_support")).available_tools->at(0).type, "knowledge_base");
    auto const thread = run(client.agents.create_thread("agent_support", corun::object("customer", "77")));
    EXPECT_EQ(run(client.threads.get(thread.id)).metadata.at("customer"), "77");
    auto const reply = run(client.threads.send_message(thread.id, "Where is parcel 5?"));
    EXPECT_NE(reply.content.find("parcel"), std::string::npos);
    EXPECT_GT(reply.usage->total_tokens, 0);
    auto messages = client.threads.list_messages(thread.id);
    EXPECT_EQ(run(messages.next())->role, fm::message_role::user);
    EXPECT_EQ(run(messages.next())->content, reply.content);
    EXPECT_FALSE(run(messages.next()));
    EXPECT_TRUE(run(client.threads.remove(thread.id)).deleted);
    EXPECT_THROW(run(client.threads.get(thread.id)), fm::not_found_error);
}

TEST_F(emulated, an_answer_in_tokens) {
    auto const thread = run(client.agents.create_thread("agent_writer"));
    auto stream = client.threads.send_message_stream(thread.id, "A poem");
    std::string text;
    std::string whole;
    for (auto const& e : runtime.each(stream)) {
        if (auto const* token = std::get_if<fm::message_token>(&e)) text += token->token;
        if (auto const* done = std::get_if<fm::message_completed>(&e)) whole = done->content;
    }
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text, whole);
}

TEST_F(emulated, a_thread_is_listened_to) {
    auto const thread = run(client.agents.create_thread("agent_support"));
    auto stream = client.threads.stream(thread.id);
    EXPECT_TRUE(std::holds_alternative<fm::thread_connected>(*run(stream.next())));
    auto const reply = run(client.threads.send_message(thread.id, "Hello"));
    std::string text;
    for (auto const& e : runtime.each(stream)) {
        if (auto const* token = std::get_if<fm::message_token>(&e)) text += token->token;
    }
    EXPECT_EQ(text, reply.content);
}

TEST_F(emulated, any_path_can_be_called) {
    auto const list = run(client.request("GET", "/agents?per_page=1"));
    EXPECT_EQ(list.status, 200);
    EXPECT_EQ(list.body.at("pagination").at("total_count"), 3);
    EXPECT_THROW(run(client.request("GET", "/no/such/path")), fm::not_found_error);
}

TEST_F(emulated, the_strict_profile_is_survived) {
    auto const thread = run(client.agents.create_thread("agent_support"));
    auto const started = run(client.workflows.execute("wf_echo"));
    run(client.executions.wait_for_completion(started.execution_id, {.poll_interval = 20ms}));
    control("/options", R"({"profile":"vendor-strict"})");
    EXPECT_THROW(run(client.workflows.get("wf_invalid", corun::call_options().max_retries(0))), fm::server_error);
    auto stream = client.threads.send_message_stream(thread.id, "Hello");
    std::vector<fm::thread_event> events;
    for (auto& e : runtime.each(stream)) events.push_back(std::move(e));
    EXPECT_EQ(names(events), "message:started message:token message:completed");
    auto run_events = client.executions.stream(started.execution_id);
    EXPECT_TRUE(std::holds_alternative<fm::execution_completed>(*run(run_events.next())));
}

TEST_F(emulated, knowledge_bases_triggers_webhooks) {
    auto bases = client.knowledge_bases.list();
    EXPECT_EQ(run(bases.next())->id, "kb_handbook");
    EXPECT_EQ(run(client.knowledge_bases.get("kb_handbook")).document_count, 4);
    auto const found = run(client.knowledge_bases.query("kb_handbook", "reset password", {.top_k = 1}));
    ASSERT_EQ(found.results.size(), 1u);
    EXPECT_EQ(found.results[0].document_name, "accounts.md");
    EXPECT_TRUE(run(client.knowledge_bases.query("kb_empty", "x")).results.empty());

    auto triggers = client.triggers.list({.workflow_id = "wf_onboarding"});
    auto const trigger = run(triggers.next());
    EXPECT_EQ(trigger->type, fm::trigger_type::event);
    EXPECT_EQ(run(client.triggers.execute("trigger_signup", corun::object("user", 1))).trigger_id, "trigger_signup");
    EXPECT_THROW(run(client.triggers.execute("trigger_nightly")), fm::validation_error);

    std::promise<std::string> delivered;
    test::raw_server receiver([&](test::peer& p) {
        auto const request = p.read_request();
        if (request.find("X-FlowMaestro-Event") != std::string::npos) delivered.set_value(request);
        p.write(test::answer("{}"));
    });
    auto const hook = run(client.webhooks.create(
        fm::webhook_spec("ops", receiver.url() + "/hook").events(fm::webhook_events::execution_completed)));
    ASSERT_TRUE(hook.secret);
    EXPECT_TRUE(run(client.webhooks.test(hook.id)).success);
    EXPECT_FALSE(run(client.webhooks.get(hook.id)).secret);
    auto const started = run(client.workflows.execute("wf_echo"));
    run(client.executions.wait_for_completion(started.execution_id, {.poll_interval = 20ms}));
    auto const request = delivered.get_future().get();
    auto const split = request.find("\r\n\r\n");
    corun::header_list headers;
    for (auto const* name : {"X-FlowMaestro-Signature", "X-FlowMaestro-Delivery-ID"}) {
        auto const at = request.find(name);
        auto const value = request.find(": ", at) + 2;
        headers.add(name, request.substr(value, request.find("\r\n", value) - value));
    }
    auto const event = fm::webhook_verifier(*hook.secret).verify(request.substr(split + 4), headers);
    EXPECT_EQ(std::get<fm::webhook_execution>(event.payload).execution_id, started.execution_id);
    auto deliveries = client.webhooks.deliveries(hook.id);
    EXPECT_EQ(run(deliveries.next())->event_type, "execution.completed");
    EXPECT_FALSE(run(client.webhooks.update(hook.id, fm::webhook_changes().is_active(false))).is_active);
    auto hooks = client.webhooks.list();
    EXPECT_EQ(run(hooks.next())->id, hook.id);
    EXPECT_TRUE(run(client.webhooks.remove(hook.id)).deleted);
}

TEST_F(emulated, faults_on_the_way_are_retried) {
    control("/faults", R"({"path":"*/workflows/*","count":2,"status":503,"retry_after":"0"})");
    auto const result = run(client.workflows.get("wf_echo").with_response());
    EXPECT_EQ(result.attempts, 3);
    EXPECT_TRUE(result.rate_limit.limit);
    control("/faults", R"({"path":"*/workflows/*","reset":"after_headers"})");
    EXPECT_THROW(run(client.workflows.get("wf_echo", corun::call_options().max_retries(0))), fm::connection_error);
    EXPECT_NO_THROW(run(client.workflows.get("wf_echo")));
    control("/faults", R"({"path":"*/events","split":1,"crlf":true})");
    auto const started = run(client.workflows.execute("wf_echo"));
    auto stream = client.executions.stream(started.execution_id);
    std::vector<fm::execution_event> events;
    for (auto& e : runtime.each(stream)) events.push_back(std::move(e));
    EXPECT_EQ(names(events),
        "connected execution:started node:started node:completed execution:progress execution:completed");
}

TEST_F(emulated, any_completion_token_works) {
    asio::io_context io;
    fm::client const other(io, options());
    bool called = false;
    asio::co_spawn(io, other.workflows.get("wf_echo"), [&](std::exception_ptr e, fm::workflow w) {
        EXPECT_FALSE(e);
        EXPECT_EQ(w.id, "wf_echo");
        called = true;
    });
    auto future = asio::co_spawn(io, other.workflows.get("wf_slow"), asio::use_future);
    io.run();
    EXPECT_TRUE(called);
    EXPECT_EQ(future.get().id, "wf_slow");
}

TEST_F(emulated, one_client_is_shared_by_threads) {
    asio::io_context io;
    fm::client const shared(io, options());
    std::atomic<int> good{0};
    auto const work = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < 20; ++i) {
            auto const w = co_await shared.workflows.get("wf_echo");
            if (w.id == "wf_echo") ++good;
        }
        auto const started = co_await shared.workflows.execute("wf_echo");
        auto stream = shared.executions.stream(started.execution_id);
        while (auto event = co_await stream.next())
            if (std::holds_alternative<fm::execution_completed>(*event)) ++good;
    };
    for (int i = 0; i < 8; ++i) asio::co_spawn(io, work, [](std::exception_ptr e) { EXPECT_FALSE(e); });
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { io.run(); });
    for (auto& t : threads) t.join();
    EXPECT_EQ(good, 8 * 21);
}

TEST_F(emulated, what_is_under_way_ends_with_the_client) {
    asio::io_context io;
    auto going = std::make_unique<fm::client>(io, options());
    std::exception_ptr failed;
    bool opened = false;
    auto const follow = [&]() -> asio::awaitable<void> {
        auto stream = going->executions.stream("exec_paused");
        co_await stream.next();
        opened = true;
        co_await stream.next();
    };
    asio::co_spawn(io, follow, [&](std::exception_ptr e) { failed = e; });
    while (!opened) io.run_one();
    going.reset();
    io.run();
    try {
        std::rethrow_exception(failed);
    } catch (boost::system::system_error const& e) {
        EXPECT_EQ(e.code(), asio::error::operation_aborted);
    }
}

}  // namespace
