#pragma once

#include "support/scripted.hpp"

#include <corun/deeporigin/client.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <string>

namespace test {

namespace od = corun::deeporigin;
namespace json = boost::json;
using namespace std::chrono_literals;
using corun::object;

inline std::string const id = "a2c6d0de-61a5-4d0e-9a57-6f9f0d6a1b11";

/// A client of the organisation acme-bio with an opaque token.
class scripted : public script {
public:
    od::client client{runtime.executor(), options()};

    od::client_options options() const {
        auto o = dressed(od::client_options("token"));
        o.org_key("acme-bio").session("7b1f0f6a-2f53-4f0e-8f6b-4a4d3f1f9c10");
        return o;
    }
    void answer(std::string_view status, std::string_view which = id) {
        wire->answer(
            200, R"({"executionId":")" + std::string(which) + R"(","status":")" + std::string(status) + R"("})");
    }
    std::string line(std::size_t n) const { return wire->wire(n).substr(0, wire->wire(n).find(" HTTP/1.1\r\n")); }
    std::string body(std::size_t n) const { return wire->wire(n).substr(wire->wire(n).find("\r\n\r\n") + 4); }
};

}  // namespace test
