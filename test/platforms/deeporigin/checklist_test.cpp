// The conformance checklist of wire/deeporigin §12, line by line.

#include "fixture.hpp"

#include <algorithm>
#include <list>

namespace {

using namespace test;

class checklist : public scripted {};

TEST_F(checklist, line_1_cancel) {
    for (auto const status :
        {"Quoted", "Succeeded", "Completed", "Failed", "Cancelled", "InsufficientFunds", "FailedQuotation"}) {
        auto const before = wire->count();
        answer(status);
        run(client.executions.cancel(id));
        EXPECT_EQ(wire->count(), before + 1) << status;
    }
    for (auto const status : {"Created", "Queued", "Running", "Novel"}) {
        auto const before = wire->count();
        answer(status);
        wire->answer(200, "not looked at");
        run(client.executions.cancel(id));
        ASSERT_EQ(wire->count(), before + 2) << status;
        EXPECT_EQ(line(before), "GET /tools/acme-bio/tools/executions/" + id);
        EXPECT_EQ(line(before + 1), "PATCH /tools/acme-bio/tools/executions/" + id + ":cancel");
        EXPECT_FALSE(wire->request(before + 1).headers.find("Content-Type"));
    }
    wire->answer(404, R"({"message":"gone"})");
    EXPECT_THROW(run(client.executions.cancel(id)), od::not_found_error);
}

TEST_F(checklist, line_2_confirm) {
    wire->answer(503, "");
    EXPECT_THROW(run(client.executions.confirm(id, false)), od::server_error);
    EXPECT_EQ(wire->count(), 1u);
    EXPECT_EQ(line(0), "PATCH /tools/acme-bio/tools/executions/" + id + ":confirm");
    EXPECT_EQ(body(0), "");
    EXPECT_FALSE(wire->request(0).headers.find("Content-Type"));

    for (int i = 0; i < 4; ++i) wire->answer(503, "");
    auto const began = time->now();
    EXPECT_THROW(run(client.executions.confirm(id)), od::server_error);
    EXPECT_EQ(wire->count(), 5u);
    EXPECT_EQ(time->now() - began, 7s) << "1, 2, 4";

    wire->answer(200, "");
    run(client.executions.confirm(id));
    wire->answer(200, "<html>");
    run(client.executions.confirm(id));
}

TEST_F(checklist, line_3_create) {
    auto const data = object("inputs", object("x", 1), "outputs", object(), "metadata", object(), "clusterId", "c1",
        "app", "mine", "session", "mine");
    for (int const status : {503, 504, 429}) {
        auto const before = wire->count();
        wire->answer(status, "", corun::header_list().add("Retry-After", "0"));
        EXPECT_THROW(run(client.executions.create("deeporigin.docking", "3.1.0", data)), od::error);
        EXPECT_EQ(wire->count(), before + 1) << status;
    }
    wire->fail(corun::errc::timeout, corun::phase::first_byte, true);
    auto const before = wire->count();
    auto const began = time->now();
    try {
        run(client.executions.create("deeporigin.docking", "3.1.0", data));
        ADD_FAILURE();
    } catch (od::timeout_error const& e) {
        EXPECT_TRUE(e.outcome_unknown());
    }
    EXPECT_EQ(wire->count(), before + 1);
    EXPECT_EQ(wire->request(before).limits.deadline - began, 600s);
    EXPECT_EQ(line(before), "POST /tools/acme-bio/tools/deeporigin.docking/3.1.0/executions");
    auto const sent = json::parse(body(before));
    EXPECT_EQ(sent.at("app"), "cpp-client");
    EXPECT_EQ(sent.at("session").as_string(), client.session());
    EXPECT_EQ(sent.at("clusterId"), "c1");
    EXPECT_EQ(wire->request(before).headers.find("Content-Type"), "application/json");
    EXPECT_EQ(data.at("app"), "mine") << "what the caller gave is not changed";

    wire->answer(201, R"({"executionId":"e","status":"Created"})");
    run(client.executions.create("t", "1", data, corun::call_options().timeout(5s)));
    EXPECT_EQ(wire->request(wire->count() - 1).limits.deadline - time->now(), 5s);
}

TEST_F(checklist, line_3_the_default_cluster_is_asked_for_once) {
    wire->answer(200,
            R"({"data":[{"id":"off","enabled":false},{"id":"c2","enabled":true},{"id":"c3"}],"pagination":{"count":3}})")
        .answer(201, R"({"executionId":"e","status":"Created"})")
        .answer(201, R"({"executionId":"f","status":"Created"})");
    run(client.executions.create("t", "latest", object("inputs", object())));
    run(client.executions.create("t", "latest", object("inputs", object())));
    ASSERT_EQ(wire->count(), 3u);
    EXPECT_EQ(line(0), "GET /tools/acme-bio/clusters");
    EXPECT_EQ(json::parse(body(1)).at("clusterId"), "c2");
    EXPECT_EQ(json::parse(body(2)).at("clusterId"), "c2");

    od::client const other(runtime.executor(), options());
    wire->answer(200, R"({"data":[]})");
    EXPECT_THROW(run(other.executions.create("t", "1", object("inputs", object()))), od::error);
}

TEST_F(checklist, line_4_list) {
    std::string const empty = R"({"data":[],"count":0})";
    for (int i = 0; i < 6; ++i) wire->answer(200, empty);
    run(client.executions.list());
    EXPECT_EQ(line(0), "GET /tools/acme-bio/tools/executions");

    auto const moment = std::chrono::sys_days(std::chrono::year(2026) / 5 / 7) + 15h + 13min + 25s + 254ms + 999us;
    run(client.executions.list({.page = 2,
        .page_size = 7,
        .order = "createdAt desc",
        .tool_key = "deeporigin.docking",
        .session = "S1",
        .project_id = "P",
        .created_after = moment}));
    EXPECT_EQ(line(1), "GET /tools/acme-bio/tools/executions?page=2&pageSize=7&order=createdAt%20desc&filter="
                       "%7B%22tool%22%3A%7B%22toolManifest%22%3A%7B%22key%22%3A%22deeporigin.docking%22%7D%7D%2C"
                       "%22session%22%3A%22S1%22%2C%22projectId%22%3A%22P%22%2C"
                       "%22createdAt%22%3A%7B%22%24gt%22%3A%222026-05-07T15%3A13%3A25.254Z%22%7D%7D");
    run(client.executions.list({.created_after = "2026-05-01T00:00:00+02:00"}));
    EXPECT_EQ(line(2), "GET /tools/acme-bio/tools/executions?filter=%7B%22createdAt%22%3A%7B%22%24gt%22%3A%22"
                       "2026-05-01T00%3A00%3A00%2B02%3A00%22%7D%7D");
    run(client.executions.list({.filter = R"({"status":{"$in":["Queued"]}})"}));
    EXPECT_EQ(line(3),
        "GET /tools/acme-bio/tools/executions?filter=%7B%22status%22%3A%7B%22%24in%22%3A%5B%22Queued%22%5D%7D%7D");
    EXPECT_EQ(od::instant(std::chrono::sys_days(std::chrono::year(1969) / 12 / 31) + 23h + 59min + 59s + 999ms).text(),
        "1969-12-31T23:59:59.999Z");
}

std::string page_of(int rows, int count) {
    json::array data;
    for (int i = 0; i < rows; ++i) data.push_back(object("executionId", "e" + std::to_string(i)));
    return json::serialize(object("data", data, "count", count));
}

TEST_F(checklist, line_5_fetch_all_pages) {
    struct stop {
        std::vector<std::pair<int, int>> pages;  // rows, count
        std::size_t rows;
        std::int64_t count;
    };
    for (auto const& [pages, rows, count] : {stop{{{2, 2}}, 2, 2},  // total <= chunk
             stop{{{2, 9}, {1, 9}}, 3, 9},                          // a short page
             stop{{{2, 5}, {2, 5}, {1, 5}}, 5, 5},                  // all are there
             stop{{{2, 5}, {2, 4}}, 4, 4}}) {                       // … by the last count
        auto const before = wire->count();
        for (auto const& [r, c] : pages) wire->answer(200, page_of(r, c));
        auto const all = run(
            client.executions.list({.page = 7, .page_size = 2, .order = "createdAt desc", .fetch_all_pages = true}));
        EXPECT_EQ(all.data.size(), rows);
        EXPECT_EQ(all.count, count);
        ASSERT_EQ(wire->count(), before + pages.size());
        for (std::size_t i = 0; i < pages.size(); ++i)
            EXPECT_EQ(line(before + i), "GET /tools/acme-bio/tools/executions?page=" + std::to_string(i) +
                                            "&pageSize=2&order=createdAt%20desc");
    }
    auto const before = wire->count();
    wire->answer(200, page_of(3, 3)).answer(200, R"([{"executionId":"a"}])");
    run(client.executions.list({.fetch_all_pages = true}));
    EXPECT_EQ(line(before), "GET /tools/acme-bio/tools/executions?page=0&pageSize=1000");
    EXPECT_EQ(run(client.executions.list({.fetch_all_pages = true})).count, 1) << "a bare array is all";
    wire->answer(200, page_of(2, 5)).answer(400, "{}");
    EXPECT_THROW(run(client.executions.list({.page_size = 2, .fetch_all_pages = true})), od::validation_error);
}

TEST_F(checklist, line_6_search) {
    for (int i = 0; i < 4; ++i) wire->answer(200, R"({"data":[],"meta":{}})");
    run(client.executions.search());
    EXPECT_EQ(line(0), "POST /data-platform/acme-bio/executions/search");
    EXPECT_EQ(body(0), R"({"filter":{"props":[]}})");
    run(client.executions.search(od::search_query().tool_key("").with_total_count(false)));
    EXPECT_EQ(body(1), R"({"filter":{"props":[]}})");
    std::vector<std::string> const keys{"deeporigin.docking", "deeporigin.rbfe"};
    run(client.executions.search(od::search_query()
            .compute_job_id("j")
            .status("Completed")
            .tool_keys(keys)
            .project_id("09DEM0PR0JECT")
            .where("started_at", "gte", "2026-05-01T00:00:00.000Z")
            .limit(1)
            .offset(0)
            .select("id")
            .select("status")
            .with_total_count()));
    EXPECT_EQ(body(2),
        R"({"filter":{"props":[{"column":"project_id","op":"eq","value":"09DEM0PR0JECT"},)"
        R"({"column":"tool_key","op":"in","value":["deeporigin.docking","deeporigin.rbfe"]},)"
        R"({"column":"status","op":"eq","value":"Completed"},{"column":"compute_job_id","op":"eq","value":"j"},)"
        R"({"column":"started_at","op":"gte","value":"2026-05-01T00:00:00.000Z"}]},)"
        R"("limit":1,"offset":0,"select":["id","status"],"with_total_count":true})");
    std::vector<std::string> const none;
    run(client.executions.search(od::search_query().tool_keys(none)));
    EXPECT_EQ(body(3), R"({"filter":{"props":[{"column":"tool_key","op":"in","value":[]}]}})");
}

TEST_F(checklist, line_7_from_data_platform) {
    wire->answer(200, R"({"id":"0AF7K2M9QX4TB","compute_job_id":"j","status":"Completed"})")
        .answer(200, R"({"data":{"id":"x"}})");
    EXPECT_EQ(run(client.executions.from_data_platform("0AF7K2M9QX4TB")).compute_job_id, "j");
    EXPECT_EQ(line(0), "GET /data-platform/acme-bio/executions/0AF7K2M9QX4TB");
    EXPECT_EQ(run(client.executions.from_data_platform("x")).id, "x");
}

TEST_F(checklist, line_8_wait) {
    std::vector<std::string> const none, hole{"a", ""}, three{"a", "b", "a"};
    EXPECT_THROW(run(client.executions.wait(none)), corun::validation_error);
    EXPECT_THROW(run(client.executions.wait(hole)), corun::validation_error);
    EXPECT_THROW(run(client.executions.wait("a", od::wait_options().poll_interval(0ms))), corun::validation_error);
    EXPECT_THROW(run(client.executions.wait("a", od::wait_options().poll_interval(-1ms))), corun::validation_error);
    EXPECT_EQ(wire->count(), 0u);

    // a has ended at once and is looked at once; b takes three looks.
    answer("Succeeded", "a");
    answer("Queued", "b");
    answer("Running", "b");
    answer("Failed", "b");
    std::string progress;
    auto const began = time->now();
    auto const runs = run(client.executions.wait(
        three, od::wait_options().max_in_flight(1).on_progress([&](std::size_t ended, std::size_t all) {
            progress += std::to_string(ended) + "/" + std::to_string(all) + " ";
        })));
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].execution_id + runs[1].execution_id + runs[2].execution_id, "aba");
    EXPECT_EQ(runs[1].status, od::execution_status::failed);
    EXPECT_EQ(wire->count(), 4u);
    EXPECT_EQ(time->now() - began, 10s);
    EXPECT_EQ(progress, "1/2 1/2 2/2 ");

    answer("Quoted");
    EXPECT_EQ(run(client.executions.wait(id, od::wait_options().timeout(0ms)))[0].status, od::execution_status::quoted);

    // The last look is at the deadline.
    auto const looks = wire->count();
    for (int i = 0; i < 3; ++i) answer("Running");
    auto const start = time->now();
    try {
        run(client.executions.wait(id, od::wait_options().poll_interval(2s).timeout(3s)));
        ADD_FAILURE();
    } catch (od::timeout_error const& e) {
        EXPECT_EQ(e.message(), "1 of 1 executions have not ended within 3000 ms");
        EXPECT_EQ(e.details().at("pending").at(0).as_string(), id);
    }
    EXPECT_EQ(time->now() - start, 3s);
    EXPECT_EQ(wire->count(), looks + 3);

    // An error of a look ends the wait.
    wire->answer(404, R"({"message":"gone"})");
    EXPECT_THROW(run(client.executions.wait(id)), od::not_found_error);
}

