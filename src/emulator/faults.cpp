#include "emulator/faults.hpp"

#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace corun::emulator {

namespace {

[[noreturn]] void bad(std::string_view name) {
    throw std::runtime_error("fault: " + std::string(name) + " is not what it should be");
}

std::int64_t integer(json::value const& v, std::string_view name) {
    if (!v.is_int64() || v.get_int64() < 0) bad(name);
    return v.get_int64();
}

std::string text(json::value const& v, std::string_view name) {
    if (!v.is_string()) bad(name);
    return std::string(std::string_view(v.get_string()));
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text_) {
    if (pattern.empty()) return text_.empty();
    if (pattern.front() == '*') {
        for (std::size_t i = 0; i <= text_.size(); ++i)
            if (matches(pattern.substr(1), text_.substr(i))) return true;
        return false;
    }
    return !text_.empty() && pattern.front() == text_.front() && matches(pattern.substr(1), text_.substr(1));
}

std::uint64_t fault_table::add(json::object const& from, std::string_view platform) {
    fault f;
    f.id = ++last_;
    f.platform = platform;
    for (auto const& member : from) {
        std::string_view const name = member.key();
        auto const& v = member.value();
        if (name == "method")
            f.method = text(v, name);
        else if (name == "path")
            f.path = text(v, name);
        else if (name == "skip")
            f.skip = integer(v, name);
        else if (name == "count")
            f.count = integer(v, name);
        else if (name == "status")
            f.status = static_cast<int>(integer(v, name));
        else if (name == "body")
            f.body = v.is_string() ? text(v, name) : json::serialize(v);
        else if (name == "body_kind")
            f.body_kind = text(v, name);
        else if (name == "content_type")
            f.content_type = text(v, name);
        else if (name == "retry_after")
            f.headers.emplace_back("Retry-After", v.is_string() ? text(v, name) : json::serialize(v));
        else if (name == "headers") {
            if (!v.is_object()) bad(name);
            for (auto const& h : v.get_object()) f.headers.emplace_back(std::string(h.key()), text(h.value(), name));
        } else if (name == "delay_ms")
            f.delay = milliseconds(integer(v, name));
        else if (name == "drip") {
            if (!v.is_object() || !v.get_object().contains("bytes") || !v.get_object().contains("every_ms")) bad(name);
            f.wire.drip_bytes = static_cast<std::size_t>(integer(v.get_object().at("bytes"), name));
            f.wire.drip_every = milliseconds(integer(v.get_object().at("every_ms"), name));
        } else if (name == "reset") {
            auto const when = text(v, name);
            if (when == "before")
                f.wire.reset = wire_fault::reset_at::before;
            else if (when == "after_headers")
                f.wire.reset = wire_fault::reset_at::after_headers;
            else if (when == "after")
                f.wire.reset = wire_fault::reset_at::after;
            else
                bad(name);
        } else if (name == "cut_stream_after")
            f.wire.cut_stream_after = static_cast<std::size_t>(integer(v, name));
        else if (name == "crlf")
            f.wire.crlf = v.is_bool() && v.get_bool();
        else if (name == "split")
            f.wire.split = static_cast<std::size_t>(integer(v, name));
        else
            throw std::runtime_error("fault: unknown member \"" + std::string(name) + '"');
    }
    if (f.status && (*f.status < 200 || *f.status > 599)) bad("status");
    if (f.body_kind != "envelope" && f.body_kind != "framework" && f.body_kind != "html" && f.body_kind != "empty")
        bad("body_kind");
    faults_.push_back(std::move(f));
    return last_;
}

std::optional<fault> fault_table::take(std::string_view platform, request const& r) {
    for (auto it = faults_.begin(); it != faults_.end(); ++it) {
        if (it->platform != platform) continue;
        if (!it->method.empty() && it->method != r.method) continue;
        if (!matches(it->path, r.path)) continue;
        if (it->skip > 0) {
            --it->skip;
            continue;
        }
        fault const found = *it;
        if (--it->count <= 0) faults_.erase(it);
        return found;
    }
    return std::nullopt;
}

json::array fault_table::list() const {
    json::array all;
    for (auto const& f : faults_) {
        json::object one;
        one["id"] = f.id;
        one["platform"] = f.platform;
        one["method"] = f.method;
        one["path"] = f.path;
        one["skip"] = f.skip;
        one["count"] = f.count;
        if (f.status) one["status"] = *f.status;
        all.push_back(std::move(one));
    }
    return all;
}

response answer_of(fault const& f, platform& p) {
    int const status = f.status.value_or(500);
    response answer;
    if (f.body) {
        answer.status = status;
        answer.body = *f.body;
        answer.headers.emplace_back(
            "Content-Type", f.content_type.empty() ? "application/json; charset=utf-8" : f.content_type);
    } else if (f.body_kind == "html") {
        answer.status = status;
        answer.body = "<html><body><h1>" + std::to_string(status) + ' ' + std::string(reason_of(status)) +
                      "</h1></body></html>\n";
        answer.headers.emplace_back("Content-Type", "text/html");
    } else if (f.body_kind == "empty") {
        answer.status = status;
    } else if (f.body_kind == "framework") {
        json::object body;
        body["statusCode"] = status;
        body["error"] = reason_of(status);
        body["message"] = "a fault that was asked for";
        answer.status = status;
        answer.body = json::serialize(body);
        answer.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    } else {
        answer = p.error(status, "a fault that was asked for");
    }
    answer.headers.insert(answer.headers.end(), f.headers.begin(), f.headers.end());
    return answer;
}

}  // namespace corun::emulator
