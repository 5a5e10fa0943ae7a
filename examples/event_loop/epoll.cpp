// A program with an epoll loop of its own: it ticks on, while a run's events arrive on its thread.

#include "worker.hpp"

#include <array>
#include <cstring>
#include <iostream>

#include <sys/epoll.h>

namespace fm = corun::flowmaestro;

int main() {
    try {
        auto const loop_thread = std::this_thread::get_id();
        int const epoll = ::epoll_create1(EPOLL_CLOEXEC);
        mailbox letters;
        epoll_event interest{};
        interest.events = EPOLLIN;
        interest.data.fd = letters.descriptor();
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, letters.descriptor(), &interest);

        worker corun_worker(letters);
        bool done = false;
        int status = 0;
        corun_worker.run(
            "wf_onboarding",
            [&](fm::execution_event const& event) {
                auto const* const where = std::this_thread::get_id() == loop_thread ? "loop thread: " : "another thread: ";
                if (auto const* node = std::get_if<fm::node_completed>(&event)) std::cout << where << node->node_name << std::endl;
                if (std::holds_alternative<fm::execution_completed>(event)) std::cout << where << "completed" << std::endl;
            },
            [&](std::string const& problem) {
                done = true;
                if (problem.empty()) return;
                std::cerr << problem << '\n';
                status = 1;
            });

        int ticks = 0;
        while (!done) {
            std::array<epoll_event, 8> events{};
            int const n = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 20);
            if (n == 0) ++ticks;  // the program's own work goes on
            for (int i = 0; i < n; ++i)
                if (events[static_cast<std::size_t>(i)].data.fd == letters.descriptor()) letters.deliver();
        }
        std::cout << "the loop ticked " << ticks << " times meanwhile\n";
        ::close(epoll);
        return status;
    } catch (std::exception const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
