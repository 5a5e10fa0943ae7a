#pragma once

#include <corun/event_stream.hpp>
#include <corun/promptrails/types.hpp>

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What PromptRails' streams give (wire/promptrails §9.4). Members that are not known are in `extra`.
namespace corun::promptrails {

/// The run behind a turn; the first event of a chat.
struct execution_event {
    static constexpr std::string_view type = "execution";
    execution_event() = default;

    std::string execution_id;
    std::optional<std::string> user_message_id;
    json::object extra;
};

/// What the model reasons before and between its tool calls.
struct thinking_event {
    static constexpr std::string_view type = "thinking";
    thinking_event() = default;

    std::string content;
    json::object extra;
};

/// A tool is called; `tool_end_event` has the same id.
struct tool_start_event {
    static constexpr std::string_view type = "tool_start";
    tool_start_event() = default;

    std::string id;
    std::string name;
    json::object extra;
};

struct tool_end_event {
    static constexpr std::string_view type = "tool_end";
    tool_end_event() = default;

    std::string id;
    std::string name;
    std::optional<std::string> summary;
    json::object extra;
};

/// The next piece of the answer.
struct content_event {
    static constexpr std::string_view type = "content";
    content_event() = default;

    std::string content;
    json::object extra;
};

/// The answer is complete; the last event. `output` holds the whole answer, also where no `content_event` came.
struct done_event {
    static constexpr std::string_view type = "done";
    done_event() = default;

    std::optional<json::object> output;
    promptrails::token_usage token_usage;
    json::object extra;
};

/// The run failed; the last event. It is delivered, not thrown.
struct error_event {
    static constexpr std::string_view type = "error";
    error_event() = default;

    std::string message;
    json::object extra;
};

/// An event that is not known, or that could not be read.
struct unknown_event {
    unknown_event() = default;

    std::string name;
    std::string text;  ///< its data, as it came
};

using stream_event = std::variant<execution_event, thinking_event, tool_start_event, tool_end_event, content_event,
    done_event, error_event, unknown_event>;

/// `done` and `error` end a stream.
inline bool is_terminal(stream_event const& event) {
    return std::holds_alternative<done_event>(event) || std::holds_alternative<error_event>(event);
}

/// A whole turn.
struct collected_answer {
    collected_answer() = default;

    std::string text;  ///< the pieces joined, else the output's `content`
    promptrails::token_usage token_usage;
    std::optional<json::object> output;
    std::string execution_id;  ///< empty where the stream named none
};

/// Reads a stream to its end. Throws what the stream throws, and `promptrails::error` (errc::run_failed) where the run
/// failed; its `details()` then hold the text so far as `content`.
asio::awaitable<collected_answer> collect(event_stream<stream_event> stream);

}  // namespace corun::promptrails
