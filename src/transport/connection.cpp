#include "transport/connection.hpp"

#include <corun/error.hpp>

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

namespace corun {

namespace {

using kind = io_outcome::kind;
using boost::system::error_code;

constexpr auto never = steady_time::max().time_since_epoch().count();

io_outcome of_errno(int number) {
    error_code const code(number, boost::system::system_category());
    return {kind::failed, 0, code, code.message()};
}

}  // namespace

std::shared_ptr<connection> connection::make(asio::any_io_executor const& executor) {
    std::shared_ptr<connection> made(new connection(executor));
    made->join(transport_service::of(executor));
    return made;
}

connection::connection(asio::any_io_executor const& executor) : executor_(executor), socket_(std::in_place, executor) {}

connection::~connection() { close(); }

io_outcome connection::connect(asio::ip::tcp::endpoint const& to) {
    error_code ec;
    tls_.reset();
    std::lock_guard lock(mutex_);
    if (!socket_) return {kind::failed, 0, asio::error::operation_aborted};
    if (socket_->is_open()) socket_->close(ec);
    if (socket_->open(to.protocol(), ec)) return {kind::failed, 0, ec, ec.message()};
    socket_->native_non_blocking(true, ec);
    socket_->non_blocking(true, ec);
    socket_->set_option(asio::ip::tcp::no_delay(true), ec);
    fd_ = socket_->native_handle();
    if (::connect(fd_, to.data(), static_cast<socklen_t>(to.size())) == 0) return {kind::done};
    if (errno == EINPROGRESS || errno == EINTR) return {kind::want_write};
    return of_errno(errno);
}

io_outcome connection::connected() {
    int problem = 0;
    socklen_t size = sizeof problem;
    if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) return of_errno(errno);
    if (problem != 0) return of_errno(problem);
    return {kind::done};
}

void connection::start_tls(tls_context const& context, std::string const& host) {
    tls_ = std::make_unique<tls_session>(context, fd_, host);
}

io_outcome connection::read(char* to, std::size_t size) {
    if (fd_ < 0) return {kind::failed, 0, asio::error::operation_aborted};
    if (tls_) return tls_->read(to, size);
    ssize_t n = 0;
    do n = ::recv(fd_, to, size, 0);
    while (n < 0 && errno == EINTR);
    if (n > 0) return {kind::done, static_cast<std::size_t>(n)};
    if (n == 0) return {kind::end};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {kind::want_read};
    return of_errno(errno);
}

io_outcome connection::write(std::string_view head, std::string_view body) {
    if (fd_ < 0) return {kind::failed, 0, asio::error::operation_aborted};
    if (tls_) return head.empty() ? tls_->write(body.data(), body.size()) : tls_->write(head.data(), head.size());
    std::array<iovec, 2> parts{iovec{const_cast<char*>(head.data()), head.size()},
                               iovec{const_cast<char*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    ssize_t n = 0;
    do n = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n >= 0) return {kind::done, static_cast<std::size_t>(n)};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {kind::want_write};
    return of_errno(errno);
}

template <class Handler>
void connection::start(asio::socket_base::wait_type what, steady_time until, bool also_read, Handler handler) {
    std::unique_lock lock(mutex_);
    if (!socket_ || aborted_) {
        lock.unlock();
        auto const executor = asio::get_associated_executor(handler, executor_);
        asio::post(asio::bind_executor(executor, [h = std::move(handler)]() mutable {
            std::move(h)(error_code(asio::error::operation_aborted));
        }));
        return;
    }
    expired_ = false;
    readable_ = false;
    until_.store(until.time_since_epoch().count(), std::memory_order_relaxed);
    ++waits_;
    socket_->async_wait(what, std::move(handler));
    if (also_read) {
        socket_->async_wait(asio::socket_base::wait_read, [weak = weak_from_this(), mine = waits_](error_code const& ec) {
            auto const self = std::static_pointer_cast<connection>(weak.lock());
            if (ec || !self) return;
            std::lock_guard guard(self->mutex_);
            if (self->waits_ != mine || !self->socket_) return;
            self->readable_ = true;
            error_code ignored;
            self->socket_->cancel(ignored);
        });
    }
    if (until != steady_time::max()) look_at(until);
}

wait_result connection::wait(asio::socket_base::wait_type what, steady_time until) {
    auto const token = asio::as_tuple(asio::use_awaitable);
    return asio::async_initiate<decltype(token), void(error_code)>(
        [this, what, until](auto handler) { start(what, until, false, std::move(handler)); }, token);
}

wait_result connection::wait_write_or_read(steady_time until) {
    auto const token = asio::as_tuple(asio::use_awaitable);
    return asio::async_initiate<decltype(token), void(error_code)>(
        [this, until](auto handler) { start(asio::socket_base::wait_write, until, true, std::move(handler)); }, token);
}

error_code connection::explain(error_code ec) noexcept {
    until_.store(never, std::memory_order_relaxed);
    if (ec != asio::error::operation_aborted) return ec;
    std::lock_guard lock(mutex_);
    if (aborted_ || !socket_) return ec;
    if (readable_) return {};
    if (expired_) return errc::timeout;
    return ec;
}

steady_time connection::check(steady_time now) noexcept {
    std::lock_guard lock(mutex_);
    steady_time const until{steady_time::duration(until_.load(std::memory_order_relaxed))};
    if (until > now) return until;
    until_.store(never, std::memory_order_relaxed);
    expired_ = true;
    error_code ignored;
    if (socket_) socket_->cancel(ignored);
    return steady_time::max();
}

bool connection::healthy() {
    if (fd_ < 0 || aborted_) return false;
    char byte = 0;
    if (tls_) {
        // Tickets and key updates may come while it idles; data, an end or an error may not.
        ssize_t const n = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
        return n > 0 && tls_->read(&byte, 1).what == kind::want_read;
    }
    ssize_t const n = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void connection::abort() noexcept {
    std::lock_guard lock(mutex_);
    aborted_ = true;
    error_code ignored;
    if (socket_) socket_->cancel(ignored);
}

void connection::close() noexcept {
    if (tls_) tls_->notify_close();
    tls_.reset();
    std::lock_guard lock(mutex_);
    fd_ = -1;
    until_.store(never, std::memory_order_relaxed);
    error_code ignored;
    if (socket_) socket_->close(ignored);
}

void connection::context_gone() noexcept {
    std::lock_guard lock(mutex_);
    aborted_ = true;
    tls_.reset();
    fd_ = -1;
    socket_.reset();
}

}  // namespace corun
