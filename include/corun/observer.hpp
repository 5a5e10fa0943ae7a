#pragma once

#include <corun/timing.hpp>

#include <chrono>
#include <string_view>

namespace corun {

class failure;

/// Log and metric hooks. All views are valid during the callback only; keys, headers and bodies never appear.
///
/// Thread safety: called on the thread that runs the call; one observer may be called from several threads at once.
/// A callback must not throw.
class observer {
public:
    /// Which call and which attempt of it, counted from 1.
    struct attempt {
        std::string_view platform;
        std::string_view operation;  ///< e.g. "workflows.get"
        std::string_view method;
        std::string_view path;  ///< without the query
        int number = 1;
    };

    virtual ~observer() = default;

    virtual void attempt_started(attempt const&) {}
    /// `status` is 0 and `why` set where no answer came.
    virtual void attempt_finished(attempt const&, int /*status*/, phase_timings const&, failure const* /*why*/) {}
    /// The next attempt starts after `delay`.
    virtual void retrying(attempt const&, std::chrono::milliseconds /*delay*/, std::string_view /*reason*/) {}
    virtual void stream_opened(attempt const&, int /*status*/, phase_timings const&) {}
    virtual void stream_resumed(attempt const&, std::string_view /*last_event_id*/) {}
    /// `why` is null where the stream ended as it should.
    virtual void stream_closed(attempt const&, failure const* /*why*/) {}
    /// Something a user should know: certificates are not verified, say.
    virtual void warning(std::string_view /*text*/) {}
};

}  // namespace corun
