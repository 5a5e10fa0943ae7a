// Bodies that end with their connection.

#include "transport/fixture.hpp"

#include <corun/flowmaestro/client.hpp>

namespace {

using namespace test;
namespace fm = corun::flowmaestro;

TEST(content, json_that_ends_with_the_connection) {
    std::string body;
    raw_server server([&](peer& p) {
        p.read_request();
        p.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body);
    });
    asio::io_context io;
    fm::client client(io, fm::client_options("fm_live_x").base_url(server.url()));
    auto const get = [](fm::client& c) -> asio::awaitable<std::string> {
        auto const w = co_await c.workflows.get("w");
        co_return w.id;
    };
    body = R"({"data":{"id":"whole"}})";
    EXPECT_EQ(run(io, get(client)), "whole");
    body = R"({"data":{"id":"wh)";
    try {
        run(io, get(client));
        ADD_FAILURE();
    } catch (corun::protocol_error const& e) {
        EXPECT_EQ(e.code(), errc::incomplete_body) << e.what();
    }
}

}  // namespace
