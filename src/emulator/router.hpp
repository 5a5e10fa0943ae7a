#pragma once

#include "emulator/exchange.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace corun::emulator {

/// One request on its way through the routes.
struct api_call {
    exchange_ptr exchange;
    std::vector<std::string> ids;  ///< what stands for each "{}" of the path
    request const& asked() const { return exchange->asked(); }
    std::string const& id(std::size_t n = 0) const { return ids.at(n); }
};
using call_ptr = std::shared_ptr<api_call>;

struct route {
    std::string method;
    std::string path;  ///< "/agents/{}/versions", "/executions/{}:cancel"; an id is never empty
    std::function<void(call_ptr const&)> handle;
    bool open = false;  ///< without a key
};

/// Which route a request takes.
struct routed {
    route const* to = nullptr;
    std::vector<std::string> ids;
    std::string allowed;  ///< where only the method is wrong: the right ones, as `Allow` has them
};

/// The first that fits wins; HEAD goes where GET goes.
routed find_route(std::vector<route> const& routes, request const& asked);

}  // namespace corun::emulator
