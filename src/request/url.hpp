#pragma once

#include <corun/transport.hpp>

#include <string>
#include <string_view>

namespace corun {

/// A base URL, taken apart and validated.
class base_url {
public:
    base_url() = default;

    corun::origin origin;
    std::string prefix;  ///< path without trailing '/', encoded; may be empty
};

/// Reads a base URL; throws `validation_error` (operation "client") for a wrong scheme, userinfo, query, fragment, bad
/// port, no host, or a host that is not ASCII.
base_url parse_base_url(std::string_view text, std::string_view platform);

/// Percent-encodes one path segment: all but RFC 3986 unreserved; "." and ".." come out encoded.
std::string encode_segment(std::string_view text);

/// Percent-encodes a query key or value.
std::string encode_query(std::string_view text);

}  // namespace corun
