#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// What a tool has beside its name and type.
class mcp_tool_options : public spec<mcp_tool_options> {
public:
    mcp_tool_options() = default;

    mcp_tool_options& description(std::string_view text) { return put("description", text); }
    mcp_tool_options& config(json::object const& config) { return put("config", config); }
    mcp_tool_options& schema(json::object const& schema) { return put("schema", schema); }
    mcp_tool_options& credential_id(std::string_view id) { return put("credential_id", id); }
    mcp_tool_options& template_id(std::string_view id) { return put("template_id", id); }
    mcp_tool_options& status(word<tool_status> status) { return put_word("status", status); }
};

/// What to change of a tool; what is not named stays.
class mcp_tool_changes : public spec<mcp_tool_changes> {
public:
    mcp_tool_changes() = default;

    mcp_tool_changes& name(std::string_view text) { return put("name", text); }
    mcp_tool_changes& description(std::string_view text) { return put("description", text); }
    mcp_tool_changes& type(std::string_view type) { return put("type", type); }
    mcp_tool_changes& status(word<tool_status> status) { return put_word("status", status); }
    mcp_tool_changes& credential_id(std::string_view id) { return put("credential_id", id); }
    mcp_tool_changes& template_id(std::string_view id) { return put("template_id", id); }
    mcp_tool_changes& config(json::object const& config) { return put("config", config); }
    mcp_tool_changes& schema(json::object const& schema) { return put("schema", schema); }
    mcp_tool_changes& is_active(bool on) { return put("is_active", on); }
};

/// Tools that agents call. Thread safety: as the client's.
class mcp_tools {
public:
    explicit mcp_tools(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /mcp-tools.
    pager<mcp_tool, page<mcp_tool>> list(list_options const& options = {}, call_options const& how = {}) const;

    /// GET /mcp-tools/{id}.
    call<mcp_tool> get(std::string_view id, call_options const& how = {}) const;

    /// POST /mcp-tools. Types known: builtin, remote_mcp, datasource, api, integration.
    call<mcp_tool> create(std::string_view name, std::string_view type, mcp_tool_options const& options = {},
        call_options const& how = {}) const;

    /// PATCH /mcp-tools/{id}.
    call<mcp_tool> update(std::string_view id, mcp_tool_changes const& changes, call_options const& how = {}) const;

    /// DELETE /mcp-tools/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

    /// POST /mcp-tools/{id}/discover: what a server offers; a read, repeated as such.
    call<mcp_discover_result> discover_tools(std::string_view id, call_options const& how = {}) const;

    /// POST /mcp-tools/{id}/call. Never repeated where it may have been carried out; a tool's own failure is no error.
    call<mcp_call_result> call_tool(
        std::string_view id, std::string_view tool_name, call_options const& how = {}) const;
    call<mcp_call_result> call_tool(std::string_view id, std::string_view tool_name, json::object const& arguments,
        call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
