#include "emulator/emulator.hpp"

#include "emulator/http_client.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace corun::emulator {

namespace {

constexpr std::size_t most_seen = 1000;
constexpr std::string_view control_prefix = "/__control";

std::string hex(unsigned char const* bytes, std::size_t size) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
    }
    return text;
}

int level_of(std::string_view level) {
    constexpr std::array<std::string_view, 5> names{"debug", "info", "warn", "error", "off"};
    auto const found = std::find(names.begin(), names.end(), level);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

response json_answer(int status, json::value const& body) {
    response r;
    r.status = status;
    r.headers.emplace_back("Content-Type", "application/json");
    r.body = json::serialize(body) + '\n';
    return r;
}

response problem(int status, std::string_view text) {
    json::object body;
    body["error"] = text;
    return json_answer(status, body);
}

json::value read_json_file(std::filesystem::path const& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) throw std::runtime_error("cannot read " + path.string());
    boost::system::error_code ec;
    auto parsed = json::parse(text.str(), ec);
    if (ec) throw std::runtime_error(path.string() + " is not JSON: " + ec.message());
    return parsed;
}

}  // namespace

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
    std::array<unsigned char, 32> out{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<unsigned char const*>(text.data()),
        text.size(), out.data(), &size);
    return hex(out.data(), out.size());
}

std::string random_hex(std::size_t bytes) {
    std::string raw(bytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) != 1)
        throw std::runtime_error("no random numbers");
    return hex(reinterpret_cast<unsigned char const*>(raw.data()), bytes);
}

/// One platform with its port and its own environment.
class emulator::hosted final : public environment {
public:
    hosted(emulator& owner, platform_entry const& entry)
        : owner_(owner), name_(entry.name), platform_(entry.make(*this)) {
        for (auto const& [where, key] : owner.settings_.keys) {
            if (!where.empty() && where != name_) continue;
            key_rule rule;
            rule.any_form = true;
            given_keys_.emplace(key, rule);
        }
    }

    asio::any_io_executor executor() override { return owner_.context_.get_executor(); }
    clock& time() override { return owner_.clock_; }
    database& db() override { return owner_.db_; }
    bool durable() const override { return !owner_.settings_.database.empty(); }
    std::string uuid() override {
        auto text = random_hex(16);
        text[12] = '4';
        text[16] = "89ab"[text[16] % 4];
        for (auto const at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
        return text;
    }
    std::string base_url(std::string_view) override { return url(); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()); }

    bool keys_given() const override { return !given_keys_.empty(); }
    std::optional<key_rule> find_key(std::string_view key) override {
        auto const found = given_keys_.find(key);
        return found == given_keys_.end() ? std::nullopt : std::optional(found->second);
    }
    void put_key(std::string_view key, key_rule rule) override {
        given_keys_.insert_or_assign(std::string(key), std::move(rule));
    }

    rate_state count_request(std::string_view key, std::int64_t default_minute, std::int64_t default_day) override {
        auto const now = owner_.clock_.unix_ms() / 1000;
        auto const rule = find_key(key);
        auto const chosen = owner_.settings_.rate_limit > 0 ? owner_.settings_.rate_limit : default_minute;
        rate_state r;
        r.limit = rule && rule->per_minute ? *rule->per_minute : chosen;
        r.day_limit = rule && rule->per_day ? *rule->per_day : default_day;
        auto& used = windows_[std::string(key)];
        if (used.minute != now / 60) used = {now / 60, 0, used.day, used.in_day};
        if (used.day != now / 86400) used = {used.minute, used.in_minute, now / 86400, 0};
        r.reset = (now / 60 + 1) * 60;
        // Every request counts, a refused one too.
        if (++used.in_minute > r.limit) {
            r.allowed = false;
            r.retry_after = r.reset - now;
        }
        if (++used.in_day > r.day_limit && r.allowed) {
            r.allowed = false;
            r.day = true;
            r.retry_after = (now / 86400 + 1) * 86400 - now;
        }
        r.remaining = std::max<std::int64_t>(0, r.limit - used.in_minute);
        r.day_remaining = std::max<std::int64_t>(0, r.day_limit - used.in_day);
        return r;
    }

    void post(std::string url, pairs headers, std::string body, milliseconds timeout,
        std::function<void(post_result)> done) override {
        http_post(executor(), std::move(url), std::move(headers), std::move(body), timeout, std::move(done));
    }

    void log(std::string_view level, std::string_view text) override {
        if (level_of(level) < level_of(owner_.settings_.log_level)) return;
        std::clog << name_ << ' ' << level << ": " << text << std::endl;
    }

    std::string_view name() const { return name_; }
    platform& implementation() { return *platform_; }
    void forget_counts() { windows_.clear(); }

    std::shared_ptr<http_server> server;

private:
    struct window {
        std::int64_t minute = 0, in_minute = 0, day = 0, in_day = 0;
    };

    emulator& owner_;
    std::string name_;
    std::unique_ptr<platform> platform_;
    std::map<std::string, key_rule, std::less<>> given_keys_;
    std::map<std::string, window, std::less<>> windows_;
};

