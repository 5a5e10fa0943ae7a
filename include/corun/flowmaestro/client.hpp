#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/client_options.hpp>
#include <corun/flowmaestro/agents.hpp>
#include <corun/flowmaestro/errors.hpp>
#include <corun/flowmaestro/events.hpp>
#include <corun/flowmaestro/executions.hpp>
#include <corun/flowmaestro/knowledge_bases.hpp>
#include <corun/flowmaestro/threads.hpp>
#include <corun/flowmaestro/triggers.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/flowmaestro/webhook_signature.hpp>
#include <corun/flowmaestro/webhooks.hpp>
#include <corun/flowmaestro/workflows.hpp>
#include <corun/json.hpp>
#include <corun/raw_response.hpp>
#include <corun/result.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <string_view>
#include <utility>

namespace corun::flowmaestro {

/// Options of a client. Environment: `FLOWMAESTRO_API_KEY`, `FLOWMAESTRO_BASE_URL`.
///
/// A stream may idle for 90 s here, which is three of the server's keep-alives (wire/flowmaestro §5.1).
class client_options : public basic_client_options<client_options> {
public:
    client_options() { idle_timeout(std::chrono::seconds(90)); }
    explicit client_options(std::string_view key) : client_options() { api_key(key); }

    /// After how long without an event `executions.stream` asks for the run's record. Default 5 s; 0: never.
    client_options& stream_watchdog(std::chrono::milliseconds interval) {
        watchdog_ = interval;
        return *this;
    }
    /// Whether `threads.send_message_stream` asks for the whole answer where the server cannot stream. Default on.
    client_options& stream_fallback(bool on = true) {
        fallback_ = on;
        return *this;
    }

    std::chrono::milliseconds stream_watchdog() const noexcept { return watchdog_; }
    bool stream_fallback() const noexcept { return fallback_; }

private:
    std::chrono::milliseconds watchdog_{5'000};
    bool fallback_ = true;
};

using corun::raw_response;

/// Calls the FlowMaestro public API v1 (seed 003).
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

    /// Calls any path below /api/v1, encoded and with its query: `request("GET", "/agents/a1/memory?per_page=5")`.
    /// The same authentication, retries and errors as every call.
    call<raw_response> request(std::string_view method, std::string_view path, call_options const& how = {}) const;
    call<raw_response> request(
        std::string_view method, std::string_view path, json::value const& body, call_options const& how = {}) const;

    /// Drops idle connections and cancels what is in flight; later calls fail with `connection_error`.
    void close() noexcept;

private:
    std::shared_ptr<client_core> core_;

    client(std::shared_ptr<client_core> core, client_options const& options);

public:
    flowmaestro::workflows workflows;
    flowmaestro::executions executions;
    flowmaestro::agents agents;
    flowmaestro::threads threads;
    flowmaestro::triggers triggers;
    flowmaestro::knowledge_bases knowledge_bases;
    flowmaestro::webhooks webhooks;
};

}  // namespace corun::flowmaestro
