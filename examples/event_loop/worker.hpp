#pragma once

// corun beside a loop: an io_context on a thread of the program's, which posts each event to the loop's mailbox.

#include "mailbox.hpp"

#include <corun/flowmaestro/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>

class worker {
public:
    explicit worker(mailbox& to) : to_(to), client_(io_), thread_([this] { io_.run(); }) {}
    ~worker() {
        client_.close();
        work_.reset();
        thread_.join();
    }
    worker(worker const&) = delete;
    worker& operator=(worker const&) = delete;

    /// Runs a workflow; both callbacks are called on the loop's thread.
    void run(std::string workflow, std::function<void(corun::flowmaestro::execution_event)> on_event,
             std::function<void(std::string problem)> on_end) {
        boost::asio::co_spawn(io_, follow(std::move(workflow), std::move(on_event)),
                              [this, on_end = std::move(on_end)](std::exception_ptr failed) {
                                  std::string problem;
                                  try {
                                      if (failed) std::rethrow_exception(failed);
                                  } catch (std::exception const& e) {
                                      problem = e.what();
                                  }
                                  to_.post([on_end, problem] { on_end(problem); });
                              });
    }

private:
    boost::asio::awaitable<void> follow(std::string workflow,
                                        std::function<void(corun::flowmaestro::execution_event)> on_event) {
        auto const started = co_await client_.workflows.execute(workflow, corun::object("customer_name", "Ada"));
        auto events = client_.executions.stream(started.execution_id);
        while (auto event = co_await events.next()) {
            auto const letter = std::make_shared<corun::flowmaestro::execution_event>(std::move(*event));
            to_.post([on_event, letter] { on_event(std::move(*letter)); });
        }
    }

    mailbox& to_;
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(io_);
    corun::flowmaestro::client client_;
    std::thread thread_;
};
