#include <corun/sse.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace corun::sse {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view bom = "\xEF\xBB\xBF";

struct scanned {
    std::size_t length;  // up to CR, LF or the end
    bool ascii;
};

// The next line end, and whether all before it is ASCII, in one pass.
scanned scan(char const* p, std::size_t size) noexcept {
    std::size_t i = 0;
    bool ascii = true;
#if defined(__SSE2__)
    auto const lf = _mm_set1_epi8('\n');
    auto const cr = _mm_set1_epi8('\r');
    for (; i + 16 <= size; i += 16) {
        auto const block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(p + i));
        auto const ends = static_cast<unsigned>(
            _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, lf), _mm_cmpeq_epi8(block, cr))));
        auto const high = static_cast<unsigned>(_mm_movemask_epi8(block));
        if (ends != 0) {
            auto const n = static_cast<unsigned>(std::countr_zero(ends));
            return {i + n, ascii && (high & ((1u << n) - 1)) == 0};
        }
        ascii = ascii && high == 0;
    }
#endif
    for (; i < size; ++i) {
        if (p[i] == '\n' || p[i] == '\r') return {i, ascii};
        ascii = ascii && static_cast<unsigned char>(p[i]) < 0x80;
    }
    return {size, ascii};
}

bool continues(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The length of the sequence at the start of `text`, or minus the length of its maximal bad part.
int sequence(char const* p, std::size_t size) noexcept {
    auto const lead = static_cast<unsigned char>(p[0]);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return -1;
    auto const length = lead < 0xE0 ? 2u : lead < 0xF0 ? 3u : 4u;
    if (size < 2) return -1;
    auto const second = static_cast<unsigned char>(p[1]);
    auto const least = lead == 0xE0 ? 0xA0u : lead == 0xF0 ? 0x90u : 0x80u;
    auto const most = lead == 0xED ? 0x9Fu : lead == 0xF4 ? 0x8Fu : 0xBFu;
    if (second < least || second > most) return -1;
    for (unsigned i = 2; i < length; ++i)
        if (i >= size || !continues(p[i])) return -static_cast<int>(i);
    return static_cast<int>(length);
}

template <class T>
T load(char const* p) noexcept {
    T value;
    std::memcpy(&value, p, sizeof value);
    return value;
}

// Four sequences of two bytes; a lead of C0 or C1 would be overlong.
bool two_byte_run(std::uint64_t x) noexcept {
    return (x & 0xC0E0C0E0C0E0C0E0u) == 0x80C080C080C080C0u &&
           (((x & 0x001E001E001E001Eu) + 0x00FE00FE00FE00FEu) & 0x0100010001000100u) == 0x0100010001000100u;
}

// Three bytes and any fourth; neither overlong nor a surrogate.
bool three_byte(std::uint32_t x) noexcept {
    auto const top = x & 0x200Fu;
    return (x & 0x00C0C0F0u) == 0x008080E0u && top != 0 && top != 0x200Du;
}

// Four bytes that say U+10000 to U+10FFFF.
bool four_byte(std::uint32_t x) noexcept {
    auto const plane = (x & 7u) << 2 | (x >> 12 & 3u);
    return (x & 0xC0C0C0F8u) == 0x808080F0u && plane - 1 < 16;
}

// How much of the text, from its start, is valid.
std::size_t valid_part(std::string_view text) noexcept {
    char const* p = text.data();
    char const* const end = p + text.size();
    while (p != end) {
        if (static_cast<unsigned char>(*p) < 0x80) {
            std::uint64_t eight = 0;
            while (end - p >= 8) {
                std::memcpy(&eight, p, 8);
                if ((eight & 0x8080808080808080u) != 0) break;
                p += 8;
            }
            while (p != end && static_cast<unsigned char>(*p) < 0x80) ++p;
            continue;
        }
        // Most other text is runs of sequences of one length.
        if constexpr (std::endian::native == std::endian::little) {
            while (end - p >= 8 && two_byte_run(load<std::uint64_t>(p))) p += 8;
            while (end - p >= 4 && three_byte(load<std::uint32_t>(p))) p += 3;
            while (end - p >= 4 && four_byte(load<std::uint32_t>(p))) p += 4;
        }
        if (p == end || static_cast<unsigned char>(*p) < 0x80) continue;
        int const n = sequence(p, static_cast<std::size_t>(end - p));
        if (n < 0) break;
        p += n;
    }
    return static_cast<std::size_t>(p - text.data());
}

void append_valid(std::string_view text, std::string& out) {
    while (!text.empty()) {
        auto const good = valid_part(text);
        out.append(text.substr(0, good));
        text.remove_prefix(good);
        if (text.empty()) return;
        out.append(replacement);
        text.remove_prefix(static_cast<std::size_t>(-sequence(text.data(), text.size())));
    }
}

}  // namespace

std::string to_valid_utf8(std::string_view bytes) {
    std::string out;
    append_valid(bytes, out);
    return out;
}

void parser::feed(std::string_view bytes) { chunk_ = bytes; }

