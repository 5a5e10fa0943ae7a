#include "platforms/promptrails/emulator/promptrails.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace corun::emulator::promptrails {

namespace {

constexpr std::string_view workspace = "3BworkspaceDemo000000000001";

std::string base62(std::array<unsigned char, 20> number) {
    constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string text(27, '0');
    for (std::size_t at = text.size(); at-- > 0;) {
        unsigned rest = 0;
        for (auto& byte : number) {
            unsigned const value = rest * 256 + byte;
            byte = static_cast<unsigned char>(value / 62);
            rest = value % 62;
        }
        text[at] = digits[rest];
    }
    return text;
}

unsigned nibble(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

// Members come from the routes' tables, never from a request.
std::string where(store::listing const& what) {
    std::string text = " WHERE kind = ?";
    if (what.parent) text += " AND parent = ?";
    for (auto const& f : what.filters) {
        std::string const member = "json_extract(doc, '$." + std::string(f.member) + "')";
        text += f.part ? " AND instr(lower(" + member + "), lower(?)) > 0" : " AND CAST(" + member + " AS TEXT) = ?";
    }
    return text;
}

}  // namespace

std::string text_at(json::object const& in, std::string_view name, std::string_view otherwise) {
    auto const* value = in.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string()))
                                                  : std::string(otherwise);
}

std::int64_t int_at(json::object const& in, std::string_view name, std::int64_t otherwise) {
    auto const* value = in.if_contains(name);
    if (value == nullptr || !value->is_number()) return otherwise;
    double const number = value->to_number<double>();
    return number > -9e15 && number < 9e15 ? static_cast<std::int64_t>(number) : otherwise;
}

double number_at(json::object const& in, std::string_view name, double otherwise) {
    auto const* value = in.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<double>() : otherwise;
}

