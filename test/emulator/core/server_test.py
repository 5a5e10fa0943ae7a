"""The server under odd and hostile clients: no crash, bounded memory, others undisturbed."""

import socket
import unittest

from running import Case, get, read_all


class Framing(Case):
    def expect_sound(self):
        answer = self.emulator.ask(get("/api/v1/agents", "Connection: close"))
        self.assertEqual(self.status(answer), 200)

    def test_keep_alive_and_pipelining(self):
        with self.emulator.connect() as s:
            s.sendall((get("/api/v1/agents") + get("/api/v1/nothing") + get("/api/v1/workflows/wf_echo", "Connection: close")).encode())
            answers = read_all(s)
        self.assertEqual([part.split()[0] for part in answers.split("HTTP/1.1 ")[1:]], ["200", "404", "200"])

    def test_head_has_no_body(self):
        answer = self.emulator.ask(get("/api/v1/agents", "Connection: close", method="HEAD"))
        self.assertEqual(self.status(answer), 200)
        self.assertTrue(answer.endswith("\r\n\r\n"))
        self.assertNotIn("Content-Length: 0", answer)

    def test_expect_100_continue(self):
        with self.emulator.connect() as s:
            s.sendall(get("/api/v1/workflows/wf_echo/execute", "Content-Type: application/json", "Content-Length: 2",
                          "Expect: 100-continue", "Connection: close", method="POST").encode())
            self.assertIn("100 Continue", s.recv(200).decode())
            s.sendall(b"{}")
            self.assertIn(" 202 ", read_all(s))

    def test_chunked_body(self):
        answer = self.emulator.ask(get("/api/v1/workflows/wf_echo/execute", "Content-Type: application/json",
                                       "Transfer-Encoding: chunked", "Connection: close", method="POST") + "2\r\n{}\r\n0\r\n\r\n")
        self.assertEqual(self.status(answer), 202)

    def test_what_is_no_request(self):
        for text in ("nonsense\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\x00",
                     get("/", "Content-Length: 1", "Content-Length: 2"), get("/", "Content-Length: 1", "Transfer-Encoding: chunked"),
                     get("/", "Content-Length: -1"), get("/", "A : b")):
            with self.emulator.connect() as s:
                s.sendall(text.encode("latin-1"))
                s.shutdown(socket.SHUT_WR)
                self.assertIn(self.status(read_all(s)), (0, 400), text)
            self.expect_sound()

    def test_too_large(self):
        self.assertEqual(self.status(self.emulator.ask(get("/", "A: " + "x" * 70_000))), 431)
        answer = self.emulator.ask(get("/api/v1/workflows/wf_echo/execute", "Content-Type: application/json",
                                       "Content-Length: 1048577", method="POST"))
        self.assertEqual(self.status(answer), 413)
        self.assertIn("FST_ERR_CTP_BODY_TOO_LARGE", answer)
        self.expect_sound()

    def test_clients_that_go_away(self):
        for _ in range(50):
            with self.emulator.connect() as s:
                s.sendall(get("/api/v1/executions/exec_paused/events").encode())
                s.recv(100)
            with self.emulator.connect() as s:
                s.sendall(b"POST /api/v1/wor")
        self.expect_sound()

    def test_many_idle_clients_disturb_nobody(self):
        idle = [self.emulator.connect() for _ in range(200)]
        self.expect_sound()
        for s in idle:
            s.close()


if __name__ == "__main__":
    unittest.main()
