// A batch of runs: a bounded number are created at a time, each exactly once, and a table shows how they get on.

#include "create_once.hpp"
#include "run_example.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <vector>

namespace asio = boost::asio;
namespace od = corun::deeporigin;
using namespace asio::experimental::awaitable_operators;

namespace {

struct batch {
    std::size_t size = 12;
    std::size_t next = 0;
    std::vector<std::string> ids;
};

// Takes one number after the other; several of these run side by side on one thread.
asio::awaitable<void> submit(od::client& client, batch& work) {
    while (work.next < work.size) {
        auto const number = std::to_string(work.next++);
        auto const ligand = corun::object("id", "L" + number);
        auto const data =
            corun::object("inputs", corun::object("ligands", corun::array(ligand)), "outputs", corun::object());
        auto const run = co_await create_once(client, "deeporigin.mol-props-combined", "2", "ligand " + number, data);
        work.ids.push_back(run.execution_id);
    }
}

asio::awaitable<void> run_batch(od::client& client) {
    batch work;
    co_await (submit(client, work) && submit(client, work) && submit(client, work));
    auto const show = [](std::size_t ended, std::size_t all) {
        std::cout << '[' << std::string(ended * 20 / all, '#') << std::string(20 - ended * 20 / all, '.') << "] "
                  << ended << " of " << all << '\n';
    };
    auto const options =
        od::wait_options().poll_interval(std::chrono::milliseconds(400)).max_in_flight(4).on_progress(show);
    for (auto const& run : co_await client.executions.wait(work.ids, options))
        std::cout << run.name.value_or("") << "  " << run.status << '\n';
}

}  // namespace

int main() { return run_example(run_batch); }
