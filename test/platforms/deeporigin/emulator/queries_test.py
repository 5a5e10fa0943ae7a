"""The two filter grammars, paging, and the data platform's rows (wire/deeporigin §3.5, §3.6, §9)."""

import json
import unittest
import urllib.parse

from client import Case

RUNS = "/tools/acme-bio/tools/executions"
SEARCH = "/data-platform/acme-bio/executions/search"
CLUSTER = "3f0c8f5e-7a11-4c57-9d4e-0c6f1b2a9e01"


class Queries(Case):
    def list(self, **parameters):
        if "filter" in parameters:
            parameters["filter"] = json.dumps(parameters["filter"]) if isinstance(parameters["filter"], dict) else parameters["filter"]
        return self.e.get(RUNS + "?" + urllib.parse.urlencode(parameters))

    def count(self, filter):
        answer = self.list(filter=filter, pageSize=1)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json["count"]

    def search(self, *props, **more):
        columns = ("column", "op", "value")
        return self.e.post(SEARCH, {"filter": {"props": [dict(zip(columns, p)) for p in props]}, "limit": 1,
                                    "with_total_count": True, **more})

    def total(self, *props):
        answer = self.search(*props)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json["meta"]["total_count"]

    def test_pages(self):
        first = self.list()
        self.assertEqual((len(first.data), first.json["count"]), (100, 2500))
        created = [run["createdAt"] for run in first.data]
        self.assertEqual(created, sorted(created, reverse=True))
        for run in first.data[:5]:
            for name in ("executionId", "status", "tool", "createdAt", "completedAt", "startedAt", "resourceId",
                         "billingTransaction", "quotationResult", "cluster", "type"):
                self.assertIn(name, run)
        past = self.list(page=99, pageSize=100)
        self.assertEqual((past.data, past.json["count"]), ([], 2500))
        for bad in ({"page": -1}, {"pageSize": 0}, {"pageSize": 10001}, {"pageSize": "x"}, {"order": "colour asc"},
                    {"order": "createdAt up"}, {"filter": "{"}, {"filter": "[]"}, {"filter": {"colour": 1}},
                    {"filter": {"status": {"$like": "x"}}}, {"filter": {"createdAt": {"$gt": "soon"}}}):
            self.assertEqual(self.list(**bad).status, 400, bad)
        ids = [run["executionId"] for run in self.list(order="executionId? asc", pageSize=10000).data]
        self.assertEqual((len(ids), ids), (2500, sorted(ids)))

    def test_the_filter_of_list(self):
        everything = self.list(pageSize=10000).data
        tally = lambda test: sum(1 for run in everything if test(run))
        for filter, test in (
                ({"session": "S1"}, lambda r: r["session"] == "S1"),
                ({"session": None}, lambda r: r["session"] is None),
                ({"projectId": "09DEM0PR0JECT"}, lambda r: r["projectId"] == "09DEM0PR0JECT"),
                ({"tool": {"toolManifest": {"key": "deeporigin.rbfe"}}}, lambda r: r["tool"]["key"] == "deeporigin.rbfe"),
                ({"tool": {"key": "deeporigin.rbfe", "version": "2.0.0"}},
                 lambda r: r["tool"] == {"key": "deeporigin.rbfe", "version": "2.0.0"}),
                ({"status": "Completed"}, lambda r: r["status"] == "Succeeded"),
                ({"status": {"$in": ["Quoted", "Failed"]}}, lambda r: r["status"] in ("Quoted", "Failed")),
                ({"status": {"$nin": ["Quoted", "Succeeded"]}}, lambda r: r["status"] not in ("Quoted", "Succeeded")),
                ({"status": {"$in": []}}, lambda r: False),
                ({"session": {"$ne": "S1"}}, lambda r: r["session"] != "S1"),
                ({"metadata": {"$exists": True, "$ne": None}}, lambda r: r["metadata"] is not None),
                ({"startedAt": {"$exists": False}}, lambda r: r["startedAt"] is None),
                ({"createdAt": {"$gt": "2026-03-01T01:00:00+01:00"}}, lambda r: r["createdAt"] > "2026-03-01T00:00:00.000Z"),
                ({"createdAt": {"$gte": "2026-02-01", "$lt": "2026-03-01"}},
                 lambda r: "2026-02-01" <= r["createdAt"] < "2026-03-01"),
                ({"name": "seed run 7'; DROP TABLE do_executions; --"}, lambda r: False)):
            self.assertEqual(self.count(filter), tally(test), filter)
        boundary = everything[10]["createdAt"]
        self.assertEqual(self.count({"createdAt": {"$gt": boundary}}), 10)
        self.e.control("options", {"null_sessions": True})
        self.assertEqual(self.count({"session": "S1"}), tally(lambda r: r["session"] in ("S1", None)))
        self.e.control("options", {"completed": True})
        self.assertEqual(self.list(filter={"status": "Succeeded"}, pageSize=1).data[0]["status"], "Completed")

    def test_the_filter_of_search(self):
        everything = self.list(pageSize=10000).data
        tally = lambda test: sum(1 for run in everything if test(run))
        self.assertEqual(self.total(), 2500)
        good = tally(lambda r: r["status"] == "Succeeded")
        self.assertEqual((self.total(("status", "eq", "Completed")), self.total(("status", "eq", "Succeeded"))), (good, good))
        self.assertEqual(self.total(("project_id", "eq", None)), tally(lambda r: r["projectId"] is None))
        self.assertEqual(self.total(("project_id", "neq", "09DEM0PR0JECT")), tally(lambda r: r["projectId"] != "09DEM0PR0JECT"))
        self.assertEqual(self.total(("project_id", "neq", None)), tally(lambda r: r["projectId"] is not None))
        self.assertEqual(self.total(("tool_key", "in", ["deeporigin.docking", "deeporigin.rbfe"]), ("status", "eq", "Failed")),
                         tally(lambda r: r["tool"]["key"] in ("deeporigin.docking", "deeporigin.rbfe") and r["status"] == "Failed"))
        self.assertEqual(self.total(("tool_key", "in", [])), 0)
        self.assertEqual(self.total(("tool_key", "not_in", ["deeporigin.docking"])),
                         tally(lambda r: r["tool"]["key"] != "deeporigin.docking"))
        self.assertEqual(self.total(("started_at", "gte", "2026-03-01"), ("started_at", "lt", "2026-03-02")),
                         tally(lambda r: r["startedAt"] and "2026-03-01" <= r["startedAt"] < "2026-03-02"))
        mixed = self.e.post(SEARCH, {"filter": {"deleted": False, "name": {"icontains": "SEED RUN 249"},
                                                "created_at": {"gte": "2026-01-01", "lte": "2026-12-31"}, "props": []}, "limit": 100})
        self.assertEqual(len(mixed.data), 11)

    def test_the_shape_of_a_search(self):
        plain = self.e.post(SEARCH, {"filter": {"props": []}})
        self.assertEqual((len(plain.data), plain.json["meta"]), (100, {"count": 100, "limit": 100, "offset": 0}))
        row = plain.data[0]
        self.assertRegex(row["id"], "^0A[0-9A-HJKMNP-TV-Z]{11}$")
        self.assertEqual(self.e.get("/data-platform/acme-bio/executions/" + row["id"]).json, row)
        few = self.search(select=["id", "tags"], offset=3)
        self.assertEqual((set(few.data[0]), few.json["meta"]["offset"]), ({"id", "tags"}, 3))
        unknown = self.e.post(SEARCH, {"filter": {"props": []}, "colour": "blue"})
        self.assertEqual((unknown.status, unknown.json), (400, {
            "message": "Unknown keys in payload", "errors": [{"field": "colour", "reason": "unknown_field"}]}))
        self.assertEqual(self.search(("colour", "eq", 1)).json["errors"], [{"field": "colour", "reason": "unknown_column"}])
        self.assertEqual(self.search(select=["colour"]).status, 400)
        self.assertEqual(self.search(("status", "near", 1)).status, 400)
        self.assertEqual(self.search(("status", "")).status, 400)
        self.assertEqual(self.search(limit=50001).status, 400)
        self.assertEqual(self.search(limit=50000).status, 200)
        self.assertEqual(self.e.get("/data-platform/acme-bio/executions/x").json["message"], "Invalid id format")
        self.assertEqual(self.e.get("/data-platform/acme-bio/executions/0A00000000000").status, 404)

    def test_the_mirror_may_lag(self):
        self.e.control("options", {"mirror_delay_ms": 600000, "ingestion_ms": 600000})
        run = self.e.post("/tools/acme-bio/tools/deeporigin.protein-prep/1/executions",
                          {"inputs": {}, "clusterId": CLUSTER}).json
        self.assertEqual(self.total(("compute_job_id", "eq", run["executionId"])), 0)
        self.e.control("options", {"mirror_delay_ms": 0})
        self.assertEqual(self.search(("compute_job_id", "eq", run["executionId"])).data[0]["status"], "DataIngesting")
        self.e.control("options", {"ingestion_ms": 0})
        self.assertEqual(self.search(("compute_job_id", "eq", run["executionId"])).data[0]["status"], "Completed")


if __name__ == "__main__":
    unittest.main()
