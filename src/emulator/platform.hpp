#pragma once

#include "emulator/environment.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace corun::emulator {

/// One emulated platform. The function `std::unique_ptr<platform> make_<name>(environment&)` in this namespace makes it;
/// CMake writes the table that knows them all.
class platform {
public:
    virtual ~platform() = default;

    virtual std::string_view name() const = 0;           ///< "flowmaestro"
    virtual std::uint16_t default_port() const = 0;
    virtual std::size_t max_body() const { return 1024 * 1024; }

    /// Makes tables, seeds the built-in data where the tables are new, and takes up what a restart interrupted.
    virtual void start() = 0;
    /// Answers one request, now or later. An exception becomes the platform's 500.
    virtual void serve(exchange_ptr call) = 0;
    /// The platform's shape for a failure that the server or a fault makes: 500, 408, 413, 431, 503 ….
    virtual response error(int status, std::string_view message) = 0;

    /// `entity` is the file's name without ".json". Throws `std::runtime_error` that says what is wrong.
    virtual void load_fixture(std::string_view entity, json::value const& content) = 0;
    /// Back to the built-in data; running work is dropped.
    virtual void reset() = 0;
    /// Commands of `/__control` that are the platform's own: `POST /__control/<action>` with a JSON object. nullopt: no
    /// such action. Throws `std::runtime_error` for a bad argument.
    virtual std::optional<json::value> control(std::string_view action, json::object const& arguments) = 0;
    /// Profile and shape options: `{"profile": "vendor-strict", …}`. Throws `std::runtime_error` for unknown ones.
    virtual void configure(json::object const& options) = 0;
    virtual json::object configuration() const = 0;
};

}  // namespace corun::emulator
