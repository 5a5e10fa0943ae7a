#pragma once

#include "support/scripted.hpp"

#include <corun/promptrails/client.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace test {

namespace pr = corun::promptrails;
namespace json = boost::json;
using namespace std::chrono_literals;

class scripted : public script {
public:
    pr::client client{runtime.executor(), options()};

    pr::client_options options() const { return dressed(pr::client_options("pr_key_example")); }
};

inline std::string name_of(pr::stream_event const& event) {
    return std::visit(
        []<class E>(E const& e) -> std::string {
            if constexpr (requires { E::type; })
                return std::string(E::type);
            else
                return "?" + e.name;
        },
        event);
}

/// The names of events, in a line.
inline std::string names(std::vector<pr::stream_event> const& events) {
    std::string text;
    for (auto const& event : events) {
        if (!text.empty()) text += ' ';
        text += name_of(event);
    }
    return text;
}

inline std::string frame(std::string_view name, std::string_view data) {
    return "event: " + std::string(name) + "\ndata: " + std::string(data) + "\n\n";
}

}  // namespace test
