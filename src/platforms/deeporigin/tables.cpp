#include "platforms/deeporigin/tables.hpp"

#include <array>
#include <charconv>
#include <string>
#include <type_traits>

namespace corun {

namespace {

// A number, or a text that holds one (wire/deeporigin §5.2).
double number_of(json::value const& raw) {
    if (raw.is_number()) return raw.to_number<double>();
    double value = 0;
    if (raw.is_string()) {
        auto const& text = raw.get_string();
        auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failed != std::errc() || end != text.data() + text.size()) return 0;
    }
    return value;
}

}  // namespace

template <>
struct describe<deeporigin::tool_ref> {
    using t = deeporigin::tool_ref;
    static constexpr std::array members{
        field<&t::key>("key").nullable(),
        field<&t::version>("version").nullable(),
    };
};

template <>
struct describe<deeporigin::cluster> {
    using t = deeporigin::cluster;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::hostname>("hostname").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::enabled>("enabled"),
        field<&t::org_key>("orgKey"),
        field<&t::created_at>("createdAt"),
        field<&t::updated_at>("updatedAt"),
    };
};

template <>
struct describe<deeporigin::quotation> {
    using t = deeporigin::quotation;
    static constexpr std::array members{
        field<&t::status>("status").nullable(),
        field<&t::item_code>("itemCode").nullable(),
        field<&t::org_id>("orgId").nullable(),
        field<&t::qty_raw>("qty"),
        field<&t::price_each_raw>("priceEach"),
        field<&t::price_total_raw>("priceTotal"),
        field<&t::qty_vars>("qty_vars"),
        field<&t::pricing_record_type>("pricingRecordType").nullable(),
        field<&t::pricing_records>("pricingRecords").nullable(),
    };
    static void finish(t& value) {
        value.qty = number_of(value.qty_raw);
        value.price_each = number_of(value.price_each_raw);
        value.price_total = number_of(value.price_total_raw);
    }
};

template <>
struct describe<deeporigin::quotation_result> {
    using t = deeporigin::quotation_result;
    static constexpr std::array members{
        field<&t::any_failed>("anyFailed").nullable(),
        field<&t::failed_quotations>("failedQuotations").nullable(),
        field<&t::successful_quotations>("successfulQuotations").nullable(),
    };
};

template <>
struct describe<deeporigin::billing_item> {
    using t = deeporigin::billing_item;
    static constexpr std::array members{
        field<&t::item_code>("itemCode").nullable(),
        field<&t::qty_raw>("qty"),
        field<&t::price_each_raw>("priceEach"),
        field<&t::price_total_raw>("priceTotal"),
        field<&t::is_approved>("isApproved").nullable(),
        field<&t::authorization_id>("authorizationId").nullable(),
        field<&t::action_request>("actionRequest"),
        field<&t::purchase_approval_comment>("purchaseApprovalComment"),
    };
    static void finish(t& value) {
        value.qty = number_of(value.qty_raw);
        value.price_each = number_of(value.price_each_raw);
        value.price_total = number_of(value.price_total_raw);
    }
};

template <>
struct describe<deeporigin::billing_transaction> {
    using t = deeporigin::billing_transaction;
    static constexpr std::array members{
        field<&t::transaction_id>("transactionId").nullable(),
        field<&t::org_id>("orgId").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::total_cost_raw>("totalCost"),
        field<&t::items>("items").nullable(),
    };
    static void finish(t& value) { value.total_cost = number_of(value.total_cost_raw); }
};

template <>
struct describe<deeporigin::progress_node> {
    using t = deeporigin::progress_node;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::message>("message"),
        field<&t::progress>("progress").nullable(),
        field<&t::display_name>("displayName").nullable(),
        field<&t::started_at>("startedAt"),
        field<&t::finished_at>("finishedAt"),
        field<&t::tool_progress>("toolProgress"),
        field<&t::children>("children").nullable(),
    };
};

template <>
struct describe<deeporigin::execution> {
    using t = deeporigin::execution;
    static constexpr std::array members{
        field<&t::execution_id>("executionId").nullable(),
        field<&t::resource_id>("resourceId").nullable(),
        field<&t::type>("type"),
        field<&t::execution_type>("executionType"),
        field<&t::status>("status").nullable(),
        field<&t::status_reason>("statusReason"),
        field<&t::tool>("tool").nullable(),
        field<&t::cluster>("cluster"),
        field<&t::org_key>("orgKey").nullable(),
        field<&t::created_by>("createdBy").nullable(),
        field<&t::created_at>("createdAt").nullable(),
        field<&t::updated_at>("updatedAt").nullable(),
        field<&t::started_at>("startedAt"),
        field<&t::completed_at>("completedAt"),
        field<&t::name>("name"),
        field<&t::user_inputs>("userInputs").nullable(),
        field<&t::user_outputs>("userOutputs"),
        field<&t::job_outputs>("jobOutputs"),
        field<&t::metadata>("metadata"),
        field<&t::approve_amount>("approveAmount"),
        field<&t::quotation_result>("quotationResult"),
        field<&t::billing_transaction>("billingTransaction"),
        field<&t::estimator_output>("estimatorOutput"),
        field<&t::resources_requested>("resourcesRequested"),
        field<&t::resources_used>("resourcesUsed"),
        field<&t::progress_report>("progressReport"),
        field<&t::app>("app"),
        field<&t::session>("session"),
        field<&t::tag>("tag"),
        field<&t::billing>("billing"),
        field<&t::project_id>("projectId"),
        field<&t::visibility>("visibility"),
    };
    static void finish(t& value) {
        if (value.execution_id.empty()) value.execution_id = string_at(value.extra, "id").value_or(std::string());
    }
};

