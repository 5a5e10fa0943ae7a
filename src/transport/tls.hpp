#pragma once

#include <corun/transport_options.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace corun {

/// The outcome of a read or write that does not wait.
struct io_outcome {
    enum class kind {
        done,
        want_read,
        want_write,
        end,        ///< the peer ended its side as it should
        truncated,  ///< TLS: the connection ended without close_notify
        failed,
    };

    kind what = kind::done;
    std::size_t bytes = 0;
    boost::system::error_code code{};
    std::string detail{};
};

/// What TLS connections trust, made once of the options. Throws `validation_error` where they cannot be used.
class tls_context {
public:
    explicit tls_context(tls_options const& options);
    ~tls_context();
    tls_context(tls_context const&) = delete;
    tls_context& operator=(tls_context const&) = delete;

    ssl_ctx_st* get() const noexcept { return context_; }

private:
    ssl_ctx_st* context_;
};

/// One TLS connection on a non-blocking socket that somebody else owns. OpenSSL works on the socket itself: no buffers
/// but its own, which it releases while it idles.
class tls_session {
public:
    /// `host` is verified, as a name (with SNI) or as an address.
    tls_session(tls_context const& context, int socket, std::string const& host);
    ~tls_session();
    tls_session(tls_session const&) = delete;
    tls_session& operator=(tls_session const&) = delete;

    io_outcome handshake();
    io_outcome read(char* to, std::size_t size);
    io_outcome write(char const* from, std::size_t size);
    /// Tells the peer that we end; does not wait.
    void notify_close() noexcept;

private:
    io_outcome outcome(int result, std::string_view doing);

    ssl_st* ssl_;
};

}  // namespace corun
