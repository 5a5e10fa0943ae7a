// Every method over real sockets, against the emulator; the forms of calls are those of the documentation.

#include <corun/blocking.hpp>
#include <corun/promptrails/client.hpp>
#include <corun/testing/emulator.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <gtest/gtest.h>

namespace {

namespace pr = corun::promptrails;
namespace asio = boost::asio;
namespace json = boost::json;
using corun::object;
using namespace std::chrono_literals;

std::string const triage = "3BtriageAgent00000000000001";
std::string const assistant = "3BchatAgent0000000000000001";
std::string const writer = "3BreviewAgent00000000000001";

class emulated : public ::testing::Test {
public:
    corun::testing::emulator emulator;
    corun::blocking_runtime runtime;
    pr::client client{runtime.executor(), options()};

    pr::client_options options() const {
        pr::client_options o("any-key");
        o.base_url(emulator.base_url("promptrails"));
        return o;
    }
    template <class T>
    T run(asio::awaitable<T> operation) {
        return runtime.run(std::move(operation));
    }
    template <class Pager>
    std::vector<typename decltype(std::declval<Pager&>().next())::value_type::value_type> all(Pager list) {
        std::vector<typename decltype(std::declval<Pager&>().next())::value_type::value_type> items;
        for (auto& item : runtime.each(list)) items.push_back(std::move(item));
        return items;
    }
};

TEST_F(emulated, agents) {
    EXPECT_EQ(all(client.agents.list()).size(), 7u);
    EXPECT_EQ(all(client.agents.list({.limit = 2})).size(), 7u);
    EXPECT_EQ(all(client.agents.list({.type = "simple"})).size(), 3u);
    EXPECT_EQ(all(client.agents.list({.name = "DESK"})).at(0).name, "Front desk");

    auto const made = run(client.agents.create("Mine", "simple", "about"));
    EXPECT_EQ(made.status, pr::agent_status::active);
    EXPECT_EQ(made.id.size(), 27u);
    EXPECT_EQ(run(client.agents.update(made.id, pr::agent_changes().name("Ours").status("archived"))).name, "Ours");
    EXPECT_TRUE(run(client.agents.list_versions(made.id)).empty());
    auto const one =
        run(client.agents.create_version(made.id, "1.0.0", pr::simple_agent_config("3BtriagePrompt0000000000001"),
            pr::agent_version_options().set_current().message("first")));
    EXPECT_TRUE(one.is_current);
    auto const two = run(client.agents.create_version(
        made.id, "2.0.0", pr::chain_agent_config().link("3BdraftPrompt00000000000001", "draft", 0)));
    EXPECT_FALSE(two.is_current);
    EXPECT_TRUE(run(client.agents.promote_version(made.id, two.id)).is_current);
    auto const versions = run(client.agents.list_versions(made.id));
    EXPECT_EQ(std::count_if(versions.begin(), versions.end(), [](auto const& v) { return v.is_current; }), 1);
    auto const got = run(client.agents.get(made.id));
    EXPECT_EQ(got.current_version->version, "2.0.0");
    EXPECT_TRUE(std::holds_alternative<pr::chain_agent_config>(pr::read_agent_config(*got.current_version)));
    EXPECT_EQ(run(client.agents.preview(triage, object("message", "my refund"))).content, "category: payment");
    EXPECT_EQ(run(client.executions.list().next()), std::nullopt) << "a preview is not stored";
    run(client.agents.remove(made.id));
    EXPECT_THROW(run(client.agents.get(made.id)), pr::not_found_error);
}

TEST_F(emulated, a_run_leaves_its_traces) {
    auto const result = run(client.agents.execute(
        triage, object("message", "My parcel is late"), pr::execute_options().metadata(object("source", "api"))));
    EXPECT_EQ(result.status, pr::execution_status::completed);
    EXPECT_EQ(result.output->at("content"), "category: delivery");
    EXPECT_GT(result.cost, 0);
    auto const stored = run(client.executions.get(result.execution_id));
    EXPECT_EQ(stored.metadata.at("source"), "api");
    EXPECT_EQ(stored.agent->name, "Ticket triage");
    auto const spans = run(client.traces.get_by_trace_id(result.trace_id));
    ASSERT_EQ(spans.size(), 2u);
    EXPECT_EQ(spans[0].kind, pr::span_kind::agent);
    EXPECT_EQ(spans[1].kind, pr::span_kind::llm);
    EXPECT_EQ(spans[1].parent_span_id, spans[0].span_id);
    EXPECT_EQ(all(client.traces.list({.trace_id = result.trace_id, .kind = "llm"})).size(), 1u);
    EXPECT_EQ(all(client.executions.list({.agent_id = triage, .status = "completed"})).size(), 1u);

    EXPECT_DOUBLE_EQ(run(client.costs.get_summary()).total_cost, result.cost);
    EXPECT_EQ(run(client.costs.get_agent_summary(triage)).daily_costs.at(0).executions, 1);
    EXPECT_EQ(run(client.costs.get_summary({.to_date = "2020-01-01"})).total_executions, 0);
    auto const metrics = run(client.dashboard.get_metrics(7));
    EXPECT_EQ(metrics.overview.total_executions, 1);
    EXPECT_EQ(metrics.agent_usage.at(0).agent_name, "Ticket triage");
    EXPECT_EQ(metrics.model_usage.at(0).total_tokens, 230);
    auto const sessions = all(client.sessions.list());
    ASSERT_EQ(sessions.size(), 1u);
    EXPECT_EQ(run(client.sessions.get(sessions[0].session_id)).total_tokens, 230);
}

TEST_F(emulated, a_run_in_the_background_is_told_live_and_then_replayed) {
    auto const started = run(client.agents.execute(
        triage, object("message", "a question without a stored answer"), pr::execute_options().sync(false)));
    EXPECT_EQ(started.status, pr::execution_status::pending);
    auto const live = run(pr::collect(client.executions.stream(started.execution_id)));
    auto const stored = run(client.executions.get(started.execution_id));
    EXPECT_EQ(stored.status, pr::execution_status::completed);
    EXPECT_EQ(live.text, stored.output->at("content").as_string());
    EXPECT_EQ(run(pr::collect(client.executions.stream(started.execution_id))).text, live.text);
    EXPECT_THROW(run(client.executions.stream("nope").next()), pr::not_found_error);
}

TEST_F(emulated, prompts) {
    EXPECT_EQ(all(client.prompts.list()).size(), 8u);
    auto const made = run(client.prompts.create("Shortener", "Makes text short"));
    auto const version = run(client.prompts.create_version(made.id, "Shorten this: {{ text }}",
        pr::prompt_version_options()
            .system_prompt("Answer in one line.")
            .temperature(0.5)
            .message("first try")
            .set_current()));
    EXPECT_EQ(version.version, "v1");
    EXPECT_EQ(run(client.prompts.get(made.id)).current_version->id, version.id);
    EXPECT_EQ(run(client.prompts.list_versions(made.id)).size(), 1u);
    EXPECT_TRUE(run(client.prompts.promote_version(made.id, version.id)).is_current);
    EXPECT_EQ(run(client.prompts.update(made.id, pr::prompt_changes().description("d"))).description, "d");
    auto const preview = run(client.prompts.preview(made.id, object("text", "a long story")));
    EXPECT_NE(preview.content.find("a long story"), std::string::npos);
    EXPECT_EQ(run(client.prompts.preview(made.id, object("text", "a long story"))).content, preview.content);
    try {
        run(client.prompts.preview(made.id, {}));
        ADD_FAILURE();
    } catch (pr::validation_error const& e) {
        EXPECT_EQ(e.details().at("text"), "required");
    }
    auto const ran = run(client.prompts.execute(
        made.id, pr::run_prompt_request("Say {{ what }}", "orbit-4").input(object("what", "hello"))));
    EXPECT_EQ(ran.model, "orbit-4");
    EXPECT_GT(ran.cost, 0);
    run(client.prompts.remove(made.id));
    EXPECT_THROW(run(client.prompts.get(made.id)), pr::not_found_error);
}

TEST_F(emulated, chats) {
    auto const session = run(client.chat.create_session(assistant, pr::chat_session_options().title("Orders")));
    auto const answer = run(client.chat.send_message(session.id, "Hello"));
    EXPECT_EQ(answer.content, "Hi, how can I help?");
    EXPECT_EQ(answer.role, pr::message_role::assistant);
    EXPECT_EQ(answer.user_message->content, "Hello");
    EXPECT_EQ(run(client.executions.get(*answer.execution_id)).session_id, session.id);

    std::string told;
    auto events = client.chat.send_message_stream(session.id, "Where is order 42?");
    for (auto const& event : runtime.each(events)) {
        std::visit(
            corun::overloaded{
                [&](pr::execution_event const& e) { told += e.user_message_id ? "execution " : "?"; },
                [&](pr::thinking_event const& e) { told += "[" + e.content + "] "; },
                [&](pr::tool_start_event const& e) { told += e.name + "( "; },
                [&](pr::tool_end_event const& e) { told += e.summary.value_or("") + ") "; },
                [&](pr::content_event const& e) { told += e.content; },
                [&](pr::done_event const& e) { told += " " + std::to_string(e.token_usage.total_tokens.value_or(0)); },
                [&](auto const&) { told += "!"; },
            },
            event);
    }
    EXPECT_EQ(told, "execution [Looking the order up] order_lookup( 1 order found) "
                    "Order 42 left the depot \u2014 it arrives today. 160");
    auto const messages = all(client.chat.list_messages(session.id));
    ASSERT_EQ(messages.size(), 4u);
    EXPECT_EQ(messages[2].content, "Where is order 42?");
    EXPECT_EQ(messages[3].content, "Order 42 left the depot \u2014 it arrives today.");

    try {
        run(pr::collect(client.chat.send_message_stream(session.id, "please [[fail]] now")));
        ADD_FAILURE();
    } catch (pr::error const& e) {
        EXPECT_EQ(e.code(), corun::errc::run_failed);
    }
    EXPECT_EQ(run(client.chat.get_session(session.id)).title, "Orders");
    EXPECT_EQ(all(client.chat.list_sessions()).size(), 1u);
    run(client.chat.delete_session(session.id));
    EXPECT_THROW(run(client.chat.send_message(session.id, "x")), pr::not_found_error);
    EXPECT_THROW(run(client.chat.create_session("nobody")), pr::not_found_error);
}

TEST_F(emulated, approvals) {
    auto const waiting = run(client.agents.execute(writer, object("message", "Where is my tea?")));
    EXPECT_EQ(waiting.status, pr::execution_status::awaiting_approval);
    EXPECT_FALSE(waiting.output);
    auto const approval = run(client.executions.get_pending_approval(waiting.execution_id));
    EXPECT_EQ(approval.checkpoint_name, "review");
    EXPECT_EQ(all(client.approvals.list({.status = "pending"})).size(), 1u);
    auto stream = client.executions.stream(waiting.execution_id);
    auto const decided = run([](pr::client& c, corun::event_stream<pr::stream_event>& s,
                                 std::string id) -> asio::awaitable<std::string> {
        using namespace asio::experimental::awaitable_operators;
        auto [event, after] = co_await (s.next() && c.approvals.decide(id, "approved", "Looks good"));
        co_return std::string(after.status.text()) + (std::holds_alternative<pr::content_event>(*event) ? " told" : "");
    }(client, stream, approval.id));
    EXPECT_EQ(decided, "approved told");
    EXPECT_EQ(run(client.executions.get(waiting.execution_id)).status, pr::execution_status::completed);
    EXPECT_EQ(run(client.approvals.get(approval.id)).reason, "Looks good");
    EXPECT_THROW(run(client.approvals.decide(approval.id, "approved")), pr::validation_error);

    auto const second = run(client.agents.execute(writer, object("message", "Another")));
    auto const refused = run(client.executions.get_pending_approval(second.execution_id));
    run(client.approvals.decide(refused.id, pr::approval_decision::rejected));
    EXPECT_EQ(run(client.executions.get(second.execution_id)).status, pr::execution_status::rejected);
    EXPECT_THROW(run(pr::collect(client.executions.stream(second.execution_id))), pr::error);
}

TEST_F(emulated, guardrails) {
    auto const made = run(client.guardrails.create(
        triage, "input", "ban_words", pr::guardrail_options().config(object("words", corun::array("password")))));
    EXPECT_EQ(made.action, pr::guardrail_action::block);
    auto const blocked = run(client.agents.execute(triage, object("message", "my PASSWORD is lost")));
    EXPECT_EQ(blocked.status, pr::execution_status::failed);
    EXPECT_EQ(blocked.error, "input blocked by guardrail ban_words");
    EXPECT_EQ(run(client.guardrails.update(made.id, pr::guardrail_options().is_active(false))).is_active, false);
    EXPECT_EQ(run(client.agents.execute(triage, object("message", "my PASSWORD is lost"))).output->at("content"),
        "category: account");
    EXPECT_EQ(run(client.agents.create_guardrail(triage, "output", "pii")).scanner_type, "pii");
    EXPECT_EQ(run(client.agents.list_guardrails(triage)).size(), 2u);
    EXPECT_EQ(run(client.guardrails.list(triage)).size(), 2u);
    run(client.guardrails.remove(made.id));
    EXPECT_EQ(run(client.guardrails.list(triage)).size(), 1u);
}

TEST_F(emulated, memories) {
    auto const found = run(client.memories.search(assistant, "REFUND", {.limit = 5}));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].content, "Refunds take five working days");
    EXPECT_EQ(found[0].access_count, 3);
    EXPECT_EQ(run(client.agents.search_memories(assistant, "e")).size(), 4u) << "shorter than a trigram";
    EXPECT_TRUE(run(client.memories.search(assistant, "\"five\" OR *")).empty());
    auto const made = run(client.memories.create(assistant, "Tea is kept dry", "fact"));
    EXPECT_EQ(made.importance, 0.5);
    EXPECT_EQ(run(client.memories.update(made.id, pr::memory_changes().content("Tea is kept cool"))).content,
        "Tea is kept cool");
    EXPECT_EQ(run(client.memories.search(assistant, "cool")).size(), 1u);
    EXPECT_TRUE(run(client.memories.search(assistant, "dry")).empty());
    EXPECT_EQ(run(client.memories.get(made.id)).access_count, 1);
    EXPECT_EQ(
        run(client.agents.create_memory(assistant, "Another", "fact", pr::memory_options().importance(0.9))).importance,
        0.9);
    EXPECT_EQ(all(client.memories.list(assistant, {.limit = 2})).size(), 6u);
    EXPECT_EQ(all(client.agents.list_memories(assistant)).size(), 6u);
    run(client.memories.remove(made.id));
    EXPECT_EQ(run(client.memories.delete_all(assistant)).deleted, 5);
    EXPECT_EQ(run(client.agents.delete_all_memories(assistant)).deleted, 0);
}

