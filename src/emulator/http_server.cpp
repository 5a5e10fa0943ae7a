#include "emulator/http_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <deque>
#include <sys/socket.h>
#include <utility>

namespace corun::emulator {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string decoded(std::string_view text, bool plus) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
            out += static_cast<char>(value);
            i += 2;
        } else {
            out += plus && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

void take_apart(request& r) {
    auto const mark = r.target.find('?');
    r.path = r.target.substr(0, mark);
    std::string_view path = r.path;
    if (path.starts_with('/')) path.remove_prefix(1);
    while (true) {
        auto const end = std::min(path.find('/'), path.size());
        r.segments.push_back(decoded(path.substr(0, end), false));
        if (end == path.size()) break;
        path.remove_prefix(end + 1);
    }
    if (mark == std::string::npos) return;
    std::string_view rest = std::string_view(r.target).substr(mark + 1);
    while (!rest.empty()) {
        auto const pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.empty()) continue;
        auto const equals = std::min(pair.find('='), pair.size());
        r.query.emplace_back(
            decoded(pair.substr(0, equals), true), decoded(pair.substr(std::min(equals + 1, pair.size())), true));
    }
}

std::string date_now() {
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text;
}

bool has(pairs const& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(), [&](auto const& h) { return same(h.first, name); });
}

}  // namespace

std::string_view reason_of(int status) {
    auto const text = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
    return {text.data(), text.size()};
}

std::optional<std::string_view> request::header(std::string_view name) const {
    for (auto const& h : headers)
        if (same(h.first, name)) return h.second;
    return std::nullopt;
}

std::optional<std::string_view> request::parameter(std::string_view name) const {
    for (auto const& q : query)
        if (q.first == name) return q.second;
    return std::nullopt;
}

/// One connection: reads a request, has it answered, writes, and begins anew.
class session : public std::enable_shared_from_this<session> {
public:
    session(std::shared_ptr<http_server> server, asio::ip::tcp::socket socket)
        : server_(std::move(server)), stream_(std::move(socket)), drip_(stream_.get_executor()) {
        ++server_->connections_;
        error_code ec;
        stream_.socket().set_option(asio::ip::tcp::no_delay(true), ec);
    }
    ~session() { --server_->connections_; }

    void start() { wait_for_request(); }
    void stop() {
        error_code ec;
        stream_.socket().close(ec);
        drip_.cancel();
    }

private:
    // One request and its answer.
    class call final : public server_exchange {
    public:
        call(std::shared_ptr<session> s, request r, bool head_only, bool keep_alive)
            : session_(std::move(s)), request_(std::move(r)), head_only_(head_only), keep_alive_(keep_alive) {}
        ~call() override {
            if (!complete_ && !gone_) session_->abandon();
        }

        request const& asked() const override { return request_; }
        void respond(response answer) override;
        void begin_stream(int status, pairs headers) override;
        void write(std::string_view bytes) override;
        void finish() override;
        void on_gone(std::function<void()> f) override { on_gone_ = std::move(f); }
        bool gone() const override { return gone_; }
        void apply(wire_fault fault) override { fault_ = fault; }
        int answered_status() const override { return status_; }

        void lose() {
            if (gone_ || complete_) return;
            gone_ = true;
            if (auto const f = std::exchange(on_gone_, nullptr)) f();
        }

    private:
        std::string head(int status, pairs const& headers, bool close) const;
        void note(int status) {
            status_ = status;
            if (auto const f = std::exchange(on_status, nullptr)) f(status);
        }
        void done(bool close);

        std::shared_ptr<session> session_;
        request request_;
        bool head_only_;
        bool keep_alive_;
        wire_fault fault_;
        std::function<void()> on_gone_;
        std::size_t streamed_ = 0;
        int status_ = 0;
        bool streaming_ = false;
        bool complete_ = false;
        bool gone_ = false;
    };

    void wait_for_request();
    void read_head();
    void read_body();
    void dispatch(bool too_large);
    void refuse(int status, std::string_view message);
    void watch();
    void enqueue(std::string bytes, wire_fault const& fault);
    void write_next();
    void flushed();
    void reset();
    void abandon();

