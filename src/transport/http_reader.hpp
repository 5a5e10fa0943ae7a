#pragma once

#include <corun/error.hpp>
#include <corun/transport.hpp>

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace corun {

/// One answer's bytes, put into HTTP: Beast's parser behind checks of what Beast lets through. No I/O.
///
/// Bodies are handed over in place: the bytes of chunks are moved together at the front of what was fed.
class http_reader {
public:
    enum class status { need_more, head, done, failed };

    /// `head_only`: the answer to a HEAD request. `keep_body`: the body is gathered in `take_body`.
    http_reader(transport_limits const& limits, bool head_only, bool keep_body);

    /// Parses from `data` and gives how many bytes it used; it stops after the final head (`head`), and else when all is
    /// used or more is needed. `body()` is then the part of a body that was found.
    std::size_t feed(char* data, std::size_t size);
    /// The connection has ended; `truncated`: without TLS's own end.
    void end_of_input(bool truncated);

    status state() const noexcept { return state_; }
    std::string_view body() const noexcept { return body_view_; }
    bool head_done() const noexcept { return head_done_; }
    bool any_byte() const noexcept { return any_byte_; }
    response_head& head() noexcept { return head_; }
    std::string take_body() noexcept { return std::move(body_); }
    error_code code() const noexcept { return code_; }
    std::string const& detail() const noexcept { return detail_; }
    /// The body ends with the connection.
    bool to_the_end() const noexcept { return to_end_; }
    /// The connection can carry another exchange; asked when `done`.
    bool keep_alive() const noexcept { return keep_alive_; }

private:
    class parser;
    friend class parser;

    class parser final : public boost::beast::http::basic_parser<false> {
    public:
        explicit parser(http_reader& reader) : reader_(reader) {}

    private:
        using field = boost::beast::http::field;
        using verb = boost::beast::http::verb;
        using text = boost::beast::string_view;
        void on_request_impl(verb, text, text, int, error_code&) override {}
        void on_response_impl(int code, text reason, int version, error_code& ec) override;
        void on_field_impl(field name, text name_text, text value, error_code& ec) override;
        void on_header_impl(error_code& ec) override;
        void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code& ec) override;
        std::size_t on_body_impl(text piece, error_code& ec) override;
        void on_chunk_header_impl(std::uint64_t size, text extensions, error_code& ec) override;
        std::size_t on_chunk_body_impl(std::uint64_t left, text piece, error_code& ec) override;
        void on_finish_impl(error_code& ec) override;

        http_reader& reader_;
    };

    bool scan_head(char const* data, std::size_t size);
    void fail(errc code, std::string detail);
    void take(std::string_view piece, error_code& ec);
    void begin_message();
    void finish();

    transport_limits limits_;
    bool head_only_;
    bool keep_body_;
    status state_ = status::need_more;
    std::optional<parser> parser_;
    response_head head_;
    std::string body_;
    std::string_view body_view_;
    char* out_ = nullptr;         // where the next piece of body is moved to
    std::uint64_t body_size_ = 0;
    std::size_t scanned_ = 0;     // of the head
    std::size_t line_start_ = 0;
    std::size_t fields_ = 0;
    std::size_t head_size_ = 0;   // 0: not whole yet
    int skipped_ = 0;             // 1xx answers
    int version_ = 0;
    std::string coding_;
    bool head_done_ = false;
    bool any_byte_ = false;
    bool to_end_ = false;         // the body ends with the connection
    bool keep_alive_ = false;
    error_code code_;
    std::string detail_;
};

/// Bytes for people: at most `most`, what is not printable escaped.
std::string printable(std::string_view bytes, std::size_t most);

}  // namespace corun
