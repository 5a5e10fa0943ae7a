#pragma once

// How PromptRails' methods send and read: envelopes, lists, arguments (wire/promptrails §2).

#include "call/operation.hpp"
#include "platforms/promptrails/tables.hpp"

#include <corun/pager.hpp>
#include <corun/promptrails/spec.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corun::promptrails {

using core_ptr = std::shared_ptr<client_core const>;
using corun::detail::make_call;

/// What keeps a config from being sent; empty: nothing.
std::string config_problem(agent_config const& config);

/// A filter that is not sent where it is empty.
request& ask_if(request& to, std::string_view name, std::string_view value);

template <class E>
request& ask_if(request& to, std::string_view name, word<E> value) {
    to.require(value.empty() || value.known(), std::string(name) + " is none of the known ones");
    return ask_if(to, name, value.text());
}

/// A word of the body that has to be there.
template <class E>
void put_word(request& to, json::object& body, std::string_view name, word<E> value) {
    to.require(value.known(), std::string(name) + " is none of the known ones");
    body[name] = value.text();
}

/// A text of the body that has to be there, and not to be empty.
void put_text(request& to, json::object& body, std::string_view name, std::string_view value);

/// Adds the members of a spec to a body that has the others.
template <class Derived>
void put_spec(request& to, json::object& body, spec<Derived> const& from) {
    to.require(from.problem().empty(), from.problem());
    for (auto const& member : from.body()) body.insert_or_assign(member.key(), member.value());
}

/// A PATCH: it sets what it names, so that a repetition does no harm. It may hold no empty text for these names.
template <class Derived>
request changes(std::string_view operation, std::string_view path, std::string_view id, spec<Derived> const& from,
    std::initializer_list<std::string_view> filled = {}) {
    request req(operation, "PATCH", path, id);
    req.require(from.problem().empty(), from.problem());
    for (auto const name : filled)
        if (auto const* value = from.body().if_contains(name))
            req.require(!value->is_string() || !value->get_string().empty(), "the " + std::string(name) + " is empty");
    req.body(from.body()).repeatable(true);
    return req;
}

/// A POST of a body.
inline request post(std::string_view operation, std::string_view path, std::string_view id, json::object const& body) {
    request req(operation, "POST", path, id);
    req.body(body);
    return req;
}

/// `data`, or the whole body where there is no such member; no body is an empty object (wire/promptrails §2.2).
template <class T>
void read_data(corun::detail::operation const& op, T& out) {
    if (op.body.empty()) return;
    envelope<T> got;
    decode_error why;
    if (!decode(op.body, got, why)) op.raise_decode(why.text());
    if (got.data) {
        out = std::move(*got.data);
    } else if (!decode(op.body, out, why)) {
        op.raise_decode(why.text());
    }
}

/// `data` where it is an array, else nothing.
template <class T>
void read_list(corun::detail::operation const& op, std::vector<T>& out) {
    envelope<json::value> raw;
    decode_error why;
    if (op.body.empty()) return;
    if (decode(op.body, raw, why) && !(raw.data && raw.data->is_array())) return;
    list_envelope<T> got;
    if (!decode(op.body, got, why)) op.raise_decode(why.text());
    out = std::move(got.data);
}

/// Adds and checks the page of a list.
request& ask_page(request& to, std::int64_t page, int limit);

/// Fills in what the server left out of a page that holds so many items.
pagination_meta complete(std::optional<pagination_meta> const& wire, std::int64_t page, int limit, std::size_t items);

/// What changes a page's text before its items are read; see a2a.cpp.
using prepare_page = bool (*)(std::string& text, decode_error& why);

/// Fetches a list page by page.
template <class T>
class list_source final : public corun::detail::page_source<page<T>> {
public:
    list_source(core_ptr core, call_options const& how, int first, int limit, std::function<request()> ask,
        prepare_page prepare)
        : core_(std::move(core)), how_(how), ask_(std::move(ask)), prepare_(prepare), page_(first), limit_(limit) {}

    asio::awaitable<std::optional<page<T>>> next() override {
        if (over_) co_return std::nullopt;
        request req = ask_();
        ask_page(req, page_, limit_);
        auto op = std::make_shared<corun::detail::operation>(core_, std::move(req), how_);
        co_await corun::detail::perform(op);

        list_envelope<T> got;
        decode_error why;
        if (prepare_ != nullptr && !prepare_(op->body, why)) op->raise_decode(why.text());
        if (!decode(op->body, got, why)) op->raise_decode(why.text());
        std::optional<page<T>> result(std::in_place);
        result->meta = complete(got.meta, page_, limit_, got.data.size());
        result->data = std::move(got.data);
        result->extra = std::move(got.extra);

        // An empty page, or one that was not asked for, ends the list: a server that ignores `page` must not loop.
        over_ = result->data.empty() || result->meta.page != page_ || result->meta.page >= result->meta.pages;
        if (result->data.empty() && asked_) co_return std::nullopt;
        asked_ = true;
        ++page_;
        co_return result;
    }

private:
    core_ptr core_;
    call_options how_;
    std::function<request()> ask_;
    prepare_page prepare_;
    std::int64_t page_;
    int limit_;
    bool asked_ = false;
    bool over_ = false;
};

template <class T>
pager<T, page<T>> make_pager(core_ptr const& core, call_options const& how, int first, int limit,
    std::function<request()> ask, prepare_page prepare = nullptr) {
    return pager<T, page<T>>(std::make_unique<list_source<T>>(core, how, first, limit, std::move(ask), prepare));
}

/// A list of a path without filters; the path may hold one id.
template <class T>
pager<T, page<T>> make_pager(core_ptr const& core, call_options const& how, list_options const& options,
    std::string_view operation, std::string_view path) {
    return make_pager<T>(core, how, options.page, options.limit,
        [operation = std::string(operation), path = std::string(path)] { return request(operation, "GET", path); });
}

template <class T>
pager<T, page<T>> make_pager(core_ptr const& core, call_options const& how, list_options const& options,
    std::string_view operation, std::string_view path, std::string_view id) {
    return make_pager<T>(core, how, options.page, options.limit,
        [operation = std::string(operation), path = std::string(path), id = std::string(id)] {
            return request(operation, "GET", path, id);
        });
}

// What several resources have.

template <class T>
call<T> get_by_id(core_ptr const& core, std::string_view operation, std::string_view path, std::string_view id,
    call_options const& how) {
    return make_call<T>(core, request(operation, "GET", path, id), how, &read_data<T>);
}

inline call<void> delete_by_id(core_ptr const& core, std::string_view operation, std::string_view path,
    std::string_view id, call_options const& how) {
    return make_call(core, request(operation, "DELETE", path, id), how);
}

/// Makes one version of several the current one; a repetition does no harm.
template <class T>
call<T> promote(core_ptr const& core, std::string_view operation, std::string_view path, std::string_view id,
    std::string_view version_id, call_options const& how) {
    request req(operation, "PUT", path, id, version_id);
    req.body(json::object()).repeatable(true);
    return make_call<T>(core, std::move(req), how, &read_data<T>);
}

}  // namespace corun::promptrails
