#include <corun/deeporigin/executions.hpp>

#include "call/poll_schedule.hpp"
#include "platforms/deeporigin/wire.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace corun::deeporigin {

using corun::detail::call_access;
using corun::detail::perform;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds longest_create(600'000);
constexpr int all_pages_size = 1'000;
constexpr int most_rows = 10'000;

request get_request(workspace const& where, std::string_view name, std::string_view id) {
    request req(name, "GET", "/tools/{}/tools/executions/{}", where.org_key, id);
    req.accept("application/json;v=2.0");
    return req;
}

// wire/deeporigin §3.5: only what is given, in this order.
std::string filter_text(list_options const& options) {
    if (!options.filter.empty()) return std::string(options.filter);
    json::object filter;
    if (!options.tool_key.empty()) filter["tool"] = object("toolManifest", object("key", options.tool_key));
    if (!options.session.empty()) filter["session"] = options.session;
    if (!options.project_id.empty()) filter["projectId"] = options.project_id;
    if (!options.created_after.empty()) filter["createdAt"] = object("$gt", options.created_after.text());
    return filter.empty() ? std::string() : json::serialize(filter);
}

// What stays the same from page to page.
struct list_question {
    std::shared_ptr<workspace> where;
    std::string operation;
    std::string order;
    std::string filter;

    request page(std::optional<int> number, std::optional<int> size) const {
        request req(operation, "GET", "/tools/{}/tools/executions", where->org_key);
        req.require(!number || *number >= 0, "page is negative");
        req.require(!size || (*size >= 1 && *size <= most_rows), "page_size is not between 1 and 10000");
        if (number) req.query("page", std::optional<std::int64_t>(*number));
        if (size) req.query("pageSize", std::optional<std::int64_t>(*size));
        if (!order.empty()) req.query("order", std::string_view(order));
        if (!filter.empty()) req.query("filter", std::string_view(filter));
        return req;
    }
};

list_question question(std::shared_ptr<workspace> where, std::string_view name, list_options const& options) {
    return {std::move(where), std::string(name), std::string(options.order), filter_text(options)};
}

// True where the body is the envelope; a bare array is the whole list.
bool read_page(operation const& op, execution_list& out) {
    decode_error why;
    auto const first = op.body.find_first_not_of(" \t\r\n");
    bool const bare = first != std::string::npos && op.body[first] == '[';
    bool const good = bare ? decode(op.body, out.data, why) : decode(op.body, out, why);
    if (!good) op.raise_decode(why.text());
    if (bare) out.count = static_cast<std::int64_t>(out.data.size());
    return !bare;
}

void read_list(operation const& op, execution_list& out) { read_page(op, out); }

asio::awaitable<execution_list> fetch_all(
    std::shared_ptr<operation> first, list_question ask, int size, call_options how) {
    execution_list all;
    auto op = first;
    for (int number = 0;; ++number) {
        if (number > 0) op = std::make_shared<operation>(first->core, ask.page(number, size), how);
        co_await perform(op);
        execution_list page;
        bool const envelope = read_page(*op, page);
        auto const rows = page.data.size();
        std::move(page.data.begin(), page.data.end(), std::back_inserter(all.data));
        all.extra = std::move(page.extra);
        all.count = envelope ? page.count : static_cast<std::int64_t>(all.data.size());
        bool const over = !envelope || all.count <= size || rows < static_cast<std::size_t>(size) ||
                          static_cast<std::int64_t>(all.data.size()) >= all.count;
        if (over) co_return all;
    }
}

class list_source final : public corun::detail::page_source<execution_list> {
public:
    list_source(core_ptr core, list_question ask, int page, std::optional<int> size, call_options how)
        : core_(std::move(core)), ask_(std::move(ask)), page_(page), size_(size), how_(std::move(how)) {}

    asio::awaitable<std::optional<execution_list>> next() override {
        if (over_) co_return std::nullopt;
        auto op = std::make_shared<operation>(core_, ask_.page(page_, size_), how_);
        co_await perform(op);
        std::optional<execution_list> page(std::in_place);
        bool const envelope = read_page(*op, *page);
        seen_ += static_cast<std::int64_t>(page->data.size());
        bool const full = !size_ || page->data.size() >= static_cast<std::size_t>(*size_);
        over_ = !envelope || page->data.empty() || !full || seen_ + before() >= page->count;
        if (page->data.empty() && asked_) co_return std::nullopt;
        asked_ = true;
        if (!size_) size_ = static_cast<int>(std::min<std::size_t>(page->data.size(), most_rows));
        ++page_;
        co_return page;
    }

private:
    std::int64_t before() const { return size_ ? static_cast<std::int64_t>(first_) * *size_ : 0; }

    core_ptr core_;
    list_question ask_;
    int page_;
    int first_ = page_;
    std::optional<int> size_;
    call_options how_;
    std::int64_t seen_ = 0;
    bool asked_ = false;
    bool over_ = false;
};

request search_request(workspace const& where, std::string_view name, search_query const& query) {
    request req(name, "POST", "/data-platform/{}/executions/search", where.org_key);
    auto const problem = query.problem();
    req.require(problem.empty(), problem);
    send_json(req, query.body()).repeatable(true);
    return req;
}

class search_source final : public corun::detail::page_source<search_result> {
public:
    search_source(core_ptr core, std::shared_ptr<workspace> where, search_query query, call_options how)
        : core_(std::move(core)), where_(std::move(where)), query_(std::move(query)), how_(std::move(how)) {
        if (!query_.limit()) query_.limit(100);
    }

    asio::awaitable<std::optional<search_result>> next() override {
        if (over_) co_return std::nullopt;
        auto op = std::make_shared<operation>(core_, search_request(*where_, "executions.search_pages", query_), how_);
        co_await perform(op);
        std::optional<search_result> page(std::in_place);
        read_bare(*op, *page);
        auto const rows = static_cast<int>(page->data.size());
        over_ = rows < *query_.limit();
        if (rows == 0 && asked_) co_return std::nullopt;
        asked_ = true;
        query_.offset(query_.offset() + rows);
        co_return page;
    }

private:
    core_ptr core_;
    std::shared_ptr<workspace> where_;
    search_query query_;
    call_options how_;
    bool asked_ = false;
    bool over_ = false;
};

// wire/deeporigin §4.2.
std::string complete(json::object& data, workspace const& where) {
    if (where.project_id) {
        auto const* const own = data.if_contains("projectId");
        bool const other = own != nullptr && !own->is_null() && string_at(data, "projectId") != where.project_id;
        if (other) return "the data's projectId is not the client's";
        data["projectId"] = *where.project_id;
    }
    data["app"] = where.app;
    data["session"] = where.session;
    if (where.tag && !data.contains("tag")) data["tag"] = *where.tag;
    if (where.billing_tag && !data.contains("billing")) data["billing"] = *where.billing_tag;
    return {};
}

asio::awaitable<execution> create_with_cluster(
    std::shared_ptr<operation> op, std::shared_ptr<workspace> where, json::object data) {
    if (op->refused) std::rethrow_exception(op->refused);
    if (!data.contains("clusterId")) {
        auto known = where->known_cluster();
        if (!known) {
            call_options const plain;
            auto const ask =
                std::make_shared<operation>(op->core, clusters_request(*where, "executions.create"), plain);
            co_await perform(ask);
            known = pick_cluster(*ask);
            where->know(*known);
        }
        data["clusterId"] = known->id;
    }
    op->sent.body = json::serialize(data);
    co_await perform(op);
    execution made;
    read_bare(*op, made);
    co_return made;
}

asio::awaitable<void> cancel_if_running(std::shared_ptr<operation> look, std::shared_ptr<operation> end) {
    co_await perform(look);
    execution run;
    read_bare(*look, run);
    if (is_terminal(run.status)) co_return;
    co_await perform(end);
}

void read_record(operation const& op, execution_record& out) {
    json::value parsed;
    decode_error why;
    if (!parse_json(op.body, parsed, why)) op.raise_decode(why.text());
    auto const* row = &parsed;
    if (parsed.is_object() && parsed.get_object().size() == 1)
        if (auto const* const data = parsed.get_object().if_contains("data"); data != nullptr && data->is_object())
            row = data;
    if (!decode_value(*row, out, why)) op.raise_decode(why.text());
}

// One of several coroutines that look at runs side by side.
struct looker {
    looker() = default;

    asio::cancellation_signal stop;
    bool started = false;
};

// Who is waited for, and what is known of them. All on one strand.
struct watch {
    core_ptr core;
    std::shared_ptr<workspace> where;
    call_options how;
    std::vector<std::string> ids;           ///< as asked, with repetitions
    std::map<std::string, execution> seen;  ///< by id, each once
    std::vector<std::string> pending;       ///< in the order of `ids`

    std::size_t next = 0;  ///< of `pending`, in this round
    std::size_t busy = 0;  ///< lookers that have not ended
    std::vector<std::unique_ptr<looker>> lookers;
    std::unique_ptr<asio::steady_timer> over;  ///< cancelled when the last looker ends
    std::exception_ptr failed;                 ///< why the first look failed; the others are stopped then

    // A coroutine that is cancelled before it has begun throws out of the context's run(); it looks at `failed`
    // instead.
    void stop(std::exception_ptr why) {
        if (failed) return;
        failed = std::move(why);
        for (auto const& each : lookers)
            if (each->started) each->stop.emit(asio::cancellation_type::terminal);
    }
};

asio::awaitable<void> look_around(std::shared_ptr<watch> w, looker* me) {
    me->started = true;
    while (!w->failed && w->next < w->pending.size()) {
        auto const id = w->pending[w->next++];
        auto op = std::make_shared<operation>(w->core, get_request(*w->where, "executions.wait", id), w->how);
        std::exception_ptr failed;
        try {
            co_await perform(op);
            execution run;
            read_bare(*op, run);
            w->seen[id] = std::move(run);
        } catch (...) {
            failed = std::current_exception();
        }
        me->started = !failed;
        if (failed) w->stop(failed);
    }
    me->started = false;
}

asio::awaitable<void> one_round(std::shared_ptr<watch> w, int most, asio::any_io_executor strand) {
    co_await asio::dispatch(asio::bind_executor(strand, asio::use_awaitable));
    w->next = 0;
    w->lookers.clear();
    w->over = std::make_unique<asio::steady_timer>(strand, asio::steady_timer::time_point::max());
    w->busy = std::min<std::size_t>(static_cast<std::size_t>(most), w->pending.size());
    for (std::size_t i = 0; i < w->busy; ++i) w->lookers.push_back(std::make_unique<looker>());
    for (auto const& each : w->lookers) {
        auto const ended = [w](std::exception_ptr) {
            if (--w->busy == 0) w->over->cancel();
        };
        asio::co_spawn(strand, look_around(w, each.get()), asio::bind_cancellation_slot(each->stop.slot(), ended));
    }
    // The lookers end before this does, also where it is cancelled.
    boost::system::error_code ec;
    co_await w->over->async_wait(asio::redirect_error(asio::use_awaitable, ec));
    auto const state = co_await asio::this_coro::cancellation_state;
    bool const cancelled = state.cancelled() != asio::cancellation_type::none;
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await asio::dispatch(asio::bind_executor(strand, asio::use_awaitable));
    if (cancelled) w->stop(std::make_exception_ptr(boost::system::system_error(asio::error::operation_aborted)));
    while (w->busy > 0) {
        co_await w->over->async_wait(asio::redirect_error(asio::use_awaitable, ec));
        co_await asio::dispatch(asio::bind_executor(strand, asio::use_awaitable));
    }
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    if (w->failed) std::rethrow_exception(w->failed);
}

asio::awaitable<std::vector<execution>> wait_for(
    std::shared_ptr<operation> base, std::shared_ptr<watch> w, wait_options options) {
    if (base->refused) std::rethrow_exception(base->refused);
    auto const executor = co_await asio::this_coro::executor;
    asio::any_io_executor const strand = asio::make_strand(executor);
    auto& time = *base->core->time;
    poll_schedule const schedule(time.now(), options.poll_interval(), options.timeout().value_or(milliseconds::max()));
    auto const all = w->pending.size();
    while (true) {
        auto const began = time.now();
        co_await one_round(w, options.max_in_flight(), strand);
        std::erase_if(w->pending, [&](std::string const& id) { return is_terminal(w->seen[id].status); });
        if (options.on_progress()) options.on_progress()(all - w->pending.size(), all);
        if (w->pending.empty()) break;
        auto const again = schedule.next(began, time.now());
        if (!again) {
            auto f = base->make_failure(errc::timeout, error_kind::timeout, phase::total, {});
            f.message = std::to_string(w->pending.size()) + " of " + std::to_string(all) +
                        " executions have not ended within " + std::to_string(options.timeout()->count()) + " ms";
            json::array names;
            for (auto const& id : w->pending) names.emplace_back(id);
            f.details = object("pending", names, "all", all);
            base->raise(std::move(f));
        }
        auto const ec = co_await time.sleep_until(*again);
        if (ec) {
            auto f = base->make_failure(errc::timeout, error_kind::other, phase::total, "cancelled");
            f.code = ec;
            base->raise(std::move(f));
        }
    }
    std::vector<execution> runs;
    for (auto const& id : w->ids) runs.push_back(w->seen[id]);
    co_return runs;
}

}  // namespace

