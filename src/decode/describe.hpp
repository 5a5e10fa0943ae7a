#pragma once

// How a type is described, once, for decoding, encoding and the mutation tests.
//
// The public header shows plain members, and keeps what is not known in `extra`:
//
//     struct workflow {
//         std::string id;
//         std::string name;
//         std::optional<std::string> description;
//         open_enum<workflow_status> status;
//         std::vector<node> nodes;               // described too
//         std::optional<json::object> inputs;    // free form
//         json::object extra;                    // unknown members; written after the known ones
//     };
//
// The platform's source describes it, in namespace corun:
//
//     template <> struct describe<flowmaestro::workflow> {
//         using t = flowmaestro::workflow;
//         static constexpr std::array members{
//             field<&t::id>("id").required(),
//             field<&t::name>("name").alias("title", "label"),   // "name" wins, then "title", wherever they stand
//             field<&t::description>("description"),             // std::optional: missing and null are nullopt
//             field<&t::status>("status").nullable(),            // null counts as missing
//             field<&t::nodes>("nodes").nullable().skip_empty(),
//             field<&t::inputs>("inputs").keep_null(),           // nullopt is written as null, not left out
//         };
//         // Optional; runs when the object has been read. `seen.has("name")`: it came and was not null.
//         // A hook may return `char const*`: what is wrong, or nullptr.
//         static void finish(t& value, presence const& seen) {
//             if (!seen.has("name"))
//                 if (auto const* text = string_at(value.extra, "meta", "name")) value.name = *text;
//         }
//     };
//
// A template is described by partial specialisation, with the same words:
//
//     template <class T> struct describe<flowmaestro::envelope<T>> {
//         using t = flowmaestro::envelope<T>;
//         static constexpr std::array members{field<&t::data>("data").required(), field<&t::meta>("meta")};
//     };
//
// A member of a base class names the described type: `field<&base::id, derived>("id")`.
// Kinds of members: std::string, bool, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, double, open_enum,
// json::value, json::object, json::array, described structs, and std::optional, std::vector, std::map<std::string, …>
// of those. A member that is not std::optional refuses null unless it is `nullable()` (or a json::value).
// An alias that loses is not looked at when it comes later. A type is described after those it is made of.

#include <corun/open_enum.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace corun {

namespace json = boost::json;

/// The table of a type's members; see the top of this file.
template <class T>
struct describe;

/// What a value is made of.
enum class member_kind : std::uint8_t {
    text, boolean, int32, uint32, int64, uint64, real, enumeration, value, object, array, optional, list, map, structure,
};

struct value_type;
using value_type_ref = value_type const& (*)() noexcept;

/// A type, erased. To keep a table in one source, declare `extern template value_type const& type_of<T>() noexcept;`
/// in a header and instantiate it beside the table.
template <class T>
value_type const& type_of() noexcept;

/// One row of a table.
struct member {
    static constexpr std::size_t max_aliases = 6;

    std::string_view name;
    std::array<std::string_view, max_aliases> aliases{};
    std::uint8_t alias_count = 0;
    member_kind what{};
    bool is_required = false;
    bool is_nullable = false;    ///< null counts as missing
    bool is_skip_empty = false;  ///< an empty text, list, map, object or array is not written
    bool is_keep_null = false;   ///< an empty std::optional is written as null
    bool is_read_only = false;   ///< never written
    void* (*address)(void* owner) noexcept = nullptr;
    value_type_ref type = nullptr;
    void const* owner = nullptr;

    constexpr member required() const { return with(&member::is_required); }
    constexpr member nullable() const { return with(&member::is_nullable); }
    constexpr member skip_empty() const { return with(&member::is_skip_empty); }
    constexpr member keep_null() const { return with(&member::is_keep_null); }
    constexpr member read_only() const { return with(&member::is_read_only); }

    /// Other names that are read, the first one preferred; the main name is preferred to all and is what is written.
    template <class... S>
    constexpr member alias(S const&... names) const {
        member copy = *this;
        ((copy.aliases[copy.alias_count++] = names), ...);
        return copy;
    }

private:
    constexpr member with(bool member::*flag) const {
        member copy = *this;
        copy.*flag = true;
        return copy;
    }
};