template <>
struct describe<deeporigin::execution_list> {
    using t = deeporigin::execution_list;
    static constexpr std::array members{
        field<&t::data>("data").nullable(),
        field<&t::count>("count").nullable(),
    };
};

template <>
struct describe<deeporigin::execution_record> {
    using t = deeporigin::execution_record;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::canonical_id>("canonical_id"),
        field<&t::display_id>("display_id"),
        field<&t::compute_job_id>("compute_job_id"),
        field<&t::project_id>("project_id"),
        field<&t::tool_key>("tool_key"),
        field<&t::tool_version>("tool_version"),
        field<&t::status>("status").nullable(),
        field<&t::started_at>("started_at"),
        field<&t::completed_at>("completed_at"),
        field<&t::created_at>("created_at"),
        field<&t::updated_at>("updated_at"),
        field<&t::tags>("tags"),
        field<&t::compute_metadata>("compute_metadata"),
        field<&t::deleted>("deleted"),
        field<&t::name>("name"),
        field<&t::org_key>("org_key"),
        field<&t::tag>("tag"),
    };
    static void finish(t& value) {
        if (value.id.empty() && value.canonical_id) value.id = *value.canonical_id;
    }
};

template <>
struct describe<deeporigin::search_meta> {
    using t = deeporigin::search_meta;
    static constexpr std::array members{
        field<&t::count>("count"),
        field<&t::limit>("limit"),
        field<&t::offset>("offset"),
        field<&t::total_count>("total_count"),
    };
};

template <>
struct describe<deeporigin::search_result> {
    using t = deeporigin::search_result;
    static constexpr std::array members{
        field<&t::data>("data").nullable(),
        field<&t::meta>("meta").nullable(),
    };
};

template <>
struct describe<deeporigin::tool_definition> {
    using t = deeporigin::tool_definition;
    static constexpr std::array members{
        field<&t::key>("key").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::version>("version").nullable(),
        field<&t::description>("description").nullable(),
        field<&t::inputs>("inputs"),
        field<&t::executors>("executors").nullable(),
        field<&t::billing_parser>("billingParser"),
        field<&t::tool_manifest_version>("toolManifestVersion"),
        field<&t::enabled>("enabled"),
    };
};

template <>
struct describe<deeporigin::cluster_list> {
    using t = deeporigin::cluster_list;
    static constexpr std::array members{
        field<&t::data>("data").nullable(),
        field<&t::pagination>("pagination").nullable(),
    };
    static void finish(t& value) {
        auto const* const count = value.pagination.if_contains("count");
        if (count != nullptr && count->is_int64()) value.count = count->get_int64();
    }
};

template <>
struct describe<deeporigin::function_definition> {
    using t = deeporigin::function_definition;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::key>("key").nullable(),
        field<&t::name>("name").nullable(),
        field<&t::version>("version").nullable(),
        field<&t::enabled>("enabled"),
        field<&t::function_manifest>("functionManifest"),
        field<&t::manifest_body>("manifestBody"),
        field<&t::billing_code>("billingCode"),
        field<&t::resource_id>("resourceId"),
        field<&t::created_at>("createdAt"),
        field<&t::updated_at>("updatedAt"),
    };
};

template <>
struct describe<deeporigin::function_run> {
    using t = deeporigin::function_run;
    static constexpr std::array members{
        field<&t::id>("id").nullable(),
        field<&t::status>("status").nullable(),
        field<&t::function_outputs>("functionOutputs"),
        field<&t::user_inputs>("userInputs"),
        field<&t::quotation_result>("quotationResult"),
        field<&t::cluster>("cluster"),
        field<&t::org_key>("orgKey").nullable(),
        field<&t::created_by>("createdBy").nullable(),
        field<&t::created_at>("createdAt").nullable(),
        field<&t::updated_at>("updatedAt").nullable(),
        field<&t::function>("function"),
    };
};

// See docs/architecture.md: what the compiler frees twice.
#define CORUN_DEEPORIGIN_DEFINE(name)                                                                                  \
    static_assert(!std::is_aggregate_v<deeporigin::name> || std::is_trivially_destructible_v<deeporigin::name>);       \
    template value_type const& type_of<deeporigin::name>() noexcept;
CORUN_DEEPORIGIN_TYPES(CORUN_DEEPORIGIN_DEFINE)
#undef CORUN_DEEPORIGIN_DEFINE

}  // namespace corun
