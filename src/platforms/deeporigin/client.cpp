#include <corun/deeporigin/client.hpp>

#include "call/raw_request.hpp"
#include "platforms/deeporigin/profile.hpp"
#include "platforms/deeporigin/workspace.hpp"

#include <utility>

namespace corun::deeporigin {

using corun::detail::make_call;
using corun::detail::raw_request;
using corun::detail::read_raw;

namespace {

client_settings settings_of(client_options const& options, workspace const& where) {
    auto settings = options.settings();
    settings.api_key = where.token;
    settings.base_url = where.base_url;
    return settings;
}

}  // namespace

client::client(asio::any_io_executor executor, client_options const& options)
    : client(executor, options, find_workspace(options, real_sources(options.config_folder()))) {}

client::client(asio::any_io_executor executor, client_options const& options, std::shared_ptr<workspace> where)
    : core_(std::make_shared<client_core>(executor, profile(), settings_of(options, *where))), where_(std::move(where)),
      executions(core_, where_), tools(core_, where_), clusters(core_, where_), functions(core_, where_) {}

client& client::operator=(client&& other) noexcept {
    if (this == &other) return *this;
    close();
    core_ = std::move(other.core_);
    where_ = std::move(other.where_);
    executions = std::move(other.executions);
    tools = std::move(other.tools);
    clusters = std::move(other.clusters);
    functions = std::move(other.functions);
    return *this;
}

client::~client() { close(); }

call<raw_response> client::request(std::string_view method, std::string_view path, call_options const& how) const {
    return make_call<raw_response>(core_, raw_request(method, path), how, &read_raw);
}

call<raw_response> client::request(
    std::string_view method, std::string_view path, json::value const& body, call_options const& how) const {
    auto req = raw_request(method, path);
    req.body(body).header("Content-Type", "application/json");
    return make_call<raw_response>(core_, std::move(req), how, &read_raw);
}

std::string const& client::org_key() const noexcept { return where_->org_key; }
std::string const& client::session() const noexcept { return where_->session; }
std::string const& client::base_url() const noexcept { return where_->base_url; }

void client::close() noexcept {
    if (core_) core_->close();
}

}  // namespace corun::deeporigin
