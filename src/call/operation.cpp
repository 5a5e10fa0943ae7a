#include "call/operation.hpp"

#include "request/field.hpp"

#include <boost/asio/error.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>

namespace corun::detail {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t kept_body = 64 * 1024;

// A limit may be the largest duration: a sum must not overflow.
steady_time later(steady_time now, milliseconds by) {
    auto const room = std::chrono::duration_cast<milliseconds>(steady_time::max() - now);
    return by >= room ? steady_time::max() : now + by;
}

bool is_read(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

milliseconds default_total(milliseconds timeout, int max_retries, retry_policy const& policy) {
    auto const day = std::chrono::duration_cast<milliseconds>(std::chrono::hours(24 * 365));
    if (timeout >= day || max_retries >= 10'000) return milliseconds::max();
    return timeout * (max_retries + 1) + policy.longest_sleep();
}

std::optional<std::int64_t> integer(header_list const& headers, std::string_view name) {
    auto const text = headers.find(name);
    std::int64_t value = 0;
    if (!text) return std::nullopt;
    auto const [end, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (failed != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return value;
}

retry_policy policy_of(operation const& op) {
    auto const& settings = op.core->settings;
    auto rules = op.core->profile.retry;
    rules.backoff.base = settings.backoff.value_or(rules.backoff.base);
    rules.backoff.cap = settings.max_backoff.value_or(rules.backoff.cap);
    return retry_policy(rules, op.max_retries, settings.max_retry_after);
}

}  // namespace

operation::operation(std::shared_ptr<client_core const> c, request req, call_options const& options)
    : core(std::move(c)), name(req.operation()), path(req.shown_path()) {
    auto const& settings = core->settings;
    sent.method = req.method();
    sent.origin = core->base.origin;
    sent.target = core->base.prefix;
    if (!req.is_from_root()) sent.target += core->profile.path_prefix;
    sent.target += req.path();
    if (!req.query_text().empty()) {
        sent.target += '?';
        sent.target += req.query_text();
    }
    sent.headers = req.is_anonymous() ? core->anonymous_headers : core->headers;
    for (auto const& field : req.headers()) sent.headers.set(field.name, field.value);
    for (auto const& field : options.headers()) sent.headers.set(field.name, field.value);
    sent.has_body = req.body_text().has_value();
    sent.body = req.take_body();
    sent.repeatable = req.repeatable();
    sent.limits.phases = settings.phases;
    sent.limits.body_bytes = settings.max_body;

    may_repeat = req.repeatable() || options.retry_unsafe().value_or(settings.retry_unsafe);
    max_retries = options.max_retries().value_or(settings.max_retries);
    timeout = options.timeout().value_or(settings.timeout);
    first_event_timeout = options.first_event_timeout().value_or(settings.first_event_timeout);
    idle_timeout = options.idle_timeout().value_or(settings.idle_timeout);
    auto const total = options.total_timeout() ? options.total_timeout() : settings.total_timeout;
    total_timeout = total ? *total : default_total(timeout, max_retries, policy_of(*this));

    if (auto const& reason = req.refused()) {
        req.refuse(*reason);
    } else {
        req.require(timeout > milliseconds(0), "timeout is not above zero");
        req.require(total_timeout > milliseconds(0), "total_timeout is not above zero");
        req.require(max_retries >= 0, "max_retries is negative");
        req.require(first_event_timeout >= milliseconds(0), "first_event_timeout is negative");
        req.require(idle_timeout >= milliseconds(0), "idle_timeout is negative");
        for (auto const* fields : {&req.headers(), &options.headers()})
            for (auto const& field : *fields)
                if (auto const problem = field_problem(field.name, field.value)) req.refuse(*problem);
    }
    if (auto const& reason = req.refused()) {
        failure f = make_failure(errc::invalid_argument, error_kind::validation, phase::prepare, *reason);
        refused = std::make_exception_ptr(validation_error(std::move(f)));
    }
}

observer::attempt operation::describe() const {
    return {core->profile.name, name, sent.method, path, std::max(attempts, 1)};
}

failure operation::make_failure(errc code, error_kind kind, phase where, std::string message) const {
    failure f;
    f.code = code;
    f.kind = kind;
    f.where = where;
    f.platform = core->profile.name;
    f.operation = name;
    f.message = std::move(message);
    f.attempts = attempts;
    f.last_status = last_status;
    return f;
}

failure operation::from_transport(transport_failure const& t) const {
    failure f = make_failure(errc::connection_lost, error_kind::connection, t.where, t.detail);
    f.code = t.code;
    f.outcome_unknown = t.bytes_written && !is_read(sent.method);
    if (t.code == asio::error::operation_aborted) {
        f.kind = error_kind::other;
        f.message = "cancelled";
    } else if (t.code == errc::timeout) {
        f.kind = error_kind::timeout;
        if (f.message.empty()) f.message = "no answer in time";
    } else if (t.code == errc::protocol_error || t.code == errc::header_limit || t.code == errc::body_limit) {
        f.kind = error_kind::protocol;
    } else if (t.code == errc::invalid_argument) {
        f.kind = error_kind::validation;
    }
    return f;
}

failure operation::from_answer(response_head const& answer, std::string_view text) const {
    failure f = make_failure(errc::http_error, error_kind::other, phase::none, {});
    f.status = answer.status;
    f.last_status = answer.status;
    if (auto const id = answer.headers.find(core->profile.request_id_header))
        f.request_id = core->mask(std::string(*id));
    if (auto const after = answer.headers.find("Retry-After"))
        f.retry_after = parse_retry_after(*after, answer.headers.find("Date"), std::chrono::system_clock::now());
    switch (answer.status) {
    case 400:
    case 422:
        f.kind = error_kind::validation;
        break;
    case 401:
        f.kind = error_kind::authentication;
        break;
    case 403:
        f.kind = error_kind::permission;
        break;
    case 404:
        f.kind = error_kind::not_found;
        break;
    case 429:
        f.kind = error_kind::rate_limit;
        break;
    default:
        f.kind = answer.status >= 500 ? error_kind::server : error_kind::other;
    }
    bool const gateway = answer.status == 408 || answer.status == 502 || answer.status == 504;
    f.outcome_unknown = gateway && !is_read(sent.method);

    std::string const safe = core->mask(std::string(text));
    if (core->profile.read_error != nullptr) core->profile.read_error(f, answer, safe);
    if (answer.status >= 300 && answer.status < 400 && f.message.empty())
        f.message = "a redirect, which is not followed";
    if (f.message.empty())
        f.message = answer.reason.empty() ? "status " + std::to_string(answer.status) : core->mask(answer.reason);
    f.body = safe.substr(0, kept_body);
    return f;
}

void operation::raise(failure f) const { std::rethrow_exception(core->exception(std::move(f))); }

void operation::raise_decode(std::string_view problem) const {
    auto const type = head.headers.find("Content-Type");
    bool const is_json = !type || type->find("json") != std::string_view::npos;
    std::string message = is_json ? "the answer is not what it should be: " + std::string(problem)
                                  : "the answer is not JSON but " + core->mask(std::string(type->substr(0, 100)));
    bool const cut_short = is_json && to_the_end && problem.find("unexpected end") != std::string_view::npos;
    auto const code = cut_short ? errc::incomplete_body : is_json ? errc::decode_error : errc::unexpected_content_type;
    failure f = make_failure(code, error_kind::protocol, phase::decode, std::move(message));
    f.status = head.status;
    if (auto const id = head.headers.find(core->profile.request_id_header)) f.request_id = *id;
    f.body = core->mask(body.substr(0, kept_body));
    raise(std::move(f));
}

void keep_info(operation& op) noexcept { op.keep = true; }

response_info take_info(operation& op) {
    response_info info;
    auto const& profile = op.core->profile;
    info.status = op.head.status;
    if (auto const id = op.head.headers.find(profile.request_id_header)) info.request_id = *id;
    info.rate_limit.limit = integer(op.head.headers, profile.limit_header);
    info.rate_limit.remaining = integer(op.head.headers, profile.remaining_header);
    info.rate_limit.reset = integer(op.head.headers, profile.reset_header);
    info.headers = std::move(op.head.headers);
    info.body = std::move(op.body);
    info.attempts = op.attempts;
    info.timings = op.timings;
    info.elapsed = op.elapsed;
    info.reused_connection = op.reused;
    return info;
}

namespace {

void report(operation const& op, int status, failure const* why) {
    if (auto const& hooks = op.core->settings.observer) hooks->attempt_finished(op.describe(), status, op.timings, why);
}

// Runs attempts until one is answered with 2xx. With `streaming` the body stays in `source`.
asio::awaitable<void> attempts(std::shared_ptr<operation> op, bool streaming, std::unique_ptr<byte_source>* source) {
    if (op->refused) std::rethrow_exception(op->refused);
    auto const& core = *op->core;
    auto const& hooks = core.settings.observer;
    auto const start = core.time->now();
    auto const total_deadline = later(start, op->total_timeout);
    auto const policy = policy_of(*op);

    for (int retries = 0;; ++retries) {
        if (core.closed())
            op->raise(
                op->make_failure(errc::client_closed, error_kind::connection, phase::prepare, "the client is closed"));
        if (auto problem = core.key_problem())
            op->raise(op->make_failure(
                errc::invalid_argument, error_kind::authentication, phase::prepare, std::move(*problem)));
        ++op->attempts;
        auto const attempt_deadline = later(core.time->now(), op->timeout);
        op->sent.limits.deadline = std::min(total_deadline, attempt_deadline);
        if (hooks) hooks->attempt_started(op->describe());

        transport_failure failed;
        if (streaming) {
            auto opened = co_await core.transport->open(op->sent);
            failed = std::move(opened.failure);
            op->head = std::move(opened.head);
            op->timings = opened.timings;
            op->reused = opened.reused;
            *source = std::move(opened.body);
            op->body.clear();
            bool const error_status = op->head.status < 200 || op->head.status > 299;
            while (!failed && error_status && *source && op->body.size() < kept_body) {
                auto chunk = co_await (*source)->read(op->sent.limits.deadline);
                op->body += chunk.bytes;
                if (chunk.end || chunk.failure) break;
            }
        } else {
            auto result = co_await core.transport->send(op->sent);
            failed = std::move(result.failure);
            op->head = std::move(result.head);
            op->body = std::move(result.body);
            op->timings = result.timings;
            op->reused = result.reused;
            op->to_the_end = result.to_the_end;
        }
        op->elapsed = core.time->now() - start;

        attempt_outcome outcome;
        outcome.code = failed.code;
        outcome.bytes_written = failed.bytes_written;
        failure f;
        if (failed) {
            if (failed.code == errc::timeout && total_deadline <= attempt_deadline) failed.where = phase::total;
            f = op->from_transport(failed);
        } else {
            outcome.status = op->head.status;
            op->last_status = op->head.status;
            if (op->head.status >= 200 && op->head.status < 300) {
                report(*op, op->head.status, nullptr);
                co_return;
            }
            f = op->from_answer(op->head, op->body);
            outcome.retry_after = f.retry_after;
        }
        report(*op, outcome.status, &f);

        auto const remaining = std::chrono::duration_cast<milliseconds>(total_deadline - core.time->now());
        auto const decision = policy.after(outcome, retries, op->may_repeat, remaining, core.random());
        if (!decision.retry || f.permanent) op->raise(std::move(f));
        if (hooks) hooks->retrying(op->describe(), decision.delay, decision.reason);
        if (source != nullptr) source->reset();
        auto const ec = co_await core.time->sleep_until(core.time->now() + decision.delay);
        if (ec) {
            f.code = ec;
            f.kind = error_kind::other;
            f.where = phase::backoff;
            f.message = "cancelled";
            op->raise(std::move(f));
        }
    }
}

}  // namespace

asio::awaitable<void> perform(std::shared_ptr<operation> op) { return attempts(std::move(op), false, nullptr); }

asio::awaitable<std::unique_ptr<byte_source>> perform_open(std::shared_ptr<operation> op) {
    std::unique_ptr<byte_source> source;
    co_await attempts(op, true, &source);
    co_return source;
}

asio::awaitable<std::string> read_all(std::shared_ptr<operation> op, std::unique_ptr<byte_source> source) {
    std::string text;
    auto const& core = *op->core;
    auto const until = later(core.time->now(), op->timeout);
    while (source) {
        auto chunk = co_await source->read(until);
        text += chunk.bytes;
        if (chunk.failure) op->raise(op->from_transport(chunk.failure));
        if (text.size() > core.settings.max_body)
            op->raise(op->make_failure(errc::body_limit, error_kind::protocol, phase::body, "the body is too large"));
        if (chunk.end) break;
    }
    co_return text;
}

}  // namespace corun::detail
