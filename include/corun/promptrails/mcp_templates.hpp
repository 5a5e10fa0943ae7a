#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/types.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// Which templates to list; what is empty does not filter.
struct mcp_template_list_options {
    int page = 1;
    int limit = 20;
    std::string_view category{};
    std::string_view type{};
    std::string_view search{};
    std::optional<bool> is_active{};
};

/// Tools that are ready to be installed. Thread safety: as the client's.
class mcp_templates {
public:
    explicit mcp_templates(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /mcp-templates, by name.
    pager<mcp_template, page<mcp_template>> list(
        mcp_template_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /mcp-templates/{id}.
    call<mcp_template> get(std::string_view id, call_options const& how = {}) const;

    /// GET /mcp-templates/slug/{slug}.
    call<mcp_template> get_by_slug(std::string_view slug, call_options const& how = {}) const;

    /// POST /mcp-templates/slug/{slug}/install. Parameters may be secrets; they never come back.
    call<mcp_tool> install(std::string_view slug, std::string_view name, call_options const& how = {}) const;
    call<mcp_tool> install(std::string_view slug, std::string_view name,
        std::map<std::string, std::string> const& parameters, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
