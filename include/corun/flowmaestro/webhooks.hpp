#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/pager.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::flowmaestro {

/// The events that a webhook can be told of (wire/flowmaestro §6.1).
namespace webhook_events {
inline constexpr std::string_view execution_started = "execution.started";
inline constexpr std::string_view execution_completed = "execution.completed";
inline constexpr std::string_view execution_failed = "execution.failed";
inline constexpr std::string_view execution_cancelled = "execution.cancelled";
inline constexpr std::string_view thread_message_created = "thread.message.created";
inline constexpr std::string_view thread_message_completed = "thread.message.completed";
inline constexpr std::string_view thread_message_failed = "thread.message.failed";
inline constexpr std::string_view agent_execution_started = "agent.execution.started";
inline constexpr std::string_view agent_execution_completed = "agent.execution.completed";
inline constexpr std::string_view agent_execution_failed = "agent.execution.failed";
}  // namespace webhook_events

/// A webhook to be made: `webhook_spec("ops", url).events("execution.completed", "execution.failed")`.
class webhook_spec {
public:
    webhook_spec(std::string_view name, std::string_view url) : name_(name), url_(url) {}

    webhook_spec& events(std::vector<std::string> names) {
        events_ = std::move(names);
        return *this;
    }
    template <std::convertible_to<std::string_view>... S>
    webhook_spec& events(std::string_view first, S const&... more) {
        events_.emplace_back(first);
        (events_.emplace_back(std::string_view(more)), ...);
        return *this;
    }
    /// Sent with every delivery.
    webhook_spec& header(std::string_view name, std::string_view value);

    std::string const& name() const noexcept { return name_; }
    std::string const& url() const noexcept { return url_; }
    std::vector<std::string> const& events() const noexcept { return events_; }
    std::optional<json::object> const& headers() const noexcept { return headers_; }

private:
    std::string name_;
    std::string url_;
    std::vector<std::string> events_;
    std::optional<json::object> headers_;
};

/// What to change of a webhook; what is not named stays.
class webhook_changes {
public:
    webhook_changes() = default;

    webhook_changes& name(std::string_view text);
    webhook_changes& url(std::string_view text);
    webhook_changes& events(std::vector<std::string> names);
    template <std::convertible_to<std::string_view>... S>
    webhook_changes& events(std::string_view first, S const&... more) {
        std::vector<std::string> names;
        names.emplace_back(first);
        (names.emplace_back(std::string_view(more)), ...);
        return events(std::move(names));
    }
    /// Replaces all headers by those named here.
    webhook_changes& header(std::string_view name, std::string_view value);
    webhook_changes& clear_headers();
    webhook_changes& is_active(bool on);

    json::object const& body() const noexcept { return body_; }

private:
    json::object body_;
};

/// Webhooks: being told of events. Thread safety: as the client's. See webhook_signature.hpp for the receiving side.
class webhooks {
public:
    explicit webhooks(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /webhooks, newest first.
    pager<webhook, page<webhook>> list(list_options const& options = {}, call_options const& how = {}) const;

    /// GET /webhooks/{id}; without its secret.
    call<webhook> get(std::string_view id, call_options const& how = {}) const;

    /// POST /webhooks. The answer's `secret` is never shown again.
    call<webhook> create(webhook_spec const& spec, call_options const& how = {}) const;
    call<webhook> create(std::string_view name, std::string_view url, std::vector<std::string> const& events,
                         call_options const& how = {}) const;

    /// PATCH /webhooks/{id}.
    call<webhook> update(std::string_view id, webhook_changes const& changes, call_options const& how = {}) const;

    /// DELETE /webhooks/{id}.
    call<removal> remove(std::string_view id, call_options const& how = {}) const;

    /// POST /webhooks/{id}/test: sends one delivery now and says how it went; a failed delivery is no error.
    call<webhook_test_result> test(std::string_view id, call_options const& how = {}) const;

    /// GET /webhooks/{id}/deliveries, newest first.
    pager<webhook_delivery, page<webhook_delivery>> deliveries(std::string_view id, list_options const& options = {},
                                                               call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

static_assert(detail::may_be_awaited_with<webhook_spec> && detail::may_be_awaited_with<webhook_changes>);

}  // namespace corun::flowmaestro
