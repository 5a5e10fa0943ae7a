// The same call through corun. argv: port, calls, in flight.
#include "measure.hpp"

#include <corun/flowmaestro/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <string>

namespace fm = corun::flowmaestro;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> worker(fm::client& client, int calls) {
    for (int i = 0; i < calls; ++i) {
        auto const workflow = co_await client.workflows.get("wf_bench");
        if (workflow.version != 4) std::abort();
    }
}

}  // namespace

int main(int, char** argv) {
    int const calls = std::atoi(argv[2]), in_flight = std::atoi(argv[3]);
    asio::io_context io(1);
    fm::client client(io.get_executor(), fm::client_options("fm_live_0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQ0k")
                                             .base_url("http://127.0.0.1:" + std::string(argv[1])));
    for (int round = 0; round < 2; ++round) {
        int const each = (round == 0 ? 200 : calls) / in_flight;
        measurement m;
        for (int i = 0; i < in_flight; ++i) asio::co_spawn(io, worker(client, each), asio::detached);
        io.run();
        io.restart();
        if (round == 1) m.print(each * in_flight);
    }
}
