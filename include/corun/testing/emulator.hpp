#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What tests of programs that use corun need. Link `corun::emulator`.
namespace corun::testing {

/// How an emulator inside this process behaves; the command line of `corun-emulator` has the same (docs/emulator.md).
class emulator_options {
public:
    emulator_options() = default;

    /// 2: runs go twice as fast; 0: without waiting. Default 1.
    emulator_options& speed(double factor);
    /// Only keys that are given pass. `platform` empty: on all of them.
    emulator_options& api_key(std::string_view key, std::string_view platform = {});
    emulator_options& rate_limit(std::int64_t per_minute);
    /// Keeps the state in this file. Default: in memory.
    emulator_options& database(std::string_view file);
    /// Reads `DIR/<platform>/<entity>.json`.
    emulator_options& fixtures(std::string_view folder);

private:
    friend class emulator;
    double speed_ = 1.0;
    std::vector<std::pair<std::string, std::string>> keys_;
    std::int64_t rate_limit_ = 0;
    std::string database_;
    std::string fixtures_;
};

/// All platforms, each on a free port of 127.0.0.1, on a thread of this object's own; its end stops them.
///
/// Thread safety: all members.
class emulator {
public:
    /// Throws `std::runtime_error` where an option or a file cannot be used.
    explicit emulator(emulator_options const& options = {});
    ~emulator();
    emulator(emulator const&) = delete;
    emulator& operator=(emulator const&) = delete;

    /// "http://127.0.0.1:40001"; throws `std::out_of_range` for a platform that is not there.
    std::string base_url(std::string_view platform) const;

    /// A command of the control interface: `control("flowmaestro", "POST", "/clock", R"({"advance_ms": 5000})")`.
    /// Gives the answer's text; throws `std::runtime_error` where the command is refused.
    std::string control(std::string_view platform, std::string_view method, std::string_view path,
                        std::string_view body = {});

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace corun::testing
