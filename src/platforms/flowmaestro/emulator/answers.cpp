#include "platforms/flowmaestro/emulator/answers.hpp"

#include <cctype>
#include <cmath>

namespace corun::emulator::fm {

namespace {

/// The digits that a text begins with, as a number; 0 where there are none.
double leading_number(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
    bool const negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    double value = 0;
    for (char const digit : text) {
        if (digit < '0' || digit > '9') break;
        value = value * 10 + (digit - '0');
    }
    return negative ? -value : value;
}

json::object meta(core& shared) {
    json::object m;
    m["request_id"] = shared.env.uuid();
    m["timestamp"] = shared.env.time().iso();
    return m;
}

std::string_view framework_name(int status) {
    switch (status) {
        case 400: return "Bad Request";
        case 404: return "Not Found";
        case 408: return "Request Timeout";
        case 413: return "Payload Too Large";
        case 415: return "Unsupported Media Type";
        case 431: return "Request Header Fields Too Large";
        default: return "Internal Server Error";
    }
}

}  // namespace

page_request page_of(request const& r) {
    page_request at;
    auto const page = leading_number(r.parameter("page").value_or(""));
    auto const per_page = leading_number(r.parameter("per_page").value_or(""));
    if (per_page < 0) at.per_page = 1;
    else if (per_page > 100) at.per_page = 100;
    else if (per_page > 0) at.per_page = static_cast<std::int64_t>(per_page);
    constexpr double limit = 9.2e18;
    if (page * static_cast<double>(at.per_page) > limit) throw refused_value{"22003"};
    if (page > 0) at.page = static_cast<std::int64_t>(page);
    return at;
}

void respond(call const& c, int status, json::value const& body) {
    response answer;
    answer.status = status;
    answer.headers = c.headers;
    answer.headers.emplace_back("content-type", "application/json; charset=utf-8");
    answer.body = serialized(body);
    c.to->respond(std::move(answer));
}

void ok(core& shared, call const& c, json::value data, int status) {
    json::object body;
    body["data"] = std::move(data);
    body["meta"] = meta(shared);
    respond(c, status, body);
}

void list(core& shared, call const& c, json::value data, page_request const& at, std::int64_t total) {
    auto const pages = (total + at.per_page - 1) / at.per_page;
    json::object pagination;
    pagination["page"] = at.page;
    pagination["per_page"] = at.per_page;
    pagination["total_count"] = total;
    pagination["total_pages"] = pages;
    pagination["has_next"] = at.page < pages;
    pagination["has_prev"] = at.page > 1;
    if (!shared.options.strict) pagination["has_more"] = at.page < pages;
    json::object body;
    body["data"] = std::move(data);
    body["pagination"] = std::move(pagination);
    body["meta"] = meta(shared);
    respond(c, 200, body);
}

json::object error_body(core& shared, std::string_view code, std::string_view message, json::object details) {
    json::object error;
    error["code"] = code;
    error["message"] = message;
    if (!details.empty()) error["details"] = std::move(details);
    json::object body;
    body["error"] = std::move(error);
    body["meta"] = meta(shared);
    return body;
}

json::object framework_body(int status, std::string_view code, std::string_view message) {
    json::object body;
    body["statusCode"] = status;
    if (!code.empty()) body["code"] = code;
    body["error"] = framework_name(status);
    body["message"] = message;
    return body;
}

void fail(core& shared, call const& c, int status, std::string_view code, std::string_view message, json::object details) {
    respond(c, status, error_body(shared, code, message, std::move(details)));
}

void not_found(core& shared, call const& c, std::string_view resource, std::string_view id) {
    json::object details;
    details["resource"] = resource;
    details["id"] = id;
    fail(shared, c, 404, "resource_not_found", "no such " + std::string(resource), std::move(details));
}

void invalid(core& shared, call const& c, std::string_view message) { fail(shared, c, 400, "validation_error", message); }

std::string_view code_of(int status) {
    switch (status) {
        case 400: return "validation_error";
        case 401: return "invalid_api_key";
        case 403: return "insufficient_scope";
        case 404: return "resource_not_found";
        case 408: return "timeout";
        case 429: return "rate_limit_exceeded";
        case 501: return "not_implemented";
        case 503: return "service_unavailable";
        default: return status >= 500 ? "internal_error" : "unknown_error";
    }
}

}  // namespace corun::emulator::fm
