// PromptRails' small events through corun, typed. argv: port.
#include "measure.hpp"

#include <corun/promptrails/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <string>
#include <variant>

namespace pr = corun::promptrails;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> consume(pr::client& client, std::size_t& events) {
    auto stream = client.executions.stream("e");
    while (auto const event = co_await stream.next()) {
        if (std::get_if<pr::content_event>(&*event) == nullptr && std::get_if<pr::done_event>(&*event) == nullptr)
            std::abort();
        ++events;
    }
}

}  // namespace

int main(int, char** argv) {
    asio::io_context io(1);
    pr::client client(io.get_executor(), pr::client_options("a key of the usual length: 0123456789")
                                             .base_url("http://127.0.0.1:" + std::string(argv[1])));
    std::size_t events = 0;
    measurement m;
    asio::co_spawn(io, consume(client, events), asio::detached);
    io.run();
    m.print(static_cast<double>(events));
}
