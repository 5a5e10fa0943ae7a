#include "fixture.hpp"

#include <algorithm>
#include <array>

namespace {

using namespace test;

// wire/promptrails §14.9, with the members spread over all kinds of events.
std::string const turn =
    frame("execution", R"({"execution_id":"e2","user_message_id":"m2"})") +
    frame("thinking", R"({"content":"Looking the order up"})") +
    frame("tool_start", R"({"id":"call_1","name":"order_lookup"})") + ": keep-alive\n\n" +
    frame("tool_end", R"({"id":"call_1","name":"order_lookup","summary":"1 order found"})") +
    frame("ping", R"({"t":1741169400})") + frame("content", R"({"content":"Order 42 "})") +
    frame("content", "{\"content\":\"left the depot \u2014 \"}") +
    frame("content", R"({"content":"it arrives today."})") +
    frame("done", "{\"output\":{\"content\":\"Order 42 left the depot \u2014 it arrives today.\"},"
                  "\"token_usage\":{\"prompt_tokens\":100,\"completion_tokens\":60,\"total_tokens\":160}}");
std::string const turn_names = "execution thinking tool_start tool_end ?ping content content content done";

class stream : public scripted {
public:
    corun::event_stream<pr::stream_event> ask() { return client.chat.send_message_stream("s", "Where is order 42?"); }
};

TEST_F(stream, a_whole_turn) {
    wire->stream().bytes(turn);
    auto const events = all(ask());
    ASSERT_EQ(names(events), turn_names);
    EXPECT_EQ(std::get<pr::execution_event>(events[0]).execution_id, "e2");
    EXPECT_EQ(std::get<pr::execution_event>(events[0]).user_message_id, "m2");
    EXPECT_EQ(std::get<pr::thinking_event>(events[1]).content, "Looking the order up");
    EXPECT_EQ(std::get<pr::tool_start_event>(events[2]).name, "order_lookup");
    EXPECT_EQ(std::get<pr::tool_end_event>(events[3]).id, "call_1");
    EXPECT_EQ(std::get<pr::tool_end_event>(events[3]).summary, "1 order found");
    EXPECT_EQ(std::get<pr::unknown_event>(events[4]).text, R"({"t":1741169400})");
    EXPECT_EQ(std::get<pr::content_event>(events[6]).content, "left the depot \u2014 ");
    auto const& done = std::get<pr::done_event>(events[8]);
    EXPECT_EQ(done.output->at("content"), "Order 42 left the depot \u2014 it arrives today.");
    EXPECT_EQ(done.token_usage.prompt_tokens, 100);
    EXPECT_EQ(done.token_usage.completion_tokens, 60);
    EXPECT_EQ(done.token_usage.total_tokens, 160);
    EXPECT_EQ(wire->open_bodies(), 0);

    auto const text = wire->wire(0);
    EXPECT_TRUE(text.starts_with("POST /api/v1/chat/sessions/s/messages/stream HTTP/1.1\r\n")) << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\n{\"content\":\"Where is order 42?\"}")) << text;
    EXPECT_EQ(wire->request(0).headers.find("Accept"), "text/event-stream");
    EXPECT_EQ(wire->request(0).headers.find("Content-Type"), "application/json");
}

TEST_F(stream, the_same_events_under_every_split_and_line_end) {
    for (std::string_view const line_end : {"\n", "\r\n", "\r"}) {
        std::string text;
        for (char const c : turn) {
            if (c == '\n')
                text += line_end;
            else
                text += c;
        }
        for (std::size_t at = 1; at < text.size(); ++at) {
            wire->stream().bytes(text.substr(0, at)).bytes(text.substr(at));
            ASSERT_EQ(names(all(ask())), turn_names) << at;
        }
        wire->stream();
        for (char const c : text) wire->bytes(std::string(1, c));
        ASSERT_EQ(names(all(ask())), turn_names);
    }
}

TEST_F(stream, a_cut_at_every_byte_is_never_taken_for_the_end) {
    for (bool const lost : {false, true}) {
        for (std::size_t at = 0; at + 1 < turn.size(); ++at) {
            wire->stream().bytes(turn.substr(0, at));
            if (lost) wire->cut();
            auto events = ask();
            try {
                while (run(events.next())) {
                }
                ADD_FAILURE() << at;
            } catch (pr::stream_error const& e) {
                EXPECT_EQ(e.code(), lost ? corun::errc::stream_interrupted : corun::errc::incomplete_stream) << at;
            }
            EXPECT_FALSE(run(events.next()));
        }
    }
    EXPECT_EQ(wire->open_bodies(), 0);
}

TEST_F(stream, ends_after_done_though_more_comes) {
    wire->stream().bytes(frame("done", "{}") + frame("content", R"({"content":"late"})")).open_end();
    EXPECT_EQ(names(all(ask())), "done");
    EXPECT_EQ(wire->open_bodies(), 0);
}

