#include "call/raw_request.hpp"

#include "decode/decode.hpp"

#include <algorithm>
#include <string>

namespace corun::detail {

namespace {

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// Unreserved characters, sub-delimiters, ':', '@' and escapes (RFC 3986 §3.3), and '/'.
bool is_path(std::string_view path) {
    if (!path.starts_with('/')) return false;
    constexpr std::string_view others = "-._~!$&'()*+,;=:@/";
    for (std::size_t i = 0; i < path.size(); ++i) {
        char const c = path[i];
        if (c == '%') {
            if (i + 2 >= path.size() || hex(path[i + 1]) < 0 || hex(path[i + 2]) < 0) return false;
            continue;
        }
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && others.find(c) == std::string_view::npos) return false;
    }
    // "." and "..", encoded or not, would leave the API.
    for (std::size_t at = 1; at <= path.size();) {
        auto const stop = std::min(path.find('/', at), path.size());
        std::string segment(path.substr(at, stop - at));
        for (auto dot = segment.find("%2"); dot != std::string::npos; dot = segment.find("%2", dot + 1))
            if (dot + 2 < segment.size() && (segment[dot + 2] == 'e' || segment[dot + 2] == 'E'))
                segment.replace(dot, 3, ".");
        if (segment == "." || segment == "..") return false;
        at = stop + 1;
    }
    return true;
}

std::string unescape(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            plain += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

}  // namespace

request raw_request(std::string_view method, std::string_view target) {
    auto const mark = target.find('?');
    auto const path = target.substr(0, mark);
    bool const good_path = is_path(path);
    bool const good_method =
        !method.empty() && std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    request req("request", good_method ? method : "GET", good_path ? path : "/");
    req.require(good_method, "the method is not one of HTTP's, in capitals");
    req.require(good_path, "the path does not start with '/', is not percent-encoded, or has a '.' segment");
    if (mark == std::string_view::npos) return req;
    auto rest = target.substr(mark + 1);
    while (!rest.empty()) {
        auto const pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.empty()) continue;
        auto const equals = std::min(pair.find('='), pair.size());
        auto const value = pair.substr(std::min(equals + 1, pair.size()));
        req.query(unescape(pair.substr(0, equals)), std::string_view(unescape(value)));
    }
    return req;
}

void read_raw(operation const& op, raw_response& out) {
    out.status = op.head.status;
    out.headers = op.head.headers;
    decode_error why;
    if (!op.body.empty() && !parse_json(op.body, out.body, why)) op.raise_decode(why.text());
}

}  // namespace corun::detail
