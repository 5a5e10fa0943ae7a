// Hand-written Beast and Boost.JSON, as a careful user would write them. argv: port, calls, in flight, "socket" or
// "tcp_stream" (with a deadline per call).
#include "measure.hpp"

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <boost/json/src.hpp>

#include <iostream>
#include <string>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using tcp = asio::ip::tcp;

namespace {

struct workflow {
    std::string id, name;
    std::int64_t version = 0;
    std::string created_at, updated_at;
    json::value inputs;
};

template <class Stream>
asio::awaitable<void> worker(Stream& stream, int calls, bool deadline) {
    beast::flat_buffer buffer;
    for (int i = 0; i < calls; ++i) {
        http::request<http::empty_body> request(http::verb::get, "/api/v1/workflows/wf_bench", 11);
        request.set(http::field::host, "127.0.0.1");
        request.set(http::field::authorization, "Bearer fm_live_0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQ0k");
        request.set(http::field::content_type, "application/json");
        request.set(http::field::user_agent, "bench");
        if constexpr (std::is_same_v<Stream, beast::tcp_stream>)
            if (deadline) stream.expires_after(std::chrono::seconds(30));
        co_await http::async_write(stream, request, asio::use_awaitable);
        http::response<http::string_body> response;
        co_await http::async_read(stream, buffer, response, asio::use_awaitable);
        auto const document = json::parse(response.body());
        auto const& data = document.at("data").as_object();
        workflow w;
        w.id = json::value_to<std::string>(data.at("id"));
        w.name = json::value_to<std::string>(data.at("name"));
        w.version = data.at("version").to_number<std::int64_t>();
        w.created_at = json::value_to<std::string>(data.at("created_at"));
        w.updated_at = json::value_to<std::string>(data.at("updated_at"));
        w.inputs = data.at("inputs");
        if (w.version != 4) std::abort();
    }
}

template <class Stream>
void run(unsigned short port, int calls, int in_flight, bool deadline) {
    asio::io_context io(1);
    std::vector<std::unique_ptr<Stream>> streams;
    for (int i = 0; i < in_flight; ++i) {
        auto stream = std::make_unique<Stream>(io);
        beast::get_lowest_layer(*stream);
        if constexpr (std::is_same_v<Stream, beast::tcp_stream>) {
            stream->connect({asio::ip::address_v4::loopback(), port});
            stream->socket().set_option(tcp::no_delay(true));
        } else {
            stream->connect({asio::ip::address_v4::loopback(), port});
            stream->set_option(tcp::no_delay(true));
        }
        streams.push_back(std::move(stream));
    }
    for (int round = 0; round < 2; ++round) {
        int const each = (round == 0 ? 200 : calls) / in_flight;
        measurement m;
        for (auto& stream : streams) asio::co_spawn(io, worker(*stream, each, deadline), asio::detached);
        io.run();
        io.restart();
        if (round == 1) m.print(each * in_flight);
    }
}

}  // namespace

int main(int, char** argv) {
    auto const port = static_cast<unsigned short>(std::atoi(argv[1]));
    int const calls = std::atoi(argv[2]), in_flight = std::atoi(argv[3]);
    if (std::string_view(argv[4]) == "socket")
        run<tcp::socket>(port, calls, in_flight, false);
    else
        run<beast::tcp_stream>(port, calls, in_flight, true);
}
