#include "sample_types.hpp"
#include "support/mutation.hpp"

#include <corun/json.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace corun;

namespace {

constexpr std::string_view full = R"({
    "id": "wf_1", "label": "a", "on": true, "state": "running", "note": "n", "score": 0.25, "kind": "k",
    "tags": ["x", "y"], "nodes": [{"id": "n1", "children": [{"id": "n2", "children": []}]}, {"id": "n3", "children": []}],
    "counts": {"a": 1, "b/c": 2}, "by_name": {"first": {"id": "n4", "children": []}, "none": null},
    "figures": {"i32": -1, "u32": 2, "i64": -3, "u64": 4, "real": 5.5},
    "any": {"deep": [1, 2.5, "x", null]}, "inputs": {"q": "?"}, "rows": [1, [2]], "outputs": {"r": 1}})";

template <class T>
T decoded(std::string_view text) {
    T value;
    decode_error why;
    EXPECT_TRUE(decode(text, value, why)) << why.text() << '\n' << text;
    return value;
}

template <class T>
decode_error refused(std::string_view text) {
    T value;
    decode_error why;
    EXPECT_FALSE(decode(text, value, why)) << text;
    return why;
}

template <class T>
std::string encoded(T const& value) {
    std::string text;
    decode_error why;
    EXPECT_TRUE(encode(value, text, why)) << why.text();
    return text;
}

/// An everything with the required members and more.
std::string with(std::string_view more) {
    std::string text = R"({"id":"i","state":"pending","kind":"k")";
    if (!more.empty()) text += ',';
    return text += std::string(more) += '}';
}

std::string nested(std::size_t levels, char open, char close) {
    return std::string(levels, open) + std::string(levels, close);
}

}  // namespace

TEST(decode, fills_every_kind_of_member) {
    auto const v = decoded<sample::everything>(full);
    EXPECT_EQ(v.id, "wf_1");
    EXPECT_EQ(v.label, "a");
    EXPECT_TRUE(v.on);
    EXPECT_EQ(v.state, sample::status::running);
    EXPECT_EQ(v.note, "n");
    EXPECT_EQ(v.score, 0.25);
    EXPECT_EQ(v.tags, (std::vector<std::string>{"x", "y"}));
    ASSERT_EQ(v.nodes.size(), 2U);
    ASSERT_EQ(v.nodes[0].children.size(), 1U);
    EXPECT_EQ(v.nodes[0].children[0].id, "n2");
    EXPECT_EQ(v.nodes[1].id, "n3");
    EXPECT_EQ(v.counts.at("b/c"), 2);
    EXPECT_EQ(v.by_name.at("first")->id, "n4");
    EXPECT_FALSE(v.by_name.at("none").has_value());
    ASSERT_TRUE(v.figures.has_value());
    EXPECT_EQ(v.figures->i64, -3);
    EXPECT_EQ(v.figures->real, 5.5);
    EXPECT_EQ(v.any, parse_text(R"({"deep":[1,2.5,"x",null]})"));
    EXPECT_EQ(v.inputs.at("q"), "?");
    EXPECT_EQ(v.rows, array(1, array(2)));
    EXPECT_EQ(v.outputs->at("r"), 1);
    EXPECT_TRUE(v.extra.empty());
}

TEST(decode, gives_the_same_from_any_split_and_from_a_parsed_value) {
    auto const once = encoded(decoded<sample::everything>(full));
    decoder<sample::everything> in_pieces;
    sample::everything v;
    for (std::size_t cut = 0; cut <= full.size(); ++cut) {
        in_pieces.start(v);
        ASSERT_TRUE(in_pieces.write_some(full.substr(0, cut))) << cut << in_pieces.error().text();
        ASSERT_TRUE(in_pieces.write_some(full.substr(cut))) << cut << in_pieces.error().text();
        ASSERT_TRUE(in_pieces.finish()) << cut;
        ASSERT_EQ(encoded(v), once) << cut;
    }
    in_pieces.start(v);
    for (char c : full) ASSERT_TRUE(in_pieces.write_some({&c, 1}));
    ASSERT_TRUE(in_pieces.finish());
    EXPECT_EQ(encoded(v), once);

    decode_error why;
    ASSERT_TRUE(decode_value(parse_text(full), v, why)) << why.text();
    EXPECT_EQ(encoded(v), once);
    ASSERT_TRUE(in_pieces.whole(full, v));
    EXPECT_EQ(encoded(v), once);
}

