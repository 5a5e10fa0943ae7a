#pragma once

#include "decode/decode.hpp"

#include <corun/json.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sample {

enum class status { pending, running, completed };
constexpr std::array<std::string_view, 3> enum_names(status) { return {"pending", "running", "completed"}; }

struct node {
    std::string id;
    std::vector<node> children;
    corun::json::object extra;
};

struct numbers {
    std::int32_t i32 = 0;
    std::uint32_t u32 = 0;
    std::int64_t i64 = 0;
    std::uint64_t u64 = 0;
    double real = 0;
    corun::json::object extra;
};

struct named {
    std::string label;
};

struct everything : named {
    std::string id;
    bool on = false;
    corun::open_enum<status> state;
    std::optional<std::string> note;
    std::optional<double> score;
    std::string kind;
    std::vector<std::string> tags;
    std::vector<node> nodes;
    std::map<std::string, std::int64_t> counts;
    std::map<std::string, std::optional<node>> by_name;
    std::optional<numbers> figures;
    corun::json::value any;
    corun::json::object inputs;
    corun::json::array rows;
    std::optional<corun::json::object> outputs;
    corun::json::object extra;
};

template <class T>
struct envelope {
    T data{};
    std::optional<std::string> request_id;
    corun::json::object extra;
};

/// The shape of a short event.
struct token {
    std::string type;
    std::string thread_id;
    std::string message_id;
    std::string token;
    std::int64_t index = 0;
    corun::json::object extra;
};

/// Takes what it lacks from nested members.
struct reply {
    std::optional<std::string> content;
    bool has_more = false;
    bool has_next = false;
    std::int64_t count = 0;
    corun::json::object extra;
};

}  // namespace sample

namespace corun {

template <>
struct describe<sample::node> {
    using t = sample::node;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::children>("children").nullable().skip_empty(),
    };
};

template <>
struct describe<sample::numbers> {
    using t = sample::numbers;
    static constexpr std::array members{
        field<&t::i32>("i32"), field<&t::u32>("u32"),   field<&t::i64>("i64"),
        field<&t::u64>("u64"), field<&t::real>("real"),
    };
};

template <>
struct describe<sample::everything> {
    using t = sample::everything;
    static constexpr std::array members{
        field<&t::id>("id").required(),
        field<&t::label, t>("label").nullable(),
        field<&t::on>("on"),
        field<&t::state>("state").required(),
        field<&t::note>("note"),
        field<&t::score>("score").keep_null(),
        field<&t::kind>("kind").alias("type", "trigger_type").nullable().required(),
        field<&t::tags>("tags").skip_empty(),
        field<&t::nodes>("nodes"),
        field<&t::counts>("counts"),
        field<&t::by_name>("by_name"),
        field<&t::figures>("figures"),
        field<&t::any>("any"),
        field<&t::inputs>("inputs"),
        field<&t::rows>("rows"),
        field<&t::outputs>("outputs"),
    };
};

template <class T>
struct describe<sample::envelope<T>> {
    using t = sample::envelope<T>;
    static constexpr std::array members{
        field<&t::data>("data").required(),
        field<&t::request_id>("request_id"),
    };
};

template <>
struct describe<sample::token> {
    using t = sample::token;
    static constexpr std::array members{
        field<&t::type>("type").required(),
        field<&t::thread_id>("thread_id").alias("threadId"),
        field<&t::message_id>("message_id").alias("messageId"),
        field<&t::token>("token"),
        field<&t::index>("index"),
    };
};

template <>
struct describe<sample::reply> {
    using t = sample::reply;
    static constexpr std::array members{
        field<&t::content>("content"),
        field<&t::has_more>("has_more"),
        field<&t::has_next>("has_next"),
        field<&t::count>("count"),
    };
    static char const* finish(t& value, presence const& seen) {
        if (!value.content) value.content = string_at(value.extra, "message", "content");
        if (!seen.has("has_more")) value.has_more = value.has_next;
        return value.count < 0 ? "must not be negative" : nullptr;
    }
};

}  // namespace corun
