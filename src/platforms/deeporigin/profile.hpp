#pragma once

#include "call/client_core.hpp"

#include <corun/deeporigin/types.hpp>

#include <optional>
#include <string_view>

namespace corun::deeporigin {

/// What the core must know of Deep Origin.
platform_profile const& profile();

/// Reads an error body in any of its shapes (wire/deeporigin §6.1, §6.2).
void read_error(failure& f, response_head const& head, std::string_view body);

/// What a body says of a licence, a budget or a limit (wire/deeporigin §6.3).
std::optional<restriction> restriction_in(json::object const& body);

}  // namespace corun::deeporigin
