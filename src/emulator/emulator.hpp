#pragma once

#include "emulator/faults.hpp"
#include "emulator/http_server.hpp"
#include "emulator/platform.hpp"
#include "emulator/virtual_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace corun::emulator {

/// What the command line and `testing::emulator` can say.
struct options {
    std::map<std::string, std::uint16_t, std::less<>> ports;  ///< 0: a free one; where any is given, others are free ones
    bool free_ports = false;                                  ///< for every platform that is not in `ports`
    std::vector<std::pair<std::string, std::string>> keys;    ///< platform (empty: all) and key
    std::int64_t rate_limit = 0;                              ///< requests a minute and key; 0: the platform's own
    double speed = 1.0;
    std::string database;                                     ///< a file; empty: in memory
    std::string fixtures;                                     ///< a folder; empty: none
    std::string log_level = "info";
    server_limits limits;
};

/// A platform that CMake found.
struct platform_entry {
    std::string_view name;
    std::unique_ptr<platform> (*make)(environment&);
};

/// All platforms, each on its port, on one context and one thread.
class emulator {
public:
    /// Throws `std::runtime_error`, with one clear line, where an option, a file or a port cannot be used.
    emulator(asio::io_context& context, options settings, std::vector<platform_entry> const& platforms);
    ~emulator();

    json::object base_urls() const;
    /// Answers a command of the control interface; used by its route and by `testing::emulator`.
    response control(std::string_view port_of, std::string_view method, std::string_view path, pairs const& query,
                     std::string_view body);
    void stop();

private:
    class hosted;
    struct seen_request;

    void serve(hosted& at, std::shared_ptr<server_exchange> call);
    void pass_on(hosted& at, std::shared_ptr<server_exchange> call);
    void remember(hosted const& at, request const& r, int status, std::uint64_t number);
    json::object state() const;
    void reset();
    void load_fixtures(hosted& at);

    asio::io_context& context_;
    options settings_;
    virtual_clock clock_;
    database db_;
    std::vector<std::unique_ptr<hosted>> platforms_;
    fault_table faults_;
    std::deque<json::object> seen_;
    std::uint64_t count_ = 0;
    bool stopped_ = false;
};

}  // namespace corun::emulator
