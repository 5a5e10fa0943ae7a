// What every method sends, byte by byte.

#include "fixture.hpp"

#include <corun/observer.hpp>

#include <functional>
#include <limits>

namespace {

using namespace test;
using corun::array;
using corun::object;

std::string const head =
    " HTTP/1.1\r\nHost: api.example.test\r\nX-API-Key: pr_key_example\r\nAccept: application/json\r\n"
    "Content-Type: application/json\r\nUser-Agent: promptrails-cpp/" +
    std::string(pr::version) + "\r\n";

struct sent_case {
    std::string name;
    std::string first_line;
    std::string body;  // "-": none
    std::function<void(scripted&)> call;
    friend std::ostream& operator<<(std::ostream& out, sent_case const& c) { return out << c.first_line; }
};

template <class Pager>
void first(scripted& s, Pager pager) {
    s.runtime.run(pager.next());
}

#define RUN(expression) [](scripted& s) { s.run(s.client.expression); }
#define FIRST(expression) [](scripted& s) { first(s, s.client.expression); }

std::vector<sent_case> const& cases() {
    static std::string const paged = "?page=1&limit=20";
    static json::object const schema = object("type", "object");
    static std::vector<sent_case> const all{
        {"agents_list", "GET /api/v1/agents" + paged, "-", FIRST(agents.list())},
        {"agents_list_filtered", "GET /api/v1/agents?type=multi_agent&name=a%26b&page=2&limit=100", "-",
         FIRST(agents.list({.page = 2, .limit = 100, .type = pr::agent_type::multi_agent, .name = "a&b"}))},
        {"agents_get", "GET /api/v1/agents/a%2F..%3F%23%20%C3%A9", "-", RUN(agents.get("a/..?# é"))},
        {"agents_create", "POST /api/v1/agents", R"({"name":"n","type":"simple","description":""})",
         RUN(agents.create("n", "simple"))},
        {"agents_create_full", "POST /api/v1/agents",
         R"({"name":"n","type":"chain","description":"d","template_id":"t"})",
         RUN(agents.create("n", pr::agent_type::chain, "d", "t"))},
        {"agents_update", "PATCH /api/v1/agents/a", R"({"name":"n","status":"archived","labels":["x","y"]})",
         [](scripted& s) {
             std::vector<std::string> const labels{"x", "y"};
             s.run(s.client.agents.update("a", pr::agent_changes().name("n").status("archived").labels(labels)));
         }},
        {"agents_update_nothing", "PATCH /api/v1/agents/a", "{}", RUN(agents.update("a", pr::agent_changes()))},
        {"agents_delete", "DELETE /api/v1/agents/a", "-", RUN(agents.remove("a"))},
        {"agents_execute", "POST /api/v1/agents/a/execute", R"({"input":{}})", RUN(agents.execute("a", {}))},
        {"agents_execute_full", "POST /api/v1/agents/a/execute",
         R"({"input":{"message":"Hello"},"metadata":{"source":"api"},"session_id":"s","version_id":"v","sync":false})",
         RUN(agents.execute("a", object("message", "Hello"),
                            pr::execute_options().metadata(object("source", "api")).session_id("s").version_id("v").sync(false)))},
        {"agents_execute_empty_session", "POST /api/v1/agents/a/execute", R"({"input":{}})",
         RUN(agents.execute("a", {}, pr::execute_options().session_id("")))},
        {"agents_list_versions", "GET /api/v1/agents/a/versions", "-", RUN(agents.list_versions("a"))},
        {"agents_create_version", "POST /api/v1/agents/a/versions",
         R"({"version":"1.0.0","config":{"type":"simple","prompt_id":"p1","approval_required":false},"set_current":false})",
         RUN(agents.create_version("a", "1.0.0", pr::simple_agent_config("p1")))},
        {"agents_create_version_full", "POST /api/v1/agents/a/versions",
         R"({"version":"1","config":{"type":"multi_agent","prompt_ids":[{"prompt_id":"p","role":"r","sort_order":2}]},"set_current":true,"input_schema":{"type":"object"},"output_schema":{"type":"object"},"message":"m"})",
         RUN(agents.create_version(
             "a", "1", pr::multi_agent_config().link("p", "r", 2),
             pr::agent_version_options().set_current().input_schema(schema).output_schema(schema).message("m")))},
        {"agents_create_version_json", "POST /api/v1/agents/a/versions",
         R"({"version":"1","config":{"type":"agent","prompt_id":"p"},"set_current":false})",
         RUN(agents.create_version("a", "1", object("type", "agent", "prompt_id", "p")))},
        {"agents_promote_version", "PUT /api/v1/agents/a/versions/v/promote", "{}", RUN(agents.promote_version("a", "v"))},
        {"agents_preview", "POST /api/v1/agents/a/preview", R"({"input":{"x":1}})", RUN(agents.preview("a", object("x", 1)))},
        {"agents_preview_version", "POST /api/v1/agents/a/preview", R"({"input":{},"version_id":"v"})",
         RUN(agents.preview("a", {}, "v"))},
        {"agents_list_guardrails", "GET /api/v1/agents/a/guardrails", "-", RUN(agents.list_guardrails("a"))},
        {"agents_create_guardrail", "POST /api/v1/agents/a/guardrails",
         R"({"type":"input","scanner_type":"pii","action":"block"})", RUN(agents.create_guardrail("a", "input", "pii"))},
        {"agents_create_guardrail_full", "POST /api/v1/agents/a/guardrails",
         R"({"type":"output","scanner_type":"pii","action":"redact","config":{"k":1},"is_active":false,"sort_order":3})",
         RUN(agents.create_guardrail("a", pr::guardrail_type::output, "pii",
                                     pr::guardrail_options().action("redact").config(object("k", 1)).is_active(false).sort_order(3)))},
        {"agents_list_memories", "GET /api/v1/agents/a/memories" + paged, "-", FIRST(agents.list_memories("a"))},
        {"agents_create_memory", "POST /api/v1/agents/a/memories", R"({"content":"c","memory_type":"fact"})",
         RUN(agents.create_memory("a", "c", "fact"))},
        {"agents_create_memory_full", "POST /api/v1/agents/a/memories",
         R"({"content":"c","memory_type":"fact","importance":2.5E-1,"metadata":{"k":1},"chat_session_id":"s"})",
         RUN(agents.create_memory("a", "c", "fact",
                                  pr::memory_options().importance(0.25).metadata(object("k", 1)).chat_session_id("s")))},
        {"agents_search_memories", "POST /api/v1/agents/a/memories/search", R"({"query":"q","threshold":5E-1,"limit":5})",
         RUN(agents.search_memories("a", "q", {.limit = 5, .threshold = 0.5}))},
        {"agents_delete_all_memories", "DELETE /api/v1/agents/a/memories", "-", RUN(agents.delete_all_memories("a"))},

        {"prompts_list", "GET /api/v1/prompts" + paged, "-", FIRST(prompts.list())},
        {"prompts_get", "GET /api/v1/prompts/p", "-", RUN(prompts.get("p"))},
        {"prompts_create", "POST /api/v1/prompts", R"({"name":"n","description":""})", RUN(prompts.create("n"))},
        {"prompts_update", "PATCH /api/v1/prompts/p", R"({"description":"d","status":"archived"})",
         RUN(prompts.update("p", pr::prompt_changes().description("d").status("archived")))},
        {"prompts_delete", "DELETE /api/v1/prompts/p", "-", RUN(prompts.remove("p"))},
        {"prompts_list_versions", "GET /api/v1/prompts/p/versions", "-", RUN(prompts.list_versions("p"))},
        {"prompts_create_version", "POST /api/v1/prompts/p/versions",
         R"({"user_prompt":"u","system_prompt":"","set_current":false})", RUN(prompts.create_version("p", "u"))},
        {"prompts_create_version_full", "POST /api/v1/prompts/p/versions",
         R"({"user_prompt":"u","system_prompt":"s","set_current":true,"version":"2","llm_model_id":"m","fallback_llm_model_id":"f","temperature":5E-1,"max_tokens":10,"top_p":1E0,"input_schema":{"type":"object"},"output_schema":{"type":"object"},"config":{"c":1},"message":"m","cache_timeout":60})",
         RUN(prompts.create_version("p", "u",
                                    pr::prompt_version_options().version("2").system_prompt("s").set_current().llm_model_id("m")
                                        .fallback_llm_model_id("f").temperature(0.5).max_tokens(10).top_p(1).input_schema(schema)
                                        .output_schema(schema).config(object("c", 1)).message("m").cache_timeout(1min)))},
        {"prompts_promote_version", "PUT /api/v1/prompts/p/versions/v/promote", "{}", RUN(prompts.promote_version("p", "v"))},
        {"prompts_preview", "POST /api/v1/prompts/p/preview", R"({"input":{"a":1},"version_id":"v"})",
         RUN(prompts.preview("p", object("a", 1), "v"))},
        {"prompts_run_prompt", "POST /api/v1/prompts/p/run", R"({"user_prompt":"u","llm_model_id":"m"})",
         RUN(prompts.run_prompt("p", pr::run_prompt_request("u", "m")))},
        {"prompts_execute", "POST /api/v1/prompts/p/run",
         R"({"user_prompt":"u","llm_model_id":"m","system_prompt":"s","fallback_llm_model_id":"f","temperature":1E0,"max_tokens":1,"top_p":1E0,"top_k":4,"input":{"i":1},"output_schema":{"type":"object"},"tools":["t"],"initial_messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"}],"credential_id":"c","cache_timeout":1,"reasoning_effort":"low","web_search":true,"prompt_caching":true})",
         [](scripted& s) {
             std::vector<std::string> const tools{"t"};
             s.run(s.client.prompts.execute(
                 "p", pr::run_prompt_request("u", "m").system_prompt("s").fallback_llm_model_id("f").temperature(1)
                          .max_tokens(1).top_p(1).top_k(4).input(object("i", 1)).output_schema(schema).tools(tools)
                          .initial_message("user", "x").initial_message("assistant", "y").credential_id("c")
                          .cache_timeout(1s).reasoning_effort("low").web_search().prompt_caching()));
         }},

        {"executions_list", "GET /api/v1/executions?agent_id=a&session_id=s&status=failed&page=1&limit=20", "-",
         FIRST(executions.list({.agent_id = "a", .session_id = "s", .status = "failed"}))},
        {"executions_get", "GET /api/v1/executions/e", "-", RUN(executions.get("e"))},
        {"executions_get_pending_approval", "GET /api/v1/executions/e/pending-approval", "-",
         RUN(executions.get_pending_approval("e"))},

        {"credentials_list", "GET /api/v1/credentials" + paged, "-", FIRST(credentials.list())},
        {"credentials_get", "GET /api/v1/credentials/c", "-", RUN(credentials.get("c"))},
        {"credentials_create", "POST /api/v1/credentials",
         R"({"name":"n","type":"openai","category":"llm","value":"v","description":"","is_default":false})",
         RUN(credentials.create("n", "openai", "llm", "v"))},
        {"credentials_create_full", "POST /api/v1/credentials",
         R"({"name":"n","type":"openai","category":"llm","value":"v","description":"d","is_default":true,"schema_type":"t"})",
         RUN(credentials.create("n", "openai", pr::credential_category::llm, "v",
                                pr::credential_options().description("d").is_default().schema_type("t")))},
        {"credentials_update", "PATCH /api/v1/credentials/c", R"({"name":"n","description":"d","value":"v","is_default":true})",
         RUN(credentials.update("c", pr::credential_changes().name("n").description("d").value("v").is_default(true)))},
        {"credentials_delete", "DELETE /api/v1/credentials/c", "-", RUN(credentials.remove("c"))},
        {"credentials_set_default", "POST /api/v1/credentials/c/set-default", "-", RUN(credentials.set_default("c"))},
        {"credentials_check_connection", "POST /api/v1/credentials/c/check", "-", RUN(credentials.check_connection("c"))},

        {"data_sources_list", "GET /api/v1/data-sources" + paged, "-", FIRST(data_sources.list())},
        {"data_sources_get", "GET /api/v1/data-sources/d", "-", RUN(data_sources.get("d"))},
        {"data_sources_create", "POST /api/v1/data-sources", R"({"name":"n","type":"mysql"})",
         RUN(data_sources.create("n", "mysql"))},
        {"data_sources_create_described", "POST /api/v1/data-sources", R"({"name":"n","type":"mysql","description":"d"})",
         RUN(data_sources.create("n", "mysql", "d"))},
        {"data_sources_update", "PATCH /api/v1/data-sources/d", R"({"name":"n","description":"d","status":"s"})",
         RUN(data_sources.update("d", pr::data_source_changes().name("n").description("d").status("s")))},
        {"data_sources_delete", "DELETE /api/v1/data-sources/d", "-", RUN(data_sources.remove("d"))},
        {"data_sources_list_versions", "GET /api/v1/data-sources/d/versions", "-", RUN(data_sources.list_versions("d"))},
        {"data_sources_create_version", "POST /api/v1/data-sources/d/versions",
         R"({"version":"1","query_template":"","set_current":false})", RUN(data_sources.create_version("d", "1"))},
        {"data_sources_create_version_full", "POST /api/v1/data-sources/d/versions",
         R"({"version":"1","query_template":"select 1","set_current":true,"credential_id":"c","connection_config":{"host":"h"},"parameters":[{"name":"x"}],"message":"m","cache_timeout":5,"output_format":"csv"})",
         RUN(data_sources.create_version("d", "1",
                                         pr::data_source_version_options().query_template("select 1").set_current()
                                             .credential_id("c").connection_config(object("host", "h"))
                                             .parameters(array(object("name", "x"))).message("m").cache_timeout(5s)
                                             .output_format("csv")))},
        {"data_sources_promote_version", "PUT /api/v1/data-sources/d/versions/v/promote", "{}",
         RUN(data_sources.promote_version("d", "v"))},
        {"data_sources_preview_query", "POST /api/v1/data-sources/d/preview-query", R"({"query_template":"q"})",
         RUN(data_sources.preview_query("d", "q"))},
        {"data_sources_preview_query_bound", "POST /api/v1/data-sources/d/preview-query",
         R"({"query_template":"q","parameters":{"x":1}})", RUN(data_sources.preview_query("d", "q", object("x", 1)))},
        {"data_sources_test_connection", "POST /api/v1/data-sources/d/test-connection", "-",
         RUN(data_sources.test_connection("d"))},
        {"data_sources_query", "POST /api/v1/data-sources/d/query", "{}", RUN(data_sources.query("d"))},
        {"data_sources_execute", "POST /api/v1/data-sources/d/query", R"({"parameters":{"x":1}})",
         RUN(data_sources.execute("d", object("x", 1)))},

        {"chat_list_sessions", "GET /api/v1/chat/sessions" + paged, "-", FIRST(chat.list_sessions())},
        {"chat_get_session", "GET /api/v1/chat/sessions/s", "-", RUN(chat.get_session("s"))},
        {"chat_create_session", "POST /api/v1/chat/sessions", R"({"agent_id":"a"})", RUN(chat.create_session("a"))},
        {"chat_create_session_full", "POST /api/v1/chat/sessions", R"({"agent_id":"a","title":"t","metadata":{"k":1}})",
         RUN(chat.create_session("a", pr::chat_session_options().title("t").metadata(object("k", 1))))},
        {"chat_create_session_empty_title", "POST /api/v1/chat/sessions", R"({"agent_id":"a"})",
         RUN(chat.create_session("a", pr::chat_session_options().title("")))},
        {"chat_delete_session", "DELETE /api/v1/chat/sessions/s", "-", RUN(chat.delete_session("s"))},
        {"chat_list_messages", "GET /api/v1/chat/sessions/s/messages" + paged, "-", FIRST(chat.list_messages("s"))},
        {"chat_send_message", "POST /api/v1/chat/sessions/s/messages", R"({"content":"hi"})",
         RUN(chat.send_message("s", "hi"))},

        {"sessions_list", "GET /api/v1/sessions" + paged, "-", FIRST(sessions.list())},
        {"sessions_get", "GET /api/v1/sessions/s", "-", RUN(sessions.get("s"))},

        {"memories_list", "GET /api/v1/agents/a/memories?page=2&limit=1", "-", FIRST(memories.list("a", {.page = 2, .limit = 1}))},
        {"memories_get", "GET /api/v1/memories/m", "-", RUN(memories.get("m"))},
        {"memories_create", "POST /api/v1/agents/a/memories", R"({"content":"c","memory_type":"fact"})",
         RUN(memories.create("a", "c", "fact"))},
        {"memories_update", "PATCH /api/v1/memories/m", R"({"content":"c","memory_type":"t","importance":1E0,"metadata":{}})",
         RUN(memories.update("m", pr::memory_changes().content("c").memory_type("t").importance(1).metadata({})))},
        {"memories_delete", "DELETE /api/v1/memories/m", "-", RUN(memories.remove("m"))},
        {"memories_search", "POST /api/v1/agents/a/memories/search", R"({"query":"q","limit":5})",
         RUN(memories.search("a", "q", {.limit = 5}))},
        {"memories_search_plain", "POST /api/v1/agents/a/memories/search", R"({"query":"q"})", RUN(memories.search("a", "q"))},
        {"memories_delete_all", "DELETE /api/v1/agents/a/memories", "-", RUN(memories.delete_all("a"))},

        {"traces_list", "GET /api/v1/traces" + paged, "-", FIRST(traces.list())},
        {"traces_list_filtered",
         "GET /api/v1/traces?trace_id=t&kind=llm&agent_id=a&status=error&level=debug&model_name=m&session_id=s&execution_id=e"
         "&date_from=2026-01-01&date_to=2026-02-01&page=1&limit=20",
         "-", FIRST(traces.list({.trace_id = "t", .kind = pr::span_kind::llm, .agent_id = "a", .status = "error",
                                 .level = "debug", .model_name = "m", .session_id = "s", .execution_id = "e",
                                 .date_from = "2026-01-01", .date_to = "2026-02-01"}))},
        {"traces_get_by_trace_id", "GET /api/v1/traces/t", "-", RUN(traces.get_by_trace_id("t"))},

        {"costs_get_summary", "GET /api/v1/costs/summary", "-", RUN(costs.get_summary())},
        {"costs_get_summary_range", "GET /api/v1/costs/summary?from=2026-01-01&to=2026-01-31", "-",
         RUN(costs.get_summary({.from_date = "2026-01-01", .to_date = "2026-01-31"}))},
        {"costs_get_agent_summary", "GET /api/v1/costs/agents/a?to=2026-01-31", "-",
         RUN(costs.get_agent_summary("a", {.to_date = "2026-01-31"}))},

        {"mcp_tools_list", "GET /api/v1/mcp-tools" + paged, "-", FIRST(mcp_tools.list())},
        {"mcp_tools_get", "GET /api/v1/mcp-tools/t", "-", RUN(mcp_tools.get("t"))},
        {"mcp_tools_create", "POST /api/v1/mcp-tools", R"({"name":"n","type":"builtin"})", RUN(mcp_tools.create("n", "builtin"))},
        {"mcp_tools_create_full", "POST /api/v1/mcp-tools",
         R"({"name":"n","type":"api","description":"d","config":{"url":"u"},"schema":{"type":"object"},"credential_id":"c","template_id":"t","status":"inactive"})",
         RUN(mcp_tools.create("n", "api",
                              pr::mcp_tool_options().description("d").config(object("url", "u")).schema(schema)
                                  .credential_id("c").template_id("t").status("inactive")))},
        {"mcp_tools_update", "PATCH /api/v1/mcp-tools/t",
         R"({"name":"n","description":"d","type":"api","status":"active","credential_id":"c","template_id":"t","config":{},"schema":{},"is_active":false})",
         RUN(mcp_tools.update("t", pr::mcp_tool_changes().name("n").description("d").type("api").status("active")
                                       .credential_id("c").template_id("t").config({}).schema({}).is_active(false)))},
        {"mcp_tools_delete", "DELETE /api/v1/mcp-tools/t", "-", RUN(mcp_tools.remove("t"))},
        {"mcp_tools_discover_tools", "POST /api/v1/mcp-tools/t/discover", "-", RUN(mcp_tools.discover_tools("t"))},
        {"mcp_tools_call_tool", "POST /api/v1/mcp-tools/t/call", R"({"tool_name":"n"})", RUN(mcp_tools.call_tool("t", "n"))},
        {"mcp_tools_call_tool_arguments", "POST /api/v1/mcp-tools/t/call", R"({"tool_name":"n","arguments":{"x":1}})",
         RUN(mcp_tools.call_tool("t", "n", object("x", 1)))},

        {"mcp_templates_list", "GET /api/v1/mcp-templates?category=c&type=t&search=s&is_active=true&page=1&limit=20", "-",
         FIRST(mcp_templates.list({.category = "c", .type = "t", .search = "s", .is_active = true}))},
        {"mcp_templates_get", "GET /api/v1/mcp-templates/t", "-", RUN(mcp_templates.get("t"))},
        {"mcp_templates_get_by_slug", "GET /api/v1/mcp-templates/slug/s", "-", RUN(mcp_templates.get_by_slug("s"))},
        {"mcp_templates_install", "POST /api/v1/mcp-templates/slug/s/install", R"({"name":"n"})",
         RUN(mcp_templates.install("s", "n"))},
        {"mcp_templates_install_parameters", "POST /api/v1/mcp-templates/slug/s/install",
         R"({"name":"n","parameters":{"key":"v"}})",
         [](scripted& s) {
             std::map<std::string, std::string> const values{{"key", "v"}};
             s.run(s.client.mcp_templates.install("s", "n", values));
         }},

        {"guardrails_list", "GET /api/v1/agents/a/guardrails", "-", RUN(guardrails.list("a"))},
        {"guardrails_create", "POST /api/v1/agents/a/guardrails",
         R"({"type":"input","scanner_type":"pii","action":"block"})", RUN(guardrails.create("a", "input", "pii"))},
        {"guardrails_update", "PATCH /api/v1/guardrails/g", R"({"action":"log","config":{},"is_active":true,"sort_order":1})",
         RUN(guardrails.update("g", pr::guardrail_options().action("log").config({}).is_active(true).sort_order(1)))},
        {"guardrails_delete", "DELETE /api/v1/guardrails/g", "-", RUN(guardrails.remove("g"))},

        {"approvals_list", "GET /api/v1/approvals?status=pending&page=1&limit=20", "-",
         FIRST(approvals.list({.status = "pending"}))},
        {"approvals_get", "GET /api/v1/approvals/a", "-", RUN(approvals.get("a"))},
        {"approvals_decide", "POST /api/v1/approvals/a/decide", R"({"decision":"approved","reason":"Looks good"})",
         RUN(approvals.decide("a", "approved", "Looks good"))},
        {"approvals_decide_plain", "POST /api/v1/approvals/a/decide", R"({"decision":"rejected"})",
         RUN(approvals.decide("a", pr::approval_decision::rejected))},

        {"scores_list", "GET /api/v1/scores?trace_id=t&name=n&source=s&data_type=boolean&config_id=c&page=1&limit=20", "-",
         FIRST(scores.list({.trace_id = "t", .name = "n", .source = "s", .data_type = "boolean", .config_id = "c"}))},
        {"scores_get", "GET /api/v1/scores/s", "-", RUN(scores.get("s"))},
        {"scores_create", "POST /api/v1/scores",
         R"({"data_type":"numeric","source":"manual","trace_id":"t","name":"quality","value":4.5E0})",
         RUN(scores.create(pr::score_spec("t", "quality").numeric(4.5).source("manual")))},
        {"scores_create_plain", "POST /api/v1/scores", R"({"data_type":"numeric","source":"api","trace_id":"t","name":"n"})",
         RUN(scores.create(pr::score_spec("t", "n")))},
        {"scores_create_full", "POST /api/v1/scores",
         R"({"data_type":"categorical","source":"api","trace_id":"t","name":"n","string_value":"good","span_id":"sp","config_id":"c","comment":"k","execution_id":"e","agent_id":"a"})",
         RUN(scores.create(pr::score_spec("t", "n").categorical("good").span_id("sp").config_id("c").comment("k")
                               .execution_id("e").agent_id("a")))},
        {"scores_create_empty_texts", "POST /api/v1/scores",
         R"({"data_type":"boolean","source":"api","trace_id":"t","name":"n","bool_value":true})",
         RUN(scores.create(pr::score_spec("t", "n").boolean(true).span_id("").config_id("").comment("")))},
        {"scores_update", "PATCH /api/v1/scores/s", R"({"value":1E0,"string_value":"x","bool_value":false,"comment":"c"})",
         RUN(scores.update("s", pr::score_changes().value(1).string_value("x").bool_value(false).comment("c")))},
        {"scores_delete", "DELETE /api/v1/scores/s", "-", RUN(scores.remove("s"))},
        {"scores_get_aggregates", "GET /api/v1/scores/aggregates?trace_id=t&name=n", "-",
         RUN(scores.get_aggregates({.trace_id = "t", .name = "n"}))},
        {"scores_list_configs", "GET /api/v1/score-configs" + paged, "-", FIRST(scores.list_configs())},
        {"scores_get_config", "GET /api/v1/score-configs/c", "-", RUN(scores.get_config("c"))},
        {"scores_create_config", "POST /api/v1/score-configs", R"({"name":"n","data_type":"numeric"})",
         RUN(scores.create_config("n", pr::score_config_options().categories({})))},
        {"scores_create_config_full", "POST /api/v1/score-configs",
         R"({"name":"n","data_type":"categorical","min_value":0E0,"max_value":5E0,"categories":[{"label":"good"}],"description":"d"})",
         RUN(scores.create_config("n", pr::score_config_options().data_type("categorical").min_value(0).max_value(5)
                                           .categories(array(object("label", "good"))).description("d")))},
        {"scores_update_config", "PATCH /api/v1/score-configs/c", R"({"name":"n","is_active":false})",
         RUN(scores.update_config("c", pr::score_config_changes().name("n").is_active(false)))},
        {"scores_delete_config", "DELETE /api/v1/score-configs/c", "-", RUN(scores.delete_config("c"))},

        {"templates_list", "GET /api/v1/templates?status=published&category=support&page=1&limit=20", "-",
         FIRST(templates.list({.status = "published", .category = "support"}))},
        {"templates_get", "GET /api/v1/templates/t", "-", RUN(templates.get("t"))},

        {"dashboard_get_metrics", "GET /api/v1/dashboard/metrics", "-", RUN(dashboard.get_metrics())},
        {"dashboard_get_metrics_days", "GET /api/v1/dashboard/metrics?days=7", "-", RUN(dashboard.get_metrics(7))},

        {"a2a_get_agent_card", "GET /a2a/agents/a/agent-card.json", "-", RUN(a2a.get_agent_card("a"))},
        {"a2a_send_message", "POST /a2a/agents/a",
         R"({"jsonrpc":"2.0","method":"message/send","params":{"message":{"role":"user","parts":[{"type":"text","text":"hi"}]}},"id":1})",
         RUN(a2a.send_message("a", "hi"))},
        {"a2a_send_message_full", "POST /a2a/agents/a",
         R"({"jsonrpc":"2.0","method":"message/send","params":{"message":{"role":"user","parts":[{"type":"text","text":"hi"}]},"task_id":"t","context_id":"c","configuration":{"blocking":false}},"id":1})",
         RUN(a2a.send_message("a", "hi", {.blocking = false, .task_id = "t", .context_id = "c"}))},
        {"a2a_get_task", "POST /a2a/tasks/get", R"({"jsonrpc":"2.0","method":"tasks/get","params":{"id":"t"},"id":1})",
         RUN(a2a.get_task("t"))},
        {"a2a_cancel_task", "POST /a2a/tasks/cancel",
         R"({"jsonrpc":"2.0","method":"tasks/cancel","params":{"id":"t"},"id":1})", RUN(a2a.cancel_task("t"))},
        {"a2a_list_tasks", "GET /api/v1/a2a/tasks?context_id=c&status=working&page=1&limit=20", "-",
         FIRST(a2a.list_tasks({.context_id = "c", .status = "working"}))},

        {"llm_models_list", "GET /api/v1/llm-models?provider=openai&page=1&limit=20", "-",
         FIRST(llm_models.list({.provider = "openai"}))},
        {"llm_models_list_available", "GET /api/v1/llm-models/available", "-", RUN(llm_models.list_available())},

        {"webhook_triggers_list", "GET /api/v1/webhook-triggers?agent_id=a&page=1&limit=20", "-",
         FIRST(webhook_triggers.list({.agent_id = "a"}))},
        {"webhook_triggers_get", "GET /api/v1/webhook-triggers/t", "-", RUN(webhook_triggers.get("t"))},
        {"webhook_triggers_create", "POST /api/v1/webhook-triggers", R"({"name":"n","agent_id":"a","generate_secret":false})",
         RUN(webhook_triggers.create("n", "a"))},
        {"webhook_triggers_create_secret", "POST /api/v1/webhook-triggers",
         R"({"name":"n","agent_id":"a","generate_secret":true})", RUN(webhook_triggers.create("n", "a", true))},
        {"webhook_triggers_update", "PATCH /api/v1/webhook-triggers/t", R"({"name":"n","is_active":false})",
         RUN(webhook_triggers.update("t", pr::trigger_changes().name("n").is_active(false)))},
        {"webhook_triggers_delete", "DELETE /api/v1/webhook-triggers/t", "-", RUN(webhook_triggers.remove("t"))},
    };
    return all;
}

class sent : public scripted, public ::testing::WithParamInterface<sent_case> {};

TEST_P(sent, as_the_document_has_it) {
    auto const& c = GetParam();
    wire->answer(200, "{}");
    c.call(*this);
    auto const text = wire->wire(0);
    auto const line = text.find(" HTTP/1.1\r\n");
    EXPECT_EQ(text.substr(0, line), c.first_line);
    EXPECT_EQ(text.substr(line, head.size()), head);
    auto const body = text.substr(text.find("\r\n\r\n") + 4);
    if (c.body == "-") {
        EXPECT_EQ(body, "");
    } else {
        EXPECT_EQ(json::parse(body), json::parse(c.body)) << body;
    }
    EXPECT_FALSE(wire->request(0).headers.find("X-Workspace-ID"));
    EXPECT_EQ(wire->count(), 1u);
}

INSTANTIATE_TEST_SUITE_P(methods, sent, ::testing::ValuesIn(cases()), [](auto const& each) { return each.param.name; });

class hook : public scripted {};

TEST_F(hook, carries_no_key_and_is_signed_where_a_secret_is_given) {
    wire->answer(201, "{}").answer(201, "{}");
    run(client.webhook_triggers.invoke("tok", object("message", "new lead")));
    auto const plain = wire->wire(0);
    EXPECT_TRUE(plain.starts_with("POST /hooks/tok HTTP/1.1\r\n")) << plain;
    EXPECT_EQ(plain.find("X-API-Key"), std::string::npos);
    EXPECT_EQ(plain.find("X-PromptRails-Signature"), std::string::npos);
    EXPECT_TRUE(plain.ends_with("\r\n\r\n{\"message\":\"new lead\"}"));

    run(client.webhook_triggers.invoke("tok", object("message", "new lead"), "s3cret"));
    // printf '{"message":"new lead"}' | openssl dgst -sha256 -hmac s3cret
    EXPECT_EQ(wire->request(1).headers.find("X-PromptRails-Signature"),
        "2651ad9573d078183ed4b4a53ab94f8423951b04bcc535581d899036c132359c");
}

TEST_F(hook, shows_no_token_to_observers_and_errors) {
    struct watcher : corun::observer {
        std::string seen;
        void attempt_started(attempt const& a) override { seen += std::string(a.path) + "\n"; }
    };
    auto const watching = std::make_shared<watcher>();
    auto o = options();
    o.observer(watching);
    pr::client const observed(runtime.executor(), o);
    wire->answer(404, R"({"error":{"code":"not_found","message":"invalid webhook token"}})");
    try {
        run(observed.webhook_triggers.invoke("very-secret-token", {}));
        ADD_FAILURE();
    } catch (pr::not_found_error const& e) {
        EXPECT_EQ(std::string(e.what()).find("very-secret-token"), std::string::npos) << e.what();
    }
    EXPECT_EQ(watching->seen, "/hooks/***\n");
}

struct refused_case {
    std::string name;
    std::string message;
    std::function<void(scripted&)> call;
    friend std::ostream& operator<<(std::ostream& out, refused_case const& c) { return out << c.name; }
};

std::vector<refused_case> const& refusals() {
    static double const nan = std::numeric_limits<double>::quiet_NaN();
    static std::vector<refused_case> const all{
        {"empty_id", "an id is empty", RUN(agents.get(""))},
        {"empty_version_id", "an id is empty", RUN(agents.promote_version("a", ""))},
        {"page_zero", "page is below 1", FIRST(agents.list({.page = 0}))},
        {"limit_zero", "limit is not between 1 and 100", FIRST(agents.list({.limit = 0}))},
        {"limit_large", "limit is not between 1 and 100", FIRST(chat.list_messages("s", {.limit = 101}))},
        {"search_limit", "limit is below 1", RUN(memories.search("a", "q", {.limit = 0}))},
        {"agent_type", "type is none of the known ones", RUN(agents.create("n", "simpel"))},
        {"agent_filter", "type is none of the known ones", FIRST(agents.list({.type = "x"}))},
        {"agent_name", "the name is empty", RUN(agents.create("", "simple"))},
        {"agent_status", "status has no value \"gone\"", RUN(agents.update("a", pr::agent_changes().status("gone")))},
        {"agent_changes_name", "the name is empty", RUN(agents.update("a", pr::agent_changes().name("")))},
        {"version_label", "the version is empty", RUN(agents.create_version("a", "", pr::simple_agent_config("p")))},
        {"config_prompt", "the config has no prompt_id",
            RUN(agents.create_version("a", "1", pr::simple_agent_config()))},
        {"config_chain", "the config has no prompts", RUN(agents.create_version("a", "1", pr::chain_agent_config()))},
        {"config_step", "a step of the config lacks its id or its agent_id",
            RUN(agents.create_version("a", "1", pr::composite_agent_config().step(pr::composite_step("s", ""))))},
        {"config_nan", "the config's temperature is not a finite number",
            [](scripted& s) {
                pr::simple_agent_config config("p");
                config.temperature = nan;
                s.run(s.client.agents.create_version("a", "1", config));
            }},
        {"input_nan", "the input holds a number that JSON cannot hold (NaN or infinity)",
            RUN(agents.execute("a", object("x", nan)))},
        {"guardrail_type", "type is none of the known ones", RUN(guardrails.create("a", "in", "pii"))},
        {"guardrail_action", "action has no value \"drop\"",
            RUN(guardrails.create("a", "input", "pii", pr::guardrail_options().action("drop")))},
        {"credential_category", "category is none of the known ones", RUN(credentials.create("n", "t", "llms", "v"))},
        {"credential_value", "the value is empty", RUN(credentials.create("n", "t", "llm", ""))},
        {"decision", "decision is none of the known ones", RUN(approvals.decide("a", "maybe"))},
        {"approval_filter", "status is none of the known ones", FIRST(approvals.list({.status = "open"}))},
        {"trace_kind", "kind is none of the known ones", FIRST(traces.list({.kind = "llms"}))},
        {"effort", "reasoning_effort has no value \"huge\"",
            RUN(prompts.run_prompt("p", pr::run_prompt_request("u", "m").reasoning_effort("huge")))},
        {"run_prompt_model", "the llm_model_id is empty",
            RUN(prompts.run_prompt("p", pr::run_prompt_request("u", "")))},
        {"tool_status", "status has no value \"on\"",
            RUN(mcp_tools.create("n", "api", pr::mcp_tool_options().status("on")))},
        {"score_type", "data_type has no value \"text\"",
            RUN(scores.create(pr::score_spec("t", "n").data_type("text")))},
        {"score_trace", "the trace_id is empty", RUN(scores.create(pr::score_spec("", "n")))},
        {"score_numeric_text", "a numeric score has a value, no string_value or bool_value",
            RUN(scores.create(pr::score_spec("t", "n").string_value("good")))},
        {"score_categorical_number", "a categorical score has a string_value, no value or bool_value",
            RUN(scores.create(pr::score_spec("t", "n").data_type("categorical").value(1)))},
        {"score_boolean_number", "the value of a boolean score is neither 0 nor 1",
            RUN(scores.create(pr::score_spec("t", "n").data_type("boolean").value(0.5)))},
        {"score_boolean_text", "a boolean score has a bool_value, no string_value",
            RUN(scores.create(pr::score_spec("t", "n").data_type("boolean").string_value("yes")))},
        {"score_nan", "the value is not a finite number", RUN(scores.create(pr::score_spec("t", "n").numeric(nan)))},
        {"score_range", "min_value is above max_value",
            RUN(scores.create_config("n", pr::score_config_options().min_value(2).max_value(1)))},
        {"days", "days is below 1", RUN(dashboard.get_metrics(0))},
        {"message", "the content is empty", RUN(chat.send_message("s", ""))},
        {"stream_message", "the content is empty", FIRST(chat.send_message_stream("s", ""))},
        {"task_id", "the task_id is empty", RUN(a2a.get_task(""))},
        {"hook_token", "an id is empty", RUN(webhook_triggers.invoke("", {}))},
    };
    return all;
}

class refused : public scripted, public ::testing::WithParamInterface<refused_case> {};

TEST_P(refused, before_anything_is_sent) {
    try {
        GetParam().call(*this);
        ADD_FAILURE() << "accepted";
    } catch (corun::validation_error const& e) {
        EXPECT_EQ(e.message(), GetParam().message);
        EXPECT_EQ(e.status(), 0);
    }
    EXPECT_EQ(wire->count(), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    input, refused, ::testing::ValuesIn(refusals()), [](auto const& each) { return each.param.name; });

}  // namespace
