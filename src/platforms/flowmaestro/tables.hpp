#pragma once

// The tables of FlowMaestro's types are in tables.cpp (wire/flowmaestro §4–§6); this says that they exist.

#include "decode/decode.hpp"

#include <corun/flowmaestro/events.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/flowmaestro/webhook_signature.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace corun::flowmaestro {

/// `pagination` as it comes: several spellings, any of them missing.
struct wire_pagination {
    wire_pagination() = default;

    std::optional<std::int64_t> page;
    std::optional<std::int64_t> per_page;
    std::optional<std::int64_t> total_count;
    std::optional<std::int64_t> total_pages;
    std::optional<bool> has_more;
    std::optional<bool> has_next;
    std::optional<bool> has_prev;
    json::object extra;
};

/// `data` of a thread's messages as the backend sends them.
struct messages_box {
    messages_box() = default;

    std::vector<thread_message> messages;
    json::object extra;
};

/// A single resource.
template <class T>
struct envelope {
    envelope() = default;

    T data;
    json::value meta;
    json::object extra;
};

/// A list.
template <class T>
struct list_envelope {
    list_envelope() = default;

    std::vector<T> data;
    std::optional<wire_pagination> pagination;
    json::value meta;
    json::object extra;
};

/// The type of an event alone.
struct event_probe {
    event_probe() = default;

    json::value type;
    json::object extra;
};

}  // namespace corun::flowmaestro

namespace corun {

template <class T>
struct describe<flowmaestro::envelope<T>> {
    using t = flowmaestro::envelope<T>;
    static constexpr std::array members{field<&t::data>("data").required(), field<&t::meta>("meta")};
};

template <class T>
struct describe<flowmaestro::list_envelope<T>> {
    using t = flowmaestro::list_envelope<T>;
    static constexpr std::array members{field<&t::data>("data").required(), field<&t::pagination>("pagination"),
                                        field<&t::meta>("meta")};
};

#define CORUN_FLOWMAESTRO_TYPES(_)                                                                                    \
    _(workflow_input) _(workflow) _(execution_start) _(execution) _(cancel_result) _(agent_tool) _(agent) _(thread)   \
    _(tool_call) _(token_usage) _(thread_message) _(send_message_result) _(knowledge_base) _(query_match)             \
    _(query_result) _(trigger) _(webhook) _(webhook_test_result) _(webhook_delivery) _(removal) _(wire_pagination)    \
    _(messages_box) _(event_probe) _(execution_connected) _(execution_started) _(execution_progress) _(node_started)  \
    _(node_completed) _(node_failed) _(execution_completed) _(execution_failed) _(execution_cancelled)                \
    _(thread_connected) _(message_started) _(message_token) _(message_completed) _(message_failed)                    \
    _(webhook_execution) _(webhook_message) _(webhook_agent_run) _(webhook_ping) _(webhook_event)

#define CORUN_FLOWMAESTRO_DECLARE(name) extern template value_type const& type_of<flowmaestro::name>() noexcept;
CORUN_FLOWMAESTRO_TYPES(CORUN_FLOWMAESTRO_DECLARE)
#undef CORUN_FLOWMAESTRO_DECLARE

}  // namespace corun
