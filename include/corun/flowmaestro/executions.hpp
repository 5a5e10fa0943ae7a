#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/event_stream.hpp>
#include <corun/flowmaestro/events.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/pager.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::flowmaestro {

/// A status to look for: `execution_status::failed`, or a text.
class status_filter {
public:
    constexpr status_filter() = default;
    constexpr status_filter(execution_status status) : text_(enum_names(status)[static_cast<std::size_t>(status)]) {}
    template <std::convertible_to<std::string_view> S>
    constexpr status_filter(S const& text) : text_(text) {}

    constexpr std::string_view text() const { return text_; }

private:
    std::string_view text_;
};

/// Which runs to list; what is empty does not filter.
struct execution_list_options {
    int page = 1;
    int per_page = 20;
    std::string_view workflow_id{};
    status_filter status{};
};

/// How to wait for a run.
struct wait_options {
    std::chrono::milliseconds poll_interval{1'000};
    std::chrono::milliseconds timeout{300'000};  ///< 0: one look
};

/// Runs of workflows. Thread safety: as the client's.
class executions {
public:
    executions(std::shared_ptr<client_core const> core, std::chrono::milliseconds watchdog)
        : core_(std::move(core)), watchdog_(watchdog) {}

    /// GET /executions, newest first. Goes on while pages are full, since the server's totals cannot be trusted
    /// (wire/flowmaestro §3.2).
    pager<execution, page<execution>> list(execution_list_options const& options = {},
                                           call_options const& how = {}) const;

    /// GET /executions/{id}.
    call<execution> get(std::string_view id, call_options const& how = {}) const;

    /// Asks again and again until the run has ended, be it completed, failed or cancelled. Throws `timeout_error`
    /// (phase `total`) when it has not by then. `how` holds for each request.
    call<execution> wait_for_completion(std::string_view id, wait_options const& options = {},
                                        call_options const& how = {}) const;

    /// GET /executions/{id}/events: what the run does, until it has ended. Where the server keeps silent, or closes too
    /// early, the run's record is asked for its outcome (`client_options::stream_watchdog`).
    event_stream<execution_event> stream(std::string_view id, call_options const& how = {}) const;

    /// POST /executions/{id}/cancel. A run that has ended, or is cancelled already, is a `validation_error`.
    call<cancel_result> cancel(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
    std::chrono::milliseconds watchdog_;
};

static_assert(std::is_trivially_destructible_v<execution_list_options> && std::is_trivially_destructible_v<wait_options>);

}  // namespace corun::flowmaestro
