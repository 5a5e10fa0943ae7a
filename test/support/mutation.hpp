#pragma once

// Every way to spoil a sample of a described type, with what must come of it, read from the type's own table:
//
//     check_mutations<flowmaestro::workflow>(R"({"id": "wf_1", …})");
//
// Each member of each described object in the sample is left out, made null and given a wrong type; an unknown member
// is added; then the value is decoded, and either survives a round trip or fails with the pointer of the member. A type
// whose `finish` hook refuses values says so by `except`: pointers that are left alone.

#include "decode/decode.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace corun::test {

struct mutation {
    std::string what;     ///< "null", "missing", "wrong type", "unknown member"
    std::string pointer;  ///< the member
    json::value document;
    bool accepted = false;
};

inline std::string pointer_of(std::string const& parent, std::string_view key) {
    std::string r = parent + '/';
    for (char c : key) {
        if (c == '~')
            r += "~0";
        else if (c == '/')
            r += "~1";
        else
            r += c;
    }
    return r;
}

/// The name under which a member stands in an object: its own or an alias; empty where it does not.
inline std::string_view name_in(json::object const& o, member const& row) {
    if (o.contains(row.name)) return row.name;
    for (std::size_t i = 0; i < row.alias_count; ++i)
        if (o.contains(row.aliases[i])) return row.aliases[i];
    return {};
}

inline std::size_t names_in(json::object const& o, member const& row) {
    std::size_t n = o.contains(row.name) ? 1 : 0;
    for (std::size_t i = 0; i < row.alias_count; ++i) n += o.contains(row.aliases[i]) ? 1u : 0u;
    return n;
}

/// A value that cannot be of the type; null where anything can.
inline json::value wrong_type(member_kind what, value_type_ref ref) {
    switch (what) {
    case member_kind::text:
    case member_kind::boolean:
    case member_kind::enumeration:
        return 7;
    case member_kind::int32:
    case member_kind::uint32:
    case member_kind::int64:
    case member_kind::uint64:
    case member_kind::real:
        return "seven";
    case member_kind::object:
    case member_kind::map:
    case member_kind::structure:
        return json::array();
    case member_kind::array:
    case member_kind::list:
        return json::object();
    case member_kind::optional:
        return wrong_type(ref().element().what, ref().element);
    case member_kind::value:
        return nullptr;
    }
    return nullptr;
}

/// Calls `visit(object, type, pointer)` for each described object in a document.
template <class Visit>
void each_object(json::value& v, value_type const& type, std::string const& pointer, Visit const& visit) {
    switch (type.what) {
    case member_kind::optional:
        if (!v.is_null()) each_object(v, type.element(), pointer, visit);
        break;
    case member_kind::list:
        if (v.is_array())
            for (std::size_t i = 0; i < v.get_array().size(); ++i)
                each_object(v.get_array()[i], type.element(), pointer + '/' + std::to_string(i), visit);
        break;
    case member_kind::map:
        if (v.is_object())
            for (auto&& m : v.get_object())
                each_object(m.value(), type.element(), pointer_of(pointer, std::string_view(m.key())), visit);
        break;
    case member_kind::structure: {
        if (!v.is_object()) break;
        for (std::size_t i = 0; i < type.count; ++i) {
            member const& row = type.members[i];
            auto const name = name_in(v.get_object(), row);
            if (row.what >= member_kind::optional && !name.empty())
                each_object(v.get_object()[name], row.type(), pointer_of(pointer, name), visit);
        }
        visit(v.get_object(), type, pointer);
        break;
    }
    default:
        break;
    }
}

inline std::vector<mutation> mutations_of(json::value sample, value_type const& type) {
    std::vector<mutation> r;
    each_object(sample, type, "", [&](json::object& object, value_type const& t, std::string const& pointer) {
        json::object const whole = object;
        object["zz_unknown"] = json::object{{"kept", true}};
        r.push_back({"unknown member", pointer_of(pointer, "zz_unknown"), sample, true});
        object = whole;
        for (std::size_t i = 0; i < t.count; ++i) {
            member const& row = t.members[i];
            auto const name = name_in(whole, row);
            if (name.empty()) continue;
            auto const at = pointer_of(pointer, name);
            bool const others = names_in(whole, row) > 1;
            bool const open = row.what == member_kind::optional || row.what == member_kind::value;

            object.erase(name);
            r.push_back({"missing", others ? at : pointer_of(pointer, row.name), sample, !row.is_required || others});
            object = whole;
            object[name] = nullptr;
            r.push_back({"null", at, sample, open || row.is_nullable});
            auto const wrong = wrong_type(row.what, row.type);
            if (!wrong.is_null()) {
                object[name] = wrong;
                r.push_back({"wrong type", at, sample, false});
            }
            object = whole;
        }
    });
    return r;
}

