#pragma once

#include <corun/call.hpp>
#include <corun/call_options.hpp>
#include <corun/flowmaestro/types.hpp>
#include <corun/pager.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace corun {
class client_core;
}

namespace corun::flowmaestro {

/// How to search.
struct query_options {
    std::optional<int> top_k{};  ///< how many passages at most; the server's default is 5, its maximum 20
};

/// Knowledge bases: find them, search them. Thread safety: as the client's.
class knowledge_bases {
public:
    explicit knowledge_bases(std::shared_ptr<client_core const> core) : core_(std::move(core)) {}

    /// GET /knowledge-bases, newest first.
    pager<knowledge_base, page<knowledge_base>> list(list_options const& options = {},
                                                     call_options const& how = {}) const;

    /// GET /knowledge-bases/{id}.
    call<knowledge_base> get(std::string_view id, call_options const& how = {}) const;

    /// POST /knowledge-bases/{id}/query: the passages nearest in meaning. Repeatable: it changes nothing.
    call<query_result> query(std::string_view id, std::string_view text, query_options const& options = {},
                             call_options const& how = {}) const;

private:
    std::shared_ptr<client_core const> core_;
};

static_assert(std::is_trivially_destructible_v<query_options>);

}  // namespace corun::flowmaestro
