#include "fixture.hpp"

#include <cstdlib>

namespace {

using namespace test;

class calls : public scripted {
public:
    template <class F>
    auto failure_of(F const& f) {
        try {
            f();
        } catch (pr::error const& e) {
            return e.info();
        }
        ADD_FAILURE() << "nothing was thrown";
        return corun::failure();
    }
};

TEST_F(calls, key_and_address_come_from_options_or_the_environment) {
    ::unsetenv("PROMPTRAILS_API_KEY");
    EXPECT_THROW(pr::client(runtime.executor()), corun::validation_error);
    EXPECT_THROW(pr::client(runtime.executor(), pr::client_options("k").base_url("ftp://x")), corun::validation_error);
    ::setenv("PROMPTRAILS_API_KEY", "from-environment", 1);
    ::setenv("PROMPTRAILS_BASE_URL", "http://other.test:81/below/", 1);
    pr::client_options o;
    o.transport(wire).time(time);
    pr::client const made(runtime.executor(), o);
    ::unsetenv("PROMPTRAILS_API_KEY");
    ::unsetenv("PROMPTRAILS_BASE_URL");
    wire->answer(200, "{}").answer(200, "{}");
    run(made.agents.get("a"));
    run(made.a2a.get_agent_card("a"));
    EXPECT_TRUE(wire->wire(0).starts_with("GET /below/api/v1/agents/a HTTP/1.1\r\nHost: other.test:81\r\n"))
        << wire->wire(0);
    EXPECT_EQ(wire->request(0).headers.find("X-API-Key"), "from-environment");
    EXPECT_TRUE(wire->wire(1).starts_with("GET /below/a2a/agents/a/agent-card.json HTTP/1.1\r\n"));
}

TEST_F(calls, any_path_can_be_asked_for) {
    wire->answer(200, R"({"data":[1]})").answer(201, R"({"data":{}})");
    EXPECT_EQ(run(client.request("GET", "/triggers?page=1")).body.at("data").at(0), 1);
    EXPECT_EQ(run(client.request("POST", "/triggers", corun::object("name", "n"))).status, 201);
    EXPECT_TRUE(wire->wire(0).starts_with("GET /api/v1/triggers?page=1 HTTP/1.1\r\n"));
}

TEST_F(calls, the_raw_body_is_there_with_the_value) {
    std::string const body = R"({"data":{"id":"a","novel":[1,2]},"message":"ok"})";
    wire->answer(200, body).answer(204, "");
    auto const got = run(client.agents.get("a").with_response());
    EXPECT_EQ(got.value.id, "a");
    EXPECT_EQ(got.value.extra.at("novel").at(1), 2);
    EXPECT_EQ(got.body, body);
    EXPECT_EQ(corun::parse_text(got.body).at("data").at("id"), "a");
    EXPECT_EQ(run(client.agents.remove("a").with_response()).status, 204);
}

// wire/promptrails §2.2.
TEST_F(calls, envelopes) {
    for (std::string_view const body : {R"({"data":{"id":"a","type":"chain"}})", R"({"id":"a","type":"chain"})",
             R"({"message":"m","data":{"id":"a","type":"chain","labels":null}})"}) {
        wire->answer(200, body);
        auto const agent = run(client.agents.get("a"));
        EXPECT_EQ(agent.id, "a") << body;
        EXPECT_EQ(agent.type, pr::agent_type::chain) << body;
    }
    wire->answer(200, "");
    EXPECT_EQ(run(client.agents.get("a")).id, "");
    for (std::string_view const body : {R"({"data":[]})", R"({"data":null})", R"({"data":{"a":1}})", R"({})", ""}) {
        wire->answer(200, body);
        EXPECT_TRUE(run(client.agents.list_versions("a")).empty()) << body;
    }
    wire->answer(200, R"({"data":[{"id":"1"},{"id":"2"}]})");
    EXPECT_EQ(run(client.prompts.list_versions("a")).at(1).id, "2");

    wire->answer(200, R"({"data":[{"id":"x"},{"id":"y"}]})")
        .answer(200, R"({"data":{"id":"x"}})")
        .answer(200, R"({"data":null})");
    EXPECT_EQ(run(client.traces.get_by_trace_id("t")).size(), 2u);
    EXPECT_EQ(run(client.traces.get_by_trace_id("t")).at(0).id, "x");
    EXPECT_TRUE(run(client.traces.get_by_trace_id("t")).empty());

    wire->answer(200, R"({"data":{"groups":[{"provider":"openai","models":[{"id":"m"}]}]}})")
        .answer(200, R"({"data":[{"provider":"openai","models":[]}]})")
        .answer(200, R"({"data":null})");
    EXPECT_EQ(run(client.llm_models.list_available()).at(0).models.at(0).id, "m");
    EXPECT_EQ(run(client.llm_models.list_available()).at(0).provider, "openai");
    EXPECT_TRUE(run(client.llm_models.list_available()).empty());
    wire->answer(200, "<html>");
    EXPECT_THROW(run(client.agents.get("a")), corun::protocol_error);
}

TEST_F(calls, pages) {
    wire->answer(200, R"({"data":[{"id":"1"},{"id":"2"}],"meta":{"total":3,"page":1,"limit":2,"total_pages":2}})")
        .answer(200, R"({"data":[{"id":"3"}],"meta":{"total":3,"page":2,"limit":2,"pages":2,"novel":1}})");
    auto list = client.agents.list({.limit = 2});
    auto const one = run(list.next_page());
    EXPECT_EQ(one->meta.total, 3);
    EXPECT_EQ(one->meta.pages, 2);
    auto const two = run(list.next_page());
    EXPECT_EQ(two->data.at(0).id, "3");
    EXPECT_EQ(two->meta.extra.at("novel"), 1);
    EXPECT_FALSE(run(list.next_page()));
    EXPECT_EQ(wire->count(), 2u);

    // Without `meta` the list came whole; null data is none.
    wire->answer(200, R"({"data":[{"id":"m"}]})")
        .answer(200, R"({"data":null,"meta":{"total":0,"page":1,"limit":20,"total_pages":0}})");
    auto models = client.llm_models.list();
    EXPECT_EQ(run(models.next())->id, "m");
    EXPECT_FALSE(run(models.next()));
    auto empty = client.prompts.list();
    EXPECT_FALSE(run(empty.next()));

    // A server that ignores `page` does not loop.
    std::string const same = R"({"data":[{"id":"1"}],"meta":{"total":9,"page":1,"limit":1,"total_pages":9}})";
    wire->answer(200, same).answer(200, same);
    auto stuck = client.agents.list({.limit = 1});
    int items = 0;
    while (run(stuck.next())) ++items;
    EXPECT_EQ(items, 2);
}

// wire/promptrails §7.9.
TEST_F(calls, answers_of_a_chat_come_in_three_shapes) {
    wire->answer(201, R"({"data":{"id":"m","role":"assistant","content":"hi","cost":0.5}})");
    EXPECT_EQ(run(client.chat.send_message("s", "x")).content, "hi");
    wire->answer(201,
        R"({"data":{"user_message":{"id":"u","content":"x"},"assistant_message":{"id":"m","content":"hi","metadata":{"k":1}},"execution_id":"e"}})");
    auto const two = run(client.chat.send_message("s", "x"));
    EXPECT_EQ(two.content, "hi");
    EXPECT_EQ(two.execution_id, "e");
    EXPECT_EQ(two.user_message->content, "x");
    EXPECT_EQ(two.metadata.at("k"), 1);
    wire->answer(
        201, R"({"data":{"user_message":{"id":"u","content":"x"},"assistant_message":null,"execution_id":"e"}})");
    auto const three = run(client.chat.send_message("s", "x"));
    EXPECT_EQ(three.content, "");
    EXPECT_EQ(three.role, pr::message_role::assistant);
    EXPECT_EQ(three.session_id, "s");
    EXPECT_EQ(three.metadata.at("execution_id"), "e");
}

TEST_F(calls, the_id_of_a_run_is_found_under_either_name) {
    wire->answer(201, R"({"data":{"id":"e","status":"completed"}})")
        .answer(200, R"({"data":{"execution_id":"x","id":"y"}})");
    EXPECT_EQ(run(client.agents.execute("a", {})).execution_id, "e");
    EXPECT_EQ(run(client.agents.execute("a", {})).execution_id, "x");
}

// wire/promptrails §3.1–§3.3.
TEST_F(calls, errors_in_every_shape) {
    struct shape {
        int status;
        std::string body;
        std::string message;
        std::string code;
        std::string details;
    };
    std::vector<shape> const table{
        {404, R"({"error":{"code":"not_found","message":"agent not found"}})", "agent not found", "not_found", "{}"},
        {400, R"({"error":{"code":"bad_request","message":"m","details":{"name":"required"}}})", "m", "bad_request",
            R"({"name":"required"})"},
        {401, R"({"error":"unauthorized"})", "unauthorized", "", "{}"},
        {405, R"({"message":"Method Not Allowed"})", "Method Not Allowed", "", "{}"},
        {403, R"({"error":{"code":-32001,"message":"m","details":["a"]}})", "m", "-32001", R"({"errors":["a"]})"},
        {409, R"({})", "Unknown error", "", "{}"},
        {404, R"({"error":null,"message":"m"})", "m", "", "{}"},
        {502, "", "HTTP 502", "", "{}"},
        {502, "<html>", "HTTP 502", "", "{}"},
        {500, R"({"error":{"code":"internal_error","message":"try later","details":"d"}})", "try later",
            "internal_error", R"({"errors":"d"})"},
        {503, R"({"error":{}})", "Server error", "", "{}"},
        {400, "[1]", "HTTP 400", "", "{}"},
    };
    for (auto const& row : table) {
        wire->answer(row.status, row.body);
        auto const f = failure_of([&] { run(client.agents.get("a", corun::call_options().max_retries(0))); });
        EXPECT_EQ(f.status, row.status);
        EXPECT_EQ(f.message, row.message) << row.body;
        EXPECT_EQ(f.api_code, row.code) << row.body;
        EXPECT_EQ(f.details, json::parse(row.details)) << row.body;
    }
}

template <class E>
bool is(std::exception_ptr const& e) {
    try {
        std::rethrow_exception(e);
    } catch (E const&) {
        return true;
    } catch (...) {
        return false;
    }
}

TEST_F(calls, every_status_has_its_class) {
    auto const raised = [&](int status) {
        wire->answer(status, "{}");
        try {
            run(client.agents.get("a", corun::call_options().max_retries(0)));
        } catch (...) {
            return std::current_exception();
        }
        return std::exception_ptr();
    };
    auto const own = [](std::exception_ptr const& e) {
        return !is<pr::validation_error>(e) && !is<pr::unauthorized_error>(e) && !is<pr::forbidden_error>(e) &&
               !is<pr::not_found_error>(e) && !is<pr::rate_limit_error>(e) && !is<pr::server_error>(e);
    };
    EXPECT_TRUE(is<pr::validation_error>(raised(400)) && is<corun::validation_error>(raised(400)));
    EXPECT_TRUE(is<pr::unauthorized_error>(raised(401)) && is<corun::authentication_error>(raised(401)));
    EXPECT_TRUE(is<pr::forbidden_error>(raised(403)) && is<corun::permission_error>(raised(403)));
    EXPECT_TRUE(is<pr::not_found_error>(raised(404)) && is<corun::not_found_error>(raised(404)));
    EXPECT_TRUE(is<pr::rate_limit_error>(raised(429)) && is<corun::rate_limit_error>(raised(429)));
    for (int const status : {500, 503, 599}) EXPECT_TRUE(is<pr::server_error>(raised(status))) << status;
    for (int const status : {302, 402, 405, 409, 422}) {
        auto const e = raised(status);
        EXPECT_TRUE(is<pr::error>(e) && own(e)) << status;
    }
}

std::string const good = R"({"data":{"id":"a"}})";
std::string const bad = R"({"error":{"code":"internal_error","message":"try later"}})";

// wire/promptrails §4, §14.7.
TEST_F(calls, waits_one_two_four_seconds_between_attempts) {
    wire->answer(500, bad).answer(503, "").answer(200, good);
    auto const began = time->now();
    EXPECT_EQ(run(client.agents.get("a")).id, "a");
    EXPECT_EQ(time->now() - began, 3s);
    for (int i = 0; i < 4; ++i) wire->answer(599 - i, bad);
    auto const f = failure_of([&] { run(client.agents.get("a")); });
    EXPECT_EQ(f.status, 596);
    EXPECT_EQ(f.message, "try later");
    EXPECT_EQ(f.attempts, 4);
    EXPECT_EQ(time->now() - began, 10s);
    for (int i = 0; i < 7; ++i) wire->answer(500, bad);
    auto const more = time->now();
    failure_of([&] { run(client.agents.get("a", corun::call_options().max_retries(6))); });
    EXPECT_EQ(time->now() - more, 31s) << "1, 2, 4, 8, 8, 8";
}

// wire/promptrails §14.6.
TEST_F(calls, a_rate_limit_is_waited_for_only_where_the_server_says_how_long) {
    std::string const limited = R"({"error":{"code":"rate_limited","message":"too many requests"}})";
    wire->answer(429, limited, corun::header_list().add("Retry-After", "12")).answer(200, R"({"data":[]})");
    auto const began = time->now();
    auto list = client.executions.list();
    run(list.next());
    EXPECT_EQ(time->now() - began, 12s);

    wire->answer(429, limited);
    EXPECT_FALSE(failure_of([&] { run(client.agents.get("a")); }).retry_after);
    wire->answer(429, limited, corun::header_list().add("Retry-After", "12"));
    auto const f = failure_of([&] { run(client.agents.get("a", corun::call_options().total_timeout(5s))); });
    EXPECT_EQ(f.retry_after, 12s);
    EXPECT_EQ(wire->count(), 4u);

    // A POST is repeated too: the server says that it did not act.
    wire->answer(503, bad, corun::header_list().add("Retry-After", "1")).answer(201, R"({"data":{"id":"e"}})");
    EXPECT_EQ(run(client.agents.execute("a", {})).execution_id, "e");
    EXPECT_EQ(wire->count(), 6u);
}

TEST_F(calls, what_costs_money_is_not_done_twice) {
    auto const once = [&](auto const& call) {
        auto const before = wire->count();
        wire->answer(500, bad);
        EXPECT_EQ(failure_of(call).status, 500);
        wire->fail(corun::errc::timeout, corun::phase::first_byte, true);
        EXPECT_TRUE(failure_of(call).outcome_unknown);
        wire->fail(corun::errc::connection_lost, corun::phase::first_byte, true);
        EXPECT_TRUE(failure_of(call).outcome_unknown);
        EXPECT_EQ(wire->count(), before + 3);
        // Nothing was written: no harm.
        wire->fail(corun::errc::connect_failed, corun::phase::connect).answer(200, "{}");
        call();
        EXPECT_EQ(wire->count(), before + 5);
    };
    once([&] { run(client.agents.execute("a", {})); });
    once([&] { run(client.agents.create("n", "simple")); });
    once([&] { run(client.agents.preview("a", {})); });
    once([&] { run(client.prompts.run_prompt("p", pr::run_prompt_request("u", "m"))); });
    once([&] { run(client.chat.send_message("s", "x")); });
    once([&] { run(client.chat.create_session("a")); });
    once([&] { run(client.approvals.decide("a", "approved")); });
    once([&] { run(client.mcp_tools.call_tool("t", "n")); });
    once([&] { run(client.data_sources.query("d")); });
    once([&] { run(client.a2a.send_message("a", "x")); });
    once([&] { run(client.webhook_triggers.invoke("t", {})); });

    auto const again = [&](auto const& call) {
        auto const before = wire->count();
        wire->answer(500, bad).fail(corun::errc::timeout, corun::phase::first_byte, true).answer(200, "{}");
        call();
        EXPECT_EQ(wire->count(), before + 3);
    };
    again([&] { run(client.agents.get("a")); });
    again([&] { run(client.agents.update("a", pr::agent_changes().name("n"))); });
    again([&] { run(client.agents.promote_version("a", "v")); });
    again([&] { run(client.memories.search("a", "q")); });
    again([&] { run(client.a2a.get_task("t")); });
    again([&] { run(client.agents.execute("a", {}, {}, corun::call_options().retry_unsafe())); });
}

// wire/promptrails §10.
TEST_F(calls, json_rpc_errors_are_thrown) {
    wire->answer(
        200, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"task not found","data":{"id":"nope"}}})");
    try {
        run(client.a2a.get_task("nope"));
        ADD_FAILURE();
    } catch (pr::a2a_error const& e) {
        EXPECT_EQ(e.message(), "task not found");
        EXPECT_EQ(e.api_code(), "-32001");
        EXPECT_EQ(e.rpc_code(), -32001);
        EXPECT_EQ(e.details().at("id"), "nope");
        EXPECT_NE(dynamic_cast<pr::error const*>(&e), nullptr);
    }
    wire->answer(200, R"({"id":"t","status":"working"})")
        .answer(200, R"({"jsonrpc":"2.0","result":{"id":"t","status":{"state":"failed","message":"m"}}})");
    EXPECT_EQ(run(client.a2a.get_task("t")).status->state, pr::task_state::working);
    EXPECT_EQ(run(client.a2a.cancel_task("t")).status->message, "m");
    wire->answer(200, R"({"data":[{"id":"t","status":"novel"}]})");
    auto tasks = client.a2a.list_tasks();
    EXPECT_EQ(run(tasks.next())->status->state.text(), "novel");
    wire->answer(200, "7");
    EXPECT_THROW(run(client.a2a.get_task("t")), corun::protocol_error);
}

TEST_F(calls, the_key_is_in_no_error) {
    wire->answer(401, R"({"error":{"code":"unauthorized","message":"bad key pr_key_example"}})");
    auto const f = failure_of([&] { run(client.agents.get("a")); });
    EXPECT_EQ(f.message, "bad key ***");
    EXPECT_EQ(f.body.find("pr_key_example"), std::string::npos);
}

TEST_F(calls, closed) {
    client.close();
    EXPECT_THROW(run(client.agents.get("a")), pr::connection_error);
    auto stream = client.executions.stream("e");
    EXPECT_THROW(run(stream.next()), pr::connection_error);
    EXPECT_EQ(wire->count(), 0u);
}

}  // namespace
