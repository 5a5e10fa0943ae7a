#pragma once

// What the examples' main functions share.

#include <corun/deeporigin/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>

/// Runs a coroutine that takes a client of the organisation acme-bio. The token comes from DO_AUTH_TOKEN or the files
/// in
/// ~/.deeporigin; the emulator takes any.
template <class Coroutine>
int run_example(Coroutine body) {
    try {
        boost::asio::io_context io;
        corun::deeporigin::client client(io, corun::deeporigin::client_options().org_key("acme-bio"));
        boost::asio::co_spawn(io, body(client), [](std::exception_ptr failed) {
            if (failed) std::rethrow_exception(failed);
        });
        io.run();
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
