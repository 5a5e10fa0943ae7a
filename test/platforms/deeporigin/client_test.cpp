#include "fixture.hpp"

namespace {

using namespace test;

class calls : public scripted {};

TEST_F(calls, headers) {
    answer("Running");
    run(client.executions.get(id));
    EXPECT_EQ(wire->request(0).headers.find("Authorization"), "Bearer token");
    EXPECT_EQ(wire->request(0).headers.find("Accept"), "application/json;v=2.0");
    EXPECT_FALSE(wire->request(0).headers.find("Content-Type"));
    wire->answer(200, R"({"data":[],"count":0})");
    run(client.executions.list());
    EXPECT_EQ(wire->request(1).headers.find("Accept"), "application/json");
}

TEST_F(calls, ids_are_segments) {
    answer("Running");
    run(client.executions.get("a/../b?c"));
    EXPECT_EQ(line(0), "GET /tools/acme-bio/tools/executions/a%2F..%2Fb%3Fc");
}

TEST_F(calls, tools_clusters_functions) {
    wire->answer(200, R"({"data":[{"key":"k","version":"1.0.0","enabled":true}]})")
        .answer(200, R"([{"key":"k"}])")
        .answer(200, R"({"key":"k","version":"2.1.0"})")
        .answer(200, R"({"data":[{"id":"c"}],"pagination":{"count":1}})")
        .answer(200, R"([{"id":"f","key":"k"}])")
        .answer(200, R"({"id":"r","status":"Completed","functionOutputs":{"x":1}})")
        .answer(200, R"({"id":"r","status":"Quoted"})");
    EXPECT_EQ(run(client.tools.list()).at(0).version, "1.0.0");
    EXPECT_EQ(run(client.tools.list_versions("deeporigin.docking")).size(), 1u);
    EXPECT_EQ(run(client.tools.get("deeporigin.docking", "latest")).version, "2.1.0");
    EXPECT_EQ(run(client.clusters.list({.page = 0, .page_size = 5, .order = "name asc"})).count, 1);
    EXPECT_EQ(run(client.functions.list()).at(0).id, "f");
    EXPECT_EQ(run(client.functions.run("k", object("a", 1))).function_outputs.at("x"), 1);
    EXPECT_EQ(run(client.functions.run("k", object("a", 1), {.version = "2", .approve_amount = 0})).status, "Quoted");
    EXPECT_EQ(line(0), "GET /tools/protected/tools/definitions");
    EXPECT_EQ(line(1), "GET /tools/protected/tools/deeporigin.docking/definitions");
    EXPECT_EQ(line(2), "GET /tools/protected/tools/deeporigin.docking/latest/definitions");
    EXPECT_EQ(line(3), "GET /tools/acme-bio/clusters?page=0&pageSize=5&order=name%20asc");
    EXPECT_EQ(line(4), "GET /tools/protected/functions/definitions");
    EXPECT_EQ(line(5), "POST /tools/acme-bio/functions/k");
    EXPECT_EQ(body(5), R"({"params":{"a":1},"inputs":{"a":1}})");
    EXPECT_EQ(line(6), "POST /tools/acme-bio/functions/k/2");
    EXPECT_EQ(json::parse(body(6)).at("approveAmount").to_number<double>(), 0);
    wire->answer(200, R"({"data":[{"id":"c"}]})");
    EXPECT_EQ(run(client.clusters.default_cluster()).id, "c");
    EXPECT_EQ(run(client.clusters.default_cluster()).id, "c");
    EXPECT_EQ(wire->count(), 8u);
}

TEST_F(calls, pages_as_the_loop_needs_them) {
    wire->answer(200, R"({"data":[{"executionId":"a"},{"executionId":"b"}],"count":3})")
        .answer(200, R"({"data":[{"executionId":"c"}],"count":3})");
    auto list = client.executions.list_pages({.page_size = 2});
    EXPECT_EQ(run(list.next())->execution_id, "a");
    EXPECT_EQ(wire->count(), 1u);
    EXPECT_EQ(run(list.next())->execution_id, "b");
    EXPECT_EQ(run(list.next())->execution_id, "c");
    EXPECT_FALSE(run(list.next()));
    EXPECT_EQ(wire->count(), 2u);
    EXPECT_EQ(line(1), "GET /tools/acme-bio/tools/executions?page=1&pageSize=2");

    wire->answer(200, R"({"data":[{"id":"1"},{"id":"2"}],"meta":{"count":2}})")
        .answer(200, R"({"data":[],"meta":{"count":0}})");
    auto rows = client.executions.search_pages(od::search_query().limit(2).offset(4));
    EXPECT_EQ(run(rows.next())->id, "1");
    EXPECT_EQ(run(rows.next())->id, "2");
    EXPECT_FALSE(run(rows.next()));
    EXPECT_EQ(json::parse(body(2)).at("offset"), 4);
    EXPECT_EQ(json::parse(body(3)).at("offset"), 6);
}

// wire/deeporigin §6.1, §6.2.
TEST_F(calls, errors_in_every_shape) {
    struct shape {
        int status;
        std::string body;
        std::string message;
    };
    for (auto const& [status, body, message] :
        {shape{400, R"({"message":"Unknown keys in payload","errors":[{"field":"colour","reason":"unknown_field"}]})",
             "Unknown keys in payload — colour: unknown_field"},
            shape{404, R"({"detail":"Execution x not found"})", "Execution x not found"},
            shape{401, R"({"statusCode":401,"message":"Unauthorized","error":"Unauthorized"})", "Unauthorized"},
            shape{409, R"({"error":"conflict"})", "conflict"},
            shape{502, "<html>bad gateway</html>", "<html>bad gateway</html>"}, shape{502, "", "HTTP 502"},
            shape{400, R"(["a"])", R"(["a"])"}, shape{404, "{}", "HTTP 404"}}) {
        wire->answer(status, body);
        try {
            run(client.executions.get(id, corun::call_options().max_retries(0)));
            ADD_FAILURE();
        } catch (od::error const& e) {
            EXPECT_EQ(e.status(), status);
            EXPECT_EQ(e.message(), message);
            EXPECT_EQ(e.body(), body);
        }
    }
    wire->answer(200, "not json");
    EXPECT_THROW(run(client.executions.get(id)), corun::protocol_error);
}

// wire/deeporigin §6.3.
TEST_F(calls, restrictions_say_why_and_are_not_repeated) {
    wire->answer(503,
        R"({"errors":[{"code":"MASON.TOOL_EXECUTION.TIER_LIMIT_EXCEEDED","title":"Limit reached","action_request":"Upgrade","meta":{"limit":5}}]})");
    try {
        run(client.executions.get(id));
        ADD_FAILURE();
    } catch (od::restriction_error const& e) {
        EXPECT_EQ(e.api_code(), "MASON.TOOL_EXECUTION.TIER_LIMIT_EXCEEDED");
        EXPECT_EQ(e.reason(), "Limit reached");
        EXPECT_EQ(e.action(), "Upgrade");
        EXPECT_EQ(e.status(), 503);
    }
    EXPECT_EQ(wire->count(), 1u);
    wire->answer(403, R"({"purchase_approved":false,"purchase_approval_comment":"no budget","action_request":"ask"})");
    EXPECT_THROW(run(client.executions.get(id)), od::restriction_error);
    wire->answer(403, R"({"errors":[{"code":"CRMQ.RESOURCE_LEDGER.ORG_QUOTA_EXCEEDED","title":"t"}]})");
    EXPECT_THROW(run(client.executions.get(id)), od::permission_error);

    wire->answer(200,
        R"({"executionId":"e","status":"InsufficientFunds","statusReason":{"code":"FailedQuotation","message":"The organization balance is too low","items":[{"actionRequest":"Top up the balance"}]}})");
    auto const why = run(client.executions.get(id)).restriction();
    ASSERT_TRUE(why);
    EXPECT_EQ(why->reason, "The organization balance is too low");
    EXPECT_EQ(why->action, "Top up the balance");
    wire->answer(
        200, R"({"executionId":"e","status":"Failed","statusReason":{"code":"FailedQuotation","message":"m"}})");
    EXPECT_FALSE(run(client.executions.get(id)).restriction());
}

// wire/deeporigin §11.14.
TEST_F(calls, transient_failures_within_a_wait) {
    wire->answer(503, "").answer(503, "");
    answer("Running");
    answer("Failed");
    auto const began = time->now();
    EXPECT_EQ(
        run(client.executions.wait(id, od::wait_options().poll_interval(1s)))[0].status, od::execution_status::failed);
    EXPECT_EQ(time->now() - began, 4s);
}

TEST_F(calls, a_wait_asks_side_by_side_and_stops_at_the_first_error) {
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) {
        ids.push_back("e" + std::to_string(i));
        answer("Succeeded", ids.back());
    }
    auto const runs = run(client.executions.wait(ids));
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(runs[i].execution_id.substr(0, 1), "e");
    EXPECT_EQ(wire->count(), 20u);

