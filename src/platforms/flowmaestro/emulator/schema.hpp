#pragma once

#include "platforms/flowmaestro/emulator/core.hpp"

namespace corun::emulator::fm {

void create_tables(database& db);
void empty_tables(database& db);
/// A value that outlives a restart.
std::optional<std::string> kept(database& db, std::string_view name);
void keep(database& db, std::string_view name, std::string_view value);

}  // namespace corun::emulator::fm
