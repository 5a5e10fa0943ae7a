#include "platforms/flowmaestro/emulator/schema.hpp"

#include <array>

namespace corun::emulator::fm {

namespace {

// Times are Unix milliseconds; members named after JSON hold JSON text. `seq` breaks ties of equal times.
constexpr std::string_view tables = R"sql(
CREATE TABLE IF NOT EXISTS fm_kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fm_aliases (uuid TEXT PRIMARY KEY, id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fm_workflows (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT,
    version INTEGER NOT NULL, inputs TEXT, nodes TEXT, outputs TEXT, refusal TEXT,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fm_executions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, workflow_id TEXT NOT NULL, trigger_id TEXT,
    status TEXT NOT NULL, inputs TEXT, outputs TEXT, error TEXT, failed_node TEXT, position INTEGER NOT NULL DEFAULT 0,
    node_outputs TEXT, begun INTEGER NOT NULL DEFAULT 0, started_at INTEGER, completed_at INTEGER,
    created_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS fm_executions_by_time ON fm_executions (created_at, seq);
CREATE INDEX IF NOT EXISTS fm_executions_by_workflow ON fm_executions (workflow_id, created_at);
CREATE TABLE IF NOT EXISTS fm_agents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT,
    model TEXT NOT NULL, provider TEXT NOT NULL, system_prompt TEXT NOT NULL, temperature REAL NOT NULL,
    max_tokens INTEGER NOT NULL, available_tools TEXT NOT NULL, replies TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fm_scripts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL, script TEXT NOT NULL, remaining INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fm_threads (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, status TEXT NOT NULL,
    title TEXT, metadata TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, last_message_at INTEGER);
CREATE TABLE IF NOT EXISTS fm_messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, thread_id TEXT NOT NULL, role TEXT NOT NULL,
    content TEXT NOT NULL, tool_calls TEXT, created_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS fm_messages_by_thread ON fm_messages (thread_id, seq);
CREATE TABLE IF NOT EXISTS fm_replies (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, thread_id TEXT NOT NULL,
    agent_id TEXT NOT NULL, execution_id TEXT NOT NULL, question TEXT NOT NULL, content TEXT NOT NULL, error TEXT,
    delay INTEGER NOT NULL, streamed INTEGER NOT NULL, state TEXT NOT NULL, started_at INTEGER);
CREATE TABLE IF NOT EXISTS fm_knowledge_bases (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT,
    embedding_model TEXT NOT NULL, chunk_size INTEGER NOT NULL, chunk_overlap INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fm_documents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, base_id TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fm_chunks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, base_id TEXT NOT NULL, document_id TEXT NOT NULL,
    content TEXT NOT NULL, metadata TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS fm_chunks_by_base ON fm_chunks (base_id);
CREATE VIRTUAL TABLE IF NOT EXISTS fm_chunk_words USING fts5 (content, tokenize = 'porter unicode61');
CREATE TABLE IF NOT EXISTS fm_triggers (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, workflow_id TEXT NOT NULL, name TEXT NOT NULL,
    trigger_type TEXT NOT NULL, enabled INTEGER NOT NULL, last_triggered_at INTEGER, trigger_count INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fm_webhooks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, url TEXT NOT NULL,
    events TEXT NOT NULL, secret TEXT NOT NULL, headers TEXT, is_active INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fm_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, webhook_id TEXT NOT NULL, event_type TEXT NOT NULL, body TEXT NOT NULL,
    status TEXT NOT NULL, attempts INTEGER NOT NULL, response_status INTEGER, response_body TEXT, error_message TEXT,
    created_at INTEGER NOT NULL, last_attempt_at INTEGER, due_at INTEGER);
CREATE INDEX IF NOT EXISTS fm_deliveries_by_webhook ON fm_deliveries (webhook_id, created_at);
CREATE TABLE IF NOT EXISTS fm_memories (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL, user_id TEXT NOT NULL, working_memory TEXT NOT NULL,
    metadata TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (agent_id, user_id));
)sql";

constexpr std::array names{"fm_kept",    "fm_aliases",         "fm_workflows", "fm_executions", "fm_agents",
                           "fm_scripts", "fm_threads",         "fm_messages",  "fm_replies",    "fm_knowledge_bases",
                           "fm_documents", "fm_chunks",        "fm_chunk_words", "fm_triggers", "fm_webhooks",
                           "fm_deliveries", "fm_memories"};

}  // namespace

void create_tables(database& db) { db.script(tables); }

void empty_tables(database& db) {
    database::transaction whole(db);
    for (auto const* name : names) db.script(std::string("DELETE FROM ") + name);
}

std::optional<std::string> kept(database& db, std::string_view name) {
    std::optional<std::string> value;
    db.query("SELECT value FROM fm_kept WHERE name = ?", [&](row const& r) { value = r.text(0); }, name);
    return value;
}

void keep(database& db, std::string_view name, std::string_view value) {
    db.run("INSERT INTO fm_kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value);
}

}  // namespace corun::emulator::fm