/// Which members of an object came.
class presence {
public:
    presence(member const* members, std::size_t count, std::uint8_t const* state)
        : members_(members), count_(count), state_(state) {}

    /// The member came, by its name or an alias, and was not null.
    bool has(std::string_view name) const {
        auto const s = state_of(name);
        return s != 0 && (s & null) == 0;
    }
    bool was_null(std::string_view name) const { return (state_of(name) & null) != 0; }

    static constexpr std::uint8_t null = 0x80;

private:
    std::uint8_t state_of(std::string_view name) const {
        for (std::size_t i = 0; i < count_; ++i)
            if (members_[i].name == name) return state_[i];
        return 0;
    }

    member const* members_;
    std::size_t count_;
    std::uint8_t const* state_;
};

/// A type with its name taken away: what the machinery works with.
struct value_type {
    using visit = bool (*)(void* context, std::string_view key, void const* element);

    static constexpr std::size_t max_members = 64;

    member_kind what{};
    void (*reset)(void*) = nullptr;
    value_type_ref element = nullptr;                                       // optional, list, map
    void* (*open)(void*, std::string_view key) = nullptr;                   // the element to fill
    bool (*each)(void const*, void* context, visit) = nullptr;              // stops at false
    void (*set_text)(void*, std::string_view) = nullptr;                    // enumeration
    std::string_view (*get_text)(void const*) = nullptr;
    member const* members = nullptr;                                        // structure
    std::size_t count = 0;
    json::object* (*extra)(void*) noexcept = nullptr;
    char const* (*finish)(void*, presence const&) = nullptr;
};

