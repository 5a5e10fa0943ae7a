#include "transport/http_reader.hpp"
#include "transport/pool.hpp"
#include "transport/read_buffer.hpp"
#include "transport/resolver.hpp"

#include <corun/error.hpp>
#include <corun/transport.hpp>
#include <corun/transport_options.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

namespace corun {

namespace {

using kind = io_outcome::kind;
using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr milliseconds shortest_try(250);
constexpr std::size_t joined_in_a_record = 16 * 1024;

steady_time later(steady_time from, std::optional<milliseconds> by) {
    if (!by) return steady_time::max();
    auto const room = std::chrono::duration_cast<milliseconds>(steady_time::max() - from);
    return *by >= room ? steady_time::max() : from + *by;
}

bool is_local_shortage(error_code const& ec) {
    return ec == boost::system::errc::too_many_files_open || ec == boost::system::errc::too_many_files_open_in_system;
}

std::string head_text(transport_request const& request) {
    std::string text;
    std::size_t size = request.method.size() + request.target.size() + 64 + request.origin.host.size();
    for (auto const& field : request.headers) size += field.name.size() + field.value.size() + 4;
    text.reserve(size);
    text.append(request.method).append(1, ' ').append(request.target).append(" HTTP/1.1\r\n");
    if (!request.headers.contains("Host")) text.append("Host: ").append(request.origin.authority()).append("\r\n");
    for (auto const& field : request.headers) text.append(field.name).append(": ").append(field.value).append("\r\n");
    if (request.has_body || !request.body.empty())
        text.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    return text.append("\r\n");
}

// What all exchanges of one client share.
struct shared_state {
    shared_state(asio::any_io_executor const& executor, pool_options const& pool_limits, tls_options const& options)
        : connections(pool::make(executor, pool_limits)), tls_settings(options) {
        // What the caller chose is checked now; the system's trust only where it is used.
        if (!options.ca_file().empty() || !options.ca_pem().empty()) tls();
    }

    tls_context const& tls() {
        std::lock_guard lock(mutex);
        if (!context) context.emplace(tls_settings);
        return *context;
    }

    std::shared_ptr<pool> connections;
    std::shared_ptr<buffer_stock> buffers = std::make_shared<buffer_stock>();
    tls_options tls_settings;
    std::mutex mutex;
    std::optional<tls_context> context;
};

// One request on its way to the head of its answer, and what came of it.
struct exchange {
    exchange(std::shared_ptr<shared_state> s, transport_request const& r, bool keep)
        : shared(std::move(s)), request(r), keep_body(keep), input(shared->buffers) {}

    std::shared_ptr<shared_state> shared;
    transport_request const& request;
    bool keep_body;
    pool::lease lease;
    read_buffer input;
    std::optional<http_reader> reader;
    std::string head;
    transport_failure failed;
    phase_timings timings;
    steady_time started = clock::now();
    bool reused = false;
    bool sent = false;  ///< the whole request has left

    steady_time limit(std::optional<milliseconds> phase_limit) const {
        return phase_limit ? std::min(request.limits.deadline, later(clock::now(), phase_limit))
                           : request.limits.deadline;
    }

    void fail(error_code code, phase where, std::string detail) {
        failed.code = code;
        failed.where = where;
        failed.detail = std::move(detail);
    }

    void fail_closed() { fail(errc::client_closed, phase::pool, "the client is closed"); }

    // The end of a wait: a clear code lets it go on.
    bool ended(error_code code, phase where) {
        if (!code) return false;
        if (code != errc::timeout) code = asio::error::operation_aborted;
        fail(code, where, {});
        return true;
    }

