#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace corun {

/// A value that is one of a known set, or a text that is not known (yet).
///
/// The texts stand beside the enum, found by argument-dependent look-up, in the order of the enumerators (from 0):
/// @code
/// enum class thread_status { active, archived, deleted };
/// constexpr std::array<std::string_view, 3> enum_names(thread_status) { return {"active", "archived", "deleted"}; }
/// @endcode
/// A default constructed one is unknown, with an empty text.
template <class E>
class open_enum {
public:
    open_enum() = default;
    open_enum(E value) : value_(value), known_(true) {}
    explicit open_enum(std::string_view text) { assign(text); }

    /// The value; empty where the text is not a known one.
    std::optional<E> known() const { return known_ ? std::optional<E>(value_) : std::nullopt; }
    E value_or(E other) const { return known_ ? value_ : other; }

    /// The text on the wire.
    std::string_view text() const {
        if (!known_) return text_;
        static constexpr auto names = enum_names(E{});
        auto const index = static_cast<std::size_t>(value_);
        return index < names.size() ? names[index] : std::string_view();
    }

    /// Takes the value that the text stands for, or keeps the text.
    void assign(std::string_view text) {
        static constexpr auto names = enum_names(E{});
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i] == text) {
                value_ = static_cast<E>(i);
                known_ = true;
                text_.clear();
                return;
            }
        }
        known_ = false;
        text_ = text;
    }

    friend bool operator==(open_enum const& a, open_enum const& b) { return a.text() == b.text(); }
    friend bool operator==(open_enum const& a, E b) { return a.known_ && a.value_ == b; }
    friend bool operator==(open_enum const& a, std::string_view b) { return a.text() == b; }
    friend std::ostream& operator<<(std::ostream& out, open_enum const& e) { return out << e.text(); }

private:
    E value_{};
    bool known_ = false;
    std::string text_;
};

}  // namespace corun
