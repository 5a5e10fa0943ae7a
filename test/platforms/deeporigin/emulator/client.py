"""The emulator as a process, and a client of its Deep Origin, with Python's standard library only."""

import ctypes
import http.client
import json
import os
import select
import signal
import subprocess
import unittest

PATIENCE = 20


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = body
        self.json = json.loads(body) if body and "json" in self.headers.get("content-type", "") else None

    @property
    def data(self):
        return self.json["data"]


class Emulator:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [os.environ["CORUN_EMULATOR"], "--port", "deeporigin=0", "--log-level", "error", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=end_with_parent)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise RuntimeError("not ready: " + self.stop(kill=True)[1])
        self.port = int(json.loads(line)["deeporigin"].rsplit(":", 1)[1])

    def stop(self, kill=False):
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        errors = self.process.stderr.read().decode()
        self.process.stderr.close()
        return self.process.returncode, errors

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def call(self, method, path, body=None, raw=None, headers=None):
        connection = self.connect()
        fields = {"Content-Type": "application/json", "Authorization": "Bearer any", **(headers or {})}
        text = raw if raw is not None else None if body is None else json.dumps(body)
        try:
            connection.request(method, path, text, {k: v for k, v in fields.items() if v is not None})
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def control(self, action, body=None):
        answer = self.post("/__control/" + action, {} if body is None else body)
        if answer.status != 200:
            raise RuntimeError(answer.body.decode())
        return answer.json


class Case(unittest.TestCase):
    """One emulator per class."""

    OPTIONS = ("--speed", "0")

    @classmethod
    def setUpClass(cls):
        cls.e = Emulator(*cls.OPTIONS)
        cls.addClassCleanup(cls.e.stop, kill=True)

    def setUp(self):
        self.e.control("reset")
        self.e.control("options", {"manual": False, "completed": False, "null_sessions": False, "balance": 1e9,
                                   "mirror_delay_ms": 0, "ingestion_ms": 0, "orgs": []})
