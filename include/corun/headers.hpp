#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corun {

/// One HTTP header field.
class header {
public:
    header() = default;
    header(std::string_view n, std::string_view v) : name(n), value(v) {}

    std::string name;
    std::string value;
};

/// HTTP header fields in their order; names compare without case.
class header_list {
public:
    header_list() = default;

    /// Appends a field, also where the name is there already.
    header_list& add(std::string_view name, std::string_view value);
    /// Replaces every field of this name, or appends.
    header_list& set(std::string_view name, std::string_view value);
    void erase(std::string_view name);

    /// The first value of this name.
    std::optional<std::string_view> find(std::string_view name) const noexcept;
    bool contains(std::string_view name) const noexcept { return find(name).has_value(); }

    std::size_t size() const noexcept { return fields_.size(); }
    bool empty() const noexcept { return fields_.empty(); }
    void clear() noexcept { fields_.clear(); }
    void reserve(std::size_t n) { fields_.reserve(n); }
    auto begin() const noexcept { return fields_.begin(); }
    auto end() const noexcept { return fields_.end(); }

private:
    std::vector<header> fields_;
};

}  // namespace corun
