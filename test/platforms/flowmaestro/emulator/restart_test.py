"""State in a file survives the end of the process, however it ends."""

import json
import os
import tempfile
import unittest

from client import Emulator, Receiver, signature


class Restart(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.file = self.folder.name + "/state.db"
        self.emulator = None
        self.addCleanup(lambda: self.emulator.stop(kill=True))
        self.start()

    def start(self, speed="1", *more):
        self.emulator = Emulator("--db", self.file, "--speed", speed, *more)

    def restart(self, kill, speed="1", *more):
        status, errors = self.emulator.stop(kill)
        self.assertEqual(errors, "")
        if not kill:
            self.assertEqual(status, 0)
        self.start(speed, *more)

    def test_data(self):
        for kill in (False, True):
            e = self.emulator
            thread = e.post("/agents/agent_support/threads", {"metadata": {"a": 1}}).data["id"]
            webhook = e.post("/webhooks", {"name": "n", "url": "http://a/", "events": ["execution.failed"]}).data["id"]
            e.call("DELETE", "/webhooks/wh_demo")
            e.post("/triggers/trigger_signup/execute", {})
            count = e.get("/executions").json["pagination"]["total_count"]
            self.restart(kill)
            e = self.emulator
            self.assertEqual(e.get("/threads/" + thread).data["metadata"], {"a": 1})
            self.assertEqual(e.get("/webhooks/" + webhook).status, 200)
            self.assertEqual(e.get("/webhooks/wh_demo").status, 404)
            self.assertEqual(e.get("/executions").json["pagination"]["total_count"], count)
            self.assertEqual(e.get("/workflows").json["pagination"]["total_count"], 47)
            self.assertEqual(len(e.post("/knowledge-bases/kb_handbook/query", {"query": "password"}).data["results"]), 2)

    def test_runs_go_on(self):
        for kill in (False, True):
            e = self.emulator
            begin = lambda workflow: e.post(f"/workflows/{workflow}/execute", {"inputs": {"customer_name": "Ada"}}).data["execution_id"]
            running, waiting = begin("wf_slow"), begin("wf_approval")
            with e.stream(f"/executions/{running}/events") as s:
                s.until("execution:progress")
            with e.stream(f"/executions/{waiting}/events") as s:
                if e.get("/executions/" + waiting).data["status"] != "paused":
                    s.until("execution:paused")
            pending = begin("wf_echo")
            self.restart(kill, "10")
            e = self.emulator
            with e.stream(f"/executions/{running}/events") as s:
                seen = s.rest()
            self.assertNotIn("collect", [d.get("node_id") for _, d in seen])
            self.assertEqual(seen[-1][0], "execution:completed")
            self.assertEqual(e.outcome(pending)["status"], "completed")
            self.assertEqual(e.get("/executions/" + waiting).data["status"], "paused")
            e.control("run", {"execution_id": waiting, "action": "resume"})
            self.assertEqual(e.outcome(waiting)["status"], "completed")

    def test_replies_go_on(self):
        thread = self.emulator.post("/agents/agent_support/threads", {}).data["id"]
        self.emulator.control("agent", {"agent_id": "agent_support", "reply": "one two three", "delay_ms": 600_000})
        message = self.emulator.post(f"/threads/{thread}/messages", {"content": "x", "stream": True}).data["message_id"]
        self.restart(True)
        with self.emulator.stream(f"/threads/{thread}/events") as s:
            self.assertEqual(s.next()[0], "connected")
            self.emulator.control("clock", {"advance_ms": 600_000})
            seen = s.rest()
        self.assertEqual((seen[-1][0], seen[-1][1]["message_id"], seen[-1][1]["content"]), ("message:completed", message, "one two three"))
        self.assertEqual(self.emulator.get(f"/threads/{thread}/messages").data["messages"][-1]["id"], message)

    def test_deliveries_go_on(self):
        target = Receiver((503, 200))
        self.addCleanup(target.stop)
        made = self.emulator.post("/webhooks", {"name": "n", "url": target.url, "events": ["execution.completed"]}).data
        self.emulator.outcome(self.emulator.post("/workflows/wf_echo/execute", {}).data["execution_id"])
        first = target.next()
        deliveries = f"/webhooks/{made['id']}/deliveries"
        while self.emulator.get(deliveries).data[0]["status"] != "retrying":
            pass
        self.restart(True)
        self.emulator.control("clock", {"advance_ms": 120_000})
        second = target.next()
        self.assertEqual(json.loads(first[2])["id"], json.loads(second[2])["id"])
        self.assertEqual(second[1]["x-flowmaestro-signature"], signature(made["secret"], second[2]))
        while self.emulator.get(deliveries).data[0]["status"] != "success":
            pass
        self.assertEqual(self.emulator.get(deliveries).data[0]["attempts"], 2)

    def test_fixtures_do_not_undo_what_happened(self):
        os.mkdir(self.folder.name + "/flowmaestro")
        for entity, content in (("executions", [{"id": "exec_mine", "workflow_id": "wf_echo", "status": "pending", "inputs": {}}]),
                                ("knowledge_bases", [{"id": "kb_mine", "documents": [{"id": "d", "chunks": ["a fox"]}]}])):
            with open(f"{self.folder.name}/flowmaestro/{entity}.json", "w") as file:
                json.dump(content, file)
        for _ in range(2):
            self.restart(False, "10", "--fixtures", self.folder.name)
            self.assertEqual(self.emulator.outcome("exec_mine")["status"], "completed")
            self.assertEqual(len(self.emulator.post("/knowledge-bases/kb_mine/query", {"query": "fox"}).data["results"]), 1)


if __name__ == "__main__":
    unittest.main()
