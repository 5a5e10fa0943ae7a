// An HTTP service on the same io_context as corun: each request starts a run, and its events are relayed to the browser
// as server-sent events while they happen.
//
//     service [PORT]     serves http://127.0.0.1:PORT/ until Ctrl-C (8080 unless given)
//     service --demo     serves one request that it makes itself

#include <corun/flowmaestro/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace fm = corun::flowmaestro;
using tcp = asio::ip::tcp;

namespace {

constexpr std::string_view page = R"(<!doctype html><title>A run, live</title>
<h1>A run, live</h1><pre id="log"></pre>
<script>
const log = document.getElementById("log"), source = new EventSource("/runs/wf_onboarding");
for (const name of ["node", "completed", "failed"])
  source.addEventListener(name, e => { log.textContent += name + " " + e.data + "\n"; if (name != "node") source.close(); });
</script>
)";

// One event of ours for the browser; empty where it has no interest.
std::string relayed(fm::execution_event const& event) {
    auto const block = [](std::string_view name, boost::json::value const& data) {
        return "event: " + std::string(name) + "\ndata: " + corun::to_text(data) + "\n\n";
    };
    return std::visit(
        corun::overloaded{
            [&](fm::node_completed const& e) {
                return block("node", corun::object("name", e.node_name, "outputs", e.outputs));
            },
            [&](fm::execution_completed const& e) { return block("completed", e.outputs); },
            [&](fm::execution_failed const& e) { return block("failed", corun::object("error", e.error)); },
            [](auto const&) { return std::string(); },
        },
        event);
}

asio::awaitable<void> relay(beast::tcp_stream& browser, fm::client& client, std::string workflow) {
    auto const started = co_await client.workflows.execute(workflow, corun::object("customer_name", "Ada"));
    std::string const head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n";
    co_await asio::async_write(browser, asio::buffer(head), asio::use_awaitable);
    auto events = client.executions.stream(started.execution_id);
    while (auto event = co_await events.next()) {
        auto const text = relayed(*event);
        // A browser that has gone away ends this coroutine, and with it the stream from the platform.
        if (!text.empty()) co_await asio::async_write(browser, asio::buffer(text), asio::use_awaitable);
    }
}

asio::awaitable<void> answer(beast::tcp_stream& browser, http::status status, std::string_view type, std::string body) {
    http::response<http::string_body> response(status, 11);
    response.set(http::field::content_type, std::string(type));
    response.keep_alive(false);
    response.body() = std::move(body);
    response.prepare_payload();
    co_await http::async_write(browser, response, asio::use_awaitable);
}

asio::awaitable<void> serve(tcp::socket socket, fm::client& client) {
    beast::tcp_stream browser(std::move(socket));
    beast::flat_buffer buffer;
    http::request<http::empty_body> request;
    co_await http::async_read(browser, buffer, request, asio::use_awaitable);
    std::string const target(request.target());
    std::string problem;
    try {
        if (target == "/") {
            co_await answer(browser, http::status::ok, "text/html", std::string(page));
        } else if (target.starts_with("/runs/")) {
            co_await relay(browser, client, target.substr(6));
        } else {
            co_await answer(browser, http::status::not_found, "text/plain", "no such page\n");
        }
    } catch (corun::error const& e) {
        problem = e.what();
    }
    if (!problem.empty()) co_await answer(browser, http::status::bad_gateway, "text/plain", problem + '\n');
    boost::system::error_code ec;
    browser.socket().shutdown(tcp::socket::shutdown_send, ec);
}

asio::awaitable<void> listen(tcp::acceptor& acceptor, fm::client& client) {
    while (true) {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), client), asio::detached);
    }
}

// What a browser would do, for `--demo`.
asio::awaitable<void> browse(tcp::endpoint where) {
    tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(where, asio::use_awaitable);
    std::string const request = "GET /runs/wf_onboarding HTTP/1.1\r\nHost: localhost\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    std::string text;
    boost::system::error_code ec;
    while (!ec) {
        char part[1024];
        auto const n =
            co_await socket.async_read_some(asio::buffer(part), asio::redirect_error(asio::use_awaitable, ec));
        std::cout.write(part, static_cast<std::streamsize>(n)) << std::flush;
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        bool const demo = argc > 1 && std::string_view(argv[1]) == "--demo";
        int const port = demo ? 0 : argc > 1 ? std::atoi(argv[1]) : 8080;
        asio::io_context io(1);
        fm::client client(io);
        tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(port)});
        asio::co_spawn(io, listen(acceptor, client), asio::detached);
        asio::signal_set signals(io, SIGINT, SIGTERM);
        signals.async_wait([&](boost::system::error_code const&, int) { io.stop(); });
        if (demo) {
            asio::co_spawn(io, browse(acceptor.local_endpoint()), [&](std::exception_ptr) { io.stop(); });
        } else {
            std::cout << "http://127.0.0.1:" << acceptor.local_endpoint().port() << "/" << std::endl;
        }
        io.run();
        return 0;
    } catch (std::exception const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
