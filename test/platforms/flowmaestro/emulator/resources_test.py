"""Reading and changing: workflows, agents, threads, knowledge bases, triggers, fixtures."""

import json
import os
import tempfile
import unittest

from client import Emulator, EmulatorTest


class Workflows(EmulatorTest):
    def test_list_form(self):
        self.assertEqual(set(self.emulator.get("/workflows").data[0]), {"id", "name", "description", "version", "created_at", "updated_at"})

    def test_get(self):
        w = self.emulator.get("/workflows/wf_onboarding").data
        self.assertEqual(set(w), {"id", "name", "description", "version", "inputs", "input_schema", "created_at", "updated_at"})
        self.assertEqual(w["inputs"]["customer_name"]["required"], True)
        self.assertEqual(w["input_schema"]["required"], ["customer_name"])
        self.assertEqual(w["input_schema"]["properties"]["plan"]["type"], "string")
        self.missing(self.emulator.get("/workflows/wf_invalid"), "Workflow", "wf_invalid")

    def test_ids_are_decoded(self):
        self.assertEqual(self.emulator.get("/workflows/wf%5Fecho").data["id"], "wf_echo")
        self.missing(self.emulator.get("/workflows/a%2Fb%20%C3%A9"), "Workflow", "a/b é")


class Agents(EmulatorTest):
    def test_list_and_get(self):
        agents = self.emulator.get("/agents").data
        self.assertEqual({a["id"] for a in agents}, {"agent_support", "agent_writer", "agent_analyst"})
        self.assertEqual(set(agents[0]), {"id", "name", "description", "model", "provider", "created_at", "updated_at"})
        a = self.emulator.get("/agents/agent_support").data
        self.assertEqual(set(a) - set(agents[0]), {"system_prompt", "temperature", "max_tokens", "available_tools"})
        self.assertEqual(set(a["available_tools"][0]), {"id", "name", "description", "type"})
        self.missing(self.emulator.get("/agents/nobody"), "Agent", "nobody")


class Threads(EmulatorTest):
    def test_life(self):
        e = self.emulator
        made = e.post("/agents/agent_support/threads", {"metadata": {"customer": "77"}})
        self.assertEqual(made.status, 201)
        self.assertEqual((made.data["agent_id"], made.data["status"], made.data["metadata"]), ("agent_support", "active", {"customer": "77"}))
        thread = made.data["id"]
        got = e.get("/threads/" + thread).data
        self.assertEqual((got["metadata"], got["title"], got["last_message_at"]), ({"customer": "77"}, None, None))
        self.assertEqual(e.get(f"/threads/{thread}/messages").data, {"messages": []})
        self.assertEqual(e.call("DELETE", "/threads/" + thread).data, {"id": thread, "deleted": True})
        for method, path in (("DELETE", ""), ("GET", ""), ("GET", "/messages"), ("GET", "/events")):
            self.missing(e.call(method, f"/threads/{thread}{path}"), "Thread", thread)
        self.missing(e.post(f"/threads/{thread}/messages", {"content": "x"}), "Thread", thread)

    def test_metadata_may_be_left_out(self):
        for body in (None, {}, {"metadata": None}):
            self.assertIsNone(self.emulator.post("/agents/agent_support/threads", body).data["metadata"])
        self.missing(self.emulator.post("/agents/nobody/threads", {}), "Agent", "nobody")

    def test_messages_of_the_demo(self):
        messages = self.emulator.get("/threads/thread_demo/messages").data["messages"]
        self.assertEqual([m["role"] for m in messages], ["user", "assistant", "user", "assistant"])
        self.assertEqual([m["created_at"] for m in messages], sorted(m["created_at"] for m in messages))

    def test_messages_as_an_array(self):
        self.emulator.control("options", {"messages_shape": "array"})
        a = self.emulator.get("/threads/thread_demo/messages?page=2&per_page=3")
        self.assertEqual([(m["thread_id"], m["content"]) for m in a.data], [("thread_demo", "You are welcome.")])
        self.assertEqual(a.json["pagination"]["total_count"], 4)


class KnowledgeBases(EmulatorTest):
    def query(self, body, base="kb_handbook"):
        return self.emulator.post(f"/knowledge-bases/{base}/query", body)

    def test_list_and_get(self):
        bases = {b["id"]: b for b in self.emulator.get("/knowledge-bases").data}
        self.assertEqual(set(bases), {"kb_handbook", "kb_empty"})
        self.assertEqual((bases["kb_handbook"]["document_count"], bases["kb_handbook"]["chunk_count"]), (4, 10))
        full = self.emulator.get("/knowledge-bases/kb_handbook").data
        self.assertEqual((full["chunk_size"], full["chunk_overlap"]), (1000, 200))
        self.missing(self.emulator.get("/knowledge-bases/kb_none"), "Knowledge Base", "kb_none")

    def test_query(self):
        a = self.query({"query": "resetting passwords", "top_k": 2})
        self.assertEqual((a.status, a.data["query"], a.data["top_k"], a.data["knowledge_base_id"]), (200, "resetting passwords", 2, "kb_handbook"))
        first = a.data["results"][0]
        self.assertEqual(set(first), {"id", "chunk_id", "content", "document_id", "document_name", "score", "similarity", "metadata"})
        self.assertEqual((first["document_name"], first["similarity"]), ("accounts.md", 1))
        found = [r["similarity"] for r in self.query({"query": "holiday parcel days link security"}).data["results"]]
        self.assertEqual(found, sorted(found, reverse=True))
        self.assertTrue(found and all(0 < s <= 1 for s in found))

    def test_share_of_words(self):
        self.assertAlmostEqual(self.query({"query": "password xyzzy"}).data["results"][0]["similarity"], 0.5)

    def test_any_text_is_a_query(self):
        for text in ('"', "'; --", "a AND OR NOT (", "*", "é ü 雨", "NEAR(a b)", "\u0000", " ", "-", "col:val", "x" * 5000, "a b " * 3000):
            self.assertEqual(self.query({"query": text}).status, 200, text[:20])

    def test_top_k(self):
        for given, effective in ((None, 5), (3, 3), (99, 20), (20, 20)):
            self.assertEqual(self.query({"query": "the", "top_k": given}).data["top_k"], effective)
        self.assertEqual(self.query({"query": "the"}).data["top_k"], 5)
        self.assertEqual(len(self.query({"query": "a the days", "top_k": 4}).data["results"]), 4)

    def test_empty(self):
        self.assertEqual(self.query({"query": "password"}, "kb_empty").data["results"], [])

    def test_refusals_in_order(self):
        for body in ({}, {"query": ""}, {"query": 3}, None):
            self.refused(self.query(body, "kb_none"), 400, "validation_error")
        self.missing(self.query({"query": "x"}, "kb_none"), "Knowledge Base", "kb_none")


