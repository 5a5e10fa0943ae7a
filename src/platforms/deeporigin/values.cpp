// What the typed values say beyond their members.

#include "platforms/deeporigin/profile.hpp"
#include "platforms/deeporigin/tables.hpp"

#include <corun/deeporigin/executions.hpp>

#include <algorithm>
#include <cstdio>

namespace corun::deeporigin {

std::optional<double> execution::price() const {
    if (!quotation_result) return std::nullopt;
    double sum = 0;
    for (auto const& each : quotation_result->successful_quotations) sum += each.price_total;
    return sum;
}

std::optional<restriction> execution::restriction() const {
    json::object body = extra;
    body["status"] = status.text();
    body["statusReason"] = status_reason;
    return restriction_in(body);
}

progress_report read_progress(json::value const& report) {
    progress_report read;
    read.value = report;
    if (report.is_string()) {
        std::string_view const text = report.get_string();
        json::value held;
        decode_error why;
        bool const structured = parse_json(text, held, why) && (held.is_object() || held.is_array());
        if (!structured) {
            read.value = nullptr;
            read.text = text;
            return read;
        }
        read.value = std::move(held);
    }
    if (!read.value.is_object()) return read;
    auto const& fields = read.value.get_object();
    if (!string_at(fields, "displayName") || !string_at(fields, "status")) return read;
    progress_node tree;
    decode_error why;
    if (decode_value(read.value, tree, why)) read.tree = std::move(tree);
    return read;
}

std::string instant::text() const {
    if (!at_) return std::string(text_);
    using namespace std::chrono;
    sys_time<milliseconds> const at{milliseconds(*at_)};
    auto const day = floor<days>(at);
    year_month_day const date(day);
    hh_mm_ss const time(at - day);
    char made[48];
    std::snprintf(made, sizeof made, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
        static_cast<int>(time.subseconds().count()));
    return made;
}

search_query& search_query::tool_key(std::string_view key) {
    tool_key_ = key.empty() ? json::value(nullptr) : json::value(key);
    return *this;
}

search_query& search_query::tool_keys(std::vector<std::string> const& keys) {
    json::array list;
    for (auto const& key : keys) list.emplace_back(key);
    tool_key_ = std::move(list);
    return *this;
}

search_query& search_query::where(std::string_view column, std::string_view op, json::value const& value) {
    json::object prop;
    prop["column"] = column;
    prop["op"] = op;
    prop["value"] = value;
    extra_props_.push_back(std::move(prop));
    return *this;
}

search_query& search_query::select(std::string_view column) {
    select_.emplace_back(column);
    return *this;
}

search_query& search_query::with_total_count(bool on) {
    with_total_count_ = on;
    return *this;
}

json::object search_query::body() const {
    json::array props;
    auto const add = [&](std::string_view column, std::string_view op, json::value value) {
        json::object prop;
        prop["column"] = column;
        prop["op"] = op;
        prop["value"] = std::move(value);
        props.push_back(std::move(prop));
    };
    if (project_id_) add("project_id", "eq", json::value(*project_id_));
    if (!tool_key_.is_null()) add("tool_key", tool_key_.is_array() ? "in" : "eq", tool_key_);
    if (status_) add("status", "eq", json::value(*status_));
    if (compute_job_id_) add("compute_job_id", "eq", json::value(*compute_job_id_));
    for (auto const& prop : extra_props_) props.push_back(prop);
    json::object body;
    json::object filter;
    filter["props"] = std::move(props);
    body["filter"] = std::move(filter);
    if (limit_) body["limit"] = *limit_;
    if (offset_) body["offset"] = *offset_;
    if (!select_.empty()) body["select"] = select_;
    if (with_total_count_) body["with_total_count"] = true;
    return body;
}

std::string search_query::problem() const {
    if (limit_ && *limit_ < 1) return "limit is below 1";
    if (offset_ && *offset_ < 0) return "offset is negative";
    for (auto const& prop : extra_props_) {
        auto const& p = prop.get_object();
        if (p.at("column").get_string().empty() || p.at("op").get_string().empty())
            return "a condition lacks its column or its operator";
    }
    return {};
}

}  // namespace corun::deeporigin