    answer("Running");
    wire->answer(404, "{}");
    for (int i = 0; i < 6; ++i) wire->hang();
    EXPECT_THROW(run(client.executions.wait(ids)), od::not_found_error);
}

TEST_F(calls, what_the_client_adds_to_a_creation) {
    auto o = options();
    o.project_id("09DEM0PR0JECT").tag("t").billing_tag("b").app("mine");
    od::client const mine(runtime.executor(), o);
    wire->answer(201, R"({"executionId":"e","status":"Created"})")
        .answer(201, R"({"executionId":"e","status":"Created"})");
    run(mine.executions.create("k", "1", object("inputs", object(), "clusterId", "c")));
    auto const sent = json::parse(body(0));
    EXPECT_EQ(sent.at("projectId"), "09DEM0PR0JECT");
    EXPECT_EQ(sent.at("tag"), "t");
    EXPECT_EQ(sent.at("billing"), "b");
    EXPECT_EQ(sent.at("app"), "mine");
    run(mine.executions.create(
        "k", "1", object("inputs", object(), "clusterId", "c", "tag", "own", "projectId", "09DEM0PR0JECT")));
    EXPECT_EQ(json::parse(body(1)).at("tag"), "own");
    EXPECT_THROW(run(mine.executions.create("k", "1", object("inputs", object(), "projectId", "another"))),
        corun::validation_error);
    EXPECT_EQ(wire->count(), 2u);
    wire->answer(201, R"({"executionId":"e","status":"Created"})");
    run(client.executions.create("k", "1", object("inputs", object(), "clusterId", "c", "projectId", "P")));
    EXPECT_EQ(json::parse(body(2)).at("projectId"), "P");
}

