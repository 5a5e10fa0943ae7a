#pragma once

#include <corun/headers.hpp>
#include <corun/json.hpp>

namespace corun {

/// The answer of any path.
struct raw_response {
    raw_response() = default;

    int status = 0;
    header_list headers;
    json::value body;  ///< the whole envelope; null where there was no body
};

}  // namespace corun
