#include "platforms/flowmaestro/emulator/flowmaestro.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace corun::emulator {

std::unique_ptr<platform> make_flowmaestro(environment& env) { return std::make_unique<flowmaestro::service>(env); }

}  // namespace corun::emulator

namespace corun::emulator::flowmaestro {

namespace {

constexpr std::int64_t default_per_minute = 6'000;  // the vendor's is 60 (§2.6); generous unless asked for
constexpr std::int64_t default_per_day = 1'000'000;

constexpr double most_integer = 9.2e18;

// Leading digits, as the backend reads numbers (§2.2): a double, so that what no 64 bits hold is seen.
double leading_number(std::optional<std::string_view> text, double otherwise) {
    if (!text) return otherwise;
    auto digits = *text;
    while (!digits.empty() && digits.front() == ' ') digits.remove_prefix(1);
    bool const negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    for (char const digit : digits) {
        if (digit < '0' || digit > '9') break;
        value = value * 10 + (digit - '0');
    }
    if (value == 0) return otherwise;
    return negative ? -value : value;
}

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
        [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// A value that the vendor's database refuses (§2.2).
struct refused_value {};

}  // namespace

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool const hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f') ||
                         (text[i] >= 'A' && text[i] <= 'F');
        if (dash ? text[i] != '-' : !hex) return false;
    }
    return true;
}

bool is_truthy(json::value const& v) {
    if (v.is_null()) return false;
    if (v.is_bool()) return v.get_bool();
    if (v.is_string()) return !v.get_string().empty();
    return !v.is_number() || v.to_number<double>() != 0;
}

json::value text_or_null(std::optional<std::string> const& text) {
    return text ? json::value(*text) : json::value(nullptr);
}

json::value time_or_null(row const& r, int column) {
    return r.null(column) ? json::value(nullptr) : json::value(clock::iso(r.integer(column)));
}

service::service(environment& env) : env_(env), run_streams_(env), thread_streams_(env), webhooks_(env) {}

std::vector<service::route> const& service::routes() {
    using s = service;
    static std::vector<route> const all{
        {"GET", "/workflows", {"workflows:read"}, &s::list_workflows},
        {"GET", "/workflows/{}", {"workflows:read"}, &s::get_workflow},
        {"POST", "/workflows/{}/execute", {"workflows:read", "workflows:execute"}, &s::execute_workflow},
        {"GET", "/executions", {"executions:read"}, &s::list_executions},
        {"GET", "/executions/{}", {"executions:read"}, &s::get_execution},
        {"POST", "/executions/{}/cancel", {"executions:read", "executions:cancel"}, &s::cancel_execution},
        {"GET", "/executions/{}/events", {"executions:read"}, &s::execution_events, true},
        {"GET", "/agents", {"agents:read"}, &s::list_agents},
        {"GET", "/agents/{}", {"agents:read"}, &s::get_agent},
        {"POST", "/agents/{}/threads", {"agents:read", "threads:write"}, &s::create_thread},
        {"GET", "/threads/{}", {"threads:read"}, &s::get_thread},
        {"DELETE", "/threads/{}", {"threads:write"}, &s::delete_thread},
        {"GET", "/threads/{}/messages", {"threads:read"}, &s::list_messages},
        {"POST", "/threads/{}/messages", {"agents:execute", "threads:write"}, &s::send_message},
        {"GET", "/threads/{}/events", {"threads:read"}, &s::thread_events, true},
        {"GET", "/knowledge-bases", {"knowledge-bases:read"}, &s::list_knowledge_bases},
        {"GET", "/knowledge-bases/{}", {"knowledge-bases:read"}, &s::get_knowledge_base},
        {"POST", "/knowledge-bases/{}/query", {"knowledge-bases:read", "knowledge-bases:query"},
            &s::query_knowledge_base},
        {"GET", "/triggers", {"triggers:read"}, &s::list_triggers},
        {"POST", "/triggers/{}/execute", {"triggers:read", "triggers:execute"}, &s::execute_trigger},
        {"GET", "/webhooks", {"webhooks:read"}, &s::list_webhooks},
        {"POST", "/webhooks", {"webhooks:write"}, &s::create_webhook},
        {"GET", "/webhooks/{}", {"webhooks:read"}, &s::get_webhook},
        {"PATCH", "/webhooks/{}", {"webhooks:write"}, &s::update_webhook},
        {"DELETE", "/webhooks/{}", {"webhooks:write"}, &s::delete_webhook},
        {"POST", "/webhooks/{}/test", {"webhooks:write"}, &s::test_webhook},
        {"GET", "/webhooks/{}/deliveries", {"webhooks:read"}, &s::list_deliveries},
    };
    return all;
}

