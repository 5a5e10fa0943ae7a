#include "platforms/promptrails/emulator/promptrails.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

namespace corun::emulator {

std::unique_ptr<platform> make_promptrails(environment& env) { return std::make_unique<promptrails::service>(env); }

}  // namespace corun::emulator

namespace corun::emulator::promptrails {

namespace {

constexpr std::int64_t default_per_minute = 100'000;
constexpr std::int64_t default_per_day = 10'000'000;

std::optional<std::int64_t> integer(std::optional<std::string_view> text) {
    std::int64_t value = 0;
    if (!text) return std::nullopt;
    auto const [end, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (failed != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return value;
}

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        auto const part = text.substr(0, text.find(by));
        if (!part.empty()) parts.push_back(part);
        text.remove_prefix(std::min(part.size() + 1, text.size()));
    }
    return parts;
}

bool is_kind(json::value const& v, char kind) {
    switch (kind) {
    case 's':
        return v.is_string();
    case 'n':
        return v.is_number();
    case 'i':
        return v.is_int64() || v.is_uint64() ||
               (v.is_double() && v.get_double() == static_cast<double>(static_cast<std::int64_t>(v.get_double())));
    case 'b':
        return v.is_bool();
    case 'o':
        return v.is_object();
    case 'a':
        return v.is_array();
    default:
        return true;
    }
}

}  // namespace

api_failure bad_request(std::string message, json::object details) {
    return {400, "bad_request", std::move(message), std::move(details)};
}

api_failure not_found(std::string_view what) { return {404, "not_found", std::string(what) + " not found"}; }

service::service(environment& env) : env_(env), store_(env) { add_routes(); }

void service::start() {
    if (store_.make()) seed();
    // What a restart interrupted ends as failed; it is not run a second time.
    for (auto const status : {"pending", "running"}) {
        auto const cut = store_.list({.kind = "execution", .filters = {{"status", status}}});
        for (auto const& each : cut) {
            auto execution = each.as_object();
            execution["error"] = "interrupted by a restart";
            auto const ended = finish_execution(std::move(execution), "failed");
            auto const tasks = store_.list({.kind = "a2a_task", .filters = {{"_execution", text_at(ended, "id")}}});
            for (auto const& task : tasks) finish_task(text_at(task.as_object(), "id"), ended);
        }
    }
}

void service::reset() {
    ++epoch_;
    for (auto& [id, run] : runs_) {
        env_.time().cancel(run.timer);
        close_listeners(run);
    }
    runs_.clear();
    store_.clear();
    seed();
}

void service::on(std::string_view method, std::string_view path, handler handle) {
    routes_.push_back({std::string(method), "/api/v1" + std::string(path), std::move(handle), false});
}

void service::on_root(std::string_view method, std::string_view path, handler handle, bool open) {
    routes_.push_back({std::string(method), std::string(path), std::move(handle), open});
}

void service::serve(exchange_ptr exchange) {
    auto const& asked = exchange->asked();
    if (asked.method == "OPTIONS") {
        response preflight;
        preflight.status = 204;
        preflight.headers = {{"Access-Control-Allow-Origin", "*"},
            {"Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"},
            {"Access-Control-Allow-Headers", "Content-Type, Authorization, X-API-Key"}};
        return exchange->respond(std::move(preflight));
    }
    auto found = find_route(routes_, asked);
    if (found.to == nullptr) {
        response r;
        r.status = found.allowed.empty() ? 404 : 405;
        r.headers.emplace_back("Content-Type", "application/json");
        if (!found.allowed.empty()) r.headers.emplace_back("Allow", found.allowed);
        r.body = found.allowed.empty() ? R"({"message":"Not Found"})" : R"({"message":"Method Not Allowed"})";
        return exchange->respond(std::move(r));
    }
    auto const call = std::make_shared<api_call>();
    call->exchange = exchange;
    call->ids = std::move(found.ids);
    if (!found.to->open && !check_key(exchange)) return;
    try {
        if (asked.body_too_large) throw api_failure{413, "payload_too_large", "the body is larger than 10 MiB"};
        found.to->handle(call);
    } catch (api_failure const& f) {
        exchange->respond(failure(f));
    }
}

bool service::check_key(exchange_ptr const& exchange) {
    auto const& r = exchange->asked();
    std::string key(r.header("X-API-Key").value_or(""));
    if (auto const bearer = r.header("Authorization"); key.empty() && bearer && bearer->starts_with("Bearer "))
        key = bearer->substr(7);
    auto const rule = env_.find_key(key);
    if (env_.keys_given()) {
        bool const expired = rule && rule->expires_at && env_.time().unix_ms() >= *rule->expires_at;
        if (!rule || rule->revoked || expired) {
            exchange->respond(
                failure({401, "unauthorized", key.empty() ? "an API key is missing" : "the API key is not valid"}));
            return false;
        }
        if (!rule->active) {
            exchange->respond(failure({403, "forbidden", "the API key is switched off"}));
            return false;
        }
    }
    auto const rate = env_.count_request(key, default_per_minute, default_per_day);
    if (rate.allowed) return true;
    auto limited = failure({429, "rate_limited", "too many requests"});
    limited.headers.emplace_back("Retry-After", std::to_string(rate.retry_after));
    exchange->respond(std::move(limited));
    return false;
}

response service::failure(api_failure const& f) {
    json::object inner{{"code", f.code}, {"message", f.message}};
    if (!f.details.empty()) inner["details"] = f.details;
    response r;
    r.status = f.status;
    r.headers = {{"Content-Type", "application/json"}, {"Access-Control-Allow-Origin", "*"}};
    r.body = json::serialize(json::object{{"error", std::move(inner)}});
    return r;
}

response service::error(int status, std::string_view message) {
    std::string_view const code = status == 429   ? "rate_limited"
                                  : status == 404 ? "not_found"
                                  : status == 413 ? "payload_too_large"
                                  : status >= 500 ? "internal_error"
                                                  : "bad_request";
    return failure({status, std::string(code), std::string(message)});
}

void service::send(exchange_ptr const& exchange, int status, json::object body) {
    response r;
    r.status = status;
    r.headers = {{"Content-Type", "application/json"}, {"Access-Control-Allow-Origin", "*"}};
    r.body = json::serialize(body);
    exchange->respond(std::move(r));
}

void service::answer(call_ptr const& call, int status, json::value data) {
    send(call->exchange, status, {{"data", std::move(data)}});
}

void service::nothing(call_ptr const& call) {
    response r;
    r.status = 204;
    r.headers = {{"Access-Control-Allow-Origin", "*"}};
    call->exchange->respond(std::move(r));
}

namespace {

struct page_request {
    std::int64_t page = 1;
    std::int64_t limit = 20;
};

// wire/promptrails §2.4.
page_request page_of(request const& r) {
    page_request p;
    p.page = std::max<std::int64_t>(integer(r.parameter("page")).value_or(1), 1);
    p.limit = integer(r.parameter("limit")).value_or(20);
    if (p.limit < 1 || p.limit > 100) p.limit = 20;
    p.page = std::min<std::int64_t>(p.page, 1'000'000'000);
    return p;
}

json::object page_body(json::array items, page_request const& p, std::int64_t total) {
    auto const pages = (total + p.limit - 1) / p.limit;
    json::object meta{{"total", total}, {"page", p.page}, {"limit", p.limit}, {"total_pages", pages}, {"pages", pages}};
    return {{"data", std::move(items)}, {"meta", std::move(meta)}};
}

}  // namespace

void service::answer_page(
    call_ptr const& call, store::listing const& what, std::function<void(json::object&)> const& adorn) {
    auto const p = page_of(call->asked());
    auto items = store_.list(what, p.limit, (p.page - 1) * p.limit);
    for (auto& item : items) {
        if (adorn) adorn(item.as_object());
        item = shown(std::move(item.as_object()));
    }
    send(call->exchange, 200, page_body(std::move(items), p, store_.count(what)));
}

void service::answer_page(call_ptr const& call, json::array items) {
    auto const p = page_of(call->asked());
    json::array page;
    auto const total = static_cast<std::int64_t>(items.size());
    for (auto i = (p.page - 1) * p.limit; i < std::min(p.page * p.limit, total); ++i)
        page.push_back(std::move(items[static_cast<std::size_t>(i)]));
    send(call->exchange, 200, page_body(std::move(page), p, total));
}

json::object service::body_of(call_ptr const& call, bool strict) {
    auto const& r = call->asked();
    boost::system::error_code ec;
    auto parsed = json::parse(r.body, ec);
    bool const is_json = r.header("Content-Type").value_or("").starts_with("application/json");
    if (!ec && parsed.is_object() && is_json) return std::move(parsed.get_object());
    if (strict) throw bad_request("invalid request body");
    return {};
}

json::object service::take(json::object const& body, std::string_view fields) {
    json::object taken;
    for (auto const field : split(fields, ' ')) {
        auto const name = field.substr(0, field.size() - 2);
        auto const* value = body.if_contains(name);
        if (value == nullptr || value->is_null()) continue;
        if (!is_kind(*value, field.back())) throw bad_request("invalid request body");
        taken[name] = *value;
    }
    return taken;
}

void service::require(json::object const& body, std::string_view names, std::string_view message) {
    json::object details;
    for (auto const name : split(names, ' ')) {
        auto const* value = body.if_contains(name);
        if (value == nullptr || (value->is_string() && value->get_string().empty())) details[name] = "required";
    }
    if (!details.empty()) throw bad_request(std::string(message), std::move(details));
}

json::object service::need(std::string_view kind, std::string_view id, std::string_view what) {
    auto found = store_.find(kind, id);
    if (!found) throw not_found(what);
    return std::move(*found);
}

json::object service::shown(json::object doc) {
    std::vector<std::string> hidden;
    for (auto const& member : doc)
        if (member.key().starts_with('_')) hidden.emplace_back(member.key());
    for (auto const& name : hidden) doc.erase(name);
    return doc;
}

std::optional<json::object> service::current_version(std::string_view kind, std::string_view parent) {
    auto const found = store_.list({.kind = kind, .parent = std::string(parent), .filters = {{"is_current", "1"}}}, 1);
    return found.empty() ? std::nullopt : std::optional(found.front().as_object());
}

std::optional<json::object> service::model_of(json::object const& version) {
    auto const id = text_at(version, "llm_model_id");
    if (id.empty()) return std::nullopt;
    if (auto found = store_.find("llm_model", id)) return found;
    auto const by_name = store_.list({.kind = "llm_model", .filters = {{"model_id", id}}}, 1);
    return by_name.empty() ? std::nullopt : std::optional(by_name.front().as_object());
}

void service::make_current(std::string_view kind, std::string_view parent, std::string_view version_id) {
    database::transaction all(env_.db());
    auto const versions = store_.list({.kind = kind, .parent = std::string(parent)});
    for (auto const& each : versions) {
        auto version = each.as_object();
        bool const chosen = text_at(version, "id") == version_id;
        if (bool_at(version, "is_current") == chosen) continue;
        version["is_current"] = chosen;
        store_.put(kind, version);
    }
}

json::object service::with_current(json::object doc, std::string_view version_kind) {
    if (auto version = current_version(version_kind, text_at(doc, "id")))
        doc["current_version"] = shown(std::move(*version));
    return doc;
}

void service::add_entity(std::string_view path, std::string_view kind, std::string_view what, std::string_view fields) {
    auto const one = std::string(path) + "/{}";
    on("GET", one, [=, this](call_ptr const& call) { answer(call, 200, shown(need(kind, call->id(), what))); });
    on("PATCH", one, [=, this](call_ptr const& call) {
        auto doc = need(kind, call->id(), what);
        auto const changes = take(body_of(call), fields);
        for (auto const& member : changes) doc[member.key()] = member.value();
        doc["updated_at"] = env_.time().iso();
        store_.put(kind, doc);
        answer(call, 200, shown(std::move(doc)));
    });
    on("DELETE", one, [=, this](call_ptr const& call) {
        need(kind, call->id(), what);
        store_.erase(kind, call->id());
        nothing(call);
    });
}

void service::add_versions(std::string_view path, std::string_view kind, std::string_view what,
    std::string_view parent_member, std::string_view fields, std::function<void(json::object&)> complete) {
    auto const parent_kind = kind.substr(0, kind.size() - std::string_view("_version").size());
    auto const versions = std::string(path) + "/{}/versions";
    on("GET", versions, [=, this](call_ptr const& call) {
        need(parent_kind, call->id(), what);
        auto list = store_.list({.kind = kind, .parent = call->id()});
        for (auto& each : list) {
            complete(each.as_object());
            each = shown(std::move(each.as_object()));
        }
        answer(call, 200, std::move(list));
    });
    on("POST", versions, [=, this](call_ptr const& call) {
        need(parent_kind, call->id(), what);
        auto doc = take(body_of(call), fields);
        bool const current = bool_at(doc, "set_current");
        doc.erase("set_current");
        if (text_at(doc, "version").empty())
            doc["version"] = "v" + std::to_string(store_.count({.kind = kind, .parent = call->id()}) + 1);
        if (!doc.contains("message")) doc["message"] = "";
        doc[parent_member] = call->id();
        doc["is_current"] = false;
        doc = store_.add(kind, std::move(doc), call->id());
        if (current) {
            make_current(kind, call->id(), text_at(doc, "id"));
            doc["is_current"] = true;
        }
        complete(doc);
        answer(call, 201, shown(std::move(doc)));
    });
    auto const promote = [=, this](call_ptr const& call) {
        need(parent_kind, call->id(), what);
        auto doc = need(kind, call->id(1), "version");
        if (text_at(doc, parent_member) != call->id()) throw not_found("version");
        make_current(kind, call->id(), call->id(1));
        doc["is_current"] = true;
        complete(doc);
        answer(call, 200, shown(std::move(doc)));
    };
    on("PUT", versions + "/{}/promote", promote);
    on("POST", versions + "/{}/promote", promote);
}

void service::load_fixture(std::string_view entity, json::value const& content) {
    static std::map<std::string_view, std::pair<std::string_view, std::string_view>> const kinds{
        {"agents", {"agent", ""}},
        {"agent_versions", {"agent_version", "agent_id"}},
        {"prompts", {"prompt", ""}},
        {"prompt_versions", {"prompt_version", "prompt_id"}},
        {"data_sources", {"data_source", ""}},
        {"data_source_versions", {"data_source_version", "data_source_id"}},
        {"databases", {"database", ""}},
        {"executions", {"execution", "agent_id"}},
        {"credentials", {"credential", ""}},
        {"chat_sessions", {"chat_session", ""}},
        {"chat_messages", {"chat_message", "session_id"}},
        {"traces", {"trace", "trace_id"}},
        {"scores", {"score", ""}},
        {"score_configs", {"score_config", ""}},
        {"approvals", {"approval", "execution_id"}},
        {"webhook_triggers", {"webhook_trigger", ""}},
        {"mcp_tools", {"mcp_tool", ""}},
        {"mcp_templates", {"mcp_template", ""}},
        {"templates", {"template", ""}},
        {"guardrails", {"guardrail", "agent_id"}},
        {"memories", {"memory", "agent_id"}},
        {"llm_models", {"llm_model", ""}},
    };
    auto const found = kinds.find(entity);
    if (found == kinds.end()) throw std::runtime_error("there is no entity \"" + std::string(entity) + '"');
    if (!content.is_array()) throw std::runtime_error("a fixture is an array of objects");
    for (auto const& each : content.get_array()) {
        if (!each.is_object()) throw std::runtime_error("a fixture is an array of objects");
        auto const parent =
            found->second.second.empty() ? std::string() : text_at(each.get_object(), found->second.second);
        store_.add(found->second.first, each.get_object(), parent);
    }
}

std::optional<json::value> service::control(std::string_view action, json::object const& arguments) {
    if (action != "decide") return std::nullopt;
    auto const pending = store_.list(
        {.kind = "approval", .parent = text_at(arguments, "execution_id"), .filters = {{"status", "pending"}}}, 1);
    if (pending.empty()) throw std::runtime_error("no pending approval for this execution");
    try {
        return json::value(decide(pending.front().as_object(), arguments));
    } catch (api_failure const& f) {
        throw std::runtime_error(f.message);
    }
}

void service::configure(json::object const& options) {
    for (auto const& [name, value] : options) {
        if (name != "keepalive_ms") throw std::runtime_error("there is no option \"" + std::string(name) + '"');
        if (!value.is_int64() || value.get_int64() < 0)
            throw std::runtime_error("keepalive_ms is a number of milliseconds");
        keepalive_ = milliseconds(value.get_int64());
    }
}

json::object service::configuration() const { return {{"keepalive_ms", keepalive_.count()}}; }

}  // namespace corun::emulator::promptrails