TEST_F(checklist, line_9_what_is_repeated) {
    for (int const status : {400, 401, 403, 404, 409, 422, 302}) {
        auto const before = wire->count();
        wire->answer(status, "{}");
        EXPECT_THROW(run(client.executions.get(id)), od::error);
        EXPECT_EQ(wire->count(), before + 1) << status;
    }
    for (int const status : {429, 500, 502, 503, 504}) {
        auto const before = wire->count();
        wire->answer(status, "{}");
        answer("Running");
        run(client.executions.get(id));
        EXPECT_EQ(wire->count(), before + 2) << status;
    }
    wire->fail(corun::errc::connect_failed, corun::phase::connect)
        .fail(corun::errc::timeout, corun::phase::first_byte, true);
    wire->fail(corun::errc::connection_lost, corun::phase::first_byte, true);
    answer("Running");
    EXPECT_EQ(run(client.executions.get(id)).status, od::execution_status::running);
    auto const before = wire->count();
    wire->answer(503, "{}").answer(200, R"({"data":[]})");
    run(client.executions.search());
    EXPECT_EQ(wire->count(), before + 2);
}

// Claims {"exp": …}, signature nonsense.
std::string const expired = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.c2ln";  // 2023
std::string const lasting = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjQxMDAwMDAwMDB9.c2ln";  // 2099
std::string const without_expiry = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln";

