// Tables, the built-in data, fixtures, and knowledge bases (wire/flowmaestro §3.5, §4).

#include "platforms/flowmaestro/emulator/flowmaestro.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cctype>
#include <set>
#include <stdexcept>

namespace corun::emulator::flowmaestro {

namespace {

constexpr std::int64_t first_day = 1'772'352'000'000;  // 2026-03-01T08:00:00Z
constexpr std::int64_t minute = 60'000;
constexpr std::size_t most_words = 64;

constexpr std::string_view tables = R"(
CREATE TABLE IF NOT EXISTS fm_workflows (id TEXT PRIMARY KEY, name TEXT, description TEXT, version INTEGER, inputs TEXT, script TEXT,
    created_at INTEGER, updated_at INTEGER);
CREATE TABLE IF NOT EXISTS fm_executions (id TEXT PRIMARY KEY, workflow_id TEXT, status TEXT, inputs TEXT, outputs TEXT, error TEXT,
    step INTEGER DEFAULT 0, started_at INTEGER, completed_at INTEGER, created_at INTEGER);
CREATE INDEX IF NOT EXISTS fm_executions_order ON fm_executions (created_at);
CREATE TABLE IF NOT EXISTS fm_agents (id TEXT PRIMARY KEY, name TEXT, description TEXT, model TEXT, provider TEXT, system_prompt TEXT,
    temperature REAL, max_tokens INTEGER, tools TEXT, reply TEXT, created_at INTEGER, updated_at INTEGER);
CREATE TABLE IF NOT EXISTS fm_threads (id TEXT PRIMARY KEY, agent_id TEXT, status TEXT, title TEXT, metadata TEXT, created_at INTEGER,
    updated_at INTEGER, last_message_at INTEGER);
CREATE TABLE IF NOT EXISTS fm_messages (id TEXT PRIMARY KEY, thread_id TEXT, role TEXT, content TEXT, tool_calls TEXT, created_at INTEGER);
CREATE INDEX IF NOT EXISTS fm_messages_thread ON fm_messages (thread_id);
CREATE TABLE IF NOT EXISTS fm_jobs (seq INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT, thread_id TEXT, execution_id TEXT, question TEXT,
    reply TEXT, failure TEXT, delay INTEGER, stream INTEGER);
CREATE TABLE IF NOT EXISTS fm_knowledge_bases (id TEXT PRIMARY KEY, name TEXT, description TEXT, embedding_model TEXT, chunk_size INTEGER,
    chunk_overlap INTEGER, created_at INTEGER, updated_at INTEGER);
CREATE TABLE IF NOT EXISTS fm_documents (id TEXT PRIMARY KEY, knowledge_base_id TEXT, name TEXT);
CREATE VIRTUAL TABLE IF NOT EXISTS fm_chunks USING fts5 (content, id UNINDEXED, document_id UNINDEXED, knowledge_base_id UNINDEXED,
    metadata UNINDEXED, tokenize = 'porter unicode61');
CREATE TABLE IF NOT EXISTS fm_triggers (id TEXT PRIMARY KEY, workflow_id TEXT, name TEXT, type TEXT, enabled INTEGER, last_triggered_at INTEGER,
    trigger_count INTEGER, created_at INTEGER, updated_at INTEGER);
CREATE TABLE IF NOT EXISTS fm_webhooks (id TEXT PRIMARY KEY, name TEXT, url TEXT, secret TEXT, events TEXT, headers TEXT, is_active INTEGER,
    deleted INTEGER, created_at INTEGER, updated_at INTEGER);
CREATE TABLE IF NOT EXISTS fm_deliveries (id INTEGER PRIMARY KEY AUTOINCREMENT, webhook_id TEXT, event_type TEXT, body TEXT, status TEXT,
    attempts INTEGER, response_status INTEGER, response_body TEXT, error TEXT, created_at INTEGER, last_attempt_at INTEGER);
)";

// `nodes`: id, name, type, ms; and `outputs`, `error` or `wait`. "{{x}}" stands for the input x.
constexpr std::string_view workflows = R"json([
{"id": "wf_echo", "name": "Echo", "description": "Gives back its inputs",
 "inputs": {"text": {"type": "text", "label": "Text", "required": false}},
 "outputs": "inputs", "nodes": [{"id": "echo", "name": "Echo", "type": "transform", "ms": 50}]},
{"id": "wf_approval", "name": "Expense approval", "description": "Waits for a person in the middle",
 "inputs": {"amount": {"type": "number", "label": "Amount", "required": true}},
 "outputs": {"approved": true, "amount": "{{amount}}"},
 "nodes": [{"id": "check", "name": "Check amount", "type": "transform", "ms": 80, "outputs": {"amount": "{{amount}}"}},
           {"id": "approve", "name": "Ask a manager", "type": "human", "ms": 0, "wait": true, "outputs": {"approved": true}},
           {"id": "book", "name": "Book it", "type": "integration", "ms": 80, "outputs": {"booked": true}}]},
{"id": "wf_slow", "name": "Nightly report", "description": "Takes three seconds: time enough to cancel it",
 "inputs": null, "outputs": {"rows": 12840},
 "nodes": [{"id": "collect", "name": "Collect", "type": "integration", "ms": 1000, "outputs": {"sources": 3}},
           {"id": "crunch", "name": "Crunch", "type": "transform", "ms": 1000, "outputs": {"rows": 12840}},
           {"id": "render", "name": "Render", "type": "output", "ms": 1000, "outputs": {"pages": 14}}]},
{"id": "wf_failing", "name": "Send invoice", "description": "Fails at its mail node",
 "inputs": {"customer_name": {"type": "text", "label": "Customer", "required": true}}, "outputs": {},
 "nodes": [{"id": "draft", "name": "Draft invoice", "type": "llm", "ms": 120, "outputs": {"draft": "Invoice for {{customer_name}}"}},
           {"id": "mail", "name": "Mail it", "type": "integration", "ms": 120, "error": "mail server refused the recipient"}]},
{"id": "wf_onboarding", "name": "Customer onboarding", "description": "Welcomes a new customer in six steps",
 "inputs": {"customer_name": {"type": "text", "label": "Customer", "required": true, "description": "Who is welcomed"},
            "plan": {"type": "select", "label": "Plan", "required": false}},
 "outputs": {"customer": "{{customer_name}}", "account": "acc_4711", "welcome": "Welcome aboard, {{customer_name}}!"},
 "nodes": [{"id": "validate", "name": "Validate input", "type": "input", "ms": 90, "outputs": {"ok": true}},
           {"id": "lookup", "name": "Look up company", "type": "integration", "ms": 180, "outputs": {"company": "Analytical Engines"}},
           {"id": "classify", "name": "Classify", "type": "llm", "ms": 220, "outputs": {"segment": "enterprise"}},
           {"id": "account", "name": "Create account", "type": "integration", "ms": 160, "outputs": {"account": "acc_4711"}},
           {"id": "letter", "name": "Write welcome letter", "type": "llm", "ms": 260, "outputs": {"letter": "Dear {{customer_name}}, …"}},
           {"id": "notify", "name": "Notify sales", "type": "output", "ms": 90, "outputs": {"channel": "#new-customers"}}]}
])json";

