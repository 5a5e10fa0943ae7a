#include "platforms/promptrails/tables.hpp"
#include "support/mutation.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

namespace {

namespace pr = corun::promptrails;
namespace json = boost::json;
TEST(types, lose_nothing_and_survive_or_name_every_mutation) {
#define CHECK(type) corun::test::check_type<pr::type>(#type);
    CORUN_PROMPTRAILS_TYPES(CHECK)
#undef CHECK
}

template <class T>
T decoded(std::string_view text) {
    T value;
    corun::decode_error why;
    EXPECT_TRUE(corun::decode(text, value, why)) << why.text();
    return value;
}

TEST(types, null_and_missing_are_the_default) {
    auto const agent = decoded<pr::agent>(R"({"id":"a","status":null,"labels":null,"current_version":null})");
    EXPECT_EQ(agent.status, pr::agent_status::draft);
    EXPECT_TRUE(agent.labels.empty());
    EXPECT_FALSE(agent.current_version);
    EXPECT_EQ(decoded<pr::agent_memory>("{}").importance, 0.5);
    EXPECT_EQ(decoded<pr::score>("{}").source, "manual");
    EXPECT_EQ(decoded<pr::guardrail>("{}").action, pr::guardrail_action::block);
    EXPECT_TRUE(decoded<pr::credential>("{}").is_valid);
    EXPECT_EQ(decoded<pr::trace>("{}").level, "default");
    EXPECT_EQ(decoded<pr::pagination_meta>("{}").limit, 20);
}

TEST(types, numbers_in_either_form) {
    EXPECT_EQ(decoded<pr::chat_message>(R"({"token_count":12.0,"cost":1})").token_count, 12);
    EXPECT_EQ(decoded<pr::run_prompt_response>(R"({"duration_ms":250.0,"cost":0})").duration_ms, 250);
}

TEST(types, unknown_words_stay) {
    auto const run = decoded<pr::agent_execution>(R"({"status":"sleeping"})");
    EXPECT_EQ(run.status.text(), "sleeping");
    EXPECT_FALSE(pr::is_terminal(run.status));
    EXPECT_TRUE(pr::is_terminal(decoded<pr::agent_execution>(R"({"status":"rejected"})").status));
}

TEST(types, template_config_may_be_a_text) {
    EXPECT_EQ(decoded<pr::mcp_template>(R"({"config":"{\"url\":\"u\"}"})").config.at("url"), "u");
    EXPECT_EQ(decoded<pr::mcp_template>(R"({"config":"no json"})").config, "no json");
}

std::string text_of(pr::agent_config const& config) { return json::serialize(pr::to_json(config)); }

// wire/promptrails §8.
TEST(agent_configs, are_written_as_the_document_has_them) {
    EXPECT_EQ(
        text_of(pr::simple_agent_config("p1")), R"({"type":"simple","prompt_id":"p1","approval_required":false})");
    pr::simple_agent_config simple("p");
    simple.approval_required = true;
    simple.approval_checkpoint_name = "review";
    simple.max_tokens = 5;
    simple.temperature = 0.5;
    simple.llm_model_id = "m";
    simple.extra["tools"] = json::array{"t1"};
    EXPECT_EQ(pr::to_json(simple),
        json::parse(R"({"type":"simple","prompt_id":"p","approval_required":true,"approval_checkpoint_name":"review",
                              "max_tokens":5,"temperature":0.5,"llm_model_id":"m","tools":["t1"]})"));
    EXPECT_EQ(text_of(pr::chain_agent_config().link("p1", "step1", 0).link("p2", "step2", 1)),
        R"({"type":"chain","prompt_ids":[{"prompt_id":"p1","role":"step1","sort_order":0},{"prompt_id":"p2","role":"step2","sort_order":1}],"approval_required":false})");
    EXPECT_EQ(text_of(pr::multi_agent_config()), R"({"type":"multi_agent","prompt_ids":[]})");
    pr::workflow_node b("b");
    b.depends_on = {"a"};
    b.prompt_id = "p2";
    EXPECT_EQ(text_of(pr::workflow_agent_config().node(pr::workflow_node("a")).node(b)),
        R"({"type":"workflow","nodes":[{"id":"a","depends_on":[]},{"id":"b","depends_on":["a"],"prompt_id":"p2"}]})");
    pr::composite_step step("s", "agent");
    step.input_mapping = json::object{{"message", "input.message"}};
    EXPECT_EQ(text_of(pr::composite_agent_config().step(step)),
        R"({"type":"composite","steps":[{"id":"s","agent_id":"agent","depends_on":[],"input_mapping":{"message":"input.message"}}]})");
    EXPECT_EQ(text_of(json::object{{"type", "agent"}}), R"({"type":"agent"})");
}

TEST(agent_configs, are_read_back) {
    for (std::string const text :
        {R"({"type":"simple","prompt_id":"p1","approval_required":false})",
            R"({"type":"simple","prompt_version_id":"v1","approval_required":true,"memory_enabled":true})",
            R"({"type":"chain","prompt_ids":[{"prompt_id":"p1","role":"r","sort_order":0}],"approval_required":false})",
            R"({"type":"multi_agent","prompt_ids":[]})",
            R"({"type":"workflow","nodes":[{"id":"a","depends_on":[],"node_type":"media","media_config":{"k":1}}]})",
            R"({"type":"composite","steps":[{"id":"s","agent_id":"a","depends_on":["x"]}]})"}) {
        auto const stored = json::parse(text);
        auto const config = pr::read_agent_config(stored.get_object());
        EXPECT_FALSE(std::holds_alternative<json::object>(config)) << text;
        EXPECT_EQ(pr::to_json(config), stored) << text;
    }
    // Old data: no type, another name of the checkpoint.
    auto const old = pr::read_agent_config(json::object{{"prompt_id", "p"}, {"checkpoint_name", "review"}}, "simple");
    EXPECT_EQ(std::get<pr::simple_agent_config>(old).approval_checkpoint_name, "review");
    pr::agent_version version;
    version.config["prompt_ids"] = json::array();
    EXPECT_TRUE(std::holds_alternative<pr::chain_agent_config>(pr::read_agent_config(version, pr::agent_type::chain)));
    // What is not known stays JSON.
    for (std::string const text :
        {R"({"type":"agent","prompt_id":"p"})", R"({"prompt_id":"p"})", R"({"type":"chain","prompt_ids":7})"}) {
        auto const stored = json::parse(text);
        EXPECT_EQ(std::get<json::object>(pr::read_agent_config(stored.get_object())), stored) << text;
    }
}

}  // namespace
