#pragma once

#include "call/client_core.hpp"

#include <string_view>

namespace corun::flowmaestro {

/// What the core must know of FlowMaestro.
platform_profile const& profile();

/// Reads an error body, enveloped or not (wire/flowmaestro §2.3, §2.4); status and request id are there already.
void read_error(failure& f, response_head const& head, std::string_view body);

}  // namespace corun::flowmaestro
