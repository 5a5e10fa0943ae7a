#include <corun/promptrails/client.hpp>

#include "call/raw_request.hpp"
#include "platforms/promptrails/profile.hpp"

#include <utility>

namespace corun::promptrails {

using corun::detail::make_call;
using corun::detail::raw_request;
using corun::detail::read_raw;

client::client(asio::any_io_executor executor, client_options const& options)
    : client(std::make_shared<client_core>(executor, profile(), options.settings())) {}

client::client(std::shared_ptr<client_core> core)
    : core_(std::move(core)), agents(core_), prompts(core_), executions(core_), credentials(core_), data_sources(core_),
      chat(core_), sessions(core_), memories(core_), traces(core_), costs(core_), mcp_tools(core_),
      mcp_templates(core_), guardrails(core_), approvals(core_), scores(core_), templates(core_), dashboard(core_),
      a2a(core_), llm_models(core_), webhook_triggers(core_) {}

client& client::operator=(client&& other) noexcept {
    if (this == &other) return *this;
    close();
    core_ = std::move(other.core_);
    agents = std::move(other.agents);
    prompts = std::move(other.prompts);
    executions = std::move(other.executions);
    credentials = std::move(other.credentials);
    data_sources = std::move(other.data_sources);
    chat = std::move(other.chat);
    sessions = std::move(other.sessions);
    memories = std::move(other.memories);
    traces = std::move(other.traces);
    costs = std::move(other.costs);
    mcp_tools = std::move(other.mcp_tools);
    mcp_templates = std::move(other.mcp_templates);
    guardrails = std::move(other.guardrails);
    approvals = std::move(other.approvals);
    scores = std::move(other.scores);
    templates = std::move(other.templates);
    dashboard = std::move(other.dashboard);
    a2a = std::move(other.a2a);
    llm_models = std::move(other.llm_models);
    webhook_triggers = std::move(other.webhook_triggers);
    return *this;
}

client::~client() { close(); }

call<raw_response> client::request(std::string_view method, std::string_view path, call_options const& how) const {
    return make_call<raw_response>(core_, raw_request(method, path), how, &read_raw);
}

call<raw_response> client::request(
    std::string_view method, std::string_view path, json::value const& body, call_options const& how) const {
    auto req = raw_request(method, path);
    req.body(body);
    return make_call<raw_response>(core_, std::move(req), how, &read_raw);
}

void client::close() noexcept {
    if (core_) core_->close();
}

}  // namespace corun::promptrails
