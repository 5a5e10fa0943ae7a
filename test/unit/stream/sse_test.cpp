#include <corun/sse.hpp>

#include <boost/json.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace json = boost::json;
namespace sse = corun::sse;

struct event {
    std::string type;
    std::string data;
    std::string id;
    friend bool operator==(event const&, event const&) = default;
    friend std::ostream& operator<<(std::ostream& out, event const& e) {
        return out << '{' << e.type << '|' << e.data << '|' << e.id << '}';
    }
};

struct outcome {
    std::vector<event> events;
    std::optional<std::uint64_t> retry;
    std::string last_id;
    friend bool operator==(outcome const&, outcome const&) = default;
};

std::string decode64(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    int count = 0;
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (char const c : text) {
        auto const at = digits.find(c);
        if (at == std::string_view::npos) continue;
        bits = bits << 6 | static_cast<unsigned>(at);
        if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xff);
    }
    return out;
}

outcome parse(std::vector<std::string> const& chunks) {
    outcome o;
    sse::parser p;
    sse::event_view e;
    for (auto const& chunk : chunks) {
        std::string copy = chunk;  // goes away before the next chunk: a view kept for too long would show
        p.feed(copy);
        sse::status s{};
        while ((s = p.next(e)) == sse::status::event)
            o.events.push_back({std::string(e.type), std::string(e.data), std::string(e.id)});
        EXPECT_EQ(s, sse::status::need_more);
        std::fill(copy.begin(), copy.end(), '#');
    }
    p.finish();
    o.retry = p.retry();
    o.last_id = p.last_event_id();
    return o;
}

// The standard's text, written down as it stands.
outcome naive(std::string_view bytes) {
    std::string text = corun::sse::to_valid_utf8(bytes);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    outcome o;
    std::string data, type, id;
    bool any_data = false;
    for (std::size_t i = 0; i < text.size();) {
        auto const end = text.find_first_of("\r\n", i);
        if (end == std::string::npos) break;
        auto const line = text.substr(i, end - i);
        i = end + 1;
        if (text[end] == '\r' && i < text.size() && text[i] == '\n') ++i;
        if (line.empty()) {
            o.last_id = id;
            if (any_data) {
                data.pop_back();
                o.events.push_back({type.empty() ? "message" : type, data, id});
            }
            data.clear();
            type.clear();
            any_data = false;
            continue;
        }
        if (line[0] == ':') continue;
        auto const colon = line.find(':');
        auto const name = line.substr(0, colon);
        std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
        if (value.starts_with(' ')) value.erase(0, 1);
        if (name == "data") {
            data += value + '\n';
            any_data = true;
        }
        if (name == "event") type = value;
        if (name == "id" && value.find('\0') == std::string::npos) id = value;
        if (name == "retry" && !value.empty() && value.find_first_not_of("0123456789") == std::string::npos) {
            auto const digits = value.substr(std::min(value.find_first_not_of('0'), value.size()));
            bool const fits = digits.size() < 20 || (digits.size() == 20 && digits <= "18446744073709551615");
            o.retry = !fits ? UINT64_MAX : digits.empty() ? 0 : std::stoull(digits);
        }
    }
    return o;
}

std::vector<std::string> cut(std::string const& bytes, std::vector<std::size_t> const& at) {
    std::vector<std::string> chunks;
    std::size_t from = 0;
    for (auto const to : at) {
        chunks.push_back(bytes.substr(from, to - from));
        from = to;
    }
    chunks.push_back(bytes.substr(from));
    return chunks;
}

TEST(sse_cases, every_case_under_every_split) {
    std::ifstream file(CORUN_TEST_DIR "/unit/stream/sse_cases.json");
    std::stringstream text;
    text << file.rdbuf();
    auto const document = json::parse(text.str());
    auto const& cases = document.is_array() ? document.as_array() : document.at("cases").as_array();
    ASSERT_EQ(cases.size(), 61u);
    for (auto const& given : cases) {
        SCOPED_TRACE(std::string(given.at("name").as_string()));
        auto const bytes = decode64(given.at("input_base64").as_string());
        outcome expected;
        for (auto const& e : given.at("expected").as_array())
            expected.events.push_back({std::string(e.at("type").as_string()), std::string(e.at("data").as_string()),
                std::string(e.at("id").as_string())});
        if (auto const* retry = given.as_object().if_contains("retry"); retry && !retry->is_null())
            expected.retry = retry->is_double() ? UINT64_MAX : retry->to_number<std::uint64_t>();  // saturated
        if (auto const* id = given.as_object().if_contains("last_event_id"); id && !id->is_null())
            expected.last_id = id->as_string();
        ASSERT_EQ(naive(bytes), expected);
        ASSERT_EQ(parse({bytes}), expected);
        std::vector<std::size_t> each;
        for (std::size_t i = 1; i < bytes.size(); ++i) each.push_back(i);
        ASSERT_EQ(parse(cut(bytes, each)), expected);
        std::size_t const seconds = bytes.size() <= 120 ? bytes.size() : 0;  // a second cut, in short cases
        for (std::size_t i = 0; i <= bytes.size(); ++i) {
            ASSERT_EQ(parse(cut(bytes, {i})), expected) << "cut at " << i;
            for (std::size_t k = i; k < seconds; ++k) ASSERT_EQ(parse(cut(bytes, {i, k})), expected) << i << ", " << k;
        }
        if (bytes.size() <= 12) {
            for (unsigned mask = 0; mask < 1u << (bytes.size() - std::min<std::size_t>(bytes.size(), 1)); ++mask) {
                std::vector<std::size_t> at;
                for (std::size_t i = 1; i < bytes.size(); ++i)
                    if ((mask >> (i - 1) & 1) != 0) at.push_back(i);
                ASSERT_EQ(parse(cut(bytes, at)), expected) << mask;
            }
        }
    }
}