TEST_F(emulated, data_sources_and_credentials) {
    std::string const orders = "3BsourceOrders0000000000001";
    auto const rows = run(client.data_sources.query(orders, object("number", 42)));
    ASSERT_EQ(rows.row_count, 1);
    EXPECT_EQ(rows.rows.at(0).at(1), "Grace");
    EXPECT_EQ(run(client.data_sources.execute(orders, object("number", "42 OR 1=1"))).row_count, 0)
        << "bound, not spliced";
    EXPECT_THROW(run(client.data_sources.query(orders)), pr::validation_error);
    EXPECT_EQ(run(client.data_sources.preview_query(orders, "SELECT count(*) FROM orders")).rows.at(0).at(0), 5);
    EXPECT_EQ(run(client.data_sources.preview_query(
                      orders, "SELECT item FROM orders WHERE customer = '{{ who }}' ORDER BY id", object("who", "Ada")))
                  .row_count,
        2);
    for (std::string const query : {"DELETE FROM orders", "PRAGMA user_version = 1", "ATTACH '/etc/passwd' AS x",
             "SELECT 1; SELECT 2", "SELECT load_extension('x')",
             "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT sum(n) FROM c"})
        EXPECT_THROW(run(client.data_sources.preview_query(orders, query)), pr::validation_error) << query;
    auto const made = run(client.data_sources.create("mine", "mysql"));
    auto const version = run(client.data_sources.create_version(
        made.id, "1", pr::data_source_version_options().query_template("SELECT {{ x }}").set_current()));
    EXPECT_TRUE(run(client.data_sources.promote_version(made.id, version.id)).is_current);
    EXPECT_EQ(run(client.data_sources.list_versions(made.id)).size(), 1u);
    EXPECT_EQ(run(client.data_sources.query(made.id, object("x", 1))).row_count, 3);
    EXPECT_TRUE(run(client.data_sources.test_connection(made.id)).ok);
    EXPECT_EQ(run(client.data_sources.update(made.id, pr::data_source_changes().name("ours"))).name, "ours");
    EXPECT_EQ(run(client.data_sources.get(made.id)).name, "ours");
    EXPECT_EQ(all(client.data_sources.list()).size(), 3u);
    run(client.data_sources.remove(made.id));

    auto const key = run(client.credentials.create("Spare", "openai", "llm", "sk-very-secret-value"));
    EXPECT_EQ(key.masked_content, "sk-v************alue");
    EXPECT_EQ(run(client.credentials.update(key.id, pr::credential_changes().value("short"))).masked_content, "*****");
    EXPECT_TRUE(run(client.credentials.set_default(key.id)).is_default);
    EXPECT_FALSE(run(client.credentials.get("3BcredentialOpen00000000001")).is_default);
    EXPECT_TRUE(run(client.credentials.check_connection(key.id)).ok);
    EXPECT_EQ(all(client.credentials.list()).size(), 5u);
    run(client.credentials.remove(key.id));
}

