#pragma once

#include <corun/blocking.hpp>
#include <corun/flowmaestro/client.hpp>
#include <corun/testing/scripted_transport.hpp>
#include <corun/testing/virtual_time.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace test {

namespace fm = corun::flowmaestro;
namespace json = boost::json;
using namespace std::chrono_literals;

/// A client over a script instead of sockets, on a clock that sleeps in no time.
class scripted : public ::testing::Test {
public:
    std::shared_ptr<corun::testing::virtual_time> time = std::make_shared<corun::testing::virtual_time>();
    std::shared_ptr<corun::testing::scripted_transport> wire = std::make_shared<corun::testing::scripted_transport>(time);
    corun::blocking_runtime runtime;
    fm::client client{runtime.executor(), options()};

    fm::client_options options() const {
        fm::client_options o("fm_live_key");
        o.base_url("https://api.example.test").transport(wire).time(time);
        return o;
    }

    template <class T>
    T run(corun::call<T> call) {
        return runtime.run(std::move(call));
    }
    template <class T>
    T run(boost::asio::awaitable<T> operation) {
        return runtime.run(std::move(operation));
    }

    /// All events of a stream.
    template <class E>
    std::vector<E> all(corun::event_stream<E> stream) {
        std::vector<E> events;
        for (auto& event : runtime.each(stream)) events.push_back(std::move(event));
        return events;
    }
};

/// The names of events, in a line.
template <class E>
std::string names(std::vector<E> const& events) {
    std::string text;
    for (auto const& event : events) {
        if (!text.empty()) text += ' ';
        std::visit(
            [&](auto const& e) {
                if constexpr (requires { e.type; }) text += e.type.text();
                else text += "?" + e.name;
            },
            event);
    }
    return text;
}

}  // namespace test