TEST_F(stream, an_error_event_is_delivered_and_ends_it) {
    wire->stream().bytes(
        frame("content", R"({"content":"categ"})") + frame("error", R"({"message":"model provider unavailable"})"));
    auto const events = all(client.executions.stream("e1"));
    ASSERT_EQ(names(events), "content error");
    EXPECT_EQ(std::get<pr::error_event>(events[1]).message, "model provider unavailable");
    EXPECT_TRUE(wire->wire(0).starts_with("GET /api/v1/executions/e1/stream HTTP/1.1\r\n"));
    EXPECT_EQ(wire->request(0).headers.find("Accept"), "text/event-stream");
}

struct reading {
    std::string bytes;
    std::string name;
    std::string shown;
};

std::string show(pr::stream_event const& event) {
    struct {
        std::string operator()(pr::execution_event const& e) const {
            return e.execution_id + "|" + e.user_message_id.value_or("-");
        }
        std::string operator()(pr::thinking_event const& e) const { return e.content; }
        std::string operator()(pr::tool_start_event const& e) const { return e.id + "|" + e.name; }
        std::string operator()(pr::tool_end_event const& e) const {
            return e.id + "|" + e.name + "|" + e.summary.value_or("-");
        }
        std::string operator()(pr::content_event const& e) const { return e.content; }
        std::string operator()(pr::done_event const& e) const {
            return (e.output ? json::serialize(*e.output) : "-") + "|" +
                   std::to_string(e.token_usage.total_tokens.value_or(-1));
        }
        std::string operator()(pr::error_event const& e) const { return e.message; }
        std::string operator()(pr::unknown_event const& e) const { return e.text; }
    } const visitor;
    return std::visit(visitor, event);
}

// wire/promptrails §9.3, row by row.
TEST_F(stream, parser_rules) {
    std::vector<reading> const table{
        {"event:content\ndata:{\"content\":\"x\"}\n\n", "content", "x"},
        {"event:  content \ndata: {\"content\":\"x\"}\n\n", "content", "x"},
        {"event: content\ndata: {\"content\":\ndata: \"x\"}\n\n", "content", "x"},
        {"id: 7\nretry: 10\nfoo: bar\nevent: content\ndata: {\"content\":\"x\"}\n\n", "content", "x"},
        {"event: content\n\nevent: thinking\ndata: {\"content\":\"y\"}\n\n", "thinking", "y"},
        {"data: {\"content\":\"x\"}\n\n", "?message", R"({"content":"x"})"},
        {"\xEF\xBB\xBF"
         "event: content\ndata: {\"content\":\"x\"}\n\n",
            "content", "x"},
        {"event: content\ndata: not json\n\n", "?content", "not json"},
        {"event: content\ndata: [1]\n\n", "?content", "[1]"},
        {"event: content\ndata: {}\n\n", "content", ""},
        {"event: content\ndata: {\"content\":7}\n\n", "content", ""},
        {"event: content\ndata: {\"content\":null}\n\n", "content", ""},
        {"event: content\ndata: {\"content\":\"a\xFF\"}\n\n", "content", "a\xEF\xBF\xBD"},
        {"event: execution\ndata: {}\n\n", "?execution", "{}"},
        {"event: execution\ndata: {\"execution_id\":\"\"}\n\n", "?execution", R"({"execution_id":""})"},
        {"event: execution\ndata: {\"execution_id\":7}\n\n", "?execution", R"({"execution_id":7})"},
        {"event: execution\ndata: {\"execution_id\":\"e\",\"user_message_id\":7}\n\n", "execution", "e|-"},
        {"event: tool_start\ndata: {\"id\":7,\"name\":\"n\"}\n\n", "?tool_start", R"({"id":7,"name":"n"})"},
        {"event: tool_start\ndata: {\"id\":\"c\",\"name\":7}\n\n", "tool_start", "c|"},
        {"event: tool_end\ndata: {\"id\":\"c\",\"summary\":\"\"}\n\n", "tool_end", "c||-"},
        {"event: tool_end\ndata: {\"id\":\"c\",\"summary\":{}}\n\n", "tool_end", "c||-"},
        {"event: done\ndata: {}\n\n", "done", "-|-1"},
        {"event: done\ndata: {\"output\":\"x\",\"token_usage\":null}\n\n", "done", "-|-1"},
        {"event: done\ndata: {\"output\":{\"a\":1},\"token_usage\":[1]}\n\n", "done", R"({"a":1}|-1)"},
        {"event: done\ndata: {\"token_usage\":{\"total_tokens\":\"x\"}}\n\n", "done", "-|-1"},
        {"event: done\ndata: {\"token_usage\":{\"total_tokens\":5.0,\"prompt_tokens\":\"x\"}}\n\n", "done", "-|5"},
        {"event: error\ndata: {\"error\":\"e\"}\n\n", "error", "e"},
        {"event: error\ndata: {\"message\":\"m\",\"error\":\"e\"}\n\n", "error", "m"},
        {"event: error\ndata: {}\n\n", "error", "stream error"},
        {"event: error\ndata: {\"message\":5}\n\n", "error", "stream error"},
    };
    for (auto const& row : table) {
        wire->stream().bytes(row.bytes).open_end();
        auto events = ask();
        auto const event = run(events.next());
        ASSERT_TRUE(event) << row.bytes;
        EXPECT_EQ(name_of(*event), row.name) << row.bytes;
        EXPECT_EQ(show(*event), row.shown) << row.bytes;
    }
}

