#pragma once

#include "support/raw_server.hpp"
#include "support/run.hpp"

#include <corun/error.hpp>
#include <corun/transport.hpp>
#include <corun/transport_options.hpp>

#include <gtest/gtest.h>

#include <boost/asio/error.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace test {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using corun::errc;
using corun::phase;

inline std::ptrdiff_t open_descriptors() {
    auto const all = std::filesystem::directory_iterator("/proc/self/fd");
    return std::distance(begin(all), end(all));
}

inline corun::transport_request request_to(std::uint16_t port, std::string_view method = "GET",
                                           std::string_view body = {}) {
    corun::transport_request r;
    r.method = method;
    r.target = "/x?a=1";
    r.origin = corun::origin(false, "127.0.0.1", port);
    r.headers.add("Accept", "application/json");
    r.repeatable = method == "GET";
    r.has_body = !body.empty();
    r.body = body;
    r.limits.deadline = clock::now() + 20s;
    return r;
}

class transport_test : public ::testing::Test {
public:
    asio::io_context io;
    corun::pool_options limits;
    corun::tls_options tls;
    std::shared_ptr<corun::transport> transport;

    corun::transport& make() {
        transport = corun::make_transport(io.get_executor(), limits, tls);
        return *transport;
    }
    corun::transport_result send(corun::transport_request const& r) { return run(io, transport->send(r)); }

    /// The next call on the same transport works.
    void expect_sound() {
        raw_server good([](peer& p) {
            while (!p.read_request().empty()) p.write(answer("{}"));
        });
        auto const r = send(request_to(good.port()));
        EXPECT_FALSE(r.failure) << r.failure.detail;
        EXPECT_EQ(r.body, "{}");
    }
};

}  // namespace test
