#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/client_options.hpp>
#include <corun/deeporigin/clusters.hpp>
#include <corun/deeporigin/errors.hpp>
#include <corun/deeporigin/executions.hpp>
#include <corun/deeporigin/functions.hpp>
#include <corun/deeporigin/tools.hpp>
#include <corun/deeporigin/types.hpp>
#include <corun/json.hpp>
#include <corun/raw_response.hpp>
#include <corun/result.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corun::deeporigin {

/// Options of a client. What is not set comes from the environment, then from the files in `~/.deeporigin`, which are
/// only read: `DO_AUTH_TOKEN`, `DO_ORG_KEY`, `DO_ENV`, `DO_BASE_URL`, `DO_PROJECT_ID`; config.json, api_tokens.json
/// (wire/deeporigin §1). The token is the `api_key`, a request may take 10 s, and pauses between attempts go from 1 s
/// up to 60 s.
class client_options : public basic_client_options<client_options> {
public:
    client_options() { timeout(std::chrono::seconds(10)); }
    explicit client_options(std::string_view token) : client_options() { api_key(token); }

    /// The organisation's short name, a part of most paths.
    client_options& org_key(std::string_view key) { return set(org_key_, key); }
    /// "prod", "staging", "dev", or "local" for an emulator; picks base URL and token. Default: by the token's issuer,
    /// else by the files, else "prod".
    client_options& environment(std::string_view name) { return set(environment_, name); }
    /// Sent with `create` where its data name none.
    client_options& project_id(std::string_view id) { return set(project_id_, id); }
    /// Which application creates runs. Default "cpp-client".
    client_options& app(std::string_view name) { return set(app_, name); }
    /// Marks the runs of this client. Default: a random UUID.
    client_options& session(std::string_view id) { return set(session_, id); }
    client_options& tag(std::string_view text) { return set(tag_, text); }
    client_options& billing_tag(std::string_view text) { return set(billing_tag_, text); }
    /// Where the files are. Default: `.deeporigin` in the home folder.
    client_options& config_folder(std::string_view path) { return set(config_folder_, path); }

    std::optional<std::string> const& org_key() const noexcept { return org_key_; }
    std::optional<std::string> const& environment() const noexcept { return environment_; }
    std::optional<std::string> const& project_id() const noexcept { return project_id_; }
    std::string const& app() const noexcept { return app_; }
    std::optional<std::string> const& session() const noexcept { return session_; }
    std::optional<std::string> const& tag() const noexcept { return tag_; }
    std::optional<std::string> const& billing_tag() const noexcept { return billing_tag_; }
    std::optional<std::string> const& config_folder() const noexcept { return config_folder_; }

private:
    template <class M>
    client_options& set(M& member, std::string_view text) {
        member = std::string(text);
        return *this;
    }

    std::optional<std::string> org_key_;
    std::optional<std::string> environment_;
    std::optional<std::string> project_id_;
    std::string app_ = "cpp-client";
    std::optional<std::string> session_;
    std::optional<std::string> tag_;
    std::optional<std::string> billing_tag_;
    std::optional<std::string> config_folder_;
};

using corun::raw_response;

/// Calls the Deep Origin platform: tools service and data platform (seed 001).
///
/// Thread safety: calls may be made from several threads of one `io_context`; moving, destroying: from one at a time.
/// Lifetimes: arguments are copied at the call; pagers, streams and calls may outlive the client object, and then fail
/// as after `close()`. The executor's context must outlive all of them.
/// Cancellation: by Asio's slots, at every point; `close()` cancels what is in flight.
class client {
public:
    /// Throws `corun::validation_error` for a missing token or organisation, an unknown environment, a file that cannot
    /// be read, or a malformed option.
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

    /// Calls any path, encoded and with its query: `request("GET", "/tools/health")`.
    /// The same authentication, retries and errors as every call.
    call<raw_response> request(std::string_view method, std::string_view path, call_options const& how = {}) const;
    call<raw_response> request(
        std::string_view method, std::string_view path, json::value const& body, call_options const& how = {}) const;

    /// The organisation, the session and the address that were found.
    std::string const& org_key() const noexcept;
    std::string const& session() const noexcept;
    std::string const& base_url() const noexcept;

    /// Drops idle connections and cancels what is in flight; later calls fail with `connection_error`.
    void close() noexcept;

private:
    std::shared_ptr<client_core> core_;
    std::shared_ptr<workspace> where_;

    client(asio::any_io_executor executor, client_options const& options, std::shared_ptr<workspace> where);

public:
    deeporigin::executions executions;
    deeporigin::tools tools;
    deeporigin::clusters clusters;
    deeporigin::functions functions;
};

}  // namespace corun::deeporigin