bool bool_at(json::object const& in, std::string_view name, bool otherwise) {
    auto const* value = in.if_contains(name);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

json::object object_at(json::object const& in, std::string_view name) {
    auto const* value = in.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

json::array array_at(json::object const& in, std::string_view name) {
    auto const* value = in.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

bool store::make() {
    bool const fresh = !env_.db().number("SELECT 1 FROM sqlite_master WHERE name = 'pr_rows'");
    env_.db().script(R"(
        CREATE TABLE IF NOT EXISTS pr_rows(kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL, at INTEGER NOT NULL,
            doc TEXT NOT NULL, PRIMARY KEY(kind, id));
        CREATE INDEX IF NOT EXISTS pr_by_time ON pr_rows(kind, at DESC, id);
        CREATE INDEX IF NOT EXISTS pr_by_parent ON pr_rows(kind, parent, at DESC, id);
        CREATE VIRTUAL TABLE IF NOT EXISTS pr_memory_text USING fts5(id UNINDEXED, content, tokenize = 'trigram');)");
    return fresh;
}

void store::clear() { env_.db().script("DELETE FROM pr_rows; DELETE FROM pr_memory_text;"); }

// As a KSUID: seconds, then milliseconds and a counter, then chance; base 62, in order of time.
std::string store::new_id() {
    auto const now = env_.time().unix_ms();
    auto const seconds = static_cast<std::uint32_t>(std::max<std::int64_t>(now / 1000 - 1'400'000'000, 0));
    std::array<unsigned char, 20> bytes{};
    for (int i = 0; i < 4; ++i)
        bytes[static_cast<std::size_t>(i)] = static_cast<unsigned char>(seconds >> (24 - 8 * i));
    auto const within = static_cast<std::uint64_t>(now % 1000) << 22U | (++last_ & 0x3FFFFFU);
    for (int i = 0; i < 4; ++i)
        bytes[static_cast<std::size_t>(4 + i)] = static_cast<unsigned char>(within >> (24 - 8 * i));
    auto const chance = random_hex(12);
    for (std::size_t i = 0; i < 12; ++i)
        bytes[8 + i] = static_cast<unsigned char>(nibble(chance[2 * i]) * 16 + nibble(chance[2 * i + 1]));
    return base62(bytes);
}

std::optional<json::object> store::find(std::string_view kind, std::string_view id) {
    std::optional<json::object> found;
    env_.db().query(
        "SELECT doc FROM pr_rows WHERE kind = ? AND id = ?", [&](row const& r) { found = r.parsed(0).as_object(); },
        kind, id);
    return found;
}

json::object store::add(std::string_view kind, json::object doc, std::string_view parent) {
    auto const now = env_.time().iso();
    if (!doc.contains("id")) doc["id"] = new_id();
    if (!doc.contains("workspace_id")) doc["workspace_id"] = workspace;
    if (!doc.contains("created_at")) doc["created_at"] = now;
    if (!doc.contains("updated_at")) doc["updated_at"] = doc["created_at"];
    auto const at = clock::parse_iso(text_at(doc, "created_at")).value_or(env_.time().unix_ms());
    env_.db().run("INSERT OR REPLACE INTO pr_rows(kind, id, parent, at, doc) VALUES(?, ?, ?, ?, ?)", kind,
        text_at(doc, "id"), parent, at, json::serialize(doc));
    if (kind == "memory") {
        env_.db().run("DELETE FROM pr_memory_text WHERE id = ?", text_at(doc, "id"));
        env_.db().run(
            "INSERT INTO pr_memory_text(id, content) VALUES(?, ?)", text_at(doc, "id"), text_at(doc, "content"));
    }
    return doc;
}

void store::put(std::string_view kind, json::object const& doc) {
    env_.db().run(
        "UPDATE pr_rows SET doc = ? WHERE kind = ? AND id = ?", json::serialize(doc), kind, text_at(doc, "id"));
    if (kind == "memory")
        env_.db().run(
            "UPDATE pr_memory_text SET content = ? WHERE id = ?", text_at(doc, "content"), text_at(doc, "id"));
}

bool store::erase(std::string_view kind, std::string_view id) {
    if (kind == "memory") env_.db().run("DELETE FROM pr_memory_text WHERE id = ?", id);
    return env_.db().run("DELETE FROM pr_rows WHERE kind = ? AND id = ?", kind, id) > 0;
}

std::int64_t store::erase_children(std::string_view kind, std::string_view parent) {
    if (kind == "memory")
        env_.db().run(
            "DELETE FROM pr_memory_text WHERE id IN (SELECT id FROM pr_rows WHERE kind = 'memory' AND parent = ?)",
            parent);
    return env_.db().run("DELETE FROM pr_rows WHERE kind = ? AND parent = ?", kind, parent);
}

std::int64_t store::count(std::string_view kind) { return count(listing{.kind = kind}); }

// At most six filters are ever used; what is unused is not in the statement.
json::array store::list(listing const& what, std::int64_t limit, std::int64_t offset) {
    json::array found;
    auto const sql = "SELECT doc FROM pr_rows" + where(what) + " ORDER BY " + std::string(what.order) + " LIMIT " +
                     std::to_string(limit) + " OFFSET " + std::to_string(offset);
    std::vector<std::string> values;
    if (what.parent) values.push_back(*what.parent);
    for (auto const& f : what.filters) values.push_back(f.value);
    auto const each = [&](row const& r) { found.push_back(r.parsed(0)); };
    auto& db = env_.db();
    switch (values.size()) {
    case 0:
        db.query(sql, each, what.kind);
        break;
    case 1:
        db.query(sql, each, what.kind, values[0]);
        break;
    case 2:
        db.query(sql, each, what.kind, values[0], values[1]);
        break;
    case 3:
        db.query(sql, each, what.kind, values[0], values[1], values[2]);
        break;
    case 4:
        db.query(sql, each, what.kind, values[0], values[1], values[2], values[3]);
        break;
    case 5:
        db.query(sql, each, what.kind, values[0], values[1], values[2], values[3], values[4]);
        break;
    case 6:
        db.query(sql, each, what.kind, values[0], values[1], values[2], values[3], values[4], values[5]);
        break;
    default:
        throw std::logic_error("too many filters");
    }
    return found;
}

std::int64_t store::count(listing const& what) { return static_cast<std::int64_t>(list(what).size()); }

json::array store::search_memories(std::string_view agent_id, std::string const& text, std::int64_t limit) {
    json::array found;
    auto const each = [&](row const& r) { found.push_back(r.parsed(0)); };
    // Trigrams find nothing shorter than three characters.
    auto const characters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (characters < 3) {
        env_.db().query("SELECT doc FROM pr_rows WHERE kind = 'memory' AND parent = ? AND "
                        "instr(lower(json_extract(doc, '$.content')), lower(?)) > 0 ORDER BY at DESC, id LIMIT ?",
            each, agent_id, text, limit);
        return found;
    }
    std::string phrase = "\"";
    for (char const c : text) phrase += c == '"' ? std::string("\"\"") : std::string(1, c);
    phrase += '"';
    env_.db().query("SELECT doc FROM pr_rows WHERE kind = 'memory' AND parent = ? AND id IN "
                    "(SELECT id FROM pr_memory_text WHERE content MATCH ?) ORDER BY at DESC, id LIMIT ?",
        each, agent_id, phrase, limit);
    return found;
}

}  // namespace corun::emulator::promptrails
