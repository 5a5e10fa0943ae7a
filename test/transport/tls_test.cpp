#include "transport/fixture.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace {

using namespace test;
namespace ssl = boost::asio::ssl;

using key_ptr = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using certificate_ptr = std::unique_ptr<X509, void (*)(X509*)>;

key_ptr make_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }
key_ptr make_weak_key() { return {EVP_RSA_gen(1024), &EVP_PKEY_free}; }

struct wanted {
    std::string common_name = "localhost";
    std::string names = "DNS:localhost,IP:127.0.0.1";  // empty: none
    long from = -3600;
    long to = 3600;
    bool is_ca = false;
    std::string usage;  // extended key usage
};

void extend(X509* certificate, X509* issuer, int what, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

certificate_ptr make_certificate(wanted const& w, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
    certificate_ptr made(X509_new(), &X509_free);
    X509_set_version(made.get(), 2);
    static long serial = 1;
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), w.from);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), w.to);
    X509_set_pubkey(made.get(), key);
    auto* const name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_UTF8, reinterpret_cast<unsigned char const*>(w.common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(), issuer != nullptr ? X509_get_subject_name(issuer) : name);
    auto* const signer = issuer != nullptr ? issuer : made.get();
    extend(made.get(), signer, NID_basic_constraints, w.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!w.names.empty()) extend(made.get(), signer, NID_subject_alt_name, w.names);
    if (!w.usage.empty()) extend(made.get(), signer, NID_ext_key_usage, w.usage);
    X509_sign(made.get(), issuer_key != nullptr ? issuer_key : key, EVP_sha256());
    return made;
}

template <class Write>
std::string pem(Write const& write) {
    auto* const bio = BIO_new(BIO_s_mem());
    write(bio);
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}
std::string pem_of(X509* c) {
    return pem([&](BIO* b) { PEM_write_bio_X509(b, c); });
}
std::string pem_of(EVP_PKEY* k) {
    return pem([&](BIO* b) { PEM_write_bio_PrivateKey(b, k, nullptr, nullptr, 0, nullptr, nullptr); });
}

struct authority {
    key_ptr key = make_key();
    certificate_ptr certificate = make();
    certificate_ptr make() const {
        wanted w;
        w.common_name = "test authority";
        w.names = "";
        w.is_ca = true;
        return make_certificate(w, key.get(), nullptr, nullptr);
    }
};

using tls_stream = ssl::stream<asio::ip::tcp::socket&>;

class tls : public transport_test {
public:
    authority ca;
    ssl::context context{ssl::context::tls_server};
    std::function<void(tls_stream&)> serve = [](tls_stream& s) {
        std::string text;
        boost::system::error_code ec;
        while (!ec) {
            char part[4096];
            auto const n = s.read_some(asio::buffer(part), ec);
            text.append(part, n);
            if (text.find("\r\n\r\n") == std::string::npos) continue;
            text.clear();
            asio::write(s, asio::buffer(answer("{}")), ec);
        }
    };
    std::string sni;

    void use(wanted const& w, key_ptr key = make_key(), authority const* other = nullptr) {
        auto const& by = other != nullptr ? *other : ca;
        auto const certificate = make_certificate(w, key.get(), by.certificate.get(), by.key.get());
        use(pem_of(certificate.get()), pem_of(key.get()));
    }
    void use(std::string const& certificate, std::string const& key) {
        SSL_CTX_set_security_level(context.native_handle(), 0);
        context.use_certificate_chain(asio::buffer(certificate));
        context.use_private_key(asio::buffer(key), ssl::context::pem);
    }
    void trust() { transport_test::tls.ca_pem(pem_of(ca.certificate.get())); }
    corun::transport_result get(std::uint16_t port, std::string const& host = "localhost") {
        make();
        auto r = request_to(port);
        r.origin.tls = true;
        r.origin.host = host;
        return send(r);
    }
};

TEST_F(tls, verified_by_name_and_by_address) {
    use({});
    trust();
    raw_server s([this](peer& p) {
        tls_stream stream(p.socket(), context);
        boost::system::error_code ec;
        stream.handshake(ssl::stream_base::server, ec);
        if (ec) return;
        auto const* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
        sni = name != nullptr ? name : "none";
        serve(stream);
    });
    auto const by_name = get(s.port());
    ASSERT_FALSE(by_name.failure) << by_name.failure.detail;
    EXPECT_EQ(by_name.body, "{}");
    EXPECT_GT(by_name.timings.tls.count(), 0);
    EXPECT_EQ(sni, "localhost");
    auto r = request_to(s.port());
    r.origin.tls = true;
    r.origin.host = "localhost";
    EXPECT_TRUE(send(r).reused);
    auto const by_address = get(s.port(), "127.0.0.1");
    EXPECT_FALSE(by_address.failure) << by_address.failure.detail;
    EXPECT_EQ(sni, "none");
}

struct bad_case {
    char const* name;
    wanted certificate;
    std::string reason;  // a part of what the error says
    bool weak = false;
    bool other_authority = false;
};

