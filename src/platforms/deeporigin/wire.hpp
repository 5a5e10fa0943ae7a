#pragma once

// How Deep Origin's methods send and read (wire/deeporigin §2).

#include "call/operation.hpp"
#include "platforms/deeporigin/tables.hpp"
#include "platforms/deeporigin/workspace.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corun::deeporigin {

using core_ptr = std::shared_ptr<client_core const>;
using corun::detail::make_call;
using corun::detail::operation;

/// A body of JSON; without one there is no Content-Type either.
inline request& send_json(request& to, json::value const& body) {
    return to.body(body).header("Content-Type", "application/json");
}

/// The body itself.
template <class T>
void read_bare(operation const& op, T& out) {
    decode_error why;
    if (!decode(op.body, out, why)) op.raise_decode(why.text());
}

/// An array, or an object that holds it as `data`.
template <class T>
void read_array(operation const& op, std::vector<T>& out) {
    json::value parsed;
    decode_error why;
    if (!parse_json(op.body, parsed, why)) op.raise_decode(why.text());
    auto const* list = &parsed;
    if (parsed.is_object()) list = parsed.get_object().if_contains("data");
    if (list == nullptr || list->is_null()) return;
    if (!decode_value(*list, out, why)) op.raise_decode(why.text());
}

/// The clusters of an organisation.
request clusters_request(workspace const& where, std::string_view operation);
/// The first that is enabled; raises where there is none.
cluster pick_cluster(operation const& op);

}  // namespace corun::deeporigin
