#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/event_stream.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/events.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// What a chat session has beside its agent.
class chat_session_options : public spec<chat_session_options> {
public:
    chat_session_options() = default;

    chat_session_options& title(std::string_view text) { return put_filled("title", text); }
    chat_session_options& metadata(json::object const& metadata) { return put("metadata", metadata); }
};

/// Talks with agents. Thread safety: as the client's.
class chat {
public:
    explicit chat(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /chat/sessions, newest first.
    pager<chat_session, page<chat_session>> list_sessions(
        list_options const& options = {}, call_options const& how = {}) const;

    /// GET /chat/sessions/{id}.
    call<chat_session> get_session(std::string_view id, call_options const& how = {}) const;

    /// POST /chat/sessions.
    call<chat_session> create_session(
        std::string_view agent_id, chat_session_options const& options = {}, call_options const& how = {}) const;

    /// DELETE /chat/sessions/{id}.
    call<void> delete_session(std::string_view id, call_options const& how = {}) const;

    /// GET /chat/sessions/{id}/messages, oldest first.
    pager<chat_message, page<chat_message>> list_messages(
        std::string_view id, list_options const& options = {}, call_options const& how = {}) const;

    /// POST /chat/sessions/{id}/messages: asks, and waits for the whole answer. A turn costs money: never repeated
    /// where it may have been carried out.
    call<chat_answer> send_message(std::string_view id, std::string_view content, call_options const& how = {}) const;

    /// POST /chat/sessions/{id}/messages/stream: the same, told as it happens, until `done` or `error`. Never sent
    /// twice.
    event_stream<stream_event> send_message_stream(
        std::string_view id, std::string_view content, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
