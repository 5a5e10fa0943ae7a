#pragma once

#include <corun/headers.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace corun {

/// What one call does differently from its client.
class call_options {
public:
    call_options() = default;

    /// Sends a header, in place of the client's of the same name.
    call_options& header(std::string_view name, std::string_view value);
    /// Bounds one attempt, from pool wait to last byte; of a stream, its opening.
    call_options& timeout(std::chrono::milliseconds limit);
    /// Bounds the call, retries and sleeps included.
    call_options& total_timeout(std::chrono::milliseconds limit);
    /// How often a failed attempt is repeated; 0: never.
    call_options& max_retries(int n);
    /// Repeats this request as if it were repeatable: it may then be carried out twice.
    call_options& retry_unsafe(bool on = true);
    /// Streams: bounds the wait for the first event; 0: no limit.
    call_options& first_event_timeout(std::chrono::milliseconds limit);
    /// Streams: bounds the pause between two bytes; 0: no limit.
    call_options& idle_timeout(std::chrono::milliseconds limit);

    header_list const& headers() const noexcept { return headers_; }
    std::optional<std::chrono::milliseconds> timeout() const noexcept { return timeout_; }
    std::optional<std::chrono::milliseconds> total_timeout() const noexcept { return total_timeout_; }
    std::optional<int> max_retries() const noexcept { return max_retries_; }
    std::optional<bool> retry_unsafe() const noexcept { return retry_unsafe_; }
    std::optional<std::chrono::milliseconds> first_event_timeout() const noexcept { return first_event_; }
    std::optional<std::chrono::milliseconds> idle_timeout() const noexcept { return idle_; }

private:
    header_list headers_;
    std::optional<std::chrono::milliseconds> timeout_;
    std::optional<std::chrono::milliseconds> total_timeout_;
    std::optional<int> max_retries_;
    std::optional<bool> retry_unsafe_;
    std::optional<std::chrono::milliseconds> first_event_;
    std::optional<std::chrono::milliseconds> idle_;
};

}  // namespace corun
