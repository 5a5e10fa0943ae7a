#include "transport/transport_service.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>

namespace corun {

namespace {

// The io_context below an executor, also where a strand is around it.
std::optional<asio::io_context::executor_type> io_executor(asio::any_io_executor const& executor) {
    if (auto const* plain = executor.target<asio::io_context::executor_type>()) return *plain;
    if (auto const* strand = executor.target<asio::strand<asio::io_context::executor_type>>())
        return strand->get_inner_executor();
    if (auto const* strand = executor.target<asio::strand<asio::any_io_executor>>())
        return io_executor(strand->get_inner_executor());
    return std::nullopt;
}

}  // namespace

asio::execution_context::id transport_service::id;

context_member::~context_member() {
    if (service_) service_->remove(*this);
}

void context_member::join(transport_service& service) {
    service_ = &service;
    service.add(*this);
}

void context_member::look_at(steady_time when) {
    if (service_ && when.time_since_epoch().count() < queued_.load(std::memory_order_relaxed)) service_->push(*this, when);
}

transport_service::transport_service(asio::execution_context& context) : asio::execution_context::service(context) {}

transport_service& transport_service::of(asio::any_io_executor const& executor) {
    auto& context = asio::query(executor, asio::execution::context);
    // The services of sockets must be older than ours, so as to end after it.
    if (!asio::has_service<transport_service>(context)) asio::ip::tcp::socket const first(executor);
    auto& service = asio::use_service<transport_service>(context);
    std::lock_guard lock(service.mutex_);
    if (!service.timer_) {
        service.work_ = io_executor(executor);
        service.timer_.emplace(service.work_ ? asio::any_io_executor(*service.work_) : executor);
    }
    return service;
}

void transport_service::shutdown() noexcept {
    // One may end another, which then leaves the list by itself.
    while (first_ != nullptr) {
        auto* const member = first_;
        remove(*member);
        member->service_ = nullptr;
        member->context_gone();
    }
    heap_.clear();
    timer_.reset();
    work_.reset();
}

void transport_service::add(context_member& member) {
    std::lock_guard lock(mutex_);
    member.next_ = first_;
    if (first_) first_->previous_ = &member;
    first_ = &member;
}

void transport_service::remove(context_member& member) noexcept {
    std::lock_guard lock(mutex_);
    (member.previous_ ? member.previous_->next_ : first_) = member.next_;
    if (member.next_) member.next_->previous_ = member.previous_;
    member.previous_ = member.next_ = nullptr;
}

void transport_service::push(context_member& member, steady_time when) {
    std::lock_guard lock(mutex_);
    member.queued_.store(when.time_since_epoch().count(), std::memory_order_relaxed);
    heap_.push_back({when, member.weak_from_this()});
    std::push_heap(heap_.begin(), heap_.end(), [](due const& a, due const& b) { return a.when > b.when; });
    if (when < timer_at_) set_timer(when);
}

void transport_service::set_timer(steady_time when) {
    timer_at_ = when;
    timer_->expires_at(when);
    timer_->async_wait([this, work = work_](boost::system::error_code const& ec) {
        if (work) work->on_work_started();
        if (!ec) on_timer();
    });
    if (work_) work_->on_work_finished();
}

void transport_service::on_timer() {
    auto const later = [](due const& a, due const& b) { return a.when > b.when; };
    auto const now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<context_member>> asked;
    std::vector<std::shared_ptr<context_member>> kept;  // the last owner may be here: released without the lock
    {
        std::lock_guard lock(mutex_);
        timer_at_ = steady_time::max();
        while (!heap_.empty() && heap_.front().when <= now) {
            std::pop_heap(heap_.begin(), heap_.end(), later);
            auto member = heap_.back().who.lock();
            auto const when = heap_.back().when.time_since_epoch().count();
            heap_.pop_back();
            if (!member) continue;
            // An entry that an earlier one has overtaken is no longer the member's own.
            bool const own = member->queued_.load(std::memory_order_relaxed) >= when;
            if (own) member->queued_.store(steady_time::max().time_since_epoch().count(), std::memory_order_relaxed);
            (own ? asked : kept).push_back(std::move(member));
        }
    }
    for (auto const& member : asked) {
        auto const again = member->check(now);
        if (again != steady_time::max()) member->look_at(again);
    }
    std::lock_guard lock(mutex_);
    if (!heap_.empty() && heap_.front().when < timer_at_) set_timer(heap_.front().when);
}

}  // namespace corun
