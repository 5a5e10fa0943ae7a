#include "platforms/flowmaestro/tables.hpp"
#include "support/mutation.hpp"

#include <gtest/gtest.h>

namespace {

namespace fm = corun::flowmaestro;
using corun::test::check_mutations;

TEST(types, survive_or_name_every_mutation) {
    check_mutations<fm::execution_start>(
        R"({"execution_id":"e","workflow_id":"w","trigger_id":"t","status":"pending","inputs":{"a":1}})");
    check_mutations<fm::agent_tool>(R"({"id":"t","name":"n","description":"d","type":"function"})");
    check_mutations<fm::token_usage>(R"({"prompt_tokens":1,"completion_tokens":2,"total_tokens":3})");
    check_mutations<fm::tool_call>(R"({"id":"c","name":"n","arguments":{"x":1}})");
    check_mutations<fm::thread_message>(
        R"({"id":"m","thread_id":"t","role":"user","content":"c","tool_calls":[{"id":"c","name":"n","arguments":{}}],"created_at":"2026-03-02T09:15:01.004Z"})");
    check_mutations<fm::query_match>(
        R"({"chunk_id":"c","document_id":"d","document_name":"n","content":"x","similarity":0.5,"metadata":{"page":1}})");
    check_mutations<fm::knowledge_base>(
        R"({"id":"k","name":"n","description":"d","document_count":1,"chunk_count":2,"embedding_model":"e","chunk_size":3,"chunk_overlap":4,"created_at":"c","updated_at":"u"})");
    check_mutations<fm::webhook_delivery>(
        R"({"id":"1","event_type":"e","status":"success","attempts":1,"response_status":200,"error_message":"x","created_at":"c","last_attempt_at":"l"})");
}

template <class T>
T decoded(std::string_view text) {
    T value;
    corun::decode_error why;
    EXPECT_TRUE(corun::decode(text, value, why)) << why.text();
    return value;
}

TEST(types, three_forms_of_an_answer) {
    auto const a = decoded<fm::send_message_result>(
        R"({"id":"m","thread_id":"t","role":"assistant","content":"hi","usage":{"total_tokens":5}})");
    EXPECT_EQ(a.content, "hi");
    EXPECT_EQ(a.message_id, "m");
    EXPECT_EQ(a.usage->total_tokens, 5);
    auto const b = decoded<fm::send_message_result>(R"({"message_id":"m","thread_id":"t","status":"processing"})");
    EXPECT_EQ(b.message_id, "m");
    EXPECT_EQ(b.status, fm::message_status::processing);
    auto const c = decoded<fm::send_message_result>(
        R"({"execution_id":"e","thread_id":"t","status":"completed","message":{"role":"assistant","content":"hi","tool_calls":null,"created_at":"c"},"iterations":1,"tool_calls_count":0})");
    EXPECT_EQ(c.content, "hi");
    EXPECT_EQ(c.created_at, "c");
    EXPECT_EQ(c.iterations, 1);
}

TEST(types, unknown_words_and_members_stay) {
    auto const e = decoded<fm::execution>(
        R"({"id":"e","workflow_id":"w","status":"sleeping","error":{"message":"m","code":"c"},"novel":{"x":[1]}})");
    EXPECT_EQ(e.status.text(), "sleeping");
    EXPECT_FALSE(e.status.known());
    EXPECT_FALSE(fm::is_terminal(e.status));
    EXPECT_EQ(e.error, "m");
    EXPECT_EQ(e.extra.at("novel").at("x").at(0), 1);
}

TEST(types, input_schema_is_built_of_inputs) {
    auto const w = decoded<fm::workflow>(
        R"({"id":"w","inputs":{"n1":{"type":"number","label":"Amount"},"n2":{"type":"json","label":"","required":false}}})");
    ASSERT_TRUE(w.input_schema);
    EXPECT_EQ(w.input_schema->at("properties").at("n1").at("type"), "number");
    EXPECT_EQ(w.input_schema->at("properties").at("n2").at("type"), "object");
    EXPECT_EQ(w.input_schema->at("required").as_array().size(), 1u);
}

}  // namespace
