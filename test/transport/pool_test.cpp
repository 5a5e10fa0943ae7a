#include "transport/fixture.hpp"

namespace {

using namespace test;

class pool : public transport_test {};

TEST_F(pool, connection_that_the_server_closed_is_noticed) {
    std::promise<void> closed;
    raw_server server([&](peer& p) {
        p.read_request();
        p.write(answer("1"));
        p.close();
        if (p.number() == 0) closed.set_value();
    });
    make();
    EXPECT_FALSE(send(request_to(server.port())).failure);
    closed.get_future().wait();
    auto const r = send(request_to(server.port(), "POST", "{}"));
    EXPECT_FALSE(r.failure) << r.failure.detail;
    EXPECT_FALSE(r.reused);
}

// The first connection dies once its second request has arrived.
void die_on_second(peer& p) {
    p.read_request();
    p.write(answer("1"));
    if (p.number() == 0) {
        p.read_request();
        return;
    }
    while (!p.read_request().empty()) p.write(answer("1"));
}

TEST_F(pool, dead_connection_is_replaced_once_where_a_replay_does_no_harm) {
    raw_server server(&die_on_second);
    make();
    EXPECT_FALSE(send(request_to(server.port())).failure);
    auto const r = send(request_to(server.port()));
    EXPECT_FALSE(r.failure) << r.failure.detail;
    EXPECT_EQ(server.accepted(), 2);
}

TEST_F(pool, post_is_not_replayed) {
    raw_server server(&die_on_second);
    make();
    EXPECT_FALSE(send(request_to(server.port())).failure);
    auto const r = send(request_to(server.port(), "POST", "{}"));
    EXPECT_EQ(r.failure.code, errc::connection_lost);
    EXPECT_TRUE(r.failure.bytes_written);
    EXPECT_FALSE(r.failure.bytes_received);
    EXPECT_EQ(server.accepted(), 1);
    expect_sound();
}

TEST_F(pool, fresh_connection_that_dies_is_not_dialled_again) {
    raw_server server([](peer& p) { p.read_request(); });
    make();
    EXPECT_EQ(send(request_to(server.port())).failure.code, errc::connection_lost);
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(pool, reset_after_the_first_byte_is_not_replayed) {
    raw_server server([](peer& p) {
        p.read_request();
        p.write(answer("1"));
        p.read_request();
        p.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1");
        std::string ignored;
        p.reset();
    });
    make();
    EXPECT_FALSE(send(request_to(server.port())).failure);
    auto const r = send(request_to(server.port()));
    EXPECT_TRUE(r.failure.code == errc::connection_lost || r.failure.code == errc::incomplete_body) << r.failure.code;
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(pool, bytes_after_an_answer_close_the_connection) {
    raw_server server([](peer& p) {
        p.read_request();
        p.write(answer("1") + "junk");
        p.wait_for_end();
    });
    make();
    for (int i = 0; i < 2; ++i) {
        auto const r = send(request_to(server.port()));
        EXPECT_EQ(r.body, "1");
        EXPECT_FALSE(r.reused);
    }
}

TEST_F(pool, bytes_on_an_idle_connection_drop_it) {
    std::promise<void> sent;
    raw_server server([&](peer& p) {
        p.read_request();
        p.write(answer("1"));
        if (p.number() == 0) {
            p.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
            sent.set_value();
        }
        p.wait_for_end();
    });
    make();
    send(request_to(server.port()));
    sent.get_future().wait();
    auto const r = send(request_to(server.port()));
    EXPECT_EQ(r.head.status, 200);
    EXPECT_FALSE(r.reused);
}

TEST_F(pool, connection_close_and_http_1_0_are_not_kept) {
    for (std::string const given : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1",
                                    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n1"}) {
        raw_server server([&](peer& p) {
            p.read_request();
            p.write(given);
            p.wait_for_end();
        });
        make();
        EXPECT_EQ(send(request_to(server.port())).body, "1");
        EXPECT_FALSE(send(request_to(server.port())).reused);
    }
}

TEST_F(pool, waiters_are_served_in_their_order) {
    raw_server server([](peer& p) {
        while (!p.read_request().empty()) p.write(answer("1"));
    });
    limits.max_per_origin = 1;
    make();
    auto const r = request_to(server.port());
    std::vector<int> order;
    auto const one = [&](int n) -> asio::awaitable<void> {
        co_await transport->send(r);
        order.push_back(n);
    };
    for (int i = 0; i < 5; ++i) asio::co_spawn(io, one(i), [](std::exception_ptr) {});
    io.run();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(pool, waiting_is_limited_and_a_cancelled_waiter_loses_nothing) {
    std::promise<void> go;
    auto const wait = go.get_future().share();
    raw_server server([&](peer& p) {
        while (!p.read_request().empty()) {
            wait.wait();
            p.write(answer("1"));
        }
    });
    limits.max_per_origin = 1;
    make();
    auto const r = request_to(server.port());
    auto limited = r;
    limited.limits.phases.pool = 30ms;
    auto first = start(io.get_executor(), transport->send(r));
    auto second = start(io.get_executor(), transport->send(limited));
    auto third = start(io.get_executor(), transport->send(r));
    auto fourth = start(io.get_executor(), transport->send(r));
    while (!second.done()) io.run_one();
    auto const late = second.get();
    EXPECT_EQ(late.failure.code, errc::timeout);
    EXPECT_EQ(late.failure.where, phase::pool);
    third.cancel();
    while (!third.done()) io.run_one();
    go.set_value();
    while (!fourth.done()) io.run_one();
    EXPECT_FALSE(fourth.get().failure);
    EXPECT_FALSE(first.get().failure);
    EXPECT_EQ(server.accepted(), 1);
}

TEST_F(pool, body_given_up_half_read_frees_its_connection) {
    raw_server server([](peer& p) {
        p.read_request();
        p.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n12");
        p.wait_for_end();
    });
    limits.max_per_origin = 1;
    make();
    auto const r = request_to(server.port());
    {
        auto opened = run(io, transport->open(r));
        ASSERT_FALSE(opened.failure);
        EXPECT_EQ(run(io, opened.body->read(clock::now() + 10s)).bytes, "12");
    }
    EXPECT_FALSE(run(io, transport->open(r)).failure);
    EXPECT_EQ(server.accepted(), 2);
}

TEST_F(pool, idle_and_lifetime_end) {
    raw_server server([](peer& p) {
        while (!p.read_request().empty()) p.write(answer("1"));
    });
    limits.lifetime = 1ms;
    make();
    send(request_to(server.port()));
    auto const until = clock::now() + 2ms;
    while (clock::now() < until) {}
    EXPECT_FALSE(send(request_to(server.port())).reused);
}

TEST_F(pool, idle_connections_are_closed_in_time_while_the_context_runs) {
    std::promise<void> ended;
    raw_server server([&](peer& p) {
        p.read_request();
        p.write(answer("1"));
        p.wait_for_end();
        ended.set_value();
    });
    limits.idle = 20ms;
    make();
    send(request_to(server.port()));
    auto const guard = asio::make_work_guard(io);
    auto closed = ended.get_future();
    while (closed.wait_for(0s) != std::future_status::ready) io.run_one_for(10ms);
    SUCCEED();
}

TEST_F(pool, origins_do_not_share) {
    auto const serve = [](peer& p) {
        while (!p.read_request().empty()) p.write(answer("1"));
    };
    raw_server one(serve);
    raw_server two(serve);
    limits.max_connections = 1;
    make();
    EXPECT_FALSE(send(request_to(one.port())).failure);
    auto const r = send(request_to(two.port()));  // the idle one makes room
    EXPECT_FALSE(r.failure);
    EXPECT_FALSE(r.reused);
    EXPECT_EQ(two.accepted(), 1);
}

}  // namespace