call<execution> executions::create(
    std::string_view tool_key, std::string_view tool_version, json::object const& data, call_options const& how) const {
    auto once = how;
    once.max_retries(0).retry_unsafe(false);
    if (!once.timeout()) once.timeout(longest_create);
    request req(
        "executions.create", "POST", "/tools/{}/tools/{}/{}/executions", where_->org_key, tool_key, tool_version);
    auto body = data;
    auto const problem = complete(body, *where_);
    req.require(problem.empty(), problem);
    send_json(req, body);
    auto const op = std::make_shared<operation>(core_, std::move(req), once);
    return call_access::make<execution>(create_with_cluster(op, where_, std::move(body)), op);
}

call<execution> executions::get(std::string_view execution_id, call_options const& how) const {
    return make_call<execution>(
        core_, get_request(*where_, "executions.get", execution_id), how, &read_bare<execution>);
}

call<execution_list> executions::list(list_options const& options, call_options const& how) const {
    auto ask = question(where_, "executions.list", options);
    if (!options.fetch_all_pages)
        return make_call<execution_list>(core_, ask.page(options.page, options.page_size), how, &read_list);
    int const size = options.page_size.value_or(all_pages_size);
    auto const op = std::make_shared<operation>(core_, ask.page(0, size), how);
    return call_access::make<execution_list>(fetch_all(op, std::move(ask), size, how), op);
}

