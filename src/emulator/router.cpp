#include "emulator/router.hpp"

#include <algorithm>

namespace corun::emulator {

namespace {

std::vector<std::string_view> pieces_of(std::string_view path) {
    std::vector<std::string_view> pieces;
    while (!path.empty()) {
        path.remove_prefix(1);
        auto const piece = path.substr(0, path.find('/'));
        pieces.push_back(piece);
        path.remove_prefix(piece.size());
    }
    return pieces;
}

bool fits(std::string_view pattern, std::string const& segment, std::vector<std::string>& ids) {
    if (!pattern.starts_with("{}")) return pattern == segment;
    pattern.remove_prefix(2);
    if (segment.size() <= pattern.size() || !segment.ends_with(pattern)) return false;
    ids.push_back(segment.substr(0, segment.size() - pattern.size()));
    return true;
}

}  // namespace

routed find_route(std::vector<route> const& routes, request const& asked) {
    routed found;
    for (auto const& candidate : routes) {
        auto const pieces = pieces_of(candidate.path);
        if (pieces.size() != asked.segments.size()) continue;
        std::vector<std::string> ids;
        bool same = true;
        for (std::size_t i = 0; same && i < pieces.size(); ++i) same = fits(pieces[i], asked.segments[i], ids);
        if (!same) continue;
        if (candidate.method == asked.method || (asked.method == "HEAD" && candidate.method == "GET")) {
            found.to = &candidate;
            found.ids = std::move(ids);
            return found;
        }
        found.allowed += (found.allowed.empty() ? "" : ", ") + candidate.method;
    }
    return found;
}

}  // namespace corun::emulator