    // A read or write that failed for good.
    void lost(io_outcome const& io, phase where) {
        if (io.code == asio::error::operation_aborted) {
            fail(io.code, where, {});
        } else {
            fail(errc::connection_lost, where, "the connection was lost: " + io.detail);
        }
    }
};

asio::awaitable<void> wait_for_connection(exchange& x, bool fresh) {
    pool::waiter waiting(x.shared->connections, x.request.origin, fresh);
    auto const [ec] = co_await waiting.ready().wait(x.limit(x.request.limits.phases.pool));
    x.lease = waiting.take();
    if (x.lease) co_return;
    if (x.shared->connections->closed()) {
        x.fail(asio::error::operation_aborted, phase::pool, {});
    } else {
        x.ended(ec ? error_code(asio::error::operation_aborted) : error_code(errc::timeout), phase::pool);
        x.failed.detail = "no connection became free";
    }
}

asio::awaitable<void> wait_for_address(exchange& x, std::vector<asio::ip::tcp::endpoint>& endpoints) {
    auto& connections = *x.shared->connections;
    lookup names(connections.executor(), x.request.origin.host, x.request.origin.port);
    struct membership {
        pool& owner;
        lookup& member;
        membership(pool& p, lookup& l) : owner(p), member(l) { owner.enter(member); }
        ~membership() { owner.leave(member); }
    } const known(connections, names);
    auto found = co_await names.run(x.limit(x.request.limits.phases.resolve));
    endpoints = std::move(found.endpoints);
    if (found.code) x.fail(found.code, phase::resolve, std::move(found.detail));
}

asio::awaitable<void> shake_hands(exchange& x) {
    auto& c = *x.lease.get();
    auto const until = x.limit(x.request.limits.phases.tls);
    c.start_tls(x.shared->tls(), x.request.origin.host);
    while (true) {
        auto const io = c.handshake();
        if (io.what == kind::done) co_return;
        if (io.what == kind::want_read || io.what == kind::want_write) {
            auto const what = io.what == kind::want_read ? asio::socket_base::wait_read : asio::socket_base::wait_write;
            auto const [ec] = co_await c.wait(what, until);
            if (x.ended(c.explain(ec), phase::tls)) co_return;
            continue;
        }
        if (io.code == asio::error::operation_aborted) {
            x.fail(io.code, phase::tls, {});
        } else {
            bool const cut = io.what == kind::end || io.what == kind::truncated;
            x.fail(errc::tls_failed, phase::tls, cut ? "the connection ended within the TLS handshake" : io.detail);
        }
        co_return;
    }
}

// Resolves, connects to the first address that answers, and shakes hands.
asio::awaitable<void> dial(exchange& x) {
    auto const start = clock::now();
    std::vector<asio::ip::tcp::endpoint> endpoints;
    co_await wait_for_address(x, endpoints);
    auto const resolved = clock::now();
    x.timings.resolve = resolved - start;
    if (x.failed) co_return;

    auto c = connection::make(x.shared->connections->executor());
    x.lease.adopt(c);
    auto const until = x.limit(x.request.limits.phases.connect);
    io_outcome io;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        // Each address gets its share of the time that is left, the last one all of it.
        auto const now = clock::now();
        auto const left = static_cast<int>(endpoints.size() - i);
        auto try_until = until;
        if (left > 1 && until != steady_time::max())
            try_until = std::min(until, now + std::max<clock::duration>(shortest_try, (until - now) / left));
        io = c->connect(endpoints[i]);
        bool late = false;
        if (io.what == kind::want_write) {
            auto const [ec] = co_await c->wait(asio::socket_base::wait_write, try_until);
            auto const code = c->explain(ec);
            late = code == errc::timeout;
            if (late && (try_until == until || clock::now() >= until)) {
                x.ended(code, phase::connect);
                x.failed.detail = "connecting to " + x.request.origin.authority();
                co_return;
            }
            if (!late && x.ended(code, phase::connect)) co_return;
            if (!late) io = c->connected();
        }
        if (!late && io.what == kind::done) break;
        if (is_local_shortage(io.code) || c->aborted()) break;
        if (late) io = {kind::failed, 0, asio::error::timed_out, "no answer"};
    }
    auto const connected = clock::now();
    x.timings.connect = connected - resolved;
    if (io.what != kind::done) {
        if (c->aborted()) {
            x.fail(asio::error::operation_aborted, phase::connect, {});
        } else {
            x.fail(errc::connect_failed, phase::connect,
                "cannot connect to " + x.request.origin.authority() + ": " + io.detail);
        }
        co_return;
    }
    if (x.request.origin.tls) {
        co_await shake_hands(x);
        x.timings.tls = clock::now() - connected;
    }
    c->born = clock::now();
}

// Waits in the middle of a write. An answer that comes early ends the upload: true.
asio::awaitable<bool> wait_to_write(exchange& x, io_outcome::kind want, steady_time until) {
    auto& c = *x.lease.get();
    error_code code;
    if (want == kind::want_read) {
        auto const [ec] = co_await c.wait(asio::socket_base::wait_read, until);
        code = ec;
    } else {
        auto const [ec] = co_await c.wait_write_or_read(until);
        code = ec;
    }
    if (x.ended(c.explain(code), phase::write)) co_return false;
    auto* const room = x.input.room();
    auto const io = c.read(room, x.input.room_size());
    if (io.what == kind::done) x.input.commit(io.bytes);
    co_return io.what == kind::done || io.what == kind::end || io.what == kind::truncated;
}

// Sends the request as far as the peer takes it, and reads to the head of the answer.
asio::awaitable<void> attempt(exchange& x) {
    auto const began = clock::now();
    auto& c = *x.lease.get();
    auto const& limits = x.request.limits;
    std::string_view head = x.head;
    std::string_view body = x.request.body;
    if (x.request.origin.tls && body.size() <= joined_in_a_record) {
        x.head += body;
        head = x.head;
        body = {};
    }
    auto const write_until = x.limit(limits.phases.write);
    while (!head.empty() || !body.empty()) {
        auto const io = c.write(head, body);
        if (io.what == kind::done) {
            x.failed.bytes_written = x.failed.bytes_written || io.bytes > 0;
            auto const of_head = std::min(io.bytes, head.size());
            head.remove_prefix(of_head);
            body.remove_prefix(io.bytes - of_head);
        } else if (io.what == kind::want_read || io.what == kind::want_write) {
            bool const answered = co_await wait_to_write(x, io.what, write_until);
            if (answered) break;
            if (x.failed) co_return;
        } else if (io.code == asio::error::operation_aborted || !x.failed.bytes_written) {
            x.lost(io, phase::write);
            co_return;
        } else {
            break;  // the peer may have answered before it closed
        }
    }
    x.sent = head.empty() && body.empty();
    auto const written = clock::now();
    x.timings.write = written - began;

    auto const first_byte_until = x.limit(limits.phases.first_byte);
    x.reader.emplace(limits, x.request.method == "HEAD", x.keep_body);
    bool wait_first = x.input.size() == 0;
    while (true) {
        if (x.input.size() > 0) {
            if (!x.failed.bytes_received) x.timings.first_byte = clock::now() - written;
            x.failed.bytes_received = true;
            x.input.consume(x.reader->feed(x.input.data(), x.input.size()));
            if (x.reader->state() == http_reader::status::failed) {
                x.fail(x.reader->code(), x.reader->head_done() ? phase::body : phase::headers, x.reader->detail());
                co_return;
            }
            if (x.reader->head_done()) break;
        }
        auto const where = x.failed.bytes_received ? phase::headers : phase::first_byte;
        if (!wait_first) {
            auto* const room = x.input.room();
            auto const io = c.read(room, x.input.room_size());
            if (io.what == kind::done) {
                x.input.commit(io.bytes);
                continue;
            }
            if (io.what == kind::end || io.what == kind::truncated) {
                x.reader->end_of_input(io.what == kind::truncated);
                x.fail(x.reader->code(), where, x.reader->detail());
                co_return;
            }
            if (io.what == kind::failed) {
                x.lost(io, where);
                co_return;
            }
            if (io.what == kind::want_write) {
                auto const [ec] = co_await c.wait(asio::socket_base::wait_write, limits.deadline);
                if (x.ended(c.explain(ec), where)) co_return;
                continue;
            }
        }
        wait_first = false;
        auto const until = x.failed.bytes_received ? limits.deadline : first_byte_until;
        auto const [ec] = co_await c.wait(asio::socket_base::wait_read, until);
        if (x.ended(c.explain(ec), where)) co_return;
    }
}

// Brings an exchange to the head of its answer; a pooled connection that turns out dead is replaced once.
asio::awaitable<void> reach_head(exchange& x) {
    auto& connections = *x.shared->connections;
    for (bool fresh = false;; fresh = true) {
        x.head = head_text(x.request);
        if (connections.closed()) {
            x.fail_closed();
            co_return;
        }
        auto const asked = clock::now();
        x.lease = connections.try_acquire(x.request.origin, asked, fresh);
        if (!x.lease) co_await wait_for_connection(x, fresh);
        if (x.failed) co_return;
        x.reused = x.lease.get() != nullptr;
        if (!x.reused) {
            x.timings.pool = clock::now() - asked;
            co_await dial(x);
            if (x.failed) {
                x.lease.drop();
                co_return;
            }
        }
        co_await attempt(x);
        if (!x.failed) co_return;
        x.lease.drop();
        bool const died = x.failed.code == errc::connection_lost && x.reused && !x.failed.bytes_received;
        if (!died || !(x.request.repeatable || !x.failed.bytes_written)) co_return;
        connections.drop_idle(x.request.origin);
        x.failed = transport_failure();
        x.reader.reset();
    }
}

// Gives the connection back where both sides are through with the exchange, else closes it.
void settle(exchange& x) {
    bool const clean = x.reader && x.reader->state() == http_reader::status::done && x.reader->keep_alive();
    if (clean && x.sent && x.input.size() == 0) {
        x.lease.give_back(clock::now());
    } else {
        x.lease.drop();
    }
}

class body_source final : public byte_source {
public:
    explicit body_source(std::unique_ptr<exchange> x)
        : exchange_(std::move(x)), connection_(exchange_->lease.get()),
          idle_(exchange_->request.limits.phases.body_idle) {}
    ~body_source() override { end(); }