TEST_F(stream, members_that_are_not_known_are_kept) {
    wire->stream().bytes(frame("content", R"({"content":"x","index":3})") +
                         frame("done", R"({"token_usage":{"cached_tokens":4,"novel":1}})"));
    auto const events = all(ask());
    EXPECT_EQ(std::get<pr::content_event>(events[0]).extra.at("index"), 3);
    EXPECT_EQ(std::get<pr::done_event>(events[1]).token_usage.cached_tokens, 4);
    EXPECT_EQ(std::get<pr::done_event>(events[1]).token_usage.extra.at("novel"), 1);
}

TEST_F(stream, a_turn_is_never_sent_twice) {
    wire->answer(503, "{}", corun::header_list().add("Retry-After", "0")).stream().bytes(turn);
    auto refused = ask();
    EXPECT_THROW(run(refused.next()), pr::server_error);
    EXPECT_EQ(wire->count(), 1u);
    all(ask());

    wire->stream().bytes(frame("content", R"({"content":"x"})")).cut();
    auto broken = ask();
    run(broken.next());
    EXPECT_THROW(run(broken.next()), pr::stream_error);
    EXPECT_EQ(wire->count(), 3u);

    wire->fail(corun::errc::connect_failed, corun::phase::connect);
    auto unreachable = ask();
    EXPECT_THROW(run(unreachable.next()), pr::connection_error);
    EXPECT_EQ(wire->count(), 4u);
}

TEST_F(stream, a_refusal_is_the_error_of_a_call) {
    wire->answer(404, R"({"error":{"code":"not_found","message":"execution not found"}})");
    auto events = client.executions.stream("nope");
    try {
        run(events.next());
        ADD_FAILURE();
    } catch (pr::not_found_error const& e) {
        EXPECT_EQ(e.message(), "execution not found");
        EXPECT_EQ(e.api_code(), "not_found");
    }
    wire->answer(302, "", corun::header_list().add("Location", "/elsewhere"));
    auto moved = client.executions.stream("e");
    EXPECT_THROW(run(moved.next()), pr::error);
    EXPECT_EQ(wire->count(), 2u);
}

TEST_F(stream, a_hundred_thousand_events) {
    wire->stream();
    std::string piece;
    for (int i = 0; i < 100; ++i) piece += frame("content", R"({"content":"word "})");
    for (int i = 0; i < 1000; ++i) wire->bytes(piece);
    wire->bytes(frame("done", "{}"));
    auto events = ask();
    std::size_t count = 0;
    run([](corun::event_stream<pr::stream_event>& from, std::size_t& n) -> boost::asio::awaitable<void> {
        while (auto event = co_await from.next()) ++n;
    }(events, count));
    EXPECT_EQ(count, 100'001u);
}

TEST_F(stream, collected) {
    wire->stream().bytes(turn);
    auto const answer = run(pr::collect(ask()));
    EXPECT_EQ(answer.text, "Order 42 left the depot \u2014 it arrives today.");
    EXPECT_EQ(answer.token_usage.total_tokens, 160);
    EXPECT_EQ(answer.execution_id, "e2");

    wire->stream().bytes(frame("done", R"({"output":{"content":"all at once"}})"));
    EXPECT_EQ(run(pr::collect(client.executions.stream("e"))).text, "all at once");

    wire->stream().bytes(frame("content", R"({"content":"half"})") + frame("error", R"({"message":"gone"})"));
    try {
        run(pr::collect(ask()));
        ADD_FAILURE();
    } catch (pr::error const& e) {
        EXPECT_EQ(e.code(), corun::errc::run_failed);
        EXPECT_EQ(e.message(), "gone");
        EXPECT_EQ(e.details().at("content"), "half");
    }
}

TEST_F(stream, silence_has_its_limits) {
    wire->stream().open_end();
    auto events = ask();
    auto const began = time->now();
    EXPECT_THROW(run(events.next()), pr::stream_timeout_error);
    EXPECT_EQ(time->now() - began, 120s);
}

}  // namespace