    std::shared_ptr<http_server> server_;
    beast::tcp_stream stream_;
    asio::steady_timer drip_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::weak_ptr<call> current_;
    std::deque<std::string> queue_;
    std::size_t queued_ = 0;
    wire_fault fault_;
    bool writing_ = false;
    enum class after { wait, next, close, reset } after_ = after::wait;
};

std::string session::call::head(int status, pairs const& headers, bool close) const {
    std::string text = "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(reason_of(status)) + "\r\n";
    for (auto const& [name, value] : headers) text += name + ": " + value + "\r\n";
    if (!has(headers, "Date")) text += "Date: " + date_now() + "\r\n";
    if (!has(headers, "Connection")) {
        text += close ? "Connection: close\r\n" : "Connection: keep-alive\r\n";
        if (!close && !streaming_)
            text += "Keep-Alive: timeout=" + std::to_string(session_->server_->limits_.idle.count() / 1000) + "\r\n";
    }
    return text;
}

void session::call::done(bool close) {
    complete_ = true;
    on_gone_ = nullptr;
    auto const last = fault_.reset == wire_fault::reset_at::after ? after::reset
                      : close || !keep_alive_                     ? after::close
                                                                  : after::next;
    session_->after_ = last;
    if (!session_->writing_ && session_->queue_.empty()) session_->flushed();
}

void session::call::respond(response answer) {
    if (gone_ || complete_ || streaming_) return;
    if (fault_.reset == wire_fault::reset_at::before) {
        complete_ = true;
        session_->reset();
        return;
    }
    bool const close = answer.close || !keep_alive_;
    auto text = head(answer.status, answer.headers, close);
    bool const bodyless = answer.status == 204 || answer.status == 304;
    if (!bodyless && !has(answer.headers, "Content-Length"))
        text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
    text += "\r\n";
    if (fault_.reset == wire_fault::reset_at::after_headers) {
        text += answer.body.substr(0, answer.body.size() / 2);
        note(answer.status);
        complete_ = true;
        session_->after_ = after::reset;
        session_->enqueue(std::move(text), fault_);
        return;
    }
    if (!head_only_ && !bodyless) text += answer.body;
    note(answer.status);
    session_->enqueue(std::move(text), fault_);
    done(close);
}

void session::call::begin_stream(int status, pairs headers) {
    if (gone_ || complete_ || streaming_) return;
    if (fault_.reset == wire_fault::reset_at::before) {
        complete_ = true;
        session_->reset();
        return;
    }
    streaming_ = true;
    auto text = head(status, headers, false) + "Transfer-Encoding: chunked\r\n\r\n";
    note(status);
    session_->enqueue(std::move(text), fault_);
    if (head_only_) done(true);
    if (fault_.reset == wire_fault::reset_at::after_headers) {
        complete_ = true;
        session_->after_ = after::reset;
        if (!session_->writing_ && session_->queue_.empty()) session_->flushed();
    }
}

void session::call::write(std::string_view bytes) {
    if (gone_ || complete_ || !streaming_ || bytes.empty()) return;
    std::string changed;
    if (fault_.crlf) {
        for (char const c : bytes) {
            if (c == '\n') changed += '\r';
            changed += c;
        }
        bytes = changed;
    }
    bool cut = false;
    if (fault_.cut_stream_after && streamed_ + bytes.size() >= *fault_.cut_stream_after) {
        bytes = bytes.substr(0, *fault_.cut_stream_after - std::min(streamed_, *fault_.cut_stream_after));
        cut = true;
    }
    streamed_ += bytes.size();
    while (!bytes.empty()) {
        auto const piece = bytes.substr(0, fault_.split > 0 ? fault_.split : bytes.size());
        char size[20];
        auto const end = std::to_chars(size, size + sizeof size, piece.size(), 16).ptr;
        session_->enqueue(std::string(size, end) + "\r\n" + std::string(piece) + "\r\n", fault_);
        bytes.remove_prefix(piece.size());
    }
    if (cut) {
        auto const f = std::exchange(on_gone_, nullptr);
        gone_ = true;
        session_->after_ = after::reset;
        if (!session_->writing_ && session_->queue_.empty()) session_->flushed();
        if (f) f();
    }
}

