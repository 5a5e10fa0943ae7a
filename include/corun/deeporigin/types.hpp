#pragma once

#include <corun/json.hpp>
#include <corun/open_enum.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What Deep Origin's tools service and data platform give (wire/deeporigin §5). Timestamps are texts,
/// "2026-05-07T15:13:25.254Z". Absent and null are the same; every type keeps the members that it does not know in
/// `extra`.
namespace corun::deeporigin {

enum class execution_status {
    quoted,
    created,
    queued,
    running,
    succeeded,
    completed,
    failed,
    cancelled,
    insufficient_funds,
    failed_quotation,
    data_ingesting,
};
constexpr std::array<std::string_view, 11> enum_names(execution_status) {
    return {"Quoted", "Created", "Queued", "Running", "Succeeded", "Completed", "Failed", "Cancelled",
        "InsufficientFunds", "FailedQuotation", "DataIngesting"};
}

using status = open_enum<execution_status>;

/// Nothing will happen any more without somebody's doing: a quoted run counts. Unknown statuses do not.
inline bool is_terminal(status const& s) {
    auto const k = s.known();
    return k && *k != execution_status::created && *k != execution_status::queued && *k != execution_status::running &&
           *k != execution_status::data_ingesting;
}

/// Ended well: `Succeeded`, or by its newer name `Completed`.
inline bool is_success(status const& s) { return s == execution_status::succeeded || s == execution_status::completed; }

/// Ended well, or under way.
inline bool is_not_failed(status const& s) {
    return is_success(s) || s == execution_status::created || s == execution_status::queued ||
           s == execution_status::running;
}

/// Why a licence, a budget or a limit keeps a run from going on (wire/deeporigin §6.3).
struct restriction {
    restriction() = default;

    std::string code;
    std::string reason;
    std::string action;  ///< what to do about it
};

struct tool_ref {
    tool_ref() = default;

    std::string key;
    std::string version;  ///< resolved, also where `latest` was asked for
    json::object extra;
};

/// Where runs are computed; from `get` and `list` of executions only with its id.
struct cluster {
    cluster() = default;

    std::string id;
    std::string name;
    std::string hostname;
    std::string status;
    std::optional<bool> enabled;
    std::optional<std::string> org_key;
    std::optional<std::string> created_at;
    std::optional<std::string> updated_at;
    json::object extra;
};

/// The price of one item.
struct quotation {
    quotation() = default;

    std::string status;
    std::string item_code;
    std::string org_id;
    double qty = 0;
    double price_each = 0;
    double price_total = 0;
    json::value qty_raw;  ///< as it came: a number, or a text that holds one
    json::value price_each_raw;
    json::value price_total_raw;
    std::optional<json::object> qty_vars;
    std::string pricing_record_type;
    json::array pricing_records;
    json::object extra;
};

struct quotation_result {
    quotation_result() = default;

    bool any_failed = false;
    json::array failed_quotations;
    std::vector<quotation> successful_quotations;
    json::object extra;
};

struct billing_item {
    billing_item() = default;

    std::string item_code;
    double qty = 0;
    double price_each = 0;
    double price_total = 0;
    json::value qty_raw;
    json::value price_each_raw;
    json::value price_total_raw;
    bool is_approved = false;
    std::string authorization_id;
    std::optional<std::string> action_request;
    std::optional<std::string> purchase_approval_comment;
    json::object extra;
};

/// Money that was reserved.
struct billing_transaction {
    billing_transaction() = default;

    std::string transaction_id;
    std::string org_id;
    std::string status;
    double total_cost = 0;
    json::value total_cost_raw;
    std::vector<billing_item> items;
    json::object extra;
};

/// A part of a run, with its parts. Its statuses are those of workflow nodes, not of executions.
struct progress_node {
    progress_node() = default;

    std::string id;
    std::string status;
    std::optional<std::string> message;
    std::string progress;  ///< "5/7"
    std::string display_name;
    std::optional<std::string> started_at;
    std::optional<std::string> finished_at;
    json::value tool_progress;
    std::vector<progress_node> children;
    json::object extra;
};

/// What a run reports of itself: nothing, text, JSON, or a tree; see `execution::progress`.
struct progress_report {
    progress_report() = default;

    std::string text;                   ///< where it is plain text
    json::value value;                  ///< where it is JSON, also where a text holds it
    std::optional<progress_node> tree;  ///< where the JSON is a tree
    bool empty() const noexcept { return text.empty() && value.is_null(); }
};

/// Reads a report in any of its shapes.
progress_report read_progress(json::value const& report);

/// A run of a tool, as the tools service knows it.
struct execution {
    execution() = default;

