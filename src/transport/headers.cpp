#include <corun/headers.hpp>
#include <corun/timing.hpp>
#include <corun/transport.hpp>
#include <corun/transport_options.hpp>

#include <algorithm>

namespace corun {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

header header_list::at(std::size_t index) const noexcept {
    auto const& e = entries_[index];
    std::string_view const text = text_;
    return {text.substr(e.at, e.name), text.substr(e.at + e.name, e.value)};
}

header_list& header_list::add(std::string_view name, std::string_view value) {
    entry e;
    e.at = static_cast<std::uint32_t>(text_.size());
    e.name = static_cast<std::uint32_t>(name.size());
    e.value = static_cast<std::uint32_t>(value.size());
    text_.append(name);
    text_.append(value);
    entries_.push_back(e);
    return *this;
}

header_list& header_list::set(std::string_view name, std::string_view value) {
    std::size_t first = 0;
    while (first < entries_.size() && !same_name(at(first).name, name)) ++first;
    if (first == entries_.size()) return add(name, value);
    add(name, value);
    entries_[first] = entries_.back();
    entries_.pop_back();
    for (std::size_t i = entries_.size(); i-- > first + 1;)
        if (same_name(at(i).name, at(first).name)) entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
    return *this;
}

void header_list::erase(std::string_view name) {
    for (std::size_t i = entries_.size(); i-- > 0;)
        if (same_name(at(i).name, name)) entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
}

std::optional<std::string_view> header_list::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (auto const field = at(i); same_name(field.name, name)) return field.value;
    return std::nullopt;
}

void header_list::clear() noexcept {
    text_.clear();
    entries_.clear();
}

void header_list::reserve(std::size_t fields, std::size_t bytes) {
    entries_.reserve(fields);
    text_.reserve(bytes);
}

std::string_view to_string(phase p) noexcept {
    switch (p) {
        case phase::none: return "none";
        case phase::prepare: return "prepare";
        case phase::pool: return "pool";
        case phase::resolve: return "resolve";
        case phase::connect: return "connect";
        case phase::proxy: return "proxy";
        case phase::tls: return "tls";
        case phase::write: return "write";
        case phase::first_byte: return "first_byte";
        case phase::headers: return "headers";
        case phase::body: return "body";
        case phase::decode: return "decode";
        case phase::first_event: return "first_event";
        case phase::idle: return "idle";
        case phase::stream: return "stream";
        case phase::backoff: return "backoff";
        case phase::total: return "total";
    }
    return "unknown";
}

std::string origin::authority() const {
    std::string text = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != (tls ? 443 : 80)) text += ':' + std::to_string(port);
    return text;
}

tls_options& tls_options::ca_file(std::string_view path) {
    ca_file_ = path;
    return *this;
}

tls_options& tls_options::ca_pem(std::string_view text) {
    ca_pem_ = text;
    return *this;
}

tls_options& tls_options::insecure_skip_verification(bool on) {
    insecure_ = on;
    return *this;
}

}  // namespace corun
