#pragma once

// Deep Origin's tools service and data platform behind one gateway, written from the wire document alone
// (wire/deeporigin).

#include "emulator/platform.hpp"
#include "emulator/router.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace corun::emulator::deeporigin {

/// A failure as the gateway answers it (wire/deeporigin §6.1).
struct api_failure {
    int status = 500;
    std::string message;
    json::array errors{};  ///< field and reason of each
};

std::string text_at(json::object const& in, std::string_view name, std::string_view otherwise = {});
json::object object_at(json::object const& in, std::string_view name);

struct tool {
    std::string key, name, version, description;
    bool enabled = true;
    bool synchronous = false;                                            ///< ends within the POST
    std::string item;                                                    ///< what is billed
    double price = 0;                                                    ///< for each
    std::int64_t queued_ms = 400, running_ms = 1'100, ended_ms = 3'000;  ///< after it was accepted
};

/// What `/__control/options` says.
struct settings {
    bool manual = false;           ///< runs move by `/__control/advance` only
    bool completed = false;        ///< the tools service says `Completed` for `Succeeded`
    bool null_sessions = false;    ///< a session filter lets runs without session through (wire/deeporigin §3.5)
    double balance = 1e9;          ///< what the organisation can pay, in dollars
    milliseconds mirror_delay{0};  ///< until the data platform has a row
    milliseconds ingestion{0};     ///< how long the row says `DataIngesting`
    std::set<std::string> orgs;    ///< who may be asked for; empty: everybody
};

/// A condition on stored runs: SQL, and its values in order.
struct condition {
    std::string sql = "1";
    json::array values;

    /// Adds a value and gives the expression that stands for it.
    std::string value(json::value v);
    void also(std::string const& other) { sql += " AND " + other; }
};

/// The filter of `list` (wire/deeporigin §3.5); throws api_failure.
void add_list_filter(condition& to, json::object const& filter, bool null_sessions);
/// The filter of `search` (wire/deeporigin §3.6); throws api_failure.
void add_search_filter(condition& to, json::object const& filter, std::string const& status_sql);
/// "createdAt desc" as ORDER BY; throws api_failure.
std::string order_sql(std::string_view order);
bool is_search_column(std::string_view name);

class service final : public platform {
public:
    explicit service(environment& env);

    std::string_view name() const override { return "deeporigin"; }
    std::uint16_t default_port() const override { return 4931; }
    std::size_t max_body() const override { return 10 * 1024 * 1024; }
    void start() override;
    void serve(exchange_ptr call) override;
    response error(int status, std::string_view message) override;
    void load_fixture(std::string_view entity, json::value const& content) override;
    void reset() override;
    std::optional<json::value> control(std::string_view action, json::object const& arguments) override;
    void configure(json::object const& options) override;
    json::object configuration() const override;

private:
    void add_routes();
    bool check_token(exchange_ptr const& exchange, std::string_view path);
    void send(call_ptr const& call, int status, json::value body);
    response failure(api_failure const& f);
    json::object body_of(call_ptr const& call);
    void check_org(call_ptr const& call);

    // Tools.
    json::object definition(tool const& t) const;
    tool const* find_tool(std::string_view key, std::string_view pin, bool& known) const;

    // Runs.
    void create(call_ptr const& call, std::string const& key, std::string const& pin);
    json::object quote(tool const& t, json::object const& inputs, std::string_view org) const;
    void accept(json::object& run, tool const& t);
    void follow(std::string const& id, milliseconds by);
    void advance(std::string const& id);
    void finish(json::object& run, tool const& t, bool fail);
    json::object need(std::string_view org, std::string_view id);
    void put(json::object const& run);
    json::object shown(json::object run, std::string_view route, bool tree);
    json::value progress(json::object const& run, bool tree) const;
    std::function<void()> guarded(std::function<void()> what);

    // Data platform.
    std::string status_sql() const;
    json::object record(json::object const& run, std::string const& status) const;
    void search(call_ptr const& call);

    void seed();

    environment& env_;
    settings settings_;
    std::vector<route> routes_;
    std::vector<tool> tools_;
    json::array clusters_;
    std::map<std::string, clock::timer> timers_;
    std::uint64_t epoch_ = 0;
};

/// The built-in tools and clusters.
std::vector<tool> built_in_tools();
json::array built_in_clusters();
/// 2,500 runs over several sessions and projects, each the same at every start.
std::vector<json::object> built_in_runs(std::vector<tool> const& tools, json::array const& clusters);
/// "0A" and eleven characters, made of the run's id.
std::string platform_id(std::string_view execution_id);

}  // namespace corun::emulator::deeporigin
