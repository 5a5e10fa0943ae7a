#pragma once

#include "call/client_core.hpp"

#include <string_view>

namespace corun::promptrails {

/// What the core must know of PromptRails.
platform_profile const& profile();

/// Reads an error body in any of its shapes (wire/promptrails §3.1, §3.2).
void read_error(failure& f, response_head const& head, std::string_view body);

}  // namespace corun::promptrails