TEST(sse_random, agrees_with_the_plain_reading_of_the_standard) {
    std::mt19937 random(17);
    std::vector<std::string> const parts{"data", "event", "id", "retry", "x", ":", ": ", " ", "\n", "\r", "\r\n",
        "\n\n", "\n", "12", "99999999999999999999999", "a", "hello world, this is longer", "\xEF\xBB\xBF", "\xEF",
        "\xBB", "\xE2\x82\xAC", "\xE2\x82", "\xF0\x9F\x98\x80", "\xF0\x9F", "\xC0\xAF", "\xED\xA0\x80", "\xFF",
        std::string(1, '\0'), "data: ", "data:x\n", "event: e\n", "id: 7\n", ":c\n"};
    auto const pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes;
        for (auto n = pick(24); n > 0; --n) bytes += parts[pick(parts.size())];
        auto const expected = naive(bytes);
        std::vector<std::size_t> at;
        for (std::size_t i = 1; i < bytes.size(); ++i)
            if (pick(4) == 0) at.push_back(i);
        ASSERT_EQ(parse({bytes}), expected) << round;
        ASSERT_EQ(parse(cut(bytes, at)), expected) << round;
    }
}

TEST(sse_parser, event_in_one_chunk_is_not_copied) {
    std::string const chunk = "event: message:token\nid: 17\ndata: {\"token\":\"hello\"}\n\n";
    sse::parser p;
    sse::event_view e;
    p.feed(chunk);
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(e.data, "{\"token\":\"hello\"}");
    EXPECT_GE(e.data.data(), chunk.data());
    EXPECT_LT(e.data.data(), chunk.data() + chunk.size());
    EXPECT_EQ(e.type, "message:token");
    EXPECT_EQ(e.id, "17");
}

TEST(sse_parser, line_limit) {
    sse::parser p(sse::limits{10, 100});
    sse::event_view e;
    p.feed("data:12345\n\n");
    EXPECT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(p.next(e), sse::status::need_more);
    p.feed("data:1");
    EXPECT_EQ(p.next(e), sse::status::need_more);
    p.feed("23456");
    EXPECT_EQ(p.next(e), sse::status::line_too_long);
    EXPECT_EQ(p.next(e), sse::status::line_too_long);
    p.reset();
    p.feed("data:1\n\n");
    EXPECT_EQ(p.next(e), sse::status::event);
}

TEST(sse_parser, event_limit) {
    sse::parser p(sse::limits{100, 8});
    sse::event_view e;
    p.feed("data:1234\ndata:567\n\n");
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(e.data, "1234\n567");
    p.feed("data:1234\ndata:5678\n\n");
    while (p.next(e) == sse::status::need_more) p.feed("data:1234\ndata:5678\n\n");
    EXPECT_EQ(p.next(e), sse::status::event_too_large);
}

TEST(sse_parser, comments_are_delivered_on_request) {
    sse::parser p(sse::limits(), sse::comments::deliver);
    sse::event_view e;
    p.feed("data: a\n: keepalive\ndata: b\n\n");
    ASSERT_EQ(p.next(e), sse::status::comment);
    EXPECT_EQ(e.data, " keepalive");
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(e.data, "a\nb");
    EXPECT_EQ(p.comments_seen(), 1u);
}

TEST(sse_parser, id_is_seeded_and_kept_over_a_reset) {
    sse::parser p;
    sse::event_view e;
    p.last_event_id("seed");
    p.feed("data: 1\n\nid: 2\ndata: 2\n\nid: 3\n");
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(e.id, "seed");
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(p.next(e), sse::status::need_more);
    p.reset();
    EXPECT_EQ(p.last_event_id(), "2");
    p.feed("data: x\n\n");
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(e.id, "2");
}

TEST(sse_parser, long_line_in_small_chunks_is_linear) {
    std::string const chunk(1024, 'x');
    sse::parser p(sse::limits{64 << 20, 64 << 20});
    sse::event_view e;
    p.feed("data: ");
    EXPECT_EQ(p.next(e), sse::status::need_more);
    for (int i = 0; i < 16 * 1024; ++i) {
        p.feed(chunk);
        ASSERT_EQ(p.next(e), sse::status::need_more);
    }
    p.feed("\n\n");
    ASSERT_EQ(p.next(e), sse::status::event);
    EXPECT_EQ(e.data.size(), 16u << 20);
}

TEST(sse_utf8, one_replacement_for_each_maximal_bad_part) {
    EXPECT_EQ(sse::to_valid_utf8("a\xE2\x82"), "a\xEF\xBF\xBD");
    EXPECT_EQ(sse::to_valid_utf8("\xE2\x82z"), "\xEF\xBF\xBDz");
    EXPECT_EQ(sse::to_valid_utf8("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(sse::to_valid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(sse::to_valid_utf8("\xF0\x9F\x98"), "\xEF\xBF\xBD");
    EXPECT_EQ(sse::to_valid_utf8("\xF4\x90\x80\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
