#include "decode/decode.hpp"
#include "decode/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

namespace corun {

namespace {

using boost::system::error_code;

constexpr double exact_integers = 9007199254740992.0;  // 2^53: above it a double does not say which integer was meant
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view white_space = " \t\r\n";

void append_segment(std::string& pointer, std::string_view key) {
    constexpr std::size_t longest = 64;
    pointer += '/';
    for (char c : key.substr(0, longest)) {
        if (c == '~') pointer += "~0";
        else if (c == '/') pointer += "~1";
        else pointer += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
}

/// Fills a value from parse events.
class handler {
public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    void start(void* out, value_type const& type) {
        depth_ = 0;
        tree_ = 0;
        skip_ = 0;
        text_.clear();
        number_.clear();
        error_ = decode_error();
        slot_ = {out, &type, type.what, false, place::fill};
    }

    decode_error const& error() const noexcept { return error_; }
    decode_error& error() noexcept { return error_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

    bool on_object_begin(error_code& ec) {
        if (tree_ != 0) return ++tree_, true;
        if (skip_ != 0) return ++skip_, true;
        if (!open(ec)) return false;
        switch (slot_.kind) {
            case member_kind::structure:
            case member_kind::map: push(); return true;
            case member_kind::value:
            case member_kind::object: return begin_tree();
            default: return mismatch("an object", ec);
        }
    }

    bool on_object_end(std::size_t n, error_code& ec) {
        if (tree_ != 0) return stack_.push_object(n), end_tree();
        if (skip_ != 0) return --skip_, true;
        frame& f = top();
        if (f.type->what == member_kind::structure && !complete(f, ec)) return false;
        --depth_;
        return true;
    }

    bool on_array_begin(error_code& ec) {
        if (tree_ != 0) return ++tree_, true;
        if (skip_ != 0) return ++skip_, true;
        if (!open(ec)) return false;
        switch (slot_.kind) {
            case member_kind::list: push(); return true;
            case member_kind::value:
            case member_kind::array: return begin_tree();
            default: return mismatch("an array", ec);
        }
    }

    bool on_array_end(std::size_t n, error_code&) {
        if (tree_ != 0) return stack_.push_array(n), end_tree();
        if (skip_ != 0) return --skip_, true;
        --depth_;
        return true;
    }

    bool on_key_part(json::string_view s, std::size_t, error_code&) {
        if (tree_ != 0) stack_.push_chars(s);
        else if (skip_ == 0) text_.append(s.data(), s.size());
        return true;
    }

    bool on_key(json::string_view s, std::size_t, error_code&) {
        if (tree_ != 0) return stack_.push_key(s), true;
        if (skip_ != 0) return true;
        if (text_.empty()) {
            select({s.data(), s.size()});
        } else {
            text_.append(s.data(), s.size());
            select(text_);
            text_.clear();
        }
        return true;
    }

    bool on_string_part(json::string_view s, std::size_t, error_code&) {
        if (tree_ != 0) stack_.push_chars(s);
        else if (skip_ == 0) text_.append(s.data(), s.size());
        return true;
    }

    bool on_string(json::string_view s, std::size_t, error_code& ec) {
        if (tree_ != 0) return stack_.push_string(s), true;
        if (skip_ != 0) return true;
        if (!open(ec)) return false;
        if (text_.empty()) return put_text({s.data(), s.size()}, ec);
        text_.append(s.data(), s.size());
        bool const ok = put_text(text_, ec);
        text_.clear();
        return ok;
    }

    bool on_number_part(json::string_view s, error_code&) {
        number_.append(s.data(), s.size());
        return true;
    }

    bool on_int64(std::int64_t i, json::string_view, error_code& ec) {
        number_.clear();
        if (tree_ != 0) return stack_.push_int64(i), true;
        if (skip_ != 0) return true;
        if (!open(ec)) return false;
        if (slot_.kind == member_kind::value) return put_value(json::value(i));
        if (i >= 0) return put_integer(static_cast<std::uint64_t>(i), false, ec);
        return put_integer(std::uint64_t{0} - static_cast<std::uint64_t>(i), true, ec);
    }

    bool on_uint64(std::uint64_t u, json::string_view, error_code& ec) {
        number_.clear();
        if (tree_ != 0) return stack_.push_uint64(u), true;
        if (skip_ != 0) return true;
        if (!open(ec)) return false;
        if (slot_.kind == member_kind::value) return put_value(json::value(u));
        return put_integer(u, false, ec);
    }

    bool on_double(double d, json::string_view s, error_code& ec) {
        if (!number_.empty()) {
            number_.append(s.data(), s.size());
            exact(number_, d);
            number_.clear();
        } else if (!s.empty()) {
            exact({s.data(), s.size()}, d);
        }
        if (skip_ != 0 && std::isfinite(d)) return true;
        if (tree_ != 0) {
            if (!std::isfinite(d)) return fail("number out of range", ec);
            return stack_.push_double(d), true;
        }
        if (skip_ == 0 && !open(ec)) return false;
        if (!std::isfinite(d)) return fail("number out of range", ec);
        return put_double(d, ec);
    }

    bool on_bool(bool b, error_code& ec) {
        if (tree_ != 0) return stack_.push_bool(b), true;
        if (skip_ != 0) return true;
        if (!open(ec)) return false;
        switch (slot_.kind) {
            case member_kind::boolean: *static_cast<bool*>(slot_.out) = b; return true;
            case member_kind::value: return put_value(json::value(b));
            default: return mismatch("a boolean", ec);
        }
    }

    bool on_null(error_code& ec) {
        if (tree_ != 0) return stack_.push_null(), true;
        if (skip_ != 0) return true;
        if (depth_ != 0) {
            frame& f = top();
            if (f.type->what == member_kind::list) {
                next_element(f);
            } else if (f.row != nullptr) {
                bool const may = slot_.nullable || slot_.kind == member_kind::optional ||
                                 slot_.kind == member_kind::value || slot_.at != place::fill;
                if (!may) return mismatch("null", ec);
                auto& state = f.state[f.row - f.type->members];
                bool const have = state != 0 && (state & presence::null) == 0;
                if (slot_.at != place::fill || (have && state != f.rank)) return true;
                if (have) slot_.reset(f.row);
                state = static_cast<std::uint8_t>(f.rank | presence::null);
                return true;
            }
        }
        if (slot_.at == place::skip) return true;
        if (slot_.kind == member_kind::value) return put_value(json::value(nullptr));
        if (slot_.kind == member_kind::optional) return slot_.type->reset(slot_.out), true;
        return mismatch("null", ec);
    }

    bool fail(std::string_view message, error_code& ec) {
        ec = json::error::exception;
        error_.message = message;
        error_.pointer = pointer();
        return false;
    }

private:
    /// What the next value is for.
    enum class place : std::uint8_t { fill, unknown, skip };

    struct target {
        void* out = nullptr;
        value_type const* type = nullptr;  // null where the kind says all
        member_kind kind{};
        bool nullable = false;
        place at = place::fill;

        void reset(member const* row) const { (type != nullptr ? *type : row->type()).reset(out); }
    };

    struct frame {
        void* out;
        value_type const* type;
        value_type const* element;  // list, map
        void const* current;        // map: the element being read
        member const* row;          // structure: the member being read; null: not a known one
        std::size_t next;           // structure: the row expected; list: elements begun
        std::uint8_t rank;          // by which name the row was found: 1 is its own, then the aliases
        std::uint8_t state[value_type::max_members];
    };

    frame& top() { return frames_[depth_ - 1]; }

    /// Makes an object or an array the place where values go.
    void push() {
        frame& f = frames_[depth_++];
        value_type const* type = slot_.type;
        f.out = slot_.out;
        f.type = type;
        f.current = nullptr;
        f.row = nullptr;
        f.next = 0;
        f.rank = 0;
        if (type->what == member_kind::structure) {
            f.element = nullptr;
            std::memset(f.state, 0, type->count);
        } else {
            f.element = &type->element();
        }
    }

    /// Finds the place of the member that comes next.
    void select(std::string_view key) {
        frame& f = top();
        if (f.type->what == member_kind::map) {
            void* element = f.type->open(f.out, key);
            slot_ = {element, f.element, f.element->what, false, place::fill};
            f.current = element;
            return;
        }
        auto const* rows = f.type->members;
        auto const count = f.type->count;
        f.rank = 1;
        if (f.next < count && rows[f.next].name == key) {
            f.row = rows + f.next;
        } else if (!search(f, key)) {
            f.row = nullptr;
            unknown_.assign(key);
            slot_ = {f.type->extra(f.out), nullptr, member_kind::value, false, place::unknown};
            return;
        }
        auto const index = static_cast<std::size_t>(f.row - rows);
        f.next = index + 1;
        auto const state = f.state[index];
        if (state != 0 && (state & presence::null) == 0 && state < f.rank) {
            slot_ = {nullptr, nullptr, member_kind::value, true, place::skip};
            return;
        }
        slot_ = {f.row->address(f.out), nullptr, f.row->what, f.row->is_nullable, place::fill};
        if (f.row->what >= member_kind::optional) slot_.type = &f.row->type();
        else if (f.row->what == member_kind::enumeration) slot_.type = &f.row->type();
    }

    static bool search(frame& f, std::string_view key) {
        auto const* rows = f.type->members;
        auto const count = f.type->count;
        for (std::size_t i = 0; i < count; ++i) {
            if (rows[i].name == key) {
                f.row = rows + i;
                return true;
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            for (std::uint8_t a = 0; a < rows[i].alias_count; ++a) {
                if (rows[i].aliases[a] == key) {
                    f.row = rows + i;
                    f.rank = static_cast<std::uint8_t>(a + 2);
                    return true;
                }
            }
        }
        return false;
    }

    void next_element(frame& f) {
        ++f.next;
        slot_ = {f.type->open(f.out, {}), f.element, f.element->what, false, place::fill};
    }

    /// Makes the slot ready for a value that is not null.
    bool open(error_code&) {
        if (depth_ != 0) {
            frame& f = top();
            if (f.type->what == member_kind::list) {
                next_element(f);
            } else if (f.row != nullptr && slot_.at == place::fill) {
                auto& state = f.state[f.row - f.type->members];
                if (state != 0) slot_.reset(f.row);
                state = f.rank;
            }
        }
        while (slot_.kind == member_kind::optional) {
            slot_.out = slot_.type->open(slot_.out, {});
            slot_.type = &slot_.type->element();
            slot_.kind = slot_.type->what;
        }
        return true;
    }

    bool begin_tree() {
        if (slot_.at == place::skip) return skip_ = 1, true;
        stack_.reset();
        tree_ = 1;
        return true;
    }

    bool end_tree() {
        if (--tree_ != 0) return true;
        switch (slot_.kind) {
            case member_kind::object:
                *static_cast<json::object*>(slot_.out) = std::move(stack_.release().get_object());
                return true;
            case member_kind::array:
                *static_cast<json::array*>(slot_.out) = std::move(stack_.release().get_array());
                return true;
            default: return put_value(stack_.release());
        }
    }

    bool put_value(json::value&& v) {
        switch (slot_.at) {
            case place::fill: *static_cast<json::value*>(slot_.out) = std::move(v); break;
            case place::unknown:
                static_cast<json::object*>(slot_.out)->insert_or_assign(unknown_, std::move(v));
                break;
            case place::skip: break;
        }
        return true;
    }

    bool put_text(std::string_view s, error_code& ec) {
        switch (slot_.kind) {
            case member_kind::text: static_cast<std::string*>(slot_.out)->assign(s); return true;
            case member_kind::enumeration: slot_.type->set_text(slot_.out, s); return true;
            case member_kind::value: return slot_.at == place::skip || put_value(json::value(s));
            default: return mismatch("a string", ec);
        }
    }

    bool put_integer(std::uint64_t size, bool negative, error_code& ec) {
        auto const store = [&]<class I>(std::type_identity<I>) {
            constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<I>::max());
            if (negative ? std::is_unsigned_v<I> || size > largest + 1 : size > largest)
                return fail("number out of range", ec);
            *static_cast<I*>(slot_.out) = static_cast<I>(negative ? std::uint64_t{0} - size : size);
            return true;
        };
        switch (slot_.kind) {
            case member_kind::int32: return store(std::type_identity<std::int32_t>());
            case member_kind::uint32: return store(std::type_identity<std::uint32_t>());
            case member_kind::int64: return store(std::type_identity<std::int64_t>());
            case member_kind::uint64: return store(std::type_identity<std::uint64_t>());
            case member_kind::real: {
                auto const d = static_cast<double>(size);
                *static_cast<double*>(slot_.out) = negative ? -d : d;
                return true;
            }
            default: return mismatch("a number", ec);
        }
    }

    bool put_double(double d, error_code& ec) {
        switch (slot_.kind) {
            case member_kind::real: *static_cast<double*>(slot_.out) = d; return true;
            case member_kind::value: return put_value(json::value(d));
            case member_kind::int32:
            case member_kind::uint32:
            case member_kind::int64:
            case member_kind::uint64: {
                if (d != std::trunc(d)) return fail("expected a whole number", ec);
                if (std::fabs(d) > exact_integers) return fail("number out of range", ec);
                return put_integer(static_cast<std::uint64_t>(std::fabs(d)), d < 0, ec);
            }
            default: return mismatch("a number", ec);
        }
    }

    /// Boost.JSON's doubles may be off by a unit in the last place.
    static void exact(std::string_view text, double& d) {
        double better = 0;
        auto const r = std::from_chars(text.data(), text.data() + text.size(), better);
        if (r.ec == std::errc()) d = better;
        else if (r.ec == std::errc::result_out_of_range && std::fabs(d) > 1)
            d = std::numeric_limits<double>::infinity();
    }

    bool complete(frame& f, error_code& ec) {
        auto const* rows = f.type->members;
        for (std::size_t i = 0; i < f.type->count; ++i) {
            if (rows[i].is_required && f.state[i] == 0) {
                f.row = rows + i;
                f.rank = 1;
                return fail("missing", ec);
            }
        }
        if (f.type->finish == nullptr) return true;
        char const* wrong = f.type->finish(f.out, presence(rows, f.type->count, f.state));
        if (wrong == nullptr) return true;
        --depth_;
        return fail(wrong, ec);
    }

    bool mismatch(std::string_view found, error_code& ec) {
        std::string message = "expected ";
        switch (slot_.kind == member_kind::optional ? inner(*slot_.type) : slot_.kind) {
            case member_kind::text:
            case member_kind::enumeration: message += "a string"; break;
            case member_kind::boolean: message += "a boolean"; break;
            case member_kind::int32:
            case member_kind::uint32:
            case member_kind::int64:
            case member_kind::uint64:
            case member_kind::real: message += "a number"; break;
            case member_kind::array:
            case member_kind::list: message += "an array"; break;
            case member_kind::object:
            case member_kind::map:
            case member_kind::structure: message += "an object"; break;
            case member_kind::value:
            case member_kind::optional: message += "a value"; break;
        }
        message += ", found ";
        message += found;
        return fail(message, ec);
    }

    static member_kind inner(value_type const& type) { return type.element().what; }

    std::string pointer() const {
        std::string r;
        for (std::size_t i = 0; i < depth_; ++i) {
            frame const& f = frames_[i];
            switch (f.type->what) {
                case member_kind::list: append_segment(r, std::to_string(f.next == 0 ? 0 : f.next - 1)); break;
                case member_kind::map: {
                    struct search {
                        void const* wanted;
                        std::string_view key;
                    } s{f.current, {}};
                    f.type->each(f.out, &s, [](void* context, std::string_view key, void const* element) {
                        auto& found = *static_cast<search*>(context);
                        if (element == found.wanted) found.key = key;
                        return element != found.wanted;
                    });
                    append_segment(r, s.key);
                    break;
                }
                default:
                    if (f.row == nullptr) append_segment(r, unknown_);
                    else append_segment(r, f.rank > 1 ? f.row->aliases[f.rank - 2u] : f.row->name);
            }
        }
        return r;
    }

    std::size_t depth_ = 0;
    std::size_t tree_ = 0;  // levels of a free-form value that are open
    std::size_t skip_ = 0;  // levels of a value that nobody wants
    target slot_;
    std::string text_;
    std::string number_;
    std::string unknown_;
    json::value_stack stack_;
    decode_error error_;
    frame frames_[json_depth_limit];
};

json::parse_options options() {
    json::parse_options o;
    o.max_depth = json_depth_limit;
    return o;
}

using parser = json::basic_parser<handler>;

std::string_view meaning(error_code ec) {
    if (ec == json::error::incomplete) return "unexpected end of JSON";
    if (ec == json::error::too_deep) return "nested deeper than 64 levels";
    if (ec == json::error::exponent_overflow) return "number out of range";
    if (ec == json::error::illegal_leading_surrogate || ec == json::error::illegal_trailing_surrogate ||
        ec == json::error::expected_hex_digit || ec == json::error::expected_utf16_escape)
        return "invalid escape in a string";
    if (ec == json::error::extra_data) return "text after the JSON value";
    if (ec == json::error::syntax) return "not JSON";
    return "too large";
}

/// The error of the parser or the handler; `tail` is the text before `piece`, as far as it is at hand.
void explain(decode_error& why, error_code ec, std::string_view tail, std::string_view piece, std::size_t at,
             std::size_t base) {
    why.offset = base + at;
    if (!why.message.empty()) return;
    why.message = meaning(ec);
    if (ec != json::error::syntax) return;
    constexpr std::size_t longest = 4;  // of a UTF-8 sequence
    std::string window(tail);
    auto const shift = window.size();
    window += piece.substr(0, at + longest);
    std::size_t from = shift + at > longest ? shift + at - longest : 0;
    if (from != 0 || base > shift)
        while (from < window.size() && (static_cast<unsigned char>(window[from]) & 0xC0) == 0x80 && from < shift + at)
            ++from;
    auto const bad = from + utf8_prefix(std::string_view(window).substr(from));
    if (bad >= window.size() || bad > shift + at) return;
    why.message = "not UTF-8";
    why.offset = base + bad - shift;
}

bool run_whole(parser& p, std::string_view text) {
    auto& why = p.handler().error();
    std::size_t base = 0;
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
        base = byte_order_mark.size();
    }
    error_code ec;
    auto const n = p.write_some(false, text.data(), text.size(), ec);
    if (!ec) {
        if (n == text.size()) return true;
        ec = json::error::extra_data;
    } else if (text.find_first_not_of(white_space) == std::string_view::npos) {
        why.message = "empty body";
        return false;
    }
    explain(why, ec, {}, text, n, base);
    return false;
}

/// Gives the handler the events of a parsed value.
bool replay(json::value const& v, handler& h, std::size_t depth, error_code& ec) {
    switch (v.kind()) {
        case json::kind::null: return h.on_null(ec);
        case json::kind::bool_: return h.on_bool(v.get_bool(), ec);
        case json::kind::int64: return h.on_int64(v.get_int64(), {}, ec);
        case json::kind::uint64: return h.on_uint64(v.get_uint64(), {}, ec);
        case json::kind::double_: return h.on_double(v.get_double(), {}, ec);
        case json::kind::string: return h.on_string(v.get_string(), v.get_string().size(), ec);
        case json::kind::array: {
            if (depth == json_depth_limit) return h.fail("nested deeper than 64 levels", ec);
            auto const& a = v.get_array();
            if (!h.on_array_begin(ec)) return false;
            for (auto const& e : a)
                if (!replay(e, h, depth + 1, ec)) return false;
            return h.on_array_end(a.size(), ec);
        }
        case json::kind::object: {
            if (depth == json_depth_limit) return h.fail("nested deeper than 64 levels", ec);
            auto const& o = v.get_object();
            if (!h.on_object_begin(ec)) return false;
            for (auto const& m : o)
                if (!h.on_key(m.key(), m.key().size(), ec) || !replay(m.value(), h, depth + 1, ec)) return false;
            return h.on_object_end(o.size(), ec);
        }
    }
    return false;
}

}  // namespace

std::string decode_error::text() const {
    std::string r = pointer;
    if (!r.empty()) r += ": ";
    r += message;
    if (offset != npos) r += " (byte " + std::to_string(offset) + ")";
    return r;
}

struct json_decoder::state {
    parser json{options()};
    std::size_t base = 0;   // bytes before the piece
    std::size_t mark = 0;   // bytes of a byte order mark seen; past its size: decided
    bool blank = true;      // nothing but white space so far
    bool failed = false;
    std::string tail;       // the last bytes of the piece before

