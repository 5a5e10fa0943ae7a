#include "platforms/flowmaestro/emulator/core.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cctype>
#include <stdexcept>

namespace corun::emulator::fm {

namespace {

constexpr std::size_t max_depth = 512;

[[noreturn]] void wrong(std::string_view name, std::string_view wanted) {
    throw std::runtime_error("option " + std::string(name) + " takes " + std::string(wanted));
}

bool choice(std::string_view name, json::value const& v, std::string_view off, std::string_view on) {
    if (v.is_string() && v.get_string() == on) return true;
    if (v.is_string() && v.get_string() == off) return false;
    wrong(name, '"' + std::string(off) + "\" or \"" + std::string(on) + '"');
}

bool flag(std::string_view name, json::value const& v) {
    if (!v.is_bool()) wrong(name, "true or false");
    return v.get_bool();
}

std::int64_t count(std::string_view name, json::value const& v, std::int64_t least = 0) {
    if (!v.is_int64() || v.get_int64() < least || v.get_int64() > 1'000'000'000) wrong(name, "an integer of at least " + std::to_string(least));
    return v.get_int64();
}

json::value const* looked_up(json::object const& context, std::string_view path) {
    json::object const* at = &context;
    while (true) {
        auto const dot = path.find('.');
        auto const* found = at->if_contains(path.substr(0, dot));
        if (found == nullptr || dot == std::string_view::npos) return found;
        if (!found->is_object()) return nullptr;
        at = &found->get_object();
        path.remove_prefix(dot + 1);
    }
}

std::string plain(json::value const& v) { return v.is_string() ? std::string(std::string_view(v.get_string())) : json::serialize(v); }

}  // namespace

void settings::apply(json::object const& given) {
    auto s = *this;
    for (auto const& m : given) {
        std::string_view const name = m.key();
        auto const& v = m.value();
        if (name == "profile") s.strict = choice(name, v, "compatible", "vendor-strict");
        else if (name == "messages_shape") s.array_messages = choice(name, v, "object", "array");
        else if (name == "event_case") s.camel = choice(name, v, "snake", "camel");
        else if (name == "event_type") s.event_type = flag(name, v);
        else if (name == "lenient_bearer") s.lenient_bearer = flag(name, v);
        else if (name == "keepalive_ms") s.keepalive_ms = count(name, v);
        else if (name == "close_after_ms") s.close_after_ms = count(name, v);
        else if (name == "start_delay_ms") s.start_delay_ms = count(name, v);
        else if (name == "token_delay_ms") s.token_delay_ms = count(name, v);
        else if (name == "rate_limit_per_minute") s.per_minute = count(name, v, 1);
        else if (name == "rate_limit_per_day") s.per_day = count(name, v, 1);
        else if (name == "webhook_retry_factor") {
            if (!v.is_number() || v.to_number<double>() < 0 || v.to_number<double>() > 1000) wrong(name, "a number from 0 to 1000");
            s.webhook_retry_factor = v.to_number<double>();
        } else throw std::runtime_error("unknown option \"" + std::string(name) + '"');
    }
    *this = s;
}

json::object settings::shown() const {
    json::object o;
    o["profile"] = strict ? "vendor-strict" : "compatible";
    o["messages_shape"] = array_messages ? "array" : "object";
    o["event_case"] = camel ? "camel" : "snake";
    o["event_type"] = event_type;
    o["lenient_bearer"] = lenient_bearer;
    o["keepalive_ms"] = keepalive_ms;
    o["close_after_ms"] = close_after_ms;
    o["start_delay_ms"] = start_delay_ms;
    o["token_delay_ms"] = token_delay_ms;
    o["webhook_retry_factor"] = webhook_retry_factor;
    o["rate_limit_per_minute"] = per_minute;
    o["rate_limit_per_day"] = per_day;
    return o;
}

std::function<void()> core::guarded(std::function<void()> call) {
    return [this, epoch = epoch_, run = std::move(call)] {
        if (epoch != epoch_) return;
        try {
            run();
        } catch (std::exception const& e) {
            env.log("error", e.what());
        }
    };
}

void core::post(std::string url, pairs headers, std::string body, std::function<void(post_result)> done) {
    constexpr milliseconds timeout(10'000);  // wire §6.5
    env.post(std::move(url), std::move(headers), std::move(body), timeout,
             [this, epoch = epoch_, call = std::move(done)](post_result r) {
                 if (epoch != epoch_) return;
                 try {
                     call(std::move(r));
                 } catch (std::exception const& e) {
                     env.log("error", e.what());
                 }
             });
}

namespace {

std::string fixed_uuid(std::string_view id) {
    auto text = hmac_sha256_hex("flowmaestro", id).substr(0, 32);
    text[12] = '4';
    text[16] = 'a';
    for (auto const at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
    return text;
}

}  // namespace

std::string core::shown(std::string_view id) const {
    return options.strict && !id.empty() && !is_uuid(id) ? fixed_uuid(id) : std::string(id);
}

std::string core::found(std::string_view id) {
    std::string real(id);
    if (is_uuid(id)) db().query("SELECT id FROM fm_aliases WHERE uuid = ?", [&](row const& r) { real = r.text(0); }, id);
    return real;
}

void core::know(std::string_view id) {
    if (!is_uuid(id)) db().run("INSERT OR IGNORE INTO fm_aliases (uuid, id) VALUES (?, ?)", fixed_uuid(id), id);
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return false;
    }
    return true;
}

json::value iso_or_null(std::optional<std::int64_t> unix_ms) {
    return unix_ms ? json::value(clock::iso(*unix_ms)) : json::value(nullptr);
}

std::optional<std::int64_t> optional_integer(row const& r, int column) {
    return r.null(column) ? std::nullopt : std::optional(r.integer(column));
}

json::value parsed(std::string_view text) {
    json::parse_options options;
    options.max_depth = max_depth;
    boost::system::error_code ec;
    auto v = json::parse(json::string_view(text.data(), text.size()), ec, {}, options);
    return ec ? json::value(nullptr) : v;
}

std::string serialized(json::value const& v) { return json::serialize(v); }

json::value const& member(json::object const& o, std::string_view name) {
    static json::value const missing(nullptr);
    auto const* found = o.if_contains(name);
    return found == nullptr ? missing : *found;
}

std::string text_of(json::value const& v, std::string_view otherwise) {
    return v.is_string() ? std::string(std::string_view(v.get_string())) : std::string(otherwise);
}

bool truthy(json::value const& v) {
    switch (v.kind()) {
        case json::kind::null: return false;
        case json::kind::bool_: return v.get_bool();
        case json::kind::string: return !v.get_string().empty();
        case json::kind::int64:
        case json::kind::uint64:
        case json::kind::double_: return v.to_number<double>() != 0;
        case json::kind::array:
        case json::kind::object: return true;
    }
    return true;
}

json::value filled(json::value const& pattern, json::object const& context) {
    if (pattern.is_array()) {
        json::array out;
        for (auto const& v : pattern.get_array()) out.push_back(filled(v, context));
        return out;
    }
    if (pattern.is_object()) {
        json::object out;
        for (auto const& m : pattern.get_object()) out[m.key()] = filled(m.value(), context);
        return out;
    }
    if (!pattern.is_string()) return pattern;
    std::string_view rest = pattern.get_string();
    std::string out;
    while (true) {
        auto const open = rest.find("{{");
        auto const close = open == std::string_view::npos ? open : rest.find("}}", open);
        if (close == std::string_view::npos) break;
        auto const* value = looked_up(context, rest.substr(open + 2, close - open - 2));
        if (out.empty() && open == 0 && close + 2 == rest.size() && rest.size() == pattern.get_string().size())
            return value == nullptr ? json::value(nullptr) : *value;
        out += rest.substr(0, open);
        if (value != nullptr) out += plain(*value);
        rest.remove_prefix(close + 2);
    }
    out += rest;
    return json::value(out);
}

std::int64_t tokens_in(std::string_view text) {
    std::int64_t points = 0;
    for (char const c : text)
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++points;
    return (points + 3) / 4;
}

}  // namespace corun::emulator::fm
