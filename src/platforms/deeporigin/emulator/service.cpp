#include "platforms/deeporigin/emulator/deeporigin.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace corun::emulator {

std::unique_ptr<platform> make_deeporigin(environment& env) { return std::make_unique<deeporigin::service>(env); }

}  // namespace corun::emulator

namespace corun::emulator::deeporigin {

namespace {

constexpr std::int64_t default_per_minute = 1'000'000;
constexpr std::int64_t default_per_day = 100'000'000;

std::optional<std::int64_t> integer(std::string_view text) {
    std::int64_t value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view reason_phrase(int status) {
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 413:
        return "Payload Too Large";
    case 429:
        return "Too Many Requests";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    default:
        return status >= 500 ? "Internal Server Error" : "Error";
    }
}

int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

// `exp` of a JWT; nullopt where it is none, or has none.
std::optional<std::int64_t> expiry_of(std::string_view token) {
    auto const first = token.find('.');
    auto const second = token.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
    std::string bytes;
    unsigned held = 0, bits = 0;
    for (char const c : token.substr(first + 1, second - first - 1)) {
        int const value = sextet(c);
        if (value < 0) return std::nullopt;
        held = (held << 6U) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) bytes += static_cast<char>((held >> (bits -= 8)) & 0xFFU);
    }
    boost::system::error_code ec;
    auto const claims = json::parse(bytes, ec);
    if (ec || !claims.is_object()) return std::nullopt;
    auto const* const exp = claims.get_object().if_contains("exp");
    if (exp == nullptr || !exp->is_number()) return std::nullopt;
    return static_cast<std::int64_t>(exp->to_number<double>());
}

bool accepts_v2(request const& r) {
    auto const accept = r.header("Accept").value_or("");
    return accept.find("v=2") != std::string_view::npos;
}

}  // namespace

std::string text_at(json::object const& in, std::string_view name, std::string_view otherwise) {
    auto const* value = in.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string()))
                                                  : std::string(otherwise);
}