    bool fail(std::string_view message, std::size_t offset) {
        json.handler().error().message = message;
        json.handler().error().offset = offset;
        failed = true;
        return false;
    }
};

json_decoder::json_decoder() : state_(std::make_unique<state>()) {}
json_decoder::~json_decoder() = default;
json_decoder::json_decoder(json_decoder&&) noexcept = default;
json_decoder& json_decoder::operator=(json_decoder&&) noexcept = default;

void json_decoder::start(void* out, value_type const& type) {
    auto& s = *state_;
    s.json.reset();
    s.json.handler().start(out, type);
    s.base = 0;
    s.mark = 0;
    s.blank = true;
    s.failed = false;
    s.tail.clear();
}

bool json_decoder::write(std::string_view piece) {
    constexpr std::size_t kept = 3;
    auto& s = *state_;
    if (s.failed) return false;
    if (s.mark <= byte_order_mark.size()) {
        while (s.mark < byte_order_mark.size() && !piece.empty() && piece.front() == byte_order_mark[s.mark]) {
            piece.remove_prefix(1);
            ++s.mark;
            ++s.base;
        }
        if (piece.empty()) return true;
        if (s.mark != 0 && s.mark < byte_order_mark.size()) return s.fail("not UTF-8", 0);
        s.mark = byte_order_mark.size() + 1;
    }
    if (s.blank) s.blank = piece.find_first_not_of(white_space) == std::string_view::npos;
    error_code ec;
    auto const n = s.json.write_some(true, piece.data(), piece.size(), ec);
    if (!ec && n < piece.size()) ec = json::error::extra_data;
    if (ec) {
        explain(s.json.handler().error(), ec, s.tail, piece, n, s.base);
        s.failed = true;
        return false;
    }
    s.base += piece.size();
    if (piece.size() >= kept) {
        s.tail.assign(piece.substr(piece.size() - kept));
    } else {
        s.tail += piece;
        if (s.tail.size() > kept) s.tail.erase(0, s.tail.size() - kept);
    }
    return true;
}

bool json_decoder::finish() {
    auto& s = *state_;
    if (s.failed) return false;
    if (s.mark != 0 && s.mark < byte_order_mark.size()) return s.fail("not UTF-8", 0);
    if (s.blank) return s.fail("empty body", decode_error::npos);
    error_code ec;
    s.json.write_some(false, nullptr, 0, ec);
    if (!ec) return true;
    explain(s.json.handler().error(), ec, s.tail, {}, 0, s.base);
    s.failed = true;
    return false;
}

bool json_decoder::whole(std::string_view text, void* out, value_type const& type) {
    auto& s = *state_;
    s.json.reset();
    s.json.handler().start(out, type);
    s.failed = !run_whole(s.json, text);
    return !s.failed;
}

decode_error const& json_decoder::error() const noexcept { return state_->json.handler().error(); }

bool decode(std::string_view text, void* out, value_type const& type, decode_error& why) {
    parser p(options());
    p.handler().start(out, type);
    if (run_whole(p, text)) return true;
    why = std::move(p.handler().error());
    return false;
}

bool decode_value(json::value const& from, void* out, value_type const& type, decode_error& why) {
    handler h;
    h.start(out, type);
    error_code ec;
    if (replay(from, h, 0, ec)) return true;
    why = std::move(h.error());
    return false;
}

bool parse_json(std::string_view text, json::value& out, decode_error& why) {
    out = nullptr;
    return decode(text, std::addressof(out), type_of<json::value>(), why);
}

}  // namespace corun
