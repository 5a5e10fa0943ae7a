"""Agents that answer: whole, in tokens, late, not at all."""

import threading
import unittest

from client import EmulatorTest


class Talks(EmulatorTest):
    options = ("--speed", "5")

    def thread_of(self, agent):
        return self.emulator.post(f"/agents/{agent}/threads", {}).data["id"]

    def say(self, thread, content, **more):
        return self.emulator.post(f"/threads/{thread}/messages", {"content": content, **more})

    def events(self, thread):
        return self.emulator.stream(f"/threads/{thread}/events")

    def script(self, agent, **what):
        self.emulator.control("agent", {"agent_id": agent, **what})

    def check_message(self, seen, thread, message, final=None):
        own = [(n, d) for n, d in seen if d.get("message_id") == message]
        self.assertEqual(own[0][0], "message:started")
        self.assertEqual(own[-1][0], "message:completed")
        tokens = own[1:-1]
        self.assertTrue(all(n == "message:token" for n, _ in tokens))
        self.assertEqual([d["index"] for _, d in tokens], list(range(len(tokens))))
        text = "".join(d["token"] for _, d in tokens)
        self.assertEqual(text, own[-1][1]["content"])
        if final is not None:
            self.assertEqual(text, final)
        for name, data in own:
            self.assertEqual((data["type"], data["thread_id"]), (name, thread))
        return text, tokens


