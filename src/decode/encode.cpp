#include "decode/decode.hpp"
#include "decode/utf8.hpp"

#include <corun/error.hpp>
#include <corun/json.hpp>

#include <charconv>
#include <cmath>
#include <utility>

namespace corun {

namespace {

/// Appends compact JSON; the first fault is kept, its pointer put together on the way back.
class writer {
public:
    writer(std::string& out, decode_error& why) : out_(out), why_(why) {}

    bool value(json::value const& v, std::size_t depth) {
        switch (v.kind()) {
            case json::kind::null: return put("null");
            case json::kind::bool_: return put(v.get_bool() ? "true" : "false");
            case json::kind::int64: return number(v.get_int64());
            case json::kind::uint64: return number(v.get_uint64());
            case json::kind::double_: return real(v.get_double());
            case json::kind::string: return text(v.get_string());
            case json::kind::array: return array(v.get_array(), depth);
            case json::kind::object: return object(v.get_object(), depth);
        }
        return false;
    }

    bool typed(void const* p, member_kind what, value_type_ref ref, std::size_t depth) {
        switch (what) {
            case member_kind::text: return text(*static_cast<std::string const*>(p));
            case member_kind::boolean: return put(*static_cast<bool const*>(p) ? "true" : "false");
            case member_kind::int32: return number(*static_cast<std::int32_t const*>(p));
            case member_kind::uint32: return number(*static_cast<std::uint32_t const*>(p));
            case member_kind::int64: return number(*static_cast<std::int64_t const*>(p));
            case member_kind::uint64: return number(*static_cast<std::uint64_t const*>(p));
            case member_kind::real: return real(*static_cast<double const*>(p));
            case member_kind::value: return value(*static_cast<json::value const*>(p), depth);
            case member_kind::object: return object(*static_cast<json::object const*>(p), depth);
            case member_kind::array: return array(*static_cast<json::array const*>(p), depth);
            case member_kind::enumeration: return text(ref().get_text(p));
            case member_kind::optional: return optional(p, ref(), depth);
            case member_kind::list: return list(p, ref(), depth);
            case member_kind::map: return map(p, ref(), depth);
            case member_kind::structure: return structure(p, ref(), depth);
        }
        return false;
    }

    bool typed(void const* p, value_type const& type, std::size_t depth) {
        switch (type.what) {
            case member_kind::enumeration: return text(type.get_text(p));
            case member_kind::optional: return optional(p, type, depth);
            case member_kind::list: return list(p, type, depth);
            case member_kind::map: return map(p, type, depth);
            case member_kind::structure: return structure(p, type, depth);
            default: return typed(p, type.what, nullptr, depth);
        }
    }

private:
    struct elements {
        writer* self;
        value_type const* type;
        std::size_t depth;
        std::size_t index;
    };

    static bool is_empty(void const* p, member const& row) {
        switch (row.what) {
            case member_kind::text: return static_cast<std::string const*>(p)->empty();
            case member_kind::object: return static_cast<json::object const*>(p)->empty();
            case member_kind::array: return static_cast<json::array const*>(p)->empty();
            case member_kind::value: return static_cast<json::value const*>(p)->is_null();
            case member_kind::enumeration: return row.type().get_text(p).empty();
            case member_kind::optional:
            case member_kind::list:
            case member_kind::map:
                return row.type().each(p, nullptr, [](void*, std::string_view, void const*) { return false; });
            default: return false;
        }
    }

    bool structure(void const* p, value_type const& type, std::size_t depth) {
        if (depth == json_depth_limit) return fail("nested deeper than 64 levels");
        void* const owner = const_cast<void*>(p);  // the tables are written for reading in; nothing is changed here
        out_ += '{';
        bool first = true;
        for (std::size_t i = 0; i < type.count; ++i) {
            member const& row = type.members[i];
            if (row.is_read_only) continue;
            void const* m = row.address(owner);
            bool const droppable = row.is_skip_empty || (row.what == member_kind::optional && !row.is_keep_null);
            if (droppable && is_empty(m, row)) continue;
            if (!name(row.name, first) || !typed(m, row.what, row.type, depth + 1)) return within(row.name);
        }
        for (auto const& [key, v] : *type.extra(owner)) {
            if (described(type, key)) continue;
            if (!name(key, first) || !value(v, depth + 1)) return within(key);
        }
        out_ += '}';
        return true;
    }

    static bool described(value_type const& type, std::string_view key) {
        for (std::size_t i = 0; i < type.count; ++i)
            if (type.members[i].name == key) return true;
        return false;
    }

    bool optional(void const* p, value_type const& type, std::size_t depth) {
        elements e{this, &type.element(), depth, 0};
        bool const ok = type.each(p, &e, [](void* context, std::string_view, void const* element) {
            auto& c = *static_cast<elements*>(context);
            ++c.index;
            return c.self->typed(element, *c.type, c.depth);
        });
        return ok && (e.index != 0 || put("null"));
    }

