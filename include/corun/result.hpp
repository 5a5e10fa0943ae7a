#pragma once

#include <corun/error.hpp>

#include <boost/asio/awaitable.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace corun {

namespace asio = boost::asio;

namespace detail {
[[noreturn]] void throw_empty_result();
/// What is known of an exception; rethrows what is neither ours nor a system error.
failure failure_of(std::exception_ptr const& e);
}  // namespace detail

/// A value, or the failure that stands in its place.
template <class T>
class result {
public:
    result() = default;
    result(T value) : value_(std::move(value)) {}
    explicit result(std::exception_ptr e) : failure_(detail::failure_of(e)), exception_(std::move(e)) {}

    bool has_value() const noexcept { return value_.has_value(); }
    explicit operator bool() const noexcept { return has_value(); }

    /// The value; throws the error where there is none.
    T& value() & { return check(), *value_; }
    T const& value() const& { return check(), *value_; }
    T&& value() && { return check(), std::move(*value_); }
    T& operator*() noexcept { return *value_; }
    T const& operator*() const noexcept { return *value_; }
    T* operator->() noexcept { return &*value_; }
    T const* operator->() const noexcept { return &*value_; }

    /// Why there is no value; empty where there is one.
    failure const& error() const noexcept { return failure_; }

private:
    void check() const {
        if (value_) return;
        if (exception_) std::rethrow_exception(exception_);
        detail::throw_empty_result();
    }

    std::optional<T> value_;
    failure failure_;
    std::exception_ptr exception_;
};

/// The outcome of an operation that has no value.
template <>
class result<void> {
public:
    result() = default;
    explicit result(std::exception_ptr e) : failure_(detail::failure_of(e)), exception_(std::move(e)) {}

    bool has_value() const noexcept { return exception_ == nullptr; }
    explicit operator bool() const noexcept { return has_value(); }
    void value() const {
        if (exception_) std::rethrow_exception(exception_);
    }
    failure const& error() const noexcept { return failure_; }

private:
    failure failure_;
    std::exception_ptr exception_;
};

/// Awaits an operation and gives its failure as a value; other exceptions than errors of this library and of the
/// system pass through.
template <class T>
asio::awaitable<result<T>> as_result(asio::awaitable<T> operation) {
    std::exception_ptr failed;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(operation);
            co_return result<void>();
        } else {
            co_return result<T>(co_await std::move(operation));
        }
    } catch (...) {
        failed = std::current_exception();
    }
    co_return result<T>(failed);
}

}  // namespace corun
