#pragma once

#include <corun/headers.hpp>
#include <corun/timing.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace corun {

namespace asio = boost::asio;

/// The server's rate-limit figures, where it sent them.
struct rate_limit {
    std::optional<std::int64_t> limit{};
    std::optional<std::int64_t> remaining{};
    std::optional<std::int64_t> reset{};  ///< as sent; FlowMaestro: Unix seconds
};

/// What came beside a call's value.
class response_info {
public:
    response_info() = default;

    int status = 0;
    header_list headers;
    std::string request_id;
    std::string body;  ///< as it came; `parse_text(body)` reads it
    int attempts = 0;
    phase_timings timings;                ///< of the last attempt
    std::chrono::nanoseconds elapsed{0};  ///< the whole call
    corun::rate_limit rate_limit;
    bool reused_connection = false;
};

/// A value with what came beside it.
template <class T>
class response : public response_info {
public:
    response() = default;
    response(T v, response_info info) : response_info(std::move(info)), value(std::move(v)) {}

    T value{};
};

/// What came beside a call that has no value.
template <>
class response<void> : public response_info {
public:
    response() = default;
    explicit response(response_info info) : response_info(std::move(info)) {}
};

namespace detail {
class operation;
void keep_info(operation& op) noexcept;
response_info take_info(operation& op);
struct call_access;
}  // namespace detail

/// A call that is ready to run: an `awaitable<T>` that starts when awaited or spawned, once.
///
/// Cancellation: by Asio's slots, at every point; ends with `operation_aborted` and leaves the client sound.
template <class T>
class [[nodiscard]] call : public asio::awaitable<T> {
public:
    call(call&&) noexcept = default;
    call& operator=(call&&) noexcept = default;

    /// The value with status, headers, request id, attempts, timings and rate-limit figures.
    asio::awaitable<response<T>> with_response() && { return collect(std::move(*this), std::move(operation_)); }
    asio::awaitable<response<T>> with_response() & { return std::move(*this).with_response(); }

private:
    friend struct detail::call_access;
    call(asio::awaitable<T> run, std::shared_ptr<detail::operation> op)
        : asio::awaitable<T>(std::move(run)), operation_(std::move(op)) {}

    static asio::awaitable<response<T>> collect(asio::awaitable<T> run, std::shared_ptr<detail::operation> op) {
        detail::keep_info(*op);
        if constexpr (std::is_void_v<T>) {
            co_await std::move(run);
            co_return response<void>(detail::take_info(*op));
        } else {
            T value = co_await std::move(run);
            co_return response<T>(std::move(value), detail::take_info(*op));
        }
    }

    std::shared_ptr<detail::operation> operation_;
};

}  // namespace corun
