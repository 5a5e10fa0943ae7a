#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/client_options.hpp>
#include <corun/json.hpp>
#include <corun/promptrails/a2a.hpp>
#include <corun/promptrails/agent_config.hpp>
#include <corun/promptrails/agents.hpp>
#include <corun/promptrails/approvals.hpp>
#include <corun/promptrails/chat.hpp>
#include <corun/promptrails/costs.hpp>
#include <corun/promptrails/credentials.hpp>
#include <corun/promptrails/dashboard.hpp>
#include <corun/promptrails/data_sources.hpp>
#include <corun/promptrails/errors.hpp>
#include <corun/promptrails/events.hpp>
#include <corun/promptrails/executions.hpp>
#include <corun/promptrails/guardrails.hpp>
#include <corun/promptrails/llm_models.hpp>
#include <corun/promptrails/mcp_templates.hpp>
#include <corun/promptrails/mcp_tools.hpp>
#include <corun/promptrails/memories.hpp>
#include <corun/promptrails/prompts.hpp>
#include <corun/promptrails/scores.hpp>
#include <corun/promptrails/sessions.hpp>
#include <corun/promptrails/templates.hpp>
#include <corun/promptrails/traces.hpp>
#include <corun/promptrails/types.hpp>
#include <corun/promptrails/webhook_triggers.hpp>
#include <corun/raw_response.hpp>
#include <corun/result.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/serialize.hpp>

#include <concepts>
#include <memory>
#include <string_view>
#include <utility>

namespace corun::promptrails {

/// This library's version, as in the `User-Agent`.
inline constexpr std::string_view version = "0.1.0";

/// Options of a client. Environment: `PROMPTRAILS_API_KEY`, `PROMPTRAILS_BASE_URL`.
class client_options : public basic_client_options<client_options> {
public:
    client_options() = default;
    explicit client_options(std::string_view key) { api_key(key); }
};

using corun::raw_response;

/// Calls the PromptRails API v1 (seed 004).
///
/// Thread safety: calls may be made from several threads of one `io_context`; moving, destroying: from one at a time.
/// Lifetimes: arguments are copied at the call; pagers, streams and calls may outlive the client object, and then fail
/// as after `close()`. The executor's context must outlive all of them.
/// Cancellation: by Asio's slots, at every point; `close()` cancels what is in flight.
class client {
public:
    /// Throws `corun::validation_error` for a missing or malformed key, base URL or option.
    explicit client(asio::any_io_executor executor, client_options const& options = client_options());

    /// The same from an execution context: `client c(io, options)`.
    template <class Context>
        requires requires(Context& context) {
            { context.get_executor() } -> std::convertible_to<asio::any_io_executor>;
        }
    explicit client(Context& context, client_options const& options = client_options())
        : client(asio::any_io_executor(context.get_executor()), options) {}

    client(client&& other) noexcept = default;
    client& operator=(client&& other) noexcept;
    ~client();

    /// Calls any path below /api/v1, encoded and with its query: `request("GET", "/agents?limit=5")`.
    /// The same authentication, retries and errors as every call.
    call<raw_response> request(std::string_view method, std::string_view path, call_options const& how = {}) const;
    call<raw_response> request(
        std::string_view method, std::string_view path, json::value const& body, call_options const& how = {}) const;

    /// Drops idle connections and cancels what is in flight; later calls fail with `connection_error`.
    void close() noexcept;

private:
    std::shared_ptr<client_core> core_;

    explicit client(std::shared_ptr<client_core> core);

public:
    promptrails::agents agents;
    promptrails::prompts prompts;
    promptrails::executions executions;
    promptrails::credentials credentials;
    promptrails::data_sources data_sources;
    promptrails::chat chat;
    promptrails::sessions sessions;
    promptrails::memories memories;
    promptrails::traces traces;
    promptrails::costs costs;
    promptrails::mcp_tools mcp_tools;
    promptrails::mcp_templates mcp_templates;
    promptrails::guardrails guardrails;
    promptrails::approvals approvals;
    promptrails::scores scores;
    promptrails::templates templates;
    promptrails::dashboard dashboard;
    promptrails::a2a a2a;
    promptrails::llm_models llm_models;
    promptrails::webhook_triggers webhook_triggers;
};

}  // namespace corun::promptrails
