#include "transport/pool.hpp"

#include "transport/resolver.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace corun {

namespace {

steady_time later(steady_time from, std::chrono::milliseconds by) {
    auto const room = std::chrono::duration_cast<std::chrono::milliseconds>(steady_time::max() - from);
    return by >= room ? steady_time::max() : from + by;
}

}  // namespace

pool::lease::lease(lease&& other) noexcept
    : pool_(std::move(other.pool_)), slot_(std::exchange(other.slot_, nullptr)),
      connection_(std::move(other.connection_)) {}

pool::lease& pool::lease::operator=(lease&& other) noexcept {
    if (this == &other) return *this;
    drop();
    pool_ = std::move(other.pool_);
    slot_ = std::exchange(other.slot_, nullptr);
    connection_ = std::move(other.connection_);
    return *this;
}

void pool::lease::adopt(std::shared_ptr<connection> made) {
    std::lock_guard lock(pool_->mutex_);
    connection_ = std::move(made);
    pool_->in_use_.insert(connection_.get());
    if (pool_->closed_) connection_->abort();
}

void pool::lease::give_back(steady_time now) noexcept {
    if (slot_) pool_->release(std::exchange(slot_, nullptr), std::move(connection_), true, now);
    pool_.reset();
}

void pool::lease::drop() noexcept {
    if (slot_) pool_->release(std::exchange(slot_, nullptr), std::move(connection_), false, {});
    pool_.reset();
}

pool::waiter::waiter(std::shared_ptr<pool> owner, origin const& where, bool fresh)
    : pool_(std::move(owner)), fresh_(fresh), gate_(pool_->executor_) {
    std::lock_guard lock(pool_->mutex_);
    slot_ = &pool_->slot_of(where);
    ++slot_->users;
    queued_ = true;
    pool_->waiters_.push_back(this);
    pool_->serve_waiters();
    if (pool_->closed_) gate_.open();
}

pool::waiter::~waiter() {
    std::unique_lock lock(pool_->mutex_);
    if (queued_) pool_->waiters_.remove(this);
    --slot_->users;
    lease const unclaimed = std::move(granted_);
    lock.unlock();
}

pool::lease pool::waiter::take() {
    std::lock_guard lock(pool_->mutex_);
    return std::move(granted_);
}

std::shared_ptr<pool> pool::make(asio::any_io_executor const& executor, pool_options const& options) {
    std::shared_ptr<pool> made(new pool(executor, options));
    made->join(transport_service::of(executor));
    return made;
}

pool::pool(asio::any_io_executor const& executor, pool_options const& options)
    : executor_(executor), options_(options) {}

pool::origin_slot& pool::slot_of(origin const& where) {
    for (auto const& slot : slots_)
        if (slot->where == where) return *slot;
    forget_unused();
    slots_.push_back(std::make_unique<origin_slot>());
    slots_.back()->where = where;
    return *slots_.back();
}

void pool::forget_unused() {
    std::erase_if(slots_, [](auto const& slot) { return slot->live == 0 && slot->users == 0; });
}

bool pool::expired(connection const& c, steady_time now) const noexcept {
    if (now >= later(c.idle_since, options_.idle)) return true;
    return options_.lifetime.count() > 0 && now >= later(c.born, options_.lifetime);
}

pool::lease pool::try_acquire(origin const& where, steady_time now, bool fresh) {
    std::lock_guard lock(mutex_);
    auto& slot = slot_of(where);
    // Who waits for this origin already comes first.
    for (auto const* waiting : waiters_)
        if (waiting->slot_ == &slot) return {};
    return acquire_from(slot, now, fresh);
}

pool::lease pool::acquire_from(origin_slot& slot, steady_time now, bool fresh) {
    if (closed_) return {};
    while (!fresh && !slot.idle.empty()) {
        auto found = std::move(slot.idle.back());
        slot.idle.pop_back();
        if (!expired(*found, now) && found->healthy()) {
            in_use_.insert(found.get());
            ++slot.users;
            return {std::static_pointer_cast<pool>(shared_from_this()), &slot, std::move(found)};
        }
        found->close();
        --slot.live;
        --live_;
    }
    if (slot.live >= options_.max_per_origin || live_ >= options_.max_connections) {
        if (slot.live >= options_.max_per_origin && slot.idle.empty()) return {};
        if (!evict_one(slot)) return {};
        if (slot.live >= options_.max_per_origin || live_ >= options_.max_connections) return {};
    }
    ++slot.live;
    ++slot.users;
    ++live_;
    return {std::static_pointer_cast<pool>(shared_from_this()), &slot, nullptr};
}

