// What the core's streams do for a platform, with a script of our own.

#include "call/client_core.hpp"
#include "stream/event_pump.hpp"

#include <corun/blocking.hpp>
#include <corun/observer.hpp>
#include <corun/testing/scripted_transport.hpp>
#include <corun/testing/virtual_time.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace corun;
using namespace std::chrono_literals;
using detail::operation;
using detail::stream_driver;

constexpr std::array statuses{503};

platform_profile const& profile() {
    static platform_profile const data = [] {
        platform_profile p;
        p.name = "sample";
        p.default_base_url = "https://sample.test";
        p.retry.repeatable = statuses;
        p.retry.backoff.base = 1000ms;
        p.retry.backoff.jitter = jitter::none;
        return p;
    }();
    return data;
}

struct watcher : observer {
    std::string seen;
    void stream_opened(attempt const&, int status, phase_timings const&) override {
        seen += "opened " + std::to_string(status) + ' ';
    }
    void stream_resumed(attempt const&, std::string_view id) override { seen += "resumed " + std::string(id) + ' '; }
    void stream_closed(attempt const&, failure const* why) override { seen += why ? "closed by failure " : "closed "; }
};

class text_script final : public detail::stream_script<std::string> {
public:
    text_script(std::shared_ptr<client_core const> core, bool resumable)
        : core_(std::move(core)), resumable_(resumable) {}

    asio::awaitable<void> open(stream_driver& driver, std::deque<std::string>&) override {
        co_await driver.open(ask({}));
    }
    void decode(sse::event_view const& event, std::optional<std::string>& out) override {
        if (event.type != "hidden") out.emplace(event.data);
    }
    bool terminal(std::string const& event) const override { return event == "end"; }
    std::shared_ptr<operation> resume(std::string_view id) override { return resumable_ ? ask(id) : nullptr; }

private:
    std::shared_ptr<operation> ask(std::string_view id) const {
        request req("feed.stream", "GET", "/feed");
        if (!id.empty()) req.header("Last-Event-ID", id);
        return std::make_shared<operation>(core_, std::move(req), call_options());
    }

    std::shared_ptr<client_core const> core_;
    bool resumable_;
};

class pump : public ::testing::Test {
public:
    std::shared_ptr<corun::testing::virtual_time> time = std::make_shared<corun::testing::virtual_time>();
    std::shared_ptr<corun::testing::scripted_transport> wire =
        std::make_shared<corun::testing::scripted_transport>(time);
    std::shared_ptr<watcher> hooks = std::make_shared<watcher>();
    blocking_runtime runtime;

    std::shared_ptr<client_core const> core(client_settings settings = {}) {
        settings.api_key = "key";
        settings.transport = wire;
        settings.time = time;
        settings.observer = hooks;
        return std::make_shared<client_core>(runtime.executor(), profile(), settings);
    }
    event_stream<std::string> stream(bool resumable = true, client_settings settings = {}) {
        auto c = core(settings);
        return detail::make_stream<std::string>(c, std::make_unique<text_script>(c, resumable));
    }
};

TEST_F(pump, a_cut_stream_resumes_after_the_last_id) {
    wire->stream().bytes("id: 7\ndata: a\n\n").bytes("id: 8\ndata: lost").cut();
    wire->stream().bytes("id: 8\ndata: b\n\n").cut();
    wire->stream().bytes("data: end\n\ndata: late\n\n");
    auto s = stream();
    EXPECT_EQ(runtime.run(s.next()), "a");
    EXPECT_EQ(s.last_event_id(), "7");
    EXPECT_EQ(runtime.run(s.next()), "b");
    EXPECT_EQ(runtime.run(s.next()), "end");
    EXPECT_FALSE(runtime.run(s.next()));
    EXPECT_EQ(wire->request(1).headers.find("Last-Event-ID"), "7");
    EXPECT_EQ(wire->request(2).headers.find("Last-Event-ID"), "8");
    EXPECT_EQ(time->sleeps(), (std::vector{1000ms, 1000ms}));
    EXPECT_EQ(hooks->seen, "opened 200 opened 200 resumed 7 opened 200 resumed 8 closed ");
    EXPECT_EQ(wire->open_bodies(), 0);
}