TEST(decode, survives_or_names_every_mutation) {
    test::check_mutations<sample::everything>(full);
    test::check_mutations<sample::envelope<std::vector<sample::node>>>(
        R"({"data":[{"id":"a","children":[]},{"id":"b","children":[{"id":"c","children":[]}]}],"request_id":"r"})");
    test::check_mutations<sample::token>(
        R"({"type":"message:token","threadId":"t","message_id":"m","token":"x","index":0})");
}

TEST(decode, names_the_place_and_never_the_value) {
    struct {
        std::string_view text, pointer, message;
    } const cases[] = {
        {R"({"data":{"id":7}})", "/data/id", "expected a string, found a number"},
        {R"({"data":{}})", "/data/id", "missing"},
        {R"({})", "/data", "missing"},
        {R"([])", "", "expected an object, found an array"},
        {R"(null)", "", "expected an object, found null"},
        {R"("secret")", "", "expected an object, found a string"},
        {R"({"data":null})", "/data", "expected an object, found null"},
        {R"({"data":{"id":null}})", "/data/id", "expected a string, found null"},
        {R"({"data":{"id":"a","children":[{"id":"b"},{"id":"c","children":[{"id":true}]}]}})",
         "/data/children/1/children/0/id", "expected a string, found a boolean"},
        {R"({"data":{"id":"a","children":[null]}})", "/data/children/0", "expected an object, found null"},
        {R"({"data":{"id":"a","children":["secret"]}})", "/data/children/0", "expected an object, found a string"},
        {R"({"data":{"id":"a"},"request_id":{"secret":1}})", "/request_id", "expected a string, found an object"},
    };
    for (auto const& c : cases) {
        auto const why = refused<sample::envelope<sample::node>>(c.text);
        EXPECT_EQ(why.pointer, c.pointer) << c.text;
        EXPECT_EQ(why.message, c.message) << c.text;
        EXPECT_EQ(why.text().find("secret"), std::string::npos) << c.text;
        EXPECT_NE(why.offset, decode_error::npos) << c.text;
    }
    EXPECT_EQ(refused<sample::everything>(with(R"("counts":{"a":1,"x~y/z":"no"})")).pointer, "/counts/x~0y~1z");
    EXPECT_EQ(refused<sample::everything>(with(R"("by_name":{"a":{"id":"1"},"b":{"id":2}})")).pointer, "/by_name/b/id");
}

TEST(decode, reads_aliases_by_preference_wherever_they_stand) {
    struct {
        std::string_view members, kind;
    } const cases[] = {
        {R"("kind":"k","type":"t","trigger_type":"r")", "k"}, {R"("trigger_type":"r","type":"t","kind":"k")", "k"},
        {R"("type":"t","trigger_type":"r")", "t"},            {R"("trigger_type":"r","type":"t")", "t"},
        {R"("trigger_type":"r")", "r"},                       {R"("kind":null,"type":"t")", "t"},
        {R"("type":"t","kind":null)", "t"},                   {R"("kind":null,"type":null,"trigger_type":"r")", "r"},
        {R"("trigger_type":"r","kind":null,"type":null)", "r"},
        {R"("kind":"1","kind":"2","type":"t")", "2"},         {R"("kind":"k","type":{"not":["looked","at",1e3]})", "k"},
        {R"("kind":"k","type":[[1]],"trigger_type":-1)", "k"}, {R"("kind":null)", ""},
        {R"("kind":"1","kind":null)", ""},
    };
    for (auto const& c : cases) {
        auto const text = R"({"id":"i","state":"pending",)" + std::string(c.members) + '}';
        auto const v = decoded<sample::everything>(text);
        EXPECT_EQ(v.kind, c.kind) << text;
        EXPECT_TRUE(v.extra.empty()) << text;
    }
    EXPECT_EQ(refused<sample::everything>(R"({"id":"i","state":"pending","type":1})").pointer, "/type");
    EXPECT_EQ(refused<sample::everything>(R"({"id":"i","state":"pending"})").pointer, "/kind");
}