TEST_F(emulated, tools_and_templates) {
    EXPECT_EQ(all(client.mcp_tools.list()).size(), 6u);
    std::string const math = "3BtoolMath00000000000000001";
    EXPECT_TRUE(run(client.mcp_tools.discover_tools(math)).tools.at(0).input_schema);
    EXPECT_EQ(run(client.mcp_tools.call_tool(math, "math", object("expression", "2 + 3 * (4 - 1)"))).content.at(0).text,
        "11");
    EXPECT_TRUE(run(client.mcp_tools.call_tool(math, "math", object("expression", "2 +"))).is_error);
    EXPECT_TRUE(run(client.mcp_tools.call_tool(math, "nothing")).is_error);
    auto const made = run(client.mcp_tools.create("mine", "api", pr::mcp_tool_options().config(object("url", "u"))));
    EXPECT_EQ(made.status, pr::tool_status::active);
    EXPECT_FALSE(run(client.mcp_tools.update(made.id, pr::mcp_tool_changes().is_active(false))).is_active);
    EXPECT_EQ(run(client.mcp_tools.get(made.id)).config.at("url"), "u");
    run(client.mcp_tools.remove(made.id));

    EXPECT_EQ(all(client.mcp_templates.list({.search = "cal", .is_active = true})).size(), 1u);
    auto const calendar = run(client.mcp_templates.get_by_slug("calendar"));
    EXPECT_EQ(run(client.mcp_templates.get(calendar.id)).slug, "calendar");
    std::map<std::string, std::string> const parameters{{"token", "a-secret-token"}};
    auto const installed = run(client.mcp_templates.install("calendar", "my calendar", parameters));
    EXPECT_EQ(installed.template_id, calendar.id);
    EXPECT_EQ(installed.config.at("token"), "a-se******oken");
    EXPECT_THROW(run(client.mcp_templates.install("calendar", "another")), pr::validation_error);

    auto const templates = all(client.templates.list({.status = "published"}));
    ASSERT_EQ(templates.size(), 3u);
    EXPECT_EQ(run(client.templates.get(templates[0].id)).name, templates[0].name);
    EXPECT_EQ(all(client.llm_models.list()).size(), 42u);
    EXPECT_EQ(all(client.llm_models.list({.provider = "openai"})).size(), 6u);
    EXPECT_EQ(run(client.llm_models.list_available()).size(), 11u);
}