    bool list(void const* p, value_type const& type, std::size_t depth) {
        if (depth == json_depth_limit) return fail("nested deeper than 64 levels");
        elements e{this, &type.element(), depth + 1, 0};
        out_ += '[';
        bool const ok = type.each(p, &e, [](void* context, std::string_view, void const* element) {
            auto& c = *static_cast<elements*>(context);
            if (c.index++ != 0) c.self->out_ += ',';
            return c.self->typed(element, *c.type, c.depth) || c.self->within(std::to_string(c.index - 1));
        });
        out_ += ']';
        return ok;
    }

    bool map(void const* p, value_type const& type, std::size_t depth) {
        if (depth == json_depth_limit) return fail("nested deeper than 64 levels");
        elements e{this, &type.element(), depth + 1, 0};
        out_ += '{';
        bool const ok = type.each(p, &e, [](void* context, std::string_view key, void const* element) {
            auto& c = *static_cast<elements*>(context);
            bool first = c.index++ == 0;
            return (c.self->name(key, first) && c.self->typed(element, *c.type, c.depth)) || c.self->within(key);
        });
        out_ += '}';
        return ok;
    }

    bool object(json::object const& o, std::size_t depth) {
        if (depth == json_depth_limit) return fail("nested deeper than 64 levels");
        out_ += '{';
        bool first = true;
        for (auto const& [key, v] : o)
            if (!name(key, first) || !value(v, depth + 1)) return within(key);
        out_ += '}';
        return true;
    }

    bool array(json::array const& a, std::size_t depth) {
        if (depth == json_depth_limit) return fail("nested deeper than 64 levels");
        out_ += '[';
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (i != 0) out_ += ',';
            if (!value(a[i], depth + 1)) return within(std::to_string(i));
        }
        out_ += ']';
        return true;
    }

    bool name(std::string_view key, bool& first) {
        if (!first) out_ += ',';
        first = false;
        if (!text(key)) return false;
        out_ += ':';
        return true;
    }

    template <class I>
    bool number(I i) {
        char buffer[24];
        auto const r = std::to_chars(buffer, buffer + sizeof buffer, i);
        out_.append(buffer, r.ptr);
        return true;
    }

    bool real(double d) {
        if (!std::isfinite(d)) return fail("NaN and infinities are not JSON");
        char buffer[32];
        auto const r = std::to_chars(buffer, buffer + sizeof buffer, d);
        std::string_view const digits(buffer, static_cast<std::size_t>(r.ptr - buffer));
        out_ += digits;
        if (digits.find_first_of(".e") == std::string_view::npos) out_ += ".0";
        return true;
    }

    bool text(std::string_view s) {
        constexpr char hex[] = "0123456789abcdef";
        if (utf8_prefix(s) != s.size()) return fail("text that is not UTF-8");
        out_ += '"';
        std::size_t from = 0;
        for (std::size_t i = 0; i < s.size(); ++i) {
            auto const c = static_cast<unsigned char>(s[i]);
            if (c >= 0x20 && c != '"' && c != '\\') continue;
            out_ += s.substr(from, i - from);
            from = i + 1;
            switch (c) {
                case '"': out_ += "\\\""; break;
                case '\\': out_ += "\\\\"; break;
                case '\n': out_ += "\\n"; break;
                case '\r': out_ += "\\r"; break;
                case '\t': out_ += "\\t"; break;
                default:
                    out_ += "\\u00";
                    out_ += hex[c >> 4];
                    out_ += hex[c & 15];
            }
        }
        out_ += s.substr(from);
        out_ += '"';
        return true;
    }

    bool put(std::string_view s) {
        out_ += s;
        return true;
    }

    bool fail(std::string_view message) {
        why_ = decode_error();
        why_.message = message;
        return false;
    }

    bool within(std::string_view key) {
        std::string segment = "/";
        for (char c : key) {
            if (c == '~') segment += "~0";
            else if (c == '/') segment += "~1";
            else segment += c;
        }
        why_.pointer.insert(0, segment);
        return false;
    }

    std::string& out_;
    decode_error& why_;
};

validation_error refused(char const* what, decode_error const& why) {
    failure f;
    f.code = errc::invalid_argument;
    f.kind = error_kind::validation;
    f.message = std::string(what) + why.text();
    return validation_error(std::move(f));
}

}  // namespace

bool encode(void const* value, value_type const& type, std::string& out, decode_error& why) {
    return writer(out, why).typed(value, type, 0);
}

bool write_json(json::value const& value, std::string& out, decode_error& why) {
    return writer(out, why).value(value, 0);
}

std::string to_text(json::value const& value) {
    std::string text;
    decode_error why;
    if (!write_json(value, text, why)) throw refused("no JSON text: ", why);
    return text;
}

json::value parse_text(std::string_view text) {
    json::value value;
    decode_error why;
    if (!parse_json(text, value, why)) throw refused("no JSON value: ", why);
    return value;
}

}  // namespace corun
