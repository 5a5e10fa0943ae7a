#include "fixture.hpp"

#include <corun/observer.hpp>

#include <cstdlib>

namespace {

using namespace test;

std::string why(fm::client_options const& options) {
    corun::blocking_runtime runtime;
    try {
        fm::client const client(runtime.executor(), options);
    } catch (corun::validation_error const& e) {
        EXPECT_EQ(e.status(), 0);
        return e.what();
    }
    return "accepted";
}

TEST(client, refuses_what_cannot_work_without_showing_it) {
    EXPECT_NE(why(fm::client_options()).find("FLOWMAESTRO_API_KEY"), std::string::npos);
    for (auto const* key : {"", "   ", "fm_live_secret\n", "fm_live_\x01secret"}) {
        auto const text = why(fm::client_options(key));
        EXPECT_NE(text, "accepted") << key;
        EXPECT_EQ(text.find("secret"), std::string::npos) << text;
    }
    fm::client_options const good("fm_live_x");
    EXPECT_EQ(why(good), "accepted");
    for (auto const* url : {"ftp://x", "https://", "https://user:pass@x", "https://x:99999", "https://x:0x",
             "https://x?a=1", "x", "https://bücher.example"})
        EXPECT_NE(why(fm::client_options("fm_live_x").base_url(url)), "accepted") << url;
    for (auto const* url :
        {"https://x", "http://127.0.0.1:1", "http://[::1]:80/", "https://x/prefix/", "https://xn--bcher-kva.example"})
        EXPECT_EQ(why(fm::client_options("fm_live_x").base_url(url)), "accepted") << url;
    EXPECT_NE(why(fm::client_options("fm_live_x").timeout(0s)), "accepted");
    EXPECT_NE(why(fm::client_options("fm_live_x").max_retries(-1)), "accepted");
    EXPECT_NE(why(fm::client_options("fm_live_x").header("A", "b\r\nc")), "accepted");
    EXPECT_NE(why(fm::client_options("fm_live_x").header("A b", "c")), "accepted");
    EXPECT_NE(why(fm::client_options("fm_live_x").stream_watchdog(-1s)), "accepted");
    EXPECT_EQ(why(fm::client_options("fm_live_x").timeout(std::chrono::milliseconds::max())), "accepted");
}

TEST(client, options_come_before_the_environment) {
    ::setenv("FLOWMAESTRO_API_KEY", "fm_live_environment", 1);
    ::setenv("FLOWMAESTRO_BASE_URL", "https://environment.test", 1);
    auto const wire = std::make_shared<corun::testing::scripted_transport>();
    corun::blocking_runtime runtime;
    wire->answer(200, R"({"data":[]})").answer(200, R"({"data":[]})").answer(200, R"({"data":[]})");
    fm::client_options none;
    none.transport(wire);
    fm::client const by_environment(runtime.executor(), none);
    auto first = by_environment.workflows.list();
    runtime.run(first.next());
    fm::client_options some("fm_live_option");
    some.transport(wire).base_url("https://option.test/api/");
    fm::client const by_option(runtime.executor(), some);
    auto second = by_option.workflows.list();
    runtime.run(second.next());
    auto third = by_option.workflows.list({}, corun::call_options().header("Authorization", "Bearer call"));
    runtime.run(third.next());
    ::unsetenv("FLOWMAESTRO_API_KEY");
    ::unsetenv("FLOWMAESTRO_BASE_URL");
    EXPECT_EQ(wire->request(0).origin.host, "environment.test");
    EXPECT_EQ(wire->request(0).headers.find("Authorization"), "Bearer fm_live_environment");
    EXPECT_EQ(wire->request(1).origin.host, "option.test");
    EXPECT_EQ(wire->request(1).target, "/api/api/v1/workflows?page=1&per_page=20");
    EXPECT_EQ(wire->request(1).headers.find("Authorization"), "Bearer fm_live_option");
    EXPECT_EQ(wire->request(2).headers.find("Authorization"), "Bearer call");
}

class use : public scripted {};

TEST_F(use, after_close_calls_fail_clearly) {
    client.close();
    EXPECT_THROW(run(client.workflows.get("w")), fm::connection_error);
    auto stream = client.executions.stream("e");
    EXPECT_THROW(run(stream.next()), fm::connection_error);
    EXPECT_EQ(wire->count(), 0u);
}

TEST_F(use, bad_input_is_found_before_anything_is_sent) {
    EXPECT_THROW(run(client.workflows.get("")), corun::validation_error);
    auto list = client.workflows.list({.per_page = 101});
    EXPECT_THROW(run(list.next()), corun::validation_error);
    auto other = client.workflows.list({.page = 0});
    EXPECT_THROW(run(other.next_page()), corun::validation_error);
    EXPECT_THROW(run(client.workflows.execute("w", corun::object("x", std::nan("")))), corun::validation_error);
    EXPECT_THROW(run(client.threads.send_message("t", "")), corun::validation_error);
    auto talk = client.threads.send_message_stream("t", "");
    EXPECT_THROW(run(talk.next()), corun::validation_error);
    EXPECT_THROW(run(client.executions.wait_for_completion("e", {.poll_interval = 0ms})), corun::validation_error);
    EXPECT_THROW(run(client.webhooks.create(fm::webhook_spec("n", "http://x"))), corun::validation_error);
    EXPECT_THROW(run(client.workflows.get("w", corun::call_options().header("X", "a\nb"))), corun::validation_error);
    EXPECT_THROW(run(client.workflows.get("w", corun::call_options().timeout(0s))), corun::validation_error);
    EXPECT_EQ(wire->count(), 0u);
    try {
        run(client.workflows.get(""));
    } catch (corun::validation_error const& e) {
        EXPECT_EQ(dynamic_cast<fm::validation_error const*>(&e), nullptr) << "not one of the platform's own";
        EXPECT_EQ(e.operation(), "workflows.get");
    }
}

struct status_case {
    int status;
    corun::error_kind kind;
};

template <class Kind, class Name>
void expect_caught(scripted& s, int status) {
    auto const once = [&] {
        s.wire->answer(status, R"({"error":{"code":"c","message":"m","details":{"d":1}},"meta":{}})",
            corun::header_list().add("x-request-id", "r1"));
        s.run(s.client.workflows.get("w", corun::call_options().max_retries(0)));
    };
    EXPECT_THROW(once(), Name) << status;
    EXPECT_THROW(once(), Kind) << status;
    EXPECT_THROW(once(), fm::error) << status;
    EXPECT_THROW(once(), corun::error) << status;
    EXPECT_THROW(once(), boost::system::system_error) << status;
    EXPECT_THROW(once(), std::exception) << status;
    try {
        once();
    } catch (corun::error const& e) {
        EXPECT_EQ(e.status(), status);
        EXPECT_EQ(e.api_code(), "c");
        EXPECT_EQ(e.message(), "m");
        EXPECT_EQ(e.request_id(), "r1");
        EXPECT_EQ(e.platform(), "flowmaestro");
        EXPECT_EQ(e.details().at("d"), 1);
    }
}

TEST_F(use, every_error_is_caught_by_root_kind_platform_and_name) {
    expect_caught<corun::validation_error, fm::validation_error>(*this, 400);
    expect_caught<corun::authentication_error, fm::authentication_error>(*this, 401);
    expect_caught<corun::permission_error, fm::authorization_error>(*this, 403);
    expect_caught<corun::not_found_error, fm::not_found_error>(*this, 404);
    expect_caught<corun::rate_limit_error, fm::rate_limit_error>(*this, 429);
    expect_caught<corun::server_error, fm::server_error>(*this, 500);
    expect_caught<corun::server_error, fm::server_error>(*this, 503);
    expect_caught<corun::error, fm::error>(*this, 402);
    expect_caught<corun::error, fm::error>(*this, 409);

    auto const failing = [&](corun::errc code, corun::phase where) {
        wire->fail(code, where);
        run(client.workflows.get("w", corun::call_options().max_retries(0)));
    };
    EXPECT_THROW(failing(corun::errc::timeout, corun::phase::first_byte), fm::timeout_error);
    EXPECT_THROW(failing(corun::errc::timeout, corun::phase::first_byte), corun::timeout_error);
    EXPECT_THROW(failing(corun::errc::connect_failed, corun::phase::connect), fm::connection_error);
    EXPECT_THROW(failing(corun::errc::connect_failed, corun::phase::connect), corun::connection_error);
    EXPECT_THROW(failing(corun::errc::protocol_error, corun::phase::headers), corun::protocol_error);
    EXPECT_THROW(failing(corun::errc::protocol_error, corun::phase::headers), fm::error);
}

TEST_F(use, errors_outside_the_envelope_keep_what_they_say) {
    struct given {
        int status;
        char const* body;
        char const* code;
        char const* message;
    };
    for (auto const& c : {given{404, R"({"message":"Route GET:/x not found","error":"Not Found","statusCode":404})",
                              "unknown_error", "Route GET:/x not found"},
             given{500, R"({"statusCode":500,"code":"22P02","error":"Internal Server Error","message":"bad uuid"})",
                 "22P02", "bad uuid"},
             given{402, R"({"success":false,"error":"no credits"})", "unknown_error", "no credits"}}) {
        wire->answer(c.status, c.body);
        try {
            run(client.workflows.get("w", corun::call_options().max_retries(0)));
            ADD_FAILURE();
        } catch (fm::error const& e) {
            EXPECT_EQ(e.status(), c.status);
            EXPECT_EQ(e.api_code(), c.code);
            EXPECT_EQ(e.message(), c.message);
        }
    }
    wire->answer(502, "<html>nginx</html>", corun::header_list().add("Content-Type", "text/html"));
    try {
        run(client.workflows.get("w", corun::call_options().max_retries(0)));
        ADD_FAILURE();
    } catch (fm::server_error const& e) {
        EXPECT_EQ(e.status(), 502);
        EXPECT_EQ(std::string(e.what()).find("nginx"), std::string::npos);
    }
    wire->answer(
        200, "<html>login</html>", corun::header_list().add("Content-Type", "text/html").add("x-request-id", "r9"));
    try {
        run(client.workflows.get("w"));
        ADD_FAILURE();
    } catch (corun::protocol_error const& e) {
        EXPECT_EQ(e.code(), corun::errc::unexpected_content_type);
        EXPECT_EQ(e.status(), 200);
        EXPECT_EQ(e.request_id(), "r9");
    }
}

TEST_F(use, an_empty_body_where_json_is_due_is_an_error) {
    wire->answer(200, "");
    try {
        run(client.workflows.get("w"));
        ADD_FAILURE();
    } catch (corun::protocol_error const& e) {
        EXPECT_EQ(e.code(), corun::errc::decode_error);
    }
}

TEST_F(use, retries_follow_the_platforms_table) {
    std::string const busy = R"({"error":{"code":"x","message":"m"}})";
    wire->answer(503, busy)
        .answer(500, busy)
        .fail(corun::errc::connect_failed, corun::phase::connect)
        .answer(200, R"({"data":{"id":"w"}})");
    auto const info = run(client.workflows.get("w").with_response());
    EXPECT_EQ(info.attempts, 4);
    ASSERT_EQ(time->sleeps().size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_GE(time->sleeps()[i], 1000ms * (1 << i));
        EXPECT_LE(time->sleeps()[i], 1000ms * (1 << i) + 500ms);
    }
    // A POST is not repeated after a 500, nor once bytes of it have left.
    wire->answer(500, busy);
    EXPECT_THROW(run(client.workflows.execute("w")), fm::server_error);
    wire->fail(corun::errc::connection_lost, corun::phase::first_byte, true);
    try {
        run(client.workflows.execute("w"));
        ADD_FAILURE();
    } catch (fm::connection_error const& e) {
        EXPECT_TRUE(e.info().outcome_unknown);
        EXPECT_EQ(e.attempts(), 1);
    }
    // … but after 429 it is, when the server says.
    wire->answer(429, busy, corun::header_list().add("Retry-After", "2.3"))
        .answer(202, R"({"data":{"execution_id":"e","workflow_id":"w","status":"pending"}})");
    run(client.workflows.execute("w"));
    EXPECT_EQ(time->sleeps().back(), 3s);
    // A wait that is too long is the caller's to decide.
    wire->answer(429, busy, corun::header_list().add("Retry-After", "86400"));
    try {
        run(client.workflows.get("w"));
        ADD_FAILURE();
    } catch (fm::rate_limit_error const& e) {
        EXPECT_EQ(e.info().retry_after, 86400s);
    }
    EXPECT_EQ(wire->count(), 9u);
}

TEST_F(use, the_key_is_never_shown) {
    wire->answer(401, R"({"error":{"code":"invalid_api_key","message":"key fm_live_key is unknown"}})");
    try {
        run(client.workflows.get("w"));
        ADD_FAILURE();
    } catch (fm::authentication_error const& e) {
        EXPECT_EQ(std::string(e.what()).find("fm_live_key"), std::string::npos);
        EXPECT_EQ(e.info().body.find("fm_live_key"), std::string::npos);
    }
}

TEST_F(use, any_path_can_be_called) {
    wire->answer(200, R"({"data":{"blocks":[]}})", corun::header_list().add("x-request-id", "r7"));
    auto const answer = run(client.request("GET", "/agents/a1/memory?per_page=5&q=a%20b"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.find("X-Request-Id"), "r7");
    EXPECT_TRUE(answer.body.at("data").at("blocks").is_array());
    EXPECT_EQ(wire->request(0).target, "/api/v1/agents/a1/memory?per_page=5&q=a%20b");
    wire->answer(200, "{}");
    run(client.request("POST", "/agents/a1/memory/search", corun::object("query", "x")));
    EXPECT_EQ(wire->request(1).body, R"({"query":"x"})");
    for (auto const* path : {"agents", "/a/../b", "/a b", "/a/%2e%2e/b", ""})
        EXPECT_THROW(run(client.request("GET", path)), corun::validation_error) << path;
    EXPECT_THROW(run(client.request("GET ", "/a")), corun::validation_error);
    EXPECT_EQ(wire->count(), 2u);
}

struct watcher : corun::observer {
    std::vector<std::string> seen;
    void attempt_started(attempt const& a) override {
        seen.push_back(
            "start " + std::string(a.operation) + ' ' + std::string(a.path) + ' ' + std::to_string(a.number));
    }
    void attempt_finished(attempt const&, int status, corun::phase_timings const&, corun::failure const* f) override {
        seen.push_back("end " + std::to_string(status) + (f ? " failed" : ""));
    }
    void retrying(attempt const&, std::chrono::milliseconds, std::string_view) override { seen.push_back("retry"); }
};

TEST_F(use, hooks_see_each_attempt) {
    auto const hooks = std::make_shared<watcher>();
    auto o = options();
    o.observer(hooks);
    fm::client const observed(runtime.executor(), o);
    wire->answer(503, "{}").answer(200, R"({"data":{"id":"w"}})");
    run(observed.workflows.get("w"));
    EXPECT_EQ(hooks->seen, (std::vector<std::string>{"start workflows.get /workflows/w 1", "end 503 failed", "retry",
                               "start workflows.get /workflows/w 2", "end 200"}));
}

}  // namespace