constexpr std::string_view agents = R"json([
{"id": "agent_analyst", "name": "Analyst", "description": "Reads figures", "model": "claude-sonnet-4", "provider": "anthropic",
 "system_prompt": "You explain figures in plain words.", "temperature": 0.2, "max_tokens": 4000, "tools": []},
{"id": "agent_writer", "name": "Writer", "description": "Writes short poems in several languages", "model": "gpt-4o", "provider": "openai",
 "system_prompt": "You write short poems.", "temperature": 0.9, "max_tokens": 2000, "tools": []},
{"id": "agent_support", "name": "Support", "description": "Answers customers", "model": "gpt-4o-mini", "provider": "openai",
 "system_prompt": "You help customers, briefly and kindly.", "temperature": 0.7, "max_tokens": 4000,
 "tools": [{"id": "tool_handbook", "name": "handbook", "description": "Searches the handbook", "type": "knowledge_base"}]}
])json";

constexpr std::string_view knowledge = R"json([
{"id": "kb_empty", "name": "Empty shelf", "description": null, "documents": []},
{"id": "kb_handbook", "name": "Company handbook", "description": "How we work, and what customers ask", "documents": [
  {"id": "doc_accounts", "name": "accounts.md", "chunks": [
    "To reset your password, open Settings, then Security, and choose Reset password. A mail with a link arrives within two minutes.",
    "An account can be closed at any time under Settings, Account. Data is deleted after thirty days, invoices are kept for ten years.",
    "Two-factor authentication uses a one-time code from an app. Recovery codes are shown once: keep them in a safe place."]},
  {"id": "doc_shipping", "name": "shipping.pdf", "chunks": [
    "Parcels leave our warehouse on weekdays until four in the afternoon. Standard shipping takes two to three days.",
    "A parcel can be tracked with the number in the shipping mail. If nothing moves for five days, support opens an investigation.",
    "Returns are free within thirty days. Print the label from your order page and hand the parcel in at any shop."]},
  {"id": "doc_holidays", "name": "holidays.md", "chunks": [
    "Every employee has thirty days of holiday a year. Requests are made in the calendar and approved by the team lead.",
    "Unused holiday may be taken until the end of March of the following year."]},
  {"id": "doc_security", "name": "security.md", "chunks": [
    "Report a lost laptop at once to the security desk. The disk is encrypted; the account is locked within minutes.",
    "Passwords are never sent by mail or chat. Use the password manager, and rotate shared secrets every ninety days."]}]}
])json";

