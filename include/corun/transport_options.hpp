#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace corun {

namespace asio = boost::asio;

class transport;
class time_source;

/// Limits of the connection pool.
struct pool_options {
    std::size_t max_connections = 256;         ///< in all, in use and idle
    std::size_t max_per_origin = 64;           ///< to one scheme, host and port
    std::chrono::milliseconds idle{60'000};    ///< an idle connection is closed after this
    std::chrono::milliseconds lifetime{600'000};  ///< a connection is not used again after this; 0: no limit
};

/// What a TLS connection trusts. Default: the system's certificates, TLS 1.2 and above, host name verified.
class tls_options {
public:
    tls_options() = default;

    /// Trusts only the certificates of this PEM file.
    tls_options& ca_file(std::string_view path);
    /// Trusts only the certificates of this PEM text.
    tls_options& ca_pem(std::string_view text);
    /// Accepts any certificate: for experiments only. Logged once through the observer.
    tls_options& insecure_skip_verification(bool on = true);

    std::string const& ca_file() const noexcept { return ca_file_; }
    std::string const& ca_pem() const noexcept { return ca_pem_; }
    bool insecure_skip_verification() const noexcept { return insecure_; }

private:
    std::string ca_file_;
    std::string ca_pem_;
    bool insecure_ = false;
};

/// The library's own HTTP/1.1 transport. Throws `validation_error` where the TLS options cannot be used.
std::shared_ptr<transport> make_transport(asio::any_io_executor executor, pool_options const& pool,
                                          tls_options const& tls);

/// The steady clock, with sleeps on this executor.
std::shared_ptr<time_source> make_steady_time(asio::any_io_executor executor);

}  // namespace corun
