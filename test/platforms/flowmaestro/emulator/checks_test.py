"""What every route has in common: envelopes, order of checks, keys, scopes, rate limits, paging."""

import json
import os
import re
import tempfile
import unittest

from client import KEY, Emulator, EmulatorTest

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
LIMITS = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit-day",
          "x-ratelimit-remaining-day"]


class Envelope(EmulatorTest):
    def test_single(self):
        a = self.emulator.get("/workflows/wf_echo")
        self.assertEqual(a.status, 200)
        self.assertEqual(set(a.json), {"data", "meta"})
        self.assertRegex(a.json["meta"]["request_id"], UUID)
        self.assertRegex(a.json["meta"]["timestamp"], TIME)
        self.assertEqual(a.headers["content-type"], "application/json; charset=utf-8")
        self.assertRegex(a.headers["x-request-id"], UUID)
        self.assertRegex(a.headers["x-trace-id"], UUID)
        self.assertNotEqual(a.headers["x-request-id"], a.json["meta"]["request_id"])
        self.assertEqual(a.headers["vary"], "Origin")
        for name in LIMITS:
            self.assertIn(name, a.headers)

    def test_request_id_is_echoed(self):
        for key, status in ((KEY, 200), ("", 401)):
            a = self.emulator.get("/workflows", key=key, headers={"X-Request-ID": "mine-1", "X-Trace-ID": "mine-2"})
            self.assertEqual((a.status, a.headers["x-request-id"], a.headers["x-trace-id"]), (status, "mine-1", "mine-2"))

    def test_unknown_routes(self):
        for method, path in (("GET", "/nothing"), ("PUT", "/workflows"), ("GET", "/agents/agent_support/threads"), ("GET", "/threads"),
                             ("GET", "/workflows/wf_echo/"), ("POST", "/executions")):
            a = self.emulator.call(method, path, key="")
            self.assertEqual((a.status, a.json["error"], a.json["statusCode"]), (404, "Not Found", 404), path)
            self.assertNotIn("meta", a.json)
            self.assertNotIn("x-ratelimit-limit", a.headers)

    def test_head_and_trailing_slash(self):
        a = self.emulator.call("HEAD", "/workflows/wf_echo")
        self.assertEqual((a.status, a.body), (200, b""))
        for root in ("workflows", "executions", "agents", "knowledge-bases", "triggers", "webhooks"):
            self.assertEqual(self.emulator.get(f"/{root}/").status, 200)
        self.assertEqual(self.emulator.call("HEAD", "/executions/exec_paused/events").headers["content-type"], "text/event-stream")

    def test_preflight(self):
        a = self.emulator.call("OPTIONS", "/workflows", key="", headers={"Origin": "http://a.example", "Access-Control-Request-Method": "GET"})
        self.assertEqual((a.status, a.headers["access-control-allow-origin"]), (204, "http://a.example"))
        self.assertNotIn("x-api-key", a.headers["access-control-allow-headers"].lower())

    def test_messages_do_not_look_like_network_trouble(self):
        for a in (self.emulator.get("/workflows/x"), self.emulator.get("/workflows", key=""), self.emulator.post("/webhooks", {}),
                  self.emulator.post("/executions/exec_completed/cancel")):
            self.assertNotRegex(a.json["error"]["message"], "network|fetch|connection")


