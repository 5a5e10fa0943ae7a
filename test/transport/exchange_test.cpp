#include "transport/fixture.hpp"

#include <thread>

namespace {

using namespace test;

class exchange : public transport_test {};

TEST_F(exchange, request_as_it_goes_over_the_wire) {
    std::promise<std::string> seen;
    raw_server server([&](peer& p) {
        seen.set_value(p.read_request());
        p.write(answer("{\"a\":1}", "X-Request-Id: r1\r\n"));
        p.wait_for_end();
    });
    make();
    auto const r = send(request_to(server.port(), "POST", "{}"));
    ASSERT_FALSE(r.failure) << r.failure.detail;
    EXPECT_EQ(r.head.status, 200);
    EXPECT_EQ(r.head.headers.find("x-request-id"), "r1");
    EXPECT_EQ(r.body, "{\"a\":1}");
    EXPECT_EQ(seen.get_future().get(), "POST /x?a=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                                           "\r\nAccept: application/json\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_GT(r.timings.total.count(), 0);
}

TEST_F(exchange, connection_is_used_again) {
    raw_server server([](peer& p) {
        while (!p.read_request().empty()) p.write(answer("1"));
    });
    make();
    for (int i = 0; i < 5; ++i) {
        auto const r = send(request_to(server.port()));
        ASSERT_FALSE(r.failure) << r.failure.detail;
        EXPECT_EQ(r.reused, i > 0);
    }
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(exchange, large_bodies_both_ways) {
    std::string const big(8 * 1024 * 1024, 'x');
    raw_server server([&](peer& p) {
        auto const text = p.read_request();
        p.write(answer(text.substr(text.find("\r\n\r\n") + 4)));
        p.wait_for_end();
    });
    make();
    auto const r = send(request_to(server.port(), "POST", big));
    ASSERT_FALSE(r.failure) << r.failure.detail;
    EXPECT_TRUE(r.body == big);
}

TEST_F(exchange, refused) {
    std::uint16_t port = 0;
    {
        raw_server server([](peer&) {});
        port = server.port();
    }
    make();
    auto const r = send(request_to(port));
    EXPECT_EQ(r.failure.code, errc::connect_failed);
    EXPECT_EQ(r.failure.where, phase::connect);
    EXPECT_FALSE(r.failure.bytes_written);
    expect_sound();
}

TEST_F(exchange, localhost_is_resolved) {
    raw_server server([](peer& p) {
        while (!p.read_request().empty()) p.write(answer("1"));
    });
    make();
    auto r = request_to(server.port());
    r.origin.host = "localhost";
    auto const result = send(r);
    EXPECT_FALSE(result.failure) << result.failure.detail;
}

TEST_F(exchange, unknown_name) {
    make();
    auto r = request_to(1);
    r.origin.host = "no-such-host.invalid";
    r.limits.deadline = clock::now() + 200ms;  // where no name server answers
    auto const result = send(r);
    EXPECT_TRUE(result.failure.code == errc::resolve_failed || result.failure.code == errc::timeout);
    EXPECT_EQ(result.failure.where, phase::resolve);
    expect_sound();
}

struct silence {
    char const* name;
    std::string sent;  // before the server falls silent
    phase where;
};

TEST_F(exchange, deadline_names_its_phase) {
    for (auto const& given : {silence{"nothing", "", phase::first_byte}, silence{"head", "HTTP/1.1 200 OK\r\nA: ", phase::headers},
                              silence{"body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12", phase::body}}) {
        raw_server server([&](peer& p) {
            p.read_request();
            p.write(given.sent);
            p.wait_for_end();
        });
        make();
        auto r = request_to(server.port());
        r.limits.deadline = clock::now() + 60ms;
        auto const result = send(r);
        EXPECT_EQ(result.failure.code, errc::timeout) << given.name;
        EXPECT_EQ(result.failure.where, given.where) << given.name;
        EXPECT_GE(clock::now(), r.limits.deadline);
        expect_sound();
    }
}

TEST_F(exchange, phase_limit_of_the_first_byte) {
    raw_server server([](peer& p) { p.wait_for_end(); });
    make();
    auto r = request_to(server.port());
    r.limits.phases.first_byte = 30ms;
    auto const result = send(r);
    EXPECT_EQ(result.failure.code, errc::timeout);
    EXPECT_EQ(result.failure.where, phase::first_byte);
    EXPECT_LT(clock::now(), r.limits.deadline);
}

TEST_F(exchange, write_timeout_when_the_peer_stops_reading) {
    raw_server server([](peer& p) {
        std::string first;
        p.read_some(first);
        p.wait_without_reading();
    });
    make();
    std::string const big(64 * 1024 * 1024, 'x');
    auto r = request_to(server.port(), "POST", big);
    r.limits.phases.write = 50ms;
    auto const result = send(r);
    EXPECT_EQ(result.failure.code, errc::timeout);
    EXPECT_EQ(result.failure.where, phase::write);
    EXPECT_TRUE(result.failure.bytes_written);
}

TEST_F(exchange, early_answer_ends_the_upload) {
    raw_server server([](peer& p) {
        std::string first;
        p.read_some(first);
        p.write("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 2\r\n\r\n{}");
        p.wait_without_reading();
    });
    make();
    auto const result = send(request_to(server.port(), "POST", std::string(64 * 1024 * 1024, 'x')));
    EXPECT_FALSE(result.failure) << result.failure.detail;
    EXPECT_EQ(result.head.status, 413);
    expect_sound();
}

TEST_F(exchange, cancel_at_each_wait) {
    make();
    expect_sound();  // the reactor has its descriptors now
    transport.reset();
    auto const before = open_descriptors();
    {
        raw_server server([](peer& p) { p.wait_for_end(); });
        make();
        auto r = request_to(server.port());
        auto s = start(io.get_executor(), transport->send(r));
        io.restart();
        for (int i = 0; i < 3; ++i) io.run_one_for(100ms);
        s.cancel();
        while (!s.done()) io.run_one();
        if (!s.failed()) {
            EXPECT_EQ(s.get().failure.code, asio::error::operation_aborted);
        }
        expect_sound();
        transport.reset();
        io.restart();
        io.poll();
    }
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(exchange, close_ends_what_is_under_way) {
    raw_server server([](peer& p) { p.wait_for_end(); });
    make();
    auto const r = request_to(server.port());
    auto s = start(io.get_executor(), transport->send(r));
    io.run_one_for(100ms);
    io.run_one_for(100ms);
    transport->close();
    while (!s.done()) io.run_one();
    EXPECT_EQ(s.get().failure.code, asio::error::operation_aborted);
    EXPECT_EQ(send(r).failure.code, errc::client_closed);
}

TEST_F(exchange, run_ends_though_connections_idle) {
    raw_server server([](peer& p) {
        while (!p.read_request().empty()) p.write(answer("1"));
    });
    make();
    auto const r = request_to(server.port());
    auto s = start(io.get_executor(), transport->send(r));
    auto const began = clock::now();
    io.run();
    EXPECT_TRUE(s.done());
    EXPECT_LT(clock::now() - began, 10s);
    auto again = start(io.get_executor(), transport->send(r));
    io.restart();
    io.run();
    EXPECT_TRUE(again.get().reused);
}

TEST(lifetime, context_ends_before_the_transport) {
    std::shared_ptr<corun::transport> left;
    raw_server server([](peer& p) {
        p.read_request();
        p.write(answer("1"));
        p.wait_for_end();
    });
    auto const r = request_to(server.port());
    {
        asio::io_context io;
        left = corun::make_transport(io.get_executor(), {}, {});
        EXPECT_FALSE(run(io, left->send(r)).failure);
        start(io.get_executor(), left->send(r));
        io.restart();
        io.run_one();
    }
    left->close();
    left.reset();
}

TEST_F(exchange, body_is_pulled) {
    raw_server server([](peer& p) {
        while (!p.read_request().empty()) {
            p.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; ++i) p.write("3\r\nab" + std::to_string(i) + "\r\n");
            p.write("0\r\n\r\n");
        }
    });
    make();
    auto const r = request_to(server.port());
    auto opened = run(io, transport->open(r));
    ASSERT_FALSE(opened.failure) << opened.failure.detail;
    std::string all;
    while (true) {
        auto const chunk = run(io, opened.body->read(corun::steady_time::max()));
        ASSERT_FALSE(chunk.failure) << chunk.failure.detail;
        all += chunk.bytes;
        if (chunk.end) break;
    }
    EXPECT_EQ(all, "ab0ab1ab2");
    opened.body.reset();
    EXPECT_TRUE(run(io, transport->open(r)).reused);
}

TEST_F(exchange, soft_timeout_leaves_the_body_usable) {
    std::promise<void> go;
    raw_server server([&](peer& p) {
        p.read_request();
        p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        go.get_future().wait();
        p.write("2\r\nhi\r\n");
        p.wait_for_end();
    });
    make();
    auto const r = request_to(server.port());
    auto opened = run(io, transport->open(r));
    ASSERT_FALSE(opened.failure);
    EXPECT_EQ(run(io, opened.body->read(clock::now() + 20ms)).failure.code, errc::timeout);
    go.set_value();
    EXPECT_EQ(run(io, opened.body->read(clock::now() + 10s)).bytes, "hi");
}

TEST_F(exchange, abort_from_another_thread) {
    raw_server server([](peer& p) {
        p.read_request();
        p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        p.wait_for_end();
    });
    make();
    auto const r = request_to(server.port());
    auto opened = run(io, transport->open(r));
    std::thread other([&] { opened.body->abort(); });
    auto const chunk = run(io, opened.body->read(clock::now() + 10s));
    EXPECT_EQ(chunk.failure.code, asio::error::operation_aborted);
    other.join();
}

TEST_F(exchange, many_threads_share_one_transport) {
    raw_server server([](peer& p) {
        while (!p.read_request().empty()) p.write(answer("1"));
    });
    limits.max_per_origin = 8;
    make();
    auto const r = request_to(server.port());
    std::atomic<int> good{0};
    auto const work = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < 50; ++i) {
            auto const result = co_await transport->send(r);
            if (!result.failure) ++good;
        }
    };
    for (int i = 0; i < 16; ++i) asio::co_spawn(io, work, [](std::exception_ptr) {});
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { io.run(); });
    for (auto& t : threads) t.join();
    EXPECT_EQ(good, 800);
    EXPECT_LE(server.accepted(), 8);
}

}  // namespace
