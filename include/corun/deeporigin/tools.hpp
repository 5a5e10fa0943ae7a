#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/deeporigin/types.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::deeporigin {

class workspace;

/// What can be run. Thread safety: as the client's.
class tools {
public:
    tools(std::shared_ptr<client_core const> core, std::shared_ptr<workspace> where)
        : core_(std::move(core)), where_(std::move(where)) {}

    /// GET /tools/protected/tools/definitions.
    call<std::vector<tool_definition>> list(call_options const& how = {}) const;

    /// GET /tools/protected/tools/{key}/definitions: all versions; none for an unknown key.
    call<std::vector<tool_definition>> list_versions(std::string_view key, call_options const& how = {}) const;

    /// GET /tools/protected/tools/{key}/{version}/definitions. `version`: exact, "3" for the newest 3.x, or "latest".
    call<tool_definition> get(std::string_view key, std::string_view version, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
    std::shared_ptr<workspace> where_;
};

}  // namespace corun::deeporigin
