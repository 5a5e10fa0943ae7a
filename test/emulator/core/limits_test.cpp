// The limits in time of the emulator's server, made short.

#include "emulator/app/platforms.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace {

namespace asio = boost::asio;
namespace emu = corun::emulator;
using tcp = asio::ip::tcp;

class limits : public ::testing::Test {
public:
    limits() {
        emu::options o;
        o.free_ports = true;
        o.log_level = "error";
        o.limits.idle = std::chrono::milliseconds(100);
        o.limits.head_time = std::chrono::milliseconds(100);
        o.limits.body_time = std::chrono::milliseconds(100);
        host_ = std::make_unique<emu::emulator>(context_, o, emu::all_platforms());
        std::string const url(host_->base_urls().at("flowmaestro").as_string());
        port_ = static_cast<unsigned short>(std::stoi(url.substr(url.rfind(':') + 1)));
        thread_ = std::thread([this] { context_.run(); });
    }
    ~limits() override {
        asio::post(context_, [this] {
            host_->stop();
            context_.stop();
        });
        thread_.join();
    }

    /// What comes until the server closes.
    std::string ask(std::string const& text) {
        asio::io_context io;
        tcp::socket s(io);
        s.connect({asio::ip::make_address("127.0.0.1"), port_});
        asio::write(s, asio::buffer(text));
        std::string answer;
        boost::system::error_code ec;
        asio::read(s, asio::dynamic_buffer(answer), ec);
        return answer;
    }

private:
    asio::io_context context_{1};
    std::unique_ptr<emu::emulator> host_;
    unsigned short port_ = 0;
    std::thread thread_;
};

TEST_F(limits, slow_heads_and_bodies_are_given_up) {
    EXPECT_EQ(ask("GET /api/v1/agents HTTP/1.1\r\nHo"), "");
    EXPECT_EQ(ask("POST /api/v1/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"), "");
}

TEST_F(limits, idle_connections_are_closed) {
    EXPECT_EQ(ask(""), "");
    auto const answer = ask("GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 404");
}

}  // namespace
