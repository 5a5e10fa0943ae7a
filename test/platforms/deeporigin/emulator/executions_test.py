"""Runs: made, quoted, confirmed, moved, cancelled; what is refused (wire/deeporigin §3, §7, §9)."""

import base64
import json
import tempfile
import unittest

from client import Case, Emulator

ORG = "/tools/acme-bio"
RUNS = ORG + "/tools/executions"
CLUSTER = "3f0c8f5e-7a11-4c57-9d4e-0c6f1b2a9e01"
DATA = {"inputs": {"ligands": [{"id": "L1"}]}, "outputs": {}, "metadata": {}, "clusterId": CLUSTER}


def jwt(**claims):
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return ".".join((part({"alg": "HS256"}), part(claims), "c2ln"))


class Executions(Case):
    OPTIONS = ("--speed", "20")

    def create(self, tool="deeporigin.docking", version="3.1.0", **more):
        return self.e.post(f"{ORG}/tools/{tool}/{version}/executions", {**DATA, **more})

    def get(self, run):
        return self.e.get(f"{RUNS}/{run['executionId']}").json

    def patch(self, run, what):
        return self.e.call("PATCH", f"{RUNS}/{run['executionId']}:{what}", headers={"Content-Type": None})

    def advance(self, run):
        return self.e.control("advance", {"executionId": run["executionId"]})["status"]

    def test_created_queued_running_succeeded(self):
        self.e.control("options", {"manual": True})
        answer = self.create(name="demo", session="S", app="py", projectId="P")
        self.assertEqual(answer.status, 201)
        run = answer.json
        self.assertEqual((run["status"], run["tool"]), ("Created", {"key": "deeporigin.docking", "version": "3.1.0"}))
        self.assertEqual(run["cluster"]["name"], "sim-west")
        self.assertEqual(len(run["resourceId"]), 21)
        self.assertNotIn("startedAt", run)
        self.assertNotIn("quotationResult", run)
        seen = self.get(run)
        self.assertEqual((seen["startedAt"], seen["cluster"], seen["session"]), (None, {"id": CLUSTER}, "S"))
        self.assertEqual(self.advance(run), "Queued")
        self.assertIsNone(self.get(run)["startedAt"])
        self.assertEqual(self.advance(run), "Running")
        running = self.get(run)
        self.assertIsNotNone(running["startedAt"])
        self.assertEqual(json.loads(running["progressReport"]), {"complete": 40})
        tree = self.e.get(f"{RUNS}/{run['executionId']}", headers={"Accept": "application/json;v=2.0"}).json["progressReport"]
        self.assertEqual((tree["status"], len(tree["children"])), ("Running", 2))
        self.assertEqual(self.advance(run), "Succeeded")
        done = self.get(run)
        self.assertEqual(done["jobOutputs"]["poses"][0]["ligand_id"], "L1")
        self.assertIsNotNone(done["completedAt"])
        self.assertEqual(self.advance(run), "Succeeded")

    def test_approve_amount(self):
        for amount, tool, status in ((-1, "deeporigin.docking", "Quoted"), (0, "deeporigin.docking", "Quoted"),
                                     (0, "deeporigin.mol-props-combined", "Created"), (5, "deeporigin.docking", "Created"),
                                     (0.1, "deeporigin.docking", "Quoted"), (-1, "deeporigin.mol-props-combined", "Quoted"),
                                     (None, "deeporigin.docking", "Created")):
            run = self.create(tool, "latest", approveAmount=amount).json
            self.assertEqual(run["status"], status, (amount, tool))
        quoted = self.create(approveAmount=-1).json
        one = quoted["quotationResult"]["successfulQuotations"][0]
        self.assertEqual((one["itemCode"], one["qty"], one["priceTotal"], one["orgId"]), ("DO_DOCK", 1, 0.2, "acme-bio"))
        self.assertEqual(self.patch(quoted, "confirm").json["billingTransaction"]["totalCost"], 0.2)

    def test_confirm_and_cancel_by_status(self):
        self.e.control("options", {"manual": True})
        quoted = self.create(approveAmount=-1).json
        self.assertEqual(self.patch(quoted, "confirm").json["status"], "Created")
        self.assertEqual(self.patch(quoted, "confirm").status, 200)
        cancelled = self.patch(quoted, "cancel").json
        self.assertEqual((cancelled["status"], cancelled["completedAt"], cancelled["cluster"]["name"]), ("Cancelled", None, "sim-west"))
        self.assertEqual(self.patch(quoted, "cancel").status, 200)
        self.assertEqual(self.patch(quoted, "confirm").status, 409)
        self.assertEqual(self.patch(self.create(approveAmount=-1).json, "cancel").json["status"], "Cancelled")
        done = self.create("deeporigin.protein-prep", "latest").json
        self.assertEqual(done["status"], "Succeeded")
        self.assertEqual(self.patch(done, "cancel").status, 409)
        encoded = self.e.call("PATCH", f"{RUNS}/{self.create(approveAmount=-1).json['executionId']}%3Aconfirm")
        self.assertEqual(encoded.json["status"], "Created")

    def test_money(self):
        self.e.control("options", {"balance": 0.3})
        first, second = self.create(approveAmount=1).json, self.create(approveAmount=-1).json
        self.assertEqual(first["status"], "Created")
        poor = self.patch(second, "confirm")
        self.assertEqual((poor.status, poor.json["status"], poor.json["startedAt"]), (200, "InsufficientFunds", None))
        self.assertEqual(poor.json["statusReason"]["items"][0]["actionRequest"], "Top up the balance")

    def test_wishes(self):
        self.assertEqual(self.create("deeporigin.protein-prep", "1", metadata={"emulator": "fail"}).json["status"], "Failed")
        self.assertEqual(self.create(metadata={"emulator": "failQuotation"}).json["status"], "FailedQuotation")
        self.assertEqual(self.create(sync=True).json["status"], "Succeeded")

    def test_what_is_refused(self):
        self.assertEqual(self.create("deeporigin.nothing").status, 404)
        self.assertEqual(self.create(version="9").status, 404)
        self.assertEqual(self.create(version="2.9.0").status, 400)
        self.assertEqual(self.create(clusterId="none").status, 404)
        missing = self.e.post(f"{ORG}/tools/deeporigin.docking/latest/executions", {"outputs": 7})
        self.assertEqual((missing.status, missing.json["errors"]), (400, [
            {"field": "inputs", "reason": "required"}, {"field": "outputs", "reason": "invalid_type"},
            {"field": "clusterId", "reason": "required"}]))
        self.assertEqual(self.create(visibility=None).status, 400)
        self.assertEqual(self.create(colour="blue").status, 201)
        gone = self.e.get(RUNS + "/00000000-0000-4000-8000-00000000dead")
        self.assertEqual((gone.status, gone.json), (404, {
            "statusCode": 404, "message": "Execution 00000000-0000-4000-8000-00000000dead not found", "error": "Not Found"}))
        self.assertEqual(self.e.get("/tools/nothing").status, 404)
        self.assertEqual(self.e.call("DELETE", RUNS).status, 405)
        run = self.create().json
        self.assertEqual(self.e.get(f"/tools/other/tools/executions/{run['executionId']}").status, 404)

    def test_tokens_and_organisations(self):
        for header in (None, "", "Bearer", "Bearer ", "Basic x", "Bearer " + jwt(exp=1)):
            answer = self.e.get(RUNS, headers={"Authorization": header})
            self.assertEqual((answer.status, answer.json), (401, {"statusCode": 401, "message": "Unauthorized",
                                                                  "error": "Unauthorized"}), header)
        self.assertEqual(self.e.get(RUNS, headers={"Authorization": "Bearer " + jwt(exp=4100000000)}).status, 200)
        self.e.control("options", {"orgs": ["other"]})
        self.assertEqual(self.e.get(RUNS).status, 403)
        self.assertEqual(self.e.get("/tools/health", headers={"Authorization": None}).json, {"status": "ok"})

    def test_versions(self):
        versions = lambda pin: self.e.get(f"/tools/protected/tools/deeporigin.docking/{pin}/definitions")
        self.assertEqual(versions("latest").json["version"], "3.2.3")
        self.assertEqual(versions("3").json["version"], "3.2.3")
        self.assertEqual(versions("3.0.4").json["version"], "3.0.4")
        self.assertEqual((versions("2").status, versions("2.9.0").json["enabled"]), (404, False))
        self.assertEqual(self.e.get("/tools/protected/tools/none/definitions").json, {"data": []})
        self.assertGreaterEqual(len({d["key"] for d in self.e.get("/tools/protected/tools/definitions").data}), 8)
        self.assertEqual(self.e.get(ORG + "/clusters").json["pagination"], {"count": 2})


class Restart(unittest.TestCase):
    def test_what_was_under_way_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            first = Emulator("--db", folder + "/state.db")
            run = first.post(f"{ORG}/tools/deeporigin.docking/3/executions", DATA).json
            first.stop(kill=True)
            second = Emulator("--db", folder + "/state.db", "--speed", "0")
            self.addCleanup(second.stop, kill=True)
            self.assertEqual(second.get(RUNS).json["count"], 2501)
            for _ in range(500):
                status = second.get(f"{RUNS}/{run['executionId']}").json["status"]
                if status == "Succeeded":
                    break
            self.assertEqual(status, "Succeeded")


if __name__ == "__main__":
    unittest.main()
