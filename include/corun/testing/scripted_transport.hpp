#pragma once

#include <corun/headers.hpp>
#include <corun/transport.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace corun::testing {

class virtual_time;

/// A transport without sockets: each request gets the next answer of a script, and is kept for inspection.
///
/// A request beyond the script fails with `errc::connect_failed`. Thread safety: none.
/// Give it to a client by `client_options::transport`.
class scripted_transport final : public transport {
public:
    scripted_transport();
    /// `time` is moved forward where a stream's script keeps silent.
    explicit scripted_transport(std::shared_ptr<virtual_time> time);
    ~scripted_transport() override;

    /// The next answer. Content-Type is JSON unless `headers` has one.
    scripted_transport& answer(int status, std::string_view body, header_list headers = {});
    /// The next answer is an event stream, whose body is what follows until the next answer.
    scripted_transport& stream(int status = 200, std::string_view content_type = "text/event-stream");
    scripted_transport& bytes(std::string_view piece);  ///< what one read gives
    scripted_transport& silence();                      ///< the reader's time runs out
    scripted_transport& cut();                          ///< the connection is lost; without it the body just ends
    scripted_transport& open_end();                     ///< nothing more comes, until the reader gives up
    /// The next request fails.
    scripted_transport& fail(error_code code, phase where, bool bytes_written = false);
    /// The next request gets no answer until it is cancelled.
    scripted_transport& hang();

    std::size_t count() const;
    /// The n-th request as it would go over the wire.
    std::string wire(std::size_t n) const;
    transport_request const& request(std::size_t n) const;
    /// How many bodies are still open.
    int open_bodies() const;

    asio::awaitable<transport_result> send(transport_request const& request) override;
    asio::awaitable<open_result> open(transport_request const& request) override;
    void close() noexcept override;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace corun::testing
