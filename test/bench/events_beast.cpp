// Events by hand: Beast's buffer_body, a line splitter and json::parse ("plain"), or one 64 KiB read with a plain
// parser.put loop and the same struct filled from a reused parser ("expert"). argv: port, mode, path.
#include "measure.hpp"

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <boost/json/src.hpp>

#include <cstring>
#include <optional>
#include <string>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using tcp = asio::ip::tcp;

namespace {

struct token {
    std::string thread_id, message_id, text;
    std::int64_t index = 0;
};

struct lines {
    std::string rest, data;
    std::size_t events = 0;
    json::monotonic_resource* memory = nullptr;
    token last;

    void feed(char const* p, std::size_t n) {
        rest.append(p, n);
        char const* at = rest.data();
        char const* const stop = at + rest.size();
        while (auto const* end = static_cast<char const*>(std::memchr(at, '\n', static_cast<std::size_t>(stop - at)))) {
            std::string_view const line(at, static_cast<std::size_t>(end - at));
            at = end + 1;
            if (line.empty()) {
                if (!data.empty()) dispatch();
                data.clear();
            } else if (line.starts_with("data: ")) {
                data.append(line.substr(6));
            }
        }
        rest.erase(0, static_cast<std::size_t>(at - rest.data()));
    }

    void dispatch() {
        auto const value = json::parse(data);
        auto const& o = value.as_object();
        if (auto const* content = o.if_contains("content"); content != nullptr && !o.contains("type")) {
            last.text = content->as_string();
        } else if (auto const* type = o.if_contains("type"); type != nullptr && type->as_string() == "message:token") {
            last.thread_id = o.at("thread_id").as_string();
            last.message_id = o.at("message_id").as_string();
            last.text = o.at("token").as_string();
            last.index = o.at("index").as_int64();
        }
        ++events;
    }
};

asio::awaitable<void> plain(tcp::socket& socket, lines& out, char const* path) {
    http::request<http::empty_body> request(http::verb::get, path, 11);
    request.set(http::field::host, "127.0.0.1");
    co_await http::async_write(socket, request, asio::use_awaitable);
    beast::flat_buffer buffer;
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    co_await http::async_read_header(socket, buffer, parser, asio::use_awaitable);
    char chunk[64 * 1024];
    while (!parser.is_done()) {
        parser.get().body().data = chunk;
        parser.get().body().size = sizeof chunk;
        beast::error_code ec;
        co_await http::async_read_some(socket, buffer, parser, asio::redirect_error(asio::use_awaitable, ec));
        if (ec && ec != http::error::need_buffer) break;
        out.feed(chunk, sizeof chunk - parser.get().body().size);
    }
}

asio::awaitable<void> expert(tcp::socket& socket, lines& out, char const* path) {
    http::request<http::empty_body> request(http::verb::get, path, 11);
    request.set(http::field::host, "127.0.0.1");
    co_await http::async_write(socket, request, asio::use_awaitable);
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    parser.eager(false);
    beast::flat_buffer buffer;
    char body[64 * 1024];
    while (!parser.is_done()) {
        auto const n = co_await socket.async_read_some(buffer.prepare(64 * 1024), asio::use_awaitable);
        buffer.commit(n);
        while (buffer.size() > 0 && !parser.is_done()) {
            parser.get().body().data = body;
            parser.get().body().size = sizeof body;
            beast::error_code ec;
            auto const used = parser.put(buffer.data(), ec);
            buffer.consume(used);
            out.feed(body, sizeof body - parser.get().body().size);
            if (ec == http::error::need_more) break;
        }
    }
}

}  // namespace

int main(int, char** argv) {
    asio::io_context io(1);
    tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), static_cast<unsigned short>(std::atoi(argv[1]))});
    lines out;
    measurement m;
    if (std::string_view(argv[2]) == "plain")
        asio::co_spawn(io, plain(socket, out, argv[3]), asio::detached);
    else
        asio::co_spawn(io, expert(socket, out, argv[3]), asio::detached);
    io.run();
    m.print(static_cast<double>(out.events));
}