pager<execution, execution_list> executions::list_pages(list_options const& options, call_options const& how) const {
    return pager<execution, execution_list>(std::make_unique<list_source>(
        core_, question(where_, "executions.list_pages", options), options.page.value_or(0), options.page_size, how));
}

call<void> executions::cancel(std::string_view execution_id, call_options const& how) const {
    auto const look = std::make_shared<operation>(core_, get_request(*where_, "executions.cancel", execution_id), how);
    request req("executions.cancel", "PATCH", "/tools/{}/tools/executions/{}:cancel", where_->org_key, execution_id);
    req.repeatable(true);
    auto const end = std::make_shared<operation>(core_, std::move(req), how);
    return call_access::make<void>(cancel_if_running(look, end), look);
}

call<void> executions::confirm(std::string_view execution_id, bool retry, call_options const& how) const {
    auto asked = how;
    if (!retry) asked.max_retries(0);
    request req("executions.confirm", "PATCH", "/tools/{}/tools/executions/{}:confirm", where_->org_key, execution_id);
    req.repeatable(true);
    return make_call(core_, std::move(req), asked);
}

call<search_result> executions::search(search_query const& query, call_options const& how) const {
    return make_call<search_result>(
        core_, search_request(*where_, "executions.search", query), how, &read_bare<search_result>);
}

