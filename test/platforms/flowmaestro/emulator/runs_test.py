"""Executions: life cycle, live events, cancelling, control by hand, lists."""

import unittest

from client import EmulatorTest

ONBOARDING = ["validate", "lookup", "classify", "account", "letter", "notify"]


class Runs(EmulatorTest):
    def begin(self, workflow, inputs=None):
        a = self.emulator.post(f"/workflows/{workflow}/execute", {"inputs": inputs or {}})
        self.assertEqual((a.status, a.data["status"]), (202, "pending"), a.body)
        return a.data["execution_id"]

    def events(self, execution):
        return self.emulator.stream(f"/executions/{execution}/events")

    def run_by_hand(self, execution, action, **more):
        return self.emulator.control("run", {"execution_id": execution, "action": action, **more})

    def held(self, workflow, inputs=None):
        execution = self.begin(workflow, inputs)
        self.run_by_hand(execution, "pause")
        return execution


class Starting(Runs):
    def test_inputs(self):
        for body, accepted in (({"inputs": {"a": [1, {"b": None}]}}, {"a": [1, {"b": None}]}), ({}, {}), (None, {}), ({"inputs": None}, {}),
                               ({"inputs": 0}, {}), ({"inputs": ""}, {}), ({"inputs": [1]}, [1]), ({"inputs": 7}, 7), ({"inputs": True}, True)):
            a = self.emulator.post("/workflows/wf_echo/execute", body)
            self.assertEqual((a.status, a.data["inputs"], a.data["workflow_id"]), (202, accepted, "wf_echo"))
            self.assertEqual(self.emulator.outcome(a.data["execution_id"])["outputs"], accepted)

    def test_text_as_inputs_leaves_a_pending_row(self):
        self.refused(self.emulator.post("/workflows/wf_echo/execute", {"inputs": "x"}), 500, "execution_failed")
        newest = self.emulator.get("/executions?per_page=1").data[0]
        self.assertEqual((newest["workflow_id"], newest["status"]), ("wf_echo", "pending"))

    def test_unknown(self):
        self.missing(self.emulator.post("/workflows/none/execute", {}), "Workflow", "none")

    def test_result(self):
        execution = self.begin("wf_onboarding", {"customer_name": "Zoë"})
        done = self.emulator.outcome(execution)
        self.assertEqual(set(done), {"id", "workflow_id", "status", "inputs", "outputs", "error", "started_at", "completed_at", "created_at"})
        self.assertEqual((done["status"], done["error"], done["inputs"]), ("completed", None, {"customer_name": "Zoë"}))
        self.assertEqual(done["outputs"]["welcome"], "Welcome aboard, Zoë!")
        self.assertLessEqual(done["created_at"], done["started_at"])
        self.assertLessEqual(done["started_at"], done["completed_at"])


