#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <chrono>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// What to change of a data source; what is not named stays.
class data_source_changes : public spec<data_source_changes> {
public:
    data_source_changes() = default;

    data_source_changes& name(std::string_view text) { return put("name", text); }
    data_source_changes& description(std::string_view text) { return put("description", text); }
    data_source_changes& status(std::string_view status) { return put("status", status); }
};

/// What a data source's version has beside its label.
class data_source_version_options : public spec<data_source_version_options> {
public:
    data_source_version_options() = default;

    data_source_version_options& query_template(std::string_view text) { return put("query_template", text); }
    /// Default false.
    data_source_version_options& set_current(bool on = true) { return put("set_current", on); }
    data_source_version_options& credential_id(std::string_view id) { return put("credential_id", id); }
    data_source_version_options& connection_config(json::object const& config) {
        return put("connection_config", config);
    }
    /// Objects with name, type, required, description, default.
    data_source_version_options& parameters(json::array const& parameters) { return put("parameters", parameters); }
    data_source_version_options& message(std::string_view text) { return put("message", text); }
    data_source_version_options& cache_timeout(std::chrono::seconds t) { return put("cache_timeout", t.count()); }
    /// "json" or "csv".
    data_source_version_options& output_format(std::string_view format) { return put("output_format", format); }
};

/// Databases and files that agents read. Thread safety: as the client's.
class data_sources {
public:
    explicit data_sources(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /data-sources.
    pager<data_source, page<data_source>> list(list_options const& options = {}, call_options const& how = {}) const;

    /// GET /data-sources/{id}.
    call<data_source> get(std::string_view id, call_options const& how = {}) const;

    /// POST /data-sources. Types known: postgresql, mysql, bigquery, snowflake, redshift, mssql, clickhouse,
    /// static_file.
    call<data_source> create(std::string_view name, std::string_view type, std::string_view description = {},
        call_options const& how = {}) const;

    /// PATCH /data-sources/{id}.
    call<data_source> update(
        std::string_view id, data_source_changes const& changes, call_options const& how = {}) const;

    /// DELETE /data-sources/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

    /// GET /data-sources/{id}/versions, newest first.
    call<std::vector<data_source_version>> list_versions(std::string_view id, call_options const& how = {}) const;

    /// POST /data-sources/{id}/versions.
    call<data_source_version> create_version(std::string_view id, std::string_view version,
        data_source_version_options const& options = {}, call_options const& how = {}) const;

    /// PUT /data-sources/{id}/versions/{version_id}/promote: makes it the current one.
    call<data_source_version> promote_version(
        std::string_view id, std::string_view version_id, call_options const& how = {}) const;

    /// POST /data-sources/{id}/preview-query: runs a query that is not stored.
    call<query_result> preview_query(
        std::string_view id, std::string_view query_template, call_options const& how = {}) const;
    call<query_result> preview_query(std::string_view id, std::string_view query_template,
        json::object const& parameters, call_options const& how = {}) const;

    /// POST /data-sources/{id}/test-connection: one that does not work is no error.
    call<connection_check> test_connection(std::string_view id, call_options const& how = {}) const;

    /// POST /data-sources/{id}/query: runs the current version's query. Not repeated: a query may write.
    call<query_result> query(std::string_view id, call_options const& how = {}) const;
    call<query_result> query(std::string_view id, json::object const& parameters, call_options const& how = {}) const;
    /// The same.
    call<query_result> execute(std::string_view id, call_options const& how = {}) const { return query(id, how); }
    call<query_result> execute(
        std::string_view id, json::object const& parameters, call_options const& how = {}) const {
        return query(id, parameters, how);
    }

private:
    std::shared_ptr<client_core const> core_;
};

}  // namespace corun::promptrails
