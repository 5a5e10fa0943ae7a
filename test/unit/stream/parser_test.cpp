// What the cases do not show: copies, allocations, limits at their edges.

#include <corun/sse.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace {
std::atomic<std::size_t> allocations{0};
}

void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {

namespace sse = corun::sse;

struct seen {
    std::string type;
    std::string data;
    std::string id;
};

std::vector<seen> feed(sse::parser& p, std::string_view bytes) {
    std::vector<seen> all;
    sse::event_view e;
    p.feed(bytes);
    while (p.next(e) == sse::status::event) all.push_back({std::string(e.type), std::string(e.data), std::string(e.id)});
    return all;
}

std::string tokens(int n) {
    std::string s;
    for (int i = 0; i < n; ++i)
        s += "event: message:token\nid: 17\ndata: {\"token\":\"" + std::string(200, 'x') + "\"}\n\n";
    return s;
}

TEST(parser_memory, nothing_is_allocated_once_warm) {
    auto const stream = tokens(100);
    for (std::size_t const step : {stream.size(), std::size_t{1000}, std::size_t{7}}) {
        sse::parser p;
        sse::event_view e;
        std::size_t events = 0;
        auto const run = [&] {
            for (std::size_t i = 0; i < stream.size(); i += step) {
                p.feed(std::string_view(stream).substr(i, step));
                while (p.next(e) == sse::status::event) ++events;
            }
        };
        run();
        auto const before = allocations.load();
        run();
        EXPECT_EQ(allocations.load(), before) << "chunks of " << step;
        EXPECT_EQ(events, 200u);
    }
}

TEST(parser_memory, non_ascii_text_is_not_copied) {
    std::string const chunk = "data: \xE2\x82\xAC \xC3\xA9 \xF0\x9F\x98\x80\r\n\r\n";
    sse::parser p;
    sse::event_view e;
    p.feed(chunk);
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(e.data.data(), chunk.data() + 6);
}

TEST(parser_text, bom_split_at_each_byte) {
    for (std::size_t cut = 0; cut <= 3; ++cut) {
        sse::parser p;
        std::string_view const bytes = "\xEF\xBB\xBF" "data: a\n\n";
        EXPECT_TRUE(feed(p, bytes.substr(0, cut)).empty());
        auto const events = feed(p, bytes.substr(cut));
        ASSERT_EQ(events.size(), 1u) << cut;
        EXPECT_EQ(events[0].data, "a");
    }
}

TEST(parser_text, only_one_bom_is_dropped) {
    sse::parser p;
    EXPECT_TRUE(feed(p, "\xEF\xBB\xBF\xEF\xBB\xBF" "data: a\n\n").empty());
}

TEST(parser_text, event_is_given_at_the_cr_and_the_lf_behind_it_is_swallowed) {
    sse::parser p;
    EXPECT_EQ(feed(p, "data: a\r\n\r").size(), 1u);
    EXPECT_TRUE(feed(p, "\n").empty());
    auto const events = feed(p, "data: b\r\n\r\n");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].data, "b");
}

TEST(parser_text, bad_part_split_between_chunks_is_one_replacement) {
    sse::parser p;
    EXPECT_TRUE(feed(p, "data: a\xF0\x9F").empty());
    EXPECT_TRUE(feed(p, "\x98").empty());
    auto const events = feed(p, "b\xFF\xFE\n\n");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].data, "a\xEF\xBF\xBD" "b\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(parser_text, bad_bytes_in_type_and_id) {
    sse::parser p;
    auto const events = feed(p, "event: \xFF\nid: \xC3\ndata: x\n\n");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].type, "\xEF\xBF\xBD");
    EXPECT_EQ(events[0].id, "\xEF\xBF\xBD");
}

TEST(parser_fields, id_with_nul_is_ignored_and_id_persists) {
    sse::parser p;
    using namespace std::string_view_literals;
    auto const events = feed(p, "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\ndata: c\n\nid\ndata: d\n\n"sv);
    ASSERT_EQ(events.size(), 4u);
    EXPECT_EQ(events[1].id, "1");
    EXPECT_EQ(events[2].id, "1");
    EXPECT_EQ(events[3].id, "");
}

TEST(parser_fields, type_is_message_unless_named_and_does_not_persist) {
    sse::parser p;
    auto const events = feed(p, "event: e\ndata: a\n\ndata: b\n\nevent: x\nevent:\ndata: c\n\n");
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0].type, "e");
    EXPECT_EQ(events[1].type, "message");
    EXPECT_EQ(events[2].type, "message");
}

TEST(parser_fields, retry_saturates_and_bad_ones_are_ignored) {
    sse::parser p;
    feed(p, "retry: 18446744073709551615\n");
    EXPECT_EQ(p.retry(), UINT64_MAX);
    feed(p, "retry: 18446744073709551616\n");
    EXPECT_EQ(p.retry(), UINT64_MAX);
    feed(p, "retry: 250\nretry: \nretry: -1\nretry: 1.5\nretry: 7x\nretry\n");
    EXPECT_EQ(p.retry(), 250u);
    feed(p, "retry: 00000000000000000000000000\n");
    EXPECT_EQ(p.retry(), 0u);
}

