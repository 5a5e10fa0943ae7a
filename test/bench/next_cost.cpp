// What `next()` adds to the same parse and decode in a plain loop, over bytes in memory: no socket. argv: events.
#include "measure.hpp"

#include "call/client_core.hpp"
#include "stream/event_pump.hpp"

#include <corun/sse.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

namespace asio = boost::asio;
using namespace corun;

namespace {

struct event {
    std::size_t size = 0;
};

class script final : public detail::stream_script<event> {
public:
    asio::awaitable<void> open(detail::stream_driver& driver, std::deque<event>&) override {
        return driver.open(operation_);
    }
    void decode(sse::event_view const& e, std::optional<event>& out) override { out.emplace(event{e.data.size()}); }
    bool terminal(event const&) const override { return false; }
    asio::awaitable<std::optional<event>> on_end() override { co_return event{0}; }

    std::shared_ptr<detail::operation> operation_;
};

class memory final : public byte_source {
public:
    memory(std::string const& bytes, std::size_t times) : bytes_(bytes), left_(times) {}
    asio::awaitable<chunk> read(steady_time) override {
        chunk c;
        if (left_-- == 0)
            c.end = true;
        else
            c.bytes = bytes_;
        co_return c;
    }
    void abort() noexcept override {}

private:
    std::string const& bytes_;
    std::size_t left_;
};

class memory_transport final : public transport {
public:
    memory_transport(std::string const& bytes, std::size_t times) : bytes_(bytes), times_(times) {}
    asio::awaitable<transport_result> send(transport_request const&) override { co_return transport_result(); }
    asio::awaitable<open_result> open(transport_request const&) override {
        open_result r;
        r.head.status = 200;
        r.head.headers.add("Content-Type", "text/event-stream");
        r.body = std::make_unique<memory>(bytes_, times_);
        co_return r;
    }
    void close() noexcept override {}

private:
    std::string const& bytes_;
    std::size_t times_;
};

asio::awaitable<void> consume(event_stream<event>& stream, std::size_t& bytes) {
    while (auto const e = co_await stream.next()) {
        bytes += e->size;
        if (e->size == 0) break;
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t const events = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
    std::string block;
    for (int i = 0; i < 300; ++i)
        block += "event: message:token\ndata: {\"type\":\"message:token\",\"thread_id\":\"thread_7f3a\",\"token\":\"Hello\"}\n\n";
    std::size_t const times = events / 300;

    std::size_t bytes = 0;
    {
        measurement m;
        sse::parser parser;
        for (std::size_t i = 0; i < times; ++i) {
            parser.feed(block);
            sse::event_view e;
            while (parser.next(e) == sse::status::event) {
                std::optional<event> out(event{e.data.size()});
                bytes += out->size;
            }
        }
        m.print(static_cast<double>(times * 300));
    }

    static platform_profile const profile{.name = "bench", .default_base_url = "http://127.0.0.1"};
    asio::io_context io(1);
    client_settings settings;
    settings.api_key = "k";
    settings.transport = std::make_shared<memory_transport>(block, times);
    auto const core = std::make_shared<client_core>(io.get_executor(), profile, settings);
    auto made = std::make_unique<script>();
    made->operation_ = std::make_shared<detail::operation>(core, request("bench", "GET", "/"), call_options());
    auto stream = detail::make_stream<event>(core, std::move(made));
    std::size_t streamed = 0;
    measurement m;
    asio::co_spawn(io, consume(stream, streamed), asio::detached);
    io.run();
    m.print(static_cast<double>(times * 300));
    return streamed == bytes ? 0 : 1;
}
