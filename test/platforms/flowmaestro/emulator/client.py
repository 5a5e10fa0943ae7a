"""The emulator as a process, and a client of it, with Python's standard library only."""

import ctypes
import hashlib
import hmac
import http.client
import http.server
import json
import os
import queue
import select
import signal
import subprocess
import threading
import unittest

KEY = "fm_live_test_of_the_emulator"
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
    def code(self):
        return self.json["error"]["code"]


class Emulator:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [os.environ["CORUN_EMULATOR"], "--port", "flowmaestro=0", "--log-level", "error", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=end_with_parent)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise RuntimeError("not ready: " + self.stop(kill=True)[1])
        self.port = int(json.loads(line)["flowmaestro"].rsplit(":", 1)[1])

    def stop(self, kill=False):
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        errors = self.process.stderr.read().decode()
        self.process.stderr.close()
        return self.process.returncode, errors

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def call(self, method, path, body=None, key=KEY, headers=None, raw=None):
        connection = self.connect()
        fields = {"Content-Type": "application/json"}
        if key:
            fields["Authorization"] = "Bearer " + key
        fields.update(headers or {})
        text = raw if raw is not None else None if body is None else json.dumps(body)
        prefix = "" if path.startswith("/__control") else "/api/v1"
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
        answer = self.post("/__control/" + action, {} if body is None else body)
        if answer.status != 200:
            raise RuntimeError(answer.body.decode())
        return answer.json

    def stream(self, path, key=KEY):
        return Stream(self, path, key)

    def outcome(self, execution):
        """The execution when it has ended, by its stream."""
        with self.stream(f"/executions/{execution}/events") as s:
            s.rest()
        return self.get(f"/executions/{execution}").data


class Stream:
    """Server-sent events as (name, data) pairs; comments as (':', text)."""

    def __init__(self, emulator, path, key):
        self.connection = emulator.connect()
        self.connection.request("GET", "/api/v1" + path, headers={
            "Authorization": "Bearer " + key, "Accept": "text/event-stream", "Cache-Control": "no-cache"})
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.headers = {name.lower(): value for name, value in self.response.getheaders()}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.response.close()
        self.connection.close()

    def next(self):
        name, data = None, None
        while True:
            line = self.response.readline()
            if not line:
                return None
            text = line.decode()
            assert text.endswith("\n") and not text.endswith("\r\n")
            text = text[:-1]
            if text.startswith(":"):
                assert self.response.readline() == b"\n"
                return (":", text[1:].strip())
            if text == "":
                return (name, json.loads(data))
            field, _, value = text.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                assert data is None
                data = value
            else:
                raise AssertionError("unexpected line: " + text)

    def until(self, name):
        seen = []
        while True:
            event = self.next()
            if event is None:
                raise AssertionError(f"the stream ended before {name}: {[n for n, _ in seen]}")
            seen.append(event)
            if event[0] == name:
                return seen

    def rest(self):
        seen = []
        while (event := self.next()) is not None:
            seen.append(event)
        return seen


class Receiver:
    """A target of webhooks; `answers` are the statuses to give, the last one for ever."""

    def __init__(self, answers=(200,)):
        self.received = queue.Queue()
        self.answers = list(answers)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")
                receiver.received.put((self.path, {k.lower(): v for k, v in self.headers.items()}, body))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def next(self):
        return self.received.get(timeout=PATIENCE)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def signature(secret, body):
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class EmulatorTest(unittest.TestCase):
    options = ("--speed", "10")

    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator(*cls.options)

    @classmethod
    def tearDownClass(cls):
        status, errors = cls.emulator.stop()
        if status != 0 or errors:
            raise AssertionError(f"the emulator ended with {status}: {errors}")

    def setUp(self):
        self.emulator.control("reset")

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.code), (status, code), answer.body)
        self.assertTrue(answer.json["error"]["message"])
        self.assertIn("request_id", answer.json["meta"])
        return answer.json["error"]

    def missing(self, answer, resource, identifier):
        details = self.refused(answer, 404, "resource_not_found")["details"]
        self.assertEqual(details, {"resource": resource, "id": identifier})
