#include "request/request.hpp"

#include "request/url.hpp"

#include <corun/json.hpp>

#include <boost/json/serialize.hpp>

#include <cmath>
#include <stdexcept>

namespace corun {

namespace {

bool all_finite(json::value const& value) {
    switch (value.kind()) {
    case json::kind::double_:
        return std::isfinite(value.get_double());
    case json::kind::array:
        for (auto const& item : value.get_array())
            if (!all_finite(item)) return false;
        return true;
    case json::kind::object:
        for (auto const& member : value.get_object())
            if (!all_finite(member.value())) return false;
        return true;
    default:
        return true;
    }
}

}  // namespace

void request::expand(std::string_view path, std::vector<std::string_view> const& ids) {
    auto id = ids.begin();
    while (true) {
        auto const hole = path.find("{}");
        path_.append(path.substr(0, hole));
        if (hole == std::string_view::npos) break;
        path.remove_prefix(hole + 2);
        if (id == ids.end()) throw std::logic_error("path template has more holes than ids");
        if (id->empty())
            refuse("an id is empty");
        else if (id->find('\0') != std::string_view::npos)
            refuse("an id holds a NUL character");
        path_ += encode_segment(*id++);
    }
}

request& request::query(std::string_view name, std::string_view value) {
    if (!query_.empty()) query_ += '&';
    query_ += encode_query(name);
    query_ += '=';
    query_ += encode_query(value);
    return *this;
}

request& request::query(std::string_view name, std::optional<std::string_view> value) {
    return value ? query(name, *value) : *this;
}

request& request::query(std::string_view name, std::optional<std::int64_t> value) {
    return value ? query(name, std::string_view(std::to_string(*value))) : *this;
}

request& request::query(std::string_view name, bool value) {
    return query(name, std::string_view(value ? "true" : "false"));
}

request& request::body(json::value const& value) {
    if (!all_finite(value)) return refuse("the input holds a number that JSON cannot hold (NaN or infinity)");
    body_ = json::serialize(value);
    return *this;
}

request& request::body_text(std::string text, std::string_view content_type) {
    body_ = std::move(text);
    return header("Content-Type", content_type);
}

request& request::header(std::string_view name, std::string_view value) {
    headers_.set(name, value);
    return *this;
}

request& request::repeatable(bool yes) {
    repeatable_ = yes;
    return *this;
}

request& request::anonymous() {
    anonymous_ = true;
    return *this;
}

request& request::from_root() {
    from_root_ = true;
    return *this;
}

request& request::shown_as(std::string_view path) {
    shown_ = std::string(path);
    return *this;
}

request& request::refuse(std::string_view reason) {
    if (!refused_) refused_ = std::string(reason);
    return *this;
}

bool request::repeatable() const noexcept {
    if (repeatable_) return *repeatable_;
    return method_ == "GET" || method_ == "HEAD" || method_ == "DELETE" || method_ == "OPTIONS";
}

}  // namespace corun