TEST_F(calls, bad_input_is_found_here) {
    EXPECT_THROW(run(client.executions.get("")), corun::validation_error);
    EXPECT_THROW(run(client.executions.cancel("")), corun::validation_error);
    EXPECT_THROW(run(client.executions.create("", "1", {})), corun::validation_error);
    EXPECT_THROW(run(client.executions.create("k", "", object("inputs", object()))), corun::validation_error);
    EXPECT_THROW(run(client.executions.list({.page_size = 10'001})), corun::validation_error);
    EXPECT_THROW(run(client.executions.list({.page_size = 0, .fetch_all_pages = true})), corun::validation_error);
    EXPECT_THROW(run(client.executions.list({.page = -1})), corun::validation_error);
    EXPECT_THROW(run(client.executions.search(od::search_query().limit(0))), corun::validation_error);
    EXPECT_THROW(run(client.executions.search(od::search_query().where("", "eq", 1))), corun::validation_error);
    EXPECT_EQ(wire->count(), 0u);
}

TEST_F(calls, pauses_can_be_set) {
    auto o = options();
    o.backoff(500ms).max_backoff(800ms);
    od::client const quick(runtime.executor(), o);
    for (int i = 0; i < 4; ++i) wire->answer(503, "");
    auto const began = time->now();
    EXPECT_THROW(run(quick.executions.get(id)), od::server_error);
    EXPECT_EQ(time->now() - began, 500ms + 800ms + 800ms);
}

}  // namespace
