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

header_list& header_list::add(std::string_view name, std::string_view value) {
    fields_.emplace_back(name, value);
    return *this;
}

header_list& header_list::set(std::string_view name, std::string_view value) {
    auto const found = std::find_if(fields_.begin(), fields_.end(), [&](header const& h) { return same_name(h.name, name); });
    if (found == fields_.end()) return add(name, value);
    found->name = name;
    found->value = value;
    fields_.erase(std::remove_if(found + 1, fields_.end(), [&](header const& h) { return same_name(h.name, name); }),
                  fields_.end());
    return *this;
}

void header_list::erase(std::string_view name) {
    std::erase_if(fields_, [&](header const& h) { return same_name(h.name, name); });
}

std::optional<std::string_view> header_list::find(std::string_view name) const noexcept {
    for (auto const& h : fields_)
        if (same_name(h.name, name)) return h.value;
    return std::nullopt;
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