namespace detail {

template <class T>
inline constexpr char owner_tag{};

template <class M>
struct member_pointer;
template <class C, class X>
struct member_pointer<X C::*> {
    using owner = C;
    using type = X;
};

template <class T, template <class...> class X>
inline constexpr bool is_a = false;
template <class... A, template <class...> class X>
inline constexpr bool is_a<X<A...>, X> = true;

template <class T>
constexpr member_kind kind_of() {
    using k = member_kind;
    if constexpr (std::is_same_v<T, std::string>) return k::text;
    else if constexpr (std::is_same_v<T, bool>) return k::boolean;
    else if constexpr (std::is_same_v<T, std::int32_t>) return k::int32;
    else if constexpr (std::is_same_v<T, std::uint32_t>) return k::uint32;
    else if constexpr (std::is_same_v<T, std::int64_t>) return k::int64;
    else if constexpr (std::is_same_v<T, std::uint64_t>) return k::uint64;
    else if constexpr (std::is_same_v<T, double>) return k::real;
    else if constexpr (std::is_same_v<T, json::value>) return k::value;
    else if constexpr (std::is_same_v<T, json::object>) return k::object;
    else if constexpr (std::is_same_v<T, json::array>) return k::array;
    else if constexpr (is_a<T, open_enum>) return k::enumeration;
    else if constexpr (is_a<T, std::optional>) return k::optional;
    else if constexpr (is_a<T, std::vector>) return k::list;
    else if constexpr (is_a<T, std::map>) return k::map;
    else {
        static_assert(std::is_class_v<T>, "no JSON kind stands for this type");
        return k::structure;
    }
}

template <class T>
constexpr value_type make_type() {
    value_type r;
    constexpr auto what = kind_of<T>();
    r.what = what;
    r.reset = [](void* p) { *static_cast<T*>(p) = T(); };
    if constexpr (what == member_kind::enumeration) {
        r.set_text = [](void* p, std::string_view s) { static_cast<T*>(p)->assign(s); };
        r.get_text = [](void const* p) { return static_cast<T const*>(p)->text(); };
    } else if constexpr (what == member_kind::optional) {
        r.open = [](void* p, std::string_view) -> void* { return std::addressof(static_cast<T*>(p)->emplace()); };
        r.each = [](void const* p, void* context, value_type::visit visit) {
            auto const& o = *static_cast<T const*>(p);
            return !o || visit(context, {}, std::addressof(*o));
        };
    } else if constexpr (what == member_kind::list) {
        static_assert(!std::is_same_v<typename T::value_type, bool>, "std::vector<bool> has no elements to fill");
        r.open = [](void* p, std::string_view) -> void* { return std::addressof(static_cast<T*>(p)->emplace_back()); };
        r.each = [](void const* p, void* context, value_type::visit visit) {
            for (auto const& e : *static_cast<T const*>(p))
                if (!visit(context, {}, std::addressof(e))) return false;
            return true;
        };
    } else if constexpr (what == member_kind::map) {
        static_assert(std::is_same_v<typename T::key_type, std::string>);
        r.open = [](void* p, std::string_view key) -> void* {
            return std::addressof(static_cast<T*>(p)->insert_or_assign(std::string(key), typename T::mapped_type()).first->second);
        };
        r.each = [](void const* p, void* context, value_type::visit visit) {
            for (auto const& [key, e] : *static_cast<T const*>(p))
                if (!visit(context, key, std::addressof(e))) return false;
            return true;
        };
    } else if constexpr (what == member_kind::structure) {
        using d = describe<T>;
        static_assert(std::is_same_v<decltype(T::extra), json::object>, "unknown members need a place");
        static_assert(std::size(d::members) <= value_type::max_members);
        static_assert(
            [] {
                for (auto const& m : d::members)
                    if (m.owner != &owner_tag<T>) return false;
                return true;
            }(),
            "a member of a base class is described by field<&base::x, derived>");
        r.members = std::data(d::members);
        r.count = std::size(d::members);
        r.extra = [](void* p) noexcept -> json::object* { return std::addressof(static_cast<T*>(p)->extra); };
        if constexpr (requires(T& v, presence const& s) { { d::finish(v, s) } -> std::convertible_to<char const*>; })
            r.finish = [](void* p, presence const& s) -> char const* { return d::finish(*static_cast<T*>(p), s); };
        else if constexpr (requires(T& v, presence const& s) { d::finish(v, s); })
            r.finish = [](void* p, presence const& s) -> char const* {
                d::finish(*static_cast<T*>(p), s);
                return nullptr;
            };
        else if constexpr (requires(T& v) { { d::finish(v) } -> std::convertible_to<char const*>; })
            r.finish = [](void* p, presence const&) -> char const* { return d::finish(*static_cast<T*>(p)); };
        else if constexpr (requires(T& v) { d::finish(v); })
            r.finish = [](void* p, presence const&) -> char const* {
                d::finish(*static_cast<T*>(p));
                return nullptr;
            };
    }
    if constexpr (what == member_kind::optional || what == member_kind::list) r.element = &type_of<typename T::value_type>;
    if constexpr (what == member_kind::map) r.element = &type_of<typename T::mapped_type>;
    return r;
}

}  // namespace detail

template <class T>
value_type const& type_of() noexcept {
    static constexpr value_type type = detail::make_type<T>();
    return type;
}

/// A row: the member, and its name on the wire. `Owner` is the described type, where the member is of a base of it.
template <auto Member, class Owner = typename detail::member_pointer<decltype(Member)>::owner>
constexpr member field(std::string_view name) {
    using type = typename detail::member_pointer<decltype(Member)>::type;
    member m;
    m.name = name;
    m.what = detail::kind_of<type>();
    m.address = [](void* owner) noexcept -> void* { return std::addressof(static_cast<Owner*>(owner)->*Member); };
    m.type = &type_of<type>;
    m.owner = &detail::owner_tag<Owner>;
    return m;
}

/// What stands at the end of a path of names; null where there is nothing.
template <class... S>
json::value const* value_at(json::object const& in, std::string_view key, S const&... rest) {
    auto const* found = in.if_contains(key);
    if constexpr (sizeof...(S) == 0) return found;
    else return found != nullptr && found->is_object() ? value_at(found->get_object(), rest...) : nullptr;
}

/// The text at the end of a path of names, if there is one.
template <class... S>
std::optional<std::string> string_at(json::object const& in, std::string_view key, S const&... rest) {
    auto const* found = value_at(in, key, rest...);
    if (found == nullptr || !found->is_string()) return std::nullopt;
    return std::string(std::string_view(found->get_string()));
}

}  // namespace corun
