#pragma once

#include "platforms/flowmaestro/emulator/core.hpp"

#include <map>
#include <memory>
#include <vector>

namespace corun::emulator::fm {

/// One answer of server-sent events (wire §5.1).
class stream : public std::enable_shared_from_this<stream> {
public:
    stream(core& c, exchange_ptr to) : core_(c), to_(std::move(to)) {}

    void begin();
    void send(std::string_view name, json::object const& data);
    /// Closes a moment after the terminal event.
    void end_soon();
    void end_now();
    bool open() const { return !ending_ && !to_->gone(); }

    std::function<void()> released;  ///< the client went away

private:
    void keep_alive();
    void stop_keep_alive();

    core& core_;
    exchange_ptr to_;
    clock::timer keep_alive_ = 0;
    bool ending_ = false;
};

/// Streams by what they watch.
class hub {
public:
    explicit hub(core& c) : core_(c) {}

    void join(std::string const& topic, std::shared_ptr<stream> const& s);
    /// How many streams got it.
    std::size_t publish(std::string const& topic, std::string_view name, json::object const& data);
    std::size_t watching(std::string const& topic) const;
    void end(std::string const& topic);
    void drop();

private:
    void leave(std::string const& topic, stream const* s);

    core& core_;
    std::map<std::string, std::vector<std::shared_ptr<stream>>, std::less<>> topics_;
};

}  // namespace corun::emulator::fm
