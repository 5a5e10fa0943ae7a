#include <corun/flowmaestro/client.hpp>

#include "call/raw_request.hpp"
#include "platforms/flowmaestro/profile.hpp"
#include "platforms/flowmaestro/wire.hpp"

#include <string>

namespace corun::flowmaestro {

namespace {

using corun::detail::make_call;
using corun::detail::raw_request;
using corun::detail::read_raw;

[[noreturn]] void refuse_option(std::string_view why) {
    failure f;
    f.code = errc::invalid_argument;
    f.kind = error_kind::validation;
    f.where = phase::prepare;
    f.platform = profile().name;
    f.operation = "client";
    f.message = why;
    throw corun::validation_error(std::move(f));
}

}  // namespace

client::client(asio::any_io_executor executor, client_options const& options)
    : client(std::make_shared<client_core>(executor, profile(), options.settings()), options) {}

client::client(std::shared_ptr<client_core> core, client_options const& options)
    : core_(std::move(core)), workflows(core_), executions(core_, options.stream_watchdog()), agents(core_),
      threads(core_, options.stream_fallback()), triggers(core_), knowledge_bases(core_), webhooks(core_) {
    if (options.stream_watchdog() < std::chrono::milliseconds(0)) refuse_option("stream_watchdog is negative");
}

client& client::operator=(client&& other) noexcept {
    if (this == &other) return *this;
    close();
    core_ = std::move(other.core_);
    workflows = std::move(other.workflows);
    executions = std::move(other.executions);
    agents = std::move(other.agents);
    threads = std::move(other.threads);
    triggers = std::move(other.triggers);
    knowledge_bases = std::move(other.knowledge_bases);
    webhooks = std::move(other.webhooks);
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

}  // namespace corun::flowmaestro