TEST_F(pump, the_servers_reconnection_time_is_clamped) {
    for (auto const& [sent, kept] :
        {std::pair{"0", 100ms}, std::pair{"2500", 2500ms}, std::pair{"99999999999999999999", 300'000ms}}) {
        wire->stream()
            .bytes("retry: " + std::string(sent) + "\nid: 1\ndata: a\n\n")
            .cut()
            .stream()
            .bytes("data: end\n\n");
        auto s = stream();
        while (runtime.run(s.next())) {
        }
        EXPECT_EQ(time->sleeps().back(), kept);
    }
}

TEST_F(pump, without_an_id_or_a_way_to_resume_it_is_an_error) {
    wire->stream().bytes("data: a\n\n").cut();
    auto no_id = stream();
    runtime.run(no_id.next());
    EXPECT_THROW(runtime.run(no_id.next()), stream_error);
    wire->stream().bytes("id: 3\ndata: a\n\n");
    auto no_way = stream(false);
    runtime.run(no_way.next());
    try {
        runtime.run(no_way.next());
        ADD_FAILURE();
    } catch (stream_error const& e) {
        EXPECT_EQ(e.code(), errc::incomplete_stream);
        EXPECT_EQ(e.info().last_event_id, "3");
    }
    EXPECT_FALSE(runtime.run(no_way.next()));
}

TEST_F(pump, resuming_has_an_end) {
    client_settings settings;
    settings.max_retries = 2;
    wire->stream().bytes("id: 1\ndata: a\n\n").cut();
    for (int i = 0; i < 5; ++i) wire->stream().cut();
    auto s = stream(true, settings);
    runtime.run(s.next());
    EXPECT_THROW(runtime.run(s.next()), stream_error);
    EXPECT_EQ(wire->count(), 3u);
}

TEST_F(pump, limits_of_the_first_event_and_of_silence) {
    client_settings settings;
    settings.first_event_timeout = 7s;
    settings.idle_timeout = 20s;
    wire->stream().silence().open_end();
    auto none = stream(true, settings);
    auto began = time->now();
    try {
        runtime.run(none.next());
        ADD_FAILURE();
    } catch (timeout_error const& e) {
        EXPECT_EQ(e.info().where, phase::first_event);
    }
    EXPECT_EQ(time->now() - began, 7s);
    // A comment is a sign of life.
    wire->stream().bytes("data: a\n\n").bytes(": still here\n\n").open_end();
    auto quiet = stream(true, settings);
    runtime.run(quiet.next());
    began = time->now();
    try {
        runtime.run(quiet.next());
        ADD_FAILURE();
    } catch (stream_error const& e) {
        EXPECT_EQ(e.info().where, phase::idle);
    }
    EXPECT_EQ(time->now() - began, 20s);
    EXPECT_EQ(wire->open_bodies(), 0);
}

TEST_F(pump, hidden_events_are_skipped_and_bytes_after_the_end_ignored) {
    wire->stream().bytes("event: hidden\ndata: x\n\ndata: a\n\ndata: end\n\ndata: more\n\n");
    auto s = stream();
    EXPECT_EQ(runtime.run(s.next()), "a");
    EXPECT_EQ(runtime.run(s.next()), "end");
    EXPECT_FALSE(runtime.run(s.next()));
}

TEST_F(pump, two_at_a_time_are_a_mistake) {
    wire->stream().open_end();
    auto s = stream(true, [] {
        client_settings settings;
        settings.first_event_timeout = settings.idle_timeout = 0s;
        return settings;
    }());
    asio::co_spawn(runtime.executor(), s.next(), [](std::exception_ptr, std::optional<std::string>) {});
    EXPECT_THROW(runtime.run(s.next()), std::logic_error);
}

TEST_F(pump, close_ends_a_pending_next) {
    wire->stream().open_end();
    auto s = stream(true, [] {
        client_settings settings;
        settings.first_event_timeout = settings.idle_timeout = 0s;
        return settings;
    }());
    std::exception_ptr failed;
    asio::co_spawn(runtime.executor(), s.next(), [&](std::exception_ptr e, std::optional<std::string>) { failed = e; });
    auto const closer = [&]() -> asio::awaitable<void> {
        s.close();
        co_return;
    };
    runtime.run(closer());
    runtime.run([](std::exception_ptr& f) -> asio::awaitable<void> {
        while (!f) co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }(failed));
    try {
        std::rethrow_exception(failed);
    } catch (boost::system::system_error const& e) {
        EXPECT_EQ(e.code(), asio::error::operation_aborted);
    }
    EXPECT_EQ(wire->open_bodies(), 0);
}

}  // namespace