TEST(decode, takes_the_last_of_duplicate_keys) {
    auto const v = decoded<sample::everything>(with(
        R"("tags":["a","b"],"tags":["c"],"note":"x","note":null,"counts":{"a":1,"a":2},"inputs":{"a":1,"a":2},)"
        R"("figures":{"i32":5},"figures":{"i64":6},"zz":1,"zz":{"y":2},"nodes":[{"id":"1"}],"nodes":[])"));
    EXPECT_EQ(v.tags, std::vector<std::string>{"c"});
    EXPECT_FALSE(v.note.has_value());
    EXPECT_EQ(v.counts.at("a"), 2);
    EXPECT_EQ(v.inputs.at("a"), 2);
    EXPECT_EQ(v.figures->i32, 0);
    EXPECT_EQ(v.figures->i64, 6);
    EXPECT_EQ(v.extra.at("zz"), object("y", 2));
    EXPECT_TRUE(v.nodes.empty());
}

TEST(decode, keeps_what_it_does_not_know) {
    auto const v = decoded<sample::everything>(
        R"({"zz":[1,{"a":null}],"id":"i","state":"dreaming","kind":"k","big":18446744073709551615,"s":"x\u00e9\n","n":null})");
    EXPECT_EQ(v.state.known(), std::nullopt);
    EXPECT_EQ(v.state, "dreaming");
    EXPECT_EQ(v.extra, object("zz", array(1, object("a", nullptr)), "big", std::uint64_t{18446744073709551615U}, "s",
                              "x\xC3\xA9\n", "n", nullptr));
    auto const text = encoded(v);
    EXPECT_NE(text.find(R"("state":"dreaming")"), std::string::npos);
    EXPECT_TRUE(text.ends_with(R"("zz":[1,{"a":null}],"big":18446744073709551615,"s":"xé\n","n":null})")) << text;
}

