#pragma once

#include <corun/headers.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {

namespace json = boost::json;

/// What one call sends, made from its arguments at once; bad input is remembered and surfaces at the first await.
class request {
public:
    /// `path` is a template: each "{}" takes one id, percent-encoded as one segment. An empty id is refused.
    template <std::convertible_to<std::string_view>... Ids>
    request(std::string_view operation, std::string_view method, std::string_view path, Ids const&... ids)
        : operation_(operation), method_(method) {
        expand(path, std::vector<std::string_view>{std::string_view(ids)...});
    }

    request& query(std::string_view name, std::string_view value);
    request& query(std::string_view name, std::optional<std::string_view> value);
    request& query(std::string_view name, std::optional<std::int64_t> value);
    request& query(std::string_view name, bool value);
    /// The JSON body; a number that JSON cannot hold is refused.
    request& body(json::value const& value);
    request& body_text(std::string text, std::string_view content_type);
    request& header(std::string_view name, std::string_view value);
    request& accept(std::string_view type) { return header("Accept", type); }
    /// Whether a repetition does no harm. Default: GET, HEAD, DELETE, OPTIONS.
    request& repeatable(bool yes);
    /// Sent to this target without authentication (an inbound hook, say).
    request& anonymous();
    /// Below the base URL itself, without the platform's path prefix.
    request& from_root();
    /// What observers see in place of the path, which holds a secret.
    request& shown_as(std::string_view path);
    /// Remembers that the input is bad; the first reason counts.
    request& refuse(std::string_view reason);
    request& require(bool ok, std::string_view reason) { return ok ? *this : refuse(reason); }

    std::string const& operation() const noexcept { return operation_; }
    std::string const& method() const noexcept { return method_; }
    std::string const& path() const noexcept { return path_; }         ///< encoded, without the query
    std::string const& query_text() const noexcept { return query_; }  ///< encoded, without '?'
    header_list const& headers() const noexcept { return headers_; }
    std::optional<std::string> const& body_text() const noexcept { return body_; }
    bool repeatable() const noexcept;
    bool is_anonymous() const noexcept { return anonymous_; }
    bool is_from_root() const noexcept { return from_root_; }
    std::string const& shown_path() const noexcept { return shown_ ? *shown_ : path_; }
    std::optional<std::string> const& refused() const noexcept { return refused_; }
    std::string take_body() noexcept { return body_ ? std::move(*body_) : std::string(); }

private:
    void expand(std::string_view path, std::vector<std::string_view> const& ids);

    std::string operation_;
    std::string method_;
    std::string path_;
    std::string query_;
    header_list headers_;
    std::optional<std::string> body_;
    std::optional<bool> repeatable_;
    bool anonymous_ = false;
    bool from_root_ = false;
    std::optional<std::string> shown_;
    std::optional<std::string> refused_;
};

}  // namespace corun
