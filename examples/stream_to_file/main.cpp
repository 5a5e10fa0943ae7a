// Writes a run's events to a file, one JSON line each, and survives dropped connections: it opens the stream again,
// marks the gap, and completes the record by asking for the outcome.
//
//     stream_to_file [FILE]      follows a run of wf_onboarding
//     stream_to_file --demo      the same, with a connection that the emulator cuts

#include <corun/flowmaestro/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

namespace asio = boost::asio;
namespace fm = corun::flowmaestro;

namespace {

class record {
public:
    explicit record(std::string const& path) : file_(path, std::ios::trunc) {}

    void event(std::string_view type, corun::json::value const& data = nullptr) {
        file_ << corun::to_text(corun::object("line", ++lines_, "type", type, "data", data)) << std::endl;
    }
    void gap(std::string_view why) {
        ++gaps_;
        event("gap", corun::object("why", why));
    }
    int gaps() const { return gaps_; }
    int lines() const { return lines_; }

private:
    std::ofstream file_;
    int lines_ = 0;
    int gaps_ = 0;
};

bool write_event(record& to, fm::execution_event const& event) {
    return std::visit(
        corun::overloaded{
            [&](fm::unknown_event const& e) { return to.event(e.name, corun::json::string(e.text)), false; },
            [&](fm::node_completed const& e) { return to.event(e.type.text(), e.outputs), false; },
            [&](fm::execution_completed const& e) { return to.event(e.type.text(), e.outputs), true; },
            [&](fm::execution_failed const& e) { return to.event(e.type.text(), corun::json::string(e.error)), true; },
            [&](fm::execution_cancelled const& e) { return to.event(e.type.text()), true; },
            [&](auto const& e) { return to.event(e.type.text()), false; },
        },
        event);
}

asio::awaitable<void> follow(fm::client& client, record& to) {
    auto const started = co_await client.workflows.execute("wf_onboarding", corun::object("customer_name", "Ada"));
    bool ended = false;
    while (!ended) {
        // A stream that is opened again after the end begins, and ends, with the outcome: nothing more is needed.
        auto events = client.executions.stream(started.execution_id);
        std::string why;
        try {
            while (auto event = co_await events.next()) ended = write_event(to, *event);
        } catch (corun::stream_error const& e) {
            why = e.message();
        }
        if (!ended) to.gap(why);
    }
}

// Asks the emulator to cut the next event stream after 600 bytes.
void ask_for_a_cut(std::string const& base_url) {
    auto const host = base_url.substr(base_url.find("//") + 2);
    auto const colon = host.find(':');
    std::string const body = R"({"path": "*/events", "cut_stream_after": 600})";
    std::string const request = "POST /__control/faults HTTP/1.1\r\nHost: " + host +
                                "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                                body;
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    asio::ip::tcp::resolver resolver(io);
    asio::connect(socket, resolver.resolve(host.substr(0, colon), host.substr(colon + 1)));
    asio::write(socket, asio::buffer(request));
    std::string answer;
    boost::system::error_code ec;
    asio::read(socket, asio::dynamic_buffer(answer), ec);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        bool const demo = argc > 1 && std::string_view(argv[1]) == "--demo";
        auto const* const url = std::getenv("FLOWMAESTRO_BASE_URL");
        if (demo && url != nullptr) ask_for_a_cut(url);
        record to(argc > 1 && !demo ? argv[1] : "/dev/stdout");
        asio::io_context io;
        fm::client client(io);
        int status = 0;
        asio::co_spawn(io, follow(client, to), [&](std::exception_ptr failed) {
            if (!failed) return;
            status = 1;
            try {
                std::rethrow_exception(failed);
            } catch (std::exception const& e) {
                std::cerr << e.what() << '\n';
            }
        });
        io.run();
        if (status == 0)
            std::cout << to.lines() << " lines, complete, " << to.gaps() << (to.gaps() == 1 ? " gap\n" : " gaps\n");
        return status;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
