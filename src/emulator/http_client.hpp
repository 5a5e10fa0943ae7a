#pragma once

#include "emulator/environment.hpp"

namespace corun::emulator {

/// POSTs once over plain HTTP; the callback comes later, once.
void http_post(asio::any_io_executor const& executor, std::string url, pairs headers, std::string body,
               milliseconds timeout, std::function<void(post_result)> done);

}  // namespace corun::emulator
