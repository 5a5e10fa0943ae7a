#include "fixture.hpp"

namespace {

using namespace test;

std::string event(std::string_view name, std::string_view data) {
    return "event: " + std::string(name) + "\ndata: " + std::string(data) + "\n\n";
}

std::string const connected = event("connected", R"({"execution_id":"e1","status":"pending"})");
std::string const completed = event("execution:completed",
    R"({"type":"execution:completed","execution_id":"e1","status":"completed","outputs":{"x":1}})");
std::string record(std::string_view status) {
    return R"({"data":{"id":"e1","workflow_id":"w","status":")" + std::string(status) +
           R"(","outputs":{"x":2},"error":null}})";
}

class run_stream : public scripted {};

TEST_F(run_stream, live_events_in_order_then_the_end) {
    wire->stream()
        .bytes(connected)
        .bytes(event("node:started",
            R"({"type":"node:started","execution_id":"e1","node_id":"n","node_name":"N","node_type":"llm","timestamp":5})"))
        .bytes(": keepalive\n\n")
        .bytes(completed)
        .bytes(event("late", "{}"));
    auto stream = client.executions.stream("e1");
    auto const first = run(stream.next());
    EXPECT_EQ(std::get<fm::execution_connected>(*first).status, fm::execution_status::pending);
    EXPECT_EQ(std::get<fm::execution_connected>(*first).type, fm::execution_event_type::connected);
    auto const second = run(stream.next());
    EXPECT_EQ(std::get<fm::node_started>(*second).node_name, "N");
    EXPECT_EQ(std::get<fm::node_started>(*second).timestamp, 5);
    auto const third = run(stream.next());
    EXPECT_EQ(std::get<fm::execution_completed>(*third).outputs.at("x"), 1);
    EXPECT_EQ(wire->open_bodies(), 0) << "the connection is free once the terminal event is there";
    EXPECT_FALSE(run(stream.next()));
    EXPECT_FALSE(run(stream.next()));
    EXPECT_EQ(wire->wire(0).substr(0, 48), "GET /api/v1/executions/e1/events HTTP/1.1\r\nHost:");
    EXPECT_EQ(wire->request(0).headers.find("Accept"), "text/event-stream");
    EXPECT_EQ(wire->request(0).headers.find("Cache-Control"), "no-cache");
}

TEST_F(run_stream, nothing_is_sent_before_the_first_next) {
    {
        auto const stream = client.executions.stream("e1");
    }
    EXPECT_EQ(wire->count(), 0u);
}

struct spelling {
    std::string data;
    std::string name;
};

TEST_F(run_stream, every_spelling_gives_the_same) {
    for (auto const& given :
        {spelling{
             R"({"type":"node:completed","executionId":"e1","nodeId":"n","nodeName":"N","nodeType":"t","output":{"a":1},"duration":7})",
             "node:completed"},
            spelling{
                R"({"type":"node:completed","execution_id":"e1","node_id":"n","node_name":"N","node_type":"t","outputs":{"a":1},"duration_ms":7})",
                "message"},
            spelling{
                R"({"type":"node:completed","executionId":"e1","sequence":3,"data":{"nodeId":"n","nodeName":"N","nodeType":"t","output":{"a":1},"durationMs":7}})",
                "x"},
            spelling{
                R"({"nodeId":"n","nodeName":"N","nodeType":"t","output":{"a":1},"duration":7})", "node:completed"}}) {
        wire->stream().bytes(event(given.name, given.data)).bytes(completed);
        auto const events = all(client.executions.stream("e1"));
        ASSERT_EQ(names(events), "node:completed execution:completed") << given.data;
        auto const& e = std::get<fm::node_completed>(events[0]);
        EXPECT_EQ(e.execution_id, "e1");
        EXPECT_EQ(e.node_id, "n");
        EXPECT_EQ(e.node_name, "N");
        EXPECT_EQ(e.node_type, "t");
        EXPECT_EQ(e.outputs.at("a"), 1);
        EXPECT_EQ(e.duration_ms, 7);
    }
}

TEST_F(run_stream, what_is_unknown_or_malformed_is_delivered) {
    wire->stream()
        .bytes(event("execution:paused", R"({"type":"execution:paused","x":1})"))
        .bytes(event("node:started", "not json"))
        .bytes(completed);
    auto const events = all(client.executions.stream("e1"));
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(std::get<fm::unknown_event>(events[0]).name, "execution:paused");
    EXPECT_EQ(std::get<fm::unknown_event>(events[0]).text, R"({"type":"execution:paused","x":1})");
    EXPECT_EQ(std::get<fm::unknown_event>(events[1]).text, "not json");
}

