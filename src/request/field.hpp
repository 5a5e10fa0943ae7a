#pragma once

#include <optional>
#include <string_view>

namespace corun {

/// Why a header cannot be sent; nullopt where it can. The text never holds the value.
std::optional<std::string_view> field_problem(std::string_view name, std::string_view value) noexcept;

}  // namespace corun