class Events(Runs):
    def test_complete_run(self):
        execution = self.begin("wf_onboarding", {"customer_name": "Ada"})
        with self.events(execution) as s:
            self.assertEqual((s.status, s.headers["content-type"]), (200, "text/event-stream"))
            self.assertNotIn("x-request-id", s.headers)
            seen = s.rest()
        expected = ["connected", "execution:started"]
        for _ in ONBOARDING:
            expected += ["node:started", "node:completed", "execution:progress"]
        self.assertEqual([n for n, _ in seen], expected + ["execution:completed"])
        for name, data in seen:
            self.assertEqual((data["type"], data["execution_id"]), (name, execution))
            self.assertEqual(isinstance(data.get("timestamp"), int), name != "connected")
        self.assertEqual(seen[0][1]["status"], "pending")
        self.assertEqual([d["node_id"] for n, d in seen if n == "node:completed"], ONBOARDING)
        self.assertEqual([d["progress"] for n, d in seen if n == "execution:progress"], [17, 33, 50, 67, 83, 100])
        for name, data in seen:
            if name == "node:completed":
                self.assertEqual({"node_name", "node_type", "outputs", "duration_ms"} - set(data), set())
        last = seen[-1][1]
        self.assertEqual((last["status"], last["outputs"]["customer"]), ("completed", "Ada"))
        self.assertIn("completed_at", last)

    def test_failing_run(self):
        execution = self.begin("wf_failing", {"customer_name": "Ada"})
        with self.events(execution) as s:
            seen = s.rest()
        self.assertEqual([n for n, _ in seen][-3:], ["node:failed", "execution:progress", "execution:failed"])
        self.assertEqual(seen[-3][1]["error"], "mail server refused the recipient")
        self.assertEqual(seen[-2][1]["progress"], 100)
        self.assertEqual((seen[-1][1]["status"], seen[-1][1]["failed_node_id"]), ("failed", "mail"))
        self.assertEqual(seen[-1][1]["error"], "mail server refused the recipient")
        row = self.emulator.get("/executions/" + execution).data
        self.assertEqual((row["status"], row["outputs"], row["error"]), ("failed", None, "mail server refused the recipient"))

    def test_ended_already(self):
        for status in ("completed", "failed", "cancelled"):
            with self.events("exec_" + status) as s:
                seen = s.rest()
            self.assertEqual([n for n, _ in seen], ["execution:" + status])
            data = seen[0][1]
            self.assertEqual((data["type"], data["execution_id"], data["status"]), ("execution:" + status, "exec_" + status, status))
            self.assertEqual("completed_at" in data, status != "cancelled")
            self.assertTrue({"outputs", "error"} <= set(data))

    def test_unknown(self):
        self.missing(self.emulator.get("/executions/none/events"), "Execution", "none")
        self.assertEqual(self.emulator.get("/executions/none/events", key="").status, 401)

    def test_two_watchers_and_one_that_leaves(self):
        execution = self.held("wf_echo")
        leaving, first, second = self.events(execution), self.events(execution), self.events(execution)
        for s in (leaving, first, second):
            self.assertEqual(s.next()[0], "connected")
        leaving.close()
        self.run_by_hand(execution, "resume")
        one, two = first.rest(), second.rest()
        self.assertEqual(one, two)
        self.assertEqual(one[-1][0], "execution:completed")
        first.close()
        second.close()

    def test_keep_alive(self):
        self.emulator.control("options", {"keepalive_ms": 20})
        with self.events("exec_paused") as s:
            self.assertEqual(s.next()[0], "connected")
            for _ in range(3):
                self.assertEqual(s.next(), (":", "keepalive"))

    def test_camel(self):
        self.emulator.control("options", {"event_case": "camel"})
        with self.events(self.begin("wf_echo", {"a": 1})) as s:
            seen = dict(s.rest())
        self.assertEqual(set(seen["connected"]), {"execution_id", "status"})
        self.assertEqual(set(seen["execution:started"]) - {"status"}, {"type", "timestamp", "executionId", "workflowName", "totalNodes"})
        self.assertEqual(set(seen["node:completed"]), {"type", "timestamp", "executionId", "nodeId", "nodeName", "nodeType", "output", "duration"})
        self.assertEqual(seen["execution:progress"]["percentage"], 100)
        self.assertEqual(set(seen["execution:completed"]), {"type", "timestamp", "executionId", "status", "outputs", "duration"})

    def test_without_type(self):
        self.emulator.control("options", {"event_type": False})
        with self.events(self.begin("wf_echo")) as s:
            self.assertFalse(any("type" in data for _, data in s.rest()))


class Cancelling(Runs):
    def test_while_it_runs(self):
        execution = self.begin("wf_slow")
        with self.events(execution) as s:
            s.until("node:started")
            a = self.emulator.post(f"/executions/{execution}/cancel")
            self.assertEqual((a.status, a.data["id"], a.data["status"], a.data["workflow_id"]), (200, execution, "cancelled", "wf_slow"))
            self.assertEqual({"message", "cancelled_at"} - set(a.data), set())
            self.assertEqual([n for n, _ in s.rest()][-1], "execution:cancelled")
        row = self.emulator.get("/executions/" + execution).data
        self.assertEqual((row["status"], row["completed_at"], row["outputs"]), ("cancelled", None, None))
        self.assertIsNotNone(row["started_at"])

    def test_before_it_runs(self):
        execution = self.begin("wf_slow")
        self.assertEqual(self.emulator.post(f"/executions/{execution}/cancel", raw="").status, 200)
        self.emulator.control("clock", {"advance_ms": 60_000})
        row = self.emulator.get("/executions/" + execution).data
        self.assertEqual((row["status"], row["started_at"]), ("cancelled", None))

    def test_refusals(self):
        for status in ("completed", "failed", "cancelled", "paused"):
            error = self.refused(self.emulator.post(f"/executions/exec_{status}/cancel"), 400, "validation_error")
            self.assertIn(status, error["message"])
            self.assertNotIn("details", error)
        self.missing(self.emulator.post("/executions/none/cancel"), "Execution", "none")


