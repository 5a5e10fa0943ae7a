#pragma once

#include "call/client_core.hpp"

#include <corun/call.hpp>
#include <corun/observer.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace corun::detail {

/// One call: what is asked, how, and what came back.
class operation {
public:
    operation(std::shared_ptr<client_core const> core, request req, call_options const& options);

    std::shared_ptr<client_core const> core;
    std::string name;  ///< "workflows.get"
    std::string path;  ///< for people: without the query
    transport_request sent;
    std::exception_ptr refused;  ///< bad input, thrown at the first await
    bool may_repeat = false;
    int max_retries = 0;
    std::chrono::milliseconds timeout{0};
    std::chrono::milliseconds total_timeout{0};
    std::chrono::milliseconds first_event_timeout{0};
    std::chrono::milliseconds idle_timeout{0};

    response_head head;  ///< of the last answer
    std::string body;
    phase_timings timings;
    std::chrono::nanoseconds elapsed{0};
    int attempts = 0;
    int last_status = 0;
    bool reused = false;
    bool to_the_end = false;  ///< the body ended with the connection: it may be cut short
    bool keep = false;        ///< `with_response()` wants head and timings

    observer::attempt describe() const;
    /// A failure of this call with what is known by now.
    failure make_failure(errc code, error_kind kind, phase where, std::string message) const;
    failure from_transport(transport_failure const& f) const;
    failure from_answer(response_head const& answer, std::string_view text) const;
    [[noreturn]] void raise(failure f) const;
    /// A body that is not what it should be.
    [[noreturn]] void raise_decode(std::string_view problem) const;
};

/// Runs a call to its 2xx answer: retries, deadlines, errors. Head and body are then in the operation.
asio::awaitable<void> perform(std::shared_ptr<operation> op);

/// The same for an answer whose body is then read from the source (an event stream); error bodies are read here.
asio::awaitable<std::unique_ptr<byte_source>> perform_open(std::shared_ptr<operation> op);

/// Reads the rest of a body, bounded by the client's `max_body` and the operation's `timeout`.
asio::awaitable<std::string> read_all(std::shared_ptr<operation> op, std::unique_ptr<byte_source> source);

struct call_access {
    template <class T>
    static call<T> make(asio::awaitable<T> run, std::shared_ptr<operation> op) {
        return call<T>(std::move(run), std::move(op));
    }
};

template <class T>
asio::awaitable<T> run(std::shared_ptr<operation> op, void (*decode)(operation const&, T&)) {
    co_await perform(op);
    T value{};
    decode(*op, value);
    co_return value;
}

/// A call that has no value: the body of its answer is not looked at.
inline call<void> make_call(std::shared_ptr<client_core const> const& core, request req, call_options const& options) {
    auto op = std::make_shared<operation>(core, std::move(req), options);
    return call_access::make<void>(perform(op), op);
}

/// Joins a request, its options and its decode to the call that a resource method returns.
template <class T>
call<T> make_call(std::shared_ptr<client_core const> const& core, request req, call_options const& options,
    void (*decode)(operation const&, T&)) {
    auto op = std::make_shared<operation>(core, std::move(req), options);
    return call_access::make<T>(run<T>(op, decode), op);
}

}  // namespace corun::detail
