#include "emulator/http_client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <utility>

namespace corun::emulator {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::size_t kept_body = 10'000;

class delivery : public std::enable_shared_from_this<delivery> {
public:
    delivery(asio::any_io_executor const& executor, milliseconds timeout, std::function<void(post_result)> done)
        : resolver_(executor), stream_(executor), timeout_(timeout), done_(std::move(done)) {}

    void start(std::string const& url, pairs const& headers, std::string body) {
        auto const parsed = boost::urls::parse_uri(url);
        if (!parsed || parsed->scheme() != "http" || parsed->host().empty()) {
            auto const why = parsed && parsed->scheme() == "https" ? "the emulator delivers over http only" : "not a URL of http";
            asio::post(stream_.get_executor(), [self = shared_from_this(), why] { self->end(0, why); });
            return;
        }
        std::string const port = parsed->has_port() ? std::string(parsed->port()) : "80";
        std::string const host = std::string(parsed->host_address());
        std::string target(parsed->encoded_target());
        request_ = http::request<http::string_body>(http::verb::post, target.empty() ? "/" : target, 11);
        request_.set(http::field::host, std::string(parsed->encoded_host_and_port()));
        for (auto const& [name, value] : headers) request_.set(name, value);
        request_.body() = std::move(body);
        request_.prepare_payload();
        stream_.expires_after(timeout_);
        resolver_.async_resolve(host, port, [self = shared_from_this()](error_code ec, auto const& found) {
            if (ec) return self->end(0, ec.message());
            self->stream_.async_connect(found, [self](error_code failed, auto const&) {
                if (failed) return self->end(0, failed.message());
                http::async_write(self->stream_, self->request_, [self](error_code lost, std::size_t) {
                    if (lost) return self->end(0, lost.message());
                    self->parser_.body_limit(1024 * 1024);
                    http::async_read(self->stream_, self->buffer_, self->parser_, [self](error_code cut, std::size_t) {
                        if (cut && !self->parser_.is_header_done()) return self->end(0, cut.message());
                        self->end(static_cast<int>(self->parser_.get().result_int()), {});
                    });
                });
            });
        });
    }

private:
    void end(int status, std::string error) {
        post_result r;
        r.status = status;
        r.error = std::move(error);
        if (status != 0) r.body = parser_.get().body().substr(0, kept_body);
        r.took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began_);
        error_code ec;
        stream_.socket().close(ec);
        std::exchange(done_, nullptr)(std::move(r));
    }

    asio::ip::tcp::resolver resolver_;
    beast::tcp_stream stream_;
    milliseconds timeout_;
    std::function<void(post_result)> done_;
    http::request<http::string_body> request_;
    http::response_parser<http::string_body> parser_;
    beast::flat_buffer buffer_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

void http_post(asio::any_io_executor const& executor, std::string url, pairs headers, std::string body,
               milliseconds timeout, std::function<void(post_result)> done) {
    std::make_shared<delivery>(executor, timeout, std::move(done))->start(url, headers, std::move(body));
}

}  // namespace corun::emulator
