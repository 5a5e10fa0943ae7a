#pragma once

#include "call/retry_policy.hpp"
#include "request/request.hpp"
#include "request/url.hpp"

#include <corun/call_options.hpp>
#include <corun/client_options.hpp>
#include <corun/error.hpp>
#include <corun/transport.hpp>

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace corun {

/// What a platform says of itself once; pure data and plain functions.
struct platform_profile {
    std::string_view name;  ///< "flowmaestro"
    std::string_view default_base_url;
    std::string_view path_prefix;   ///< in front of every path: "/api/v1"
    std::string_view key_variable;  ///< environment: the key
    std::string_view url_variable;  ///< environment: the base URL
    std::string_view user_agent;
    retry_rules retry;
    /// Adds the headers that every request carries, authentication first.
    void (*default_headers)(header_list& headers, std::string_view api_key) = nullptr;
    /// Fills `api_code`, `message`, `details`, `kind` and what else the body says; status and request id are there.
    void (*read_error)(failure& f, response_head const& head, std::string_view body) = nullptr;
    /// Why the key cannot be used now (it has expired, say), asked before every attempt.
    std::optional<std::string> (*key_problem)(std::string_view api_key) = nullptr;
    /// The platform's own class of a failure.
    std::exception_ptr (*make_exception)(failure f) = nullptr;
    /// Where the request id is; "x-request-id" by default.
    std::string_view request_id_header = "x-request-id";
    std::string_view limit_header = "x-ratelimit-limit";
    std::string_view remaining_header = "x-ratelimit-remaining";
    std::string_view reset_header = "x-ratelimit-reset";
};

/// What all resources of one client share.
///
/// Thread safety: immutable but for `close`.
class client_core {
public:
    /// Validates; throws `validation_error`. `profile` must outlive the core (it is static data of the platform).
    client_core(asio::any_io_executor executor, platform_profile const& profile, client_settings settings);
    ~client_core();

    platform_profile const& profile;
    client_settings const settings;
    base_url const base;
    header_list const headers;  ///< default headers of every request, merged
    header_list const anonymous_headers;
    asio::any_io_executor const executor;
    std::shared_ptr<corun::transport> const transport;
    std::shared_ptr<time_source> const time;

    void close() noexcept;
    bool closed() const noexcept { return closed_; }

    /// Replaces the key in a text that the server sent, so that an echo is not passed on.
    std::string mask(std::string text) const;
    std::exception_ptr exception(failure f) const;
    std::optional<std::string> key_problem() const;
    double random() const;  ///< in [0, 1)

private:
    std::string api_key_;
    std::atomic<bool> closed_{false};
};

}  // namespace corun
