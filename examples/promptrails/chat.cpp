// A chat in the terminal.
//
//     chat [LINE…]      lines given as arguments are taken first
//
// Ctrl-C gives the running answer up and stays in the program; Ctrl-D leaves it. /sessions lists the sessions so far,
// /cost what the workspace has spent.

#include <corun/promptrails/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <csignal>
#include <deque>
#include <iostream>
#include <optional>
#include <string>

namespace asio = boost::asio;
namespace pr = corun::promptrails;

namespace {

class chat {
public:
    chat(asio::io_context& io, std::deque<std::string> first)
        : client_(io), input_(io, ::dup(STDIN_FILENO)), interrupts_(io, SIGINT), waiting_(std::move(first)) {
        watch();
    }

    asio::awaitable<void> run() {
        auto const session = co_await client_.chat.create_session("3BchatAgent0000000000000001");
        std::cout << "Ask away. /sessions, /cost; Ctrl-C stops an answer, Ctrl-D ends.\n";
        while (true) {
            auto const line = co_await next_line();
            if (!line) break;
            if (line->empty()) continue;
            std::optional<std::string> problem;
            try {
                if (*line == "/sessions")
                    co_await show_sessions();
                else if (*line == "/cost")
                    co_await show_cost();
                else
                    co_await ask(session.id, *line);
            } catch (corun::error const& e) {
                problem = e.what();
            }
            if (problem) std::cout << '\n' << *problem << '\n';
        }
        interrupts_.cancel();
    }

private:
    void watch() {
        interrupts_.async_wait([this](boost::system::error_code ec, int) {
            if (ec) return;
            if (answer_)
                answer_->close();
            else
                std::cout << "\n(Ctrl-D ends the program)\nyou> " << std::flush;
            watch();
        });
    }

    asio::awaitable<std::optional<std::string>> next_line() {
        std::cout << "you> " << std::flush;
        std::optional<std::string> line;
        if (!waiting_.empty()) {
            line = waiting_.front();
            waiting_.pop_front();
            std::cout << *line << '\n';
            co_return line;
        }
        boost::system::error_code ec;
        auto const size = co_await asio::async_read_until(
            input_, asio::dynamic_buffer(buffer_), '\n', asio::redirect_error(asio::use_awaitable, ec));
        if (ec) {
            std::cout << '\n';
            co_return line;
        }
        line = buffer_.substr(0, size - 1);
        buffer_.erase(0, size);
        co_return line;
    }

    asio::awaitable<void> ask(std::string session, std::string question) {
        answer_.emplace(client_.chat.send_message_stream(session, question));
        std::exception_ptr failed;
        try {
            while (auto event = co_await answer_->next()) {
                if (auto const* e = std::get_if<pr::tool_start_event>(&*event))
                    std::cout << "  (asks " << e->name << ")\n";
                if (auto const* e = std::get_if<pr::content_event>(&*event)) std::cout << e->content << std::flush;
                if (auto const* e = std::get_if<pr::error_event>(&*event))
                    std::cout << "(failed: " << e->message << ')';
                if (auto const* e = std::get_if<pr::done_event>(&*event))
                    std::cout << "\n  (" << e->token_usage.total_tokens.value_or(0) << " tokens)";
            }
        } catch (corun::error const& e) {
            if (e.cancelled())
                std::cout << "\n  (stopped)";
            else
                failed = std::current_exception();
        }
        std::cout << '\n';
        answer_.reset();
        if (failed) std::rethrow_exception(failed);
    }

    asio::awaitable<void> show_sessions() {
        auto sessions = client_.chat.list_sessions();
        while (auto session = co_await sessions.next())
            std::cout << "  " << session->id << "  " << session->created_at << "  " << session->title << '\n';
    }

    asio::awaitable<void> show_cost() {
        auto const costs = co_await client_.costs.get_summary();
        std::cout << "  $" << costs.total_cost << " for " << costs.total_executions << " runs, " << costs.total_tokens
                  << " tokens\n";
    }

    pr::client client_;
    asio::posix::stream_descriptor input_;
    asio::signal_set interrupts_;
    std::deque<std::string> waiting_;
    std::string buffer_;
    std::optional<corun::event_stream<pr::stream_event>> answer_;
};

}  // namespace

int main(int argc, char** argv) {
    try {
        asio::io_context io;
        chat talk(io, std::deque<std::string>(argv + 1, argv + argc));
        asio::co_spawn(io, talk.run(), [&](std::exception_ptr failed) {
            if (failed) std::rethrow_exception(failed);
        });
        io.run();
        return 0;
    } catch (corun::error const& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
