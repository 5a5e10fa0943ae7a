#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// What sessions have used, summed over their traces; `chat` has the talks themselves. Thread safety: as the client's.
class sessions {
public:
    explicit sessions(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /sessions.
    pager<session_summary, page<session_summary>> list(
        list_options const& options = {}, call_options const& how = {}) const;

    /// GET /sessions/{id}.
    call<session_summary> get(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
