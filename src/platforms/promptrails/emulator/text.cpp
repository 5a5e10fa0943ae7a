#include "platforms/promptrails/emulator/promptrails.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <regex>

namespace corun::emulator::promptrails {

namespace {

std::string lower(std::string_view text) {
    std::string made(text);
    std::transform(
        made.begin(), made.end(), made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return made;
}

bool is_name(std::string_view text) {
    if (text.empty()) return false;
    return std::all_of(
        text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.' || c == '-'; });
}

// The next "{{ name }}" from `from` on: where it begins, where it ends, and the name.
struct variable {
    std::size_t begin, end;
    std::string name;
};

std::optional<variable> next_variable(std::string_view text, std::size_t from) {
    while (true) {
        auto const begin = text.find("{{", from);
        if (begin == std::string_view::npos) return std::nullopt;
        auto const end = text.find("}}", begin);
        if (end == std::string_view::npos) return std::nullopt;
        auto name = text.substr(begin + 2, end - begin - 2);
        while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
        while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
        if (is_name(name)) return variable{begin, end + 2, std::string(name)};
        from = begin + 2;
    }
}

class calculator {
public:
    explicit calculator(std::string_view text) : rest_(text) {}

    std::optional<double> value() {
        auto const v = sum(0);
        skip();
        return ok_ && rest_.empty() && std::isfinite(v) ? std::optional<double>(v) : std::nullopt;
    }

private:
    void skip() {
        while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    }
    bool take(char c) {
        skip();
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    double sum(int depth) {
        double v = product(depth);
        while (ok_) {
            if (take('+'))
                v += product(depth);
            else if (take('-'))
                v -= product(depth);
            else
                break;
        }
        return v;
    }
    double product(int depth) {
        double v = factor(depth);
        while (ok_) {
            if (take('*'))
                v *= factor(depth);
            else if (take('/'))
                v /= factor(depth);
            else
                break;
        }
        return v;
    }
    double factor(int depth) {
        if (depth > 50) return fail();
        if (take('-')) return -factor(depth + 1);
        if (take('(')) {
            double const v = sum(depth + 1);
            return take(')') ? v : fail();
        }
        skip();
        double v = 0;
        auto const [end, failed] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), v);
        if (failed != std::errc()) return fail();
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return v;
    }
    double fail() {
        ok_ = false;
        return 0;
    }

    std::string_view rest_;
    bool ok_ = true;
};

// Zero-width and direction marks, and the tag characters.
std::size_t invisible_at(std::string_view text, std::size_t at) {
    constexpr std::array<std::string_view, 17> marks{"\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E",
        "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE", "\xE2\x81\xA0",
        "\xE2\x81\xA1", "\xE2\x81\xA2", "\xE2\x81\xA3", "\xE2\x81\xA4", "\xEF\xBB\xBF", "\xC2\xAD"};
    auto const rest = text.substr(at);
    for (auto const mark : marks)
        if (rest.starts_with(mark)) return mark.size();
    return rest.starts_with("\xF3\xA0\x80") || rest.starts_with("\xF3\xA0\x81") ? std::min<std::size_t>(4, rest.size())
                                                                                : 0;
}

// std::regex recurses by the length of what it matches.
constexpr std::size_t longest_scanned = 8'000;

std::string replace_matches(std::string const& text, std::regex const& pattern, bool& hit) {
    std::string made;
    for (std::size_t at = 0; at < text.size(); at += longest_scanned) {
        auto const piece = text.substr(at, longest_scanned);
        if (std::regex_search(piece, pattern)) hit = true;
        made += std::regex_replace(piece, pattern, "[REDACTED]");
    }
    return made;
}

}  // namespace

std::string text_of(json::value const& value) {
    return value.is_string() ? std::string(std::string_view(value.get_string())) : json::serialize(value);
}

std::vector<std::string> variables_of(std::string_view text) {
    std::vector<std::string> names;
    std::size_t at = 0;
    while (auto const found = next_variable(text, at)) {
        names.push_back(found->name);
        at = found->end;
    }
    return names;
}

std::string render(std::string_view text, json::object const& values, json::object& missing) {
    std::string made;
    std::size_t at = 0;
    while (auto const found = next_variable(text, at)) {
        made.append(text.substr(at, found->begin - at));
        if (auto const* value = values.if_contains(found->name))
            made += text_of(*value);
        else
            missing[found->name] = "required";
        at = found->end;
    }
    made.append(text.substr(at));
    return made;
}

std::optional<double> arithmetic(std::string_view text) { return calculator(text).value(); }

std::string new_trace_id() { return random_hex(16); }

guardrail_verdict scan(json::object const& guardrail, std::string const& text) {
    guardrail_verdict verdict;
    verdict.redacted = text;
    auto const scanner = text_at(guardrail, "scanner_type");
    auto const config = object_at(guardrail, "config");
    if (scanner == "secrets") {
        static std::regex const secrets("(sk-[A-Za-z0-9_-]{16,200})|(AKIA[0-9A-Z]{16})|(gh[pousr]_[A-Za-z0-9]{20,100})|"
                                        "(pr_(key|live)_[A-Za-z0-9]{8,100})|"
                                        "(xox[abprs]-[A-Za-z0-9-]{10,100})|(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)");
        verdict.redacted = replace_matches(text, secrets, verdict.hit);
    } else if (scanner == "invisible_text") {
        verdict.redacted.clear();
        for (std::size_t at = 0; at < text.size();) {
            auto const width = invisible_at(text, at);
            if (width > 0) {
                verdict.hit = true;
                verdict.redacted += "[REDACTED]";
            } else {
                verdict.redacted += text[at];
            }
            at += std::max<std::size_t>(width, 1);
        }
    } else if (scanner == "regex") {
        try {
            std::regex const pattern(text_at(config, "pattern"));
            if (!text_at(config, "pattern").empty()) verdict.redacted = replace_matches(text, pattern, verdict.hit);
        } catch (std::regex_error const&) {
            verdict.known = false;
        }
    } else if (scanner == "max_length") {
        auto const most = static_cast<std::size_t>(std::max<std::int64_t>(int_at(config, "max_length", 4000), 0));
        std::size_t characters = 0;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U || characters++ < most) continue;
            verdict.hit = true;
            verdict.redacted = text.substr(0, at) + "[REDACTED]";
            break;
        }
    } else if (scanner == "ban_words") {
        for (auto const& word : array_at(config, "words")) {
            auto const banned = word.is_string() ? lower(word.get_string()) : std::string();
            if (banned.empty()) continue;
            for (auto at = lower(verdict.redacted).find(banned); at != std::string::npos;
                at = lower(verdict.redacted).find(banned, at + 10)) {
                verdict.hit = true;
                verdict.redacted.replace(at, banned.size(), "[REDACTED]");
            }
        }
    } else {
        verdict.known = false;
    }
    return verdict;
}

}  // namespace corun::emulator::promptrails
