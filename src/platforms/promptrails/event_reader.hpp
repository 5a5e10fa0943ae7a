#pragma once

#include "decode/decode.hpp"

#include <corun/promptrails/events.hpp>
#include <corun/sse.hpp>

namespace corun::promptrails {

/// Turns server-sent events into typed ones; whatever is not known, or cannot be read, becomes an `unknown_event`
/// (wire/promptrails §9.3). Keeps its memory.
class event_reader {
public:
    void read(sse::event_view const& from, stream_event& out);

private:
    json_decoder json_;
};

}  // namespace corun::promptrails
