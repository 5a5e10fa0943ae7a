#pragma once

#include <corun/error.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/headers.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// The receiving side of webhooks (wire/flowmaestro §6). Verify the raw bytes of the body, before any parsing.
namespace corun::flowmaestro {

/// Whether a body bears this signature ("v1=" and 64 hex digits). Takes the same time wherever they differ.
/// An empty secret matches nothing.
bool verify_webhook_signature(std::string_view raw_body, std::string_view header_value, std::string_view secret);

/// The header value that FlowMaestro would send: for tests of receivers.
std::string sign_webhook(std::string_view raw_body, std::string_view secret);

/// The data of `execution.*`.
struct webhook_execution {
    webhook_execution() = default;

    std::string execution_id;
    std::string workflow_id;
    std::string workflow_name;
    open_enum<execution_status> status;
    std::optional<std::string> started_at;
    std::optional<std::string> completed_at;
    json::value outputs;
    std::optional<std::string> error;
    json::value error_raw;
    json::object extra;
};

/// The data of `thread.message.*`.
struct webhook_message {
    webhook_message() = default;

    std::string thread_id;
    std::string message_id;
    std::string agent_id;
    std::string agent_name;
    open_enum<message_role> role;
    std::string content;
    std::optional<std::string> status;
    std::optional<std::string> error;
    json::value error_raw;
    json::object extra;
};

/// The data of `agent.execution.*`.
struct webhook_agent_run {
    webhook_agent_run() = default;

    std::string thread_id;
    std::string agent_id;
    std::string agent_name;
    open_enum<execution_status> status;
    std::optional<std::string> started_at;
    std::optional<std::string> completed_at;
    std::optional<std::string> error;
    json::value error_raw;
    json::object extra;
};

/// The data of a test delivery.
struct webhook_ping {
    webhook_ping() = default;

    std::string message;
    std::string webhook_id;
    json::object extra;
};

/// A delivery that was verified. Retries repeat `id`: remember it, and act once.
struct webhook_event {
    webhook_event() = default;

    std::string id;
    std::string event;  ///< "execution.completed"; see `webhook_events`
    std::string created_at;
    std::string delivery_id;  ///< from the header; not the same as `id`
    json::value data;         ///< as sent
    std::variant<std::monostate, webhook_execution, webhook_message, webhook_agent_run, webhook_ping> payload;
    json::object extra;
};

/// Why a delivery is not to be trusted.
enum class webhook_problem {
    none,
    no_signature,         ///< the header is missing
    several_signatures,   ///< … or there more than once
    malformed_signature,  ///< … or not "v1=" and 64 hex digits
    wrong_signature,
    malformed_body,       ///< signed, but not an event
    too_old,              ///< `created_at` is too far in the past
    too_new,              ///< … or in the future
};
std::string_view to_string(webhook_problem problem) noexcept;

/// Verifies deliveries: signature, and age of `created_at`.
///
/// Thread safety: immutable after its setters. Answer 401 where it throws.
class webhook_verifier {
public:
    /// Throws `corun::validation_error` for an empty secret.
    explicit webhook_verifier(std::string_view secret);

    /// Accepts this secret as well: the old one, while a new one is being rolled out.
    webhook_verifier& also_accept(std::string_view secret);
    /// How far `created_at` may be from now, in both directions; 0: any. Default 1 h, since honest retries come late.
    webhook_verifier& max_age(std::chrono::milliseconds age);

    /// The event; throws `corun::authentication_error` (or `corun::protocol_error` for a signed body that is no event),
    /// whose `api_code()` is the problem's name.
    webhook_event verify(std::string_view raw_body, header_list const& headers) const;
    webhook_event verify(std::string_view raw_body, header_list const& headers,
                         std::chrono::system_clock::time_point now) const;

    /// The same without exceptions; `out` is filled where there is no problem.
    webhook_problem check(std::string_view raw_body, header_list const& headers, webhook_event& out) const;
    webhook_problem check(std::string_view raw_body, header_list const& headers,
                          std::chrono::system_clock::time_point now, webhook_event& out) const;

private:
    std::string secret_;
    std::string other_secret_;
    std::chrono::milliseconds max_age_{3'600'000};
};

static_assert(detail::may_be_awaited_with<webhook_event>);

}  // namespace corun::flowmaestro
