#pragma once

// How FlowMaestro's methods send and read: envelopes, lists, arguments (wire/flowmaestro §2).

#include "call/operation.hpp"
#include "platforms/flowmaestro/tables.hpp"

#include <corun/pager.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corun::flowmaestro {

using core_ptr = std::shared_ptr<client_core const>;

/// Fills in what the server left out; `page` and `per_page` are what was asked for, `items` what came.
pagination complete(std::optional<wire_pagination> const& wire, std::int64_t page, std::int64_t per_page,
                    std::size_t items);

meta read_meta(json::value const& from);

/// Adds and checks the page of a list.
request& ask_page(request& to, std::int64_t page, int per_page);

/// `data` of a single resource.
template <class T>
void read_data(corun::detail::operation const& op, T& out) {
    envelope<T> got;
    decode_error why;
    if (!decode(op.body, got, why)) op.raise_decode(why.text());
    out = std::move(got.data);
}

/// The same; an empty body gives an empty value.
template <class T>
void read_data_if_any(corun::detail::operation const& op, T& out) {
    if (!op.body.empty()) read_data(op, out);
}

/// A call whose value lacks on the wire what its argument said.
template <class T>
asio::awaitable<T> run_about(std::shared_ptr<corun::detail::operation> op, std::string subject,
                             void (*decode)(corun::detail::operation const&, T&), void (*about)(T&, std::string&)) {
    co_await corun::detail::perform(op);
    T value{};
    decode(*op, value);
    about(value, subject);
    co_return value;
}

template <class T>
call<T> make_call_about(core_ptr const& core, request req, call_options const& how, std::string_view subject,
                        void (*decode)(corun::detail::operation const&, T&), void (*about)(T&, std::string&)) {
    auto op = std::make_shared<corun::detail::operation>(core, std::move(req), how);
    return corun::detail::call_access::make<T>(run_about<T>(op, std::string(subject), decode, about), op);
}

template <class T>
bool read_list(std::string_view text, list_envelope<T>& out, decode_error& why) {
    return decode(text, out, why);
}

/// What is particular about a list.
template <class T>
struct list_rules {
    list_rules() = default;

    std::function<request()> ask;  ///< the request without its page
    bool (*read)(std::string_view, list_envelope<T>&, decode_error&) = &read_list<T>;
    std::function<void(page<T>&)> adjust;
    bool while_full = false;  ///< goes on while pages are full, whatever the server says of more
};

/// Fetches a list page by page.
template <class T>
class list_source final : public corun::detail::page_source<page<T>> {
public:
    list_source(core_ptr core, call_options const& how, int first, int per_page, list_rules<T> rules)
        : core_(std::move(core)), how_(how), rules_(std::move(rules)), first_(first), page_(first), per_page_(per_page) {}

    asio::awaitable<std::optional<page<T>>> next() override {
        if (over_) co_return std::nullopt;
        request req = rules_.ask();
        ask_page(req, page_, per_page_);
        auto op = std::make_shared<corun::detail::operation>(core_, std::move(req), how_);
        co_await corun::detail::perform(op);

        list_envelope<T> got;
        decode_error why;
        if (!rules_.read(op->body, got, why)) op->raise_decode(why.text());
        std::optional<page<T>> result(std::in_place);
        result->pagination = complete(got.pagination, page_, per_page_, got.data.size());
        result->meta = read_meta(got.meta);
        result->data = std::move(got.data);

        // An empty page, or one that was not asked for, ends the list: a server that ignores `page` must not loop.
        auto const items = static_cast<std::int64_t>(result->data.size());
        bool const asked_for = result->pagination.page == page_;
        bool const full = rules_.while_full && items >= result->pagination.per_page;
        over_ = items == 0 || !asked_for || !(result->pagination.has_more || full);
        if (items == 0 && page_ != first_) co_return std::nullopt;
        ++page_;
        if (rules_.adjust) rules_.adjust(*result);
        co_return result;
    }

private:
    core_ptr core_;
    call_options how_;
    list_rules<T> rules_;
    std::int64_t first_;
    std::int64_t page_;
    int per_page_;
    bool over_ = false;
};

template <class T>
pager<T, page<T>> make_pager(core_ptr const& core, call_options const& how, int first, int per_page, list_rules<T> rules) {
    return pager<T, page<T>>(std::make_unique<list_source<T>>(core, how, first, per_page, std::move(rules)));
}

/// A list of a plain path without filters.
template <class T>
pager<T, page<T>> make_pager(core_ptr const& core, call_options const& how, list_options const& options,
                             std::string_view operation, std::string_view path) {
    list_rules<T> rules;
    rules.ask = [operation = std::string(operation), path = std::string(path)] { return request(operation, "GET", path); };
    return make_pager<T>(core, how, options.page, options.per_page, std::move(rules));
}

/// A JSON body of one member.
inline json::value body_of(std::string_view name, json::value value) {
    json::object body;
    body.emplace(name, std::move(value));
    return body;
}

}  // namespace corun::flowmaestro
