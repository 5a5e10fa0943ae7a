"""Runs: their states, their streams, what they cost."""

import unittest

from client import Case

TRIAGE = "3BtriageAgent00000000000001"
REVIEW = "3BreviewAgent00000000000001"


class Runs(Case):
    OPTIONS = ()  # in their own time

    def test_a_run_in_the_background(self):
        run = self.e.execute(TRIAGE, {"message": "no stored answer for this"}, sync=False)
        self.assertEqual((run["status"], run["output"]), ("pending", None))
        live = self.e.stream(f"/executions/{run['id']}/stream").rest()
        done = self.e.get("/executions/" + run["id"]).data
        self.assertEqual(done["status"], "completed")
        self.assertEqual(live[-1], ("done", {"output": {"content": done["output"]["content"]},
                                             "token_usage": done["token_usage"]}))
        self.assertEqual("".join(d["content"] for n, d in live if n == "content"), done["output"]["content"])
        self.assertEqual(self.e.stream(f"/executions/{run['id']}/stream").rest(), live, "the replay tells the same")

    def test_the_same_question_gets_the_same_answer(self):
        answers = {self.e.execute(TRIAGE, {"message": "an unusual question"})["output"]["content"] for _ in range(3)}
        self.assertEqual(len(answers), 1)

    def test_several_listeners_see_one_run(self):
        run = self.e.execute(TRIAGE, {"message": "no stored answer for this"}, sync=False)
        streams = [self.e.stream(f"/executions/{run['id']}/stream") for _ in range(3)]
        told = [s.rest() for s in streams]
        self.assertEqual(told[0], told[1])
        self.assertEqual(told[0], told[2])

    def test_a_listener_that_leaves_does_not_stop_the_run(self):
        run = self.e.execute(TRIAGE, {"message": "no stored answer for this"}, sync=False)
        first = self.e.stream(f"/executions/{run['id']}/stream")
        next(first)
        first.close()
        self.assertEqual(self.e.stream(f"/executions/{run['id']}/stream").rest()[-1][0], "done")

    def test_a_stream_waits_for_the_decision(self):
        self.e.control("options", {"keepalive_ms": 50})
        self.addCleanup(self.e.control, "options", {"keepalive_ms": 15000})
        for decision, last in (("approved", "done"), ("rejected", "error")):
            run = self.e.execute(REVIEW, {"message": "hello"})
            stream = self.e.stream(f"/executions/{run['id']}/stream")
            self.assertEqual(next(stream), (":", ": keep-alive"))
            approval = self.e.get(f"/executions/{run['id']}/pending-approval").data["id"]
            self.e.post(f"/approvals/{approval}/decide", {"decision": decision})
            events = [event for event in stream.rest() if event[0] != ":"]
            self.assertEqual(events[-1][0], last)
            if decision == "rejected":
                self.assertEqual(events[-1][1], {"message": "rejected"})
            stored = self.e.get("/executions/" + run["id"]).data
            self.assertEqual(stored["status"], {"approved": "completed", "rejected": "rejected"}[decision])
            self.assertEqual(stored["output"] is not None, decision == "approved")
        self.refused(self.e.get(f"/executions/{run['id']}/pending-approval"), 404, "not_found",
                     "no pending approval for this execution")

    def test_what_cannot_start_is_not_stored(self):
        details = self.refused(self.e.post(f"/agents/{TRIAGE}/execute", {"input": {}}), 400, "bad_request",
                               "a variable of the prompt is missing")
        self.assertEqual(details, {"message": "required"})
        self.refused(self.e.post(f"/agents/{TRIAGE}/execute", {"input": {"message": "x"}, "version_id": "nope"}), 404,
                     "not_found", "version not found")
        session = self.e.post("/chat/sessions", {"agent_id": "3BchainAgent000000000000001"}).data["id"]
        self.assertEqual(self.e.post(f"/chat/sessions/{session}/messages", {"content": "no topic"}).status, 400)
        self.assertEqual(self.e.get(f"/chat/sessions/{session}/messages").data, [])
        self.assertEqual(self.e.get("/executions").data, [])
        self.refused(self.e.post(f"/chat/sessions/{session}/messages/stream", {"content": ""}), 400, "bad_request",
                     "content is required")

    def test_costs_are_those_of_what_was_run(self):
        for _ in range(3):
            self.e.execute(TRIAGE, {"message": "my parcel"})
        chain = self.e.execute("3BchainAgent000000000000001", {"topic": "tea"})
        self.assertEqual(chain["token_usage"]["total_tokens"], 460)
        summary = self.e.get("/costs/summary").data
        self.assertEqual((summary["total_executions"], summary["total_tokens"]), (4, 3 * 230 + 460))
        self.assertAlmostEqual(summary["total_cost"], 3 * 0.0023 + 0.0046)
        self.assertEqual(sum(day["tokens"] for day in summary["daily_costs"]), summary["total_tokens"])
        self.assertEqual(self.e.get("/costs/agents/" + TRIAGE).data["total_executions"], 3)
        self.assertEqual(self.e.get("/costs/summary?from=2020-01-01&to=2020-12-31").data["total_executions"], 0)
        self.refused(self.e.get("/costs/summary?from=yesterday"), 400, "bad_request", "from is no date")
        metrics = self.e.get("/dashboard/metrics?days=1").data
        self.assertEqual((metrics["overview"]["total_executions"], metrics["overview"]["error_count"]), (4, 0))
        self.assertEqual(sum(m["total_tokens"] for m in metrics["model_usage"]), summary["total_tokens"])
        self.assertEqual({a["agent_id"] for a in metrics["agent_usage"]}, {TRIAGE, "3BchainAgent000000000000001"})

    def test_faults(self):
        self.e.control("faults", {"path": "/api/v1/agents", "status": 503, "headers": {"Retry-After": "1"}})
        failed = self.e.get("/agents")
        self.assertEqual((failed.status, failed.error["code"]), (503, "internal_error"))
        self.assertEqual(self.e.get("/agents").status, 200)




if __name__ == "__main__":
    unittest.main()
