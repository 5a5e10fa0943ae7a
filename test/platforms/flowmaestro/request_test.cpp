#include "fixture.hpp"

#include <functional>

namespace {

using namespace test;

std::string const head =
    "HTTP/1.1\r\nHost: api.example.test\r\nAuthorization: Bearer fm_live_key\r\nAccept: application/json\r\n"
    "Content-Type: application/json\r\nUser-Agent: flowmaestro-sdk-cpp/0.1.0\r\n";

struct sent_case {
    std::string name;
    std::string first_line;
    std::string body;  // "-": none
    std::string answer;
    std::function<void(scripted&)> call;
    friend std::ostream& operator<<(std::ostream& out, sent_case const& c) { return out << c.first_line; }
};

template <class Pager>
void first(scripted& s, Pager pager) {
    s.runtime.run(pager.next());
}

std::vector<sent_case> const& cases() {
    static std::string const list = R"({"data":[]})";
    static std::vector<sent_case> const all{
        {"workflows_list", "GET /api/v1/workflows?page=1&per_page=20", "-", list,
            [](scripted& s) { first(s, s.client.workflows.list()); }},
        {"workflows_list_page", "GET /api/v1/workflows?page=3&per_page=100", "-", list,
            [](scripted& s) { first(s, s.client.workflows.list({.page = 3, .per_page = 100})); }},
        {"workflows_get", "GET /api/v1/workflows/wf%2F..%3Fx%23%20%C3%A9", "-", R"({"data":{"id":"w"}})",
            [](scripted& s) { s.run(s.client.workflows.get("wf/..?x# é")); }},
        {"workflows_execute", "POST /api/v1/workflows/w/execute", R"({"inputs":{}})",
            R"({"data":{"execution_id":"e"}})", [](scripted& s) { s.run(s.client.workflows.execute("w")); }},
        {"workflows_execute_inputs", "POST /api/v1/workflows/w/execute", R"({"inputs":{"a":1,"b":"x"}})",
            R"({"data":{"execution_id":"e"}})",
            [](scripted& s) { s.run(s.client.workflows.execute("w", corun::object("a", 1, "b", "x"))); }},
        {"executions_list", "GET /api/v1/executions?workflow_id=w&status=failed&page=1&per_page=20", "-", list,
            [](scripted& s) {
                first(s, s.client.executions.list({.workflow_id = "w", .status = fm::execution_status::failed}));
            }},
        {"executions_get", "GET /api/v1/executions/e", "-", R"({"data":{"id":"e","status":"running"}})",
            [](scripted& s) { s.run(s.client.executions.get("e")); }},
        {"executions_cancel", "POST /api/v1/executions/e/cancel", "-", R"({"data":{"id":"e","status":"cancelled"}})",
            [](scripted& s) { s.run(s.client.executions.cancel("e")); }},
        {"agents_list", "GET /api/v1/agents?page=1&per_page=20", "-", list,
            [](scripted& s) { first(s, s.client.agents.list()); }},
        {"agents_get", "GET /api/v1/agents/a", "-", R"({"data":{"id":"a"}})",
            [](scripted& s) { s.run(s.client.agents.get("a")); }},
        {"agents_create_thread", "POST /api/v1/agents/a/threads", "{}", R"({"data":{"id":"t"}})",
            [](scripted& s) { s.run(s.client.agents.create_thread("a")); }},
        {"agents_create_thread_metadata", "POST /api/v1/agents/a/threads", R"({"metadata":{"k":"v"}})",
            R"({"data":{"id":"t"}})",
            [](scripted& s) { s.run(s.client.agents.create_thread("a", corun::object("k", "v"))); }},
        {"threads_get", "GET /api/v1/threads/t", "-", R"({"data":{"id":"t"}})",
            [](scripted& s) { s.run(s.client.threads.get("t")); }},
        {"threads_list_messages", "GET /api/v1/threads/t/messages?page=1&per_page=20", "-",
            R"({"data":{"messages":[]}})", [](scripted& s) { first(s, s.client.threads.list_messages("t")); }},
        {"threads_send_message", "POST /api/v1/threads/t/messages", R"({"content":"hi","stream":false})",
            R"({"data":{"content":"x"}})", [](scripted& s) { s.run(s.client.threads.send_message("t", "hi")); }},
        {"threads_send_message_timeout", "POST /api/v1/threads/t/messages",
            R"({"content":"hi","stream":false,"timeout":9000})", R"({"data":{"content":"x"}})",
            [](scripted& s) { s.run(s.client.threads.send_message("t", "hi", corun::call_options().timeout(10s))); }},
        {"threads_delete", "DELETE /api/v1/threads/t", "-", "",
            [](scripted& s) { EXPECT_EQ(s.run(s.client.threads.remove("t")).id, "t"); }},
        {"knowledge_bases_list", "GET /api/v1/knowledge-bases?page=1&per_page=20", "-", list,
            [](scripted& s) { first(s, s.client.knowledge_bases.list()); }},
        {"knowledge_bases_get", "GET /api/v1/knowledge-bases/k", "-", R"({"data":{"id":"k"}})",
            [](scripted& s) { s.run(s.client.knowledge_bases.get("k")); }},
        {"knowledge_bases_query", "POST /api/v1/knowledge-bases/k/query", R"({"query":"q"})",
            R"({"data":{"results":[]}})", [](scripted& s) { s.run(s.client.knowledge_bases.query("k", "q")); }},
        {"knowledge_bases_query_top_k", "POST /api/v1/knowledge-bases/k/query", R"({"query":"q","top_k":3})",
            R"({"data":{"results":[]}})",
            [](scripted& s) { s.run(s.client.knowledge_bases.query("k", "q", {.top_k = 3})); }},
        {"triggers_list", "GET /api/v1/triggers?workflow_id=w%261&page=1&per_page=20", "-", list,
            [](scripted& s) { first(s, s.client.triggers.list({.workflow_id = "w&1"})); }},
        {"triggers_execute", "POST /api/v1/triggers/t/execute", R"({"inputs":{"u":1}})",
            R"({"data":{"execution_id":"e"}})",
            [](scripted& s) { s.run(s.client.triggers.execute("t", corun::object("u", 1))); }},
        {"webhooks_list", "GET /api/v1/webhooks?page=1&per_page=20", "-", list,
            [](scripted& s) { first(s, s.client.webhooks.list()); }},
        {"webhooks_get", "GET /api/v1/webhooks/h", "-", R"({"data":{"id":"h"}})",
            [](scripted& s) { s.run(s.client.webhooks.get("h")); }},
        {"webhooks_create", "POST /api/v1/webhooks",
            R"({"name":"n","url":"https://x/y","events":["execution.completed"],"headers":{"A":"b"}})",
            R"({"data":{"id":"h","secret":"s"}})",
            [](scripted& s) {
                s.run(s.client.webhooks.create(
                    fm::webhook_spec("n", "https://x/y").events("execution.completed").header("A", "b")));
            }},
        {"webhooks_update", "PATCH /api/v1/webhooks/h", R"({"is_active":false,"headers":null})",
            R"({"data":{"id":"h"}})",
            [](scripted& s) {
                s.run(s.client.webhooks.update("h", fm::webhook_changes().is_active(false).clear_headers()));
            }},
        {"webhooks_delete", "DELETE /api/v1/webhooks/h", "-", R"({"data":{"id":"h","deleted":true}})",
            [](scripted& s) { EXPECT_TRUE(s.run(s.client.webhooks.remove("h")).deleted); }},
        {"webhooks_test", "POST /api/v1/webhooks/h/test", "-", R"({"data":{"success":true}})",
            [](scripted& s) { EXPECT_TRUE(s.run(s.client.webhooks.test("h")).success); }},
        {"webhooks_deliveries", "GET /api/v1/webhooks/h/deliveries?page=1&per_page=20", "-", list,
            [](scripted& s) { first(s, s.client.webhooks.deliveries("h")); }},
    };
    return all;
}

class sends : public scripted, public ::testing::WithParamInterface<sent_case> {};

TEST_P(sends, byte_by_byte) {
    auto const& given = GetParam();
    wire->answer(200, given.answer);
    given.call(*this);
    ASSERT_EQ(wire->count(), 1u);
    std::string expected = given.first_line + ' ' + head;
    if (given.body != "-") expected += "Content-Length: " + std::to_string(given.body.size()) + "\r\n";
    expected += "\r\n";
    if (given.body != "-") expected += given.body;
    EXPECT_EQ(wire->wire(0), expected);
}

INSTANTIATE_TEST_SUITE_P(
    flowmaestro, sends, ::testing::ValuesIn(cases()), [](auto const& given) { return given.param.name; });

class lists : public scripted {};

TEST_F(lists, fetch_as_the_loop_needs_them) {
    wire->answer(200,
            R"({"data":[{"id":"a"},{"id":"b"}],"pagination":{"page":1,"per_page":2,"total_count":3,"total_pages":2,"has_next":true}})")
        .answer(200,
            R"({"data":[{"id":"c"}],"pagination":{"page":2,"per_page":2,"total_count":3,"total_pages":2,"has_next":false}})");
    auto list = client.workflows.list({.per_page = 2});
    std::string ids;
    while (auto w = run(list.next())) {
        ids += w->id;
        EXPECT_EQ(wire->count(), ids.size() > 2 ? 2u : 1u);
    }
    EXPECT_EQ(ids, "abc");
    EXPECT_FALSE(run(list.next()));
    EXPECT_EQ(wire->count(), 2u);
}

TEST_F(lists, page_metadata_is_completed) {
    wire->answer(
        200, R"({"data":[{"id":"a"}],"pagination":{"page":2,"per_page":1,"total_count":3},"meta":{"request_id":"r"}})");
    auto list = client.workflows.list({.page = 2, .per_page = 1});
    auto const page = run(list.next_page());
    ASSERT_TRUE(page);
    EXPECT_EQ(page->pagination.total_pages, 3);
    EXPECT_TRUE(page->pagination.has_more);
    EXPECT_TRUE(page->pagination.has_next);
    EXPECT_TRUE(page->pagination.has_prev);
    EXPECT_EQ(page->meta.request_id, "r");
}

TEST_F(lists, a_server_that_ignores_the_page_does_not_loop) {
    std::string const same =
        R"({"data":[{"id":"a"}],"pagination":{"page":1,"per_page":1,"total_count":9,"has_next":true}})";
    wire->answer(200, same).answer(200, same).answer(200, same);
    auto list = client.agents.list({.per_page = 1});
    int n = 0;
    while (run(list.next())) ++n;
    EXPECT_LE(n, 2);
}

TEST_F(lists, messages_in_both_shapes) {
    wire->answer(200, R"({"data":{"messages":[{"id":"m1","role":"user","content":"x"}]}})")
        .answer(200,
            R"({"data":[{"id":"m1","role":"user","content":"x"}],"pagination":{"page":1,"per_page":20,"total_count":1}})");
    for (int i = 0; i < 2; ++i) {
        auto list = client.threads.list_messages("t1");
        auto const m = run(list.next());
        ASSERT_TRUE(m);
        EXPECT_EQ(m->thread_id, "t1");
        EXPECT_EQ(m->role, fm::message_role::user);
        EXPECT_FALSE(run(list.next()));
    }
}

TEST_F(lists, triggers_are_filtered_here_too) {
    wire->answer(200, R"({"data":[{"id":"a","workflow_id":"w"},{"id":"b","workflow_id":"other"}]})");
    auto list = client.triggers.list({.workflow_id = "w"});
    EXPECT_EQ(run(list.next())->id, "a");
    EXPECT_FALSE(run(list.next()));
}

TEST_F(lists, an_error_leaves_the_pager_usable) {
    wire->answer(400, R"({"error":{"code":"validation_error","message":"m"}})").answer(200, R"({"data":[{"id":"a"}]})");
    auto list = client.workflows.list();
    EXPECT_THROW(run(list.next()), fm::validation_error);
    EXPECT_EQ(run(list.next())->id, "a");
}

}  // namespace
