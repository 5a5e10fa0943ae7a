#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/deeporigin/types.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::deeporigin {

class workspace;

/// How a function is run; what is empty is not sent.
struct function_options {
    std::string_view version{};  ///< default: the latest
    std::string_view cluster_id{};
    std::string_view tag{};
    std::optional<double> approve_amount{};  ///< 0: a quote only
};

/// The synchronous predecessors of tools (wire/deeporigin §8.2). Thread safety: as the client's.
class functions {
public:
    functions(std::shared_ptr<client_core const> core, std::shared_ptr<workspace> where)
        : core_(std::move(core)), where_(std::move(where)) {}

    /// GET /tools/protected/functions/definitions.
    call<std::vector<function_definition>> list(call_options const& how = {}) const;

    /// POST /tools/{org_key}/functions/{key}: runs it and waits, 600 s unless `how` sets a timeout. Never repeated.
    call<function_run> run(std::string_view key, json::object const& params, function_options const& options = {},
        call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
    std::shared_ptr<workspace> where_;
};

}  // namespace corun::deeporigin
