"""Entities, paging, checks in their order, keys, hooks, data sources, tools: what is stored and what is refused."""

import hashlib
import hmac
import json
import unittest

from client import Case, Emulator

TRIAGE = "3BtriageAgent00000000000001"
CHAT = "3BchatAgent0000000000000001"
ORDERS = "3BsourceOrders0000000000001"


class Resources(Case):
    def test_paging(self):
        def meta(query):
            answer = self.e.get("/llm-models?" + query)
            return (len(answer.data), *(answer.json["meta"][n] for n in ("total", "page", "limit", "total_pages", "pages")))

        self.assertEqual(meta(""), (20, 42, 1, 20, 3, 3))
        self.assertEqual(meta("page=3"), (2, 42, 3, 20, 3, 3))
        self.assertEqual(meta("page=9"), (0, 42, 9, 20, 3, 3))
        for bad in ("page=0", "page=x", "page=-1"):
            self.assertEqual(meta(bad)[2], 1, bad)
        for bad in ("limit=0", "limit=101", "limit=x", "limit=-5"):
            self.assertEqual(meta(bad)[3], 20, bad)
        self.assertEqual(meta("limit=100"), (42, 42, 1, 100, 1, 1))
        self.assertEqual(self.e.get("/scores").json["meta"]["total_pages"], 0)
        newest = [a["created_at"] for a in self.e.get("/agents").data]
        self.assertEqual(newest, sorted(newest, reverse=True))
        names = [m["display_name"] for m in self.e.get("/llm-models?limit=100").data]
        self.assertEqual(names, sorted(names))

    def test_checks_come_in_their_order(self):
        self.refused(self.e.post("/agents/nope/versions", raw="{"), 404, "not_found", "agent not found")
        self.refused(self.e.post(f"/agents/{TRIAGE}/versions", raw="{"), 400, "bad_request", "invalid request body")
        for path, body, message in (
                ("/agents", {"name": "n"}, "name and type are required"),
                ("/prompts", {}, "name is required"),
                ("/data-sources", {}, "name is required"),
                ("/credentials", {}, "name is required"),
                ("/score-configs", {}, "name is required"),
                ("/mcp-tools", {}, "name is required"),
                ("/chat/sessions", {}, "agent_id is required"),
                ("/scores", {"name": "n"}, "name and trace_id are required"),
                ("/webhook-triggers", {"name": "n"}, "agent_id and name are required"),
                (f"/agents/{TRIAGE}/memories", {}, "content is required"),
                ("/prompts", {"name": 7}, "invalid request body")):
            self.refused(self.e.post(path, body), 400, "bad_request", message)
        self.refused(self.e.post("/prompts", {"name": "n"}, headers={"Content-Type": "text/plain"}), 400, "bad_request",
                     "invalid request body")
        for path, what in (("agents", "agent"), ("prompts", "prompt"), ("executions", "execution"),
                           ("data-sources", "data source"), ("credentials", "credential"), ("chat/sessions", "session"),
                           ("traces", "trace"), ("scores", "score"), ("score-configs", "score config"),
                           ("approvals", "approval"), ("webhook-triggers", "webhook trigger"), ("mcp-tools", "MCP tool"),
                           ("mcp-templates", "MCP template"), ("guardrails", "guardrail"), ("memories", "memory")):
            self.refused(self.e.get(f"/{path}/nope"), 404, "not_found", what + " not found")

    def test_unknown_routes_and_methods(self):
        lost = self.e.get("/nothing")
        self.assertEqual((lost.status, lost.json), (404, {"message": "Not Found"}))
        wrong = self.e.call("DELETE", "/agents")
        self.assertEqual((wrong.status, wrong.json), (405, {"message": "Method Not Allowed"}))
        self.assertEqual(wrong.headers["allow"], "GET, POST")

    def test_exactly_one_version_is_current(self):
        for path, body in ((f"/agents/{TRIAGE}", {"version": "9", "config": {"prompt_id": "p"}}),
                           ("/prompts/3BdraftPrompt00000000000001", {"version": "9", "user_prompt": "u"}),
                           ("/data-sources/" + ORDERS, {"version": "9"})):
            first = self.e.post(path + "/versions", {**body, "set_current": True}).data
            second = self.e.post(path + "/versions", body).data
            current = lambda: [v["id"] for v in self.e.get(path + "/versions").data if v["is_current"]]
            self.assertEqual(current(), [first["id"]])
            for method in ("PUT", "POST"):
                self.assertTrue(self.e.call(method, f"{path}/versions/{second['id']}/promote").data["is_current"])
                self.assertEqual(current(), [second["id"]])
            self.refused(self.e.call("PUT", path + "/versions/nope/promote"), 404, "not_found", "version not found")
        foreign = self.e.get("/agents/" + CHAT).data["current_version"]["id"]
        self.refused(self.e.call("PUT", f"/agents/{TRIAGE}/versions/{foreign}/promote"), 404, "not_found", "version not found")

    def test_children_go_with_their_parent(self):
        self.e.call("DELETE", "/agents/" + CHAT)
        self.assertEqual(self.e.get("/memories/3BmemoryRefund0000000000001").status, 404)
        self.assertEqual(self.e.get("/guardrails/3BguardSecrets0000000000001").status, 404)
        self.assertEqual(self.e.get(f"/agents/{CHAT}/versions").status, 404)

    def test_secrets_do_not_come_back(self):
        made = self.e.post("/credentials", {"name": "n", "type": "openai", "category": "llm", "value": "sk-123456789"})
        self.assertEqual(made.data["masked_content"], "sk-1****6789")
        self.assertNotIn("value", made.data)
        self.assertNotIn("sk-123456789", self.e.get("/credentials").body.decode())
        hook = self.e.post("/webhook-triggers", {"name": "n", "agent_id": TRIAGE, "generate_secret": True}).data
        listed = self.e.get("/webhook-triggers").body.decode()
        self.assertNotIn(hook["token"], listed)
        self.assertNotIn(hook["secret"], listed)

    def test_signed_hooks(self):
        hook = self.e.post("/webhook-triggers", {"name": "n", "agent_id": TRIAGE, "generate_secret": True}).data
        self.assertRegex(hook["secret"], "^[0-9a-f]{64}$")
        body = json.dumps({"message": "my parcel"})
        good = hmac.new(hook["secret"].encode(), body.encode(), hashlib.sha256).hexdigest()
        for prefix in ("/hooks/", "/api/v1/hooks/"):
            for signature, status in ((good, 201), ("sha256=" + good, 201), (good[:-1] + "x", 401), (None, 401)):
                fields = {"X-API-Key": None, "X-PromptRails-Signature": signature}
                answer = self.e.post(prefix + hook["token"], raw=body, headers=fields, root=True)
                self.assertEqual(answer.status, status, (prefix, signature))
        plain = self.e.post("/webhook-triggers", {"name": "n", "agent_id": "3BreviewAgent00000000000001"}).data
        unreadable = self.e.post("/hooks/" + plain["token"], raw="not json", root=True)
        self.refused(unreadable, 400, "bad_request", "a variable of the prompt is missing")
        self.e.call("PATCH", "/webhook-triggers/" + plain["id"], {"is_active": False})
        self.refused(self.e.post("/hooks/" + plain["token"], {}, root=True), 400, "bad_request", "webhook trigger is disabled")
        self.refused(self.e.post("/hooks/nope", {}, root=True), 404, "not_found", "invalid webhook token")

    def test_queries_are_bound_and_read_only(self):
        query = lambda text, **parameters: self.e.post(f"/data-sources/{ORDERS}/preview-query",
                                                       {"query_template": text, "parameters": parameters})
        rows = query("SELECT item FROM orders WHERE id = {{ id }}", id=44).data
        self.assertEqual((rows["columns"], rows["rows"], rows["row_count"]), (["item"], [["teapot"]], 1))
        self.assertEqual(query("SELECT id FROM orders WHERE customer = '{{ who }}'", who="' OR '1'='1").data["rows"], [])
        for text in ("DROP TABLE orders", "INSERT INTO orders(id) VALUES(1)", "PRAGMA journal_mode = delete",
                     "SELECT 1; DROP TABLE orders", "ATTACH 'x.db' AS x", "not sql", ""):
            self.assertEqual(query(text).status, 400, text)
        self.assertEqual(query("SELECT count(*) FROM orders").data["rows"], [[5]])
        endless = query("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c")
        self.assertIn("two seconds", endless.error["message"])
        details = self.refused(query("SELECT {{ x }}"), 400, "bad_request", "query failed: a parameter is missing")
        self.assertEqual(details, {"x": "required"})

    def test_memories_by_part_of_their_text(self):
        search = lambda text, **more: [m["content"] for m in
                                       self.e.post(f"/agents/{CHAT}/memories/search", {"query": text, **more}).data]
        self.assertEqual(search("WORKING"), ["Refunds take five working days"])
        self.assertEqual(search("%"), [])
        self.assertEqual(search('"'), [])
        self.assertEqual(len(search("e", limit=0)), 4)
        self.assertEqual(search("e", limit=1), ["Parcels to the islands were late after the storm"])
        self.assertEqual(self.e.get("/memories/3BmemoryRefund0000000000001").data["access_count"], 4)

    def test_guardrails_decide_locally(self):
        def outcome(scanner, config, action, text):
            made = self.e.post(f"/agents/{TRIAGE}/guardrails", {"type": "input", "scanner_type": scanner, "action": action,
                                                                "config": config}).data
            run = self.e.execute(TRIAGE, {"message": text})
            self.e.call("DELETE", "/guardrails/" + made["id"])
            spans = self.e.get("/traces/" + run["trace_id"]).data
            rail = [s for s in spans if s["kind"] == "guardrail"][0]
            asked = [s["input"]["user_prompt"] for s in spans if s["kind"] == "llm"][:1] if run["status"] == "completed" else []
            return run["status"], run["error"], rail["output"]["triggered"], *asked

        key = "key sk-abcdefghijklmnopqrstuvwx here"
        self.assertEqual(outcome("secrets", {}, "block", key), ("failed", "input blocked by guardrail secrets", True))
        self.assertEqual(outcome("secrets", {}, "redact", key),
                         ("completed", "", True, "Sort this message: key [REDACTED] here"))
        self.assertEqual(outcome("secrets", {}, "log", key), ("completed", "", True, "Sort this message: " + key))
        self.assertEqual(outcome("invisible_text", {}, "redact", "a\u200bb")[3], "Sort this message: a[REDACTED]b")
        self.assertEqual(outcome("regex", {"pattern": "[0-9]{4}"}, "redact", "pin 1234")[3], "Sort this message: pin [REDACTED]")
        self.assertEqual(outcome("max_length", {"max_length": 3}, "block", "four")[0], "failed")
        self.assertEqual(outcome("max_length", {"max_length": 4}, "block", "four")[0], "completed")
        self.assertEqual(outcome("ban_words", {"words": ["Tea"]}, "redact", "tea and TEA")[3],
                         "Sort this message: [REDACTED] and [REDACTED]")
        self.assertEqual(outcome("toxicity", {}, "block", "anything")[:3], ("completed", "", False))
        self.assertEqual(self.e.post(f"/agents/{TRIAGE}/guardrails", {"type": "input", "scanner_type": "regex",
                                                                      "config": {"pattern": "("}}).status, 400)

    def test_infrastructure(self):
        self.assertEqual(self.e.get("/health", root=True).json["status"], "ok")
        self.e.execute(TRIAGE, {"message": "x"})
        stats = self.e.get("/admin/store/stats", root=True).data
        self.assertEqual((stats["agents"], stats["executions"], stats["llm_models"], stats["traces"]), (7, 1, 42, 2))
        self.e.call("DELETE", "/agents/" + TRIAGE)
        self.assertEqual(self.e.post("/admin/seed", root=True).data, {"status": "seed complete"})
        self.assertEqual(self.e.get("/agents/" + TRIAGE).status, 200)
        self.assertEqual(self.e.post("/admin/reset", root=True).data, {"status": "reset complete"})
        self.assertEqual(self.e.get("/admin/store/stats", root=True).data["executions"], 0)
        document = self.e.get("/openapi.json", root=True).json
        self.assertIn("post", document["paths"]["/api/v1/agents/{id1}/versions/{id2}/promote"])
        self.assertIn("openapi.json", self.e.get("/docs", root=True).body.decode())
        options = self.e.call("OPTIONS", "/agents")
        self.assertIn("X-API-Key", options.headers["access-control-allow-headers"])

    def test_json_rpc_errors(self):
        rpc = lambda path, raw: self.e.post(path, raw=raw, root=True).json["error"]["code"]
        agent = "/a2a/agents/" + TRIAGE
        self.assertEqual(rpc(agent, "{"), -32700)
        self.assertEqual(rpc(agent, "[]"), -32600)
        self.assertEqual(rpc(agent, '{"jsonrpc":"2.0","id":1,"method":"other"}'), -32601)
        self.assertEqual(rpc(agent, '{"jsonrpc":"2.0","id":1,"method":"message/send","params":{}}'), -32602)
        self.assertEqual(rpc("/a2a/tasks/cancel", '{"jsonrpc":"2.0","id":1,"method":"tasks/cancel","params":{"id":"x"}}'), -32001)
        self.refused(self.e.post("/a2a/agents/nope", {}, root=True), 404, "not_found", "agent not found")
        alias = self.e.post(agent, {"jsonrpc": "2.0", "id": 7, "method": "tasks/send",
                                    "params": {"message": {"parts": [{"type": "text", "text": "my parcel"}]}}}, root=True).json
        self.assertEqual((alias["id"], alias["result"]["status"]["state"]), (7, "completed"))
        self.assertEqual(alias["result"]["artifacts"][0]["parts"][0]["text"], "category: delivery")
        done = {"jsonrpc": "2.0", "id": 1, "method": "tasks/cancel", "params": {"id": alias["result"]["id"]}}
        self.assertEqual(rpc("/a2a/tasks/cancel", json.dumps(done)), -32002)


class Keys(unittest.TestCase):
    def test_given_keys_are_the_only_ones(self):
        e = Emulator("--api-key", "right")
        self.addCleanup(e.stop, kill=True)
        self.assertEqual(e.get("/agents", headers={"X-API-Key": "right"}).status, 200)
        for key in ("wrong", None):
            answer = e.get("/agents", headers={"X-API-Key": key})
            self.assertEqual((answer.status, answer.error["code"]), (401, "unauthorized"))
        self.assertEqual(e.get("/health", headers={"X-API-Key": None}, root=True).status, 200)


if __name__ == "__main__":
    unittest.main()
