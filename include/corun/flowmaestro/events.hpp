#pragma once

#include <corun/event_stream.hpp>
#include <corun/flowmaestro/types.hpp>

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What FlowMaestro's streams give (wire/flowmaestro §5). Member names are those of the documented contract, whichever
/// spelling came. Members that are not known are in `extra`; an event that is not known, or not readable, comes as
/// `unknown_event` with its name and text.
namespace corun::flowmaestro {

enum class execution_event_type {
    connected,
    execution_started,
    execution_progress,
    node_started,
    node_completed,
    node_failed,
    execution_completed,
    execution_failed,
    execution_cancelled,
};
constexpr std::array<std::string_view, 9> enum_names(execution_event_type) {
    return {"connected",      "execution:started",   "execution:progress", "node:started",       "node:completed",
            "node:failed",    "execution:completed", "execution:failed",   "execution:cancelled"};
}

/// What every event of a run has.
struct execution_event_base {
    execution_event_base() = default;

    open_enum<execution_event_type> type;  ///< `type.text()`: "node:started"
    std::string execution_id;
    std::optional<std::int64_t> timestamp;  ///< Unix milliseconds
    bool synthetic = false;  ///< made here from the run's record: the server never sent it
    json::object extra;
};

/// The subscription is active; the first event of a run that has not ended.
struct execution_connected : execution_event_base {
    execution_connected() = default;

    open_enum<execution_status> status;
};

struct execution_started : execution_event_base {
    execution_started() = default;

    open_enum<execution_status> status;
    std::optional<std::string> workflow_name;
    std::optional<std::int64_t> total_nodes;
};

struct execution_progress : execution_event_base {
    execution_progress() = default;

    double progress = 0.0;  ///< 0–100
    std::optional<std::string> message;
    std::optional<std::string> current_node;
    std::optional<std::int64_t> completed;  ///< nodes
    std::optional<std::int64_t> total;      ///< nodes
};

struct node_started : execution_event_base {
    node_started() = default;

    std::string node_id;
    std::string node_name;
    std::string node_type;
};

struct node_completed : execution_event_base {
    node_completed() = default;

    std::string node_id;
    std::string node_name;
    std::string node_type;
    json::value outputs;
    std::optional<std::int64_t> duration_ms;
};

struct node_failed : execution_event_base {
    node_failed() = default;

    std::string node_id;
    std::string node_name;
    std::string node_type;
    std::string error;
    json::value error_raw;  ///< as sent: a text, or an object with `message`
};

/// What the three last events have in common.
struct execution_ended : execution_event_base {
    execution_ended() = default;

    open_enum<execution_status> status;
    json::value outputs;
    std::string error;
    json::value error_raw;  ///< as sent: a text, or an object with `message`
    std::optional<std::string> completed_at;
    std::optional<std::int64_t> duration_ms;
    std::optional<std::string> failed_node_id;
};

struct execution_completed : execution_ended {
    execution_completed() = default;
};

struct execution_failed : execution_ended {
    execution_failed() = default;
};

struct execution_cancelled : execution_ended {
    execution_cancelled() = default;
};

/// An event of another name, or one that could not be read.
struct unknown_event {
    unknown_event() = default;

    std::string name;
    std::string text;  ///< the event's data, as sent
};

using execution_event =
    std::variant<unknown_event, execution_connected, execution_started, execution_progress, node_started, node_completed,
                 node_failed, execution_completed, execution_failed, execution_cancelled>;

enum class thread_event_type { connected, message_started, message_token, message_completed, message_failed };
constexpr std::array<std::string_view, 5> enum_names(thread_event_type) {
    return {"connected", "message:started", "message:token", "message:completed", "message:failed"};
}

/// What every event of a thread has.
struct thread_event_base {
    thread_event_base() = default;

    open_enum<thread_event_type> type;  ///< `type.text()`: "message:token"
    std::string thread_id;
    std::optional<std::int64_t> timestamp;  ///< Unix milliseconds
    bool synthetic = false;  ///< made here from an answer that came whole
    json::object extra;
};

struct thread_connected : thread_event_base {
    thread_connected() = default;
};

struct message_started : thread_event_base {
    message_started() = default;

    std::string message_id;
};

/// The next piece of text; all pieces together are the answer.
struct message_token : thread_event_base {
    message_token() = default;

    std::string message_id;
    std::string token;
    std::optional<std::int64_t> index;
};

struct message_completed : thread_event_base {
    message_completed() = default;

    std::string message_id;
    std::string content;
    std::optional<token_usage> usage;
};

struct message_failed : thread_event_base {
    message_failed() = default;

    std::string message_id;
    std::string error;
    json::value error_raw;  ///< as sent: a text, or an object with `message`
};

using thread_event = std::variant<unknown_event, thread_connected, message_started, message_token, message_completed,
                                  message_failed>;

/// The event's name: "node:started".
std::string_view event_name(execution_event const& event);
std::string_view event_name(thread_event const& event);

/// Reads a run's stream to its end. Throws `error` (code `errc::run_failed`) where the run failed or was cancelled.
asio::awaitable<execution_completed> collect(event_stream<execution_event> events);

/// Reads an answer's stream to its end. Throws `error` (code `errc::run_failed`) on `message:failed`.
asio::awaitable<message_completed> collect(event_stream<thread_event> events);

/// The same, the text alone.
asio::awaitable<std::string> collect_text(event_stream<thread_event> events);

static_assert(detail::may_be_awaited_with<unknown_event> && detail::may_be_awaited_with<execution_progress>);
static_assert(detail::may_be_awaited_with<execution_completed> && detail::may_be_awaited_with<message_completed>);

}  // namespace corun::flowmaestro
