#pragma once

#include <corun/client_options.hpp>
#include <corun/deeporigin/client.hpp>
#include <corun/deeporigin/types.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace corun::deeporigin {

/// What a client is configured with, and what it learns.
///
/// Thread safety: settings are constant; the cluster is guarded.
class workspace {
public:
    std::string token;
    std::string base_url;
    std::string org_key;
    std::string app;
    std::string session;
    std::optional<std::string> project_id;
    std::optional<std::string> tag;
    std::optional<std::string> billing_tag;

    std::optional<cluster> known_cluster() const {
        std::lock_guard const lock(mutex_);
        return cluster_;
    }
    void know(cluster const& c) {
        std::lock_guard const lock(mutex_);
        cluster_ = c;
    }

private:
    mutable std::mutex mutex_;
    std::optional<cluster> cluster_;
};

/// Where the settings come from; a test brings its own.
struct sources {
    std::function<std::optional<std::string>(std::string_view name)> variable;
    /// The text of a file in the folder of settings; nullopt where there is none. Throws where it cannot be read.
    std::function<std::optional<std::string>(std::string_view name)> file;
};
sources real_sources(std::optional<std::string> const& folder);

/// Finds every setting by itself: option, environment, file, default (wire/deeporigin §1.3–§1.5). Throws
/// `validation_error`.
std::shared_ptr<workspace> find_workspace(client_options const& options, sources const& from);

/// The claims of a token; nullopt where it is no JWT. The signature is not looked at.
std::optional<json::object> claims_of(std::string_view token);
/// Why a token cannot be used at this time.
std::optional<std::string> token_problem(std::string_view token, std::chrono::system_clock::time_point now);

}  // namespace corun::deeporigin