TEST_F(tls, each_bad_certificate_fails_with_its_reason) {
    authority const stranger;
    wanted wrong_host, expired, early, common_name_only, client_only, plain;
    wrong_host.names = "DNS:other.test";
    expired.from = -7200;
    expired.to = -3600;
    early.from = 3600;
    early.to = 7200;
    common_name_only.names = "";
    client_only.usage = "clientAuth";
    for (auto const& given : {bad_case{"wrong_host", wrong_host, "mismatch"}, bad_case{"expired", expired, "expired"},
             bad_case{"early", early, "not yet valid"}, bad_case{"common_name_only", common_name_only, "mismatch"},
             bad_case{"client_only", client_only, "purpose"},
             bad_case{"unknown_authority", plain, "signature failure", false, true},
             bad_case{"weak", plain, "too weak", true}}) {
        use(given.certificate, given.weak ? make_weak_key() : make_key(), given.other_authority ? &stranger : nullptr);
        trust();
        raw_server s([this](peer& p) {
            tls_stream stream(p.socket(), context);
            boost::system::error_code ec;
            stream.handshake(ssl::stream_base::server, ec);
            if (!ec) serve(stream);
        });
        auto const r = get(s.port());
        EXPECT_EQ(r.failure.code, errc::tls_failed) << given.name;
        EXPECT_EQ(r.failure.where, phase::tls) << given.name;
        EXPECT_NE(r.failure.detail.find(given.reason), std::string::npos) << given.name << ": " << r.failure.detail;
        EXPECT_FALSE(r.failure.bytes_written) << given.name;
        context = ssl::context(ssl::context::tls_server);
        transport_test::tls = corun::tls_options();
    }
}

TEST_F(tls, own_certificate_is_not_trusted_unless_verification_is_off) {
    auto const key = make_key();
    auto const own = make_certificate({}, key.get(), nullptr, nullptr);
    use(pem_of(own.get()), pem_of(key.get()));
    raw_server s([this](peer& p) {
        tls_stream stream(p.socket(), context);
        boost::system::error_code ec;
        stream.handshake(ssl::stream_base::server, ec);
        if (!ec) serve(stream);
    });
    EXPECT_EQ(get(s.port()).failure.code, errc::tls_failed);
    transport_test::tls.insecure_skip_verification();
    EXPECT_FALSE(get(s.port()).failure);
}

TEST_F(tls, old_versions_are_refused) {
    use({});
    SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
    trust();
    raw_server s([this](peer& p) {
        tls_stream stream(p.socket(), context);
        boost::system::error_code ec;
        stream.handshake(ssl::stream_base::server, ec);
    });
    EXPECT_EQ(get(s.port()).failure.code, errc::tls_failed);
}

TEST_F(tls, what_is_no_handshake_is_a_typed_error) {
    trust();
    for (std::string const& given : {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(),
             std::string("\x16\x03\x01garbage garbage garbage", 25)}) {
        raw_server s([&](peer& p) {
            std::string hello;
            p.read_some(hello);
            p.write(given);
        });
        EXPECT_EQ(get(s.port()).failure.code, errc::tls_failed) << given;
    }
}

TEST_F(tls, an_end_without_close_notify) {
    use({});
    trust();
    std::string sent;
    raw_server s([&](peer& p) {
        tls_stream stream(p.socket(), context);
        boost::system::error_code ec;
        stream.handshake(ssl::stream_base::server, ec);
        char part[4096];
        stream.read_some(asio::buffer(part), ec);
        asio::write(stream, asio::buffer(sent), ec);
    });
    sent = "HTTP/1.1 200 OK\r\n\r\nok";
    EXPECT_EQ(get(s.port()).failure.code, errc::incomplete_body);
    sent = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    EXPECT_EQ(get(s.port()).body, "ok");
}

TEST_F(tls, trust_that_cannot_be_read_is_refused_at_once) {
    transport_test::tls.ca_pem("nonsense");
    EXPECT_THROW(make(), corun::validation_error);
    transport_test::tls = corun::tls_options();
    transport_test::tls.ca_file("/nowhere/ca.pem");
    EXPECT_THROW(make(), corun::validation_error);
}

TEST_F(tls, large_bodies_both_ways) {
    use({});
    trust();
    std::string const big(3 * 1024 * 1024, 'x');
    raw_server s([&](peer& p) {
        tls_stream stream(p.socket(), context);
        boost::system::error_code ec;
        stream.handshake(ssl::stream_base::server, ec);
        std::string text;
        while (!ec && text.size() < big.size()) {
            char part[16384];
            text.append(part, stream.read_some(asio::buffer(part), ec));
        }
        asio::write(stream, asio::buffer(answer(big)), ec);
        char part[1];
        stream.read_some(asio::buffer(part), ec);
    });
    make();
    auto r = request_to(s.port(), "POST", big);
    r.origin.tls = true;
    r.origin.host = "localhost";
    auto const result = send(r);
    ASSERT_FALSE(result.failure) << result.failure.detail;
    EXPECT_TRUE(result.body == big);
}

}  // namespace