pager<execution_record, search_result> executions::search_pages(
    search_query const& query, call_options const& how) const {
    return pager<execution_record, search_result>(std::make_unique<search_source>(core_, where_, query, how));
}

call<execution_record> executions::from_data_platform(std::string_view id, call_options const& how) const {
    return make_call<execution_record>(core_,
        request("executions.from_data_platform", "GET", "/data-platform/{}/executions/{}", where_->org_key, id), how,
        &read_record);
}

call<std::vector<execution>> executions::wait(
    std::string_view execution_id, wait_options const& options, call_options const& how) const {
    return wait(std::vector<std::string>(1, std::string(execution_id)), options, how);
}

call<std::vector<execution>> executions::wait(
    std::vector<std::string> const& ids, wait_options const& options, call_options const& how) const {
    request req("executions.wait", "GET", "/tools/{}/tools/executions", where_->org_key);
    req.require(!ids.empty(), "there are no executions to wait for");
    req.require(options.poll_interval() > milliseconds(0), "poll_interval is not above zero");
    req.require(std::none_of(ids.begin(), ids.end(), [](auto const& id) { return id.empty(); }), "an id is empty");
    req.require(!options.timeout() || *options.timeout() >= milliseconds(0), "timeout is negative");
    req.require(options.max_in_flight() >= 1, "max_in_flight is below 1");
    auto w = std::make_shared<watch>();
    w->core = core_;
    w->where = where_;
    w->how = how;
    w->ids = ids;
    for (auto const& id : ids)
        if (w->seen.try_emplace(id).second) w->pending.push_back(id);
    auto const op = std::make_shared<operation>(core_, std::move(req), how);
    return call_access::make<std::vector<execution>>(wait_for(op, std::move(w), options), op);
}

}  // namespace corun::deeporigin
