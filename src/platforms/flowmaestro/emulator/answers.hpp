#pragma once

#include "platforms/flowmaestro/emulator/core.hpp"

#include <vector>

namespace corun::emulator::fm {

/// One request on its way through a handler.
struct call {
    exchange_ptr to;
    std::vector<std::string> ids;  ///< what stands in the path
    json::object body;             ///< empty where there is none
    pairs headers;                 ///< of every JSON answer
    request const& asked() const { return to->asked(); }
};

using call_ptr = std::shared_ptr<call>;

/// Where a list stands (wire §2.2).
struct page_request {
    std::int64_t page = 1;
    std::int64_t per_page = 20;
    std::int64_t offset() const { return (page - 1) * per_page; }
};

/// The database of the vendor refused a value: an error of the framework (wire §2.4).
struct refused_value {
    std::string code;
};

page_request page_of(request const& r);

void respond(call const& c, int status, json::value const& body);
void ok(core& shared, call const& c, json::value data, int status = 200);
void list(core& shared, call const& c, json::value data, page_request const& at, std::int64_t total);
void fail(core& shared, call const& c, int status, std::string_view code, std::string_view message,
          json::object details = {});
void not_found(core& shared, call const& c, std::string_view resource, std::string_view id);
void invalid(core& shared, call const& c, std::string_view message);

json::object error_body(core& shared, std::string_view code, std::string_view message, json::object details = {});
json::object framework_body(int status, std::string_view code, std::string_view message);
std::string_view code_of(int status);

}  // namespace corun::emulator::fm
