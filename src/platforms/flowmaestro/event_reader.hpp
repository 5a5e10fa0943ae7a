#pragma once

#include "decode/decode.hpp"

#include <corun/flowmaestro/events.hpp>
#include <corun/sse.hpp>

#include <string_view>

namespace corun::flowmaestro {

/// Turns server-sent events into typed ones: the type is JSON's `type`, else the event's name; whatever is not known, or
/// cannot be read, becomes an `unknown_event` (wire/flowmaestro §5.1–§5.3). Keeps its memory.
class event_reader {
public:
    void read(sse::event_view const& from, execution_event& out);
    void read(sse::event_view const& from, thread_event& out);

private:
    template <class Event>
    void read_any(sse::event_view const& from, Event& out);

    json_decoder json_;
};

bool is_terminal(execution_event const& event);
bool is_terminal(thread_event const& event);

/// The terminal event that the record of an ended run stands for.
execution_event synthesize(execution const& run);

}  // namespace corun::flowmaestro
