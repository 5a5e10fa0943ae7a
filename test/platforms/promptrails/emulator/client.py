"""The emulator as a process, and a client of its PromptRails, with Python's standard library only."""

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

    @property
    def error(self):
        return self.json["error"]


class Emulator:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [os.environ["CORUN_EMULATOR"], "--port", "promptrails=0", "--log-level", "error", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=end_with_parent)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise RuntimeError("not ready: " + self.stop(kill=True)[1])
        self.port = int(json.loads(line)["promptrails"].rsplit(":", 1)[1])

    def stop(self, kill=False):
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        errors = self.process.stderr.read().decode()
        self.process.stderr.close()
        return self.process.returncode, errors

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def call(self, method, path, body=None, raw=None, headers=None, root=False):
        connection = self.connect()
        fields = {"Content-Type": "application/json", "X-API-Key": "any", **(headers or {})}
        text = raw if raw is not None else None if body is None else json.dumps(body)
        prefix = "" if root else "/api/v1"
        try:
            connection.request(method, prefix + path, text, {k: v for k, v in fields.items() if v is not None})
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def control(self, action, body=None):
        answer = self.post("/__control/" + action, {} if body is None else body, root=True)
        if answer.status != 200:
            raise RuntimeError(answer.body.decode())
        return answer.json

    def execute(self, agent, content, **more):
        return self.post(f"/agents/{agent}/execute", {"input": content, **more}).data

    def stream(self, path, body=None):
        return Stream(self, path, body)


class Stream:
    """Server-sent events as (name, data) pairs; comments as (':', text)."""

    def __init__(self, emulator, path, body):
        self.connection = emulator.connect()
        fields = {"X-API-Key": "any", "Accept": "text/event-stream", "Content-Type": "application/json"}
        self.connection.request("GET" if body is None else "POST", "/api/v1" + path,
                                None if body is None else json.dumps(body), fields)
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.headers = {name.lower(): value for name, value in self.response.getheaders()}

    def __iter__(self):
        return self

    def __next__(self):
        name, data = None, None
        while True:
            line = self.response.readline().decode()
            if not line:
                raise StopIteration
            line = line.rstrip("\n")
            if line.startswith(":"):
                return ":", line
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif not line and name is not None:
                return name, data

    def rest(self):
        events = list(self)
        self.close()
        return events

    def close(self):
        self.response.close()
        self.connection.close()


class Case(unittest.TestCase):
    """One emulator per class."""

    OPTIONS = ("--speed", "0")

    @classmethod
    def setUpClass(cls):
        cls.e = Emulator(*cls.OPTIONS)
        cls.addClassCleanup(cls.e.stop, kill=True)

    def setUp(self):
        self.e.control("reset")

    def refused(self, answer, status, code, message):
        self.assertEqual((answer.status, answer.error["code"], answer.error["message"]), (status, code, message))
        return answer.error.get("details", {})
