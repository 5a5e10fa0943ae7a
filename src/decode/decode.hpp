#pragma once

// JSON to typed values and back, by the tables of describe.hpp.
//
//     corun::decode_error why;
//     flowmaestro::workflow w;
//     if (!corun::decode(body, w, why)) …            // why.text(): "/nodes/3/name: expected a string, found a number"
//
// Limits hold everywhere: 64 levels of nesting; doubles are finite; of duplicate keys the last wins.

#include "decode/describe.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace corun {

inline constexpr std::size_t json_depth_limit = 64;

/// Why a text or a value is not what it should be; never shows a value.
struct decode_error {
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

    std::string message;
    std::string pointer;        ///< JSON pointer of the place; empty for the document itself
    std::size_t offset = npos;  ///< byte in the text, where there was a text

    /// "/data/3/name: expected a string, found null (byte 118)"
    std::string text() const;
};

/// Parses any number of texts, one after another, each in any number of pieces; keeps its memory.
class json_decoder {
public:
    json_decoder();
    ~json_decoder();
    json_decoder(json_decoder&&) noexcept;
    json_decoder& operator=(json_decoder&&) noexcept;

    /// Starts a text that fills `out`, which must outlive it and be freshly made.
    void start(void* out, value_type const& type);
    /// Takes the next piece; false at the first fault, and from then on.
    bool write(std::string_view piece);
    /// The text has ended; `out` is complete if this is true, and of no use otherwise.
    bool finish();
    /// `start`, `write` and `finish` for a text that is all there: faster.
    bool whole(std::string_view text, void* out, value_type const& type);
    decode_error const& error() const noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// The same for one type.
template <class T>
class decoder {
public:
    void start(T& out) {
        out = T();
        json_.start(std::addressof(out), type_of<T>());
    }
    bool write_some(std::string_view piece) { return json_.write(piece); }
    bool finish() { return json_.finish(); }
    bool whole(std::string_view text, T& out) {
        out = T();
        return json_.whole(text, std::addressof(out), type_of<T>());
    }
    decode_error const& error() const noexcept { return json_.error(); }

private:
    json_decoder json_;
};

bool decode(std::string_view text, void* out, value_type const& type, decode_error& why);
bool decode_value(json::value const& from, void* out, value_type const& type, decode_error& why);
bool encode(void const* value, value_type const& type, std::string& out, decode_error& why);

/// Reads a text into a value, which is replaced; of no use where this is false.
template <class T>
bool decode(std::string_view text, T& out, decode_error& why) {
    out = T();
    return decode(text, std::addressof(out), type_of<T>(), why);
}

/// The same from JSON that is parsed already.
template <class T>
bool decode_value(json::value const& from, T& out, decode_error& why) {
    out = T();
    return decode_value(from, std::addressof(out), type_of<T>(), why);
}

/// Appends a value as compact JSON; false if it holds NaN, an infinity or a text that is not UTF-8.
template <class T>
bool encode(T const& value, std::string& out, decode_error& why) {
    return encode(std::addressof(value), type_of<T>(), out, why);
}

/// The same as JSON.
template <class T>
bool encode_value(T const& value, json::value& out, decode_error& why) {
    std::string text;
    return encode(value, text, why) && decode(text, out, why);
}

/// Parses a free-form text.
bool parse_json(std::string_view text, json::value& out, decode_error& why);
/// Appends compact JSON; false if it holds NaN, an infinity, a text that is not UTF-8, or is nested too deep.
bool write_json(json::value const& value, std::string& out, decode_error& why);

}  // namespace corun