TEST_F(emulated, scores) {
    auto const trace = run(client.agents.execute(triage, object("message", "x"))).trace_id;
    auto const made = run(client.scores.create(pr::score_spec(trace, "quality").numeric(4.5).source("manual")));
    run(client.scores.create(pr::score_spec(trace, "quality").numeric(3.5)));
    run(client.scores.create(pr::score_spec(trace, "tone").categorical("warm")));
    EXPECT_EQ(all(client.scores.list({.trace_id = trace, .data_type = "numeric"})).size(), 2u);
    EXPECT_EQ(run(client.scores.get(made.id)).value, 4.5);
    EXPECT_EQ(run(client.scores.get_aggregates({.name = "quality"})).at(0).avg, 4.0);
    EXPECT_EQ(run(client.scores.update(made.id, pr::score_changes().value(5).comment("better"))).comment, "better");
    EXPECT_EQ(run(client.scores.get_aggregates()).size(), 2u);
    run(client.scores.remove(made.id));
    auto const config =
        run(client.scores.create_config("quality", pr::score_config_options().min_value(0).max_value(5)));
    EXPECT_EQ(run(client.scores.get_config(config.id)).max_value, 5);
    EXPECT_FALSE(run(client.scores.update_config(config.id, pr::score_config_changes().is_active(false))).is_active);
    EXPECT_EQ(all(client.scores.list_configs()).size(), 1u);
    run(client.scores.delete_config(config.id));
    EXPECT_THROW(run(client.scores.get_config(config.id)), pr::not_found_error);
}

