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

/// Which templates to list; what is empty does not filter.
struct template_list_options {
    int page = 1;
    int limit = 20;
    std::string_view status{};
    std::string_view category{};
};

/// Flows that agents can be made from: their id is the `template_id` of `agents.create`. Thread safety: as the
/// client's.
class templates {
public:
    explicit templates(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /templates.
    pager<flow_template, page<flow_template>> list(
        template_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /templates/{id}.
    call<flow_template> get(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
