"""Webhooks: their routes, signed deliveries to a real target, retries, the test endpoint."""

import json
import re
import unittest

from client import EmulatorTest, Receiver, signature

VECTORS = "whsec_" + "0123456789abcdef" * 4


class Webhooks(EmulatorTest):
    options = ("--speed", "20")

    def target(self, *answers):
        receiver = Receiver(answers or (200,))
        self.addCleanup(receiver.stop)
        return receiver

    def create(self, **fields):
        body = {"name": "ops", "url": "http://127.0.0.1:9/x", "events": ["execution.completed"], **fields}
        return self.emulator.post("/webhooks", {k: v for k, v in body.items() if v is not ...})

    def deliveries(self, webhook, query=""):
        return self.emulator.get(f"/webhooks/{webhook}/deliveries{query}").data

    def run_echo(self):
        execution = self.emulator.post("/workflows/wf_echo/execute", {"inputs": {"é": 1}}).data["execution_id"]
        self.emulator.outcome(execution)
        return execution

    def settled(self, webhook, status, attempts):
        """Waits until the newest delivery is written down: the target has its request a moment before."""
        while True:
            row = self.deliveries(webhook)[0]
            if (row["status"], row["attempts"]) == (status, attempts):
                return row
            self.assertLessEqual(row["attempts"], attempts, row)


class Routes(Webhooks):
    def test_life(self):
        e = self.emulator
        made = self.create(headers={"X-Own": "1"})
        self.assertEqual(made.status, 201)
        self.assertEqual(set(made.data), {"id", "name", "url", "secret", "events", "headers", "is_active", "created_at"})
        self.assertRegex(made.data["secret"], r"^whsec_[0-9a-f]{64}$")
        webhook = made.data["id"]
        got = e.get("/webhooks/" + webhook).data
        self.assertEqual(set(got), {"id", "name", "url", "events", "headers", "is_active", "created_at", "updated_at"})
        listed = e.get("/webhooks").data[0]
        self.assertEqual((listed["id"], set(listed)), (webhook, set(got) - {"headers"}))
        changed = e.call("PATCH", "/webhooks/" + webhook, {"name": "new", "headers": None, "is_active": False, "events": ["execution.failed"]}).data
        self.assertEqual(set(changed), set(got) - {"created_at"})
        self.assertEqual((changed["name"], changed["headers"], changed["is_active"], changed["events"]), ("new", None, False, ["execution.failed"]))
        self.assertEqual(e.call("PATCH", "/webhooks/" + webhook, {}).data["name"], "new")
        for body in ({"events": []}, {"name": ""}, {"url": ""}):
            self.assertEqual(e.call("PATCH", "/webhooks/" + webhook, body).status, 200)
        self.assertEqual(e.call("DELETE", "/webhooks/" + webhook).data, {"id": webhook, "deleted": True})
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")):
            self.missing(e.call(method, f"/webhooks/{webhook}{path}"), "Webhook", webhook)
        self.missing(e.call("PATCH", "/webhooks/" + webhook, {}), "Webhook", webhook)

    def test_refusals_of_create_in_order(self):
        wrong = {"name": "", "url": "nowhere", "events": ["execution.finished"]}
        for fixed, word in (({}, "name"), ({"name": "n"}, "url"), ({"name": "n", "url": "http://a/"}, "execution.finished")):
            error = self.refused(self.emulator.post("/webhooks", {**wrong, **fixed}), 400, "validation_error")
            self.assertIn(word, error["message"])
            self.assertNotIn("details", error)
        for fields in ({"name": ...}, {"url": ...}, {"url": ""}, {"url": "/relative"}, {"url": "ftp://a/b"}, {"events": ...}, {"events": []},
                       {"events": [7]}, {"events": ["test"]}, {"headers": {"a": "x\r\ny: z"}}, {"headers": "x"}):
            self.refused(self.create(**fields), 400, "validation_error")
        self.refused(self.create(name="n" * 256), 500, "internal_error")
        self.refused(self.create(url="http://a/" + "x" * 2048), 500, "internal_error")
        self.assertEqual(self.create(headers=None, url="https://ops.example.net/fm").status, 201)

    def test_refusals_of_update(self):
        patch = lambda body: self.emulator.call("PATCH", "/webhooks/wh_demo", body)
        self.refused(patch({"url": "nowhere", "events": ["x"]}), 400, "validation_error")
        self.refused(patch({"events": ["x"], "name": None}), 400, "validation_error")
        self.refused(patch({"name": None}), 500, "internal_error")
        self.refused(patch({"url": None}), 500, "internal_error")

    def test_demo(self):
        self.assertFalse(self.emulator.get("/webhooks/wh_demo").data["is_active"])


