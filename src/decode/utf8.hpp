#pragma once

#include <cstddef>
#include <string_view>

namespace corun {

/// How many bytes at the start are UTF-8 (RFC 3629: no surrogates, nothing over-long, nothing above U+10FFFF).
inline std::size_t utf8_prefix(std::string_view s) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    std::size_t i = 0;
    while (i < s.size()) {
        unsigned const c = byte(i);
        if (c < 0x80) {
            ++i;
            continue;
        }
        if (c < 0xC2 || c > 0xF4) return i;
        std::size_t const length = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (s.size() - i < length) return i;
        unsigned const low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
        unsigned const high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
        if (byte(i + 1) < low || byte(i + 1) > high) return i;
        for (std::size_t k = 2; k < length; ++k)
            if ((byte(i + k) & 0xC0) != 0x80) return i;
        i += length;
    }
    return i;
}

}  // namespace corun
