#include "platforms/promptrails/emulator/promptrails.hpp"

#include <sqlite3.h>

#include <chrono>

namespace corun::emulator::promptrails {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::int64_t most_rows = 1'000;
constexpr auto most_time = std::chrono::seconds(2);

// Reads and plain functions; neither writes nor pragmas nor other files.
int allow(void*, int action, char const*, char const* function, char const*, char const*) {
    if (action == SQLITE_FUNCTION && function != nullptr && std::string_view(function) == "load_extension")
        return SQLITE_DENY;
    bool const reads =
        action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE;
    return reads ? SQLITE_OK : SQLITE_DENY;
}

struct closer {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

[[noreturn]] void refuse(std::string_view why, json::object details = {}) {
    throw bad_request("query failed: " + std::string(why), std::move(details));
}

// "… = {{ id }}" and "… = '{{ id }}'" become "… = ?": a value is bound, never part of the text.
std::string with_placeholders(std::string_view text, std::vector<std::string>& names) {
    json::object none;
    std::string made;
    std::size_t at = 0;
    for (auto const& name : variables_of(text)) {
        auto begin = text.find("{{", at);
        auto end = text.find("}}", begin) + 2;
        while (text.substr(begin, end - begin).find(name) == std::string_view::npos) {
            begin = text.find("{{", begin + 2);
            end = text.find("}}", begin) + 2;
        }
        if (begin > at && end < text.size() && text[begin - 1] == '\'' && text[end] == '\'') {
            --begin;
            ++end;
        }
        made.append(text.substr(at, begin - at));
        made += '?';
        names.push_back(name);
        at = end;
    }
    made.append(text.substr(at));
    return made;
}

void bind(sqlite3_stmt* statement, int index, json::value const& value) {
    if (value.is_null()) {
        sqlite3_bind_null(statement, index);
    } else if (value.is_bool()) {
        sqlite3_bind_int(statement, index, value.get_bool() ? 1 : 0);
    } else if (value.is_int64()) {
        sqlite3_bind_int64(statement, index, value.get_int64());
    } else if (value.is_number()) {
        sqlite3_bind_double(statement, index, value.to_number<double>());
    } else {
        auto const text = text_of(value);
        sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
}

json::value cell(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
        return nullptr;
    default: {
        auto const* text = reinterpret_cast<char const*>(sqlite3_column_text(statement, column));
        return json::value(std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))));
    }
    }
}

}  // namespace

json::object query_sqlite(
    std::string const& script, std::string const& query_template, json::object const& parameters) {
    sqlite3* raw = nullptr;
    if (sqlite3_open(":memory:", &raw) != SQLITE_OK) refuse("no memory");
    std::unique_ptr<sqlite3, closer> const db(raw);
    if (sqlite3_exec(raw, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) refuse(sqlite3_errmsg(raw));

    std::vector<std::string> names;
    auto const sql = with_placeholders(query_template, names);
    json::object missing;
    for (auto const& name : names)
        if (!parameters.contains(name)) missing[name] = "required";
    if (!missing.empty()) refuse("a parameter is missing", std::move(missing));

    sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, 1'000'000);
    sqlite3_set_authorizer(raw, &allow, nullptr);
    auto const deadline = steady::now() + most_time;
    sqlite3_progress_handler(
        raw, 1'000, [](void* until) { return steady::now() > *static_cast<steady::time_point const*>(until) ? 1 : 0; },
        const_cast<steady::time_point*>(&deadline));

    auto const began = steady::now();
    sqlite3_stmt* raw_statement = nullptr;
    char const* rest = nullptr;
    if (sqlite3_prepare_v2(raw, sql.c_str(), static_cast<int>(sql.size()), &raw_statement, &rest) != SQLITE_OK)
        refuse(sqlite3_errmsg(raw));
    std::unique_ptr<sqlite3_stmt, closer> const statement(raw_statement);
    if (raw_statement == nullptr) refuse("the query is empty");
    if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
        refuse("only one statement is allowed");
    for (std::size_t i = 0; i < names.size(); ++i)
        bind(raw_statement, static_cast<int>(i) + 1, parameters.at(names[i]));

    json::array columns, rows;
    int const width = sqlite3_column_count(raw_statement);
    for (int i = 0; i < width; ++i) columns.emplace_back(sqlite3_column_name(raw_statement, i));
    int state = SQLITE_ROW;
    while ((state = sqlite3_step(raw_statement)) == SQLITE_ROW && static_cast<std::int64_t>(rows.size()) < most_rows) {
        json::array one;
        for (int i = 0; i < width; ++i) one.push_back(cell(raw_statement, i));
        rows.push_back(std::move(one));
    }
    if (state == SQLITE_INTERRUPT) refuse("it took longer than two seconds");
    if (state != SQLITE_DONE && state != SQLITE_ROW) refuse(sqlite3_errmsg(raw));
    auto const took = std::chrono::duration_cast<milliseconds>(steady::now() - began).count();
    auto const count = static_cast<std::int64_t>(rows.size());
    return {{"columns", std::move(columns)}, {"rows", std::move(rows)}, {"row_count", count}, {"duration_ms", took}};
}

}  // namespace corun::emulator::promptrails