TEST_F(run_stream, watchdog_asks_when_nothing_comes) {
    wire->stream().bytes(connected).silence().bytes(": keepalive\n\n").silence().open_end();
    wire->answer(200, record("running")).answer(200, record("completed"));
    auto const began = time->now();
    auto const events = all(client.executions.stream("e1"));
    ASSERT_EQ(names(events), "connected execution:completed");
    auto const& last = std::get<fm::execution_completed>(events[1]);
    EXPECT_TRUE(last.synthetic);
    EXPECT_EQ(last.outputs.at("x"), 2);
    EXPECT_EQ(time->now() - began, 10s);
    EXPECT_EQ(wire->count(), 3u);
    EXPECT_EQ(wire->open_bodies(), 0);
}

TEST_F(run_stream, watchdog_can_be_switched_off_and_then_the_stream_idles_out) {
    auto o = options();
    o.stream_watchdog(0s);
    fm::client const patient(runtime.executor(), o);
    wire->stream().bytes(connected).open_end();
    auto stream = patient.executions.stream("e1");
    run(stream.next());
    auto const began = time->now();
    try {
        run(stream.next());
        ADD_FAILURE();
    } catch (fm::stream_error const& e) {
        EXPECT_EQ(e.info().where, corun::phase::idle);
        EXPECT_NE(dynamic_cast<corun::timeout_error const*>(&e), nullptr);
    }
    EXPECT_EQ(time->now() - began, 90s);
    EXPECT_EQ(wire->count(), 1u);
}

TEST_F(run_stream, outcome_is_looked_up_after_a_cut) {
    wire->stream().bytes(connected).cut();
    wire->answer(200, record("failed"));
    auto const events = all(client.executions.stream("e1"));
    ASSERT_EQ(names(events), "connected execution:failed");
    EXPECT_TRUE(std::get<fm::execution_failed>(events[1]).synthetic);
}

TEST_F(run_stream, an_end_without_outcome_is_an_error) {
    for (bool const cut : {false, true}) {
        wire->stream().bytes(connected);
        if (cut) wire->cut();
        wire->answer(200, record("running"));
        auto stream = client.executions.stream("e1");
        run(stream.next());
        try {
            run(stream.next());
            ADD_FAILURE();
        } catch (fm::stream_error const& e) {
            EXPECT_EQ(e.code(), cut ? corun::errc::stream_interrupted : corun::errc::incomplete_stream);
        }
        EXPECT_FALSE(run(stream.next()));
    }
}

TEST_F(run_stream, errors_while_opening_are_those_of_a_call) {
    wire->answer(404, R"({"error":{"code":"resource_not_found","message":"m"}})");
    auto missing = client.executions.stream("e1");
    EXPECT_THROW(run(missing.next()), fm::not_found_error);
    wire->answer(200, "<html>", corun::header_list().add("Content-Type", "text/html"));
    auto html = client.executions.stream("e1");
    EXPECT_THROW(run(html.next()), fm::stream_error);
    wire->answer(503, "{}").stream().bytes(completed);
    EXPECT_EQ(names(all(client.executions.stream("e1"))), "execution:completed");
}

TEST_F(run_stream, an_event_over_the_limit_is_an_error) {
    auto o = options();
    o.max_event(100);
    fm::client const small(runtime.executor(), o);
    wire->stream().bytes(event("node:started", std::string(200, 'x'))).open_end();
    auto stream = small.executions.stream("e1");
    try {
        run(stream.next());
        ADD_FAILURE();
    } catch (fm::stream_error const& e) {
        EXPECT_EQ(e.code(), corun::errc::event_limit);
    }
    EXPECT_EQ(wire->open_bodies(), 0);
}

TEST_F(run_stream, dropping_the_stream_frees_the_connection) {
    wire->stream().bytes(connected).open_end();
    {
        auto stream = client.executions.stream("e1");
        run(stream.next());
        EXPECT_EQ(wire->open_bodies(), 1);
    }
    EXPECT_EQ(wire->open_bodies(), 0);
}

