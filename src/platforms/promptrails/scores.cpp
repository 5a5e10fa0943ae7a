#include <corun/promptrails/scores.hpp>

#include "platforms/promptrails/wire.hpp"

#include <cmath>

namespace corun::promptrails {

namespace {

// A value fits its data type: a number, a text, or true and false (also written 1 and 0).
void check_value(request& req, json::object const& body) {
    auto const type = string_at(body, "data_type").value_or(std::string());
    auto const* const value = body.if_contains("value");
    bool const number = value != nullptr;
    bool const text = body.contains("string_value");
    bool const boolean = body.contains("bool_value");
    if (number) req.require(std::isfinite(value->to_number<double>()), "the value is not a finite number");
    if (type == "numeric") req.require(!text && !boolean, "a numeric score has a value, no string_value or bool_value");
    if (type == "categorical")
        req.require(!number && !boolean, "a categorical score has a string_value, no value or bool_value");
    if (type == "boolean") {
        req.require(!text, "a boolean score has a bool_value, no string_value");
        bool const truth = !number || value->to_number<double>() == 0 || value->to_number<double>() == 1;
        req.require(truth, "the value of a boolean score is neither 0 nor 1");
    }
}

void check_range(request& req, json::object const& body) {
    auto const* const low = body.if_contains("min_value");
    auto const* const high = body.if_contains("max_value");
    if (low == nullptr || high == nullptr) return;
    req.require(low->to_number<double>() <= high->to_number<double>(), "min_value is above max_value");
}

}  // namespace

pager<score, page<score>> scores::list(score_list_options const& options, call_options const& how) const {
    request ask("scores.list", "GET", "/scores");
    ask_if(ask, "trace_id", options.trace_id);
    ask_if(ask, "name", options.name);
    ask_if(ask, "source", options.source);
    ask_if(ask, "data_type", options.data_type);
    ask_if(ask, "config_id", options.config_id);
    return make_pager<score>(core_, how, options.page, options.limit, [ask] { return ask; });
}

call<score> scores::get(std::string_view id, call_options const& how) const {
    return get_by_id<score>(core_, "scores.get", "/scores/{}", id, how);
}

call<score> scores::create(score_spec const& what, call_options const& how) const {
    request req("scores.create", "POST", "/scores");
    json::object body;
    body["data_type"] = "numeric";
    body["source"] = "api";
    put_spec(req, body, what);
    req.require(!body["trace_id"].get_string().empty(), "the trace_id is empty");
    req.require(!body["name"].get_string().empty(), "the name is empty");
    check_value(req, body);
    req.body(body);
    return make_call<score>(core_, std::move(req), how, &read_data<score>);
}

call<score> scores::update(std::string_view id, score_changes const& what, call_options const& how) const {
    return make_call<score>(core_, changes("scores.update", "/scores/{}", id, what), how, &read_data<score>);
}

call<void> scores::remove(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "scores.delete", "/scores/{}", id, how);
}

call<std::vector<score_aggregate>> scores::get_aggregates(
    score_aggregate_options const& options, call_options const& how) const {
    request req("scores.get_aggregates", "GET", "/scores/aggregates");
    ask_if(req, "trace_id", options.trace_id);
    ask_if(req, "name", options.name);
    return make_call<std::vector<score_aggregate>>(core_, std::move(req), how, &read_list<score_aggregate>);
}

pager<score_config, page<score_config>> scores::list_configs(
    list_options const& options, call_options const& how) const {
    return make_pager<score_config>(core_, how, options, "scores.list_configs", "/score-configs");
}

call<score_config> scores::get_config(std::string_view id, call_options const& how) const {
    return get_by_id<score_config>(core_, "scores.get_config", "/score-configs/{}", id, how);
}

call<score_config> scores::create_config(
    std::string_view name, score_config_options const& options, call_options const& how) const {
    request req("scores.create_config", "POST", "/score-configs");
    json::object body;
    put_text(req, body, "name", name);
    body["data_type"] = "numeric";
    put_spec(req, body, options);
    check_range(req, body);
    req.body(body);
    return make_call<score_config>(core_, std::move(req), how, &read_data<score_config>);
}

call<score_config> scores::update_config(
    std::string_view id, score_config_changes const& what, call_options const& how) const {
    auto req = changes("scores.update_config", "/score-configs/{}", id, what, {"name"});
    check_range(req, what.body());
    return make_call<score_config>(core_, std::move(req), how, &read_data<score_config>);
}

call<void> scores::delete_config(std::string_view id, call_options const& how) const {
    return delete_by_id(core_, "scores.delete_config", "/score-configs/{}", id, how);
}

}  // namespace corun::promptrails
