#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corun::emulator {

/// Names and values in their order; names of header fields compare without case.
using pairs = std::vector<std::pair<std::string, std::string>>;

/// One request, read whole.
struct request {
    std::string method;
    std::string target;                 ///< as sent
    std::string path;                   ///< without query, still encoded
    std::vector<std::string> segments;  ///< of the path, decoded; a trailing '/' gives an empty last one
    pairs query;                        ///< decoded, in order
    pairs headers;
    std::string body;
    bool body_too_large = false;  ///< more than the platform's `max_body`; `body` is empty then

    std::optional<std::string_view> header(std::string_view name) const;
    /// The first value of this name.
    std::optional<std::string_view> parameter(std::string_view name) const;
};

/// One answer. Content-Length, Date and Connection are the server's.
struct response {
    int status = 200;
    pairs headers;
    std::string body;
    bool close = false;
};

/// A request and the way to answer it: `respond` once, or `begin_stream`, `write`…, `finish`. May be kept and answered
/// later; all on the emulator's one thread. Calls after the client has gone do nothing.
class exchange {
public:
    virtual ~exchange() = default;

    virtual request const& asked() const = 0;
    virtual void respond(response answer) = 0;
    /// Sends the head of a chunked answer at once.
    virtual void begin_stream(int status, pairs headers) = 0;
    virtual void write(std::string_view bytes) = 0;
    virtual void finish() = 0;
    /// Called once when the client goes away before the answer was complete.
    virtual void on_gone(std::function<void()> call) = 0;
    virtual bool gone() const = 0;
};

using exchange_ptr = std::shared_ptr<exchange>;

}  // namespace corun::emulator