TEST_F(emulated, between_agents) {
    EXPECT_EQ(run(client.a2a.get_agent_card(triage)).version, "1.1.0");
    auto const done = run(client.a2a.send_message(triage, "My parcel is late", {.context_id = "ctx-7"}));
    EXPECT_EQ(done.status->state, pr::task_state::completed);
    EXPECT_EQ(done.artifacts.at(0).parts.at(0).text, "category: delivery");
    auto const started =
        run(client.a2a.send_message(triage, "A question without a stored answer", {.blocking = false}));
    EXPECT_EQ(started.status->state, pr::task_state::working);
    EXPECT_EQ(run(client.a2a.cancel_task(started.id)).status->state, pr::task_state::canceled);
    EXPECT_EQ(run(client.a2a.get_task(started.id)).status->state, pr::task_state::canceled);
    EXPECT_EQ(all(client.a2a.list_tasks({.context_id = "ctx-7"})).size(), 1u);
    EXPECT_EQ(all(client.a2a.list_tasks({.status = "canceled"})).size(), 1u);
    try {
        run(client.a2a.cancel_task(done.id));
        ADD_FAILURE();
    } catch (pr::a2a_error const& e) {
        EXPECT_EQ(e.rpc_code(), -32002);
    }
    EXPECT_THROW(run(client.a2a.get_task("nope")), pr::a2a_error);
    EXPECT_THROW(run(client.a2a.get_agent_card("nope")), pr::not_found_error);
}

