// The guided tour: what corun does, in half a minute, against the local emulator.

#include "tour.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <unistd.h>

namespace tour {

screen::screen() : terminal_(::isatty(STDOUT_FILENO) == 1), began_(std::chrono::steady_clock::now()) {}

std::string screen::paint(std::string_view code, std::string_view text) const {
    if (!terminal_) return std::string(text);
    return "\x1b[" + std::string(code) + 'm' + std::string(text) + "\x1b[0m";
}

void screen::settle() {
    if (bar_) std::cout << "\r\x1b[K";
    bar_ = false;
    if (in_pieces_) end_pieces();
}

void screen::title(std::string_view text) {
    settle();
    std::cout << '\n' << paint("1;36", text) << '\n' << paint("36", std::string(text.size(), '=')) << '\n';
}

void screen::station(std::string_view text) {
    settle();
    began_ = std::chrono::steady_clock::now();
    std::cout << '\n' << paint("1", text) << std::endl;
}

void screen::done() {
    settle();
    auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_);
    std::cout << paint("2", "  (" + std::to_string(took.count()) + " ms)") << std::endl;
}

void screen::line(std::string_view text) {
    settle();
    std::cout << "  " << text << std::endl;
}

void screen::good(std::string_view text) {
    settle();
    std::cout << "  " << paint("32", "+ ") << text << std::endl;
}

void screen::bad(std::string_view text) {
    settle();
    std::cout << "  " << paint("31", "! ") << text << std::endl;
}

void screen::quiet(std::string_view text) {
    settle();
    std::cout << "  " << paint("2", text) << std::endl;
}

void screen::row(std::string_view first, std::string_view second, std::string_view third) {
    settle();
    std::string padded(first);
    padded.resize(std::max<std::size_t>(padded.size() + 1, 18), ' ');
    std::string middle(second);
    middle.resize(std::max<std::size_t>(middle.size() + 1, 28), ' ');
    std::cout << "  " << paint("33", padded) << middle << paint("2", third) << std::endl;
}

void screen::piece(std::string_view text) {
    if (!in_pieces_) {
        settle();
        std::cout << "  ";
    }
    in_pieces_ = true;
    for (char const c : text) {
        std::cout << c;
        if (c == '\n') std::cout << "  ";
    }
    std::cout << std::flush;
}

void screen::end_pieces() {
    if (in_pieces_) std::cout << std::endl;
    in_pieces_ = false;
}

void screen::progress(double percent, std::string_view what) {
    if (!terminal_) return;
    settle();
    auto const filled = static_cast<std::size_t>(std::clamp(percent, 0.0, 100.0) / 4.0);
    std::string bar;
    for (std::size_t i = 0; i < 25; ++i) bar += i < filled ? "█" : "░";
    std::cout << "  " << paint("36", bar) << ' ' << static_cast<int>(percent) << " % " << what << std::flush;
    bar_ = true;
}

}  // namespace tour

int main() {
    tour::screen out;
    boost::asio::io_context io;
    int status = 0;
    auto const began = std::chrono::steady_clock::now();
    for (auto const& part : tour::all_parts()) {
        boost::asio::co_spawn(io, part.run(out), [&](std::exception_ptr failed) {
            if (!failed) return;
            status = 1;
            try {
                std::rethrow_exception(failed);
            } catch (std::exception const& e) {
                std::cerr << part.platform << ": " << e.what() << '\n';
            }
        });
        io.run();
        io.restart();
    }
    if (status != 0) return status;
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    out.title("That was the tour");
    char text[80];
    std::snprintf(text, sizeof text, "%.1f s in all, no key, no network. Next: examples/run.sh --help", took);
    out.line(text);
    return 0;
}
