#pragma once

#include <boost/json/value.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace corun::emulator {

namespace json = boost::json;

/// A row that a statement stands on.
class row {
public:
    explicit row(sqlite3_stmt* statement) : statement_(statement) {}
    bool null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;
    std::optional<std::string> optional_text(int column) const;
    json::value parsed(int column) const;  ///< JSON text; null where the column is null

private:
    sqlite3_stmt* statement_;
};

/// SQLite, in memory or in a file. Throws `std::runtime_error` with SQLite's message.
class database {
public:
    /// An empty path: in memory.
    explicit database(std::string const& path);
    ~database();
    database(database const&) = delete;
    database& operator=(database const&) = delete;

    /// Runs a script of several statements.
    void script(std::string_view sql);

    /// Runs one statement with its parameters ('?' in order: texts, numbers, booleans, std::optional, nullptr); `each`
    /// sees every row. Statements are prepared once and kept.
    template <class... A>
    void query(std::string_view sql, std::function<void(row const&)> const& each, A const&... parameters) {
        use statement(*this, sql);
        int index = 0;
        (statement.bind(++index, parameters), ...);
        while (statement.step()) each(row(statement.handle()));
    }
    /// The same without rows; gives the number of rows changed.
    template <class... A>
    std::int64_t run(std::string_view sql, A const&... parameters) {
        query(sql, [](row const&) {}, parameters...);
        return changes();
    }
    /// The first column of the first row.
    template <class... A>
    std::optional<std::int64_t> number(std::string_view sql, A const&... parameters) {
        std::optional<std::int64_t> found;
        query(sql, [&](row const& r) { if (!found && !r.null(0)) found = r.integer(0); }, parameters...);
        return found;
    }

    std::int64_t changes() const;

    /// Commits when it goes out of scope, or rolls back where an exception passes.
    class transaction {
    public:
        explicit transaction(database& db);
        ~transaction() noexcept(false);
        transaction(transaction const&) = delete;
        transaction& operator=(transaction const&) = delete;

    private:
        database& db_;
        int exceptions_;
    };

private:
    class use {
    public:
        use(database& db, std::string_view sql);
        ~use();
        use(use const&) = delete;
        use& operator=(use const&) = delete;
        sqlite3_stmt* handle() const { return statement_; }
        bool step();
        void bind(int index, std::nullptr_t);
        void bind(int index, std::string_view value);
        void bind(int index, char const* value) { bind(index, std::string_view(value)); }
        void bind(int index, std::string const& value) { bind(index, std::string_view(value)); }
        void bind_integer(int index, std::int64_t value);
        void bind_real(int index, double value);
        template <std::integral I>
        void bind(int index, I value) { bind_integer(index, static_cast<std::int64_t>(value)); }
        template <std::floating_point F>
        void bind(int index, F value) { bind_real(index, value); }
        template <class T>
        void bind(int index, std::optional<T> const& value) {
            if (value) bind(index, *value);
            else bind(index, nullptr);
        }

    private:
        database& db_;
        sqlite3_stmt* statement_;
        bool own_ = false;  // the kept one was in use: an inner query of the same text
    };

    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace corun::emulator