service::route const* service::find(request const& r, std::string& id) const {
    auto parts = r.segments;
    if (parts.size() < 3 || parts[0] != "api" || parts[1] != "v1") return nullptr;
    parts.erase(parts.begin(), parts.begin() + 2);
    if (parts.size() == 2 && parts[1].empty()) parts.pop_back();  // a collection's root takes a trailing '/'
    auto const method = r.method == "HEAD" ? std::string_view("GET") : std::string_view(r.method);
    for (auto const& candidate : routes()) {
        if (candidate.method != method) continue;
        if (options_.strict && candidate.path == "/threads/{}/events") continue;
        auto rest = candidate.path.substr(1);
        std::size_t i = 0;
        bool same = true;
        while (same && i < parts.size()) {
            auto const piece = rest.substr(0, rest.find('/'));
            if (piece == "{}") {
                same = !parts[i].empty();
                id = parts[i];
            } else {
                same = piece == parts[i];
            }
            ++i;
            rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
            if (rest.empty()) break;
        }
        if (same && i == parts.size() && rest.empty()) return &candidate;
    }
    return nullptr;
}

void service::serve(exchange_ptr exchange) {
    auto const call = std::make_shared<api_call>();
    call->exchange = exchange;
    auto const& r = call->asked();
    call->headers.emplace_back("x-request-id", std::string(r.header("X-Request-ID").value_or(env_.uuid())));
    call->headers.emplace_back("x-trace-id", std::string(r.header("X-Trace-ID").value_or(env_.uuid())));
    call->headers.emplace_back("vary", "Origin");
    call->headers.emplace_back("access-control-allow-credentials", "true");
    call->headers.emplace_back("access-control-expose-headers", "X-Correlation-ID");
    if (r.method == "OPTIONS") {
        response preflight;
        preflight.status = 204;
        preflight.headers = {{"access-control-allow-origin", std::string(r.header("Origin").value_or("*"))},
            {"access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"},
            {"access-control-allow-headers", "Content-Type, Authorization"}};
        send(call, std::move(preflight));
        return;
    }
    if (auto const origin = r.header("Origin"))
        call->headers.emplace_back("access-control-allow-origin", std::string(*origin));
    auto const* const to = find(r, call->id);
    if (to == nullptr) {
        framework(call, 404, {}, "Route " + r.method + ':' + r.path + " not found", false);
        return;
    }
    if (!read_body(call) || !check_key(call, *to)) return;
    call->uuid = is_uuid(call->id);
    if (auto const real = id_of_.find(call->id); real != id_of_.end()) call->id = real->second;
    try {
        (this->*to->handle)(call);
    } catch (refused_value const&) {
        framework(call, 500, "22003", "a number is out of range", false);
    }
}

bool service::read_body(call_ptr const& call) {
    auto const& r = call->asked();
    if (r.body_too_large) {
        framework(call, 413, "FST_ERR_CTP_BODY_TOO_LARGE", "Request body is too large", true);
        return false;
    }
    if (r.body.empty() || r.method == "GET" || r.method == "HEAD") return true;
    auto const type = r.header("Content-Type").value_or("");
    bool const known =
        type.starts_with("application/json") || type.starts_with("text/plain") || type.starts_with("multipart/");
    if (!known) {
        framework(call, 415, "FST_ERR_CTP_INVALID_MEDIA_TYPE", "Unsupported Media Type", false);
        return false;
    }
    if (!type.starts_with("application/json")) return true;
    boost::system::error_code ec;
    call->body = json::parse(r.body, ec);
    if (!ec) return true;
    if (options_.strict) {
        framework(call, 500, {}, "the body is not JSON", true);
    } else {
        fail(call, {400, "validation_error", "the body is not JSON"});
    }
    return false;
}