    asio::awaitable<chunk> read(steady_time until) override;

    void abort() noexcept override {
        aborted_ = true;
        connection_->abort();
    }

private:
    void end() {
        if (exchange_) settle(*exchange_);
        exchange_.reset();
    }

    std::unique_ptr<exchange> exchange_;
    std::shared_ptr<connection> connection_;
    std::optional<milliseconds> idle_;
    std::atomic<bool> aborted_{false};
    bool over_ = false;
    transport_failure why_;
};

asio::awaitable<byte_source::chunk> body_source::read(steady_time until) {
    chunk out;
    if (over_ || aborted_) {
        out.end = over_ && !why_;
        out.failure = why_;
        if (aborted_ && !out.end) {
            out.failure.code = asio::error::operation_aborted;
            out.failure.where = phase::stream;
        }
        co_return out;
    }
    auto& x = *exchange_;
    auto& c = *connection_;
    auto const idle_until = later(clock::now(), idle_);
    while (true) {
        auto const used = x.reader->feed(x.input.data(), x.input.size());
        out.bytes = x.reader->body();
        x.input.consume(used);
        auto const state = x.reader->state();
        if (state == http_reader::status::done) {
            over_ = out.end = true;
        } else if (state == http_reader::status::failed) {
            over_ = true;
            x.fail(x.reader->code(), phase::body, x.reader->detail());
            x.failed.bytes_received = true;
            out.failure = why_ = x.failed;
        }
        if (over_ || !out.bytes.empty()) co_return out;

        x.input.release_if_empty();
        while (true) {
            auto* const room = x.input.room();
            auto const io = c.read(room, x.input.room_size());
            if (io.what == kind::done) {
                x.input.commit(io.bytes);
                break;
            }
            if (io.what == kind::end || io.what == kind::truncated) {
                x.reader->end_of_input(io.what == kind::truncated);
                over_ = true;
                if (x.reader->state() == http_reader::status::done) {
                    out.end = true;
                } else {
                    x.fail(x.reader->code(), phase::body, x.reader->detail());
                    out.failure = why_ = x.failed;
                }
                co_return out;
            }
            if (io.what == kind::failed) {
                over_ = true;
                x.lost(io, phase::body);
                out.failure = why_ = x.failed;
                co_return out;
            }
            x.input.release_if_empty();
            auto const what =
                io.what == kind::want_write ? asio::socket_base::wait_write : asio::socket_base::wait_read;
            auto const [ec] = co_await c.wait(what, std::min(until, idle_until));
            auto const code = c.explain(ec);
            if (!code) continue;
            out.failure.code = code == errc::timeout ? code : error_code(asio::error::operation_aborted);
            out.failure.where = phase::body;
            out.failure.bytes_written = out.failure.bytes_received = true;
            co_return out;
        }
    }
}

asio::awaitable<transport_result> send_all(std::shared_ptr<shared_state> shared, transport_request const* request) {
    exchange x(std::move(shared), *request, true);
    co_await reach_head(x);
    auto const head_at = clock::now();
    auto const& limits = request->limits;
    while (!x.failed && x.reader->state() != http_reader::status::done) {
        if (x.input.size() > 0) {
            x.input.consume(x.reader->feed(x.input.data(), x.input.size()));
            if (x.reader->state() == http_reader::status::failed)
                x.fail(x.reader->code(), phase::body, x.reader->detail());
            if (x.reader->state() != http_reader::status::need_more) continue;
        }
        auto& c = *x.lease.get();
        auto* const room = x.input.room();
        auto const io = c.read(room, x.input.room_size());
        if (io.what == kind::done) {
            x.input.commit(io.bytes);
        } else if (io.what == kind::end || io.what == kind::truncated) {
            x.reader->end_of_input(io.what == kind::truncated);
            if (x.reader->state() == http_reader::status::failed)
                x.fail(x.reader->code(), phase::body, x.reader->detail());
        } else if (io.what == kind::failed) {
            x.lost(io, phase::body);
        } else {
            auto const what =
                io.what == kind::want_write ? asio::socket_base::wait_write : asio::socket_base::wait_read;
            auto const [ec] = co_await c.wait(what, x.limit(limits.phases.body_idle));
            x.ended(c.explain(ec), phase::body);
        }
    }
    transport_result result;
    auto const now = clock::now();
    result.failure = std::move(x.failed);
    result.timings = x.timings;
    result.timings.body = now - head_at;
    result.timings.total = now - x.started;
    result.reused = x.reused;
    if (!result.failure) {
        result.head = std::move(x.reader->head());
        result.body = x.reader->take_body();
        result.to_the_end = x.reader->to_the_end();
    }
    settle(x);
    co_return result;
}

asio::awaitable<open_result> open_body(std::shared_ptr<shared_state> shared, transport_request const* request) {
    auto x = std::make_unique<exchange>(std::move(shared), *request, false);
    co_await reach_head(*x);
    open_result result;
    result.failure = x->failed;
    result.timings = x->timings;
    result.timings.total = clock::now() - x->started;
    result.reused = x->reused;
    if (!x->failed) {
        result.head = std::move(x->reader->head());
        result.body = std::make_unique<body_source>(std::move(x));
    }
    co_return result;
}

class http_transport final : public transport {
public:
    http_transport(asio::any_io_executor const& executor, pool_options const& pool_limits, tls_options const& tls)
        : state_(std::make_shared<shared_state>(executor, pool_limits, tls)) {}
    ~http_transport() override { close(); }

    asio::awaitable<transport_result> send(transport_request const& request) override {
        return send_all(state_, &request);
    }
    asio::awaitable<open_result> open(transport_request const& request) override { return open_body(state_, &request); }
    void close() noexcept override { state_->connections->close(); }

private:
    std::shared_ptr<shared_state> state_;
};

}  // namespace

std::shared_ptr<transport> make_transport(
    asio::any_io_executor executor, pool_options const& pool, tls_options const& tls) {
    return std::make_shared<http_transport>(executor, pool, tls);
}

}  // namespace corun