/// The members that a sample does not show: a sample that is to prove anything shows them all.
inline std::vector<std::string> members_not_in(json::value sample, value_type const& type) {
    std::vector<std::string> r;
    each_object(sample, type, "", [&](json::object& object, value_type const& t, std::string const& pointer) {
        for (std::size_t i = 0; i < t.count; ++i)
            if (name_in(object, t.members[i]).empty()) r.push_back(pointer_of(pointer, t.members[i].name));
    });
    return r;
}

/// Decodes, encodes, decodes and encodes again: both texts are the same, and hold what was unknown.
template <class T>
void check_round_trip(json::value const& document, std::string const& what) {
    decode_error why;
    T value, again;
    std::string text, text_again;
    ASSERT_TRUE(decode_value(document, value, why)) << what << ": " << why.text();
    ASSERT_TRUE(encode(value, text, why)) << what << ": " << why.text();
    ASSERT_TRUE(decode(text, again, why)) << what << ": " << why.text() << '\n' << text;
    ASSERT_TRUE(encode(again, text_again, why)) << what << ": " << why.text();
    EXPECT_EQ(text, text_again) << what;
    if (what.starts_with("unknown member")) {
        EXPECT_NE(text.find(R"("zz_unknown":{"kept":true})"), std::string::npos) << what << '\n' << text;
    }
}

template <class T>
void check_mutations(std::string_view sample, std::vector<std::string> const& except = {}) {
    decode_error why;
    json::value document;
    ASSERT_TRUE(parse_json(sample, document, why)) << why.text();
    for (auto const& p : members_not_in(document, type_of<T>())) ADD_FAILURE() << "the sample does not show " << p;
    check_round_trip<T>(document, "the sample");
    for (auto const& m : mutations_of(document, type_of<T>())) {
        auto const what = m.what + " at " + m.pointer;
        if (std::find(except.begin(), except.end(), m.pointer) != except.end()) continue;
        if (m.accepted) {
            check_round_trip<T>(m.document, what);
            continue;
        }
        T from_value, from_text;
        decode_error by_value, by_text;
        EXPECT_FALSE(decode_value(m.document, from_value, by_value)) << what;
        EXPECT_EQ(by_value.pointer, m.pointer) << what << ": " << by_value.text();
        std::string text;
        ASSERT_TRUE(write_json(m.document, text, why)) << what;
        EXPECT_FALSE(decode(text, from_text, by_text)) << what;
        EXPECT_EQ(by_text.pointer, m.pointer) << what << ": " << by_text.text();
        EXPECT_EQ(by_text.message, by_value.message) << what;
    }
}

/// A document with every member of a type, made of the type's own table.
inline json::value sample_of(value_type const& type, int depth = 0) {
    using k = member_kind;
    switch (type.what) {
    case k::text:
    case k::enumeration:
        return "text";
    case k::boolean:
        return true;
    case k::int32:
    case k::uint32:
    case k::int64:
    case k::uint64:
        return 3;
    case k::real:
        return 0.25;
    case k::value:
        return json::object{{"any", 1}};
    case k::object:
        return json::object{{"key", json::array{1, "two"}}};
    case k::array:
        return json::array{1, json::object{{"n", 2}}};
    case k::optional:
        return sample_of(type.element(), depth);
    case k::list:
        return depth > 4 ? json::array() : json::array{sample_of(type.element(), depth + 1)};
    case k::map:
        return json::object{{"key", sample_of(type.element(), depth + 1)}};
    case k::structure: {
        json::object made;
        for (std::size_t i = 0; i < type.count; ++i)
            made[type.members[i].name] = sample_of(type.members[i].type(), depth + 1);
        return made;
    }
    }
    return nullptr;
}

/// A value with all its members is written as it was read, and survives or names every mutation.
template <class T>
void check_type(std::string_view name) {
    SCOPED_TRACE(std::string(name));
    auto const sample = sample_of(type_of<T>());
    T value;
    decode_error why;
    ASSERT_TRUE(decode(json::serialize(sample), value, why)) << why.text();
    json::value back;
    ASSERT_TRUE(encode_value(value, back, why)) << why.text();
    EXPECT_EQ(back, sample);
    check_mutations<T>(json::serialize(sample));
}

}  // namespace corun::test
