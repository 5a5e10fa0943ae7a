#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// A score to be given: `score_spec(trace_id, "quality").numeric(4.5)`. Default: no value, numeric, source "api".
class score_spec : public spec<score_spec> {
public:
    score_spec(std::string_view trace_id, std::string_view name) {
        put("trace_id", trace_id);
        put("name", name);
    }

    /// Sets the data type and the value that fits it.
    score_spec& numeric(double value) { return data_type(score_type::numeric).value(value); }
    score_spec& categorical(std::string_view value) { return data_type(score_type::categorical).string_value(value); }
    score_spec& boolean(bool value) { return data_type(score_type::boolean).bool_value(value); }

    score_spec& data_type(word<score_type> type) { return put_word("data_type", type); }
    score_spec& value(double number) { return put("value", number); }
    score_spec& string_value(std::string_view text) { return put("string_value", text); }
    score_spec& bool_value(bool on) { return put("bool_value", on); }
    /// Who gave it; "manual", "api", "llm_judge" are in use.
    score_spec& source(std::string_view text) { return put("source", text); }
    score_spec& span_id(std::string_view id) { return put_filled("span_id", id); }
    score_spec& config_id(std::string_view id) { return put_filled("config_id", id); }
    score_spec& comment(std::string_view text) { return put_filled("comment", text); }
    score_spec& execution_id(std::string_view id) { return put("execution_id", id); }
    score_spec& agent_id(std::string_view id) { return put("agent_id", id); }
};

/// What to change of a score; what is not named stays.
class score_changes : public spec<score_changes> {
public:
    score_changes() = default;

    score_changes& value(double number) { return put("value", number); }
    score_changes& string_value(std::string_view text) { return put("string_value", text); }
    score_changes& bool_value(bool on) { return put("bool_value", on); }
    score_changes& comment(std::string_view text) { return put("comment", text); }
};

/// Which scores to list; what is empty does not filter.
struct score_list_options {
    int page = 1;
    int limit = 20;
    std::string_view trace_id{};
    std::string_view name{};
    std::string_view source{};
    word<score_type> data_type{};
    std::string_view config_id{};
};

struct score_aggregate_options {
    std::string_view trace_id{};
    std::string_view name{};
};

/// What a score's config has beside its name.
class score_config_options : public spec<score_config_options> {
public:
    score_config_options() = default;

    /// Default numeric.
    score_config_options& data_type(word<score_type> type) { return put_word("data_type", type); }
    score_config_options& min_value(double number) { return put("min_value", number); }
    score_config_options& max_value(double number) { return put("max_value", number); }
    /// Objects; left out where there are none.
    score_config_options& categories(json::array const& categories) {
        return categories.empty() ? *this : put("categories", categories);
    }
    score_config_options& description(std::string_view text) { return put("description", text); }
};

/// What to change of a score's config; what is not named stays.
class score_config_changes : public spec<score_config_changes> {
public:
    score_config_changes() = default;

    score_config_changes& name(std::string_view text) { return put("name", text); }
    score_config_changes& description(std::string_view text) { return put("description", text); }
    score_config_changes& is_active(bool on) { return put("is_active", on); }
    score_config_changes& min_value(double number) { return put("min_value", number); }
    score_config_changes& max_value(double number) { return put("max_value", number); }
    score_config_changes& categories(json::array const& categories) { return put("categories", categories); }
};

/// How good answers were. Thread safety: as the client's.
class scores {
public:
    explicit scores(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /scores, newest first.
    pager<score, page<score>> list(score_list_options const& options = {}, call_options const& how = {}) const;

    /// GET /scores/{id}.
    call<score> get(std::string_view id, call_options const& how = {}) const;

    /// POST /scores. A value that does not fit its data type is refused before anything is sent.
    call<score> create(score_spec const& spec, call_options const& how = {}) const;

    /// PATCH /scores/{id}.
    call<score> update(std::string_view id, score_changes const& changes, call_options const& how = {}) const;

    /// DELETE /scores/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

    /// GET /scores/aggregates.
    call<std::vector<score_aggregate>> get_aggregates(
        score_aggregate_options const& options = {}, call_options const& how = {}) const;

    /// GET /score-configs.
    pager<score_config, page<score_config>> list_configs(
        list_options const& options = {}, call_options const& how = {}) const;

    /// GET /score-configs/{id}.
    call<score_config> get_config(std::string_view id, call_options const& how = {}) const;

    /// POST /score-configs.
    call<score_config> create_config(
        std::string_view name, score_config_options const& options = {}, call_options const& how = {}) const;

    /// PATCH /score-configs/{id}.
    call<score_config> update_config(
        std::string_view id, score_config_changes const& changes, call_options const& how = {}) const;

    /// DELETE /score-configs/{id}.
    call<void> delete_config(std::string_view id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
