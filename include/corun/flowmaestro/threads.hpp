#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/event_stream.hpp>
#include <corun/flowmaestro/events.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/pager.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::flowmaestro {

/// Threads: talks with agents. Thread safety: as the client's.
class threads {
public:
    threads(std::shared_ptr<client_core const> core, bool fallback) : core_(std::move(core)), fallback_(fallback) {}

    /// GET /threads/{id}.
    call<thread> get(std::string_view id, call_options const& how = {}) const;

    /// GET /threads/{id}/messages, oldest first.
    pager<thread_message, page<thread_message>> list_messages(std::string_view id, list_options const& options = {},
                                                              call_options const& how = {}) const;

    /// POST /threads/{id}/messages: asks, and waits for the whole answer. The server takes up to 120 s, so an attempt
    /// may take 130 s unless `how` sets a timeout, of which the server is then told.
    call<send_message_result> send_message(std::string_view id, std::string_view content,
                                           call_options const& how = {}) const;

    /// The same, and streams the answer until `message:completed` or `message:failed`. A server that refuses to stream
    /// (501) is asked for the whole answer, which comes as synthetic events (`client_options::stream_fallback`).
    event_stream<thread_event> send_message_stream(std::string_view id, std::string_view content,
                                                   call_options const& how = {}) const;

    /// GET /threads/{id}/events: what happens in the thread, until a message completes or fails.
    event_stream<thread_event> stream(std::string_view id, call_options const& how = {}) const;

    /// DELETE /threads/{id}.
    call<removal> remove(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
    bool fallback_;
};

}  // namespace corun::flowmaestro