TEST_F(emulated, hooks) {
    auto const open = run(client.webhook_triggers.create("crm", triage));
    EXPECT_EQ(open.token.substr(0, 8), open.token_prefix);
    EXPECT_EQ(run(client.webhook_triggers.get(open.id)).token, "");
    auto const ran = run(client.webhook_triggers.invoke(open.token, object("message", "my parcel")));
    EXPECT_EQ(ran.output->at("content"), "category: delivery");
    EXPECT_EQ(ran.input, object("message", "my parcel"));
    EXPECT_TRUE(run(client.webhook_triggers.get(open.id)).last_used_at);

    auto const closed = run(client.webhook_triggers.create("signed", triage, true));
    ASSERT_TRUE(closed.secret);
    EXPECT_EQ(run(client.webhook_triggers.invoke(closed.token, object("message", "x"), *closed.secret)).status,
        pr::execution_status::completed);
    EXPECT_THROW(
        run(client.webhook_triggers.invoke(closed.token, object("message", "x"), "wrong")), pr::unauthorized_error);
    EXPECT_THROW(run(client.webhook_triggers.invoke(closed.token, object("message", "x"))), pr::unauthorized_error);
    EXPECT_FALSE(run(client.webhook_triggers.update(open.id, pr::trigger_changes().is_active(false))).is_active);
    EXPECT_THROW(run(client.webhook_triggers.invoke(open.token, object("message", "x"))), pr::validation_error);
    EXPECT_EQ(all(client.webhook_triggers.list({.agent_id = triage})).size(), 2u);
    run(client.webhook_triggers.remove(open.id));
    EXPECT_THROW(run(client.webhook_triggers.invoke(open.token, {})), pr::not_found_error);
}

// wire/promptrails §8: every kind of agent is really run.
TEST_F(emulated, every_kind_of_agent) {
    auto const said = [&](std::string_view id, json::object const& input) {
        auto const result = run(client.agents.execute(id, input));
        EXPECT_EQ(result.status, pr::execution_status::completed) << result.error;
        return std::string(result.output->at("content").as_string());
    };
    auto const chain = said("3BchainAgent000000000000001", object("topic", "tea"));
    EXPECT_NE(chain.find("Polish this:"), std::string::npos) << chain;
    EXPECT_NE(chain.find("Write about tea."), std::string::npos) << chain;
    auto const panel = said("3BpanelAgent000000000000001", object("topic", "tea"));
    EXPECT_NE(panel.find("facts: "), std::string::npos);
    EXPECT_NE(panel.find("\ncritic: "), std::string::npos);
    EXPECT_NE(said("3BflowAgent0000000000000001", object("topic", "tea")).find("Sum up:"), std::string::npos);
    EXPECT_EQ(said("3BdeskAgent0000000000000001", object("message", "hello")), "Hi, how can I help?");
    EXPECT_THROW(run(client.agents.execute("3BchainAgent000000000000001", {})), pr::validation_error);
    EXPECT_EQ(all(client.executions.list()).size(), 4u) << "what cannot start is not stored";
}

}  // namespace
