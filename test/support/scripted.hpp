#pragma once

#include <corun/blocking.hpp>
#include <corun/call.hpp>
#include <corun/event_stream.hpp>
#include <corun/testing/scripted_transport.hpp>
#include <corun/testing/virtual_time.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace test {

/// A client over a script instead of sockets, on a clock that sleeps in no time. A fixture derives from this and makes
/// its client of `dressed(options)`.
class script : public ::testing::Test {
public:
    std::shared_ptr<corun::testing::virtual_time> time = std::make_shared<corun::testing::virtual_time>();
    std::shared_ptr<corun::testing::scripted_transport> wire =
        std::make_shared<corun::testing::scripted_transport>(time);
    corun::blocking_runtime runtime;

    template <class Options>
    Options dressed(Options options) const {
        options.base_url("https://api.example.test").transport(wire).time(time);
        return options;
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

}  // namespace test
