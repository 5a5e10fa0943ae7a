#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/deeporigin/types.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::deeporigin {

class workspace;

/// Which clusters to list; what is empty is not sent.
struct cluster_list_options {
    std::optional<int> page{};       ///< from 0
    std::optional<int> page_size{};  ///< 1–10,000
    std::string_view order{};        ///< columns: hostname, name, orgKey, enabled, status
    std::string_view filter{};       ///< JSON
};

/// Where runs are computed. Thread safety: as the client's.
class clusters {
public:
    clusters(std::shared_ptr<client_core const> core, std::shared_ptr<workspace> where)
        : core_(std::move(core)), where_(std::move(where)) {}

    /// GET /tools/{org_key}/clusters.
    call<cluster_list> list(cluster_list_options const& options = {}, call_options const& how = {}) const;

    /// The first that is enabled, asked for once per client. Throws `deeporigin::error` where there is none.
    call<cluster> default_cluster(call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
    std::shared_ptr<workspace> where_;
};

}  // namespace corun::deeporigin
