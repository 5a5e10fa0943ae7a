"""State in a file survives the end of the process, however it ends."""

import tempfile
import unittest

from client import Emulator

TRIAGE = "3BtriageAgent00000000000001"
REVIEW = "3BreviewAgent00000000000001"


class Restart(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.start()
        self.addCleanup(lambda: self.e.stop(kill=True))

    def start(self):
        self.e = Emulator("--db", self.folder.name + "/state.db")

    def restart(self, kill):
        self.assertEqual(self.e.stop(kill)[1], "")
        self.start()

    def test_what_is_stored_stays(self):
        for kill in (False, True):
            prompt = self.e.post("/prompts", {"name": "kept"}).data["id"]
            run = self.e.execute(TRIAGE, {"message": "my parcel"})
            self.e.call("DELETE", "/credentials/3BcredentialSpare0000000001")
            memory = self.e.post(f"/agents/{TRIAGE}/memories", {"content": "kept in mind", "memory_type": "fact"}).data["id"]
            self.restart(kill)
            self.assertEqual(self.e.get("/prompts/" + prompt).data["name"], "kept")
            self.assertEqual(self.e.get("/executions/" + run["id"]).data["output"]["content"], "category: delivery")
            self.assertEqual(len(self.e.get("/traces/" + run["trace_id"]).data), 2)
            self.assertEqual(self.e.get("/credentials/3BcredentialSpare0000000001").status, 404)
            found = self.e.post(f"/agents/{TRIAGE}/memories/search", {"query": "IN MIND"}).data
            self.assertIn(memory, [m["id"] for m in found])
            self.assertEqual(self.e.stream(f"/executions/{run['id']}/stream").rest()[-1][0], "done")

    def test_what_was_running_ends_as_interrupted(self):
        run = self.e.execute(TRIAGE, {"message": "no stored answer for this one, so it takes its time"}, sync=False)
        self.restart(kill=True)
        stored = self.e.get("/executions/" + run["id"]).data
        self.assertEqual((stored["status"], stored["error"]), ("failed", "interrupted by a restart"))
        self.assertEqual(self.e.stream(f"/executions/{run['id']}/stream").rest(), [("error", {"message": stored["error"]})])

    def test_an_approval_outlives_the_process(self):
        run = self.e.execute(REVIEW, {"message": "hello"})
        self.restart(kill=True)
        approval = self.e.get(f"/executions/{run['id']}/pending-approval").data["id"]
        self.e.post(f"/approvals/{approval}/decide", {"decision": "approved"})
        self.assertIn("hello", self.e.get("/executions/" + run["id"]).data["output"]["content"])


if __name__ == "__main__":
    unittest.main()