class Whole(Talks):
    def test_answer(self):
        thread = self.thread_of("agent_support")
        a = self.say(thread, "Where is parcel 5?", stream=False)
        self.assertEqual(a.status, 200)
        d = a.data
        self.assertEqual({"id", "message_id", "thread_id", "execution_id", "role", "content", "tool_calls", "usage", "created_at", "status", "message",
                          "iterations", "tool_calls_count"} - set(d), set())
        self.assertEqual((d["id"], d["role"], d["status"], d["thread_id"]), (d["message_id"], "assistant", "completed", thread))
        self.assertEqual(d["message"], {"role": "assistant", "content": d["content"], "tool_calls": None, "created_at": d["created_at"]})
        self.assertIn("Where is parcel 5?", d["content"])
        usage = d["usage"]
        self.assertEqual((usage["prompt_tokens"], usage["completion_tokens"]), (5, -(-len(d["content"]) // 4)))
        self.assertEqual(usage["total_tokens"], usage["prompt_tokens"] + usage["completion_tokens"])
        messages = self.emulator.get(f"/threads/{thread}/messages").data["messages"]
        self.assertEqual([(m["role"], m["content"]) for m in messages], [("user", "Where is parcel 5?"), ("assistant", d["content"])])
        self.assertEqual(messages[1]["id"], d["message_id"])
        self.assertIsNotNone(self.emulator.get("/threads/" + thread).data["last_message_at"])

    def test_refusals_in_order(self):
        for body in ({}, {"content": ""}, {"content": 5}, None):
            self.refused(self.emulator.post("/threads/none/messages", body), 400, "validation_error")
        self.missing(self.say("none", "x"), "Thread", "none")
        self.assertEqual(self.say(self.thread_of("agent_support"), " ").status, 200)

    def test_failure(self):
        self.script("agent_support", fail="model overloaded")
        thread = self.thread_of("agent_support")
        self.refused(self.say(thread, "x"), 500, "execution_failed")
        self.assertEqual(self.say(thread, "x").status, 200)

    def test_scripted_reply(self):
        self.script("agent_support", reply="Aye.", count=2)
        thread = self.thread_of("agent_support")
        self.assertEqual([self.say(thread, "x").data["content"] == "Aye." for _ in range(3)], [True, True, False])

    def test_too_late(self):
        self.script("agent_support", reply="At last.", delay_ms=60_000)
        thread = self.thread_of("agent_support")
        self.refused(self.say(thread, "x", timeout=30), 408, "timeout")
        self.assertEqual(len(self.emulator.get(f"/threads/{thread}/messages").data["messages"]), 1)
        with self.events(thread) as s:
            self.assertEqual(s.next()[0], "connected")
            self.emulator.control("clock", {"advance_ms": 60_000})
            s.until("message:completed")
        self.assertEqual(self.emulator.get(f"/threads/{thread}/messages").data["messages"][1]["content"], "At last.")

    def test_timeouts_that_are_none(self):
        for timeout in (None, 0, -5, "soon"):
            self.refused(self.say(self.thread_of("agent_support"), "x", timeout=timeout), 408, "timeout")

    def test_deleted_while_it_answers(self):
        self.script("agent_support", reply="Done.", delay_ms=60_000)
        thread = self.thread_of("agent_support")
        with self.events(thread) as s:
            s.next()
            answers = []
            waiting = threading.Thread(target=lambda: answers.append(self.say(thread, "x")))
            waiting.start()
            while not self.emulator.get(f"/threads/{thread}/messages").data["messages"]:
                pass
            self.assertEqual(self.emulator.call("DELETE", "/threads/" + thread).status, 200)
            self.emulator.control("clock", {"advance_ms": 60_000})
            waiting.join()
        self.assertEqual((answers[0].status, answers[0].data["content"]), (200, "Done."))

    def test_unusable_scripts(self):
        for what in ({"agent_id": "nobody"}, {"agent_id": "agent_support", "colour": 1}, {"agent_id": "agent_support", "delay_ms": -1}, {}):
            with self.assertRaises(RuntimeError):
                self.emulator.control("agent", what)


class Tokens(Talks):
    def ask(self, thread, content):
        a = self.say(thread, content, stream=True)
        self.assertEqual((a.status, set(a.data), a.data["status"], a.data["thread_id"]), (202, {"message_id", "thread_id", "status"}, "processing", thread))
        return a.data["message_id"]

    def test_subscribed_afterwards(self):
        thread = self.thread_of("agent_writer")
        message = self.ask(thread, "A poem, please")
        with self.events(thread) as s:
            seen = s.rest()
        self.assertEqual(seen[0], ("connected", {"type": "connected", "thread_id": thread}))
        text, tokens = self.check_message(seen, thread, message)
        self.assertGreater(len(tokens), 20)
        self.assertGreater(len(text.encode()), len(text))
        self.assertEqual(set(seen[-1][1]["usage"]), {"prompt_tokens", "completion_tokens", "total_tokens"})
        stored = self.emulator.get(f"/threads/{thread}/messages").data["messages"][-1]
        self.assertEqual((stored["id"], stored["content"]), (message, text))

    def test_subscribed_before(self):
        thread = self.thread_of("agent_support")
        with self.events(thread) as s:
            self.assertEqual(s.next()[0], "connected")
            message = self.ask(thread, "Hello")
            self.check_message(s.rest(), thread, message)
        # Nothing is told twice.
        self.emulator.control("options", {"keepalive_ms": 20})
        with self.events(thread) as s:
            self.assertEqual(s.next()[0], "connected")
            self.assertEqual(s.next(), (":", "keepalive"))

    def test_subscribed_after_it_ended(self):
        thread = self.thread_of("agent_analyst")
        message = self.ask(thread, "Figures?")
        while len(self.emulator.get(f"/threads/{thread}/messages").data["messages"]) < 2:
            pass
        with self.events(thread) as s:
            self.check_message(s.rest(), thread, message)

    def test_all_code_points_survive(self):
        text = "Größe 雨の音が聞こえる\n\n👩‍👩‍👧 naïve — “quoted” \\ \" \t end" * 3
        self.script("agent_support", reply=text)
        thread = self.thread_of("agent_support")
        message = self.ask(thread, "x")
        with self.events(thread) as s:
            self.check_message(s.rest(), thread, message, text)

    def test_failure(self):
        self.script("agent_support", fail="model overloaded")
        thread = self.thread_of("agent_support")
        message = self.ask(thread, "x")
        with self.events(thread) as s:
            seen = s.rest()
        self.assertEqual((seen[-1][0], seen[-1][1]["error"], seen[-1][1]["message_id"]), ("message:failed", "model overloaded", message))

    def test_two_messages_queue(self):
        thread = self.thread_of("agent_support")
        first, second = self.ask(thread, "one"), self.ask(thread, "two")
        with self.events(thread) as s:
            seen = s.rest()
        self.check_message(seen, thread, first)
        self.check_message(seen, thread, second)
        order = [d.get("message_id") for _, d in seen[1:]]
        self.assertEqual(order, sorted(order, key=[first, second].index))

    def test_truthy_stream(self):
        for value, status in (("false", 202), (1, 202), ([], 202), (0, 200), ("", 200), (None, 200)):
            self.assertEqual(self.say(self.thread_of("agent_support"), "x", stream=value).status, status, repr(value))

    def test_waits_without_a_message(self):
        self.emulator.control("options", {"keepalive_ms": 20})
        with self.events("thread_demo") as s:
            self.assertEqual([s.next()[0] for _ in range(3)], ["connected", ":", ":"])

    def test_reset_in_the_middle(self):
        thread = self.thread_of("agent_writer")
        self.ask(thread, "x")
        with self.events(thread) as s:
            s.until("message:token")
            self.emulator.control("reset")
            s.rest()
        self.emulator.control("clock", {"advance_ms": 120_000})
        self.assertEqual(self.emulator.get("/agents").status, 200)


if __name__ == "__main__":
    unittest.main()