    std::string execution_id;  ///< a UUID; the data platform has another id for the same run
    std::string resource_id;
    std::optional<std::string> type;
    std::optional<std::string> execution_type;
    deeporigin::status status;
    json::value status_reason;  ///< null, a text, or an object with code, message and items
    tool_ref tool;
    std::optional<deeporigin::cluster> cluster;
    std::string org_key;
    std::string created_by;
    std::string created_at;
    std::string updated_at;
    std::optional<std::string> started_at;
    std::optional<std::string> completed_at;  ///< stays empty where the run was cancelled
    std::optional<std::string> name;
    json::object user_inputs;
    std::optional<json::object> user_outputs;
    json::value job_outputs;  ///< an object, or an array that holds it
    std::optional<json::object> metadata;
    std::optional<double> approve_amount;
    std::optional<deeporigin::quotation_result> quotation_result;
    std::optional<deeporigin::billing_transaction> billing_transaction;
    json::value estimator_output;
    json::value resources_requested;
    json::value resources_used;
    json::value progress_report;
    std::optional<std::string> app;
    std::optional<std::string> session;
    std::optional<std::string> tag;
    std::optional<std::string> billing;
    std::optional<std::string> project_id;
    std::optional<std::string> visibility;
    json::object extra;

    /// The sum of all quotations; empty where there is none.
    std::optional<double> price() const;
    deeporigin::progress_report progress() const { return read_progress(progress_report); }
    /// What keeps the run from going on, where that is a licence, a budget or a limit.
    std::optional<deeporigin::restriction> restriction() const;
};

/// Executions as `list` gives them.
struct execution_list {
    execution_list() = default;

    std::vector<execution> data;
    std::int64_t count = 0;  ///< of all pages together
    json::object extra;
};

/// A run as the data platform knows it; with `select` only what was asked for is there.
struct execution_record {
    execution_record() = default;

    std::string id;  ///< of the data platform
    std::optional<std::string> canonical_id;
    std::optional<std::string> display_id;
    std::optional<std::string> compute_job_id;  ///< the tools service's `execution_id`
    std::optional<std::string> project_id;
    std::optional<std::string> tool_key;
    std::optional<std::string> tool_version;
    deeporigin::status status;
    std::optional<std::string> started_at;
    std::optional<std::string> completed_at;
    std::optional<std::string> created_at;
    std::optional<std::string> updated_at;
    std::optional<json::object> tags;              ///< app, session
    std::optional<json::object> compute_metadata;  ///< userInputs and more
    std::optional<bool> deleted;
    std::optional<std::string> name;
    std::optional<std::string> org_key;
    std::optional<std::string> tag;
    json::object extra;
};

struct search_meta {
    search_meta() = default;

    std::optional<std::int64_t> count;  ///< of this page
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> offset;
    std::optional<std::int64_t> total_count;  ///< of all, where that was asked for
    json::object extra;
};

/// What `search` gives.
struct search_result {
    search_result() = default;

    std::vector<execution_record> data;
    search_meta meta;
    json::object extra;
};

/// What a tool of one version takes and gives.
struct tool_definition {
    tool_definition() = default;

    std::string key;
    std::string name;
    std::string version;
    std::string description;
    json::value inputs;  ///< a JSON schema
    json::array executors;
    json::value billing_parser;
    std::optional<std::string> tool_manifest_version;
    std::optional<bool> enabled;  ///< only `false` means that it is not
    json::object extra;
};

struct cluster_list {
    cluster_list() = default;

    std::vector<cluster> data;
    std::int64_t count = 0;
    json::object pagination;
    json::object extra;
};

/// The synchronous predecessor of a tool (wire/deeporigin §8.2).
struct function_definition {
    function_definition() = default;

    std::string id;
    std::string key;
    std::string name;
    std::string version;
    std::optional<bool> enabled;
    json::value function_manifest;
    json::value manifest_body;
    std::optional<std::string> billing_code;
    std::optional<std::string> resource_id;
    std::optional<std::string> created_at;
    std::optional<std::string> updated_at;
    json::object extra;
};

struct function_run {
    function_run() = default;

    std::string id;
    std::string status;  ///< "Completed", "Quoted", "Approved", "NotApproved"
    json::value function_outputs;
    json::value user_inputs;
    std::optional<deeporigin::quotation_result> quotation_result;
    std::optional<deeporigin::cluster> cluster;
    std::string org_key;
    std::string created_by;
    std::string created_at;
    std::string updated_at;
    json::value function;
    json::object extra;
};

}  // namespace corun::deeporigin
