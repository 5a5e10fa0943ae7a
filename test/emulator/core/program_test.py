"""The program: its line, its options, its end, and the control interface; with curl too."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from running import PROGRAM, Case, Emulator, get


def run(*options):
    return subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=30)


class Program(unittest.TestCase):
    def test_one_line_when_ready_and_a_clean_end(self):
        for sign in (signal.SIGTERM, signal.SIGINT):
            emulator = Emulator()
            urls = json.loads(emulator.line)
            self.assertIn("flowmaestro", urls)
            for url in urls.values():
                self.assertRegex(url, r"^http://127\.0\.0\.1:[0-9]+$")
            emulator.process.send_signal(sign)
            self.assertEqual(emulator.process.wait(timeout=20), 0)
            _, rest = emulator.stop()
            self.assertEqual(rest, "")

    def test_help_and_version(self):
        self.assertIn("--fixtures", run("--help").stdout)
        self.assertIn("corun-emulator 0.", run("--version").stdout)

    def refused(self, *options):
        result = run(*options)
        self.assertNotEqual(result.returncode, 0, options)
        self.assertEqual(result.stdout, "", options)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        return result.stderr

    def test_what_cannot_be_used_is_one_clear_line(self):
        self.refused("--nonsense")
        self.refused("--port", "flowmaestro=70000")
        self.refused("--port", "flowmaestro")
        self.refused("--port", "nobody=0")
        self.refused("--speed", "-1")
        self.refused("--rate-limit", "0")
        self.refused("--log-level", "loud", "--port", "flowmaestro=0")
        self.refused("--fixtures", "/nowhere", "--port", "flowmaestro=0")
        self.refused("--db", "/nowhere/x.db", "--port", "flowmaestro=0")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertIn(str(port), self.refused("--port", f"flowmaestro={port}"))

    def test_fixtures_that_are_wrong_name_their_file(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "flowmaestro"))
            path = os.path.join(folder, "flowmaestro", "workflows.json")
            for text in ("[", "{}", '[{"id": "w", "nodes": [], "odd": 1}]'):
                with open(path, "w") as file:
                    file.write(text)
                self.assertIn("workflows.json", self.refused("--fixtures", folder, "--port", "flowmaestro=0"))

    def test_keys_of_fixtures_and_options(self):
        emulator = Emulator("--api-key", "any form", "--api-key", "flowmaestro=second")
        try:
            for key, status in (("any form", "200"), ("second", "200"), ("fm_live_x", "401")):
                answer = emulator.ask(f"GET /api/v1/agents HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nConnection: close\r\n\r\n")
                self.assertEqual(answer.split()[1], status, key)
        finally:
            emulator.stop()

    def test_speed_0_does_not_wait(self):
        emulator = Emulator("--speed", "0")
        try:
            began = time.monotonic()
            answer = emulator.ask("POST /api/v1/workflows/wf_slow/execute HTTP/1.1\r\nHost: x\r\nX-API-Key: fm_live_x\r\n"
                                  "Connection: close\r\n\r\n")
            run_id = json.loads(answer.partition("\r\n\r\n")[2])["data"]["execution_id"]
            status = ""
            while status != "completed" and time.monotonic() - began < 20:
                answer = emulator.ask(get(f"/api/v1/executions/{run_id}", "Connection: close"))
                status = json.loads(answer.partition("\r\n\r\n")[2])["data"]["status"]
            self.assertEqual(status, "completed")
        finally:
            emulator.stop()


class Control(Case):
    def test_state_and_unknown_commands(self):
        status, state = self.emulator.control("GET", "")
        self.assertEqual(status, 200)
        self.assertEqual(state["platforms"]["flowmaestro"], self.emulator.url)
        self.assertEqual(self.emulator.control("POST", "/nothing")[0], 404)
        self.assertEqual(self.emulator.control("POST", "/clock", {"odd": 1})[0], 400)
        self.assertEqual(self.emulator.control("POST", "/faults", {"odd": 1})[0], 400)
        self.assertEqual(self.emulator.control("POST", "/options", {"profile": "odd"})[0], 400)

    def test_the_clock_moves(self):
        _, moved = self.emulator.control("POST", "/clock", {"set": "2030-01-01T00:00:00Z"})
        self.assertTrue(moved["time"].startswith("2030-01-01T00:00:0"))
        _, moved = self.emulator.control("POST", "/clock", {"advance_ms": 3600000})
        self.assertTrue(moved["time"].startswith("2030-01-01T01:00:0"))

    def test_requests_are_remembered_without_keys(self):
        self.emulator.ask(get("/api/v1/agents?x=1", "Connection: close"))
        _, seen = self.emulator.control("GET", "/requests")
        self.assertEqual(seen[-1]["target"], "/api/v1/agents?x=1")
        self.assertNotIn("fm_live_x", json.dumps(seen))

    def test_faults(self):
        def once(fault):
            self.emulator.control("POST", "/faults", fault)
            return self.emulator.ask(get("/api/v1/agents", "Connection: close"))

        answer = once({"path": "*/agents", "status": 503, "retry_after": "1.5"})
        self.assertEqual(self.status(answer), 503)
        self.assertIn("Retry-After: 1.5", answer)
        self.assertIn('"error":{"code"', answer)
        self.assertIn("<html>", once({"status": 502, "body_kind": "html"}))
        self.assertTrue(once({"status": 502, "body_kind": "empty"}).endswith("\r\n\r\n"))
        self.assertIn('"statusCode":500', once({"status": 500, "body_kind": "framework"}))
        self.assertEqual(once({"reset": "before"}), "")
        half = once({"reset": "after_headers"})
        self.assertEqual(self.status(half), 200)
        length = int(half.split("Content-Length: ")[1].split("\r\n")[0])
        self.assertLess(len(half.partition("\r\n\r\n")[2].encode()), length)
        whole = once({"drip": {"bytes": 50, "every_ms": 1}})
        self.assertEqual(self.status(whole), 200)
        self.assertIn("agent_support", whole)
        self.emulator.control("POST", "/faults", {"path": "/other", "status": 500})
        self.assertEqual(self.status(self.emulator.ask(get("/api/v1/agents", "Connection: close"))), 200)
        self.assertEqual(len(self.emulator.control("GET", "/faults")[1]), 1)

    def test_a_cut_stream(self):
        self.emulator.control("POST", "/faults", {"path": "*/events", "cut_stream_after": 20})
        answer = self.emulator.ask(get("/api/v1/executions/exec_paused/events"))
        self.assertIn("event: connected", answer)
        self.assertFalse(answer.endswith("0\r\n\r\n"))

    def test_curl(self):
        result = subprocess.run(["curl", "-sS", "--fail", "-H", "Authorization: Bearer fm_live_x",
                                 self.emulator.url + "/api/v1/workflows/wf_echo"], capture_output=True, text=True)
        self.assertEqual(json.loads(result.stdout)["data"]["name"], "Echo")


if __name__ == "__main__":
    unittest.main()
