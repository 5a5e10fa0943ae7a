#include "request/field.hpp"
#include "request/request.hpp"

#include <corun/json.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace corun {
namespace {

TEST(request, a_path_takes_ids_as_one_segment_each) {
    struct row {
        std::string id, path;
    };
    for (row const& r : {row{"wf_1", "/workflows/wf_1/execute"}, row{"a/b", "/workflows/a%2Fb/execute"},
                         row{"..", "/workflows/%2E%2E/execute"}, row{".", "/workflows/%2E/execute"},
                         row{"%2e%2e", "/workflows/%252e%252e/execute"}, row{"a?b#c", "/workflows/a%3Fb%23c/execute"},
                         row{"a\\b c", "/workflows/a%5Cb%20c/execute"}, row{"ü", "/workflows/%C3%BC/execute"},
                         row{"a\r\nb", "/workflows/a%0D%0Ab/execute"}}) {
        request const made("workflows.execute", "POST", "/workflows/{}/execute", r.id);
        EXPECT_EQ(made.path(), r.path);
        EXPECT_FALSE(made.refused()) << r.id;
    }
}

TEST(request, an_id_that_no_path_can_hold_is_refused) {
    EXPECT_TRUE(request("x", "GET", "/a/{}", "").refused());
    EXPECT_TRUE(request("x", "GET", "/a/{}", std::string("a\0b", 3)).refused());
    EXPECT_TRUE(request("x", "GET", "/a/{}/b/{}", "a", "").refused());
    EXPECT_FALSE(request("x", "GET", "/a/{}/b/{}", "a", "b").refused());
}

TEST(request, a_query_is_encoded_and_leaves_out_what_is_not_set) {
    request made("x", "GET", "/a");
    made.query("page", std::optional<std::int64_t>(2));
    made.query("per_page", std::optional<std::int64_t>());
    made.query("a&b", std::string_view("1=2+3%é"));
    made.query("flag", true);
    made.query("none", std::optional<std::string_view>());
    EXPECT_EQ(made.query_text(), "page=2&a%26b=1%3D2%2B3%25%C3%A9&flag=true");
}

TEST(request, a_body_is_compact_json) {
    request made("x", "POST", "/a");
    made.body(object("inputs", object("name", "Ada", "n", 3)));
    EXPECT_EQ(made.body_text(), R"({"inputs":{"name":"Ada","n":3}})");
}

TEST(request, numbers_that_json_cannot_hold_are_refused) {
    for (double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                       -std::numeric_limits<double>::infinity()}) {
        request made("x", "POST", "/a");
        made.body(object("inputs", object("deep", array(1, object("n", bad)))));
        EXPECT_TRUE(made.refused());
        EXPECT_FALSE(made.body_text());
    }
}

TEST(request, the_first_refusal_counts) {
    request made("x", "POST", "/a");
    made.require(true, "fine").require(false, "first").refuse("second");
    EXPECT_EQ(made.refused(), "first");
}

TEST(request, reads_and_deletes_may_be_repeated) {
    for (auto const* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) EXPECT_TRUE(request("x", method, "/").repeatable());
    for (auto const* method : {"POST", "PUT", "PATCH"}) EXPECT_FALSE(request("x", method, "/").repeatable());
    EXPECT_TRUE(request("x", "POST", "/").repeatable(true).repeatable());
}

TEST(field, names_and_values_that_break_the_head_are_found) {
    EXPECT_FALSE(field_problem("X-Custom", "value with spaces, é and \t tab"));
    EXPECT_FALSE(field_problem("x-empty", ""));
    for (std::string const& name : {std::string(""), std::string("a b"), std::string("a:b"), std::string("a\r\nb"),
                                    std::string("ü"), std::string("a\0b", 3)})
        EXPECT_TRUE(field_problem(name, "v")) << name;
    for (std::string const& value : {std::string("a\rb"), std::string("a\nb"), std::string("a\0b", 3), std::string("\x7f")})
        EXPECT_TRUE(field_problem("X-A", value));
    for (auto const* own : {"Host", "content-length", "TRANSFER-ENCODING", "Connection"})
        EXPECT_TRUE(field_problem(own, "x")) << own;
}

TEST(field, a_problem_never_quotes_the_value) {
    auto const problem = field_problem("Authorization", "Bearer sk_secret\n");
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->find("sk_secret"), std::string_view::npos);
}

}  // namespace
}  // namespace corun