// The order of §2.8: key, rate limit, scopes.
bool service::check_key(call_ptr const& call, route const& to) {
    auto const& r = call->asked();
    std::string key;
    if (auto const own = r.header("X-API-Key"); own && !own->empty()) {
        key = *own;
    } else if (auto const bearer = r.header("Authorization");
        bearer &&
        (bearer->starts_with("Bearer ") || (options_.lenient_bearer && same_word(bearer->substr(0, 7), "Bearer ")))) {
        key = bearer->substr(7);
    }
    auto const refuse = [&](std::string_view code, std::string_view text) {
        fail(call, {401, std::string(code), std::string(text)});
        return false;
    };
    if (key.empty()) return refuse("invalid_api_key", "an API key is missing");
    auto const rule = env_.find_key(key);
    if (env_.keys_given()) {
        if (!rule) return refuse("invalid_api_key", "the API key is not known");
    } else {
        bool const test_key = !options_.strict && key.starts_with("fm_test_") && key.size() > 8;
        if (!test_key && !(key.starts_with("fm_live_") && key.size() > 8))
            return refuse("invalid_api_key", "the API key has not the right form");
    }
    if (rule) {
        if (rule->revoked) return refuse("revoked_api_key", "the API key was revoked");
        if (rule->expires_at && env_.time().unix_ms() >= *rule->expires_at)
            return refuse("expired_api_key", "key is past its expiry");
        if (!rule->active) return refuse("invalid_api_key", "the API key is switched off");
    }
    auto const rate = env_.count_request(key, default_per_minute, default_per_day);
    call->headers.emplace_back("x-ratelimit-limit", std::to_string(rate.limit));
    call->headers.emplace_back("x-ratelimit-remaining", std::to_string(rate.remaining));
    call->headers.emplace_back("x-ratelimit-reset", std::to_string(rate.reset));
    call->headers.emplace_back("x-ratelimit-limit-day", std::to_string(rate.day_limit));
    call->headers.emplace_back("x-ratelimit-remaining-day", std::to_string(rate.day_remaining));
    if (!rate.allowed) {
        call->headers.emplace_back("retry-after", std::to_string(rate.retry_after));
        json::object details{{"limit", rate.day ? rate.day_limit : rate.limit}, {"window", rate.day ? "day" : "minute"},
            {"retry_after", rate.retry_after}};
        fail(call, {429, "rate_limit_exceeded", "too many requests, wait " + std::to_string(rate.retry_after) + " s",
                       details});
        return false;
    }
    if (!rule || !rule->scopes) return true;
    json::array required, lacking, own;
    for (auto const& scope : to.scopes) {
        required.push_back(json::value(scope));
        if (std::find(rule->scopes->begin(), rule->scopes->end(), scope) == rule->scopes->end())
            lacking.push_back(json::value(scope));
    }
    if (lacking.empty()) return true;
    for (auto const& scope : *rule->scopes) own.push_back(json::value(scope));
    std::string const first(lacking.front().as_string());
    fail(call, {403, "insufficient_scope", "scope " + first + " is missing",
                   json::object{{"required_scopes", required}, {"missing_scopes", lacking}, {"your_scopes", own}}});
    return false;
}

json::object service::meta() { return {{"request_id", env_.uuid()}, {"timestamp", env_.time().iso()}}; }

void service::send(call_ptr const& call, response r) {
    if (!r.body.empty()) r.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    r.headers.insert(r.headers.end(), call->headers.begin(), call->headers.end());
    call->exchange->respond(std::move(r));
}

void service::answer(call_ptr const& call, int status, json::value data) {
    response r;
    r.status = status;
    show_ids(data);
    r.body = json::serialize(json::object{{"data", std::move(data)}, {"meta", meta()}});
    send(call, std::move(r));
}

void service::answer_list(
    call_ptr const& call, json::array items, std::int64_t page, std::int64_t per_page, std::int64_t total) {
    auto const pages = (total + per_page - 1) / per_page;
    json::object p{{"page", page}, {"per_page", per_page}, {"total_count", total}, {"total_pages", pages},
        {"has_next", page < pages}, {"has_prev", page > 1}};
    if (!options_.strict) p["has_more"] = page < pages;
    response r;
    json::value data(std::move(items));
    show_ids(data);
    r.body = json::serialize(json::object{{"data", std::move(data)}, {"pagination", std::move(p)}, {"meta", meta()}});
    send(call, std::move(r));
}