class Triggers(EmulatorTest):
    def test_list(self):
        triggers = {t["id"]: t for t in self.emulator.get("/triggers").data}
        self.assertTrue(triggers["trigger_signup"]["enabled"])
        self.assertFalse(triggers["trigger_nightly"]["enabled"])
        t = triggers["trigger_signup"]
        self.assertEqual(t["type"], t["trigger_type"])
        self.assertEqual({"id", "workflow_id", "name", "trigger_type", "type", "enabled", "last_triggered_at", "trigger_count", "created_at",
                          "updated_at"} - set(t), set())

    def test_filter(self):
        a = self.emulator.get("/triggers?workflow_id=wf_onboarding")
        self.assertEqual([t["id"] for t in a.data], ["trigger_signup"])
        self.assertEqual(a.json["pagination"]["total_count"], 1)
        self.assertEqual(self.emulator.get("/triggers?workflow_id=none").data, [])

    def test_execute(self):
        a = self.emulator.post("/triggers/trigger_signup/execute", {"inputs": {"customer_name": "Ada"}})
        self.assertEqual(a.status, 202)
        self.assertEqual((a.data["workflow_id"], a.data["trigger_id"], a.data["status"], a.data["inputs"]),
                         ("wf_onboarding", "trigger_signup", "pending", {"customer_name": "Ada"}))
        self.assertEqual(self.emulator.outcome(a.data["execution_id"])["status"], "completed")
        t = {t["id"]: t for t in self.emulator.get("/triggers").data}["trigger_signup"]
        self.assertEqual(t["trigger_count"], 1)
        self.assertIsNotNone(t["last_triggered_at"])

    def test_refusals(self):
        self.missing(self.emulator.post("/triggers/none/execute", {}), "Trigger", "none")
        self.refused(self.emulator.post("/triggers/trigger_nightly/execute", {}), 400, "validation_error")


class Fixtures(unittest.TestCase):
    def start(self, entity, content):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        os.mkdir(self.folder.name + "/flowmaestro")
        with open(f"{self.folder.name}/flowmaestro/{entity}.json", "w") as file:
            json.dump(content, file)
        return Emulator("--speed", "10", "--fixtures", self.folder.name)

    def test_workflow_runs(self):
        e = self.start("workflows", [{"id": "wf_mine", "name": "Mine", "outputs": {"hello": "{{who}}"},
                                      "nodes": [{"id": "n", "name": "N", "type": "transform", "ms": 10}]},
                                     {"id": "wf_none", "nodes": []}, {"id": "wf_broken", "nodes": None}])
        try:
            run = e.post("/workflows/wf_mine/execute", {"inputs": {"who": "Ada"}}).data["execution_id"]
            self.assertEqual(e.outcome(run)["outputs"], {"hello": "Ada"})
            a = e.post("/workflows/wf_none/execute", {})
            self.assertEqual((a.status, a.code), (500, "execution_failed"))
            self.assertEqual(e.get("/executions?workflow_id=wf_none").data[0]["status"], "pending")
            self.assertEqual(e.post("/workflows/wf_broken/execute", {}).status, 400)
        finally:
            self.assertEqual(e.stop(), (0, ""))

    def test_execution_under_way_goes_on(self):
        e = self.start("executions", [{"id": "exec_mine", "workflow_id": "wf_echo", "status": "pending", "inputs": {"a": 1}}])
        try:
            self.assertEqual(e.outcome("exec_mine")["outputs"], {"a": 1})
        finally:
            self.assertEqual(e.stop(), (0, ""))

    def test_agent_with_its_own_reply(self):
        e = self.start("agents", [{"id": "agent_parrot", "name": "Parrot", "reply": "You said: {{question}}"}])
        try:
            thread = e.post("/agents/agent_parrot/threads", {}).data["id"]
            self.assertEqual(e.post(f"/threads/{thread}/messages", {"content": "hello"}).data["content"], "You said: hello")
        finally:
            self.assertEqual(e.stop(), (0, ""))

    def test_what_is_unknown_is_named(self):
        for entity, content, word in (("workflows", [{"id": "x", "nodes": [], "colour": 1}], "colour"), ("robots", [{"id": "x"}], "robots"),
                                      ("workflows", [{"id": "x"}], "nodes"), ("agents", [{"name": "x"}], "id"),
                                      ("executions", [{"id": "x", "created_at": "soon"}], "created_at"),
                                      ("knowledge_bases", [{"id": "x", "documents": [{"id": "d"}]}], "chunks")):
            with self.assertRaises(RuntimeError) as failure:
                self.start(entity, content).stop()
            self.assertIn(word, str(failure.exception))


if __name__ == "__main__":
    unittest.main()
