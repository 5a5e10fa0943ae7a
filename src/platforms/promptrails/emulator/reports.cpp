#include "platforms/promptrails/emulator/promptrails.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace corun::emulator::promptrails {

namespace {

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

std::int64_t tokens_in(json::object const& doc) { return int_at(object_at(doc, "token_usage"), "total_tokens"); }

std::string day_of(json::object const& doc, std::string_view member = "created_at") {
    return text_at(doc, member).substr(0, 10);
}

// "2026-04-02", or a time whose day counts; the day as text.
std::string day_from(std::optional<std::string_view> given, std::string otherwise, std::string_view name) {
    if (!given || given->empty()) return otherwise;
    auto text = std::string(*given);
    auto const ms = clock::parse_iso(text.size() == 10 ? text + "T00:00:00.000Z" : text);
    if (!ms) throw bad_request(std::string(name) + " is no date", {{name, "invalid"}});
    return clock::iso(*ms).substr(0, 10);
}

}  // namespace

json::object service::cost_summary(request const& r, std::optional<std::string> const& agent_id) {
    auto const now = env_.time().unix_ms();
    auto const from = day_from(r.parameter("from"), clock::iso(now - 29 * day_ms).substr(0, 10), "from");
    auto const to = day_from(r.parameter("to"), clock::iso(now).substr(0, 10), "to");
    struct day {
        double cost = 0;
        std::int64_t executions = 0, tokens = 0;
    };
    std::map<std::string, day> days;
    day sum;
    auto const executions = store_.list({.kind = "execution", .parent = agent_id});
    for (auto const& each : executions) {
        auto const& doc = each.as_object();
        auto const date = day_of(doc);
        if (date < from || date > to) continue;
        for (auto* d : {&days[date], &sum}) {
            d->cost += number_at(doc, "cost");
            d->tokens += tokens_in(doc);
            ++d->executions;
        }
    }
    json::array daily;
    for (auto const& [date, d] : days)
        daily.push_back(
            json::object{{"date", date}, {"cost", d.cost}, {"executions", d.executions}, {"tokens", d.tokens}});
    return {{"total_cost", sum.cost}, {"total_executions", sum.executions}, {"total_tokens", sum.tokens},
        {"daily_costs", std::move(daily)}};
}

json::object service::metrics(std::int64_t days) {
    auto const from = clock::iso(env_.time().unix_ms() - (days - 1) * day_ms).substr(0, 10);
    struct day {
        double cost = 0;
        std::int64_t total = 0, errors = 0;
    };
    struct usage {
        std::int64_t count = 0, tokens = 0;
        double cost = 0;
    };
    std::map<std::string, day> by_day;
    std::map<std::string, usage> by_agent, by_model;
    std::int64_t total = 0, tokens = 0, errors = 0, ended = 0, duration = 0;
    double cost = 0;
    auto const executions = store_.list({.kind = "execution"});
    for (auto const& each : executions) {
        auto const& doc = each.as_object();
        if (day_of(doc) < from) continue;
        bool const failed = text_at(doc, "status") == "failed";
        auto& d = by_day[day_of(doc)];
        d.cost += number_at(doc, "cost");
        ++d.total;
        d.errors += failed ? 1 : 0;
        auto& a = by_agent[text_at(doc, "agent_id")];
        ++a.count;
        a.cost += number_at(doc, "cost");
        ++total;
        errors += failed ? 1 : 0;
        tokens += tokens_in(doc);
        cost += number_at(doc, "cost");
        if (doc.at("duration_ms").is_number()) {
            duration += int_at(doc, "duration_ms");
            ++ended;
        }
    }
    auto const spans = store_.list({.kind = "trace", .filters = {{"kind", "llm"}}});
    for (auto const& each : spans) {
        auto const& doc = each.as_object();
        if (day_of(doc) < from) continue;
        auto& m = by_model[text_at(doc, "model_name")];
        ++m.count;
        m.cost += number_at(doc, "cost");
        m.tokens += int_at(doc, "total_tokens");
    }
    std::map<std::pair<std::string, std::string>, std::pair<double, std::int64_t>> trends;
    auto const scores = store_.list({.kind = "score"});
    for (auto const& each : scores) {
        auto const& doc = each.as_object();
        auto const* value = doc.if_contains("value");
        if (value == nullptr || !value->is_number() || day_of(doc) < from) continue;
        auto& t = trends[{day_of(doc), text_at(doc, "name")}];
        t.first += value->to_number<double>();
        ++t.second;
    }
    json::array counts, costs, agents, models, rates, score_trends;
    for (auto const& [date, d] : by_day) {
        counts.push_back(json::object{{"date", date}, {"count", d.total}});
        costs.push_back(json::object{{"date", date}, {"cost", d.cost}});
        rates.push_back(json::object{{"date", date}, {"total", d.total}, {"errors", d.errors},
            {"error_rate", static_cast<double>(d.errors) / static_cast<double>(d.total)}});
    }
    for (auto const& [id, a] : by_agent) {
        auto const agent = store_.find("agent", id);
        agents.push_back(json::object{{"agent_id", id}, {"agent_name", agent ? text_at(*agent, "name") : ""},
            {"executions", a.count}, {"total_cost", a.cost}});
    }
    for (auto const& [name, m] : by_model)
        models.push_back(
            json::object{{"model_name", name}, {"count", m.count}, {"total_cost", m.cost}, {"total_tokens", m.tokens}});
    for (auto const& [key, t] : trends)
        score_trends.push_back(json::object{{"date", key.first}, {"name", key.second},
            {"average", t.first / static_cast<double>(t.second)}, {"count", t.second}});
    json::object overview{{"total_executions", total}, {"total_cost", cost}, {"total_tokens", tokens},
        {"total_agents", store_.count("agent")}, {"error_count", errors},
        {"avg_duration_ms", ended > 0 ? static_cast<double>(duration) / static_cast<double>(ended) : 0.0}};
    return {{"overview", std::move(overview)}, {"executions_by_day", std::move(counts)},
        {"cost_by_day", std::move(costs)}, {"agent_usage", std::move(agents)}, {"model_usage", std::move(models)},
        {"error_rate", std::move(rates)}, {"score_trends", std::move(score_trends)}};
}

