#include <corun/error.hpp>
#include <corun/result.hpp>

#include <boost/asio/error.hpp>

#include <stdexcept>

namespace corun {

namespace {

class category final : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "corun"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::invalid_argument: return "invalid argument";
            case errc::http_error: return "the server answered with an error";
            case errc::timeout: return "timed out";
            case errc::resolve_failed: return "host name not found";
            case errc::connect_failed: return "connect failed";
            case errc::tls_failed: return "TLS handshake failed";
            case errc::proxy_failed: return "proxy failed";
            case errc::connection_lost: return "connection lost";
            case errc::protocol_error: return "malformed HTTP answer";
            case errc::incomplete_body: return "incomplete body";
            case errc::header_limit: return "headers too large";
            case errc::body_limit: return "body too large";
            case errc::unexpected_content_type: return "unexpected content type";
            case errc::decode_error: return "unexpected JSON";
            case errc::stream_interrupted: return "stream interrupted";
            case errc::incomplete_stream: return "stream ended before its terminal event";
            case errc::event_limit: return "event too large";
            case errc::client_closed: return "client closed";
            case errc::run_failed: return "run failed";
        }
        return "unknown error";
    }
};

// The standard categories' texts may name the platform's errno; they never hold private data.
std::string text_of(failure const& f) { return f.message.empty() ? f.code.message() : f.message; }

}  // namespace

boost::system::error_category const& error_category() noexcept {
    static category const instance;
    return instance;
}

std::string failure::describe() const {
    std::string text = platform;
    if (!operation.empty()) {
        if (!text.empty()) text += ' ';
        text += operation;
    }
    if (!text.empty()) text += ": ";
    text += text_of(*this);

    std::string notes;
    auto const note = [&notes](std::string_view what) {
        if (!notes.empty()) notes += ", ";
        notes += what;
    };
    if (status != 0 || !api_code.empty()) {
        std::string code_text = status != 0 ? std::to_string(status) : std::string();
        if (!api_code.empty()) code_text += (code_text.empty() ? "" : " ") + api_code;
        note(code_text);
    }
    if (code == errc::timeout) note("phase " + std::string(to_string(where)));
    if (!request_id.empty()) note("request id " + request_id);
    if (attempts > 1) note(std::to_string(attempts) + " attempts");
    if (outcome_unknown) note("outcome unknown");
    if (!notes.empty()) text += " (" + notes + ")";
    return text;
}

error::error(failure f) : boost::system::system_error(f.code) {
    auto made = std::make_shared<state>();
    made->text = f.describe();
    made->info = std::move(f);
    state_ = std::move(made);
}

error::error() : error(failure()) {}

char const* error::what() const noexcept { return state_->text.c_str(); }

bool error::cancelled() const noexcept { return code() == asio::error::operation_aborted; }

std::exception_ptr make_exception(failure f) {
    switch (f.kind) {
        case error_kind::validation: return std::make_exception_ptr(validation_error(std::move(f)));
        case error_kind::authentication: return std::make_exception_ptr(authentication_error(std::move(f)));
        case error_kind::permission: return std::make_exception_ptr(permission_error(std::move(f)));
        case error_kind::not_found: return std::make_exception_ptr(not_found_error(std::move(f)));
        case error_kind::rate_limit: return std::make_exception_ptr(rate_limit_error(std::move(f)));
        case error_kind::server: return std::make_exception_ptr(server_error(std::move(f)));
        case error_kind::timeout: return std::make_exception_ptr(timeout_error(std::move(f)));
        case error_kind::connection: return std::make_exception_ptr(connection_error(std::move(f)));
        case error_kind::protocol: return std::make_exception_ptr(protocol_error(std::move(f)));
        case error_kind::stream: return std::make_exception_ptr(stream_error(std::move(f)));
        case error_kind::stream_timeout: return std::make_exception_ptr(stream_timeout_error(std::move(f)));
        case error_kind::other: break;
    }
    return std::make_exception_ptr(error(std::move(f)));
}

namespace detail {

void throw_empty_result() { throw std::logic_error("corun::result: neither a value nor a failure"); }

failure failure_of(std::exception_ptr const& e) {
    try {
        std::rethrow_exception(e);
    } catch (error const& known) {
        return known.info();
    } catch (boost::system::system_error const& known) {
        failure f;
        f.code = known.code();
        f.message = known.code().message();
        return f;
    }
}

}  // namespace detail

}  // namespace corun