TEST(decode, keeps_numbers_exact) {
    struct {
        std::string_view member, text;
        bool good;
    } const cases[] = {
        {"i32", "2147483647", true},  {"i32", "-2147483648", true}, {"i32", "2147483648", false},
        {"i32", "-2147483649", false}, {"i32", "5.0", true},        {"i32", "5.5", false},
        {"i32", "5e0", true},         {"i32", "3e9", false},        {"u32", "4294967295", true},
        {"u32", "4294967296", false}, {"u32", "-1", false},         {"u32", "-0.0", true},
        {"i64", "9007199254740993", true}, {"i64", "-9223372036854775808", true},
        {"i64", "9223372036854775807", true}, {"i64", "9223372036854775808", false},
        {"i64", "-9223372036854775809", false}, {"i64", "1e300", false}, {"i64", "1e18", false},
        {"u64", "18446744073709551615", true}, {"u64", "18446744073709551616", false}, {"u64", "-1", false},
        {"real", "1e400", false},     {"real", "-1e400", false},    {"real", "1e308", true},
        {"real", "1e-400", true},     {"real", "7", true},          {"real", "18446744073709551615", true},
        {"real", "1e99999999999", false}, {"real", "1.7976931348623159e308", false},
    };
    for (auto const& c : cases) {
        auto const text = "{\"" + std::string(c.member) + "\":" + std::string(c.text) + "}";
        if (c.good) {
            decoded<sample::numbers>(text);
            continue;
        }
        auto const why = refused<sample::numbers>(text);
        if (why.message != "number out of range") {
            EXPECT_EQ(why.message, "expected a whole number") << text;
        } else if (c.text != "1e99999999999") {
            EXPECT_EQ(why.pointer, "/" + std::string(c.member)) << text;
        }
    }
    EXPECT_EQ(decoded<sample::numbers>(R"({"i64":9007199254740993})").i64, 9007199254740993);
    EXPECT_EQ(decoded<sample::numbers>(R"({"i64":-9223372036854775808})").i64, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(decoded<sample::numbers>(R"({"u64":18446744073709551615})").u64, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(encoded(decoded<sample::numbers>(R"({"i64":-9223372036854775808,"u64":18446744073709551615})")),
              R"({"i32":0,"u32":0,"i64":-9223372036854775808,"u64":18446744073709551615,"real":0.0})");
}

TEST(decode, reads_doubles_to_the_last_bit_in_any_split) {
    for (std::string_view text : {"0.1", "2.2250738585072014e-308", "1.7976931348623157e308", "123456789.123456789",
                                  "8.98846567431158e307", "5e-324", "-0.3", "1.0000000000000002", "9007199254740993.0",
                                  "123456789012345678901234567890"}) {
        double const wanted = std::strtod(std::string(text).c_str(), nullptr);
        auto const body = "{\"real\":" + std::string(text) + "}";
        EXPECT_EQ(decoded<sample::numbers>(body).real, wanted) << text;
        decoder<sample::numbers> pieces;
        sample::numbers v;
        pieces.start(v);
        for (char const& c : body) ASSERT_TRUE(pieces.write_some({&c, 1}));
        ASSERT_TRUE(pieces.finish());
        EXPECT_EQ(v.real, wanted) << text;
        EXPECT_EQ(decoded<sample::numbers>(encoded(v)).real, wanted) << text;
        EXPECT_EQ(parse_text(std::string(text)).to_number<double>(), wanted) << text;
    }
}

TEST(decode, refuses_what_is_not_json) {
    struct {
        std::string_view text, message;
        std::size_t offset;
    } const cases[] = {
        {"", "empty body", decode_error::npos},
        {" \n\t", "empty body", decode_error::npos},
        {"\xEF\xBB\xBF", "empty body", decode_error::npos},
        {"{} x", "text after the JSON value", 3},
        {"{}{}", "text after the JSON value", 2},
        {"[1,]", "not JSON", 3},
        {"[NaN]", "not JSON", 1},
        {"[Infinity]", "not JSON", 1},
        {"[-Infinity]", "not JSON", 2},
        {"[nul]", "not JSON", decode_error::npos - 1},
        {"[01]", "not JSON", 2},
        {"<html>", "not JSON", 0},
        {"[1", "unexpected end of JSON", 2},
        {"\"abc", "unexpected end of JSON", 4},
        {"[1e400]", "number out of range", 6},
        {"[\"\xFF\"]", "not UTF-8", 2},
        {"[\"ab\xC3\x28\"]", "not UTF-8", 4},
        {"[\"\xE2\x82\"]", "not UTF-8", 2},
        {"[\"\xED\xA0\x80\"]", "not UTF-8", 2},
        {"[\"\xC0\xAF\"]", "not UTF-8", 2},
        {"[\"\xF4\x90\x80\x80\"]", "not UTF-8", 2},
        {"{\"\xFE\":1}", "not UTF-8", 2},
        {"[\"\xE2\x82\xAC\" x]", "not JSON", 7},
        {"[\"tab\there\"]", "not JSON", 5},
        {R"(["\ud800"])", "not JSON", decode_error::npos - 1},
        {R"(["\ud800\u0041"])", "invalid escape in a string", decode_error::npos - 1},
        {R"(["\udc00"])", "invalid escape in a string", decode_error::npos - 1},
        {R"(["\u12x4"])", "invalid escape in a string", decode_error::npos - 1},
    };
    for (auto const& c : cases) {
        json::value v;
        decode_error why;
        ASSERT_FALSE(parse_json(c.text, v, why)) << c.text;
        EXPECT_EQ(why.message, c.message) << c.text;
        if (c.offset != decode_error::npos - 1) {
            EXPECT_EQ(why.offset, c.offset) << c.text;
        }

        decoder<json::value> pieces;
        pieces.start(v);
        bool good = true;
        for (char const& byte : c.text) good = good && pieces.write_some({&byte, 1});
        EXPECT_FALSE(good && pieces.finish()) << c.text;
        EXPECT_EQ(pieces.error().message, c.message) << c.text;
        if (c.offset < decode_error::npos - 1) {
            EXPECT_EQ(pieces.error().offset, c.offset) << "in bytes: " << c.text;
        }
        EXPECT_FALSE(pieces.finish()) << "a fault stays";
    }
}

TEST(decode, strips_one_byte_order_mark) {
    std::string const text = "\xEF\xBB\xBF[1]";
    json::value v;
    decode_error why;
    ASSERT_TRUE(parse_json(text, v, why));
    EXPECT_EQ(v, array(1));
    decoder<json::value> pieces;
    pieces.start(v);
    for (char const& c : text) ASSERT_TRUE(pieces.write_some({&c, 1}));
    ASSERT_TRUE(pieces.finish());
    EXPECT_EQ(v, array(1));
    EXPECT_FALSE(parse_json("\xEF\xBB\xBF\xEF\xBB\xBF[1]", v, why));
    pieces.start(v);
    EXPECT_FALSE(pieces.write_some("\xEF\xBB") && pieces.write_some("[1]"));
}

TEST(decode, bounds_the_depth) {
    json::value v;
    decode_error why;
    ASSERT_TRUE(parse_json(nested(64, '[', ']'), v, why)) << why.text();
    std::string text;
    EXPECT_TRUE(write_json(v, text, why));
    for (std::size_t levels : {std::size_t{65}, std::size_t{100000}}) {
        EXPECT_FALSE(parse_json(nested(levels, '[', ']'), v, why));
        EXPECT_EQ(why.message, "nested deeper than 64 levels");
        EXPECT_EQ(why.offset, 64U);
        EXPECT_FALSE(parse_json(std::string(levels, '['), v, why));
        EXPECT_EQ(why.message, "nested deeper than 64 levels");
    }
    std::string deep = R"({"id":"x"})";
    for (int i = 0; i < 31; ++i) deep = R"({"id":"x","children":[)" + deep + "]}";
    auto const in = decoded<sample::node>(deep);
    EXPECT_EQ(encoded(in), deep);
    EXPECT_EQ(refused<sample::envelope<sample::node>>(R"({"data":{"id":"x","children":[)" + deep + "]}}").message,
              "nested deeper than 64 levels");

    json::value made = 1;
    for (int i = 0; i < 65; ++i) made = array(std::move(made));
    EXPECT_FALSE(write_json(made, text, why));
    EXPECT_FALSE(decode_value(made, v, why));
    EXPECT_EQ(why.message, "nested deeper than 64 levels");
    auto child = std::make_unique<sample::node>();
    for (int i = 0; i < 40; ++i) {
        auto parent = std::make_unique<sample::node>();
        parent->children.push_back(std::move(*child));
        child = std::move(parent);
    }
    EXPECT_FALSE(encode(*child, text, why));
    EXPECT_EQ(why.message, "nested deeper than 64 levels");
}

TEST(decode, runs_a_hook_when_an_object_is_read) {
    auto v = decoded<sample::reply>(R"({"message":{"content":"hi"},"has_next":true})");
    EXPECT_EQ(v.content, "hi");
    EXPECT_TRUE(v.has_more);
    EXPECT_TRUE(v.extra.contains("message"));
    v = decoded<sample::reply>(R"({"content":"own","message":{"content":"hi"},"has_next":true,"has_more":false})");
    EXPECT_EQ(v.content, "own");
    EXPECT_FALSE(v.has_more);
    v = decoded<sample::reply>(R"({"message":{"content":7}})");
    EXPECT_FALSE(v.content.has_value());
    auto const why = refused<std::vector<sample::reply>>(R"([{},{"count":-1}])");
    EXPECT_EQ(why.pointer, "/1");
    EXPECT_EQ(why.message, "must not be negative");
}

TEST(decode, is_used_again_after_a_fault) {
    decoder<sample::everything> pieces;
    sample::everything v;
    for (std::string_view bad : {R"({"id":)", R"({"zz":[[{"a":)", R"({"id":5)", R"({"id":"\u00)", R"({"figures":{"i64":12)",
                                 R"({"zz":"abc)", R"({"ab)"}) {
        pieces.start(v);
        if (pieces.write_some(bad)) {
            EXPECT_FALSE(pieces.finish()) << bad;
        }
        EXPECT_FALSE(pieces.error().message.empty()) << bad;
        pieces.start(v);
        ASSERT_TRUE(pieces.write_some(full)) << bad << ' ' << pieces.error().text();
        ASSERT_TRUE(pieces.finish()) << bad;
        EXPECT_EQ(encoded(v), encoded(decoded<sample::everything>(full))) << bad;
    }
}

TEST(decode, takes_long_texts_with_escapes_and_any_cut_of_a_key) {
    std::string wanted, escaped;
    for (int i = 0; i < 5000; ++i) {
        wanted += "line\t\xE2\x82\xAC\xF0\x9F\x98\x80\n";
        escaped += R"(line\t€\ud83d\ude00\n)";
    }
    auto const text = R"({"\u0069d":")" + escaped + R"(","childr\u0065n":[],"\u007a":")" + escaped + R"("})";
    for (std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, text.size()}) {
        decoder<sample::node> pieces;
        sample::node v;
        pieces.start(v);
        for (std::size_t at = 0; at < text.size(); at += size)
            ASSERT_TRUE(pieces.write_some(std::string_view(text).substr(at, size))) << pieces.error().text();
        ASSERT_TRUE(pieces.finish());
        EXPECT_EQ(v.id, wanted);
        EXPECT_EQ(v.extra.at("z").get_string(), wanted);
    }
}
