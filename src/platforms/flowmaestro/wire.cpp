#include "platforms/flowmaestro/wire.hpp"

#include <algorithm>

namespace corun::flowmaestro {

pagination complete(std::optional<wire_pagination> const& wire, std::int64_t page, std::int64_t per_page,
                    std::size_t items) {
    pagination p;
    p.page = page;
    p.per_page = per_page;
    auto const before = page > 1 ? (page - 1) * per_page : 0;
    auto const seen = before + static_cast<std::int64_t>(items);
    if (!wire) {
        p.total_count = seen;
        p.total_pages = items == 0 && page <= 1 ? 0 : page;
        p.has_prev = page > 1;
        return p;
    }
    p.page = wire->page.value_or(page);
    p.per_page = wire->per_page.value_or(per_page);
    p.total_count = wire->total_count.value_or(seen);
    auto const size = std::max<std::int64_t>(p.per_page, 1);
    p.total_pages = wire->total_pages.value_or(p.total_count / size + (p.total_count % size > 0 ? 1 : 0));
    bool const more = wire->has_next ? *wire->has_next : wire->has_more.value_or(p.page < p.total_pages);
    p.has_next = more;
    p.has_more = more;
    p.has_prev = wire->has_prev.value_or(p.page > 1);
    p.extra = wire->extra;
    return p;
}

meta read_meta(json::value const& from) {
    meta m;
    if (!from.is_object()) return m;
    auto const& fields = from.get_object();
    m.request_id = string_at(fields, "request_id").value_or(std::string());
    m.timestamp = string_at(fields, "timestamp").value_or(std::string());
    for (auto const& member : fields)
        if (member.key() != "request_id" && member.key() != "timestamp") m.extra.insert(member);
    return m;
}

request& ask_page(request& to, std::int64_t page, int per_page) {
    to.require(page >= 1, "page is below 1");
    to.require(per_page >= 1 && per_page <= 100, "per_page is not between 1 and 100");
    to.query("page", std::optional<std::int64_t>(page));
    return to.query("per_page", std::optional<std::int64_t>(per_page));
}

}  // namespace corun::flowmaestro
