// The sample exchanges of the wire document, as the client sends and reads them.

#include "fixture.hpp"
#include "samples.hpp"

namespace {

using namespace test;
using corun::object;

class sample_exchange : public scripted {
public:
    /// Makes the call and checks what it sent.
    template <class F>
    auto play(sample const& s, F const& call, corun::header_list headers = {}) {
        wire->answer(s.status, s.answer, std::move(headers));
        struct check {
            sample_exchange& test;
            sample const& s;
            ~check() {
                auto const text = test.wire->wire(test.wire->count() - 1);
                EXPECT_EQ(text.substr(0, text.find(" HTTP/1.1\r\n")), s.request);
                auto const body = text.substr(text.find("\r\n\r\n") + 4);
                if (s.sent.empty())
                    EXPECT_EQ(body, "");
                else
                    EXPECT_EQ(json::parse(body), json::parse(s.sent)) << body;
                EXPECT_EQ(test.wire->request(test.wire->count() - 1).headers.find("X-API-Key"), "pr_key_example");
            }
        } const on_exit{*this, s};
        return call();
    }
};

TEST_F(sample_exchange, second_page_of_a_list) {
    auto list = client.agents.list({.page = 2, .limit = 2, .type = "simple"});
    // The document's order of the query is not significant.
    wire->answer(200, samples::second_page.answer);
    auto const page = run(list.next_page());
    EXPECT_TRUE(wire->wire(0).starts_with("GET /api/v1/agents?type=simple&page=2&limit=2 HTTP/1.1\r\n"));
    EXPECT_EQ(page->meta.total, 3);
    EXPECT_EQ(page->meta.pages, 2);
    auto const& agent = page->data.at(0);
    EXPECT_EQ(agent.name, "Ticket triage");
    EXPECT_EQ(agent.labels, std::vector<std::string>{"support"});
    auto const config = pr::read_agent_config(*agent.current_version, agent.type);
    EXPECT_EQ(std::get<pr::simple_agent_config>(config).prompt_id, "3BtriagePrompt0000000000001");
    EXPECT_FALSE(run(list.next_page()));
}

TEST_F(sample_exchange, a_prompt_and_a_version_without_a_label) {
    auto const prompt =
        play(samples::create_prompt, [&] { return run(client.prompts.create("Shortener", "Makes text short")); });
    EXPECT_EQ(prompt.id, "3BshortenPrompt000000000001");
    EXPECT_EQ(prompt.status, "active");
    auto const version = play(samples::create_prompt_version, [&] {
        return run(client.prompts.create_version(prompt.id, "Shorten this: {{ text }}",
            pr::prompt_version_options().system_prompt("Answer in one line.").temperature(0.5).message("first try")));
    });
    EXPECT_EQ(version.version, "v1");
    EXPECT_EQ(version.temperature, 0.5);
    EXPECT_FALSE(version.max_tokens);
}

TEST_F(sample_exchange, a_chain) {
    auto const version = play(samples::create_chain_version, [&] {
        return run(client.agents.create_version("3BchainAgent000000000000001", "1.0.0",
            pr::chain_agent_config()
                .link("3BdraftPrompt00000000000001", "draft", 0)
                .link("3BpolishPrompt0000000000001", "polish", 1),
            pr::agent_version_options().set_current()));
    });
    EXPECT_TRUE(version.is_current);
    EXPECT_EQ(std::get<pr::chain_agent_config>(pr::read_agent_config(version)).prompt_ids.at(1).role, "polish");
}

TEST_F(sample_exchange, a_run) {
    auto const result = play(samples::execute, [&] {
        return run(client.agents.execute("3BtriageAgent00000000000001", object("message", "My parcel is late"),
            pr::execute_options().metadata(object("origin", "sample"))));
    });
    EXPECT_EQ(result.execution_id, "3BexecTriage000000000000001");
    EXPECT_EQ(result.status, pr::execution_status::completed);
    EXPECT_EQ(result.output->at("content"), "category: delivery");
    EXPECT_EQ(result.token_usage.total_tokens, 230);
    EXPECT_DOUBLE_EQ(result.cost, 0.0023);
    EXPECT_EQ(result.duration_ms, 250);
    EXPECT_EQ(result.extra.at("metadata").at("origin"), "sample");
}

TEST_F(sample_exchange, an_unknown_agent) {
    EXPECT_THROW(play(samples::unknown_agent, [&] { return run(client.agents.execute("invalid-id", {})); }),
        pr::not_found_error);
}

TEST_F(sample_exchange, a_rate_limit_that_does_not_fit) {
    auto list = client.executions.list({}, corun::call_options().total_timeout(5s));
    try {
        play(samples::rate_limit, [&] { return run(list.next()); }, corun::header_list().add("Retry-After", "12"));
        ADD_FAILURE();
    } catch (pr::rate_limit_error const& e) {
        EXPECT_EQ(e.retry_after(), 12s);
        EXPECT_EQ(e.message(), "too many requests");
    }
}

TEST_F(sample_exchange, a_chat) {
    auto const session =
        play(samples::create_session, [&] { return run(client.chat.create_session("3BchatAgent0000000000000001")); });
    EXPECT_EQ(session.user_id, "");
    auto const answer = play(samples::send_message, [&] { return run(client.chat.send_message(session.id, "Hello")); });
    EXPECT_EQ(answer.content, "Hi, how can I help?");
    EXPECT_EQ(answer.role, pr::message_role::assistant);
    EXPECT_EQ(answer.token_count, 160);
    EXPECT_EQ(answer.execution_id, "3BexecChat00000000000000001");
    EXPECT_EQ(answer.user_message->content, "Hello");
}

TEST_F(sample_exchange, memories) {
    auto const found = play(samples::search_memories,
        [&] { return run(client.memories.search("3BchatAgent0000000000000001", "refund", {.limit = 5})); });
    EXPECT_EQ(found.at(0).content, "Refunds take five working days");
    EXPECT_EQ(found.at(0).access_count, 3);
}

TEST_F(sample_exchange, a_score) {
    auto const score = play(samples::create_score, [&] {
        return run(client.scores.create(
            pr::score_spec("5f1c0d9a7b3e4c2f8a6d1e0b9c7f3a21", "helpfulness").numeric(3.5).source("manual")));
    });
    EXPECT_EQ(score.value, 3.5);
    EXPECT_EQ(score.data_type, pr::score_type::numeric);
    wire->answer(200, R"({"data":[{"name":"helpfulness","count":1,"avg":3.5,"min":3.5,"max":3.5}]})");
    EXPECT_EQ(run(client.scores.get_aggregates({.name = "helpfulness"})).at(0).avg, 3.5);
}

TEST_F(sample_exchange, a_decision) {
    auto const approval = play(samples::decide,
        [&] { return run(client.approvals.decide("3BapprovalReview00000000001", "approved", "fine by me")); });
    EXPECT_EQ(approval.status, pr::approval_status::approved);
    EXPECT_EQ(approval.decided_by, "local-user");
    EXPECT_FALSE(approval.expires_at);
}

TEST_F(sample_exchange, between_agents) {
    auto const task = play(samples::a2a_send, [&] {
        return run(client.a2a.send_message(
            "3BtriageAgent00000000000001", "Sort this", {.blocking = false, .context_id = "ctx-7"}));
    });
    EXPECT_EQ(task.status->state, pr::task_state::working);
    EXPECT_EQ(task.messages.at(0).parts.at(0).text, "Sort this");
    EXPECT_THROW(play(samples::a2a_unknown_task, [&] { return run(client.a2a.get_task("nope")); }), pr::a2a_error);
    wire->answer(200,
        R"({"name":"Ticket triage","description":"Sorts incoming mail","url":"http://localhost:8080/a2a/agents/3BtriageAgent00000000000001","version":"1.1.0","capabilities":{"streaming":false,"push_notifications":false},"skills":[{"id":"triage","name":"Triage","description":"","tags":["support"]}]})");
    auto const card = run(client.a2a.get_agent_card("3BtriageAgent00000000000001"));
    EXPECT_FALSE(card.capabilities->streaming);
    EXPECT_EQ(card.skills.at(0).tags.at(0), "support");
}

TEST_F(sample_exchange, a_hook) {
    auto const trigger = play(samples::create_trigger,
        [&] { return run(client.webhook_triggers.create("crm", "3BtriageAgent00000000000001")); });
    EXPECT_EQ(trigger.token, "7Qm2x9LhT4vKd81RzBnWc6YpFs0");
    EXPECT_FALSE(trigger.secret);
    play(samples::delete_trigger, [&] { return run(client.webhook_triggers.remove("3BtriggerCrm000000000000001")); });
}

}  // namespace
