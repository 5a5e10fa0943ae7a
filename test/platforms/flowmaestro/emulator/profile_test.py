"""The profile vendor-strict: the backend as it is, with its defects."""

import re
import unittest

from client import EmulatorTest

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
UNKNOWN = "99999999-9999-4999-8999-999999999999"


class Strict(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.names = {}
        for path in ("workflows", "agents", "triggers", "webhooks", "knowledge-bases", "executions"):
            for item in self.emulator.get(f"/{path}?per_page=100").data:
                self.names[item["id"]] = (path, item.get("name"), item.get("created_at"))
        self.emulator.control("options", {"profile": "vendor-strict"})

    def uuid(self, readable):
        path, name, created = self.names[readable]
        for item in self.emulator.get(f"/{path}?per_page=100").data:
            if (item.get("name"), item["created_at"]) == (name, created):
                return item["id"]
        raise AssertionError("not listed: " + readable)

    def framework(self, answer, code):
        self.assertEqual((answer.status, answer.json.get("code"), answer.json["error"]), (500, code, "Internal Server Error"), answer.body)

    def test_built_in_data_has_uuids(self):
        for path in ("workflows", "executions", "agents", "knowledge-bases", "triggers", "webhooks"):
            for item in self.emulator.get(f"/{path}?per_page=100").data:
                self.assertRegex(item["id"], UUID)
                self.assertRegex(item.get("workflow_id", UNKNOWN), UUID)
        for readable, path in (("wf_echo", "workflows"), ("agent_writer", "agents"), ("kb_handbook", "knowledge-bases"), ("wh_demo", "webhooks"),
                               ("exec_failed", "executions")):
            if path == "executions":
                continue
            one = self.uuid(readable)
            self.assertEqual(self.emulator.get(f"/{path}/{one}").data["id"], one)
            self.emulator.control("options", {"profile": "compatible"})
            self.assertEqual(self.emulator.get(f"/{path}/{one}").data["id"], readable)
            self.emulator.control("options", {"profile": "vendor-strict"})

    def test_other_ids(self):
        e = self.emulator
        for method, path, body in (("GET", "/workflows/wf_echo", None), ("GET", "/executions/x", None), ("GET", "/executions/x/events", None),
                                   ("GET", "/agents/x", None), ("POST", "/agents/x/threads", {}), ("GET", "/threads/x", None),
                                   ("DELETE", "/threads/x", None), ("GET", "/threads/x/messages", None), ("POST", "/threads/x/messages", {"content": "x"}),
                                   ("GET", "/knowledge-bases/x", None), ("POST", "/knowledge-bases/x/query", {"query": "x"}), ("GET", "/webhooks/x", None),
                                   ("PATCH", "/webhooks/x", {}), ("DELETE", "/webhooks/x", None), ("POST", "/webhooks/x/test", None),
                                   ("GET", "/webhooks/x/deliveries", None), ("GET", "/executions?workflow_id=x", None)):
            self.framework(e.call(method, path, body), "22P02")
        self.refused(e.post("/workflows/x/execute", {}), 500, "execution_failed")
        self.refused(e.post("/triggers/x/execute", {}), 500, "execution_failed")
        self.refused(e.post("/executions/x/cancel"), 500, "internal_error")
        self.refused(e.post("/threads/x/messages", {}), 400, "validation_error")
        self.refused(e.post("/knowledge-bases/x/query", {}), 400, "validation_error")
        self.missing(e.get("/workflows/" + UNKNOWN), "Workflow", UNKNOWN)

    def test_bodies(self):
        a = self.emulator.post("/webhooks", raw="{")
        self.framework(a, None)
        self.assertEqual(a.headers["connection"], "close")

    def test_test_keys(self):
        self.assertEqual(self.emulator.get("/workflows", key="fm_test_abc").code, "invalid_api_key")

    def test_no_additions(self):
        e = self.emulator
        self.assertNotIn("has_more", e.get("/workflows").json["pagination"])
        self.assertNotIn("input_schema", e.get("/workflows/" + self.uuid("wf_echo")).data)
        self.assertNotIn("type", e.get("/triggers").data[0])
        base = self.uuid("kb_handbook")
        result = e.post(f"/knowledge-bases/{base}/query", {"query": "password"}).data
        self.assertEqual((set(result), set(result["results"][0])),
                         ({"results", "query", "top_k"}, {"id", "content", "document_id", "document_name", "score", "metadata"}))
        self.assertEqual(e.post(f"/knowledge-bases/{base}/query", {"query": "password", "top_k": None}).data["results"], [])
        self.refused(e.post(f"/knowledge-bases/{base}/query", {"query": "password", "top_k": -1}), 500, "internal_error")
        self.assertEqual(e.get("/knowledge-bases/" + base).data["chunk_count"], 40)
        thread = e.post(f"/agents/{self.uuid('agent_support')}/threads", {"metadata": {"a": 1}}).data
        self.assertEqual(set(thread), {"id", "agent_id", "status", "created_at"})
        self.assertNotIn("metadata", e.get("/threads/" + thread["id"]).data)
        answer = e.post(f"/threads/{thread['id']}/messages", {"content": "x"}).data
        self.assertEqual(set(answer), {"execution_id", "thread_id", "status", "message", "iterations", "tool_calls_count"})
        self.assertEqual(set(e.post(f"/webhooks/{self.uuid('wh_demo')}/test").data), {"success", "error", "message"})

    def test_no_streaming_of_replies(self):
        e = self.emulator
        thread = e.post(f"/agents/{self.uuid('agent_support')}/threads", {}).data["id"]
        self.refused(e.post(f"/threads/{thread}/messages", {"content": "x", "stream": True}), 501, "not_implemented")
        a = e.get(f"/threads/{thread}/events")
        self.assertEqual((a.status, a.json["error"]), (404, "Not Found"))

    def test_no_live_events(self):
        e = self.emulator
        e.control("options", {"keepalive_ms": 20})
        execution = e.post(f"/workflows/{self.uuid('wf_echo')}/execute", {}).data["execution_id"]
        with e.stream(f"/executions/{execution}/events") as s:
            self.assertEqual(s.next(), ("connected", {"execution_id": execution, "status": "pending"}))
            while e.get("/executions/" + execution).data["status"] != "completed":
                self.assertEqual(s.next(), (":", "keepalive"))
            self.assertEqual([s.next() for _ in range(3)], [(":", "keepalive")] * 3)
        with e.stream(f"/executions/{execution}/events") as s:
            seen = s.rest()
        self.assertEqual((seen[0][0], set(seen[0][1])), ("execution:completed", {"execution_id", "status", "outputs", "error", "completed_at"}))

    def test_cancel(self):
        execution = self.emulator.post(f"/workflows/{self.uuid('wf_slow')}/execute", {}).data["execution_id"]
        self.assertEqual(set(self.emulator.post(f"/executions/{execution}/cancel").data), {"id", "status", "message"})

    def test_no_webhook_is_sent(self):
        e = self.emulator
        webhook = e.post("/webhooks", {"name": "n", "url": "http://127.0.0.1:9/", "events": ["execution.completed"]}).data["id"]
        execution = e.post(f"/workflows/{self.uuid('wf_echo')}/execute", {}).data["execution_id"]
        while e.get("/executions/" + execution).data["status"] != "completed":
            pass
        self.assertEqual(e.get(f"/webhooks/{webhook}/deliveries").data, [])

    def test_totals_of_executions(self):
        p = self.emulator.get("/executions?per_page=5").json["pagination"]
        self.assertEqual((p["total_count"], p["has_next"]), (5, False))
        a = self.emulator.get(f"/executions?per_page=5&workflow_id={self.uuid('wf_onboarding')}&status=failed")
        self.assertEqual((a.data, a.json["pagination"]["total_count"]), ([], 0))


class Options(EmulatorTest):
    def test_shown_and_reset(self):
        shown = self.emulator.control("options", {"messages_shape": "array", "keepalive_ms": 0})
        self.assertEqual((shown["profile"], shown["messages_shape"], shown["keepalive_ms"]), ("compatible", "array", 0))
        self.emulator.control("reset")
        self.assertEqual(self.emulator.control("options")["messages_shape"], "object")

    def test_unknown(self):
        for options in ({"colour": 1}, {"profile": "lenient"}, {"keepalive_ms": -1}, {"keepalive_ms": "1"}, {"event_case": True}):
            with self.assertRaisesRegex(RuntimeError, list(options)[0]):
                self.emulator.control("options", options)


if __name__ == "__main__":
    unittest.main()