class Testing(Webhooks):
    def test_delivered(self):
        target = self.target(204)
        made = self.create(url=target.url + "?a=b", headers={"X-Own": "mine"}).data
        result = self.emulator.post(f"/webhooks/{made['id']}/test").data
        self.assertEqual((result["success"], result["status_code"], result["webhook_id"]), (True, 204, made["id"]))
        self.assertIsInstance(result["response_time_ms"], int)
        self.assertFalse({"error", "error_message"} & set(result))
        path, headers, body = target.next()
        content = json.loads(body)
        self.assertEqual((path, content["event"], content["id"]), ("/hook?a=b", "test", result["delivery_id"]))
        self.assertEqual((content["data"]["webhook_id"], headers["x-flowmaestro-delivery-id"]), (made["id"], content["id"]))
        self.assertEqual(headers["x-flowmaestro-signature"], signature(made["secret"], body))
        self.assertEqual((headers["content-type"], headers["x-own"]), ("application/json", "mine"))
        self.assertNotIn("x-flowmaestro-event", headers)
        self.assertEqual(self.deliveries(made["id"]), [])

    def test_refused_and_unreachable(self):
        target = self.target(500)
        made = self.create(url=target.url).data["id"]
        self.emulator.call("PATCH", "/webhooks/" + made, {"is_active": False})
        a = self.emulator.post(f"/webhooks/{made}/test")
        self.assertEqual((a.status, a.data["success"], a.data["status_code"]), (200, False, 500))
        self.assertTrue(a.data["error_message"])
        a = self.emulator.post("/webhooks/wh_demo/test")
        self.assertEqual((a.status, a.data["success"]), (200, False))
        self.assertNotIn("status_code", a.data)
        self.assertTrue(a.data["error"] and a.data["error_message"])

    def test_vectors(self):
        """The signatures of the wire document's samples, so that the check above is one."""
        self.assertEqual(signature(VECTORS, b"{}"), "v1=f615f334c6e97b3c2d29a62fcfe0b42dae17b995e87ba3befa50e65cd0cb4c23")
        self.assertEqual(signature(VECTORS, '{"q":"é"}'.encode()), "v1=79f47730dc0cb7fa983b73091395c5f0d3a6d07d09377346279368c5a6951cfb")