std::string_view text(json::object const& from, std::string_view name, std::string_view otherwise = {}) {
    auto const* v = from.if_contains(name);
    return v != nullptr && v->is_string() ? std::string_view(v->get_string()) : otherwise;
}

std::optional<std::string> optional_text(json::object const& from, std::string_view name) {
    auto const* v = from.if_contains(name);
    return v != nullptr && v->is_string() ? std::optional(std::string(v->get_string())) : std::nullopt;
}

std::int64_t number(json::object const& from, std::string_view name, std::int64_t otherwise) {
    auto const* v = from.if_contains(name);
    return v != nullptr && v->is_int64() ? v->get_int64() : otherwise;
}

std::optional<std::string> json_text(json::object const& from, std::string_view name) {
    auto const* v = from.if_contains(name);
    return v != nullptr && !v->is_null() ? std::optional(json::serialize(*v)) : std::nullopt;
}

std::optional<std::int64_t> moment(json::object const& from, std::string_view name) {
    auto const* v = from.if_contains(name);
    if (v == nullptr || v->is_null()) return std::nullopt;
    auto const parsed = v->is_string() ? clock::parse_iso(v->get_string()) : std::nullopt;
    if (!parsed) throw std::runtime_error(std::string(name) + " is not a time such as 2026-03-02T09:15:00Z");
    return parsed;
}

void only(json::object const& given, std::initializer_list<std::string_view> known) {
    for (auto const& member : given)
        if (std::find(known.begin(), known.end(), std::string_view(member.key())) == known.end())
            throw std::runtime_error("unknown member \"" + std::string(member.key()) + '"');
}

void check_input(json::value const& input) {
    auto const* const o = input.if_object();
    auto const has = [&](std::string_view name) { return o != nullptr && o->contains(name); };
    if (!has("type") || !o->at("type").is_string() || !has("label") || !has("required") || !o->at("required").is_bool())
        throw std::runtime_error("an input needs type, label and required");
}

