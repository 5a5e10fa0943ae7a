"""The emulator as a child process, and plain sockets to talk to it."""

import json
import socket
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1)


class Emulator:
    def __init__(self, *options):
        self.process = subprocess.Popen([PROGRAM, "--port", "flowmaestro=0", *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.line = self.process.stdout.readline()
        if not self.line:
            raise RuntimeError(self.process.stderr.read())
        self.url = json.loads(self.line)["flowmaestro"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(timeout=20)
        rest = self.process.stdout.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return status, rest

    def ask(self, text):
        """Sends bytes and reads until the emulator closes."""
        with self.connect() as s:
            s.sendall(text.encode() if isinstance(text, str) else text)
            return read_all(s)

    def control(self, method, path, body=None):
        data = json.dumps(body) if body is not None else ""
        answer = self.ask(f"{method} /__control{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                          f"Content-Length: {len(data)}\r\n\r\n{data}")
        head, _, payload = answer.partition("\r\n\r\n")
        return int(head.split()[1]), json.loads(payload)


def read_all(s):
    data = b""
    try:
        while part := s.recv(65536):
            data += part
    except ConnectionResetError:
        pass
    return data.decode(errors="replace")


def get(path, *headers, method="GET"):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Authorization: Bearer fm_live_x", *headers]
    return "\r\n".join(lines) + "\r\n\r\n"


class Case(unittest.TestCase):
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator(*cls.options)

    @classmethod
    def tearDownClass(cls):
        cls.emulator.stop()

    def setUp(self):
        self.emulator.control("POST", "/reset")

    def status(self, answer):
        return int(answer.split()[1]) if answer.startswith("HTTP/1.1 ") else 0