emulator::emulator(asio::io_context& context, options settings, std::vector<platform_entry> const& platforms)
    : context_(context), settings_(std::move(settings)), clock_(context.get_executor(), settings_.speed),
      db_(settings_.database) {
    if (level_of(settings_.log_level) < 0) throw std::runtime_error("unknown log level: " + settings_.log_level);
    auto const known = [&](std::string_view name) {
        return std::any_of(platforms.begin(), platforms.end(), [&](auto const& p) { return p.name == name; });
    };
    for (auto const& [name, port] : settings_.ports)
        if (!known(name)) throw std::runtime_error("unknown platform: " + name);
    for (auto const& [name, key] : settings_.keys)
        if (!name.empty() && !known(name)) throw std::runtime_error("unknown platform: " + name);
    bool const free = settings_.free_ports || !settings_.ports.empty();
    for (auto const& entry : platforms) {
        auto& at = *platforms_.emplace_back(std::make_unique<hosted>(*this, entry));
        auto limits = settings_.limits;
        limits.body = at.implementation().max_body();
        at.server = std::make_shared<http_server>(
            context_.get_executor(), limits,
            [this, &at](std::shared_ptr<server_exchange> call) { serve(at, std::move(call)); },
            [&at](int status, std::string_view message) { return at.implementation().error(status, message); });
        auto const wanted = settings_.ports.find(entry.name);
        std::uint16_t const port = wanted != settings_.ports.end() ? wanted->second
                                   : free                          ? std::uint16_t(0)
                                                                   : at.implementation().default_port();
        try {
            at.server->listen(port);
        } catch (boost::system::system_error const& e) {
            throw std::runtime_error(
                "port " + std::to_string(port) + " for " + std::string(entry.name) + ": " + e.code().message());
        }
        at.implementation().start();
        load_fixtures(at);
    }
}

emulator::~emulator() { stop(); }

void emulator::load_fixtures(hosted& at) {
    if (settings_.fixtures.empty()) return;
    std::filesystem::path const folder(settings_.fixtures);
    if (!std::filesystem::is_directory(folder))
        throw std::runtime_error("no folder of fixtures: " + settings_.fixtures);
    auto const own = folder / at.name();
    if (!std::filesystem::is_directory(own)) return;
    std::vector<std::filesystem::path> files;
    for (auto const& file : std::filesystem::directory_iterator(own))
        if (file.path().extension() == ".json") files.push_back(file.path());
    std::sort(files.begin(), files.end());
    for (auto const& file : files) {
        auto const content = read_json_file(file);
        try {
            if (file.stem() != "keys") {
                at.implementation().load_fixture(file.stem().string(), content);
                continue;
            }
            for (auto const& one : content.as_array()) {
                auto const& fields = one.as_object();
                key_rule rule;
                if (auto const* scopes = fields.if_contains("scopes")) {
                    rule.scopes.emplace();
                    for (auto const& scope : scopes->as_array()) rule.scopes->push_back(std::string(scope.as_string()));
                }
                if (auto const* at_time = fields.if_contains("expires_at"))
                    rule.expires_at = clock::parse_iso(at_time->as_string());
                if (auto const* flag = fields.if_contains("revoked")) rule.revoked = flag->as_bool();
                if (auto const* flag = fields.if_contains("active")) rule.active = flag->as_bool();
                if (auto const* limit = fields.if_contains("per_minute")) rule.per_minute = limit->as_int64();
                if (auto const* limit = fields.if_contains("per_day")) rule.per_day = limit->as_int64();
                at.put_key(fields.at("key").as_string(), std::move(rule));
            }
        } catch (std::exception const& e) {
            throw std::runtime_error(file.string() + ": " + e.what());
        }
    }
}

json::object emulator::base_urls() const {
    json::object urls;
    for (auto const& at : platforms_) urls[at->name()] = at->url();
    return urls;
}

void emulator::stop() {
    if (std::exchange(stopped_, true)) return;
    clock_.clear();
    for (auto const& at : platforms_)
        if (at->server) at->server->stop();
}

void emulator::remember(hosted const& at, request const& r, int status, std::uint64_t number) {
    json::object one;
    one["number"] = number;
    one["platform"] = at.name();
    one["method"] = r.method;
    one["target"] = r.target;
    one["status"] = status;
    one["body_bytes"] = r.body.size();
    json::object headers;
    for (auto const& [name, value] : r.headers) {
        bool const secret = name.size() == 13
                                ? std::equal(name.begin(), name.end(), "authorization",
                                      [](char a, char b) { return std::tolower(a) == b; })
                                : name.size() == 9 && std::equal(name.begin(), name.end(), "x-api-key",
                                                          [](char a, char b) { return std::tolower(a) == b; });
        headers[name] = secret ? std::string("***") : value;
    }
    one["headers"] = std::move(headers);
    seen_.push_back(std::move(one));
    if (seen_.size() > most_seen) seen_.pop_front();
}