TEST_F(checklist, line_10_an_expired_token) {
    std::list<od::client> clients;  // which share a transport that closes with the first of them
    for (auto const& token : {expired, without_expiry}) {
        auto o = options();
        o.api_key(token);
        auto const& late = clients.emplace_back(runtime.executor(), o);
        EXPECT_THROW(run(late.executions.get(id)), od::authentication_error);
        EXPECT_THROW(run(late.executions.wait(id)), od::authentication_error);
    }
    EXPECT_EQ(wire->count(), 0u);
    auto o = options();
    o.api_key(lasting);
    od::client const good(runtime.executor(), o);
    answer("Running");
    run(good.executions.get(id));
    EXPECT_EQ(wire->request(0).headers.find("Authorization"), "Bearer " + lasting);
}

TEST_F(checklist, line_11_absent_and_null) {
    wire->answer(200, R"({"executionId":"e","status":"Running"})")
        .answer(200,
            R"({"executionId":"e","status":"Running","completedAt":null,"name":null,"userInputs":null,"cluster":null,"novel":[1]})");
    auto const a = run(client.executions.get(id)), b = run(client.executions.get(id));
    EXPECT_EQ(a.completed_at, b.completed_at);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(b.extra.at("novel").at(0), 1);
    for (auto const price : {"0.25", R"("0.25")"}) {
        wire->answer(200,
            R"({"executionId":"e","status":"Quoted","quotationResult":{"anyFailed":false,"successfulQuotations":[{"priceTotal":)" +
                std::string(price) + R"(},{"priceTotal":1}]}})");
        EXPECT_EQ(run(client.executions.get(id)).price(), 1.25) << price;
    }
}

TEST_F(checklist, line_12_both_names_of_success) {
    for (auto const name : {"Succeeded", "Completed"}) {
        answer(name);
        EXPECT_TRUE(od::is_success(run(client.executions.wait(id))[0].status));
    }
}

}  // namespace
