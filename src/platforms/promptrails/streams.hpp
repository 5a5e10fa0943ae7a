#pragma once

#include "platforms/promptrails/event_reader.hpp"
#include "platforms/promptrails/wire.hpp"
#include "stream/event_pump.hpp"

namespace corun::promptrails {

/// A stream of one request: neither its opening nor a lost connection is repeated (wire/promptrails §4).
event_stream<stream_event> open_stream(core_ptr const& core, request req, call_options how);

}  // namespace corun::promptrails
