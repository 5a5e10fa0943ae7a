#include <corun/deeporigin/clusters.hpp>
#include <corun/deeporigin/functions.hpp>
#include <corun/deeporigin/tools.hpp>

#include "platforms/deeporigin/wire.hpp"

namespace corun::deeporigin {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds longest_run(600'000);

// Bare, or alone under `data`.
void read_clusters(operation const& op, cluster_list& out) {
    json::value parsed;
    decode_error why;
    if (!parse_json(op.body, parsed, why)) op.raise_decode(why.text());
    if (parsed.is_array()) {
        if (!decode_value(parsed, out.data, why)) op.raise_decode(why.text());
        out.count = static_cast<std::int64_t>(out.data.size());
    } else if (!decode_value(parsed, out, why)) {
        op.raise_decode(why.text());
    }
}

asio::awaitable<cluster> find_default(std::shared_ptr<operation> op, std::shared_ptr<workspace> where) {
    if (op->refused) std::rethrow_exception(op->refused);
    auto known = where->known_cluster();
    if (!known) {
        co_await corun::detail::perform(op);
        known = pick_cluster(*op);
        where->know(*known);
    }
    co_return *known;
}

}  // namespace

request clusters_request(workspace const& where, std::string_view name) {
    return request(name, "GET", "/tools/{}/clusters", where.org_key);
}

cluster pick_cluster(operation const& op) {
    cluster_list all;
    read_clusters(op, all);
    for (auto const& each : all.data)
        if (each.enabled.value_or(true)) return each;
    op.raise(op.make_failure(errc::http_error, error_kind::other, phase::decode, "the organisation has no cluster"));
}

call<std::vector<tool_definition>> tools::list(call_options const& how) const {
    return make_call<std::vector<tool_definition>>(
        core_, request("tools.list", "GET", "/tools/protected/tools/definitions"), how, &read_array<tool_definition>);
}

call<std::vector<tool_definition>> tools::list_versions(std::string_view key, call_options const& how) const {
    return make_call<std::vector<tool_definition>>(core_,
        request("tools.list_versions", "GET", "/tools/protected/tools/{}/definitions", key), how,
        &read_array<tool_definition>);
}

call<tool_definition> tools::get(std::string_view key, std::string_view version, call_options const& how) const {
    return make_call<tool_definition>(core_,
        request("tools.get", "GET", "/tools/protected/tools/{}/{}/definitions", key, version), how,
        &read_bare<tool_definition>);
}

call<cluster_list> clusters::list(cluster_list_options const& options, call_options const& how) const {
    auto req = clusters_request(*where_, "clusters.list");
    req.require(!options.page || *options.page >= 0, "page is negative");
    req.require(!options.page_size || (*options.page_size >= 1 && *options.page_size <= 10'000),
        "page_size is not between 1 and 10000");
    if (options.page) req.query("page", std::optional<std::int64_t>(*options.page));
    if (options.page_size) req.query("pageSize", std::optional<std::int64_t>(*options.page_size));
    if (!options.order.empty()) req.query("order", options.order);
    if (!options.filter.empty()) req.query("filter", options.filter);
    return make_call<cluster_list>(core_, std::move(req), how, &read_clusters);
}

call<cluster> clusters::default_cluster(call_options const& how) const {
    auto const op = std::make_shared<operation>(core_, clusters_request(*where_, "clusters.default_cluster"), how);
    return corun::detail::call_access::make<cluster>(find_default(op, where_), op);
}

call<std::vector<function_definition>> functions::list(call_options const& how) const {
    return make_call<std::vector<function_definition>>(core_,
        request("functions.list", "GET", "/tools/protected/functions/definitions"), how,
        &read_array<function_definition>);
}

call<function_run> functions::run(
    std::string_view key, json::object const& params, function_options const& options, call_options const& how) const {
    auto once = how;
    once.max_retries(0);
    if (!once.timeout()) once.timeout(longest_run);
    auto req =
        options.version.empty()
            ? request("functions.run", "POST", "/tools/{}/functions/{}", where_->org_key, key)
            : request("functions.run", "POST", "/tools/{}/functions/{}/{}", where_->org_key, key, options.version);
    json::object body;
    body["params"] = params;
    body["inputs"] = params;
    if (!options.cluster_id.empty()) body["clusterId"] = options.cluster_id;
    if (!options.tag.empty()) body["tag"] = options.tag;
    if (options.approve_amount) body["approveAmount"] = *options.approve_amount;
    send_json(req, body);
    return make_call<function_run>(core_, std::move(req), once, &read_bare<function_run>);
}

}  // namespace corun::deeporigin