void emulator::serve(hosted& at, std::shared_ptr<server_exchange> call) {
    auto const& r = call->asked();
    if (std::string_view(r.path).starts_with(control_prefix)) {
        bool const quit = r.method == "POST" && r.path == "/__control/quit";
        call->respond(control(at.name(), r.method, r.path, r.query, r.body));
        if (quit) asio::post(context_, [this] { context_.stop(); });
        return;
    }
    auto const number = ++count_;
    call->on_status = [this, &at, number, weak = std::weak_ptr(call)](int status) {
        if (auto const c = weak.lock()) remember(at, c->asked(), status, number);
    };
    auto const found = faults_.take(at.name(), r);
    if (!found) {
        pass_on(at, std::move(call));
        return;
    }
    call->apply(found->wire);
    auto const act = [this, &at, call, f = *found] {
        if (f.status || f.body) {
            call->respond(answer_of(f, at.implementation()));
        } else {
            if (f.wire.reset == wire_fault::reset_at::before) remember(at, call->asked(), 0, 0);
            pass_on(at, call);
        }
    };
    if (found->delay.count() > 0) {
        clock_.after_real(found->delay, act);
    } else {
        act();
    }
}

void emulator::pass_on(hosted& at, std::shared_ptr<server_exchange> call) {
    try {
        at.implementation().serve(call);
    } catch (std::exception const& e) {
        at.log("error", call->asked().method + ' ' + call->asked().path + ": " + e.what());
        call->respond(at.implementation().error(500, "internal error"));
    }
}

json::object emulator::state() const {
    json::object s;
    s["time"] = clock_.iso();
    s["speed"] = settings_.speed;
    s["platforms"] = base_urls();
    json::object configured;
    json::object connections;
    for (auto const& at : platforms_) {
        configured[at->name()] = at->implementation().configuration();
        connections[at->name()] = at->server->connections();
    }
    s["options"] = std::move(configured);
    s["connections"] = std::move(connections);
    s["faults"] = faults_.list();
    s["requests"] = count_;
    return s;
}

void emulator::reset() {
    faults_.clear();
    seen_.clear();
    for (auto const& at : platforms_) {
        at->forget_counts();
        at->implementation().reset();
        load_fixtures(*at);
    }
}

response emulator::control(std::string_view port_of, std::string_view method, std::string_view path, pairs const& query,
    std::string_view body) {
    auto const found =
        std::find_if(platforms_.begin(), platforms_.end(), [&](auto const& p) { return p->name() == port_of; });
    if (found == platforms_.end()) return problem(404, "no such platform");
    auto& at = **found;
    std::string_view action = path.substr(control_prefix.size());
    if (action.starts_with('/')) action.remove_prefix(1);
    json::object arguments;
    if (!body.empty()) {
        boost::system::error_code ec;
        auto parsed = json::parse(body, ec);
        if (ec || !parsed.is_object()) return problem(400, "the body is not a JSON object");
        arguments = std::move(parsed.get_object());
    }
    try {
        if (method == "GET" || method == "HEAD") {
            if (action.empty()) return json_answer(200, state());
            if (action == "faults") return json_answer(200, faults_.list());
            if (action == "requests") {
                std::uint64_t since = 0;
                for (auto const& [name, value] : query)
                    if (name == "since") since = std::stoull(value);
                json::array list;
                for (auto const& one : seen_)
                    if (one.at("number").to_number<std::uint64_t>() > since) list.push_back(one);
                return json_answer(200, list);
            }
        } else if (method == "DELETE" && action == "faults") {
            faults_.clear();
            return json_answer(200, json::object());
        } else if (method == "POST") {
            json::object done;
            if (action == "reset") {
                reset();
                return json_answer(200, done);
            }
            if (action == "quit") return json_answer(200, done);
            if (action == "clock") {
                auto const* by = arguments.if_contains("advance_ms");
                auto const* to = arguments.if_contains("set");
                if (by != nullptr && by->is_int64() && by->get_int64() >= 0) {
                    clock_.advance(milliseconds(by->get_int64()));
                } else if (to != nullptr && to->is_string() && clock::parse_iso(to->get_string())) {
                    clock_.set(*clock::parse_iso(to->get_string()));
                } else {
                    return problem(400, "clock takes {\"advance_ms\": n} or {\"set\": \"2026-03-02T09:15:00Z\"}");
                }
                done["time"] = clock_.iso();
                return json_answer(200, done);
            }
            if (action == "faults") {
                done["id"] = faults_.add(arguments, at.name());
                return json_answer(200, done);
            }
            if (action == "options") {
                at.implementation().configure(arguments);
                return json_answer(200, at.implementation().configuration());
            }
            if (auto const result = at.implementation().control(action, arguments)) return json_answer(200, *result);
        }
    } catch (std::exception const& e) {
        return problem(400, e.what());
    }
    return problem(404, "no such command: " + std::string(method) + ' ' + std::string(path));
}

}  // namespace corun::emulator