class talk : public scripted {
public:
    static std::string said(std::string_view name, std::string_view more) {
        return event(name, R"({"type":")" + std::string(name) + R"(","thread_id":"t1")" + std::string(more) + "}");
    }
};

TEST_F(talk, asks_then_listens) {
    wire->answer(202, R"({"data":{"message_id":"m2","thread_id":"t1","status":"processing"}})");
    wire->stream()
        .bytes(said("connected", ""))
        .bytes(said("message:completed", R"(,"message_id":"m1","content":"earlier")"))
        .bytes(said("message:started", R"(,"message_id":"m2")"))
        .bytes(said("message:token", R"(,"message_id":"m2","token":"He","index":0)"))
        .bytes(said("message:token", R"(,"message_id":"m2","token":"y\n","index":1)"))
        .bytes(said("message:completed", R"(,"message_id":"m2","content":"Hey\n","usage":{"total_tokens":5})"));
    auto const events = all(client.threads.send_message_stream("t1", "hi"));
    ASSERT_EQ(
        names(events), "connected message:completed message:started message:token message:token message:completed");
    std::string text;
    for (auto const& e : events)
        if (auto const* token = std::get_if<fm::message_token>(&e)) text += token->token;
    EXPECT_EQ(text, "Hey\n");
    EXPECT_EQ(std::get<fm::message_completed>(events.back()).usage->total_tokens, 5);
    EXPECT_EQ(wire->request(0).body, R"({"content":"hi","stream":true})");
    EXPECT_EQ(wire->request(1).target, "/api/v1/threads/t1/events");
    EXPECT_EQ(wire->count(), 2u);
}

TEST_F(talk, an_answer_that_streams_itself_is_read) {
    wire->stream()
        .bytes(said("thread:message:token", R"(,"messageId":"m","content":"x")"))
        .bytes(said("agent:execution:completed", R"(,"finalMessage":"x")"));
    auto const events = all(client.threads.send_message_stream("t1", "hi"));
    ASSERT_EQ(names(events), "message:token message:completed");
    EXPECT_EQ(std::get<fm::message_token>(events[0]).token, "x");
    EXPECT_EQ(std::get<fm::message_completed>(events[1]).content, "x");
    EXPECT_EQ(wire->count(), 1u);
}

TEST_F(talk, falls_back_where_the_server_cannot_stream) {
    std::string const refused = R"({"error":{"code":"not_implemented","message":"no streaming here"}})";
    wire->answer(501, refused)
        .answer(200,
            R"({"data":{"execution_id":"e","thread_id":"t1","status":"completed","message":{"role":"assistant","content":"Hello"}}})");
    auto const events = all(client.threads.send_message_stream("t1", "hi"));
    ASSERT_EQ(names(events), "message:started message:token message:completed");
    EXPECT_TRUE(std::get<fm::message_token>(events[1]).synthetic);
    EXPECT_EQ(std::get<fm::message_completed>(events[2]).content, "Hello");
    EXPECT_EQ(wire->request(1).body, R"({"content":"hi","stream":false})");

    auto o = options();
    o.stream_fallback(false);
    fm::client const strict(runtime.executor(), o);
    wire->answer(501, refused);
    auto stream = strict.threads.send_message_stream("t1", "hi");
    EXPECT_THROW(run(stream.next()), fm::server_error);
}

TEST_F(talk, is_never_sent_twice) {
    wire->answer(202, R"({"data":{"message_id":"m2","thread_id":"t1","status":"processing"}})");
    wire->answer(404, R"({"message":"Route GET:/x not found","error":"Not Found","statusCode":404})");
    auto stream = client.threads.send_message_stream("t1", "hi");
    try {
        run(stream.next());
        ADD_FAILURE();
    } catch (fm::not_found_error const& e) {
        EXPECT_NE(std::string(e.what()).find("m2"), std::string::npos);
    }
    wire->fail(corun::errc::connection_lost, corun::phase::first_byte, true);
    auto lost = client.threads.send_message_stream("t1", "hi");
    EXPECT_THROW(run(lost.next()), fm::connection_error);
    EXPECT_EQ(wire->count(), 3u);
}

TEST_F(talk, a_failed_message_is_an_event) {
    wire->stream().bytes(said("message:failed", R"(,"error":{"message":"no credits"})"));
    auto const events = all(client.threads.stream("t1"));
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(std::get<fm::message_failed>(events[0]).error, "no credits");
}

}  // namespace
