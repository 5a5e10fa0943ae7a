#pragma once

// Creating a run exactly once, though the answer may be lost on its way.

#include <corun/deeporigin/client.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <string>
#include <utility>

/// Creates a run under a name that is unique within the client's session. `create` itself is never repeated; where it
/// fails, the run is looked up by session and name, and created again only if it is not there.
inline boost::asio::awaitable<corun::deeporigin::execution> create_once(corun::deeporigin::client const& client,
    std::string tool, std::string version, std::string name, boost::json::object data) {
    data["name"] = name;
    auto const filter = corun::to_text(corun::object("session", client.session(), "name", name));
    for (int tries = 0;; ++tries) {
        auto created = co_await corun::as_result(client.executions.create(tool, version, data));
        if (created) co_return std::move(*created);
        bool const refused =
            created.error().status >= 400 && created.error().status < 500 && created.error().status != 429;
        if (refused || tries == 9) created.value();  // throws
        auto const found = co_await client.executions.list({.page_size = 1, .filter = filter});
        if (!found.data.empty()) co_return found.data.front();
        boost::asio::steady_timer pause(
            co_await boost::asio::this_coro::executor, std::chrono::milliseconds(10 << tries));
        co_await pause.async_wait(boost::asio::use_awaitable);
    }
}
