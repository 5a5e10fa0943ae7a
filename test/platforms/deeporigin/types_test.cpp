#include "platforms/deeporigin/tables.hpp"
#include "support/mutation.hpp"

#include <corun/deeporigin/executions.hpp>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace {

namespace od = corun::deeporigin;
namespace json = boost::json;

// wire/deeporigin §11.2.
constexpr std::string_view quoted =
    R"({"executionId":"a2c6d0de-61a5-4d0e-9a57-6f9f0d6a1b11","resourceId":"k3m9x2c7v1b8n4q6w0e5r","status":"Quoted",
"tool":{"key":"deeporigin.docking","version":"3.1.0"},"cluster":{"id":"3f0c8f5e-7a11-4c57-9d4e-0c6f1b2a9e01","name":"sim-west",
"hostname":"https://cluster.sim-west.example.test","status":"healthy","enabled":true,"createdAt":"2026-01-05T08:00:00.000Z",
"updatedAt":"2026-01-05T08:00:00.000Z"},"orgKey":"acme-bio","createdBy":"u","createdAt":"2026-05-07T15:13:25.254Z",
"updatedAt":"2026-05-07T15:13:25.410Z","approveAmount":-1,"name":"demo run","userInputs":{"ligands":[{"id":"L1"}]},
"userOutputs":{},"metadata":{"campaign":"demo"},"projectId":"09DEM0PR0JECT","app":"cpp-client","session":"s",
"quotationResult":{"anyFailed":false,"failedQuotations":[],"successfulQuotations":[{"status":"OK","itemCode":"DO_DOCK",
"orgId":"acme-bio","qty":1,"priceEach":0.2,"priceTotal":0.2,"pricingRecordType":"regular","pricingRecords":[{"qty":1}]}]},
"billingTransaction":{"transactionId":"tx-0001","orgId":"acme-bio","status":"Approved","totalCost":0.2,"items":[{"itemCode":
"DO_DOCK","qty":1,"priceEach":0.2,"priceTotal":0.2,"isApproved":true,"authorizationId":"au-0001"}]}})";

TEST(types, lose_nothing_and_survive_or_name_every_mutation){
#define CHECK(type) corun::test::check_type<od::type>(#type);
    CORUN_DEEPORIGIN_TYPES(CHECK)
#undef CHECK
}

od::execution decoded(std::string_view text) {
    od::execution value;
    corun::decode_error why;
    EXPECT_TRUE(corun::decode(text, value, why)) << why.text();
    return value;
}

TEST(types, a_quote_and_a_bill) {
    auto const run = decoded(quoted);
    EXPECT_EQ(run.status, od::execution_status::quoted);
    EXPECT_TRUE(od::is_terminal(run.status));
    EXPECT_DOUBLE_EQ(*run.price(), 0.2);
    EXPECT_DOUBLE_EQ(run.billing_transaction->total_cost, 0.2);
    EXPECT_TRUE(run.billing_transaction->items.at(0).is_approved);
    EXPECT_EQ(run.approve_amount, -1);
    EXPECT_FALSE(run.restriction());
}

TEST(types, statuses) {
    using s = od::execution_status;
    for (auto const k :
        {s::quoted, s::succeeded, s::completed, s::failed, s::cancelled, s::insufficient_funds, s::failed_quotation})
        EXPECT_TRUE(od::is_terminal(k));
    for (auto const k : {s::created, s::queued, s::running, s::data_ingesting}) EXPECT_FALSE(od::is_terminal(k));
    EXPECT_FALSE(od::is_terminal(od::status("Novel")));
    EXPECT_FALSE(od::is_terminal(od::status("succeeded"))) << "case counts";
    EXPECT_FALSE(od::is_not_failed(s::quoted));
    EXPECT_TRUE(od::is_not_failed(s::running));
}

// wire/deeporigin §5.4.
TEST(types, progress_in_every_shape) {
    EXPECT_TRUE(od::read_progress(nullptr).empty());
    EXPECT_EQ(
        od::read_progress("total_num_ligands = 8\nligand docked: 1").text, "total_num_ligands = 8\nligand docked: 1");
    EXPECT_EQ(od::read_progress(R"({"complete":100})").value.at("complete"), 100);
    EXPECT_EQ(od::read_progress(json::object{{"complete", 100}}).value.at("complete"), 100);
    EXPECT_EQ(od::read_progress("42").text, "42");
    auto const tree = od::read_progress(json::parse(
        R"({"id":"wf","status":"Running","message":null,"progress":"1/2","displayName":"wf","children":[
            {"id":"wf-1","status":"Succeeded","progress":"1/1","displayName":"prepare","finishedAt":"2026-05-07T15:14:05Z"},
            {"id":"wf-2","status":"Running","progress":"0/1","displayName":"dock","toolProgress":{"complete":40}}]})"));
    ASSERT_TRUE(tree.tree);
    EXPECT_EQ(tree.tree->children.at(1).tool_progress.at("complete"), 40);
    EXPECT_EQ(tree.tree->children.at(0).finished_at, "2026-05-07T15:14:05Z");
}

}  // namespace
