#pragma once

#include "transport/connection.hpp"
#include "transport/gate.hpp"

#include <corun/transport.hpp>
#include <corun/transport_options.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

namespace corun {

class lookup;

/// The connections of one client: in use, idle, and who waits for one.
///
/// Waiters are served in their order; one whose origin is full does not hold up those of others. Idle connections are
/// looked at before they are given out. Thread safety: all.
class pool final : public context_member {
    struct origin_slot;

public:
    static std::shared_ptr<pool> make(asio::any_io_executor const& executor, pool_options const& options);

    /// The right to one connection: an idle one, or a new one that is still to be dialled. Gives it back at its end.
    class lease {
    public:
        lease() = default;
        lease(lease&& other) noexcept;
        lease& operator=(lease&& other) noexcept;
        ~lease() { drop(); }

        explicit operator bool() const noexcept { return slot_ != nullptr; }
        std::shared_ptr<connection> const& get() const noexcept { return connection_; }
        /// A new connection for this right, known to the pool from now on.
        void adopt(std::shared_ptr<connection> made);
        /// The connection can be used again.
        void give_back(steady_time now) noexcept;
        void drop() noexcept;

    private:
        friend class pool;
        lease(std::shared_ptr<pool> owner, origin_slot* slot, std::shared_ptr<connection> c) noexcept
            : pool_(std::move(owner)), slot_(slot), connection_(std::move(c)) {}

        std::shared_ptr<pool> pool_;
        origin_slot* slot_ = nullptr;
        std::shared_ptr<connection> connection_;
    };

    /// Who waits. Leaves the queue at its end, and gives back what it was given and did not take.
    class waiter {
    public:
        waiter(std::shared_ptr<pool> owner, origin const& where, bool fresh);
        ~waiter();
        waiter(waiter const&) = delete;
        waiter& operator=(waiter const&) = delete;

        gate& ready() noexcept { return gate_; }
        lease take();  ///< empty where nothing was granted

    private:
        friend class pool;
        std::shared_ptr<pool> pool_;
        origin_slot* slot_;
        bool fresh_;
        bool queued_ = false;
        gate gate_;
        lease granted_;
    };

    /// A connection, or the right to dial one, at once; empty: one must wait. `fresh`: not an idle one.
    lease try_acquire(origin const& where, steady_time now, bool fresh);
    /// Drops what is idle to this origin: one of them has just turned out dead.
    void drop_idle(origin const& where);
    /// A look-up under way, to be ended by `close`.
    void enter(lookup& l);
    void leave(lookup& l);

    void close() noexcept;
    bool closed() const noexcept { return closed_; }
    asio::any_io_executor const& executor() const noexcept { return executor_; }

private:
    struct origin_slot {
        origin where;
        std::size_t live = 0;  ///< in use, idle and being dialled
        std::size_t users = 0;  ///< leases and waiters
        std::vector<std::shared_ptr<connection>> idle;  ///< used last comes last
    };

    pool(asio::any_io_executor const& executor, pool_options const& options);

    steady_time check(steady_time now) noexcept override;
    void context_gone() noexcept override;

    // All with the lock.
    origin_slot& slot_of(origin const& where);
    void forget_unused();
    bool expired(connection const& c, steady_time now) const noexcept;
    lease acquire_from(origin_slot& slot, steady_time now, bool fresh);
    bool evict_one(origin_slot const& other_than);
    void serve_waiters();

    void release(origin_slot* slot, std::shared_ptr<connection> c, bool reusable, steady_time now) noexcept;

    asio::any_io_executor executor_;
    pool_options const options_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<origin_slot>> slots_;
    std::list<waiter*> waiters_;
    std::unordered_set<connection*> in_use_;
    std::unordered_set<lookup*> lookups_;
    std::size_t live_ = 0;
    bool reaping_ = false;
    std::atomic<bool> closed_{false};
};

}  // namespace corun
