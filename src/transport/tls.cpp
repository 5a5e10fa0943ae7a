#include "transport/tls.hpp"

#include <corun/error.hpp>

#include <boost/asio/ip/address.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <sys/socket.h>

namespace corun {

namespace {

using kind = io_outcome::kind;

// A BIO over send(MSG_NOSIGNAL): OpenSSL's own uses write(2), which raises SIGPIPE.
int socket_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

template <class Call>
int transfer(BIO* bio, int retry_flag, Call const& call) {
    BIO_clear_retry_flags(bio);
    ssize_t n = 0;
    do n = call(socket_of(bio));
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
    return static_cast<int>(n);
}

int bio_write(BIO* bio, char const* from, int size) {
    return transfer(bio, BIO_FLAGS_WRITE,
                    [&](int s) { return ::send(s, from, static_cast<std::size_t>(size), MSG_NOSIGNAL); });
}

int bio_read(BIO* bio, char* to, int size) {
    int const n =
        transfer(bio, BIO_FLAGS_READ, [&](int s) { return ::recv(s, to, static_cast<std::size_t>(size), 0); });
    if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return n;
}

long bio_ctrl(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return 0;
}

int bio_create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

BIO_METHOD* socket_method() {
    static std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)> const method = [] {
        auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "corun socket");
        if (made != nullptr) {
            BIO_meth_set_write(made, &bio_write);
            BIO_meth_set_read(made, &bio_read);
            BIO_meth_set_ctrl(made, &bio_ctrl);
            BIO_meth_set_create(made, &bio_create);
        }
        return std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)>(made, &BIO_meth_free);
    }();
    return method.get();
}

std::string last_error() {
    auto const code = ERR_peek_last_error();
    if (code == 0) return "unknown TLS error";
    std::array<char, 256> text{};
    if (auto const* reason = ERR_reason_error_string(code)) return reason;
    ERR_error_string_n(code, text.data(), text.size());
    return text.data();
}

[[noreturn]] void refuse(std::string message) {
    failure f;
    f.code = errc::invalid_argument;
    f.kind = error_kind::validation;
    f.where = phase::prepare;
    f.operation = "client";
    f.message = std::move(message);
    throw validation_error(std::move(f));
}

int trust_text(SSL_CTX* context, std::string const& pem) {
    std::unique_ptr<BIO, void (*)(BIO*)> const source(
        BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), std::numeric_limits<int>::max()))),
        [](BIO* b) { BIO_free(b); });
    int found = 0;
    while (auto* certificate = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
        X509_free(certificate);
        ++found;
    }
    bool const at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return at_end ? found : 0;
}

}  // namespace

tls_context::tls_context(tls_options const& options) : context_(SSL_CTX_new(TLS_client_method())) {
    if (context_ == nullptr) throw std::bad_alloc();
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> guard(context_, &SSL_CTX_free);
    ERR_clear_error();
    SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
    SSL_CTX_set_security_level(context_, std::max(2, SSL_CTX_get_security_level(context_)));
    SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                   SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    static constexpr std::array<unsigned char, 9> http1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context_, http1.data(), http1.size());

    if (!options.ca_file().empty() && SSL_CTX_load_verify_file(context_, options.ca_file().c_str()) != 1)
        refuse("the CA file cannot be read: " + last_error());
    if (!options.ca_pem().empty() && trust_text(context_, options.ca_pem()) == 0)
        refuse("the CA text holds no certificate that can be read");
    // The system's hashed folder is looked into per certificate, never read whole.
    if (options.ca_file().empty() && options.ca_pem().empty()) SSL_CTX_set_default_verify_paths(context_);
    SSL_CTX_set_verify(context_, options.insecure_skip_verification() ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    ERR_clear_error();
    static_cast<void>(guard.release());
}

tls_context::~tls_context() { SSL_CTX_free(context_); }

tls_session::tls_session(tls_context const& context, int socket, std::string const& host)
    : ssl_(SSL_new(context.get())) {
    if (ssl_ == nullptr) throw std::bad_alloc();
    auto* const bio = BIO_new(socket_method());
    if (bio == nullptr) {
        SSL_free(ssl_);
        throw std::bad_alloc();
    }
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
    SSL_set_bio(ssl_, bio, bio);
    SSL_set_connect_state(ssl_);

    boost::system::error_code not_address;
    auto const address = boost::asio::ip::make_address(host, not_address);
    auto* const verify = SSL_get0_param(ssl_);
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (not_address) {
        X509_VERIFY_PARAM_set1_host(verify, host.data(), host.size());
        SSL_set_tlsext_host_name(ssl_, host.c_str());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(verify, address.to_string().c_str());
    }
}

tls_session::~tls_session() { SSL_free(ssl_); }

io_outcome tls_session::outcome(int result, std::string_view doing) {
    if (result > 0) return {kind::done, static_cast<std::size_t>(result)};
    int const socket_error = errno;
    switch (SSL_get_error(ssl_, result)) {
        case SSL_ERROR_WANT_READ: return {kind::want_read};
        case SSL_ERROR_WANT_WRITE: return {kind::want_write};
        case SSL_ERROR_ZERO_RETURN: return {kind::end};
        case SSL_ERROR_SYSCALL: {
            boost::system::error_code const code(socket_error != 0 ? socket_error : ECONNRESET,
                                                 boost::system::system_category());
            return {kind::failed, 0, code, code.message()};
        }
        default: break;
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return {kind::truncated};
    }
    io_outcome failed{kind::failed, 0, errc::tls_failed, std::string(doing)};
    auto const verified = SSL_get_verify_result(ssl_);
    failed.detail += verified != X509_V_OK ? X509_verify_cert_error_string(verified) : last_error();
    ERR_clear_error();
    return failed;
}

io_outcome tls_session::handshake() {
    ERR_clear_error();
    errno = 0;
    return outcome(SSL_do_handshake(ssl_), "TLS handshake: ");
}

io_outcome tls_session::read(char* to, std::size_t size) {
    ERR_clear_error();
    errno = 0;
    return outcome(SSL_read(ssl_, to, static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()))),
                   "TLS: ");
}

io_outcome tls_session::write(char const* from, std::size_t size) {
    ERR_clear_error();
    errno = 0;
    return outcome(SSL_write(ssl_, from, static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()))),
                   "TLS: ");
}

void tls_session::notify_close() noexcept {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
    ERR_clear_error();
}

}  // namespace corun
