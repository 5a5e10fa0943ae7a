#include "sample_types.hpp"

#include <corun/error.hpp>
#include <corun/json.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <sstream>
#include <string>
#include <vector>

using namespace corun;

namespace {

template <class T>
std::string encoded(T const& value) {
    std::string text;
    decode_error why;
    EXPECT_TRUE(encode(value, text, why)) << why.text();
    return text;
}

}  // namespace

TEST(encode, writes_members_by_their_flags) {
    sample::everything v;
    v.id = "i";
    v.state = sample::status::completed;
    EXPECT_EQ(encoded(v), R"({"id":"i","label":"","on":false,"state":"completed","score":null,"kind":"","nodes":[],)"
                          R"("counts":{},"by_name":{},"any":null,"inputs":{},"rows":[]})");
    v.tags = {"a"};
    v.note = "";
    v.score = 2;
    v.outputs.emplace();
    v.nodes.push_back({"n", {}, {}});
    v.counts["c"] = 1;
    v.by_name["none"];
    v.extra = object("zz", 1, "id", "not this one");
    EXPECT_EQ(encoded(v), R"({"id":"i","label":"","on":false,"state":"completed","note":"","score":2.0,"kind":"",)"
                          R"("tags":["a"],"nodes":[{"id":"n"}],"counts":{"c":1},"by_name":{"none":null},"any":null,)"
                          R"("inputs":{},"rows":[],"outputs":{},"zz":1})");
    json::value as_json;
    decode_error why;
    ASSERT_TRUE(encode_value(v, as_json, why));
    EXPECT_EQ(to_text(as_json), encoded(v));
}

TEST(encode, refuses_what_json_cannot_say_and_names_the_place) {
    decode_error why;
    std::string text;
    sample::everything v;
    v.figures.emplace().real = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(encode(v, text, why));
    EXPECT_EQ(why.pointer, "/figures/real");
    v.figures.reset();
    v.by_name["a/b"].emplace().children.push_back({"\xFF", {}, {}});
    EXPECT_FALSE(encode(v, text, why));
    EXPECT_EQ(why.text(), "/by_name/a~1b/children/0/id: text that is not UTF-8");
    v.by_name.clear();
    v.any = array(1, object("x", array(std::numeric_limits<double>::infinity())));
    EXPECT_FALSE(encode(v, text, why));
    EXPECT_EQ(why.pointer, "/any/1/x/0");
    try {
        to_text(v.any);
        FAIL();
    } catch (validation_error const& e) {
        EXPECT_EQ(e.status(), 0);
        EXPECT_NE(e.message().find("/1/x/0"), std::string::npos);
    }
    EXPECT_THROW(parse_text("[1"), validation_error);
    EXPECT_THROW(to_text(object("\xC3", 1)), validation_error);
}

TEST(encode, writes_compact_json) {
    EXPECT_EQ(to_text(parse_text(R"( { "a" : [ 1 , -2.50 , 1e3, true , null , "x" ] , "" : { } } )")),
              R"({"a":[1,-2.5,1000.0,true,null,"x"],"":{}})");
    EXPECT_EQ(to_text("\"\\/\b\f\n\r\t\x01\x7F\xC3\xA9\xF0\x9F\x98\x80"),
              "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0001\x7F\xC3\xA9\xF0\x9F\x98\x80\"");
    EXPECT_EQ(to_text(1e20), "1e+20");
    EXPECT_EQ(to_text(0.1), "0.1");
    EXPECT_EQ(to_text(-0.0), "-0.0");
    EXPECT_EQ(parse_text(to_text(5.0)).kind(), json::kind::double_);
    EXPECT_EQ(to_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(json_words, build_objects_and_arrays) {
    std::string const name = "Ada";
    std::optional<int> const none;
    auto const o = object("name", name, "age", 36, "tags", std::vector<std::string>{"a", "b"}, "none", none, "some",
                          std::optional<std::string>("s"), "view", std::string_view("v"), "null", nullptr, "yes", true,
                          "half", 0.5, "state", open_enum<sample::status>(sample::status::running), "size",
                          std::size_t{7}, "list", array(1, "two", object("n", 3)));
    EXPECT_EQ(to_text(o), R"({"name":"Ada","age":36,"tags":["a","b"],"none":null,"some":"s","view":"v","null":null,)"
                          R"("yes":true,"half":0.5,"state":"running","size":7,"list":[1,"two",{"n":3}]})");
    EXPECT_EQ(to_text(object()), "{}");
    EXPECT_EQ(to_text(array()), "[]");
    EXPECT_EQ(to_text(array(array())), "[[]]");
    EXPECT_EQ(to_text(object("a", 1, "a", 2)), R"({"a":2})");
    EXPECT_EQ(to_text(array(std::vector<std::vector<int>>{{1}, {}})), "[[[1],[]]]");
}

TEST(open_enum, is_a_known_value_or_a_text) {
    using e = open_enum<sample::status>;
    EXPECT_EQ(e("running").known(), sample::status::running);
    EXPECT_EQ(e("running"), sample::status::running);
    EXPECT_EQ(e("running"), e(sample::status::running));
    EXPECT_EQ(e("running"), "running");
    EXPECT_NE(e("running"), "Running");
    EXPECT_NE(e("odd"), sample::status::pending);
    EXPECT_EQ(e("odd").known(), std::nullopt);
    EXPECT_EQ(e("odd").text(), "odd");
    EXPECT_EQ(e("odd").value_or(sample::status::completed), sample::status::completed);
    EXPECT_NE(e("odd"), e("other"));
    EXPECT_EQ(e().text(), "");
    EXPECT_NE(e(), sample::status::pending);
    e v("odd");
    v = sample::status::completed;
    EXPECT_EQ(v.text(), "completed");
    v.assign("pending");
    EXPECT_EQ(v, sample::status::pending);
    std::ostringstream out;
    out << v << ' ' << e("odd");
    EXPECT_EQ(out.str(), "pending odd");
}
