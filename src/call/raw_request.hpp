#pragma once

#include "call/operation.hpp"

#include <corun/raw_response.hpp>

#include <string_view>

namespace corun::detail {

/// A request of any path, encoded and with its query; what is no path is refused.
request raw_request(std::string_view method, std::string_view target);

void read_raw(operation const& op, raw_response& out);

}  // namespace corun::detail
