#include <corun/flowmaestro/knowledge_bases.hpp>

#include "platforms/flowmaestro/wire.hpp"

#include <string>

namespace corun::flowmaestro {

using corun::detail::make_call;

pager<knowledge_base, page<knowledge_base>> knowledge_bases::list(list_options const& options,
                                                                  call_options const& how) const {
    return make_pager<knowledge_base>(core_, how, options, "knowledge_bases.list", "/knowledge-bases");
}

call<knowledge_base> knowledge_bases::get(std::string_view id, call_options const& how) const {
    return make_call<knowledge_base>(core_, request("knowledge_bases.get", "GET", "/knowledge-bases/{}", id), how,
                                     &read_data<knowledge_base>);
}

call<query_result> knowledge_bases::query(std::string_view id, std::string_view text, query_options const& options,
                                          call_options const& how) const {
    request req("knowledge_bases.query", "POST", "/knowledge-bases/{}/query", id);
    req.require(!text.empty(), "the query is empty");
    req.require(!options.top_k || *options.top_k >= 1, "top_k is below 1");
    // A null `top_k` finds nothing (wire/flowmaestro §3.5): it is left out.
    json::object body;
    body["query"] = json::string_view(text.data(), text.size());
    if (options.top_k) body["top_k"] = *options.top_k;
    req.body(body).repeatable(true);
    return make_call_about<query_result>(core_, std::move(req), how, id, &read_data<query_result>,
                                         [](query_result& result, std::string& asked) {
                                             if (result.knowledge_base_id.empty())
                                                 result.knowledge_base_id = std::move(asked);
                                         });
}

}  // namespace corun::flowmaestro
