#include "request/url.hpp"

#include <corun/error.hpp>

#include <gtest/gtest.h>

namespace corun {
namespace {

TEST(base_url, is_taken_apart) {
    struct row {
        std::string text;
        bool tls;
        std::string host;
        std::uint16_t port;
        std::string prefix, authority;
    };
    for (row const& r : {row{"https://api.flowmaestro.io", true, "api.flowmaestro.io", 443, "", "api.flowmaestro.io"},
                         row{"https://api.flowmaestro.io///", true, "api.flowmaestro.io", 443, "", "api.flowmaestro.io"},
                         row{"http://127.0.0.1:4701", false, "127.0.0.1", 4701, "", "127.0.0.1:4701"},
                         row{"HTTP://LocalHost:80/base/", false, "localhost", 80, "/base", "localhost"},
                         row{"https://[::1]:8443/a/b", true, "::1", 8443, "/a/b", "[::1]:8443"},
                         row{"https://xn--bcher-kva.example", true, "xn--bcher-kva.example", 443, "",
                             "xn--bcher-kva.example"}}) {
        auto const url = parse_base_url(r.text, "test");
        EXPECT_EQ(url.origin, origin(r.tls, r.host, r.port)) << r.text;
        EXPECT_EQ(url.prefix, r.prefix) << r.text;
        EXPECT_EQ(url.origin.authority(), r.authority) << r.text;
    }
}

TEST(base_url, what_cannot_be_used_is_refused_before_any_io) {
    for (auto const* text :
         {"", "api.flowmaestro.io", "ftp://host", "https://", "https://user:secret@host", "https://host?x=1",
          "https://host#part", "https://host:0", "https://host:65536", "https://host:abc", "https://ho st",
          "https://host/a b", "https://bücher.example", "https://host\r\n", "https://[::1", "http://a%2fb"}) {
        try {
            parse_base_url(text, "test");
            ADD_FAILURE() << text;
        } catch (validation_error const& e) {
            EXPECT_EQ(e.code(), errc::invalid_argument);
            EXPECT_EQ(e.status(), 0);
            EXPECT_EQ(e.phase(), phase::prepare);
            EXPECT_EQ(std::string(e.what()).find("secret"), std::string::npos);
        }
    }
}

TEST(encoding, all_but_the_unreserved_is_encoded) {
    EXPECT_EQ(encode_segment("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(encode_segment("a/b"), "a%2Fb");
    EXPECT_EQ(encode_segment("..."), "...");
    EXPECT_EQ(encode_query("a b+c&d=e"), "a%20b%2Bc%26d%3De");
}

}  // namespace
}  // namespace corun