class Deliveries(Webhooks):
    def test_of_a_run(self):
        target = self.target()
        made = self.create(url=target.url, events=["execution.started", "execution.completed"], headers={"User-Agent": "mine"}).data
        execution = self.run_echo()
        for event, status in (("execution.started", "running"), ("execution.completed", "completed")):
            _, headers, body = target.next()
            content = json.loads(body)
            self.assertEqual(list(content), ["id", "event", "created_at", "data"])
            self.assertEqual((content["event"], headers["x-flowmaestro-event"], headers["user-agent"]), (event, event, "mine"))
            self.assertEqual(headers["x-flowmaestro-signature"], signature(made["secret"], body))
            self.assertNotEqual(headers["x-flowmaestro-delivery-id"], content["id"])
            self.assertEqual((content["data"]["execution_id"], content["data"]["workflow_name"], content["data"]["status"]), (execution, "Echo", status))
        self.assertEqual(content["data"]["outputs"], {"é": 1})
        row = self.settled(made["id"], "success", 1)
        self.assertEqual(set(row), {"id", "event_type", "status", "attempts", "response_status", "error_message", "created_at", "last_attempt_at"})
        self.assertEqual((row["id"], row["event_type"], row["response_status"]), (headers["x-flowmaestro-delivery-id"], "execution.completed", 200))
        self.assertEqual(len(self.deliveries(made["id"], "?per_page=1")), 1)

    def test_of_a_cancelled_and_a_failed_run(self):
        target = self.target()
        self.create(url=target.url, events=["execution.cancelled", "execution.failed"])
        execution = self.emulator.post("/workflows/wf_slow/execute", {}).data["execution_id"]
        self.emulator.post(f"/executions/{execution}/cancel")
        self.assertEqual(json.loads(target.next()[2])["event"], "execution.cancelled")
        self.emulator.outcome(self.emulator.post("/workflows/wf_failing/execute", {}).data["execution_id"])
        content = json.loads(target.next()[2])
        self.assertEqual((content["event"], content["data"]["error"]), ("execution.failed", "mail server refused the recipient"))

    def test_of_a_message(self):
        target = self.target()
        events = ["thread.message.created", "thread.message.completed", "agent.execution.started", "agent.execution.completed"]
        self.create(url=target.url, events=events)
        answer = self.emulator.post("/threads/thread_demo/messages", {"content": "hi"}).data
        seen = {}
        for _ in events:
            content = json.loads(target.next()[2])
            seen[content["event"]] = content["data"]
        self.assertEqual(set(seen), set(events))
        self.assertEqual((seen[events[0]]["role"], seen[events[0]]["content"]), ("user", "hi"))
        self.assertEqual((seen[events[1]]["message_id"], seen[events[1]]["content"]), (answer["message_id"], answer["content"]))
        self.assertEqual((seen[events[3]]["status"], seen[events[3]]["agent_id"]), ("completed", "agent_support"))

    def test_retries(self):
        target = self.target(503, 429, 200)
        made = self.create(url=target.url).data
        self.run_echo()
        identities = set()
        for attempt, wait in ((1, 120), (2, 240), (3, 0)):
            _, headers, body = target.next()
            self.assertEqual(headers["x-flowmaestro-signature"], signature(made["secret"], body))
            identities.add((headers["x-flowmaestro-delivery-id"], json.loads(body)["id"]))
            if attempt < 3:
                row = self.settled(made["id"], "retrying", attempt)
                self.assertEqual(row["response_status"], (503, 429)[attempt - 1])
                self.emulator.control("clock", {"advance_ms": wait * 1000})
        self.assertEqual(len(identities), 1)
        self.assertIsNone(self.settled(made["id"], "success", 3)["error_message"])

    def test_gives_up_after_five(self):
        target = self.target(500)
        made = self.create(url=target.url).data["id"]
        self.run_echo()
        for attempt, wait in enumerate((120, 240, 480, 960), 1):
            target.next()
            self.settled(made, "retrying", attempt)
            self.emulator.control("clock", {"advance_ms": wait * 1000})
        target.next()
        self.settled(made, "failed", 5)
        self.assertTrue(target.received.empty())

    def test_not_retried(self):
        target = self.target(404)
        made = self.create(url=target.url).data["id"]
        self.run_echo()
        row = self.settled(made, "failed", 1)
        self.assertEqual((row["response_status"], bool(row["error_message"])), (404, True))

    def test_no_answer_is_retried(self):
        made = self.create(url="http://127.0.0.1:9/none").data["id"]
        self.run_echo()
        row = self.settled(made, "retrying", 1)
        self.assertEqual((row["response_status"], bool(row["error_message"])), (None, True))

    def test_inactive_ones_get_nothing(self):
        target = self.target(500)
        made = self.create(url=target.url).data["id"]
        self.run_echo()
        target.next()
        self.settled(made, "retrying", 1)
        self.emulator.call("PATCH", "/webhooks/" + made, {"is_active": False})
        self.emulator.control("clock", {"advance_ms": 120_000})
        self.assertRegex(self.settled(made, "failed", 1)["id"], re.compile(r"^\d+$"))
        self.run_echo()
        self.assertEqual(len(self.deliveries(made)), 1)
        self.assertTrue(target.received.empty())


if __name__ == "__main__":
    unittest.main()
