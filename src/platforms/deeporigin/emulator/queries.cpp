// The two filter grammars as SQL. Every value is bound; names come from tables.

#include "platforms/deeporigin/emulator/deeporigin.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace corun::emulator::deeporigin {

namespace {

struct column {
    std::string_view name, sql;
    bool time = false;
    bool status = false;
};

constexpr std::array<column, 15> list_columns{{
    {"executionId", "id"},
    {"status", "json_extract(doc, '$.status')", false, true},
    {"session", "json_extract(doc, '$.session')"},
    {"app", "json_extract(doc, '$.app')"},
    {"tag", "json_extract(doc, '$.tag')"},
    {"projectId", "json_extract(doc, '$.projectId')"},
    {"createdAt", "json_extract(doc, '$.createdAt')", true},
    {"updatedAt", "json_extract(doc, '$.updatedAt')", true},
    {"startedAt", "json_extract(doc, '$.startedAt')", true},
    {"completedAt", "json_extract(doc, '$.completedAt')", true},
    {"name", "json_extract(doc, '$.name')"},
    {"metadata", "json_extract(doc, '$.metadata')"},
    {"createdBy", "json_extract(doc, '$.createdBy')"},
    {"tool.key", "json_extract(doc, '$.tool.key')"},
    {"tool.version", "json_extract(doc, '$.tool.version')"},
}};

constexpr std::array<column, 20> search_columns{{
    {"id", "platform_id"},
    {"canonical_id", "platform_id"},
    {"display_id", "'EX-' || rowid"},
    {"compute_job_id", "id"},
    {"project_id", "json_extract(doc, '$.projectId')"},
    {"tool_key", "json_extract(doc, '$.tool.key')"},
    {"tool_version", "json_extract(doc, '$.tool.version')"},
    {"status", "", false, true},
    {"started_at", "json_extract(doc, '$.startedAt')", true},
    {"completed_at", "json_extract(doc, '$.completedAt')", true},
    {"created_at", "json_extract(doc, '$.createdAt')", true},
    {"updated_at", "json_extract(doc, '$.updatedAt')", true},
    {"tags", "json_extract(doc, '$.session')"},
    {"compute_metadata", "json_extract(doc, '$.userInputs')"},
    {"deleted", "0"},
    {"name", "json_extract(doc, '$.name')"},
    {"org_key", "org"},
    {"tag", "json_extract(doc, '$.tag')"},
    {"version", "1"},
    {"modified_by", "json_extract(doc, '$.createdBy')"},
}};

api_failure unknown(std::string_view field, std::string_view reason, std::string_view what) {
    return {400, std::string(what), {json::object{{"field", field}, {"reason", reason}}}};
}

template <std::size_t N>
column const& find(std::array<column, N> const& in, std::string_view name, std::string_view reason) {
    for (auto const& c : in)
        if (c.name == name) return c;
    throw unknown(name, reason, "Unknown column");
}

// Moments compare as texts once they have one form.
json::value comparable(column const& c, json::value const& v) {
    if (!c.time || !v.is_string()) return v.is_bool() ? json::value(v.get_bool() ? 1 : 0) : v;
    auto text = std::string(std::string_view(v.get_string()));
    if (text.size() == 10) text += "T00:00:00.000Z";
    std::int64_t shift = 0;
    if (auto const sign = text.size() > 6 ? text.size() - 6 : 0;
        sign > 10 && (text[sign] == '+' || text[sign] == '-') && text[sign + 3] == ':') {
        auto const minutes = (text[sign + 1] - '0') * 600 + (text[sign + 2] - '0') * 60 + (text[sign + 4] - '0') * 10 +
                             (text[sign + 5] - '0');
        shift = (text[sign] == '+' ? -minutes : minutes) * 60'000LL;
        text = text.substr(0, sign) + 'Z';
    }
    auto ms = clock::parse_iso(text);
    if (ms) *ms += shift;
    if (!ms) throw unknown(c.name, "invalid_timestamp", "Not a timestamp");
    return json::value(clock::iso(*ms));
}

// "Succeeded" and "Completed" are one (wire/deeporigin §9, A22).
std::vector<json::value> synonyms(column const& c, json::value const& v) {
    if (c.status && (v == "Succeeded" || v == "Completed")) return {json::value("Succeeded"), json::value("Completed")};
    return {comparable(c, v)};
}

std::string one_of(condition& to, column const& c, std::string const& sql, std::vector<json::value> const& values) {
    if (values.empty()) return "0";
    std::string list;
    bool null = false;
    for (auto const& each : values) {
        if (each.is_null()) {
            null = true;
            continue;
        }
        for (auto const& v : synonyms(c, each)) list += (list.empty() ? "" : ", ") + to.value(v);
    }
    std::string text = "(" + (list.empty() ? std::string("0") : sql + " IN (" + list + ")");
    return text + (null ? " OR " + sql + " IS NULL)" : ")");
}

std::string not_one_of(condition& to, column const& c, std::string const& sql, std::vector<json::value> const& values) {
    auto const inside = one_of(to, c, sql, values);
    bool const null = std::any_of(values.begin(), values.end(), [](json::value const& v) { return v.is_null(); });
    return null ? "NOT " + inside : "(" + sql + " IS NULL OR NOT " + inside + ")";
}

std::vector<json::value> elements(json::value const& v, std::string_view field) {
    if (!v.is_array()) throw unknown(field, "not_an_array", "An array is needed");
    return {v.get_array().begin(), v.get_array().end()};
}

std::string compared(
    condition& to, column const& c, std::string const& sql, std::string_view op, json::value const& v) {
    return sql + ' ' + std::string(op) + ' ' + to.value(comparable(c, v));
}

void add_list_column(condition& to, column const& c, json::value const& v, bool null_sessions) {
    std::string const sql(c.sql);
    if (!v.is_object()) {
        auto const plain = one_of(to, c, sql, {v});
        bool const lenient = null_sessions && c.name == "session";
        to.also(lenient ? "(" + plain + " OR " + sql + " IS NULL)" : plain);
        return;
    }
    for (auto const& [op, operand] : v.get_object()) {
        if (op == "$eq")
            to.also(one_of(to, c, sql, {operand}));
        else if (op == "$ne")
            to.also(not_one_of(to, c, sql, {operand}));
        else if (op == "$in")
            to.also(one_of(to, c, sql, elements(operand, c.name)));
        else if (op == "$nin")
            to.also(not_one_of(to, c, sql, elements(operand, c.name)));
        else if (op == "$gt")
            to.also(compared(to, c, sql, ">", operand));
        else if (op == "$gte")
            to.also(compared(to, c, sql, ">=", operand));
        else if (op == "$lt")
            to.also(compared(to, c, sql, "<", operand));
        else if (op == "$lte")
            to.also(compared(to, c, sql, "<=", operand));
        else if (op == "$exists")
            to.also(sql + (operand == true ? " IS NOT NULL" : " IS NULL"));
        else
            throw unknown(std::string_view(op), "unknown_operator", "Unknown operator");
    }
}

std::string search_op(
    condition& to, column const& c, std::string const& sql, std::string_view op, json::value const& v) {
    if (op == "eq") return one_of(to, c, sql, {v});
    if (op == "neq") return not_one_of(to, c, sql, {v});
    if (op == "in") return one_of(to, c, sql, elements(v, c.name));
    if (op == "not_in") return not_one_of(to, c, sql, elements(v, c.name));
    if (op == "gt") return compared(to, c, sql, ">", v);
    if (op == "gte") return compared(to, c, sql, ">=", v);
    if (op == "lt") return compared(to, c, sql, "<", v);
    if (op == "lte") return compared(to, c, sql, "<=", v);
    if (op == "icontains") return "instr(lower(" + sql + "), lower(" + to.value(v) + ")) > 0";
    throw unknown(op, "unknown_operator", "Unknown operator");
}

}  // namespace

