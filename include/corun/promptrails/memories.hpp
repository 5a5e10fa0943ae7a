#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>
#include <corun/promptrails/types.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace corun {
class client_core;
}

namespace corun::promptrails {

/// What a memory has beside its content and type.
class memory_options : public spec<memory_options> {
public:
    memory_options() = default;

    /// Default 0.5.
    memory_options& importance(double value) { return put("importance", value); }
    memory_options& metadata(json::object const& metadata) { return put("metadata", metadata); }
    memory_options& chat_session_id(std::string_view id) { return put("chat_session_id", id); }
};

/// What to change of a memory; what is not named stays.
class memory_changes : public spec<memory_changes> {
public:
    memory_changes() = default;

    memory_changes& content(std::string_view text) { return put("content", text); }
    memory_changes& memory_type(std::string_view type) { return put("memory_type", type); }
    memory_changes& importance(double value) { return put("importance", value); }
    memory_changes& metadata(json::object const& metadata) { return put("metadata", metadata); }
};

struct memory_search_options {
    std::optional<int> limit{};         ///< at least 1; the server's default is 10
    std::optional<double> threshold{};  ///< similarity
};

/// What agents remember. Thread safety: as the client's.
class memories {
public:
    explicit memories(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /agents/{agent_id}/memories.
    pager<agent_memory, page<agent_memory>> list(
        std::string_view agent_id, list_options const& options = {}, call_options const& how = {}) const;

    /// GET /memories/{id}.
    call<agent_memory> get(std::string_view id, call_options const& how = {}) const;

    /// POST /agents/{agent_id}/memories. Types in use: conversation, fact, procedure, episodic, semantic, event,
    /// context.
    call<agent_memory> create(std::string_view agent_id, std::string_view content, std::string_view memory_type,
        memory_options const& options = {}, call_options const& how = {}) const;

    /// PATCH /memories/{id}; assumed, no vendor's source shows it (wire/promptrails §5.8).
    call<agent_memory> update(std::string_view id, memory_changes const& changes, call_options const& how = {}) const;

    /// DELETE /memories/{id}.
    call<void> remove(std::string_view id, call_options const& how = {}) const;

    /// POST /agents/{agent_id}/memories/search: a read, repeated as such.
    call<std::vector<agent_memory>> search(std::string_view agent_id, std::string_view query,
        memory_search_options const& options = {}, call_options const& how = {}) const;

    /// DELETE /agents/{agent_id}/memories.
    call<deletion> delete_all(std::string_view agent_id, call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

static_assert(std::is_trivially_destructible_v<memory_search_options>);

}  // namespace corun::promptrails
