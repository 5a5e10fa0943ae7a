#include "fixture.hpp"

namespace {

using namespace test;

std::string status(std::string_view text) { return R"({"data":{"id":"e","workflow_id":"w","status":")" + std::string(text) + R"("}})"; }

class waiting : public scripted {};

TEST_F(waiting, polls_until_the_end_whatever_it_is) {
    for (auto const* end : {"completed", "failed", "cancelled"}) {
        wire->answer(200, status("pending")).answer(200, status("paused")).answer(200, status("odd")).answer(200, status(end));
        auto const began = time->now();
        auto const run_record = run(client.executions.wait_for_completion("e"));
        EXPECT_EQ(run_record.status.text(), end);
        EXPECT_EQ(time->now() - began, 3s);
    }
}

TEST_F(waiting, one_look_even_without_time) {
    wire->answer(200, status("running"));
    EXPECT_THROW(run(client.executions.wait_for_completion("e", {.timeout = 0ms})), fm::timeout_error);
    EXPECT_EQ(wire->count(), 1u);
    wire->answer(200, status("completed"));
    EXPECT_NO_THROW(run(client.executions.wait_for_completion("e", {.timeout = 0ms})));
}

TEST_F(waiting, the_last_sleep_ends_at_the_deadline_and_one_look_follows) {
    for (int i = 0; i < 4; ++i) wire->answer(200, status("running"));
    auto const began = time->now();
    try {
        run(client.executions.wait_for_completion("e", {.poll_interval = 1s, .timeout = 2500ms}));
        ADD_FAILURE();
    } catch (fm::timeout_error const& e) {
        EXPECT_EQ(e.info().where, corun::phase::total);
        EXPECT_EQ(e.status(), 0);
        EXPECT_EQ(e.api_code(), "timeout");
        EXPECT_NE(std::string(e.what()).find("2500 ms"), std::string::npos);
    }
    EXPECT_EQ(time->now() - began, 2500ms);
    EXPECT_EQ(wire->count(), 4u);
}

TEST_F(waiting, an_error_ends_it) {
    wire->answer(200, status("running")).answer(404, R"({"error":{"code":"resource_not_found","message":"m"}})");
    EXPECT_THROW(run(client.executions.wait_for_completion("e")), fm::not_found_error);
}

}  // namespace