// The next whole line, in the chunk or in `pending_`; false where the chunk ends first.
bool parser::take_line(std::string_view& line) {
    while (bom_ < bom.size() && !chunk_.empty()) {
        if (chunk_.front() != bom[bom_]) {
            pending_.append(bom.substr(0, bom_));  // they were no BOM, then
            bom_ = static_cast<unsigned>(bom.size());
            pending_ascii_ = pending_.empty();
            break;
        }
        chunk_.remove_prefix(1);
        ++bom_;
    }
    if (after_cr_ && !chunk_.empty()) {
        if (chunk_.front() == '\n') chunk_.remove_prefix(1);
        after_cr_ = false;
    }
    if (chunk_.empty()) return false;

    auto const found = scan(chunk_.data(), chunk_.size());
    auto const part = chunk_.substr(0, found.length);
    bool const whole = found.length < chunk_.size();
    bool const in_pieces = line_open_ || !pending_.empty();
    if ((in_pieces && !line_in_pending_ ? pending_.size() : 0) + part.size() > limits_.line) {
        failed_ = status::line_too_long;
        return false;
    }
    if (!in_pieces || line_in_pending_) {
        if (whole) {
            line = part;
            line_in_chunk_ = true;
            line_ascii_ = found.ascii;
        } else {
            keep_data();
            pending_.assign(part);
            pending_ascii_ = found.ascii;
            line_in_pending_ = false;
            line_open_ = true;
        }
    } else {
        pending_.append(part);
        pending_ascii_ = pending_ascii_ && found.ascii;
        if (whole) {
            line = pending_;
            line_in_chunk_ = false;
            line_ascii_ = pending_ascii_;
            line_in_pending_ = true;
            line_open_ = false;
        } else {
            line_open_ = true;
        }
    }
    if (!whole) {
        chunk_ = {};
        return false;
    }
    after_cr_ = chunk_[found.length] == '\r';
    chunk_.remove_prefix(found.length + 1);
    if (after_cr_ && !chunk_.empty()) {
        if (chunk_.front() == '\n') chunk_.remove_prefix(1);
        after_cr_ = false;
    }
    return true;
}

// A data line that was only looked at is copied, before what it lies in goes away.
void parser::keep_data() {
    if (!data_is_view_) return;
    data_.assign(data_view_);
    data_ += '\n';
    data_is_view_ = false;
}

// Likewise the type.
void parser::keep_type() {
    type_.assign(type_view_);
    type_view_ = type_;
    type_is_view_ = false;
}

std::string_view parser::text(std::string_view bytes, std::string& buffer) {
    if (line_ascii_ || valid_part(bytes) == bytes.size()) return bytes;
    buffer.clear();
    append_valid(bytes, buffer);
    return buffer;
}

bool parser::add_data(std::string_view value) {
    auto const valid = text(value, scratch_);
    auto const before = data_is_view_ ? data_view_.size() + 1 : data_.size();
    if (before + valid.size() > limits_.event) {
        failed_ = status::event_too_large;
        return false;
    }
    if (!has_data_ && valid.data() == value.data()) {
        data_view_ = valid;
        data_is_view_ = true;
    } else {
        keep_data();
        data_.append(valid);
        data_ += '\n';
    }
    has_data_ = true;
    return true;
}

bool parser::field(std::string_view name, std::string_view value) {
    if (name == "data") return add_data(value);
    if (name == "event") {
        type_view_ = text(value, scratch_);
        type_is_view_ = true;
        if (type_view_.data() != value.data() || !line_in_chunk_) keep_type();
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos) {
            auto const id = text(value, scratch_);
            if (id != id_) id_.assign(id);
            id_changed_ = true;
        }
    } else if (name == "retry") {
        if (value.empty() || !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }))
            return true;
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        std::uint64_t number = 0;
        for (char const c : value) {
            auto const digit = static_cast<std::uint64_t>(c - '0');
            number = number > (most - digit) / 10 ? most : number * 10 + digit;
        }
        retry_ = number;
    }
    return true;
}

status parser::next(event_view& out) {
    if (failed_ != status::need_more) return failed_;
    if (clear_on_next_) {
        data_.clear();
        clear_on_next_ = false;
    }
    std::string_view line;
    while (take_line(line)) {
        if (line.empty()) {
            if (id_changed_) {
                if (committed_ != id_) committed_ = id_;
                id_changed_ = false;
            }
            auto const type = type_view_;
            type_view_ = {};
            type_is_view_ = false;
            if (!has_data_) continue;
            if (!data_is_view_) data_.pop_back();
            out.data = data_is_view_ ? data_view_ : std::string_view(data_);
            out.type = type.empty() ? std::string_view("message") : type;
            out.id = committed_;
            has_data_ = data_is_view_ = false;
            clear_on_next_ = true;
            return status::event;
        }
        if (line.front() == ':') {
            ++comments_seen_;
            if (comments_ == comments::skip) continue;
            keep_data();
            out = event_view();
            out.data = text(line.substr(1), scratch_);
            return status::comment;
        }
        // The usual names need no search for the colon.
        auto const colon = line.starts_with("data:")    ? 4
                           : line.starts_with("event:") ? 5
                           : line.starts_with("id:")    ? 2
                                                        : line.find(':');
        auto const name = line.substr(0, colon);
        auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
        if (!field(name, value)) return failed_;
    }
    if (failed_ != status::need_more) return failed_;
    if (type_is_view_) keep_type();
    // The chunk goes away; what lies in `pending_` may stay where it is.
    if (data_is_view_ && !(data_view_.data() >= pending_.data() && data_view_.data() <= pending_.data() + pending_.size()))
        keep_data();
    return status::need_more;
}

void parser::finish() {
    chunk_ = {};
    pending_.clear();
    line_in_pending_ = line_open_ = after_cr_ = false;
    pending_ascii_ = true;
    data_.clear();
    has_data_ = data_is_view_ = clear_on_next_ = false;
    type_view_ = {};
    type_is_view_ = false;
    id_ = committed_;
    id_changed_ = false;
}

void parser::reset() {
    finish();
    bom_ = 0;
    failed_ = status::need_more;
}

}  // namespace corun::sse