void session::call::finish() {
    if (gone_ || complete_ || !streaming_) return;
    session_->enqueue("0\r\n\r\n", fault_);
    done(false);
}

void session::wait_for_request() {
    if (buffer_.size() > 0) {
        read_head();
        return;
    }
    stream_.expires_after(server_->limits_.idle);
    stream_.async_read_some(buffer_.prepare(16 * 1024), [self = shared_from_this()](error_code ec, std::size_t n) {
        if (ec) return;
        self->buffer_.commit(n);
        self->read_head();
    });
}

void session::read_head() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(server_->limits_.head));
    parser_->body_limit(server_->limits_.body);
    stream_.expires_after(server_->limits_.head_time);
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code ec, std::size_t) {
        if (ec == http::error::header_limit) return self->refuse(431, "the headers are too large");
        if (ec == http::error::body_limit) return self->dispatch(true);
        if (ec == beast::error::timeout) return;  // too slow: the stream has closed itself
        if (ec == http::error::end_of_stream || ec == http::error::partial_message ||
            (ec && ec.category() == asio::error::get_system_category()))
            return;
        if (ec) return self->refuse(400, "not an HTTP request: " + ec.message());
        if (same(self->parser_->get()[http::field::expect], "100-continue")) {
            static constexpr std::string_view go = "HTTP/1.1 100 Continue\r\n\r\n";
            asio::async_write(
                self->stream_, asio::buffer(go.data(), go.size()), [self](error_code failed, std::size_t) {
                    if (!failed) self->read_body();
                });
            return;
        }
        self->read_body();
    });
}

void session::read_body() {
    stream_.expires_after(server_->limits_.body_time);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code ec, std::size_t) {
        if (ec == http::error::body_limit) return self->dispatch(true);
        if (ec == beast::error::timeout) return;  // too slow: the stream has closed itself
        if (ec == http::error::partial_message || (ec && ec.category() == asio::error::get_system_category())) return;
        if (ec) return self->refuse(400, "not an HTTP request: " + ec.message());
        self->dispatch(false);
    });
}

void session::refuse(int status, std::string_view message) {
    auto answer = server_->refuse_(status, message);
    answer.close = true;
    auto const c = std::make_shared<call>(shared_from_this(), request(), false, false);
    stream_.expires_after(server_->limits_.body_time);
    c->respond(std::move(answer));
}

void session::dispatch(bool too_large) {
    auto& message = parser_->get();
    request r;
    r.method = std::string(message.method_string());
    r.target = std::string(message.target());
    for (auto const& h : message) r.headers.emplace_back(std::string(h.name_string()), std::string(h.value()));
    r.body_too_large = too_large;
    if (!too_large) r.body = std::move(message.body());
    take_apart(r);
    bool const head_only = r.method == "HEAD";
    bool const keep = message.keep_alive() && !too_large;
    stream_.expires_never();
    after_ = after::wait;
    fault_ = wire_fault();
    auto const c = std::make_shared<call>(shared_from_this(), std::move(r), head_only, keep);
    current_ = c;
    watch();
    server_->serve_(c);
}

// Notices that the client goes away while an answer is due. Bytes of a next request end the watch.
void session::watch() {
    stream_.socket().async_wait(asio::socket_base::wait_read, [self = shared_from_this()](error_code ec) {
        if (ec) return;
        char byte = 0;
        auto const n = ::recv(self->stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n > 0) return;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return self->watch();
        if (auto const c = self->current_.lock()) c->lose();
    });
}

