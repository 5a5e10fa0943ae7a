#include "transport/resolver.hpp"

#include "transport/gate.hpp"

#include <corun/error.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <ares.h>

#include <cstring>
#include <map>
#include <mutex>
#include <netdb.h>
#include <sys/time.h>

namespace corun {

namespace {

using boost::system::error_code;

int start_library() {
    static int const status = ares_library_init(ARES_LIB_INIT_ALL);
    return status;
}

}  // namespace

// c-ares opens and closes the sockets; Asio only waits for them. Everything happens under the mutex.
struct lookup::state : std::enable_shared_from_this<lookup::state> {
    struct watched {
        watched(asio::any_io_executor const& executor, int fd) : descriptor(executor, fd) {}
        ~watched() { descriptor.release(); }
        watched(watched const&) = delete;
        watched& operator=(watched const&) = delete;

        asio::posix::stream_descriptor descriptor;
        bool wants_read = false;
        bool wants_write = false;
        bool reading = false;
        bool writing = false;
    };

    state(asio::any_io_executor const& ex, std::string const& name, std::uint16_t number)
        : executor(ex), host(name), port(number), done(ex), retry(ex) {}

    ~state() { end(); }

    void begin() {
        std::lock_guard lock(mutex);
        ares_options options{};
        options.sock_state_cb = &state::on_socket;
        options.sock_state_cb_data = this;
        options.flags = ARES_FLAG_NOCHECKRESP;
        int const status = start_library() != ARES_SUCCESS
                               ? start_library()
                               : ares_init_options(&channel, &options, ARES_OPT_SOCK_STATE_CB | ARES_OPT_FLAGS);
        if (status != ARES_SUCCESS) {
            channel = nullptr;
            fail(status);
            return;
        }
        ares_addrinfo_hints hints{};
        hints.ai_family = AF_UNSPEC;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = ARES_AI_NUMERICSERV;
        ares_getaddrinfo(channel, host.c_str(), std::to_string(port).c_str(), &hints, &state::on_answer, this);
        schedule();
    }

    // With the lock, or from the destructor.
    void end() noexcept {
        if (auto* const ended = std::exchange(channel, nullptr)) ares_destroy(ended);
        sockets.clear();
        retry.cancel();
    }

    void fail(int status) {
        result.code = errc::resolve_failed;
        result.detail = "cannot resolve " + host + ": " + ares_strerror(status);
        finished = true;
        done.open();
    }

    static void on_answer(void* self, int status, int, ares_addrinfo* found) {
        static_cast<state*>(self)->take(status, found);
    }

    void take(int status, ares_addrinfo* found) {
        if (finished) {
            if (found != nullptr) ares_freeaddrinfo(found);
            return;
        }
        if (status != ARES_SUCCESS) {
            fail(status);
            return;
        }
        for (auto* node = found->nodes; node != nullptr; node = node->ai_next) {
            asio::ip::tcp::endpoint endpoint;
            if (node->ai_addrlen > endpoint.capacity()) continue;
            std::memcpy(endpoint.data(), node->ai_addr, node->ai_addrlen);
            endpoint.resize(node->ai_addrlen);
            endpoint.port(port);
            result.endpoints.push_back(endpoint);
        }
        ares_freeaddrinfo(found);
        if (result.endpoints.empty()) {
            fail(ARES_ENODATA);
            return;
        }
        finished = true;
        done.open();
    }

    static void on_socket(void* self, ares_socket_t fd, int readable, int writable) {
        static_cast<state*>(self)->watch(fd, readable != 0, writable != 0);
    }

    void watch(int fd, bool readable, bool writable) {
        auto found = sockets.find(fd);
        if (!readable && !writable) {
            if (found != sockets.end()) sockets.erase(found);
            return;
        }
        if (found == sockets.end()) found = sockets.emplace(fd, std::make_shared<watched>(executor, fd)).first;
        found->second->wants_read = readable;
        found->second->wants_write = writable;
    }

    // Waits for every socket that is to be watched, and for the time of the next retransmission.
    void schedule() {
        if (channel == nullptr || finished) return;
        for (auto& [fd, socket] : sockets) {
            if (socket->wants_read && !socket->reading) wait(fd, socket, true);
            if (socket->wants_write && !socket->writing) wait(fd, socket, false);
        }
        timeval at_most{60, 0};
        timeval room{};
        auto const* next = ares_timeout(channel, &at_most, &room);
        retry.expires_after(std::chrono::seconds(next->tv_sec) + std::chrono::microseconds(next->tv_usec));
        retry.async_wait([weak = weak_from_this()](error_code const& ec) {
            auto const self = weak.lock();
            if (ec || !self) return;
            std::lock_guard lock(self->mutex);
            self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        });
    }

    void wait(int fd, std::shared_ptr<watched> const& socket, bool read) {
        (read ? socket->reading : socket->writing) = true;
        auto const what =
            read ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write;
        socket->descriptor.async_wait(
            what, [weak = weak_from_this(), watching = std::weak_ptr(socket), fd, read](error_code const& ec) {
                auto const self = weak.lock();
                if (!self) return;
                std::lock_guard lock(self->mutex);
                auto const s = watching.lock();
                if (!s) return;
                (read ? s->reading : s->writing) = false;
                if (!ec) self->process(read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
            });
    }

    void process(ares_socket_t read, ares_socket_t write) {
        if (channel == nullptr) return;
        ares_process_fd(channel, read, write);
        schedule();
    }

    asio::any_io_executor executor;
    std::string host;
    std::uint16_t port;
    std::recursive_mutex mutex;
    ares_channel channel = nullptr;
    std::map<int, std::shared_ptr<watched>> sockets;
    gate done;
    asio::steady_timer retry;
    answer result;
    bool finished = false;
    bool aborted = false;
};

lookup::lookup(asio::any_io_executor const& executor, std::string const& host, std::uint16_t port)
    : state_(std::make_shared<state>(executor, host, port)) {}

lookup::~lookup() {
    std::lock_guard lock(state_->mutex);
    state_->finished = true;
    state_->end();
}

asio::awaitable<lookup::answer> lookup::run(steady_time until) {
    auto const s = state_;
    answer out;
    error_code not_address;
    auto const address = asio::ip::make_address(s->host, not_address);
    if (!not_address) {
        out.endpoints.emplace_back(address, s->port);
        co_return out;
    }
    s->begin();
    auto const [ec] = co_await s->done.wait(until);
    std::lock_guard lock(s->mutex);
    if (s->aborted) {
        out.code = asio::error::operation_aborted;
    } else if (s->finished) {
        out = s->result;
    } else {
        out.code = ec ? error_code(asio::error::operation_aborted) : error_code(errc::timeout);
        out.detail = "looking up " + s->host;
    }
    s->finished = true;
    s->end();
    co_return out;
}

void lookup::abort() noexcept {
    std::lock_guard lock(state_->mutex);
    state_->aborted = true;
    state_->done.open();
}

}  // namespace corun