std::string condition::value(json::value v) {
    values.push_back(std::move(v));
    return "json_extract(given.a, '$[" + std::to_string(values.size() - 1) + "]')";
}

void add_list_filter(condition& to, json::object const& filter, bool null_sessions) {
    for (auto const& [name, v] : filter) {
        if (name != "tool") {
            add_list_column(to, find(list_columns, std::string_view(name), "unknown_filter"), v, null_sessions);
            continue;
        }
        if (!v.is_object()) throw unknown("tool", "not_an_object", "Unknown filter");
        for (auto const& [part, inner] : v.get_object()) {
            if (part == "toolManifest") {
                if (!inner.is_object()) throw unknown("tool.toolManifest", "not_an_object", "Unknown filter");
                for (auto const& [leaf, operand] : inner.get_object()) {
                    if (leaf != "key") throw unknown(std::string_view(leaf), "unknown_filter", "Unknown filter");
                    add_list_column(to, find(list_columns, "tool.key", "unknown_filter"), operand, null_sessions);
                }
            } else {
                auto const full = "tool." + std::string(std::string_view(part));
                add_list_column(to, find(list_columns, full, "unknown_filter"), inner, null_sessions);
            }
        }
    }
}

void add_search_filter(condition& to, json::object const& filter, std::string const& status_sql) {
    auto const sql_of = [&](column const& c) { return c.status ? status_sql : std::string(c.sql); };
    for (auto const& [name, v] : filter) {
        if (name == "props") {
            if (!v.is_array()) throw unknown("props", "not_an_array", "Invalid filter");
            for (auto const& each : v.get_array()) {
                if (!each.is_object()) throw unknown("props", "not_an_object", "Invalid filter");
                auto const& prop = each.get_object();
                auto const op = text_at(prop, "op"), col = text_at(prop, "column");
                if (col.empty() || op.empty())
                    throw unknown(col.empty() ? "column" : "op", "required", "Invalid filter");
                auto const& c = find(search_columns, col, "unknown_column");
                auto const* value = prop.if_contains("value");
                to.also(search_op(to, c, sql_of(c), op, value != nullptr ? *value : json::value(nullptr)));
            }
            continue;
        }
        auto const& c = find(search_columns, std::string_view(name), "unknown_column");
        if (!v.is_object()) {
            to.also(one_of(to, c, sql_of(c), {v}));
            continue;
        }
        auto const& ops = v.get_object();
        bool const alone = ops.contains("eq") || ops.contains("in");
        if (alone && ops.size() > 1) throw unknown(c.name, "conflicting_operators", "Invalid filter");
        for (auto const& [op, operand] : ops) to.also(search_op(to, c, sql_of(c), std::string_view(op), operand));
    }
}

std::string order_sql(std::string_view order) {
    if (order.empty()) return "created DESC, id";
    auto const space = order.find(' ');
    auto name = order.substr(0, space);
    if (name.ends_with('?')) name.remove_suffix(1);
    auto const direction = space == std::string_view::npos ? std::string_view("asc") : order.substr(space + 1);
    if (direction != "asc" && direction != "desc") throw unknown("order", "unknown_direction", "Unknown order");
    auto const& c = find(list_columns, name, "unknown_order");
    return std::string(c.sql) + (direction == "desc" ? " DESC, id" : " ASC, id");
}

bool is_search_column(std::string_view name) {
    return name == "valid_from" || name == "valid_to" ||
           std::any_of(search_columns.begin(), search_columns.end(), [&](column const& c) { return c.name == name; });
}

}  // namespace corun::emulator::deeporigin