// Makes room by closing the connection that has idled longest; of this origin where that one is full.
bool pool::evict_one(origin_slot const& wanted) {
    origin_slot* from = nullptr;
    for (auto const& slot : slots_) {
        if (slot->idle.empty()) continue;
        if (wanted.live >= options_.max_per_origin && slot.get() != &wanted) continue;
        if (from == nullptr || slot->idle.front()->idle_since < from->idle.front()->idle_since) from = slot.get();
    }
    if (from == nullptr) return false;
    from->idle.front()->close();
    from->idle.erase(from->idle.begin());
    --from->live;
    --live_;
    return true;
}

void pool::serve_waiters() {
    auto const now = std::chrono::steady_clock::now();
    for (auto it = waiters_.begin(); it != waiters_.end();) {
        auto* const waiting = *it;
        auto given = acquire_from(*waiting->slot_, now, waiting->fresh_);
        if (!given) {
            ++it;
            continue;
        }
        it = waiters_.erase(it);
        waiting->queued_ = false;
        waiting->granted_ = std::move(given);
        waiting->gate_.open();
    }
}

void pool::release(origin_slot* slot, std::shared_ptr<connection> c, bool reusable, steady_time now) noexcept {
    bool start_reaper = false;
    {
        std::lock_guard lock(mutex_);
        --slot->users;
        if (c) in_use_.erase(c.get());
        if (c && reusable && !closed_ && !c->aborted()) {
            c->idle_since = now;
            slot->idle.push_back(std::move(c));
            start_reaper = !std::exchange(reaping_, true);
        } else {
            --slot->live;
            --live_;
        }
        if (!waiters_.empty()) serve_waiters();
    }
    if (c) c->close();
    if (start_reaper) {
        // From a handler of the context itself: the service's timer counts as no work of its own.
        asio::post(executor_, [weak = weak_from_this()] {
            if (auto const self = std::static_pointer_cast<pool>(weak.lock()))
                self->look_at(later(std::chrono::steady_clock::now(), self->options_.idle));
        });
    }
}

steady_time pool::check(steady_time now) noexcept {
    std::vector<std::shared_ptr<connection>> old;
    steady_time next = steady_time::max();
    std::lock_guard lock(mutex_);
    for (auto const& slot : slots_) {
        auto const gone = std::stable_partition(
            slot->idle.begin(), slot->idle.end(), [&](auto const& c) { return !expired(*c, now); });
        auto const count = static_cast<std::size_t>(slot->idle.end() - gone);
        for (auto it = gone; it != slot->idle.end(); ++it) (*it)->close();
        slot->idle.erase(gone, slot->idle.end());
        slot->live -= count;
        live_ -= count;
        for (auto const& c : slot->idle) {
            next = std::min(next, later(c->idle_since, options_.idle));
            if (options_.lifetime.count() > 0) next = std::min(next, later(c->born, options_.lifetime));
        }
    }
    reaping_ = next != steady_time::max();
    forget_unused();
    return next;
}

void pool::context_gone() noexcept {
    std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto const& slot : slots_) {
        live_ -= slot->idle.size();
        slot->live -= slot->idle.size();
        slot->idle.clear();
    }
}

void pool::drop_idle(origin const& where) {
    std::lock_guard lock(mutex_);
    auto& slot = slot_of(where);
    for (auto const& c : slot.idle) c->close();
    live_ -= slot.idle.size();
    slot.live -= slot.idle.size();
    slot.idle.clear();
    serve_waiters();
}

void pool::enter(lookup& l) {
    std::lock_guard lock(mutex_);
    lookups_.insert(&l);
    if (closed_) l.abort();
}

void pool::leave(lookup& l) {
    std::lock_guard lock(mutex_);
    lookups_.erase(&l);
}

void pool::close() noexcept {
    std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto const& slot : slots_) {
        for (auto const& c : slot->idle) c->close();
        live_ -= slot->idle.size();
        slot->live -= slot->idle.size();
        slot->idle.clear();
    }
    for (auto* c : in_use_) c->abort();
    for (auto* l : lookups_) l->abort();
    for (auto* w : waiters_) w->gate_.open();
}

}  // namespace corun
