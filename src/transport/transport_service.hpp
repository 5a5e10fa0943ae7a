#pragma once

#include <corun/timing.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace corun {

namespace asio = boost::asio;

class transport_service;

/// What holds sockets of an execution context, and can be late.
class context_member : public std::enable_shared_from_this<context_member> {
public:
    context_member() = default;
    context_member(context_member const&) = delete;
    context_member& operator=(context_member const&) = delete;
    virtual ~context_member();

    /// Ends what is late by `now`; gives the moment to look again, `steady_time::max()` for none. Any thread.
    virtual steady_time check(steady_time now) noexcept = 0;
    /// The context ends: everything that belongs to it is let go.
    virtual void context_gone() noexcept = 0;

protected:
    /// Makes the service call `check` at this moment or before. Cheap where it would anyway.
    void look_at(steady_time when);
    void join(transport_service& service);
    transport_service* service() const noexcept { return service_; }

private:
    friend class transport_service;
    transport_service* service_ = nullptr;
    context_member* previous_ = nullptr;
    context_member* next_ = nullptr;
    std::atomic<steady_time::rep> queued_{steady_time::max().time_since_epoch().count()};
};

/// One per execution context: one timer for all deadlines, and the list of what must let go of its sockets before the
/// context's own services end. Its timer alone does not keep `io_context::run` going.
///
/// Thread safety: all.
class transport_service final : public asio::execution_context::service {
public:
    static asio::execution_context::id id;

    explicit transport_service(asio::execution_context& context);
    /// The service of this executor's context.
    static transport_service& of(asio::any_io_executor const& executor);

private:
    friend class context_member;

    struct due {
        steady_time when;
        std::weak_ptr<context_member> who;
    };

    void shutdown() noexcept override;
    void add(context_member& member);
    void remove(context_member& member) noexcept;
    void push(context_member& member, steady_time when);
    void set_timer(steady_time when);  // with the lock
    void on_timer();

    std::mutex mutex_;
    std::optional<asio::steady_timer> timer_;
    std::optional<asio::io_context::executor_type> work_;  // to take the timer out of the count of work
    steady_time timer_at_ = steady_time::max();
    std::vector<due> heap_;
    context_member* first_ = nullptr;
};

}  // namespace corun