json::object object_at(json::object const& in, std::string_view name) {
    auto const* value = in.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

service::service(environment& env) : env_(env), tools_(built_in_tools()), clusters_(built_in_clusters()) {
    add_routes();
}

void service::start() {
    bool const fresh = !env_.db().number("SELECT 1 FROM sqlite_master WHERE name = 'do_executions'");
    env_.db().script(R"(
        CREATE TABLE IF NOT EXISTS do_executions(id TEXT PRIMARY KEY, platform_id TEXT NOT NULL, org TEXT NOT NULL,
            created INTEGER NOT NULL, doc TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS do_by_time ON do_executions(created DESC, id);
        CREATE UNIQUE INDEX IF NOT EXISTS do_by_platform_id ON do_executions(platform_id);)");
    if (fresh) seed();
    // What was under way goes on.
    std::vector<std::string> open;
    env_.db().query(
        "SELECT id FROM do_executions WHERE json_extract(doc, '$.status') IN ('Created', 'Queued', 'Running')",
        [&](row const& r) { open.push_back(r.text(0)); });
    if (!settings_.manual)
        for (auto const& id : open) follow(id, milliseconds(100));
}

void service::seed() {
    database::transaction all(env_.db());
    for (auto const& run : built_in_runs(tools_, clusters_)) put(run);
}

void service::reset() {
    ++epoch_;
    for (auto const& [id, timer] : timers_) env_.time().cancel(timer);
    timers_.clear();
    env_.db().script("DELETE FROM do_executions;");
    tools_ = built_in_tools();
    clusters_ = built_in_clusters();
    seed();
}

response service::failure(api_failure const& f) {
    json::object body;
    if (f.errors.empty()) body["statusCode"] = f.status;
    body["message"] = f.message;
    if (f.errors.empty())
        body["error"] = reason_phrase(f.status);
    else
        body["errors"] = f.errors;
    response r;
    r.status = f.status;
    r.headers.emplace_back("Content-Type", "application/json");
    r.body = json::serialize(body);
    return r;
}

response service::error(int status, std::string_view message) { return failure({status, std::string(message)}); }

void service::send(call_ptr const& call, int status, json::value body) {
    response r;
    r.status = status;
    r.headers.emplace_back("Content-Type", "application/json");
    r.body = json::serialize(body);
    call->exchange->respond(std::move(r));
}

void service::serve(exchange_ptr exchange) {
    auto const& asked = exchange->asked();
    auto found = find_route(routes_, asked);
    if (found.to == nullptr) {
        bool const method = !found.allowed.empty();
        auto refused =
            failure({method ? 405 : 404, method ? "Method Not Allowed" : "Cannot " + asked.method + " " + asked.path});
        if (method) refused.headers.emplace_back("Allow", found.allowed);
        return exchange->respond(std::move(refused));
    }
    auto const call = std::make_shared<api_call>();
    call->exchange = exchange;
    call->ids = std::move(found.ids);
    try {
        if (!found.to->open && !check_token(exchange, found.to->path)) return;
        if (asked.body_too_large) throw api_failure{413, "The body is larger than 10 MiB"};
        if (found.to->path.starts_with("/tools/{}/") || found.to->path.starts_with("/data-platform/{}/"))
            check_org(call);
        found.to->handle(call);
    } catch (api_failure const& f) {
        exchange->respond(failure(f));
    }
}

bool service::check_token(exchange_ptr const& exchange, std::string_view) {
    auto const given = exchange->asked().header("Authorization").value_or("");
    auto const token = given.starts_with("Bearer ") ? given.substr(7) : std::string_view();
    auto const now = env_.time().unix_ms();
    auto const expiry = expiry_of(token);
    bool good = !token.empty() && token.find(' ') == std::string_view::npos && !(expiry && *expiry * 1000 < now);
    if (good && env_.keys_given()) {
        auto const rule = env_.find_key(token);
        good = rule && !rule->revoked && rule->active && !(rule->expires_at && now >= *rule->expires_at);
    }
    if (!good) {
        exchange->respond(failure({401, "Unauthorized"}));
        return false;
    }
    auto const rate = env_.count_request(token, default_per_minute, default_per_day);
    if (rate.allowed) return true;
    auto limited = failure({429, "Too many requests"});
    limited.headers.emplace_back("Retry-After", std::to_string(rate.retry_after));
    exchange->respond(std::move(limited));
    return false;
}

void service::check_org(call_ptr const& call) {
    if (!settings_.orgs.empty() && !settings_.orgs.contains(call->id()))
        throw api_failure{403, "The token is not valid for " + call->id()};
}

json::object service::body_of(call_ptr const& call) {
    boost::system::error_code ec;
    auto parsed = json::parse(call->asked().body, ec);
    if (ec || !parsed.is_object()) throw api_failure{400, "The body is not a JSON object"};
    return std::move(parsed.get_object());
}

json::object service::definition(tool const& t) const {
    json::object inputs{{"type", "object"}, {"properties", json::object{{"ligands", json::object{{"type", "array"}}}}}};
    return {{"key", t.key}, {"name", t.name}, {"version", t.version}, {"description", t.description},
        {"inputs", std::move(inputs)}, {"executors", json::array()},
        {"billingParser", json::object{{"itemCode", t.item}}}, {"toolManifestVersion", "2.0.0"},
        {"enabled", t.enabled}};
}

// "3.2.3", "3" for the newest 3.x, or "latest".
tool const* service::find_tool(std::string_view key, std::string_view pin, bool& known) const {
    auto const numbers = [](std::string_view version) {
        std::vector<std::int64_t> parts;
        while (!version.empty()) {
            auto const piece = version.substr(0, version.find('.'));
            parts.push_back(integer(piece).value_or(0));
            version.remove_prefix(std::min(piece.size() + 1, version.size()));
        }
        return parts;
    };
    tool const* best = nullptr;
    for (auto const& t : tools_) {
        if (t.key != key) continue;
        bool const exact = t.version == pin;
        bool const major = integer(pin) && t.version.substr(0, t.version.find('.')) == pin;
        if (!exact && !major && pin != "latest") continue;
        known = true;
        if (!t.enabled) continue;
        if (exact) return &t;
        if (best == nullptr || numbers(best->version) < numbers(t.version)) best = &t;
    }
    return best;
}

void service::add_routes() {
    auto const on = [this](std::string method, std::string path, std::function<void(call_ptr const&)> handle,
                        bool open = false) {
        routes_.push_back({std::move(method), std::move(path), std::move(handle), open});
    };
    for (std::string const path :
        {"/health", "/tools/health", "/data-platform/health", "/files/health", "/billing/health"})
        on("GET", path, [this](call_ptr const& call) { send(call, 200, json::object{{"status", "ok"}}); }, true);

    on("GET", "/tools/protected/tools/definitions", [this](call_ptr const& call) {
        json::array all;
        for (auto const& t : tools_) all.push_back(definition(t));
        send(call, 200, json::object{{"data", std::move(all)}});
    });
    on("GET", "/tools/protected/tools/{}/definitions", [this](call_ptr const& call) {
        json::array all;
        for (auto const& t : tools_)
            if (t.key == call->id()) all.push_back(definition(t));
        send(call, 200, json::object{{"data", std::move(all)}});
    });
    on("GET", "/tools/protected/tools/{}/{}/definitions", [this](call_ptr const& call) {
        bool known = false;
        auto const* t = find_tool(call->id(), call->id(1), known);
        if (t == nullptr && known)
            for (auto const& each : tools_)
                if (each.key == call->id() && each.version == call->id(1)) t = &each;
        if (t == nullptr) throw api_failure{404, "Tool " + call->id() + " " + call->id(1) + " not found"};
        send(call, 200, definition(*t));
    });
    on("GET", "/tools/protected/functions/definitions", [this](call_ptr const& call) {
        json::array all;
        for (auto const& t : tools_)
            if (t.synchronous)
                all.push_back(json::object{{"id", t.key + "@" + t.version}, {"key", t.key}, {"name", t.name},
                    {"version", t.version}, {"createdAt", "2026-01-05T08:00:00.000Z"},
                    {"updatedAt", "2026-01-05T08:00:00.000Z"}, {"functionManifest", json::object()},
                    {"enabled", t.enabled}, {"manifestBody", json::object()}, {"billingCode", t.item},
                    {"resourceId", t.key}});
        send(call, 200, std::move(all));
    });
    auto const run_function = [this](call_ptr const& call) {
        auto const body = body_of(call);
        bool known = false;
        auto const* const t = find_tool(call->id(1), call->ids.size() > 2 ? call->id(2) : "latest", known);
        if (t == nullptr || !t->synchronous) throw api_failure{404, "Function " + call->id(1) + " not found"};
        auto const inputs = object_at(body, "params");
        auto const now = env_.time().iso();
        bool const quoted = body.contains("approveAmount") && body.at("approveAmount").is_number() &&
                            t->price > body.at("approveAmount").to_number<double>();
        send(call, 200,
            json::object{{"id", env_.uuid()}, {"status", quoted ? "Quoted" : "Completed"},
                {"functionOutputs", quoted ? json::value(nullptr) : json::value(json::object{{"tool", t->key}})},
                {"userInputs", json::object{{"inputs", inputs}, {"clusterId", text_at(body, "clusterId")}}},
                {"quotationResult", quoted ? json::value(quote(*t, inputs, call->id())) : json::value(nullptr)},
                {"cluster", clusters_.front()}, {"orgKey", call->id()}, {"createdBy", "local-user"}, {"createdAt", now},
                {"updatedAt", now},
                {"function",
                    json::object{{"id", t->key}, {"key", t->key}, {"version", t->version}, {"enabled", true}}}});
    };
    on("POST", "/tools/{}/functions/{}", run_function);
    on("POST", "/tools/{}/functions/{}/{}", run_function);

    on("GET", "/tools/{}/clusters", [this](call_ptr const& call) {
        send(call, 200, json::object{{"data", clusters_}, {"pagination", json::object{{"count", clusters_.size()}}}});
    });

    on("POST", "/tools/{}/tools/{}/{}/executions",
        [this](call_ptr const& call) { create(call, call->id(1), call->id(2)); });
    on("POST", "/tools/{}/tools/{}/executions", [this](call_ptr const& call) { create(call, call->id(1), "latest"); });
    on("PATCH", "/tools/{}/tools/executions/{}:cancel", [this](call_ptr const& call) {
        auto run = need(call->id(), call->id(1));
        auto const status = text_at(run, "status");
        if (status != "Cancelled") {
            bool const ends = status == "Quoted" || status == "Created" || status == "Queued" || status == "Running";
            if (!ends) throw api_failure{409, "An execution that is " + status + " cannot be cancelled"};
            if (auto const timer = timers_.find(call->id(1)); timer != timers_.end()) {
                env_.time().cancel(timer->second);
                timers_.erase(timer);
            }
            run["status"] = "Cancelled";
            run["updatedAt"] = env_.time().iso();
            put(run);
        }
        send(call, 200, shown(std::move(run), "cancel", false));
    });
    on("PATCH", "/tools/{}/tools/executions/{}:confirm", [this](call_ptr const& call) {
        auto run = need(call->id(), call->id(1));
        auto const status = text_at(run, "status");
        bool const refused =
            status == "Failed" || status == "Cancelled" || status == "InsufficientFunds" || status == "FailedQuotation";
        if (refused) throw api_failure{409, "An execution that is " + status + " cannot be confirmed"};
        if (status == "Quoted") {
            auto const about = object_at(run, "tool");
            bool known = false;
            auto const* const t = find_tool(text_at(about, "key"), text_at(about, "version"), known);
            if (t == nullptr) throw api_failure{409, "The tool of this execution cannot be run any more"};
            accept(run, *t);
            put(run);
            auto const now = text_at(run, "status");
            if (now == "Created" && !settings_.manual) follow(call->id(1), milliseconds(t->queued_ms));
        }
        send(call, 200, shown(std::move(run), "confirm", false));
    });
    on("GET", "/tools/{}/tools/executions/{}", [this](call_ptr const& call) {
        send(call, 200, shown(need(call->id(), call->id(1)), "get", accepts_v2(call->asked())));
    });
    on("GET", "/tools/{}/tools/executions", [this](call_ptr const& call) {
        auto const number = [&](std::string_view name, std::int64_t otherwise, std::int64_t low, std::int64_t high) {
            auto const text = call->asked().parameter(name);
            if (!text) return otherwise;
            auto const value = integer(*text);
            if (!value || *value < low || *value > high)
                throw api_failure{
                    400, std::string(name) + " is not between " + std::to_string(low) + " and " + std::to_string(high)};
            return *value;
        };
        auto const page = number("page", 0, 0, 1'000'000'000);
        auto const size = number("pageSize", 100, 1, 10'000);
        condition where;
        where.also("(org = " + where.value(json::value(call->id())) + " OR org = '*')");
        if (auto const text = call->asked().parameter("filter"); text && !text->empty()) {
            boost::system::error_code ec;
            auto const filter = json::parse(*text, ec);
            if (ec || !filter.is_object()) throw api_failure{400, "The filter is not a JSON object"};
            add_list_filter(where, filter.get_object(), settings_.null_sessions);
        }
        auto const order = order_sql(call->asked().parameter("order").value_or(""));
        auto const given = json::serialize(where.values);
        auto const from = " FROM do_executions, (SELECT ? AS a) AS given WHERE " + where.sql;
        auto const count = env_.db().number("SELECT count(*)" + from, given).value_or(0);
        json::array data;
        env_.db().query(
            "SELECT doc" + from + " ORDER BY " + order + " LIMIT ? OFFSET ?",
            [&](row const& r) {
                auto run = r.parsed(0).as_object();
                run["orgKey"] = call->id();
                data.push_back(shown(std::move(run), "list", false));
            },
            given, size, page * size);
        send(call, 200, json::object{{"data", std::move(data)}, {"count", count}});
    });

    on("POST", "/data-platform/{}/executions/search", [this](call_ptr const& call) { search(call); });
    on("GET", "/data-platform/{}/executions/{}", [this](call_ptr const& call) {
        auto const& id = call->id(1);
        bool const formed = id.size() == 13 && id.starts_with("0A") &&
                            id.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string::npos;
        if (!formed) throw api_failure{400, "Invalid id format"};
        std::optional<json::object> found;
        env_.db().query(
            "SELECT doc, " + status_sql() +
                ", rowid FROM do_executions WHERE platform_id = ? AND (org = ? OR org = '*') AND created <= ?",
            [&](row const& r) {
                auto run = r.parsed(0).as_object();
                run["orgKey"] = call->id();
                found = record(run, r.text(1));
                (*found)["display_id"] = "EX-" + std::to_string(r.integer(2));
            },
            id, call->id(), env_.time().unix_ms() - settings_.mirror_delay.count());
        if (!found) throw api_failure{404, "executions " + id + " not found"};
        send(call, 200, std::move(*found));
    });
    on("GET", "/data-platform/{}/meta/models", [this](call_ptr const& call) {
        json::array models;
        models.push_back(json::object{{"tableName", "executions"}, {"visibility", "public"}});
        send(call, 200, json::object{{"models", std::move(models)}});
    });
}

// What the data platform calls a run's status (wire/deeporigin §7.5).
std::string service::status_sql() const {
    auto const status = std::string("json_extract(doc, '$.status')");
    auto const ended = "json_extract(doc, '$.completedAt')";
    auto const ingested = clock::iso(env_.time().unix_ms() - settings_.ingestion.count());
    auto const late = settings_.ingestion.count() > 0 ? "WHEN " + status + " = 'Succeeded' AND " + ended + " > '" +
                                                            ingested + "' THEN 'DataIngesting' "
                                                      : std::string();
    return "(CASE " + late + "WHEN " + status + " = 'Succeeded' THEN 'Completed' ELSE " + status + " END)";
}

json::object service::record(json::object const& run, std::string const& status) const {
    auto const id = platform_id(text_at(run, "executionId"));
    auto const about = object_at(run, "tool");
    return {{"id", id}, {"canonical_id", id}, {"display_id", nullptr}, {"compute_job_id", run.at("executionId")},
        {"project_id", run.at("projectId")}, {"tool_key", about.at("key")}, {"tool_version", about.at("version")},
        {"status", status}, {"started_at", run.at("startedAt")}, {"completed_at", run.at("completedAt")},
        {"created_at", run.at("createdAt")}, {"updated_at", run.at("updatedAt")},
        {"tags", json::object{{"app", run.at("app")}, {"session", run.at("session")}}},
        {"compute_metadata", json::object{{"userInputs", run.at("userInputs")}}}, {"deleted", false},
        {"name", run.at("name")}, {"org_key", run.at("orgKey")}, {"tag", run.at("tag")}, {"version", 1},
        {"valid_from", run.at("createdAt")}, {"valid_to", nullptr}, {"modified_by", run.at("createdBy")}};
}

void service::search(call_ptr const& call) {
    auto const body = body_of(call);
    json::array unknown;
    for (auto const& member : body) {
        std::string_view const name = member.key();
        bool const known = name == "filter" || name == "limit" || name == "offset" || name == "select" ||
                           name == "with_total_count" || name == "include_hidden" || name == "with_history";
        if (!known) unknown.push_back(json::object{{"field", name}, {"reason", "unknown_field"}});
    }
    if (!unknown.empty()) throw api_failure{400, "Unknown keys in payload", std::move(unknown)};
    auto const number = [&](std::string_view name, std::int64_t otherwise, std::int64_t low, std::int64_t high) {
        auto const* const value = body.if_contains(name);
        if (value == nullptr || value->is_null()) return otherwise;
        if (!value->is_int64() || value->get_int64() < low || value->get_int64() > high)
            throw api_failure{400, "Invalid payload", {json::object{{"field", name}, {"reason", "out_of_range"}}}};
        return value->get_int64();
    };
    auto const limit = number("limit", 100, 1, 50'000);
    auto const offset = number("offset", 0, 0, 1'000'000'000);
    std::vector<std::string> columns;
    if (auto const* const select = body.if_contains("select"); select != nullptr && select->is_array()) {
        for (auto const& each : select->get_array()) {
            auto const name = each.is_string() ? std::string(std::string_view(each.get_string())) : std::string();
            if (!is_search_column(name))
                throw api_failure{400, "Unknown column", {json::object{{"field", name}, {"reason", "unknown_column"}}}};
            columns.push_back(name);
        }
    }
    auto const status = status_sql();
    condition where;
    where.also("(org = " + where.value(json::value(call->id())) + " OR org = '*')");
    where.also("created <= " + where.value(json::value(env_.time().unix_ms() - settings_.mirror_delay.count())));
    add_search_filter(where, object_at(body, "filter"), status);
    auto const given = json::serialize(where.values);
    auto const from = " FROM do_executions, (SELECT ? AS a) AS given WHERE " + where.sql;
    json::array data;
    env_.db().query(
        "SELECT doc, " + status + ", do_executions.rowid" + from +
            " ORDER BY created DESC, platform_id LIMIT ? OFFSET ?",
        [&](row const& r) {
            auto run = r.parsed(0).as_object();
            run["orgKey"] = call->id();
            auto one = record(run, r.text(1));
            one["display_id"] = "EX-" + std::to_string(r.integer(2));
            if (columns.empty()) {
                data.push_back(std::move(one));
                return;
            }
            json::object chosen;
            for (auto const& name : columns) chosen[name] = one.at(name);
            data.push_back(std::move(chosen));
        },
        given, limit, offset);
    json::object meta{{"count", data.size()}, {"limit", limit}, {"offset", offset}};
    if (body.contains("with_total_count") && body.at("with_total_count") == true)
        meta["total_count"] = env_.db().number("SELECT count(*)" + from, given).value_or(0);
    send(call, 200, json::object{{"data", std::move(data)}, {"meta", std::move(meta)}});
}

void service::load_fixture(std::string_view entity, json::value const& content) {
    if (!content.is_array()) throw std::runtime_error("a fixture is an array of objects");
    for (auto const& each : content.get_array()) {
        if (!each.is_object()) throw std::runtime_error("a fixture is an array of objects");
        auto const& o = each.get_object();
        if (entity == "executions") {
            auto run = built_in_runs(tools_, clusters_).front();
            for (auto const& member : o) run[member.key()] = member.value();
            put(run);
        } else if (entity == "clusters") {
            clusters_.push_back(o);
        } else if (entity == "tools") {
            tool t;
            t.key = text_at(o, "key");
            t.name = text_at(o, "name", t.key);
            t.version = text_at(o, "version", "1.0.0");
            t.description = text_at(o, "description");
            t.item = text_at(o, "itemCode", "DO_FIXTURE");
            t.enabled = !o.contains("enabled") || o.at("enabled") != false;
            t.synchronous = o.contains("synchronous") && o.at("synchronous") == true;
            if (auto const* price = o.if_contains("price"); price != nullptr && price->is_number())
                t.price = price->to_number<double>();
            for (auto const& [name, member] :
                {std::pair<std::string_view, std::int64_t tool::*>{"queuedMs", &tool::queued_ms},
                    {"runningMs", &tool::running_ms}, {"endedMs", &tool::ended_ms}})
                if (auto const* ms = o.if_contains(name); ms != nullptr && ms->is_int64()) t.*member = ms->get_int64();
            if (t.key.empty()) throw std::runtime_error("a tool has no key");
            tools_.push_back(std::move(t));
        } else {
            throw std::runtime_error("there is no entity \"" + std::string(entity) + '"');
        }
    }
}

std::optional<json::value> service::control(std::string_view action, json::object const& arguments) {
    if (action != "advance") return std::nullopt;
    auto const id = text_at(arguments, "executionId");
    if (id.empty()) throw std::runtime_error("executionId is missing");
    if (auto const timer = timers_.find(id); timer != timers_.end()) env_.time().cancel(timer->second);
    advance(id);
    json::value status = nullptr;
    env_.db().query(
        "SELECT json_extract(doc, '$.status') FROM do_executions WHERE id = ?",
        [&](row const& r) { status = json::value(r.text(0)); }, id);
    if (status.is_null()) throw std::runtime_error("there is no such execution");
    return json::object{{"status", std::move(status)}};
}

void service::configure(json::object const& options) {
    auto changed = settings_;
    for (auto const& [name, value] : options) {
        auto const flag = [&] {
            if (!value.is_bool()) throw std::runtime_error(std::string(name) + " is true or false");
            return value.get_bool();
        };
        auto const number = [&] {
            if (!value.is_number() || value.to_number<double>() < 0)
                throw std::runtime_error(std::string(name) + " is a number, not below 0");
            return value.to_number<double>();
        };
        if (name == "manual")
            changed.manual = flag();
        else if (name == "completed")
            changed.completed = flag();
        else if (name == "null_sessions")
            changed.null_sessions = flag();
        else if (name == "balance")
            changed.balance = number();
        else if (name == "mirror_delay_ms")
            changed.mirror_delay = milliseconds(static_cast<std::int64_t>(number()));
        else if (name == "ingestion_ms")
            changed.ingestion = milliseconds(static_cast<std::int64_t>(number()));
        else if (name == "orgs" && value.is_array()) {
            changed.orgs.clear();
            for (auto const& org : value.get_array())
                if (org.is_string()) changed.orgs.insert(std::string(std::string_view(org.get_string())));
        } else {
            throw std::runtime_error("there is no option \"" + std::string(name) + '"');
        }
    }
    settings_ = std::move(changed);
}

json::object service::configuration() const {
    json::array orgs;
    for (auto const& org : settings_.orgs) orgs.emplace_back(org);
    return {{"manual", settings_.manual}, {"completed", settings_.completed},
        {"null_sessions", settings_.null_sessions}, {"balance", settings_.balance},
        {"mirror_delay_ms", settings_.mirror_delay.count()}, {"ingestion_ms", settings_.ingestion.count()},
        {"orgs", std::move(orgs)}};
}

}  // namespace corun::emulator::deeporigin
