"""The sample exchanges of wire/promptrails §14: shape and values, except ids, times and what the models say."""

import re
import unittest

from client import Case

TRIAGE = "3BtriageAgent00000000000001"
CHAT = "3BchatAgent0000000000000001"
KSUID = re.compile(r"^[0-9A-Za-z]{27}$")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


class Samples(Case):
    def same(self, got, expected, path=""):
        """Every member of the sample is there, with its type, and with its value unless it is an id or a time."""
        if isinstance(expected, dict):
            self.assertIsInstance(got, dict, path)
            for name, value in expected.items():
                self.assertIn(name, got, path)
                self.same(got[name], value, f"{path}/{name}")
        elif isinstance(expected, list):
            self.assertEqual(len(got), len(expected), path)
            for i, value in enumerate(expected):
                self.same(got[i], value, f"{path}/{i}")
        elif expected == "<id>":
            self.assertRegex(got, KSUID, path)
        elif expected == "<time>":
            self.assertRegex(got, TIME, path)
        else:
            self.assertEqual(got, expected, path)

    def test_second_page_of_a_list(self):
        answer = self.e.get("/agents?page=2&limit=2&type=simple")
        self.assertEqual(answer.status, 200)
        self.same(answer.json, {
            "data": [{"id": TRIAGE, "workspace_id": "3BworkspaceDemo000000000001", "name": "Ticket triage",
                      "description": "Sorts incoming mail", "type": "simple", "status": "active", "labels": ["support"],
                      "created_at": "2026-03-01T08:00:00.000Z", "updated_at": "<time>",
                      "current_version": {
                          "id": "<id>", "agent_id": TRIAGE, "version": "1.1.0",
                          "config": {"type": "simple", "prompt_id": "3BtriagePrompt0000000000001",
                                     "approval_required": False},
                          "input_schema": {}, "output_schema": None, "is_current": True, "message": "",
                          "created_at": "<time>"}}],
            "meta": {"total": 3, "page": 2, "limit": 2, "total_pages": 2, "pages": 2}})

    def test_a_prompt_and_a_version_without_a_label(self):
        made = self.e.post("/prompts", {"name": "Shortener", "description": "Makes text short"})
        self.assertEqual(made.status, 201)
        self.same(made.json, {"data": {"id": "<id>", "workspace_id": "<id>", "name": "Shortener",
                                       "description": "Makes text short", "status": "active", "created_at": "<time>",
                                       "updated_at": "<time>"}})
        prompt = made.data["id"]
        version = self.e.post(f"/prompts/{prompt}/versions", {
            "user_prompt": "Shorten this: {{ text }}", "system_prompt": "Answer in one line.", "set_current": False,
            "temperature": 0.5, "message": "first try"})
        self.assertEqual(version.status, 201)
        self.same(version.json, {"data": {
            "id": "<id>", "prompt_id": prompt, "version": "v1", "system_prompt": "Answer in one line.",
            "user_prompt": "Shorten this: {{ text }}", "llm_model_id": None, "fallback_llm_model_id": None,
            "temperature": 0.5, "max_tokens": None, "top_p": None, "input_schema": {}, "output_schema": None,
            "is_current": False, "config": {}, "message": "first try", "cache_timeout": 0, "created_at": "<time>"}})

    def test_a_chain(self):
        config = {"type": "chain", "approval_required": False,
                  "prompt_ids": [{"prompt_id": "3BdraftPrompt00000000000001", "role": "draft", "sort_order": 0},
                                 {"prompt_id": "3BpolishPrompt0000000000001", "role": "polish", "sort_order": 1}]}
        agent = "3BchainAgent000000000000001"
        made = self.e.post(f"/agents/{agent}/versions", {"version": "1.0.0", "set_current": True, "config": config})
        self.assertEqual(made.status, 201)
        self.same(made.json, {"data": {"id": "<id>", "agent_id": agent, "version": "1.0.0", "config": config,
                                       "input_schema": {}, "output_schema": None, "is_current": True, "message": "",
                                       "created_at": "<time>"}})

    def test_a_run(self):
        ran = self.e.post(f"/agents/{TRIAGE}/execute", {"input": {"message": "My parcel is late"},
                                                        "metadata": {"origin": "sample"}})
        self.assertEqual(ran.status, 201)
        self.same(ran.json, {"data": {
            "id": "<id>", "execution_id": ran.data["id"], "agent_id": TRIAGE, "agent_version_id": "<id>",
            "workspace_id": "<id>", "user_id": None, "session_id": "<id>", "status": "completed",
            "input": {"message": "My parcel is late"}, "output": {"content": "category: delivery", "type": "text"},
            "error": "", "metadata": {"origin": "sample"},
            "token_usage": {"prompt_tokens": 150, "completion_tokens": 80, "total_tokens": 230}, "cost": 0.0023,
            "duration_ms": 250, "started_at": "<time>", "completed_at": "<time>", "created_at": "<time>"}})
        self.assertRegex(ran.data["trace_id"], "^[0-9a-f]{32}$")

    def test_errors(self):
        self.assertEqual(self.e.post("/agents/invalid-id/execute", {"input": {}}).json,
                         {"error": {"code": "not_found", "message": "agent not found"}})
        details = self.refused(self.e.post("/agents", {"name": "", "type": "simple", "description": ""}), 400,
                               "bad_request", "name and type are required")
        self.assertEqual(details, {"name": "required"})

    def test_a_chat(self):
        session = self.e.post("/chat/sessions", {"agent_id": CHAT})
        self.assertEqual(session.status, 201)
        self.same(session.json, {"data": {"id": "<id>", "workspace_id": "<id>", "agent_id": CHAT, "user_id": None,
                                          "title": "", "metadata": {}, "created_at": "<time>", "updated_at": "<time>"}})
        session_id = session.data["id"]
        said = self.e.post(f"/chat/sessions/{session_id}/messages", {"content": "Hello"})
        self.assertEqual(said.status, 201)
        message = {"id": "<id>", "session_id": session_id, "role": "assistant", "content": "Hi, how can I help?",
                   "metadata": {"execution_id": said.data["execution_id"]}, "model": "demo-model", "cost": 0.0016,
                   "token_count": 160, "prompt_tokens": 100, "completion_tokens": 60, "created_at": "<time>"}
        self.same(said.json, {"data": {
            **message, "assistant_message": message, "execution_id": "<id>",
            "user_message": {"id": "<id>", "session_id": session_id, "role": "user", "content": "Hello", "metadata": {},
                             "token_count": None, "created_at": "<time>"}}})

    def test_a_streamed_turn(self):
        session = self.e.post("/chat/sessions", {"agent_id": CHAT}).data["id"]
        stream = self.e.stream(f"/chat/sessions/{session}/messages/stream", {"content": "Where is order 42?"})
        self.assertEqual(stream.status, 200)
        self.assertEqual(stream.headers["content-type"], "text/event-stream")
        self.assertEqual(stream.headers["cache-control"], "no-cache")
        events = stream.rest()
        self.assertEqual([name for name, _ in events],
                         ["execution", "thinking", "tool_start", "tool_end", "content", "content", "content", "done"])
        self.assertRegex(events[0][1]["execution_id"], KSUID)
        self.assertEqual(events[1][1], {"content": "Looking the order up"})
        self.assertEqual(events[2][1], {"id": "call_1", "name": "order_lookup"})
        self.assertEqual(events[3][1], {"id": "call_1", "name": "order_lookup", "summary": "1 order found"})
        whole = "Order 42 left the depot \u2014 it arrives today."
        self.assertEqual("".join(data["content"] for name, data in events if name == "content"), whole)
        self.assertEqual(events[-1][1], {"output": {"content": whole},
                                         "token_usage": {"prompt_tokens": 100, "completion_tokens": 60,
                                                         "total_tokens": 160}})
        messages = self.e.get(f"/chat/sessions/{session}/messages").data
        self.assertEqual([m["content"] for m in messages], ["Where is order 42?", whole])
        self.assertEqual(messages[0]["id"], events[0][1]["user_message_id"])

    def test_a_stream_that_fails(self):
        session = self.e.post("/chat/sessions", {"agent_id": CHAT}).data["id"]
        events = self.e.stream(f"/chat/sessions/{session}/messages/stream", {"content": "a long one, [[fail]]"}).rest()
        self.assertEqual(events[-1], ("error", {"message": "model provider unavailable"}))
        self.assertIn("content", [name for name, _ in events])
        run = self.e.get("/executions/" + events[0][1]["execution_id"]).data
        self.assertEqual((run["status"], run["error"]), ("failed", "model provider unavailable"))
        self.assertEqual(self.e.stream(f"/executions/{run['id']}/stream").rest()[-1],
                         ("error", {"message": "model provider unavailable"}))
        self.refused(self.e.get("/executions/nope/stream"), 404, "not_found", "execution not found")

    def test_memories(self):
        found = self.e.post(f"/agents/{CHAT}/memories/search", {"query": "refund", "limit": 5})
        self.assertEqual(found.status, 200)
        self.same(found.json, {"data": [{
            "id": "3BmemoryRefund0000000000001", "workspace_id": "<id>", "agent_id": CHAT,
            "content": "Refunds take five working days", "memory_type": "fact", "importance": 0.8, "access_count": 3,
            "last_accessed_at": "<time>", "chat_session_id": None, "created_at": "2026-02-01T09:00:00.000Z",
            "updated_at": "<time>"}]})

    def test_a_score(self):
        trace = "5f1c0d9a7b3e4c2f8a6d1e0b9c7f3a21"
        made = self.e.post("/scores", {"trace_id": trace, "name": "helpfulness", "data_type": "numeric",
                                       "source": "manual", "value": 3.5})
        self.assertEqual(made.status, 201)
        self.same(made.json, {"data": {"id": "<id>", "workspace_id": "<id>", "trace_id": trace, "name": "helpfulness",
                                       "value": 3.5, "data_type": "numeric", "source": "manual",
                                       "created_at": "<time>", "updated_at": "<time>"}})
        self.assertNotIn("span_id", made.data)
        self.assertEqual(self.e.get("/scores/aggregates?name=helpfulness").json,
                         {"data": [{"name": "helpfulness", "count": 1, "avg": 3.5, "min": 3.5, "max": 3.5}]})

    def test_a_decision(self):
        agent = "3BreviewAgent00000000000001"
        run = self.e.execute(agent, {"message": "late again"})
        self.assertEqual((run["status"], run["output"]), ("awaiting_approval", None))
        approval = self.e.get(f"/executions/{run['id']}/pending-approval").data
        path = f"/approvals/{approval['id']}/decide"
        decided = self.e.post(path, {"decision": "approved", "reason": "fine by me"})
        self.assertEqual(decided.status, 200)
        self.same(decided.json, {"data": {
            "id": "<id>", "execution_id": run["id"], "agent_id": agent, "workspace_id": "<id>",
            "checkpoint_name": "review", "status": "approved", "decided_by": "local-user", "decided_at": "<time>",
            "expires_at": None, "reason": "fine by me", "created_at": "<time>"}})
        self.refused(self.e.post(path, {"decision": "approved"}), 400, "bad_request", "approval has already been decided")
        self.assertEqual(self.e.get("/executions/" + run["id"]).data["status"], "completed")

    def test_between_agents(self):
        message = {"role": "user", "parts": [{"type": "text", "text": "Sort this"}]}
        sent = self.e.post("/a2a/agents/" + TRIAGE, {
            "jsonrpc": "2.0", "method": "message/send", "id": 1,
            "params": {"message": message, "context_id": "ctx-7", "configuration": {"blocking": False}}}, root=True)
        self.assertEqual(sent.status, 200)
        self.same(sent.json, {"jsonrpc": "2.0", "id": 1, "result": {
            "id": "<id>", "context_id": "ctx-7", "status": {"state": "working", "message": "", "timestamp": "<time>"},
            "messages": [{**message, "created_at": "<time>"}], "artifacts": [], "metadata": {}, "created_at": "<time>",
            "updated_at": "<time>"}})
        missing = self.e.post("/a2a/tasks/get", {"jsonrpc": "2.0", "method": "tasks/get", "params": {"id": "nope"},
                                                 "id": 1}, root=True)
        self.assertEqual(missing.json, {"jsonrpc": "2.0", "id": 1, "error": {"code": -32001, "message": "task not found"}})
        card = self.e.get(f"/a2a/agents/{TRIAGE}/agent-card.json", root=True)
        self.same(card.json, {"name": "Ticket triage", "description": "Sorts incoming mail", "version": "1.1.0",
                              "capabilities": {"streaming": False, "push_notifications": False}})
        self.assertTrue(card.json["url"].endswith("/a2a/agents/" + TRIAGE))

    def test_a_hook(self):
        made = self.e.post("/webhook-triggers", {"name": "crm", "agent_id": TRIAGE, "generate_secret": False})
        self.assertEqual(made.status, 201)
        self.same(made.json, {"data": {"id": "<id>", "workspace_id": "<id>", "agent_id": TRIAGE, "name": "crm",
                                       "token": "<id>", "is_active": True, "has_secret": False, "last_used_at": None,
                                       "created_at": "<time>", "updated_at": "<time>"}})
        self.assertEqual(made.data["token_prefix"], made.data["token"][:8])
        ran = self.e.post("/hooks/" + made.data["token"], {"message": "new lead"}, headers={"X-API-Key": None}, root=True)
        self.assertEqual((ran.status, ran.data["input"]), (201, {"message": "new lead"}))
        self.assertEqual(ran.data["token_usage"], {"prompt_tokens": 120, "completion_tokens": 60, "total_tokens": 180})
        gone = self.e.call("DELETE", "/webhook-triggers/" + made.data["id"])
        self.assertEqual((gone.status, gone.body), (204, b""))


if __name__ == "__main__":
    unittest.main()
