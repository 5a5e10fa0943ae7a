#!/usr/bin/env python3
"""The chat program in a terminal: chat_test.py EMULATOR CHAT. Ctrl-C stops an answer, not the program."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import unittest

EMULATOR, CHAT = sys.argv[1:3]
PATIENCE = 20


class Terminal:
    def __init__(self, environment):
        self.pid, self.side = pty.fork()
        if self.pid == 0:
            os.execve(CHAT, [CHAT], environment)
        self.seen = ""

    def until(self, text):
        """Reads until the text has come, and forgets what came before it."""
        limit = time.monotonic() + PATIENCE
        while text not in self.seen:
            ready, _, _ = select.select([self.side], [], [], max(0, limit - time.monotonic()))
            if not ready:
                raise AssertionError(f"{text!r} did not come: {self.seen!r}")
            self.seen += os.read(self.side, 4096).decode(errors="replace")
        before, self.seen = self.seen.split(text, 1)
        return before

    def type(self, text):
        os.write(self.side, text.encode())


class Chat(unittest.TestCase):
    def test_a_turn_is_stopped_and_the_program_goes_on(self):
        emulator = subprocess.Popen([EMULATOR, "--port", "promptrails=0", "--speed", "0.2"], stdout=subprocess.PIPE)
        self.addCleanup(emulator.stdout.close)
        self.addCleanup(emulator.wait)
        self.addCleanup(emulator.kill)
        url = json.loads(emulator.stdout.readline())["promptrails"]
        terminal = Terminal({**os.environ, "PROMPTRAILS_BASE_URL": url, "PROMPTRAILS_API_KEY": "any"})
        terminal.until("you> ")
        terminal.type("tell me about tea\n")
        terminal.until("asks order_lookup")
        terminal.type("\x03")
        terminal.until("(stopped)")
        terminal.until("you> ")
        terminal.type("\x03")
        terminal.until("Ctrl-D ends the program")
        terminal.until("you> ")
        terminal.type("hello\n")
        terminal.until("Hi, how can I help?")
        terminal.until("160 tokens")
        terminal.until("you> ")
        terminal.type("/sessions\n")
        terminal.until("T")
        terminal.until("you> ")
        terminal.type("/cost\n")
        terminal.until("$0.00")
        terminal.until("you> ")
        terminal.type("\x04")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