void session::enqueue(std::string bytes, wire_fault const& fault) {
    fault_ = fault;
    queued_ += bytes.size();
    if (queued_ > server_->limits_.queue) {
        if (auto const c = current_.lock()) c->lose();
        reset();
        return;
    }
    if (fault.drip_bytes > 0) {
        for (std::size_t at = 0; at < bytes.size(); at += fault.drip_bytes)
            queue_.push_back(bytes.substr(at, fault.drip_bytes));
    } else {
        queue_.push_back(std::move(bytes));
    }
    if (!writing_) write_next();
}

void session::write_next() {
    if (queue_.empty()) {
        writing_ = false;
        flushed();
        return;
    }
    writing_ = true;
    asio::async_write(stream_, asio::buffer(queue_.front()), [self = shared_from_this()](error_code ec, std::size_t n) {
        self->queued_ -= std::min(self->queued_, n);
        if (!self->queue_.empty()) self->queue_.pop_front();
        if (ec) {
            self->queue_.clear();
            self->writing_ = false;
            if (auto const c = self->current_.lock()) c->lose();
            return;
        }
        if (self->fault_.drip_bytes > 0 && !self->queue_.empty()) {
            self->drip_.expires_after(self->fault_.drip_every);
            self->drip_.async_wait([self](error_code cancelled) {
                if (!cancelled) self->write_next();
            });
            return;
        }
        self->write_next();
    });
}

void session::flushed() {
    switch (std::exchange(after_, after::wait)) {
    case after::wait:
        return;
    case after::reset:
        reset();
        return;
    case after::close: {
        // What the client still sends is read and dropped for a moment, so that it sees the answer, not a reset.
        error_code ec;
        stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ec);
        stream_.expires_after(std::chrono::seconds(2));
        auto const drain = std::make_shared<std::function<void(error_code)>>();
        auto const room = std::make_shared<std::array<char, 16 * 1024>>();
        *drain = [self = shared_from_this(), weak = std::weak_ptr(drain), room](error_code failed) {
            auto const again = weak.lock();
            if (failed || !again) return;
            self->stream_.async_read_some(
                asio::buffer(*room), [again](error_code read_failed, std::size_t) { (*again)(read_failed); });
        };
        (*drain)({});
        return;
    }
    case after::next:
        stream_.socket().cancel();
        asio::post(stream_.get_executor(), [self = shared_from_this()] { self->wait_for_request(); });
        return;
    }
}

void session::reset() {
    error_code ec;
    drip_.cancel();
    stream_.socket().set_option(asio::socket_base::linger(true, 0), ec);
    stream_.socket().close(ec);
}

// Nobody kept the call, and nobody answered it.
void session::abandon() {
    error_code ec;
    stream_.socket().close(ec);
}

http_server::http_server(asio::any_io_executor executor, server_limits limits, handler serve, refusal refuse)
    : executor_(executor), limits_(limits), serve_(std::move(serve)), refuse_(std::move(refuse)), acceptor_(executor) {}

void http_server::listen(std::uint16_t port) {
    asio::ip::tcp::endpoint const local(asio::ip::make_address("127.0.0.1"), port);
    acceptor_.open(local.protocol());
    acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true));
    acceptor_.bind(local);
    acceptor_.listen();
    accept();
}

void http_server::accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code ec, asio::ip::tcp::socket socket) {
        if (self->stopped_ || ec == asio::error::operation_aborted) return;
        if (!ec && self->connections_ < self->limits_.connections) {
            auto const s = std::make_shared<session>(self, std::move(socket));
            std::erase_if(self->sessions_, [](auto const& w) { return w.expired(); });
            self->sessions_.push_back(s);
            s->start();
        }
        if (!ec) return self->accept();
        // Out of descriptors, most likely: try again in a moment instead of at once.
        auto const pause = std::make_shared<asio::steady_timer>(self->executor_, std::chrono::milliseconds(50));
        pause->async_wait([self, pause](error_code cancelled) {
            if (!cancelled && !self->stopped_) self->accept();
        });
    });
}

void http_server::stop() {
    stopped_ = true;
    error_code ec;
    acceptor_.close(ec);
    for (auto const& weak : sessions_)
        if (auto const s = weak.lock()) s->stop();
}

}  // namespace corun::emulator
