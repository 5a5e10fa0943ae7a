#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/pager.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::flowmaestro {

/// Workflows: find them, start them. Thread safety: as the client's.
class workflows {
public:
    explicit workflows(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /workflows, newest first.
    pager<workflow, page<workflow>> list(list_options const& options = {}, call_options const& how = {}) const;

    /// GET /workflows/{id}, with `inputs` and `input_schema`.
    call<workflow> get(std::string_view id, call_options const& how = {}) const;

    /// POST /workflows/{id}/execute: starts a run without inputs. Not repeatable: a repetition starts a second run.
    call<execution_start> execute(std::string_view id, call_options const& how = {}) const;
    call<execution_start> execute(std::string_view id, json::object const& inputs, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::flowmaestro
