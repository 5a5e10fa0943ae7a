#include <corun/error.hpp>
#include <corun/result.hpp>

#include <gtest/gtest.h>

namespace corun {
namespace {

failure sample(error_kind kind) {
    failure f;
    f.code = errc::http_error;
    f.kind = kind;
    f.platform = "test";
    f.operation = "things.get";
    f.status = 404;
    f.api_code = "resource_not_found";
    f.message = "no such thing";
    f.request_id = "r-1";
    f.attempts = 2;
    return f;
}

TEST(error, says_what_where_and_how_often) {
    try {
        std::rethrow_exception(make_exception(sample(error_kind::not_found)));
    } catch (std::exception const& e) {
        EXPECT_STREQ(e.what(), "test things.get: no such thing (404 resource_not_found, request id r-1, 2 attempts)");
    }
}

template <class Kind>
void expect_kind(error_kind kind) {
    auto const e = make_exception(sample(kind));
    EXPECT_THROW(std::rethrow_exception(e), Kind);
    EXPECT_THROW(std::rethrow_exception(e), error);
    EXPECT_THROW(std::rethrow_exception(e), boost::system::system_error);
    EXPECT_THROW(std::rethrow_exception(e), std::exception);
    try {
        std::rethrow_exception(e);
    } catch (error const& caught) {
        EXPECT_EQ(caught.status(), 404);
        EXPECT_EQ(caught.kind(), kind);
        EXPECT_EQ(caught.code(), errc::http_error);
    }
}

TEST(error, is_caught_by_root_by_kind_and_as_a_system_error) {
    expect_kind<validation_error>(error_kind::validation);
    expect_kind<authentication_error>(error_kind::authentication);
    expect_kind<permission_error>(error_kind::permission);
    expect_kind<not_found_error>(error_kind::not_found);
    expect_kind<rate_limit_error>(error_kind::rate_limit);
    expect_kind<server_error>(error_kind::server);
    expect_kind<timeout_error>(error_kind::timeout);
    expect_kind<connection_error>(error_kind::connection);
    expect_kind<protocol_error>(error_kind::protocol);
    expect_kind<stream_error>(error_kind::stream);
    expect_kind<stream_error>(error_kind::stream_timeout);
    expect_kind<timeout_error>(error_kind::stream_timeout);
    expect_kind<error>(error_kind::other);
}

TEST(error, a_copy_shares_what_is_known) {
    not_found_error const original(sample(error_kind::not_found));
    error const copy = original;
    EXPECT_STREQ(copy.what(), original.what());
    EXPECT_EQ(&copy.info(), &original.info());
}

TEST(result, holds_a_value_or_the_failure_that_value_throws) {
    result<int> const good(7);
    EXPECT_TRUE(good);
    EXPECT_EQ(good.value(), 7);

    result<int> const bad(make_exception(sample(error_kind::not_found)));
    EXPECT_FALSE(bad);
    EXPECT_EQ(bad.error().status, 404);
    EXPECT_THROW(bad.value(), not_found_error);
    EXPECT_THROW(result<int>().value(), std::logic_error);
}

TEST(result, passes_through_what_is_not_a_system_error) {
    EXPECT_THROW(result<int>(std::make_exception_ptr(std::bad_alloc())), std::bad_alloc);
}

}  // namespace
}  // namespace corun
