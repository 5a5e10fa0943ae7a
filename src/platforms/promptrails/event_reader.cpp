#include "platforms/promptrails/event_reader.hpp"

#include "platforms/promptrails/tables.hpp"

#include <array>
#include <string>
#include <utility>
#include <variant>

namespace corun::promptrails {

namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool fits(member const& row, json::value const& value) {
    auto what = row.what;
    if (what == member_kind::optional) what = row.type().element().what;
    switch (what) {
    case member_kind::text:
        return value.is_string();
    case member_kind::object:
    case member_kind::structure:
        return value.is_object();
    case member_kind::int64:
        return value.is_int64() || value.is_uint64() || value.is_double();
    default:
        return true;
    }
}

// A member of the wrong type counts as unset.
void drop_misfits(json::object& from, value_type const& type) {
    for (std::size_t i = 0; i < type.count; ++i) {
        auto const& row = type.members[i];
        auto* const value = from.if_contains(row.name);
        if (value == nullptr) continue;
        if (!fits(row, *value)) {
            from.erase(row.name);
        } else if (row.what == member_kind::structure) {
            drop_misfits(value->get_object(), row.type());
        }
    }
}

template <class T>
bool read_leniently(std::string_view text, T& value) {
    json::value parsed;
    decode_error why;
    if (!parse_json(text, parsed, why) || !parsed.is_object()) return false;
    drop_misfits(parsed.get_object(), type_of<T>());
    if (decode_value(parsed, value, why)) return true;
    parsed.get_object().erase("token_usage");
    return decode_value(parsed, value, why);
}

template <class T>
bool has_id(T const& event) {
    if constexpr (requires { event.id; })
        return !event.id.empty();
    else if constexpr (requires { event.execution_id; })
        return !event.execution_id.empty();
    else
        return true;
}

template <class T>
bool read_as(json_decoder& json, std::string_view text, stream_event& out) {
    auto& value = out.template emplace<T>();
    if (!json.whole(text, &value, type_of<T>()) && !read_leniently(text, value)) return false;
    return has_id(value);
}

struct event_row {
    std::string_view name;
    bool (*read)(json_decoder& json, std::string_view text, stream_event& out);
};

template <class T>
constexpr event_row row_of() {
    return {T::type, &read_as<T>};
}

constexpr std::array rows{row_of<content_event>(), row_of<thinking_event>(), row_of<tool_start_event>(),
    row_of<tool_end_event>(), row_of<execution_event>(), row_of<done_event>(), row_of<error_event>()};

}  // namespace

void event_reader::read(sse::event_view const& from, stream_event& out) {
    auto const name = trim(from.type);
    for (auto const& row : rows) {
        if (row.name != name) continue;
        if (row.read(json_, from.data, out)) return;
        break;
    }
    auto& unknown = out.emplace<unknown_event>();
    unknown.name = name;
    unknown.text = from.data;
}

}  // namespace corun::promptrails
