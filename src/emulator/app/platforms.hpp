#pragma once

#include "emulator/emulator.hpp"

#include <vector>

namespace corun::emulator {

/// Every platform of this build.
std::vector<platform_entry> const& all_platforms();

}  // namespace corun::emulator
