#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/deeporigin/types.hpp>
#include <corun/pager.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::deeporigin {

class workspace;

/// A moment: a time point, sent in UTC with its milliseconds cut off, or a text that is sent as it is.
class instant {
public:
    constexpr instant() = default;
    template <class Duration>
    constexpr instant(std::chrono::sys_time<Duration> at)
        : at_(std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count()) {}
    template <std::convertible_to<std::string_view> S>
    constexpr instant(S const& text) : text_(text) {}

    constexpr bool empty() const { return !at_ && text_.empty(); }
    /// "2026-05-07T15:13:25.254Z".
    std::string text() const;

private:
    std::optional<std::int64_t> at_{};
    std::string_view text_{};
};

/// Which executions to list; what is empty does not filter.
struct list_options {
    std::optional<int> page{};       ///< from 0; not with `fetch_all_pages`
    std::optional<int> page_size{};  ///< 1–10,000; with `fetch_all_pages` 1,000 by default
    std::string_view order{};        ///< "createdAt desc", "completedAt desc", "executionId asc"
    std::string_view tool_key{};
    std::string_view session{};
    std::string_view project_id{};
    instant created_after{};       ///< strictly after
    bool fetch_all_pages = false;  ///< walks through all pages and joins them
    std::string_view filter{};     ///< raw JSON in place of the filters above; beyond the seed document
};

/// What to search for; conditions are joined by "and" (wire/deeporigin §3.6).
class search_query {
public:
    search_query() = default;

    /// Strongly recommended: without it the search spans all that the caller can see.
    search_query& project_id(std::string_view id) { return set(project_id_, id); }
    /// An empty key does not filter.
    search_query& tool_key(std::string_view key);
    search_query& tool_keys(std::vector<std::string> const& keys);
    search_query& status(std::string_view name) { return set(status_, name); }
    search_query& compute_job_id(std::string_view execution_id) { return set(compute_job_id_, execution_id); }
    /// Adds a condition: `where("started_at", "gte", "2026-05-01T00:00:00.000Z")`. Operators known: eq, neq, in, gte,
    /// lte, gt, lt.
    search_query& where(std::string_view column, std::string_view op, json::value const& value);
    search_query& limit(int rows) { return set(limit_, rows); }
    search_query& offset(int rows) { return set(offset_, rows); }
    /// Adds a column to be returned; all by default.
    search_query& select(std::string_view column);
    search_query& with_total_count(bool on = true);

    json::object body() const;
    /// What is wrong with it; empty where nothing is.
    std::string problem() const;
    std::optional<int> limit() const noexcept { return limit_; }
    int offset() const noexcept { return offset_.value_or(0); }

private:
    template <class M, class V>
    search_query& set(M& member, V&& value) {
        member = std::forward<V>(value);
        return *this;
    }

    std::optional<std::string> project_id_;
    json::value tool_key_;
    std::optional<std::string> status_;
    std::optional<std::string> compute_job_id_;
    json::array extra_props_;
    std::optional<int> limit_;
    std::optional<int> offset_;
    json::array select_;
    bool with_total_count_ = false;
};

/// How to wait for runs.
class wait_options {
public:
    wait_options() = default;

    /// Between two rounds of looks. Default 5 s; above zero.
    wait_options& poll_interval(std::chrono::milliseconds t) { return set(poll_interval_, t); }
    /// Default: none. 0: one look.
    wait_options& timeout(std::chrono::milliseconds t) { return set(timeout_, t); }
    /// How many runs are asked for at a time. Default 8.
    wait_options& max_in_flight(int n) { return set(max_in_flight_, n); }
    /// Called after every round with how many have ended, of how many. Must not throw.
    wait_options& on_progress(std::function<void(std::size_t ended, std::size_t all)> call) {
        return set(on_progress_, std::move(call));
    }

    std::chrono::milliseconds poll_interval() const noexcept { return poll_interval_; }
    std::optional<std::chrono::milliseconds> timeout() const noexcept { return timeout_; }
    int max_in_flight() const noexcept { return max_in_flight_; }
    std::function<void(std::size_t, std::size_t)> const& on_progress() const noexcept { return on_progress_; }

private:
    template <class M, class V>
    wait_options& set(M& member, V&& value) {
        member = std::forward<V>(value);
        return *this;
    }

    std::chrono::milliseconds poll_interval_{5'000};
    std::optional<std::chrono::milliseconds> timeout_;
    int max_in_flight_ = 8;
    std::function<void(std::size_t, std::size_t)> on_progress_;
};

/// Runs of tools. Thread safety: as the client's.
class executions {
public:
    executions(std::shared_ptr<client_core const> core, std::shared_ptr<workspace> where)
        : core_(std::move(core)), where_(std::move(where)) {}

    /// POST …/tools/{tool_key}/{tool_version}/executions: runs a tool. `tool_version`: exact, "3" for the newest 3.x,
    /// or "latest". `data` has inputs, outputs, metadata, and optionally clusterId, approveAmount (-1: a quote only),
    /// name, projectId, tag, billing; the client adds what wire/deeporigin §4.2 says, the default cluster among it. The
    /// timeout is 600 s unless `how` sets one. Never repeated: it would start the work twice.
    call<execution> create(std::string_view tool_key, std::string_view tool_version, json::object const& data,
        call_options const& how = {}) const;

    /// GET …/executions/{id}.
    call<execution> get(std::string_view execution_id, call_options const& how = {}) const;

    /// GET …/executions: one page, or all of them joined (`fetch_all_pages`).
    call<execution_list> list(list_options const& options = {}, call_options const& how = {}) const;

    /// The same, page by page as the loop needs them; `options.page` is where it starts.
    pager<execution, execution_list> list_pages(list_options const& options = {}, call_options const& how = {}) const;

    /// Looks, and unless the run has ended asks for its end: PATCH …:cancel.
    call<void> cancel(std::string_view execution_id, call_options const& how = {}) const;

    /// PATCH …:confirm: accepts a quote. Confirming a run that goes already does no harm, so it is repeated; not with
    /// `retry` off, which is for tools that run within the request.
    call<void> confirm(std::string_view execution_id, bool retry = true, call_options const& how = {}) const;

    /// POST /data-platform/…/executions/search: a read, repeated as such.
    call<search_result> search(search_query const& query = {}, call_options const& how = {}) const;

    /// The same, page by page as the loop needs them: `limit` rows at a time (100 by default), from `offset`.
    pager<execution_record, search_result> search_pages(
        search_query const& query = {}, call_options const& how = {}) const;

    /// GET /data-platform/…/executions/{id}. The id is the data platform's, not the one of `get`.
    call<execution_record> from_data_platform(
        std::string_view data_platform_execution_id, call_options const& how = {}) const;

    /// Looks again and again until all runs have ended, however they ended; a quoted run counts as ended. Gives them in
    /// the order of the ids. Throws `timeout_error` where some have not by then, and the first error of a look.
    call<std::vector<execution>> wait(
        std::string_view execution_id, wait_options const& options = {}, call_options const& how = {}) const;
    call<std::vector<execution>> wait(std::vector<std::string> const& execution_ids, wait_options const& options = {},
        call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
    std::shared_ptr<workspace> where_;
};

static_assert(std::is_trivially_destructible_v<list_options>);

}  // namespace corun::deeporigin