TEST(parser_end, finish_drops_the_block_with_its_type_and_id) {
    sse::parser p;
    EXPECT_EQ(feed(p, "id: 1\ndata: a\n\nid: 2\nevent: e\ndata: b\n").size(), 1u);
    p.finish();
    EXPECT_EQ(p.last_event_id(), "1");
    auto const events = feed(p, "\ndata: c\n\n");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].type, "message");
    EXPECT_EQ(events[0].data, "c");
    EXPECT_EQ(events[0].id, "1");
}

TEST(parser_end, reset_starts_a_stream_anew) {
    sse::parser p;
    feed(p, "data: a\rdata: half");
    p.reset();
    auto const events = feed(p, "\xEF\xBB\xBF" "data: b\n\n");
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].data, "b");
}

TEST(parser_limits, a_line_of_just_the_limit_passes_however_it_is_split) {
    std::string const line = "data: 1234";
    for (std::size_t cut = 0; cut <= line.size(); ++cut) {
        sse::event_view e;
        sse::parser exact(sse::limits{line.size(), 100});
        EXPECT_TRUE(feed(exact, line.substr(0, cut)).empty());
        EXPECT_EQ(feed(exact, line.substr(cut) + "\n\n").size(), 1u) << cut;
        sse::parser below(sse::limits{line.size() - 1, 100});
        EXPECT_TRUE(feed(below, line.substr(0, cut)).empty());
        EXPECT_TRUE(feed(below, line.substr(cut) + "\n\n").empty()) << cut;
        EXPECT_EQ(below.next(e), sse::status::line_too_long);
    }
}

TEST(parser_limits, many_data_lines_count_together) {
    sse::parser p(sse::limits{100, 10});
    sse::event_view e;
    EXPECT_EQ(feed(p, "data\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n\n").size(), 1u);
    EXPECT_TRUE(feed(p, "data\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n\n").empty());
    EXPECT_EQ(p.next(e), sse::status::event_too_large);
}

TEST(parser_comments, are_counted_where_they_are_skipped) {
    sse::parser p;
    EXPECT_EQ(feed(p, ":\n: a\n:b\r\rdata: x\n:c\n\n").size(), 1u);
    EXPECT_EQ(p.comments_seen(), 4u);
}

TEST(parser_comments, delivered_in_pieces_between_the_lines_of_an_event) {
    sse::parser p(sse::limits(), sse::comments::deliver);
    sse::event_view e;
    p.feed("data: a\n: ke");
    EXPECT_EQ(p.next(e), sse::status::need_more);
    p.feed("ep \xFF\n\n");
    ASSERT_EQ(p.next(e), sse::status::comment);
    EXPECT_EQ(e.data, " keep \xEF\xBF\xBD");
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(e.data, "a");
}

// All lengths of sequence, at and beside each edge, behind runs that are checked several bytes at a time.
TEST(parser_text, edges_of_utf8_within_runs) {
    struct edge {
        std::string bytes;
        std::size_t bad;  // replacements
    };
    std::vector<edge> const edges{
        {"\xC2\x80", 0}, {"\xDF\xBF", 0}, {"\xC1\xBF", 2}, {"\xC0\x80", 2}, {"\xE0\xA0\x80", 0}, {"\xE0\x9F\xBF", 3},
        {"\xED\x9F\xBF", 0}, {"\xED\xA0\x80", 3}, {"\xEE\x80\x80", 0}, {"\xEF\xBF\xBF", 0}, {"\xF0\x90\x80\x80", 0},
        {"\xF0\x8F\xBF\xBF", 4}, {"\xF4\x8F\xBF\xBF", 0}, {"\xF4\x90\x80\x80", 4}, {"\xF5\x80\x80\x80", 4}, {"\x80", 1},
        {"\xC2", 1}, {"\xE1\x80", 1}, {"\xF1\x80\x80", 1}};
    std::string const mark = "\xEF\xBF\xBD";
    for (std::string const unit : {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
        for (auto const& e : edges) {
            for (int before = 0; before <= 9; ++before) {
                for (int after = 0; after <= 9; ++after) {
                    std::string head, tail, expected;
                    for (int i = 0; i < before; ++i) head += unit;
                    for (int i = 0; i < after; ++i) tail += unit;
                    expected = head;
                    if (e.bad == 0) expected += e.bytes;
                    for (std::size_t i = 0; i < e.bad; ++i) expected += mark;
                    expected += tail;
                    ASSERT_EQ(sse::to_valid_utf8(head + e.bytes + tail), expected);
                }
            }
        }
    }
}

TEST(parser_text, type_and_id_survive_chunks_that_go_away) {
    std::string const bytes = "event: a-type-that-is-longer-than-any-small-string\nid: an-id-longer-than-any-small-string\n"
                              ": c\ndata: x\n\ndata: y\n\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        sse::parser p(sse::limits(), sse::comments::deliver);
        sse::event_view e;
        std::vector<seen> events;
        for (auto part : {bytes.substr(0, cut), bytes.substr(cut)}) {
            p.feed(part);
            for (auto s = p.next(e); s != sse::status::need_more; s = p.next(e))
                if (s == sse::status::event) events.push_back({std::string(e.type), std::string(e.data), std::string(e.id)});
            part.assign(part.size(), '#');
        }
        ASSERT_EQ(events.size(), 2u);
        EXPECT_EQ(events[0].type, "a-type-that-is-longer-than-any-small-string") << cut;
        EXPECT_EQ(events[1].type, "message");
        EXPECT_EQ(events[1].id, "an-id-longer-than-any-small-string");
    }
}

}  // namespace
