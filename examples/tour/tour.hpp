#pragma once

// What every part of the tour shares: how it looks.

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tour {

namespace asio = boost::asio;

/// Writes for a person: colours and a moving progress line in a terminal, plain lines elsewhere.
class screen {
public:
    screen();

    void title(std::string_view text);
    /// A new station: what is done, and how long it took once `done` is called.
    void station(std::string_view text);
    void done();
    void line(std::string_view text);
    void good(std::string_view text);
    void bad(std::string_view text);
    void quiet(std::string_view text);
    /// A row of a table; the widths are those of the first cell.
    void row(std::string_view first, std::string_view second, std::string_view third = {});
    /// Text as it arrives, without a line end.
    void piece(std::string_view text);
    void end_pieces();
    /// A bar that moves; in a file, nothing.
    void progress(double percent, std::string_view what);

private:
    std::string paint(std::string_view code, std::string_view text) const;
    void settle();

    bool terminal_;
    bool bar_ = false;
    bool in_pieces_ = false;
    std::chrono::steady_clock::time_point began_;
};

struct part {
    std::string_view platform;
    asio::awaitable<void> (*run)(screen&);
};
std::vector<part> all_parts();

}  // namespace tour