// Root spans hold the sums of their traces.
json::array service::session_summaries() {
    struct summary {
        std::int64_t traces = 0, tokens = 0, errors = 0;
        double cost = 0;
        std::string first, last;
    };
    std::map<std::string, summary> sessions;
    auto const spans = store_.list({.kind = "trace", .filters = {{"parent_span_id", ""}}});
    for (auto const& each : spans) {
        auto const& doc = each.as_object();
        auto const id = text_at(doc, "session_id");
        if (id.empty()) continue;
        auto& s = sessions[id];
        ++s.traces;
        s.tokens += int_at(doc, "total_tokens");
        s.cost += number_at(doc, "cost");
        s.errors += text_at(doc, "status") == "error" ? 1 : 0;
        auto const at = text_at(doc, "created_at");
        if (s.first.empty() || at < s.first) s.first = at;
        if (at > s.last) s.last = at;
    }
    std::vector<json::object> rows;
    for (auto const& [id, s] : sessions)
        rows.push_back({{"session_id", id}, {"trace_count", s.traces}, {"total_tokens", s.tokens},
            {"total_cost", s.cost}, {"error_count", s.errors}, {"first_seen", s.first}, {"last_seen", s.last}});
    std::sort(rows.begin(), rows.end(), [](json::object const& a, json::object const& b) {
        return std::pair(text_at(b, "last_seen"), text_at(a, "session_id")) <
               std::pair(text_at(a, "last_seen"), text_at(b, "session_id"));
    });
    json::array list;
    for (auto& each : rows) list.push_back(std::move(each));
    return list;
}

void service::add_report_routes() {
    on("GET", "/sessions", [this](call_ptr const& call) { answer_page(call, session_summaries()); });
    on("GET", "/sessions/{}", [this](call_ptr const& call) {
        auto const all = session_summaries();
        for (auto const& each : all)
            if (text_at(each.as_object(), "session_id") == call->id()) return answer(call, 200, each);
        throw not_found("session");
    });
    on("GET", "/traces", [this](call_ptr const& call) {
        store::listing what{.kind = "trace"};
        for (auto const name : {"trace_id", "kind", "agent_id", "status", "session_id", "execution_id"})
            if (auto const value = call->asked().parameter(name); value && !value->empty())
                what.filters.push_back({name, std::string(*value)});
        answer_page(call, what);
    });
    on("GET", "/traces/{}", [this](call_ptr const& call) {
        auto spans = store_.list({.kind = "trace", .parent = call->id(), .order = "at, rowid"});
        if (spans.empty()) {
            auto one = store_.find("trace", call->id());
            if (!one) throw not_found("trace");
            spans.push_back(std::move(*one));
        }
        answer(call, 200, std::move(spans));
    });
    on("GET", "/costs/summary",
        [this](call_ptr const& call) { answer(call, 200, cost_summary(call->asked(), std::nullopt)); });
    on("GET", "/costs/agents/{}", [this](call_ptr const& call) {
        need("agent", call->id(), "agent");
        answer(call, 200, cost_summary(call->asked(), call->id()));
    });
    on("GET", "/dashboard/metrics", [this](call_ptr const& call) {
        std::int64_t days = 30;
        if (auto const given = call->asked().parameter("days"); given && !given->empty()) {
            auto const [end, failed] = std::from_chars(given->data(), given->data() + given->size(), days);
            if (failed != std::errc() || end != given->data() + given->size() || days < 1 || days > 36'500)
                throw bad_request("days is not a number of days", {{"days", "invalid"}});
        }
        answer(call, 200, metrics(days));
    });
}

}  // namespace corun::emulator::promptrails
