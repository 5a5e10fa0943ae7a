// Webhooks: the routes, and deliveries with their retries (wire/flowmaestro §3.7, §6).

#include "platforms/flowmaestro/emulator/flowmaestro.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>

#include <algorithm>
#include <array>

namespace corun::emulator::flowmaestro {

namespace {

constexpr milliseconds delivery_timeout(10'000);
constexpr int most_attempts = 5;

bool is_retryable(int status) {
    static constexpr std::array statuses{0, 408, 425, 429, 500, 502, 503, 504};
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

bool known_event(json::value const& name) {
    return name.is_string() && std::find(std::begin(webhook_event_names), std::end(webhook_event_names),
                                   std::string_view(name.get_string())) != std::end(webhook_event_names);
}

bool is_absolute_url(json::value const& v) {
    if (!v.is_string()) return false;
    auto const parsed = boost::urls::parse_uri(std::string_view(v.get_string()));
    return parsed && parsed->has_authority() && !parsed->host().empty();
}

bool is_web_url(json::value const& v) {
    std::string_view const text = v.get_string();
    return text.starts_with("http://") || text.starts_with("https://");
}

bool usable_headers(json::value const& v) {
    if (v.is_null()) return true;
    if (!v.is_object()) return false;
    auto const printable = [](std::string_view s) {
        return std::none_of(
            s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    };
    for (auto const& h : v.get_object()) {
        std::string_view const name = h.key();
        if (name.empty() || name.size() > 200 || !printable(name) || name.find_first_of(" :") != std::string_view::npos)
            return false;
        if (!h.value().is_string() || !printable(h.value().get_string())) return false;
    }
    return true;
}

enum class form { list, get, create, update };

json::object webhook_of(row const& r, form what) {
    json::object w{{"id", r.text(0)}, {"name", r.text(1)}, {"url", r.text(2)}};
    if (what == form::create) w["secret"] = r.text(3);
    w["events"] = r.parsed(4);
    if (what != form::list) w["headers"] = r.parsed(5);
    w["is_active"] = r.integer(6) != 0;
    if (what != form::update) w["created_at"] = time_or_null(r, 7);
    if (what != form::create) w["updated_at"] = time_or_null(r, 8);
    return w;
}

constexpr std::string_view select_webhook = "SELECT id, name, url, secret, events, headers, is_active, created_at, "
                                            "updated_at FROM fm_webhooks WHERE deleted = 0 AND id = ?";

std::optional<json::object> webhook_row(environment& env, std::string_view id, form what) {
    std::optional<json::object> found;
    env.db().query(select_webhook, [&](row const& r) { found = webhook_of(r, what); }, id);
    return found;
}

pairs delivery_headers(std::string const& body, std::string const& secret, std::string const& delivery,
    std::string_view event, json::value const& own) {
    pairs headers{{"Content-Type", "application/json"},
        {"X-FlowMaestro-Signature", "v1=" + hmac_sha256_hex(secret, body)}, {"X-FlowMaestro-Delivery-ID", delivery}};
    if (!event.empty()) {
        headers.emplace_back("X-FlowMaestro-Event", std::string(event));
        headers.emplace_back("User-Agent", "FlowMaestro-Webhook/1.0");
    }
    if (own.is_object())
        for (auto const& h : own.get_object())
            if (h.value().is_string()) headers.emplace_back(std::string(h.key()), std::string(h.value().get_string()));
    return headers;
}

}  // namespace

void service::list_webhooks(call_ptr const& call) {
    std::int64_t page = 1, per_page = 20;
    page_of(call, page, per_page);
    json::array items;
    env_.db().query(
        "SELECT id, name, url, secret, events, headers, is_active, created_at, updated_at FROM fm_webhooks WHERE "
        "deleted = 0 "
        "ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?",
        [&](row const& r) { items.push_back(webhook_of(r, form::list)); }, per_page, (page - 1) * per_page);
    answer_list(call, std::move(items), page, per_page,
        env_.db().number("SELECT count(*) FROM fm_webhooks WHERE deleted = 0").value_or(0));
}

void service::get_webhook(call_ptr const& call) {
    if (bad_id(call, "Webhook")) return;
    auto const found = webhook_row(env_, call->id, form::get);
    if (!found) return missing(call, "Webhook");
    answer(call, 200, *found);
}

void service::create_webhook(call_ptr const& call) {
    json::object const body = call->body.is_object() ? call->body.get_object() : json::object();
    auto const bad = [&](std::string_view text) { fail(call, {400, "validation_error", std::string(text)}); };
    auto const* const name_given = body.if_contains("name");
    auto const* const url = body.if_contains("url");
    auto const* const events = body.if_contains("events");
    if (name_given == nullptr || !name_given->is_string() || name_given->get_string().empty())
        return bad("name is required");
    if (url == nullptr || !url->is_string() || url->get_string().empty()) return bad("url is required");
    if (!is_absolute_url(*url)) return bad("url is malformed");
    if (!options_.strict && !is_web_url(*url)) return bad("url is not one of http or https");
    if (events == nullptr || !events->is_array() || events->get_array().empty()) return bad("events is required");
    for (auto const& e : events->get_array())
        if (!known_event(e))
            return bad("unknown event name: " + (e.is_string() ? std::string(e.get_string()) : json::serialize(e)));
    if (name_given->get_string().size() > 255 || url->get_string().size() > 2048)
        return fail(call, {500, "internal_error", "a value is too long"});
    auto const* const headers = body.if_contains("headers");
    if (headers != nullptr && !usable_headers(*headers)) return bad("headers is not an object of texts");
    auto const id = env_.uuid();
    auto const now = env_.time().unix_ms();
    env_.db().run("INSERT INTO fm_webhooks (id, name, url, secret, events, headers, is_active, deleted, created_at, "
                  "updated_at) VALUES (?, ?, ?, ?, ?, ?, 1, 0, ?, ?)",
        id, std::string_view(name_given->get_string()), std::string_view(url->get_string()), "whsec_" + random_hex(32),
        json::serialize(*events),
        headers != nullptr && headers->is_object() ? std::optional(json::serialize(*headers)) : std::nullopt, now, now);
    answer(call, 201, *webhook_row(env_, id, form::create));
}

void service::update_webhook(call_ptr const& call) {
    if (bad_id(call, "Webhook")) return;
    if (!webhook_row(env_, call->id, form::get)) return missing(call, "Webhook");
    json::object const body = call->body.is_object() ? call->body.get_object() : json::object();
    auto const* const url = body.if_contains("url");
    if (url != nullptr && url->is_string() && !url->get_string().empty() &&
        (!is_absolute_url(*url) || (!options_.strict && !is_web_url(*url))))
        return fail(call, {400, "validation_error", "url is malformed"});
    if (auto const* const events = body.if_contains("events"); events != nullptr && events->is_array())
        for (auto const& e : events->get_array())
            if (!known_event(e))
                return fail(call,
                    {400, "validation_error",
                        "unknown event name: " + (e.is_string() ? std::string(e.get_string()) : json::serialize(e))});
    if (auto const* const v = body.if_contains("headers"); v != nullptr && !usable_headers(*v))
        return fail(call, {400, "validation_error", "headers is not an object of texts"});
    for (auto const* const required : {"name", "url"})
        if (auto const* const v = body.if_contains(required); v != nullptr && !v->is_string())
            return fail(call, {500, "internal_error", std::string(required) + " is not a text"});
    for (auto const* const column : {"name", "url"})
        if (auto const* const v = body.if_contains(column))
            env_.db().run("UPDATE fm_webhooks SET " + std::string(column) + " = ? WHERE id = ?",
                std::string_view(v->get_string()), call->id);
    if (auto const* const v = body.if_contains("events"); v != nullptr && v->is_array())
        env_.db().run("UPDATE fm_webhooks SET events = ? WHERE id = ?", json::serialize(*v), call->id);
    if (auto const* const v = body.if_contains("headers"))
        env_.db().run("UPDATE fm_webhooks SET headers = ? WHERE id = ?",
            v->is_object() ? std::optional(json::serialize(*v)) : std::nullopt, call->id);
    if (auto const* const v = body.if_contains("is_active"); v != nullptr && v->is_bool())
        env_.db().run("UPDATE fm_webhooks SET is_active = ? WHERE id = ?", v->get_bool(), call->id);
    env_.db().run("UPDATE fm_webhooks SET updated_at = ? WHERE id = ?", env_.time().unix_ms(), call->id);
    answer(call, 200, *webhook_row(env_, call->id, form::update));
}

void service::delete_webhook(call_ptr const& call) {
    if (bad_id(call, "Webhook")) return;
    if (env_.db().run("UPDATE fm_webhooks SET deleted = 1 WHERE id = ? AND deleted = 0", call->id) == 0)
        return missing(call, "Webhook");
    answer(call, 200, json::object{{"id", call->id}, {"deleted", true}});
}

void service::test_webhook(call_ptr const& call) {
    if (bad_id(call, "Webhook")) return;
    if (!webhook_row(env_, call->id, form::get)) return missing(call, "Webhook");
    bool const strict = options_.strict;
    webhooks_.test(call, [this, call, strict](json::object result) {
        if (strict)
            for (auto const* extra : {"response_time_ms", "webhook_id", "delivery_id", "error_message"})
                result.erase(extra);
        answer(call, 200, std::move(result));
    });
}

void service::list_deliveries(call_ptr const& call) {
    if (bad_id(call, "Webhook")) return;
    if (!webhook_row(env_, call->id, form::get)) return missing(call, "Webhook");
    std::int64_t page = 1, per_page = 20;
    page_of(call, page, per_page);
    json::array items;
    env_.db().query(
        "SELECT id, event_type, status, attempts, response_status, error, created_at, last_attempt_at FROM "
        "fm_deliveries WHERE webhook_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
        [&](row const& r) {
            items.push_back(json::object{{"id", std::to_string(r.integer(0))}, {"event_type", r.text(1)},
                {"status", r.text(2)}, {"attempts", r.integer(3)},
                {"response_status", r.null(4) ? json::value(nullptr) : json::value(r.integer(4))},
                {"error_message", text_or_null(r.optional_text(5))}, {"created_at", time_or_null(r, 6)},
                {"last_attempt_at", time_or_null(r, 7)}});
        },
        call->id, per_page, (page - 1) * per_page);
    answer_list(call, std::move(items), page, per_page,
        env_.db().number("SELECT count(*) FROM fm_deliveries WHERE webhook_id = ?", call->id).value_or(0));
}

void webhook_sender::resume() {
    std::vector<std::pair<std::int64_t, int>> open;
    env_.db().query("SELECT id, attempts FROM fm_deliveries WHERE status IN ('pending', 'retrying')",
        [&](row const& r) { open.emplace_back(r.integer(0), static_cast<int>(r.integer(1))); });
    for (auto const& [id, attempts] : open) schedule(id, attempts);
}

void webhook_sender::dispatch(std::string_view event, json::object const& data) {
    if (silent) return;
    std::vector<std::string> subscribed;
    env_.db().query("SELECT id, events FROM fm_webhooks WHERE deleted = 0 AND is_active = 1", [&](row const& r) {
        auto const events = r.parsed(1);
        if (!events.is_array()) return;
        for (auto const& e : events.get_array())
            if (e.is_string() && e.get_string() == event) {
                subscribed.push_back(r.text(0));
                return;
            }
    });
    for (auto const& webhook : subscribed) {
        json::object const body{
            {"id", env_.uuid()}, {"event", event}, {"created_at", env_.time().iso()}, {"data", data}};
        env_.db().run("INSERT INTO fm_deliveries (webhook_id, event_type, body, status, attempts, created_at) VALUES "
                      "(?, ?, ?, 'pending', 0, ?)",
            webhook, event, json::serialize(body), env_.time().unix_ms());
        auto const id = env_.db().number("SELECT last_insert_rowid()").value_or(0);
        env_.time().after_real(milliseconds(0), [this, id] { attempt(id); });
    }
}

void webhook_sender::schedule(std::int64_t delivery, int attempts_made) {
    auto const delay = attempts_made == 0 ? milliseconds(0) : milliseconds(120'000) * (1 << (attempts_made - 1));
    env_.time().after(delay, [this, delivery] { attempt(delivery); });
}

void webhook_sender::attempt(std::int64_t delivery) {
    std::string url, secret, body, event;
    json::value own;
    bool wanted = false;
    env_.db().query(
        "SELECT w.url, w.secret, d.body, d.event_type, w.headers, w.deleted = 0 AND w.is_active = 1 FROM fm_deliveries "
        "d "
        "JOIN fm_webhooks w ON w.id = d.webhook_id WHERE d.id = ? AND d.status IN ('pending', 'retrying')",
        [&](row const& r) {
            url = r.text(0);
            secret = r.text(1);
            body = r.text(2);
            event = r.text(3);
            own = r.parsed(4);
            wanted = r.integer(5) != 0;
        },
        delivery);
    if (body.empty()) return;
    if (!wanted) {
        env_.db().run("UPDATE fm_deliveries SET status = 'failed' WHERE id = ?", delivery);
        return;
    }
    auto headers = delivery_headers(body, secret, std::to_string(delivery), event, own);
    env_.post(url, std::move(headers), body, delivery_timeout, [this, delivery](post_result const& result) {
        bool const good = result.status >= 200 && result.status < 300;
        auto const made = env_.db().number("SELECT attempts + 1 FROM fm_deliveries WHERE id = ?", delivery).value_or(1);
        bool const again = !good && is_retryable(result.status) && made < most_attempts;
        std::optional<std::string> error;
        if (!good)
            error = result.status == 0 ? result.error.substr(0, 1000) : "status " + std::to_string(result.status);
        env_.db().run("UPDATE fm_deliveries SET status = ?, attempts = ?, response_status = ?, response_body = ?, "
                      "error = ?, last_attempt_at = ? WHERE id = ?",
            good    ? "success"
            : again ? "retrying"
                    : "failed",
            made, result.status == 0 ? std::optional<std::int64_t>() : std::optional<std::int64_t>(result.status),
            result.body, error, env_.time().unix_ms(), delivery);
        if (again) schedule(delivery, static_cast<int>(made));
    });
}

void webhook_sender::test(call_ptr const& call, std::function<void(json::object)> done) {
    std::string url, secret;
    json::value own;
    env_.db().query(
        select_webhook,
        [&](row const& r) {
            url = r.text(2);
            secret = r.text(3);
            own = r.parsed(5);
        },
        call->id);
    auto const id = "test_" + std::to_string(env_.time().unix_ms());
    json::object const content{{"id", id}, {"event", "test"}, {"created_at", env_.time().iso()},
        {"data", json::object{{"message", "ping"}, {"webhook_id", call->id}}}};
    auto const body = json::serialize(content);
    auto headers = delivery_headers(body, secret, id, {}, own);
    env_.post(
        url, std::move(headers), body, delivery_timeout, [id, webhook = call->id, done](post_result const& result) {
            bool const good = result.status >= 200 && result.status < 300;
            json::object data{{"success", good}};
            if (result.status != 0) data["status_code"] = result.status;
            if (result.status == 0) data["error"] = result.error;
            data["message"] = good                 ? std::string("delivered")
                              : result.status != 0 ? "target said " + std::to_string(result.status)
                                                   : std::string("not delivered");
            data["response_time_ms"] = result.took.count();
            data["webhook_id"] = webhook;
            data["delivery_id"] = id;
            if (!good)
                data["error_message"] =
                    result.status == 0 ? result.error : "target said " + std::to_string(result.status);
            done(std::move(data));
        });
}

}  // namespace corun::emulator::flowmaestro
