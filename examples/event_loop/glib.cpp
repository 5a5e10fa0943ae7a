// The same in a GLib program: a source on the mailbox's eventfd.

#include "worker.hpp"

#include <glib-unix.h>
#include <glib.h>

#include <iostream>

namespace fm = corun::flowmaestro;

int main() {
    try {
        auto const loop_thread = std::this_thread::get_id();
        mailbox letters;
        GMainLoop* const loop = g_main_loop_new(nullptr, FALSE);
        g_unix_fd_add(letters.descriptor(), G_IO_IN,
                      [](gint, GIOCondition, gpointer box) -> gboolean {
                          static_cast<mailbox*>(box)->deliver();
                          return G_SOURCE_CONTINUE;
                      },
                      &letters);

        worker corun_worker(letters);
        int status = 0;
        corun_worker.run(
            "wf_onboarding",
            [&](fm::execution_event const& event) {
                auto const* const where = std::this_thread::get_id() == loop_thread ? "loop thread: " : "another thread: ";
                if (auto const* node = std::get_if<fm::node_completed>(&event)) std::cout << where << node->node_name << std::endl;
                if (std::holds_alternative<fm::execution_completed>(event)) std::cout << where << "completed" << std::endl;
            },
            [&](std::string const& problem) {
                if (!problem.empty()) std::cerr << problem << '\n';
                status = problem.empty() ? 0 : 1;
                g_main_loop_quit(loop);
            });
        g_main_loop_run(loop);
        g_main_loop_unref(loop);
        return status;
    } catch (std::exception const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