class ByHand(Runs):
    def test_approval(self):
        execution = self.begin("wf_approval", {"amount": 120})
        with self.events(execution) as s:
            seen = s.until("execution:paused")
            self.assertEqual(seen[-1][1]["node_id"], "approve")
            self.assertEqual(self.emulator.get("/executions/" + execution).data["status"], "paused")
            self.run_by_hand(execution, "resume")
            self.assertEqual(s.next()[0], "execution:resumed")
            self.assertEqual(s.rest()[-1][1]["outputs"], {"approved": True, "amount": 120})

    def test_built_in_paused_run(self):
        self.run_by_hand("exec_paused", "resume")
        self.assertEqual(self.emulator.outcome("exec_paused")["status"], "completed")

    def test_steps(self):
        execution = self.held("wf_onboarding", {"customer_name": "Ada"})
        with self.events(execution) as s:
            self.assertEqual(s.next()[1]["status"], "paused")
            self.run_by_hand(execution, "step")
            self.assertEqual([s.next()[0] for _ in range(2)], ["execution:started", "node:started"])
            for n in range(5):
                self.run_by_hand(execution, "step")
                self.assertEqual([s.next()[0] for _ in range(3)], ["node:completed", "execution:progress", "node:started"])
                self.assertEqual(self.emulator.get("/executions/" + execution).data["status"], "paused")
            self.run_by_hand(execution, "step")
            self.assertEqual([n for n, _ in s.rest()], ["node:completed", "execution:progress", "execution:completed"])
        with self.assertRaisesRegex(RuntimeError, "ended"):
            self.run_by_hand(execution, "step")

    def test_resume_after_steps(self):
        execution = self.held("wf_onboarding", {"customer_name": "Ada"})
        for _ in range(3):
            self.run_by_hand(execution, "step")
        self.run_by_hand(execution, "resume")
        self.assertEqual(self.emulator.outcome(execution)["status"], "completed")

    def test_complete_and_fail(self):
        one, two = self.held("wf_slow"), self.held("wf_slow")
        self.run_by_hand(one, "complete", outputs={"x": 1})
        self.run_by_hand(two, "fail", error="no more paper")
        self.assertEqual(self.emulator.outcome(one)["outputs"], {"x": 1})
        failed = self.emulator.outcome(two)
        self.assertEqual((failed["status"], failed["error"], failed["started_at"]), ("failed", "no more paper", None))
        self.assertIsNotNone(failed["completed_at"])

    def test_refusals(self):
        execution = self.held("wf_slow")
        for action, word in (("pause", "already"), ("fly", "unknown action")):
            with self.assertRaisesRegex(RuntimeError, word):
                self.run_by_hand(execution, action)
        running = self.begin("wf_slow")
        with self.assertRaisesRegex(RuntimeError, "not paused"):
            self.run_by_hand(running, "resume")
        with self.assertRaisesRegex(RuntimeError, "no such execution"):
            self.run_by_hand("none", "pause")

    def test_reset_in_the_middle(self):
        execution = self.begin("wf_slow")
        with self.events(execution) as s:
            s.until("node:started")
            self.emulator.control("reset")
            s.rest()
        self.emulator.control("clock", {"advance_ms": 60_000})
        self.missing(self.emulator.get("/executions/" + execution), "Execution", execution)


class Lists(Runs):
    def test_filters(self):
        e = self.emulator
        every = e.get("/executions?per_page=100")
        self.assertGreaterEqual(every.json["pagination"]["total_count"], 34)
        for status in ("completed", "failed", "cancelled", "paused"):
            a = e.get(f"/executions?per_page=100&status={status}")
            self.assertEqual([x["id"] for x in a.data], [x["id"] for x in every.data if x["status"] == status])
        a = e.get("/executions?workflow_id=wf_echo&status=completed&per_page=7&page=2")
        self.assertEqual((len(a.data), a.json["pagination"]["total_count"], {x["workflow_id"] for x in a.data}), (7, 30, {"wf_echo"}))
        for query in ("workflow_id=none", "status=unknown"):
            self.assertEqual(e.get("/executions?" + query).data, [])

    def test_newest_first(self):
        execution = self.begin("wf_echo")
        self.assertEqual(self.emulator.get("/executions?per_page=1").data[0]["id"], execution)


if __name__ == "__main__":
    unittest.main()
