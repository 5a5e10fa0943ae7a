#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace corun {

namespace json = boost::json;

/// Compact JSON text. Throws `validation_error` for what JSON cannot say: NaN, infinities, text that is not UTF-8.
std::string to_text(json::value const& value);

/// Parses one JSON text. Throws `validation_error` that names the place.
json::value parse_text(std::string_view text);

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class V>
json::value to_json(V&& v) {
    using type = std::remove_cvref_t<V>;
    if constexpr (is_optional<type>) {
        return v ? to_json(*std::forward<V>(v)) : json::value(nullptr);
    } else if constexpr (std::is_constructible_v<json::value, V&&>) {
        static_assert(!std::is_pointer_v<std::decay_t<V>> || std::is_convertible_v<V, std::string_view>,
                      "a pointer is no JSON value");
        return json::value(std::forward<V>(v));
    } else if constexpr (requires { std::string_view(v.text()); }) {
        return json::value(std::string_view(v.text()));
    } else {
        json::array list;
        for (auto const& element : v) list.push_back(to_json(element));
        return json::value(std::move(list));
    }
}

inline void put(json::object&) {}

template <class V, class... Rest>
void put(json::object& to, std::string_view key, V&& value, Rest&&... rest) {
    to.insert_or_assign(key, to_json(std::forward<V>(value)));
    put(to, std::forward<Rest>(rest)...);
}

}  // namespace detail

/// `object("name", "Ada", "age", 36)`: a JSON object, written where it is needed; safe inside an awaiting expression.
/// Values are JSON, texts, numbers, booleans, nullptr, std::optional of those, open enums and ranges of all of them.
template <class... A>
json::object object(A&&... names_and_values) {
    static_assert(sizeof...(A) % 2 == 0, "names and values come in pairs");
    json::object made;
    made.reserve(sizeof...(A) / 2);
    detail::put(made, std::forward<A>(names_and_values)...);
    return made;
}

/// `array(1, "two", object("n", 3))`.
template <class... A>
json::array array(A&&... values) {
    json::array made;
    made.reserve(sizeof...(A));
    (made.push_back(detail::to_json(std::forward<A>(values))), ...);
    return made;
}

}  // namespace corun
