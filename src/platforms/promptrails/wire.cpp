#include "platforms/promptrails/wire.hpp"

#include <algorithm>

namespace corun::promptrails {

request& ask_if(request& to, std::string_view name, std::string_view value) {
    return value.empty() ? to : to.query(name, value);
}

void put_text(request& to, json::object& body, std::string_view name, std::string_view value) {
    to.require(!value.empty(), "the " + std::string(name) + " is empty");
    body[name] = value;
}

request& ask_page(request& to, std::int64_t page, int limit) {
    to.require(page >= 1, "page is below 1");
    to.require(limit >= 1 && limit <= 100, "limit is not between 1 and 100");
    to.query("page", std::optional<std::int64_t>(page));
    return to.query("limit", std::optional<std::int64_t>(limit));
}

// A list that came whole, without `meta`, is its only page.
pagination_meta complete(std::optional<pagination_meta> const& wire, std::int64_t page, int limit, std::size_t items) {
    if (wire) return *wire;
    pagination_meta meta;
    meta.page = page;
    meta.limit = limit;
    meta.total = static_cast<std::int64_t>(items);
    meta.pages = items == 0 ? 0 : page;
    return meta;
}

}  // namespace corun::promptrails
