#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corun {

/// One HTTP header field of a list; valid until the list changes.
struct header {
    std::string_view name;
    std::string_view value;
};

/// HTTP header fields in their order; names compare without case.
class header_list {
    struct entry {
        std::uint32_t at = 0;  // the name, then the value
        std::uint32_t name = 0;
        std::uint32_t value = 0;
    };

public:
    class iterator {
    public:
        using value_type = header;
        using difference_type = std::ptrdiff_t;
        using reference = header;
        using pointer = void;
        using iterator_category = std::input_iterator_tag;

        iterator() = default;
        header operator*() const { return list_->at(index_); }
        iterator& operator++() {
            ++index_;
            return *this;
        }
        iterator operator++(int) {
            auto const before = *this;
            ++index_;
            return before;
        }
        friend bool operator==(iterator const& a, iterator const& b) { return a.index_ == b.index_; }

    private:
        friend class header_list;
        iterator(header_list const* list, std::size_t index) : list_(list), index_(index) {}
        header_list const* list_ = nullptr;
        std::size_t index_ = 0;
    };

    header_list() = default;

    /// Appends a field, also where the name is there already.
    header_list& add(std::string_view name, std::string_view value);
    /// Replaces every field of this name, or appends.
    header_list& set(std::string_view name, std::string_view value);
    void erase(std::string_view name);

    /// The first value of this name.
    std::optional<std::string_view> find(std::string_view name) const noexcept;
    bool contains(std::string_view name) const noexcept { return find(name).has_value(); }

    std::size_t size() const noexcept { return entries_.size(); }
    bool empty() const noexcept { return entries_.empty(); }
    void clear() noexcept;
    /// Room for so many fields, and so many bytes of names and values in all.
    void reserve(std::size_t fields, std::size_t bytes);
    iterator begin() const noexcept { return {this, 0}; }
    iterator end() const noexcept { return {this, entries_.size()}; }

private:
    header at(std::size_t index) const noexcept;

    std::string text_;  // names and values; what was replaced stays in it
    std::vector<entry> entries_;
};

}  // namespace corun