class Bodies(EmulatorTest):
    def test_not_json(self):
        self.refused(self.emulator.post("/webhooks", raw="{", key=""), 400, "validation_error")

    def test_too_large(self):
        a = self.emulator.post("/webhooks", raw="x" * (1024 * 1024 + 1), key="")
        self.assertEqual((a.status, a.json["code"]), (413, "FST_ERR_CTP_BODY_TOO_LARGE"))

    def test_media_type(self):
        a = self.emulator.post("/webhooks", raw="a=b", key="", headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual((a.status, a.json["code"]), (415, "FST_ERR_CTP_INVALID_MEDIA_TYPE"))
        self.refused(self.emulator.post("/webhooks", raw="name", headers={"Content-Type": "text/plain"}), 400, "validation_error")

    def test_empty_body_with_json_type(self):
        self.assertEqual(self.emulator.post("/workflows/wf_echo/execute").status, 202)


class Keys(EmulatorTest):
    def test_forms(self):
        for key in ("", "fm_live_", "sk_live_abc", "FM_LIVE_abc"):
            a = self.emulator.get("/workflows", key=key)
            self.refused(a, 401, "invalid_api_key")
            self.assertNotIn("x-ratelimit-limit", a.headers)
        for key in ("fm_live_a", "fm_test_a"):
            self.assertEqual(self.emulator.get("/workflows", key=key).status, 200)

    def test_header_forms(self):
        g = self.emulator.get
        self.assertEqual(g("/workflows", key="", headers={"X-API-Key": KEY}).status, 200)
        self.assertEqual(g("/workflows", key="bad", headers={"X-API-Key": KEY}).status, 200)
        self.assertEqual(g("/workflows", headers={"X-API-Key": "bad"}).status, 401)
        self.assertEqual(g("/workflows", headers={"X-API-Key": ""}).status, 200)
        self.assertEqual(g("/workflows", key="", headers={"Authorization": "bearer " + KEY}).status, 401)
        self.assertEqual(g("/workflows", key="", headers={"Authorization": KEY}).status, 401)
        self.assertEqual(g("/workflows?api_key=" + KEY, key="").status, 401)
        self.emulator.control("options", {"lenient_bearer": True})
        self.assertEqual(g("/workflows", key="", headers={"Authorization": "bearer " + KEY}).status, 200)

    def test_demo_key(self):
        folder = os.path.join(os.path.dirname(__file__), "../../../../src/platforms/flowmaestro/emulator/demo.key")
        with open(folder) as file:
            key = file.read().strip()
        self.assertRegex(key, r"^fm_live_[0-9A-Za-z]{32}$")
        self.assertEqual(self.emulator.get("/workflows", key=key).status, 200)


class Paging(EmulatorTest):
    def test_pages(self):
        seen = []
        page = 1
        while True:
            a = self.emulator.get(f"/workflows?page={page}&per_page=20")
            p = a.json["pagination"]
            self.assertEqual(set(p), {"page", "per_page", "total_count", "total_pages", "has_next", "has_prev", "has_more"})
            self.assertEqual((p["page"], p["per_page"], p["total_count"], p["total_pages"]), (page, 20, 47, 3))
            self.assertEqual(p["has_prev"], page > 1)
            self.assertEqual(p["has_more"], p["has_next"])
            seen += [w["id"] for w in a.data]
            if not p["has_next"]:
                break
            page += 1
        self.assertEqual((page, len(seen), len(set(seen))), (3, 47, 47))
        for name in ["wf_onboarding", "wf_failing", "wf_slow", "wf_approval", "wf_echo"] + [f"wf_catalog_{n:02}" for n in range(1, 43)]:
            self.assertIn(name, seen)

    def test_newest_first(self):
        created = [w["created_at"] for w in self.emulator.get("/workflows?per_page=100").data]
        self.assertEqual(created, sorted(created, reverse=True))

    def test_numbers(self):
        for query, page, per_page in (("page=abc&per_page=abc", 1, 20), ("page=0&per_page=0", 1, 20), ("page=-3&per_page=-1", 1, 1),
                                      ("per_page=500", 1, 100), ("page=2x&per_page=7.9", 2, 7), ("page=2&page=3", 2, 20), ("page=+2", 2, 20)):
            p = self.emulator.get("/workflows?" + query).json["pagination"]
            self.assertEqual((p["page"], p["per_page"]), (page, per_page), query)

    def test_past_the_end(self):
        a = self.emulator.get("/workflows?page=99")
        self.assertEqual((a.data, a.json["pagination"]["has_next"], a.json["pagination"]["has_prev"]), ([], False, True))

    def test_beyond_64_bits(self):
        a = self.emulator.get("/workflows?page=99999999999999999999999")
        self.assertEqual((a.status, a.json["statusCode"]), (500, 500))


class WithKeys(unittest.TestCase):
    """Keys of a fixture: scopes, expiry, flags, limits of their own."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        os.mkdir(cls.folder.name + "/flowmaestro")
        with open(cls.folder.name + "/flowmaestro/keys.json", "w") as file:
            json.dump([{"key": "fm_live_all"},
                       {"key": "fm_live_reader", "scopes": ["executions:read"]},
                       {"key": "fm_live_revoked", "revoked": True, "expires_at": "2020-01-01T00:00:00Z", "active": False},
                       {"key": "fm_live_expired", "expires_at": "2020-01-01T00:00:00Z", "active": False},
                       {"key": "fm_live_off", "active": False},
                       {"key": "fm_live_three", "per_minute": 3, "scopes": []},
                       {"key": "fm_live_day", "per_minute": 100, "per_day": 2}], file)
        cls.emulator = Emulator("--fixtures", cls.folder.name)
        cls.emulator.control("clock", {"set": "2031-05-05T10:00:10Z"})

    @classmethod
    def tearDownClass(cls):
        assert cls.emulator.stop() == (0, "")
        cls.folder.cleanup()

    def test_known_keys_only(self):
        self.assertEqual(self.emulator.get("/workflows", key="fm_live_all").status, 200)
        self.assertEqual(self.emulator.get("/workflows", key="fm_live_other").code, "invalid_api_key")

    def test_flags(self):
        for key, code in (("revoked", "revoked_api_key"), ("expired", "expired_api_key"), ("off", "invalid_api_key")):
            a = self.emulator.get("/workflows", key="fm_live_" + key)
            self.assertEqual((a.status, a.code), (401, code))

    def test_scopes(self):
        a = self.emulator.post("/executions/exec_completed/cancel", key="fm_live_reader")
        self.assertEqual((a.status, a.code), (403, "insufficient_scope"))
        self.assertEqual(a.json["error"]["details"], {"required_scopes": ["executions:read", "executions:cancel"],
                                                      "missing_scopes": ["executions:cancel"], "your_scopes": ["executions:read"]})
        self.assertIn("x-ratelimit-limit", a.headers)
        self.assertEqual(self.emulator.get("/executions/exec_completed", key="fm_live_reader").status, 200)

    def test_scopes_of_every_route(self):
        needed = {"GET /workflows": "workflows:read", "GET /workflows/x": "workflows:read",
                  "POST /workflows/x/execute": "workflows:read workflows:execute",
                  "GET /executions": "executions:read", "GET /executions/x": "executions:read",
                  "POST /executions/x/cancel": "executions:read executions:cancel", "GET /executions/x/events": "executions:read",
                  "GET /agents": "agents:read", "GET /agents/x": "agents:read", "POST /agents/x/threads": "agents:read threads:write",
                  "GET /threads/x": "threads:read", "GET /threads/x/messages": "threads:read",
                  "POST /threads/x/messages": "agents:execute threads:write", "GET /threads/x/events": "threads:read",
                  "DELETE /threads/x": "threads:write", "GET /knowledge-bases": "knowledge-bases:read",
                  "GET /knowledge-bases/x": "knowledge-bases:read",
                  "POST /knowledge-bases/x/query": "knowledge-bases:read knowledge-bases:query", "GET /triggers": "triggers:read",
                  "POST /triggers/x/execute": "triggers:read triggers:execute", "GET /webhooks": "webhooks:read",
                  "GET /webhooks/x": "webhooks:read", "POST /webhooks": "webhooks:write", "PATCH /webhooks/x": "webhooks:write",
                  "DELETE /webhooks/x": "webhooks:write", "POST /webhooks/x/test": "webhooks:write",
                  "GET /webhooks/x/deliveries": "webhooks:read"}
        self.emulator.control("clock", {"set": "2031-05-06T10:00:10Z"})
        key = "fm_live_three"
        for count, (route, scopes) in enumerate(needed.items()):
            if count % 3 == 0:
                self.emulator.control("clock", {"advance_ms": 60_000})
            method, path = route.split(" ")
            a = self.emulator.call(method, path, key=key)
            self.assertEqual((route, a.status), (route, 403))
            self.assertEqual(a.json["error"]["details"]["required_scopes"], scopes.split(" "))

    def test_order(self):
        """Route, then body, then key, then limit, then scopes, then the handler."""
        e = self.emulator
        e.control("clock", {"set": "2031-05-07T10:00:10Z"})
        self.assertEqual(e.post("/nothing", raw="{", key="").status, 404)
        self.assertEqual(e.post("/webhooks", raw="{", key="").status, 400)
        self.assertEqual(e.post("/webhooks", {}, key="").status, 401)
        for _ in range(3):
            self.assertEqual(e.post("/webhooks", {}, key="fm_live_three").status, 403)
        self.assertEqual(e.post("/webhooks", {}, key="fm_live_three").status, 429)
        self.assertEqual(e.post("/webhooks", {}, key="fm_live_all").status, 400)

    def test_minute_limit(self):
        e = self.emulator
        e.control("clock", {"set": "2031-05-08T10:00:37Z"})
        for left in (2, 1, 0):
            a = e.get("/workflows", key="fm_live_three")
            self.assertEqual((a.headers["x-ratelimit-limit"], a.headers["x-ratelimit-remaining"]), ("3", str(left)))
        a = e.get("/workflows", key="fm_live_three")
        self.assertEqual((a.status, a.code), (429, "rate_limit_exceeded"))
        wait = int(a.headers["retry-after"])
        self.assertTrue(1 <= wait <= 23, wait)
        self.assertEqual(a.json["error"]["details"], {"limit": 3, "window": "minute", "retry_after": wait})
        self.assertEqual(int(a.headers["x-ratelimit-reset"]) % 60, 0)
        e.control("clock", {"advance_ms": wait * 1000})
        self.assertEqual(e.get("/workflows", key="fm_live_three").status, 403)

    def test_day_limit(self):
        e = self.emulator
        e.control("clock", {"set": "2031-05-09T22:00:00Z"})
        for _ in range(2):
            self.assertEqual(e.get("/workflows", key="fm_live_day").status, 200)
        a = e.get("/workflows", key="fm_live_day")
        self.assertEqual((a.status, a.json["error"]["details"]["window"], a.json["error"]["details"]["limit"]), (429, "day", 2))
        self.assertEqual(a.headers["x-ratelimit-remaining-day"], "0")
        self.assertTrue(7100 < int(a.headers["retry-after"]) <= 7200)

    def test_stream_carries_no_limits(self):
        with self.emulator.stream("/executions/exec_completed/events", key="fm_live_reader") as s:
            self.assertEqual(s.status, 200)
            self.assertEqual(set(s.headers) - {"date", "transfer-encoding"},
                             {"content-type", "cache-control", "connection", "x-accel-buffering"})


if __name__ == "__main__":
    unittest.main()
