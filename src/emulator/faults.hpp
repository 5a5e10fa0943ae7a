#pragma once

#include "emulator/http_server.hpp"
#include "emulator/platform.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace corun::emulator {

/// What goes wrong for the next requests of a route, as `POST /__control/faults` said.
struct fault {
    std::uint64_t id = 0;
    std::string platform;  ///< empty: any
    std::string method;    ///< empty: any
    std::string path = "*";  ///< '*' stands for anything
    std::int64_t skip = 0;
    std::int64_t count = 1;
    std::optional<int> status;
    std::optional<std::string> body;
    std::string body_kind = "envelope";  ///< envelope, framework, html, empty: where there is no `body`
    std::string content_type;
    pairs headers;
    milliseconds delay{0};
    wire_fault wire;
};

class fault_table {
public:
    /// Reads a fault; throws `std::runtime_error` that names what is wrong.
    std::uint64_t add(json::object const& from, std::string_view platform);
    /// The fault that holds for this request, counted.
    std::optional<fault> take(std::string_view platform, request const& r);
    json::array list() const;
    void clear() { faults_.clear(); }

private:
    std::list<fault> faults_;
    std::uint64_t last_ = 0;
};

/// The answer that a fault gives in place of the platform's.
response answer_of(fault const& f, platform& p);

bool matches(std::string_view pattern, std::string_view text);

}  // namespace corun::emulator
