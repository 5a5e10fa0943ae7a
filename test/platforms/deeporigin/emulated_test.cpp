// Every method over real sockets, against the emulator, and a thousand runs over a network that fails.

#include "../../../examples/deeporigin/create_once.hpp"

#include <corun/blocking.hpp>
#include <corun/deadline.hpp>
#include <corun/testing/emulator.hpp>
#include <corun/transport.hpp>
#include <corun/transport_options.hpp>

#include <boost/asio/co_spawn.hpp>

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace {

namespace od = corun::deeporigin;
namespace asio = boost::asio;
namespace json = boost::json;
using corun::array;
using corun::object;
using namespace std::chrono_literals;

json::object docking(std::string_view wish = {}) {
    auto data = object("inputs", object("ligands", array(object("id", "L1"))), "outputs", object());
    if (!wish.empty()) data["metadata"] = object("emulator", wish);
    return data;
}

class emulated : public ::testing::Test {
public:
    corun::testing::emulator emulator{corun::testing::emulator_options().speed(20)};
    corun::blocking_runtime runtime;
    od::client client{runtime.executor(), options()};

    od::client_options options() const {
        od::client_options o("token");
        o.base_url(emulator.base_url("deeporigin")).org_key("acme-bio").config_folder("/nowhere");
        return o;
    }
    template <class T>
    T run(asio::awaitable<T> operation) {
        return runtime.run(std::move(operation));
    }
    void control(std::string_view path, std::string_view body) { emulator.control("deeporigin", "POST", path, body); }
    od::wait_options quick() const { return od::wait_options().poll_interval(20ms).timeout(20s); }
};

TEST_F(emulated, from_a_quote_to_the_data_platform) {
    auto data = docking();
    data["approveAmount"] = -1;
    data["name"] = "demo run";
    auto const quoted = run(client.executions.create("deeporigin.docking", "3", data));
    EXPECT_EQ(quoted.status, od::execution_status::quoted);
    EXPECT_EQ(quoted.tool.version, "3.2.3");
    EXPECT_DOUBLE_EQ(*quoted.price(), 0.2);
    EXPECT_EQ(quoted.cluster->name, "sim-west");
    EXPECT_EQ(quoted.session, client.session());
    EXPECT_EQ(run(client.executions.wait(quoted.execution_id, quick()))[0].status, od::execution_status::quoted);

    run(client.executions.confirm(quoted.execution_id));
    run(client.executions.confirm(quoted.execution_id));
    auto const runs = run(client.executions.wait(quoted.execution_id, quick()));
    EXPECT_TRUE(od::is_success(runs[0].status));
    EXPECT_EQ(runs[0].job_outputs.at("poses").at(0).at("ligand_id"), "L1");
    EXPECT_DOUBLE_EQ(runs[0].billing_transaction->total_cost, 0.2);
    ASSERT_TRUE(runs[0].progress().tree);
    EXPECT_EQ(runs[0].progress().tree->children.size(), 2u);

    auto const rows =
        run(client.executions.search(od::search_query().compute_job_id(quoted.execution_id).with_total_count()));
    ASSERT_EQ(rows.data.size(), 1u);
    EXPECT_EQ(rows.meta.total_count, 1);
    EXPECT_EQ(rows.data[0].status, od::execution_status::completed);
    EXPECT_EQ(run(client.executions.from_data_platform(rows.data[0].id)).compute_job_id, quoted.execution_id);
    EXPECT_THROW(run(client.executions.from_data_platform(quoted.execution_id)), od::validation_error);
    EXPECT_THROW(run(client.executions.from_data_platform("0A00000000000")), od::not_found_error);
}

TEST_F(emulated, what_ends_otherwise) {
    auto const failed = run(client.executions.create("deeporigin.docking", "latest", docking("fail")));
    EXPECT_EQ(run(client.executions.wait(failed.execution_id, quick()))[0].status, od::execution_status::failed);
    EXPECT_EQ(run(client.executions.create("deeporigin.docking", "latest", docking("failQuotation"))).status,
        od::execution_status::failed_quotation);
    auto const poor = run(client.executions.create("deeporigin.docking", "latest", docking("insufficientFunds")));
    EXPECT_EQ(poor.restriction()->action, "Top up the balance");
    auto const at_once = run(client.executions.create("deeporigin.protein-prep", "latest", docking()));
    EXPECT_TRUE(od::is_success(at_once.status));

    auto const stopped = run(client.executions.create("deeporigin.abfe-end-to-end", "1", docking()));
    run(client.executions.cancel(stopped.execution_id));
    run(client.executions.cancel(stopped.execution_id));
    auto const cancelled = run(client.executions.get(stopped.execution_id));
    EXPECT_EQ(cancelled.status, od::execution_status::cancelled);
    EXPECT_FALSE(cancelled.completed_at);
    try {
        run(client.executions.confirm(stopped.execution_id));
        ADD_FAILURE();
    } catch (od::error const& e) {
        EXPECT_EQ(e.status(), 409);
    }
    EXPECT_THROW(run(client.executions.create("deeporigin.nothing", "1", docking())), od::not_found_error);
    EXPECT_THROW(run(client.executions.create("deeporigin.docking", "2.9.0", docking())), od::validation_error)
        << "disabled";
    EXPECT_THROW(run(client.executions.create("deeporigin.docking", "1", {})), od::not_found_error);
    EXPECT_THROW(run(client.executions.create("deeporigin.docking", "3", {})), od::validation_error);
}

TEST_F(emulated, lists_and_searches) {
    auto const all = run(client.executions.list({.fetch_all_pages = true}));
    EXPECT_EQ(all.data.size(), 2'500u);
    EXPECT_EQ(all.count, 2'500);
    std::set<std::string> ids;
    for (auto const& each : all.data) ids.insert(each.execution_id);
    EXPECT_EQ(ids.size(), 2'500u);

    auto const some = run(client.executions.list(
        {.page_size = 5, .order = "createdAt asc", .tool_key = "deeporigin.docking", .session = "S1"}));
    ASSERT_EQ(some.data.size(), 5u);
    EXPECT_LT(some.data[0].created_at, some.data[4].created_at);
    for (auto const& each : some.data) EXPECT_EQ(each.session, "S1");
    auto const later = run(client.executions.list({.tool_key = "deeporigin.docking",
        .session = "S1",
        .created_after = std::string_view(some.data[2].created_at)}));
    EXPECT_EQ(later.count, some.count - 3);
    EXPECT_THROW(run(client.executions.list({.order = "colour asc"})), od::validation_error);

    std::size_t seen = 0;
    auto pages = client.executions.list_pages({.page_size = 100, .project_id = "09DEM0PR0JECT"});
    for (auto const& each : runtime.each(pages)) seen += each.project_id == "09DEM0PR0JECT" ? 1u : 0u;
    auto const counted =
        run(client.executions.search(od::search_query().project_id("09DEM0PR0JECT").limit(1).with_total_count()));
    EXPECT_EQ(static_cast<std::int64_t>(seen), counted.meta.total_count);
    std::size_t rows = 0;
    auto found = client.executions.search_pages(od::search_query().project_id("09DEM0PR0JECT").limit(100).select("id"));
    for (auto const& each : runtime.each(found)) rows += each.id.size() == 13 ? 1u : 0u;
    EXPECT_EQ(rows, seen);
    EXPECT_THROW(run(client.executions.search(od::search_query().where("colour", "eq", 1))), od::validation_error);
}

TEST_F(emulated, tools_clusters_functions) {
    EXPECT_EQ(run(client.tools.list_versions("deeporigin.docking")).size(), 4u);
    EXPECT_EQ(run(client.tools.get("deeporigin.docking", "latest")).version, "3.2.3");
    EXPECT_THROW(run(client.tools.get("deeporigin.docking", "9")), od::not_found_error);
    EXPECT_TRUE(run(client.tools.list_versions("nothing")).empty());
    std::set<std::string> keys;
    for (auto const& tool : run(client.tools.list())) keys.insert(tool.key);
    EXPECT_GE(keys.size(), 8u);
    EXPECT_EQ(run(client.clusters.list()).count, 2);
    EXPECT_EQ(run(client.clusters.default_cluster()).name, "sim-west");
    EXPECT_FALSE(run(client.functions.list()).empty());
    EXPECT_EQ(run(client.functions.run("deeporigin.protein-prep", object("x", 1))).status, "Completed");
    EXPECT_EQ(
        run(client.functions.run("deeporigin.protein-prep", object("x", 1), {.approve_amount = 0})).status, "Quoted");
}

TEST_F(emulated, a_wait_can_be_cancelled_and_the_client_goes_on) {
    control("/options", R"({"manual": true})");
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i)
        ids.push_back(run(client.executions.create("deeporigin.docking", "3", docking())).execution_id);
    EXPECT_THROW(run(corun::with_deadline(client.executions.wait(ids, od::wait_options().poll_interval(5ms)), 60ms)),
        corun::timeout_error);
    for (auto const& id : ids) EXPECT_EQ(run(client.executions.get(id)).status, od::execution_status::created);
}

// Every twentieth request fails: before or after the server acted, with 503, or with 429.
class bad_network final : public corun::transport {
public:
    explicit bad_network(std::shared_ptr<corun::transport> good) : good_(std::move(good)) {}

    asio::awaitable<corun::transport_result> send(corun::transport_request const& request) override {
        auto const n = ++count_;
        if (n % 20 != 0) co_return co_await good_->send(request);
        ++failed_;
        auto const kind = n / 20 % 4;
        corun::transport_result result;
        if (kind == 1) {
            result = co_await good_->send(request);
            result = corun::transport_result();
        }
        if (kind <= 1) {
            result.failure.code = corun::errc::connection_lost;
            result.failure.where = corun::phase::first_byte;
            result.failure.bytes_written = true;
        } else {
            result.head.status = kind == 2 ? 503 : 429;
            if (kind == 3) result.head.headers.add("Retry-After", "0");
        }
        co_return result;
    }
    asio::awaitable<corun::open_result> open(corun::transport_request const& request) override {
        return good_->open(request);
    }
    void close() noexcept override { good_->close(); }

    std::size_t failed() const { return failed_; }

private:
    std::shared_ptr<corun::transport> good_;
    std::size_t count_ = 0;
    std::size_t failed_ = 0;
};

asio::awaitable<void> submit(od::client& client, std::size_t& next, std::map<std::string, std::string>& made) {
    while (next < 1'000) {
        auto const name = "run " + std::to_string(next++);
        auto const created = co_await create_once(client, "deeporigin.mol-props-combined", "2", name, docking());
        made[name] = created.execution_id;
    }
}

TEST_F(emulated, a_thousand_runs_over_a_network_that_fails) {
    auto const network = std::make_shared<bad_network>(corun::make_transport(runtime.executor(), {}, {}));
    auto o = options();
    o.transport(network).session("a thousand").backoff(1ms);
    od::client chaotic(runtime.executor(), o);

    std::map<std::string, std::string> made;
    std::size_t next = 0, done = 0;
    std::exception_ptr failed;
    for (int i = 0; i < 16; ++i)
        asio::co_spawn(runtime.executor(), submit(chaotic, next, made), [&](std::exception_ptr e) {
            if (e) failed = e;
            ++done;
        });
    while (done < 16)
        run([](asio::any_io_executor ex) -> asio::awaitable<void> {
            asio::steady_timer pause(ex, 5ms);
            co_await pause.async_wait(asio::use_awaitable);
        }(runtime.executor()));
    if (failed) std::rethrow_exception(failed);
    ASSERT_EQ(made.size(), 1'000u);

    std::vector<std::string> ids;
    for (auto const& [name, id] : made) ids.push_back(id);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1'000u);
    auto const runs = run(chaotic.executions.wait(ids, quick().max_in_flight(16)));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_EQ(runs[i].execution_id, ids[i]);
        EXPECT_TRUE(od::is_success(runs[i].status));
    }

    // Found again, each once: none was created twice, none is lost.
    std::set<std::string> found;
    auto rows = chaotic.executions.search_pages(od::search_query().where("tags", "eq", "a thousand").limit(300));
    std::size_t count = 0;
    for (auto const& row : runtime.each(rows)) {
        found.insert(row.compute_job_id.value_or(""));
        ++count;
    }
    EXPECT_EQ(count, 1'000u);
    EXPECT_EQ(found, std::set<std::string>(ids.begin(), ids.end()));
    EXPECT_EQ(run(chaotic.executions.list({.page_size = 1, .session = "a thousand"})).count, 1'000);
    EXPECT_GT(network->failed(), 100u);
}

}  // namespace