std::vector<std::string> words_of(std::string_view query) {
    std::vector<std::string> words;
    std::string word;
    for (char const c : query) {
        auto const u = static_cast<unsigned char>(c);
        if (std::isalnum(u) != 0 || u >= 0x80) {
            word += static_cast<char>(u < 0x80 ? std::tolower(u) : u);
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    if (words.size() > most_words) words.resize(most_words);
    return words;
}

}  // namespace

void service::make_tables() { env_.db().script(tables); }

void service::start() {
    make_tables();
    if (env_.db().number("SELECT count(*) FROM fm_workflows").value_or(0) == 0) seed();
    refresh_aliases();
    take_up_runs();
    take_up_jobs();
    webhooks_.resume();
}

void service::reset() {
    ++epoch_;
    for (auto const& [id, r] : runs_) env_.time().cancel(r.timer);
    runs_.clear();
    talks_.clear();
    scripts_.clear();
    run_streams_.clear();
    thread_streams_.clear();
    configure(json::object{{"profile", "compatible"}});
    options_ = profile_options();
    for (auto const* table : {"workflows", "executions", "agents", "threads", "messages", "jobs", "knowledge_bases",
             "documents", "chunks", "triggers", "webhooks", "deliveries"})
        env_.db().run("DELETE FROM fm_" + std::string(table));
    seed();
    refresh_aliases();
    take_up_runs();
}

void service::add_workflow(json::object const& w, std::int64_t created) {
    json::object const script{
        {"nodes", w.at("nodes")}, {"outputs", w.contains("outputs") ? w.at("outputs") : json::value(json::object())}};
    env_.db().run("INSERT OR REPLACE INTO fm_workflows (id, name, description, version, inputs, script, created_at, "
                  "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        text(w, "id"), text(w, "name", text(w, "id")), optional_text(w, "description"), number(w, "version", 1),
        json_text(w, "inputs"), json::serialize(script), created, created);
}

void service::add_knowledge_base(json::object const& kb, std::int64_t created) {
    std::string const id(text(kb, "id"));
    env_.db().run("INSERT OR REPLACE INTO fm_knowledge_bases (id, name, description, embedding_model, chunk_size, "
                  "chunk_overlap, created_at, updated_at) VALUES (?, ?, ?, ?, 1000, 200, ?, ?)",
        id, text(kb, "name", id), optional_text(kb, "description"),
        text(kb, "embedding_model", "text-embedding-3-small"), created, created);
    env_.db().run("DELETE FROM fm_documents WHERE knowledge_base_id = ?", id);
    env_.db().run("DELETE FROM fm_chunks WHERE knowledge_base_id = ?", id);
    auto const* const documents = kb.if_contains("documents");
    if (documents == nullptr) return;
    for (auto const& d : documents->as_array()) {
        auto const& document = d.as_object();
        only(document, {"id", "name", "chunks"});
        std::string const document_id(text(document, "id"));
        auto const* const chunks = document.if_contains("chunks");
        if (document_id.empty() || chunks == nullptr || !chunks->is_array())
            throw std::runtime_error("a document needs an id and chunks");
        env_.db().run("INSERT OR REPLACE INTO fm_documents (id, knowledge_base_id, name) VALUES (?, ?, ?)", document_id,
            id, text(document, "name", document_id));
        std::int64_t n = 0;
        for (auto const& chunk : chunks->get_array()) {
            if (!chunk.is_string()) throw std::runtime_error("a chunk is not a text");
            ++n;
            env_.db().run(
                "INSERT INTO fm_chunks (content, id, document_id, knowledge_base_id, metadata) VALUES (?, ?, ?, ?, ?)",
                std::string_view(chunk.get_string()), document_id + "_c" + std::to_string(n), document_id, id,
                json::serialize(json::object{{"page", n}}));
        }
    }
}

void service::seed() {
    database::transaction const all(env_.db());
    auto at = first_day;
    for (int i = 1; i <= 42; ++i) {
        std::string const n = (i < 10 ? "0" : "") + std::to_string(i);
        add_workflow(json::object{{"id", "wf_catalog_" + n}, {"name", "Catalogue workflow " + n},
                         {"description", "One of many"}, {"inputs", nullptr}, {"outputs", json::object{{"number", i}}},
                         {"nodes", json::array{json::object{
                                       {"id", "only"}, {"name", "Only step"}, {"type", "transform"}, {"ms", 50}}}}},
            at += minute);
    }
    auto const all_workflows = json::parse(workflows);
    auto const all_agents = json::parse(agents);
    auto const all_knowledge = json::parse(knowledge);
    for (auto const& w : all_workflows.as_array()) add_workflow(w.as_object(), at += minute);
    for (auto const& a : all_agents.as_array()) {
        auto one = a.as_object();
        one["created_at"] = clock::iso(at += minute);
        json::array list;
        list.push_back(std::move(one));
        load_fixture("agents", list);
    }
    for (auto const& kb : all_knowledge.as_array()) add_knowledge_base(kb.as_object(), at += minute);

    auto const trigger = [&](char const* id, char const* workflow, char const* name, char const* type, bool enabled) {
        at += minute;
        env_.db().run("INSERT INTO fm_triggers (id, workflow_id, name, type, enabled, trigger_count, created_at, "
                      "updated_at) VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
            id, workflow, name, type, enabled, at, at);
    };
    trigger("trigger_nightly", "wf_slow", "Every night", "schedule", false);
    trigger("trigger_orders", "wf_echo", "New order", "webhook", true);
    trigger("trigger_signup", "wf_onboarding", "New sign-up", "event", true);

    for (int i = 1; i <= 30; ++i) {
        at += minute;
        std::string const n = (i < 10 ? "0" : "") + std::to_string(i);
        env_.db().run("INSERT INTO fm_executions (id, workflow_id, status, inputs, outputs, step, started_at, "
                      "completed_at, created_at) VALUES (?, 'wf_echo', 'completed', ?, ?, 1, ?, ?, ?)",
            "exec_history_" + n, "{\"text\":\"run " + n + "\"}", "{\"text\":\"run " + n + "\"}", at + 100, at + 250,
            at);
    }
    auto const execution = [&](char const* id, char const* workflow, char const* status, char const* inputs,
                               std::optional<std::string> outputs, std::optional<std::string> failure,
                               std::int64_t step, std::optional<std::int64_t> completed) {
        at += minute;
        env_.db().run("INSERT INTO fm_executions (id, workflow_id, status, inputs, outputs, error, step, started_at, "
                      "completed_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            id, workflow, status, inputs, outputs, failure, step, at + 120,
            completed ? std::optional(at + *completed) : std::nullopt, at);
    };
    execution("exec_paused", "wf_approval", "paused", R"({"amount":120})", std::nullopt, std::nullopt, 1, std::nullopt);
    execution("exec_cancelled", "wf_slow", "cancelled", "{}", std::nullopt, std::nullopt, 1, std::nullopt);
    execution("exec_failed", "wf_failing", "failed", R"({"customer_name":"Grace"})", std::nullopt,
        "mail server refused the recipient", 1, 410);
    execution("exec_completed", "wf_onboarding", "completed", R"({"customer_name":"Ada"})",
        R"({"customer":"Ada","account":"acc_4711","welcome":"Welcome aboard, Ada!"})", std::nullopt, 6, 1150);

    at += minute;
    env_.db().run("INSERT INTO fm_threads (id, agent_id, status, title, metadata, created_at, updated_at, "
                  "last_message_at) VALUES ('thread_demo', 'agent_support', 'active', 'Parcel 5', ?, ?, ?, ?)",
        R"({"customer":"77"})", at, at + minute, at + minute);
    auto const message = [&](char const* id, char const* role, char const* content) {
        at += 30'000;
        env_.db().run(
            "INSERT INTO fm_messages (id, thread_id, role, content, created_at) VALUES (?, 'thread_demo', ?, ?, ?)", id,
            role, content, at);
    };
    message("msg_demo_1", "user", "Where is parcel 5?");
    message("msg_demo_2", "assistant", "It left our warehouse this morning and arrives tomorrow.");
    message("msg_demo_3", "user", "Thank you!");
    message("msg_demo_4", "assistant", "You are welcome.");

    at += minute;
    env_.db().run("INSERT INTO fm_webhooks (id, name, url, secret, events, headers, is_active, deleted, created_at, "
                  "updated_at) VALUES ('wh_demo', 'Demo', 'http://127.0.0.1:9/hook', ?, ?, NULL, 0, 0, ?, ?)",
        "whsec_" + std::string(64, '0'), R"(["execution.completed","execution.failed"])", at, at);
}

void service::load_fixture(std::string_view entity, json::value const& content) {
    if (!content.is_array()) throw std::runtime_error("an array was expected");
    auto const now = env_.time().unix_ms();
    for (auto const& element : content.get_array()) {
        if (!element.is_object()) throw std::runtime_error("an object was expected in the array");
        auto const& o = element.get_object();
        if (text(o, "id").empty()) throw std::runtime_error("an id is missing");
        auto const created = moment(o, "created_at").value_or(now);
        if (entity == "workflows") {
            only(o, {"id", "name", "description", "version", "inputs", "outputs", "nodes", "created_at"});
            auto const* const nodes = o.if_contains("nodes");
            if (nodes == nullptr || !(nodes->is_array() || nodes->is_null()))
                throw std::runtime_error("nodes is not an array");
            if (auto const* inputs = o.if_contains("inputs"); inputs != nullptr && inputs->is_object())
                for (auto const& input : inputs->get_object()) check_input(input.value());
            for (auto const& node : nodes->is_array() ? nodes->get_array() : json::array()) {
                if (!node.is_object()) throw std::runtime_error("a node is not an object");
                only(node.as_object(), {"id", "name", "type", "ms", "outputs", "error", "wait"});
                for (auto const* required : {"id", "name", "type", "ms"})
                    if (!node.as_object().contains(required))
                        throw std::runtime_error("a node lacks " + std::string(required));
                if (!node.as_object().at("ms").is_int64()) throw std::runtime_error("a node's ms is not an integer");
                if (auto const* failure = node.as_object().if_contains("error");
                    failure != nullptr && !failure->is_string())
                    throw std::runtime_error("a node's error is not a text");
            }
            add_workflow(o, created);
        } else if (entity == "agents") {
            only(o, {"id", "name", "description", "model", "provider", "system_prompt", "temperature", "max_tokens",
                        "tools", "reply", "created_at"});
            auto const* const warmth = o.if_contains("temperature");
            env_.db().run("INSERT OR REPLACE INTO fm_agents (id, name, description, model, provider, system_prompt, "
                          "temperature, max_tokens, tools, reply, created_at, updated_at) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                text(o, "id"), text(o, "name", text(o, "id")), optional_text(o, "description"),
                text(o, "model", "gpt-4o-mini"), text(o, "provider", "openai"), text(o, "system_prompt"),
                warmth != nullptr ? warmth->to_number<double>() : 0.7, number(o, "max_tokens", 4000),
                json_text(o, "tools").value_or("[]"), optional_text(o, "reply"), created, created);
        } else if (entity == "threads") {
            only(o, {"id", "agent_id", "status", "title", "metadata", "messages", "created_at"});
            // A thread or an execution that is there keeps its state: with a database the fixture is read at every
            // start.
            env_.db().run("INSERT OR IGNORE INTO fm_threads (id, agent_id, status, title, metadata, created_at, "
                          "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                text(o, "id"), text(o, "agent_id"), text(o, "status", "active"), optional_text(o, "title"),
                json_text(o, "metadata"), created, created);
            std::int64_t position = 0;
            if (auto const* messages = o.if_contains("messages"))
                for (auto const& m : messages->as_array())
                    env_.db().run("INSERT OR IGNORE INTO fm_messages (id, thread_id, role, content, created_at) VALUES "
                                  "(?, ?, ?, ?, ?)",
                        text(m.as_object(), "id", std::string(text(o, "id")) + "_m" + std::to_string(++position)),
                        text(o, "id"), text(m.as_object(), "role", "user"), text(m.as_object(), "content"), created);
        } else if (entity == "knowledge_bases") {
            only(o, {"id", "name", "description", "embedding_model", "documents", "created_at"});
            add_knowledge_base(o, created);
        } else if (entity == "triggers") {
            only(o, {"id", "workflow_id", "name", "type", "enabled", "created_at"});
            auto const* const on = o.if_contains("enabled");
            env_.db().run("INSERT OR REPLACE INTO fm_triggers (id, workflow_id, name, type, enabled, trigger_count, "
                          "created_at, updated_at) VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
                text(o, "id"), text(o, "workflow_id"), text(o, "name", text(o, "id")), text(o, "type", "manual"),
                on == nullptr || on->as_bool(), created, created);
        } else if (entity == "executions") {
            only(o, {"id", "workflow_id", "status", "inputs", "outputs", "error", "started_at", "completed_at",
                        "created_at"});
            env_.db().run("INSERT OR IGNORE INTO fm_executions (id, workflow_id, status, inputs, outputs, error, step, "
                          "started_at, completed_at, created_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
                text(o, "id"), text(o, "workflow_id"), text(o, "status", "completed"), json_text(o, "inputs"),
                json_text(o, "outputs"), optional_text(o, "error"), moment(o, "started_at"), moment(o, "completed_at"),
                created);
        } else if (entity == "webhooks") {
            only(o, {"id", "name", "url", "secret", "events", "headers", "is_active", "created_at"});
            auto const* const on = o.if_contains("is_active");
            env_.db().run("INSERT OR REPLACE INTO fm_webhooks (id, name, url, secret, events, headers, is_active, "
                          "deleted, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
                text(o, "id"), text(o, "name", text(o, "id")), text(o, "url"),
                text(o, "secret", "whsec_" + random_hex(32)), json_text(o, "events").value_or("[]"),
                json_text(o, "headers"), on == nullptr || on->as_bool(), created, created);
        } else {
            throw std::runtime_error(
                "no such entity: " + std::string(entity) +
                " (workflows, agents, threads, knowledge_bases, triggers, executions, webhooks, keys)");
        }
    }
    refresh_aliases();
    take_up_runs();
}

void service::list_knowledge_bases(call_ptr const& call) {
    std::int64_t page = 1, per_page = 20;
    page_of(call, page, per_page);
    json::array items;
    env_.db().query(
        "SELECT id, name, description, created_at, updated_at, (SELECT count(*) FROM fm_documents d WHERE "
        "d.knowledge_base_id = k.id), "
        "(SELECT count(*) FROM fm_chunks c WHERE c.knowledge_base_id = k.id) FROM fm_knowledge_bases k ORDER BY "
        "created_at DESC, rowid DESC LIMIT ? OFFSET ?",
        [&](row const& r) {
            items.push_back(json::object{{"id", r.text(0)}, {"name", r.text(1)},
                {"description", text_or_null(r.optional_text(2))}, {"document_count", r.integer(5)},
                {"chunk_count", r.integer(6) * (options_.strict ? r.integer(5) : 1)},
                {"created_at", time_or_null(r, 3)}, {"updated_at", time_or_null(r, 4)}});
        },
        per_page, (page - 1) * per_page);
    answer_list(call, std::move(items), page, per_page,
        env_.db().number("SELECT count(*) FROM fm_knowledge_bases").value_or(0));
}

void service::get_knowledge_base(call_ptr const& call) {
    if (bad_id(call, "Knowledge Base")) return;
    json::object found;
    env_.db().query(
        "SELECT id, name, description, embedding_model, chunk_size, chunk_overlap, created_at, updated_at, "
        "(SELECT count(*) FROM fm_documents d WHERE d.knowledge_base_id = k.id), (SELECT count(*) FROM fm_chunks c "
        "WHERE c.knowledge_base_id = k.id) "
        "FROM fm_knowledge_bases k WHERE id = ?",
        [&](row const& r) {
            found = {{"id", r.text(0)}, {"name", r.text(1)}, {"description", text_or_null(r.optional_text(2))},
                {"document_count", r.integer(8)}, {"chunk_count", r.integer(9) * (options_.strict ? r.integer(8) : 1)},
                {"embedding_model", r.text(3)}, {"chunk_size", r.integer(4)}, {"chunk_overlap", r.integer(5)},
                {"created_at", time_or_null(r, 6)}, {"updated_at", time_or_null(r, 7)}};
        },
        call->id);
    if (found.empty()) return missing(call, "Knowledge Base");
    answer(call, 200, found);
}

void service::query_knowledge_base(call_ptr const& call) {
    json::object const body = call->body.is_object() ? call->body.get_object() : json::object();
    auto const* const query = body.if_contains("query");
    if (query == nullptr || !query->is_string() || query->get_string().empty())
        return fail(call, {400, "validation_error", "query is required"});
    if (bad_id(call, "Knowledge Base")) return;
    if (env_.db().number("SELECT count(*) FROM fm_knowledge_bases WHERE id = ?", call->id).value_or(0) == 0)
        return missing(call, "Knowledge Base");
    std::int64_t top_k = 5;
    if (auto const* const given = body.if_contains("top_k")) {
        if (given->is_null())
            top_k = options_.strict ? 0 : 5;
        else if (!options_.strict)
            top_k =
                given->is_number() ? static_cast<std::int64_t>(std::clamp(given->to_number<double>(), 1.0, 20.0)) : 5;
        else if (given->is_int64() && given->get_int64() >= 0)
            top_k = given->get_int64();
        else
            return fail(call, {500, "internal_error", "top_k is not a count"});
    }
    top_k = std::min<std::int64_t>(top_k, 20);

    auto const words = words_of(query->get_string());
    struct match {
        json::object result;
        double similarity;
        double rank;
        std::string id;
    };
    std::map<std::string, match> matches;
    // One word at a time: the share of the words that a chunk holds is its similarity.
    for (auto const& word : words) {
        env_.db().query(
            "SELECT c.id, c.content, c.document_id, c.metadata, d.name, bm25(fm_chunks) FROM fm_chunks c JOIN "
            "fm_documents d ON d.id = c.document_id "
            "WHERE fm_chunks MATCH ? AND c.knowledge_base_id = ?",
            [&](row const& r) {
                auto& m = matches[r.text(0)];
                m.id = r.text(0);
                m.similarity += 1.0 / static_cast<double>(words.size());
                m.rank += r.real(5);
                m.result = {{"id", m.id}, {"content", r.text(1)}, {"document_id", r.text(2)},
                    {"document_name", r.text(4)}, {"metadata", r.parsed(3)}};
            },
            "\"" + word + "\"", call->id);
    }
    std::vector<match> sorted;
    for (auto& [id, m] : matches) sorted.push_back(std::move(m));
    std::stable_sort(sorted.begin(), sorted.end(), [](match const& a, match const& b) {
        return a.similarity > b.similarity + 1e-9 || (a.similarity > b.similarity - 1e-9 && a.rank < b.rank);
    });
    json::array results;
    for (auto& m : sorted) {
        if (static_cast<std::int64_t>(results.size()) >= top_k) break;
        double const similarity = std::min(1.0, m.similarity);
        m.result["score"] = similarity;
        if (!options_.strict) {
            m.result["chunk_id"] = m.id;
            m.result["similarity"] = similarity;
        }
        results.push_back(std::move(m.result));
    }
    json::object data{{"results", std::move(results)}, {"query", *query}, {"top_k", top_k}};
    if (!options_.strict) data["knowledge_base_id"] = call->id;
    answer(call, 200, std::move(data));
}

}  // namespace corun::emulator::flowmaestro