void service::fail(call_ptr const& call, api_failure const& f) {
    json::object e{{"code", f.code}, {"message", f.message}};
    if (!f.details.empty()) e["details"] = f.details;
    response r;
    r.status = f.status;
    r.body = json::serialize(json::object{{"error", std::move(e)}, {"meta", meta()}});
    send(call, std::move(r));
}

void service::missing(call_ptr const& call, std::string_view resource) {
    std::string lower(resource);
    std::transform(
        lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    fail(call, {404, "resource_not_found", "no such " + lower,
                   json::object{{"resource", resource}, {"id", shown_id(call->id)}}});
}

bool service::bad_id(call_ptr const& call, std::string_view) {
    if (!options_.strict || call->uuid) return false;
    framework(call, 500, "22P02", "invalid input syntax for type uuid", false);
    return true;
}

void service::framework(call_ptr const& call, int status, std::string_view code, std::string_view message, bool close) {
    json::object body;
    if (status == 404) {
        body["message"] = message;
        body["error"] = "Not Found";
        body["statusCode"] = 404;
    } else {
        body["statusCode"] = status;
        if (!code.empty()) body["code"] = code;
        body["error"] = status == 413   ? "Payload Too Large"
                        : status == 415 ? "Unsupported Media Type"
                                        : "Internal Server Error";
        body["message"] = message;
    }
    response r;
    r.status = status;
    r.close = close;
    r.body = json::serialize(body);
    send(call, std::move(r));
}

response service::error(int status, std::string_view message) {
    static std::map<int, std::string_view> const codes{{400, "validation_error"}, {401, "invalid_api_key"},
        {403, "insufficient_scope"}, {404, "resource_not_found"}, {408, "timeout"}, {429, "rate_limit_exceeded"},
        {501, "not_implemented"}, {503, "service_unavailable"}};
    auto const found = codes.find(status);
    json::object e{
        {"code", found != codes.end() ? found->second : std::string_view("internal_error")}, {"message", message}};
    response r;
    r.status = status;
    r.headers = {{"Content-Type", "application/json; charset=utf-8"}, {"x-request-id", env_.uuid()}};
    r.body = json::serialize(json::object{{"error", std::move(e)}, {"meta", meta()}});
    return r;
}

void service::page_of(call_ptr const& call, std::int64_t& page, std::int64_t& per_page) const {
    auto const wanted = std::max(1.0, leading_number(call->asked().parameter("page"), 1));
    per_page =
        static_cast<std::int64_t>(std::clamp(leading_number(call->asked().parameter("per_page"), 20), 1.0, 100.0));
    if (wanted * static_cast<double>(per_page) > most_integer) throw refused_value();
    page = static_cast<std::int64_t>(wanted);
}

void service::configure(json::object const& options) {
    auto next = options_;
    for (auto const& member : options) {
        std::string_view const name = member.key();
        auto const text =
            member.value().is_string() ? std::string_view(member.value().get_string()) : std::string_view();
        if (name == "profile" && (text == "compatible" || text == "vendor-strict"))
            next.strict = text == "vendor-strict";
        else if (name == "messages_shape" && (text == "object" || text == "array"))
            next.messages_array = text == "array";
        else if (name == "event_case" && (text == "snake" || text == "camel"))
            next.camel = text == "camel";
        else if (name == "keepalive_ms" && member.value().is_int64() && member.value().get_int64() >= 0)
            next.keepalive = milliseconds(member.value().get_int64());
        else if (name == "event_type" && member.value().is_bool())
            next.event_type = member.value().get_bool();
        else if (name == "lenient_bearer" && member.value().is_bool())
            next.lenient_bearer = member.value().get_bool();
        else
            throw std::runtime_error("options: " + std::string(name) + " is not known, or not what it should be");
    }
    options_ = next;
    webhooks_.silent = options_.strict;
}

void service::refresh_aliases() {
    uuid_of_.clear();
    id_of_.clear();
    for (auto const* table : {"workflows", "executions", "agents", "threads", "messages", "knowledge_bases",
             "documents", "chunks", "triggers", "webhooks"}) {
        env_.db().query("SELECT id FROM fm_" + std::string(table), [&](row const& r) {
            auto const id = r.text(0);
            if (is_uuid(id)) return;
            auto uuid = hmac_sha256_hex("flowmaestro", id).substr(0, 32);
            uuid[12] = '4';
            uuid[16] = 'a';
            for (auto const at : {8u, 13u, 18u, 23u}) uuid.insert(at, 1, '-');
            uuid_of_.insert_or_assign(id, uuid);
            id_of_.insert_or_assign(uuid, id);
        });
    }
}

std::string service::shown_id(std::string const& id) const {
    auto const found = options_.strict ? uuid_of_.find(id) : uuid_of_.end();
    return found == uuid_of_.end() ? id : found->second;
}

void service::show_ids(json::value& v) const {
    if (!options_.strict) return;
    if (v.is_array()) {
        for (auto& element : v.get_array()) show_ids(element);
    } else if (v.is_object()) {
        for (auto& member : v.get_object()) {
            std::string_view const name = member.key();
            if (name == "inputs" || name == "outputs" || name == "metadata") continue;
            if (member.value().is_string() && (name == "id" || name.ends_with("_id"))) {
                member.value() = shown_id(std::string(member.value().get_string()));
            } else {
                show_ids(member.value());
            }
        }
    }
}

std::function<void()> service::guarded(std::function<void()> what) {
    return [this, epoch = epoch_, run = std::move(what)] {
        if (epoch != epoch_) return;
        try {
            run();
        } catch (std::exception const& e) {
            env_.log("error", e.what());
        }
    };
}

json::object service::configuration() const {
    return {{"profile", options_.strict ? "vendor-strict" : "compatible"},
        {"messages_shape", options_.messages_array ? "array" : "object"},
        {"event_case", options_.camel ? "camel" : "snake"}, {"event_type", options_.event_type},
        {"lenient_bearer", options_.lenient_bearer}, {"keepalive_ms", options_.keepalive.count()}};
}

std::optional<json::value> service::control(std::string_view action, json::object const& arguments) {
    if (action == "run") return control_run(arguments);
    if (action == "agent") {
        script_agent(arguments);
        return json::object();
    }
    return std::nullopt;
}

std::string event_block(std::string_view name, json::object const& data) {
    return "event: " + std::string(name) + "\ndata: " + json::serialize(data) + "\n\n";
}

void channels::open(std::string const& id, call_ptr const& call, milliseconds keepalive) {
    auto one = std::make_shared<listener>();
    one->exchange = call->exchange;
    pairs const head{{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}, {"Connection", "keep-alive"},
        {"X-Accel-Buffering", "no"}};
    if (call->asked().method == "HEAD") {
        response only_head;
        only_head.headers = head;
        call->exchange->respond(std::move(only_head));
        return;
    }
    call->exchange->begin_stream(200, head);
    listeners_[id].push_back(one);
    one->exchange->on_gone([this, id, raw = one.get()] { remove(id, raw); });
    keep_alive(id, one, keepalive);
}

void channels::keep_alive(std::string const& id, std::weak_ptr<listener> one, milliseconds every) {
    auto const l = one.lock();
    if (!l || every.count() == 0) return;
    l->keepalive = env_.time().after_real(every, [this, id, one, every] {
        auto const still = one.lock();
        if (!still) return;
        still->exchange->write(": keepalive\n\n");
        keep_alive(id, one, every);
    });
}

void channels::send(std::string const& id, std::string const& block) {
    auto const found = listeners_.find(id);
    if (found == listeners_.end()) return;
    auto const all = found->second;
    for (auto const& one : all) one->exchange->write(block);
}

void channels::close_soon(std::string const& id) {
    auto const found = listeners_.find(id);
    if (found == listeners_.end()) return;
    auto const all = std::move(found->second);
    listeners_.erase(found);
    for (auto const& one : all) env_.time().cancel(one->keepalive);
    env_.time().after(milliseconds(500), [all] {
        for (auto const& one : all) one->exchange->finish();
    });
}

void channels::remove(std::string const& id, listener const* gone) {
    auto const found = listeners_.find(id);
    if (found == listeners_.end()) return;
    for (auto const& one : found->second)
        if (one.get() == gone) env_.time().cancel(one->keepalive);
    std::erase_if(found->second, [&](auto const& one) { return one.get() == gone; });
    if (found->second.empty()) listeners_.erase(found);
}

void channels::clear() {
    auto const all = std::move(listeners_);
    listeners_.clear();
    for (auto const& [id, list] : all)
        for (auto const& one : list) {
            env_.time().cancel(one->keepalive);
            one->exchange->finish();
        }
}

}  // namespace corun::emulator::flowmaestro
