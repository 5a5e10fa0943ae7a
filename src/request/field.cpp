#include "request/field.hpp"

#include <algorithm>

namespace corun {

namespace {

bool is_token(unsigned char c) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_field_text(unsigned char c) noexcept { return c == '\t' || (c >= ' ' && c != 0x7f); }

bool same(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? x - 'A' + 'a' : x) == y;
    });
}

}  // namespace

std::optional<std::string_view> field_problem(std::string_view name, std::string_view value) noexcept {
    if (name.empty() || !std::all_of(name.begin(), name.end(), [](char c) { return is_token(static_cast<unsigned char>(c)); }))
        return "a header name is empty or holds a character that no header name has";
    if (!std::all_of(value.begin(), value.end(), [](char c) { return is_field_text(static_cast<unsigned char>(c)); }))
        return "a header value holds a control character (CR, LF or NUL, say)";
    for (std::string_view own : {"host", "content-length", "transfer-encoding", "connection"})
        if (same(name, own)) return "the library sets Host, Content-Length, Transfer-Encoding and Connection itself";
    return std::nullopt;
}

}  // namespace corun
