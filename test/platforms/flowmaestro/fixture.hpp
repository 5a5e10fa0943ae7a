#pragma once

#include "support/scripted.hpp"

#include <corun/flowmaestro/client.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace test {

namespace fm = corun::flowmaestro;
namespace json = boost::json;
using namespace std::chrono_literals;

class scripted : public script {
public:
    fm::client client{runtime.executor(), options()};

    fm::client_options options() const { return dressed(fm::client_options("fm_live_key")); }
};

/// The names of events, in a line.
template <class E>
std::string names(std::vector<E> const& events) {
    std::string text;
    for (auto const& event : events) {
        if (!text.empty()) text += ' ';
        std::visit(
            [&](auto const& e) {
                if constexpr (requires { e.type; })
                    text += e.type.text();
                else
                    text += "?" + e.name;
            },
            event);
    }
    return text;
}

}  // namespace test
