#include "transport/fixture.hpp"

namespace {

using namespace test;

struct framing_case {
    char const* name;
    std::string sent;
    errc code;  // errc{}: an answer
    std::string body = {};
    int status = 200;
};

std::string const ok = "HTTP/1.1 200 OK\r\n";

std::vector<framing_case> const& cases() {
    static std::vector<framing_case> const all{
        {"length", ok + "Content-Length: 2\r\n\r\nok", errc{}, "ok"},
        {"chunked", ok + "Transfer-Encoding: chunked\r\n\r\n1;x=\"y\"\r\no\r\n1\r\nk\r\n0\r\nTrailer: t\r\n\r\n",
            errc{}, "ok"},
        {"to_the_end", ok + "\r\nok", errc{}, "ok"},
        {"length_too_big", ok + "Content-Length: 3\r\n\r\nok", errc::incomplete_body},
        {"no_last_chunk", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", errc::incomplete_body},
        {"bad_chunk", ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n", errc::protocol_error},
        {"overflowing_chunk", ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nok\r\n0\r\n\r\n",
            errc::protocol_error},
        {"endless_chunk_extension", ok + "Transfer-Encoding: chunked\r\n\r\n2;" + std::string(100'000, 'x'),
            errc::protocol_error},
        {"length_over_the_limit", ok + "Content-Length: 99999999999\r\n\r\n", errc::body_limit},
        {"two_lengths", ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok", errc::protocol_error},
        {"length_and_chunked", ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            errc::protocol_error},
        {"unknown_coding", ok + "Transfer-Encoding: xchunked\r\n\r\nok", errc::protocol_error},
        {"coding_after_chunked", ok + "Transfer-Encoding: chunked, identity\r\n\r\nok", errc::protocol_error},
        {"gzip_chunked", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", errc::protocol_error},
        {"two_codings", ok + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            errc::protocol_error},
        {"interim",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok +
                "Content-Length: 2\r\n\r\nok",
            errc{}, "ok"},
        {"unasked_101", "HTTP/1.1 101 Switching Protocols\r\n\r\n", errc::protocol_error},
        {"204_with_length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", errc{}, "", 204},
        {"205_with_length", "HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\n", errc{}, "", 205},
        {"304_with_length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", errc{}, "", 304},
        {"9_kb_header", ok + "A: " + std::string(9'000, 'x') + "\r\nContent-Length: 2\r\n\r\nok", errc{}, "ok"},
        {"17_kb_header", ok + "A: " + std::string(17'000, 'x') + "\r\nContent-Length: 2\r\n\r\nok", errc::header_limit},
        {"201_headers",
            [] {
                std::string text = ok;
                for (int i = 0; i < 201; ++i) text += "A: b\r\n";
                return text + "\r\n";
            }(),
            errc::header_limit},
        {"70_kb_of_headers",
            [] {
                std::string text = ok;
                for (int i = 0; i < 70; ++i) text += "A: " + std::string(1'000, 'x') + "\r\n";
                return text + "\r\n";
            }(),
            errc::header_limit},
        {"status_099", "HTTP/1.1 099 X\r\n\r\n", errc::protocol_error},
        {"status_600", "HTTP/1.1 600 X\r\n\r\n", errc::protocol_error},
        {"status_999", "HTTP/1.1 999 X\r\n\r\n", errc::protocol_error},
        {"status_2000", "HTTP/1.1 2000 X\r\n\r\n", errc::protocol_error},
        {"ssh", "SSH-2.0-OpenSSH_9.2\r\n", errc::protocol_error},
        {"html", "<html>", errc::protocol_error},
        {"http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", errc::protocol_error},
        {"tls_alert", std::string("\x15\x03\x01\x00\x02\x02\x46", 7), errc::protocol_error},
        {"folded", ok + "A: b\r\n c\r\nContent-Length: 0\r\n\r\n", errc::protocol_error},
        {"nul", ok + std::string("A: b\0c\r\n\r\n", 10), errc::protocol_error},
        {"bare_cr", ok + "A: b\rc\r\nContent-Length: 0\r\n\r\n", errc::protocol_error},
        {"bare_lf", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", errc::protocol_error},
        {"space_before_colon", ok + "A : b\r\nContent-Length: 0\r\n\r\n", errc::protocol_error},
        {"negative_length", ok + "Content-Length: -5\r\n\r\n", errc::protocol_error},
        {"plus_length", ok + "Content-Length: +5\r\n\r\n", errc::protocol_error},
        {"nothing", "", errc::connection_lost},
        {"half_a_head", "HTTP/1.1 200 OK\r\nConte", errc::connection_lost},
    };
    return all;
}

class framing : public transport_test, public ::testing::WithParamInterface<framing_case> {
public:
    void expect(corun::transport_result const& r) {
        auto const& given = GetParam();
        if (given.code == errc{}) {
            EXPECT_FALSE(r.failure) << r.failure.code << ' ' << r.failure.detail;
            EXPECT_EQ(r.head.status, given.status);
            EXPECT_EQ(r.body, given.body);
        } else {
            EXPECT_EQ(r.failure.code, given.code) << r.failure.detail;
        }
    }
};

TEST_P(framing, whole) {
    raw_server server([&](peer& p) {
        p.read_request();
        p.write(GetParam().sent);
        p.end_writing();
        p.wait_for_end();
    });
    make();
    expect(send(request_to(server.port())));
    expect_sound();
}

TEST_P(framing, in_segments_of_one_byte) {
    if (GetParam().sent.size() > 1000) GTEST_SKIP() << "too long for single bytes";
    raw_server server([&](peer& p) {
        boost::system::error_code ec;
        p.socket().set_option(asio::ip::tcp::no_delay(true), ec);
        p.read_request();
        for (char const c : GetParam().sent)
            if (!p.write({&c, 1})) return;
        p.end_writing();
        p.wait_for_end();
    });
    make();
    expect(send(request_to(server.port())));
    expect_sound();
}

INSTANTIATE_TEST_SUITE_P(
    all, framing, ::testing::ValuesIn(cases()), [](auto const& given) { return given.param.name; });

TEST_F(transport_test, nine_interim_answers_are_too_many) {
    raw_server server([](peer& p) {
        p.read_request();
        for (int i = 0; i < 9; ++i) p.write("HTTP/1.1 100 Continue\r\n\r\n");
        p.write(ok + "Content-Length: 0\r\n\r\n");
        p.wait_for_end();
    });
    make();
    EXPECT_EQ(send(request_to(server.port())).failure.code, errc::protocol_error);
}

TEST_F(transport_test, head_request_has_no_body) {
    raw_server server([](peer& p) {
        while (!p.read_request().empty()) p.write(ok + "Content-Length: 5\r\n\r\n");
    });
    make();
    EXPECT_EQ(send(request_to(server.port(), "HEAD")).head.status, 200);
    EXPECT_TRUE(send(request_to(server.port(), "HEAD")).reused);
}

}  // namespace
