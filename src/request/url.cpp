#include "request/url.hpp"

#include <corun/error.hpp>

#include <boost/url/encode.hpp>
#include <boost/url/grammar/charset.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace corun {

namespace {

namespace urls = boost::urls;

[[noreturn]] void refuse(std::string_view platform, std::string_view reason) {
    failure f;
    f.code = errc::invalid_argument;
    f.kind = error_kind::validation;
    f.where = phase::prepare;
    f.platform = platform;
    f.operation = "client";
    f.message = "base URL: ";
    f.message += reason;
    throw validation_error(std::move(f));
}

}  // namespace

std::string encode_segment(std::string_view text) {
    if (text == ".") return "%2E";
    if (text == "..") return "%2E%2E";
    return urls::encode(text, urls::unreserved_chars);
}

std::string encode_query(std::string_view text) { return urls::encode(text, urls::unreserved_chars); }

base_url parse_base_url(std::string_view text, std::string_view platform) {
    if (text.empty()) refuse(platform, "it is empty");
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; }))
        refuse(platform, "a space, a control character or a letter beyond ASCII (write such hosts as xn--)");
    auto const parsed = urls::parse_absolute_uri(text);
    if (!parsed) {
        if (urls::parse_uri(text)) refuse(platform, "it has a fragment");
        refuse(platform, "it is not a URL");
    }
    urls::url_view const url = *parsed;

    base_url result;
    if (url.scheme_id() == urls::scheme::https)
        result.origin.tls = true;
    else if (url.scheme_id() != urls::scheme::http)
        refuse(platform, "the scheme is neither http nor https");
    if (url.has_userinfo()) refuse(platform, "it holds a user name or password");
    if (url.has_query()) refuse(platform, "it has a query");
    if (url.encoded_host().empty()) refuse(platform, "it has no host");
    if (url.host_type() == urls::host_type::ipvfuture) refuse(platform, "the host's address is of an unknown kind");

    result.origin.host = url.host_type() == urls::host_type::ipv6 ? std::string(url.host_ipv6_address().to_string())
                                                                  : std::string(url.host());
    std::transform(result.origin.host.begin(), result.origin.host.end(), result.origin.host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (std::any_of(result.origin.host.begin(), result.origin.host.end(),
                    [](unsigned char c) { return c <= ' ' || c >= 0x7f || c == '/' || c == '%'; }))
        refuse(platform, "the host holds a character that no host has");
    result.origin.port = result.origin.tls ? 443 : 80;
    if (url.has_port()) {
        auto const port = url.port();
        unsigned number = 0;
        auto const [end, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (failed != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535)
            refuse(platform, "the port is not between 1 and 65535");
        result.origin.port = static_cast<std::uint16_t>(number);
    }
    result.prefix = std::string(url.encoded_path());
    while (result.prefix.ends_with('/')) result.prefix.pop_back();
    return result;
}

}  // namespace corun
