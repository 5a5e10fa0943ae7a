#include "emulator/database.hpp"

#include <boost/json/parse.hpp>

#include <sqlite3.h>

#include <exception>
#include <map>
#include <stdexcept>

namespace corun::emulator {

namespace {

[[noreturn]] void fail(sqlite3* handle) {
    throw std::runtime_error(std::string("database: ") + sqlite3_errmsg(handle));
}

}  // namespace

bool row::null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t row::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double row::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string row::text(int column) const {
    auto const* bytes = reinterpret_cast<char const*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr ? std::string()
                            : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::optional<std::string> row::optional_text(int column) const {
    return null(column) ? std::nullopt : std::optional(text(column));
}

json::value row::parsed(int column) const { return null(column) ? json::value(nullptr) : json::parse(text(column)); }

struct database::state {
    struct kept {
        sqlite3_stmt* statement = nullptr;
        bool busy = false;
    };

    ~state() {
        for (auto const& [text, k] : statements) sqlite3_finalize(k.statement);
        sqlite3_close(handle);
    }

    sqlite3* handle = nullptr;
    std::map<std::string, kept, std::less<>> statements;
};

database::database(std::string const& path) : state_(std::make_unique<state>()) {
    if (sqlite3_open(path.empty() ? ":memory:" : path.c_str(), &state_->handle) != SQLITE_OK) fail(state_->handle);
    sqlite3_busy_timeout(state_->handle, 2000);
    if (!path.empty()) script("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
}

database::~database() = default;

void database::script(std::string_view sql) {
    if (sqlite3_exec(state_->handle, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(state_->handle);
}

std::int64_t database::changes() const { return sqlite3_changes64(state_->handle); }

database::transaction::transaction(database& db) : db_(db), exceptions_(std::uncaught_exceptions()) {
    db_.script("BEGIN IMMEDIATE");
}

database::transaction::~transaction() noexcept(false) {
    if (std::uncaught_exceptions() > exceptions_) {
        sqlite3_exec(db_.state_->handle, "ROLLBACK", nullptr, nullptr, nullptr);
    } else {
        db_.script("COMMIT");
    }
}

database::use::use(database& db, std::string_view sql) : db_(db), statement_(nullptr) {
    auto& statements = db.state_->statements;
    auto found = statements.find(sql);
    if (found != statements.end() && !found->second.busy) {
        found->second.busy = true;
        statement_ = found->second.statement;
        return;
    }
    if (sqlite3_prepare_v3(db.state_->handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
            &statement_, nullptr) != SQLITE_OK)
        fail(db.state_->handle);
    if (found == statements.end()) {
        statements.emplace(std::string(sql), state::kept{statement_, true});
    } else {
        own_ = true;
    }
}

database::use::~use() {
    if (own_) {
        sqlite3_finalize(statement_);
        return;
    }
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    for (auto& [text, kept] : db_.state_->statements)
        if (kept.statement == statement_) kept.busy = false;
}

bool database::use::step() {
    int const result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) fail(db_.state_->handle);
    return false;
}

void database::use::bind(int index, std::nullptr_t) { sqlite3_bind_null(statement_, index); }
void database::use::bind(int index, std::string_view value) {
    sqlite3_bind_text(statement_, index, value.data() == nullptr ? "" : value.data(), static_cast<int>(value.size()),
        SQLITE_TRANSIENT);
}
void database::use::bind_integer(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
void database::use::bind_real(int index, double value) { sqlite3_bind_double(statement_, index, value); }

}  // namespace corun::emulator
