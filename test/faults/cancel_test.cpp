// Every operation is cancelled after its k-th step, for every k: it ends at once, nothing is left, the next call works.

#include "transport/fixture.hpp"

#include <corun/deadline.hpp>
#include <corun/flowmaestro/client.hpp>

#include <functional>
#include <map>

namespace {

using namespace test;
namespace fm = corun::flowmaestro;

std::string chunked(std::string const& bytes) {
    char size[16];
    std::snprintf(size, sizeof size, "%zx", bytes.size());
    return size + std::string("\r\n") + bytes + "\r\n";
}

// Answers as FlowMaestro would: a run in progress, a stream that goes on, a busy server first.
void serve(peer& p, std::atomic<int>& busy) {
    while (true) {
        auto const request = p.read_request();
        if (request.empty()) return;
        if (request.find("/events ") != std::string::npos) {
            p.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            p.write(chunked("event: connected\ndata: {\"status\":\"running\"}\n\n"));
            p.write(chunked("event: execution:completed\ndata: {\"status\":\"completed\"}\n\n"));
            p.write("0\r\n\r\n");
        } else if (request.find("/workflows/busy ") != std::string::npos && busy-- > 0) {
            p.write("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}");
        } else if (request.starts_with("GET /api/v1/workflows?")) {
            p.write(answer(R"({"data":[{"id":"a"}],"pagination":{"page":1,"per_page":1,"total_count":1}})"));
        } else {
            p.write(answer(R"({"data":{"id":"w","status":"completed"}})"));
        }
    }
}

using operation = std::function<asio::awaitable<void>(fm::client&)>;

asio::awaitable<void> get(fm::client& client) { co_await client.workflows.get("w"); }
asio::awaitable<void> retried(fm::client& client) { co_await client.workflows.get("busy"); }
asio::awaitable<void> waited(fm::client& client) { co_await client.executions.wait_for_completion("e"); }
asio::awaitable<void> bounded(fm::client& client) { co_await corun::with_deadline(client.workflows.get("w"), 10s); }
asio::awaitable<void> listed(fm::client& client) {
    auto list = client.workflows.list();
    while (auto item = co_await list.next()) {}
}
asio::awaitable<void> streamed(fm::client& client) {
    auto events = client.executions.stream("e");
    while (auto event = co_await events.next()) {}
}
asio::awaitable<void> with_response(fm::client& client) { co_await client.workflows.get("w").with_response(); }

class cancelled : public ::testing::TestWithParam<std::pair<char const*, operation>> {};

TEST_P(cancelled, at_every_step) {
    std::atomic<int> busy{0};
    raw_server server([&](peer& p) { serve(p, busy); });
    asio::io_context io;
    fm::client client(io, fm::client_options("fm_live_x").base_url(server.url()));
    int steps = 0;
    bool finished = false;
    for (int k = 0; !finished && k < 200; ++k) {
        busy = 1;
        // Every time from the first step of a new connection on.
        client = fm::client(io, fm::client_options("fm_live_x").base_url(server.url()));
        auto const s = start(io.get_executor(), GetParam().second(client));
        io.restart();
        for (int i = 0; i < k && !s.done(); ++i) io.run_one_for(5s);
        finished = s.done();
        if (!finished) {
            auto copy = s;
            copy.cancel();
        }
        auto const began = clock::now();
        while (!s.done()) io.run_one_for(5s);
        EXPECT_LT(clock::now() - began, 4s) << k;
        try {
            s.get();
        } catch (boost::system::system_error const& e) {
            EXPECT_EQ(e.code(), asio::error::operation_aborted) << k << ": " << e.what();
        }
        steps = k;
        // The client stays sound.
        io.restart();
        EXPECT_EQ(run(io, [](fm::client& c) -> asio::awaitable<std::string> {
            auto const w = co_await c.workflows.get("w");
            co_return w.id;
        }(client)), "w") << k;
    }
    EXPECT_TRUE(finished);
    EXPECT_GT(steps, 2);
    EXPECT_LE(open_descriptors(), 40) << "connections are not left behind";
}

INSTANTIATE_TEST_SUITE_P(operations, cancelled,
                         ::testing::Values(std::pair{"get", operation(get)}, std::pair{"retried", operation(retried)}, std::pair{"waited", operation(waited)},
                                           std::pair{"bounded", operation(bounded)}, std::pair{"listed", operation(listed)},
                                           std::pair{"streamed", operation(streamed)}, std::pair{"with_response", operation(with_response)}),
                         [](auto const& given) { return given.param.first; });

TEST(cancelled, client_destroyed_with_everything_in_flight) {
    raw_server server([](peer& p) { p.wait_for_end(); });
    asio::io_context io;
    corun::pool_options pool;
    pool.max_per_origin = 2;
    auto client = std::make_unique<fm::client>(io, fm::client_options("fm_live_x").base_url(server.url()).pool(pool));
    std::vector<started<void>> all;
    for (auto const& one : {operation(get), operation(streamed), operation(listed), operation(waited)})
        all.push_back(start(io.get_executor(), one(*client)));
    for (int i = 0; i < 20; ++i) io.run_one_for(10ms);
    client.reset();
    io.restart();
    io.run_for(5s);
    for (auto const& s : all) {
        ASSERT_TRUE(s.done());
        try {
            s.get();
            ADD_FAILURE();
        } catch (boost::system::system_error const& e) {
            EXPECT_TRUE(e.code() == asio::error::operation_aborted || e.code() == errc::client_closed) << e.what();
        }
    }
}

TEST(cancelled, context_destroyed_with_everything_in_flight) {
    raw_server server([](peer& p) { p.wait_for_end(); });
    auto io = std::make_unique<asio::io_context>();
    fm::client client(*io, fm::client_options("fm_live_x").base_url(server.url()));
    std::vector<started<void>> all;
    for (auto const& one : {operation(get), operation(streamed), operation(listed), operation(waited)})
        all.push_back(start(io->get_executor(), one(client)));
    for (int i = 0; i < 20; ++i) io->run_one_for(10ms);
    io.reset();
    for (auto const& s : all) EXPECT_FALSE(s.done());
}

}  // namespace
