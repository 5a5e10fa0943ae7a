// The same events through corun, typed. argv: port.
#include "measure.hpp"

#include <corun/flowmaestro/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <string>
#include <variant>

namespace fm = corun::flowmaestro;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> consume(fm::client& client, std::size_t& events) {
    auto stream = client.threads.stream("t");
    while (auto const event = co_await stream.next()) {
        if (std::get_if<fm::message_token>(&*event) == nullptr && std::get_if<fm::message_completed>(&*event) == nullptr)
            std::abort();
        ++events;
    }
}

}  // namespace

int main(int, char** argv) {
    asio::io_context io(1);
    fm::client client(io.get_executor(), fm::client_options("fm_live_0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQ0k")
                                             .base_url("http://127.0.0.1:" + std::string(argv[1])));
    std::size_t events = 0;
    measurement m;
    asio::co_spawn(io, consume(client, events), asio::detached);
    io.run();
    m.print(static_cast<double>(events));
}
