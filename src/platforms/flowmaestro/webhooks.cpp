#include <corun/flowmaestro/webhooks.hpp>

#include "platforms/flowmaestro/wire.hpp"
#include "request/field.hpp"

#include <algorithm>
#include <string>

namespace corun::flowmaestro {

using corun::detail::make_call;

namespace {

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

json::array texts(std::vector<std::string> const& from) {
    json::array list;
    for (auto const& text : from) list.emplace_back(view(text));
    return list;
}

void check_events(request& req, json::array const& events) {
    req.require(!events.empty(), "there are no events");
    req.require(std::none_of(events.begin(), events.end(), [](json::value const& e) { return e.get_string().empty(); }),
                "the name of an event is empty");
}

// A receiver's headers travel as JSON, but end as header fields.
void check_headers(request& req, json::object const& headers) {
    for (auto const& member : headers) {
        auto const& value = member.value().get_string();
        if (auto const problem = field_problem({member.key().data(), member.key().size()}, {value.data(), value.size()}))
            req.refuse(*problem);
    }
}

}  // namespace

webhook_spec& webhook_spec::header(std::string_view name, std::string_view value) {
    if (!headers_) headers_.emplace();
    headers_->insert_or_assign(view(name), view(value));
    return *this;
}

webhook_changes& webhook_changes::name(std::string_view text) {
    body_["name"] = view(text);
    return *this;
}

webhook_changes& webhook_changes::url(std::string_view text) {
    body_["url"] = view(text);
    return *this;
}

webhook_changes& webhook_changes::events(std::vector<std::string> names) {
    body_["events"] = texts(names);
    return *this;
}

webhook_changes& webhook_changes::header(std::string_view name, std::string_view value) {
    auto& headers = body_["headers"];
    if (!headers.is_object()) headers.emplace_object();
    headers.get_object().insert_or_assign(view(name), view(value));
    return *this;
}

webhook_changes& webhook_changes::clear_headers() {
    body_["headers"] = nullptr;
    return *this;
}

webhook_changes& webhook_changes::is_active(bool on) {
    body_["is_active"] = on;
    return *this;
}

pager<webhook, page<webhook>> webhooks::list(list_options const& options, call_options const& how) const {
    return make_pager<webhook>(core_, how, options, "webhooks.list", "/webhooks");
}

call<webhook> webhooks::get(std::string_view id, call_options const& how) const {
    return make_call<webhook>(core_, request("webhooks.get", "GET", "/webhooks/{}", id), how, &read_data<webhook>);
}

call<webhook> webhooks::create(webhook_spec const& spec, call_options const& how) const {
    request req("webhooks.create", "POST", "/webhooks");
    req.require(!spec.name().empty(), "the name is empty");
    req.require(!spec.url().empty(), "the URL is empty");
    json::object body;
    body["name"] = view(spec.name());
    body["url"] = view(spec.url());
    body["events"] = texts(spec.events());
    check_events(req, body["events"].get_array());
    if (spec.headers()) {
        check_headers(req, *spec.headers());
        body["headers"] = *spec.headers();
    }
    req.body(body);
    return make_call<webhook>(core_, std::move(req), how, &read_data<webhook>);
}

call<webhook> webhooks::create(std::string_view name, std::string_view url, std::vector<std::string> const& events,
                               call_options const& how) const {
    webhook_spec spec(name, url);
    spec.events(events);
    return create(spec, how);
}

call<webhook> webhooks::update(std::string_view id, webhook_changes const& changes, call_options const& how) const {
    request req("webhooks.update", "PATCH", "/webhooks/{}", id);
    auto const& body = changes.body();
    // The server stores these unchecked (wire/flowmaestro §3.7).
    if (auto const* name = body.if_contains("name")) req.require(!name->get_string().empty(), "the name is empty");
    if (auto const* url = body.if_contains("url")) req.require(!url->get_string().empty(), "the URL is empty");
    if (auto const* events = body.if_contains("events")) check_events(req, events->get_array());
    if (auto const* headers = body.if_contains("headers"); headers != nullptr && headers->is_object())
        check_headers(req, headers->get_object());
    req.body(body);
    return make_call<webhook>(core_, std::move(req), how, &read_data<webhook>);
}

call<removal> webhooks::remove(std::string_view id, call_options const& how) const {
    return make_call_about<removal>(core_, request("webhooks.delete", "DELETE", "/webhooks/{}", id), how, id,
                                    &read_data_if_any<removal>, [](removal& result, std::string& asked) {
                                        if (result.id.empty()) result.id = std::move(asked);
                                    });
}

call<webhook_test_result> webhooks::test(std::string_view id, call_options const& how) const {
    return make_call<webhook_test_result>(core_, request("webhooks.test", "POST", "/webhooks/{}/test", id), how,
                                          &read_data<webhook_test_result>);
}

pager<webhook_delivery, page<webhook_delivery>> webhooks::deliveries(std::string_view id, list_options const& options,
                                                                     call_options const& how) const {
    list_rules<webhook_delivery> rules;
    rules.ask = [id = std::string(id)] { return request("webhooks.deliveries", "GET", "/webhooks/{}/deliveries", id); };
    return make_pager<webhook_delivery>(core_, how, options.page, options.per_page, std::move(rules));
}

}  // namespace corun::flowmaestro
