#include "transport/http_reader.hpp"

#include <corun/error.hpp>

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace corun {

namespace {

namespace http = boost::beast::http;

constexpr int most_interim = 8;
constexpr std::size_t longest_chunk_header = 16 * 1024;
constexpr std::size_t reserved_at_once = 1024 * 1024;

bool same(std::string_view a, std::string_view lower) {
    return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
    });
}

}  // namespace

std::string printable(std::string_view bytes, std::size_t most) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (char const c : bytes.substr(0, most)) {
        auto const u = static_cast<unsigned char>(c);
        if (u >= 0x20 && u < 0x7f && c != '\\') {
            text += c;
        } else {
            text += "\\x";
            text += digits[u >> 4];
            text += digits[u & 15];
        }
    }
    if (bytes.size() > most) text += "...";
    return text;
}

http_reader::http_reader(transport_limits const& limits, bool head_only, bool keep_body)
    : limits_(limits), head_only_(head_only), keep_body_(keep_body) {
    begin_message();
}

void http_reader::begin_message() {
    parser_.emplace(*this);
    parser_->eager(false);
    parser_->header_limit(1u << 30);  // ours are checked before
    parser_->body_limit(boost::none);
    if (head_only_) parser_->skip(true);
    head_ = response_head();
    scanned_ = line_start_ = fields_ = head_size_ = 0;
    coding_.clear();
}

void http_reader::fail(errc code, std::string detail) {
    if (state_ == status::failed) return;
    state_ = status::failed;
    code_ = code;
    detail_ = std::move(detail);
}

// Checks the lines of a head before Beast sees it; true when it is whole.
bool http_reader::scan_head(char const* data, std::size_t size) {
    static constexpr std::string_view start = "HTTP/1.";
    auto const seen = std::min(size, start.size());
    if (std::string_view(data, seen) != start.substr(0, seen)) {
        fail(errc::protocol_error, "not an HTTP/1 answer: \"" + printable({data, size}, 64) + '"');
        return false;
    }
    while (scanned_ < size) {
        auto const* const found = static_cast<char const*>(std::memchr(data + scanned_, '\n', size - scanned_));
        std::size_t const line_end = found != nullptr ? static_cast<std::size_t>(found - data) : size;
        std::size_t const length = line_end - line_start_;
        if (length > limits_.header_field_bytes + 1) {
            fail(errc::header_limit, "a header line is too long");
            return false;
        }
        if (line_end >= limits_.header_bytes) {
            fail(errc::header_limit, "the headers are too large");
            return false;
        }
        if (found == nullptr) {
            scanned_ = size;
            return false;
        }
        if (length == 0 || data[line_end - 1] != '\r') {
            fail(errc::protocol_error, "a header line does not end with CR LF");
            return false;
        }
        if (line_start_ > 0 && (data[line_start_] == ' ' || data[line_start_] == '\t')) {
            fail(errc::protocol_error, "a header is folded");
            return false;
        }
        scanned_ = line_end + 1;
        if (length == 1) {
            head_size_ = scanned_;
            return true;
        }
        if (line_start_ > 0 && ++fields_ > limits_.header_fields) {
            fail(errc::header_limit, "too many headers");
            return false;
        }
        line_start_ = scanned_;
    }
    return false;
}

std::size_t http_reader::feed(char* data, std::size_t size) {
    any_byte_ = any_byte_ || size > 0;
    body_view_ = {};
    out_ = nullptr;
    std::size_t used = 0;
    if (state_ == status::head) state_ = status::need_more;
    while (state_ == status::need_more && used < size) {
        if (!head_done_ && head_size_ == 0 && !scan_head(data + used, size - used)) break;
        error_code ec;
        used += parser_->put({data + used, size - used}, ec);
        if (state_ == status::failed) break;
        if (ec == http::error::need_more) {
            if (size - used > longest_chunk_header) fail(errc::protocol_error, "a chunk's header is too long");
            break;
        }
        if (ec) {
            fail(errc::protocol_error, "not a valid HTTP answer: " + ec.message());
            break;
        }
        if (!parser_->is_header_done()) continue;
        if (!head_done_) {
            if (head_.status >= 100 && head_.status < 200) {
                if (head_.status == 101) {
                    fail(errc::protocol_error, "the server changed the protocol, which was not asked for");
                } else if (++skipped_ > most_interim) {
                    fail(errc::protocol_error, "too many interim answers");
                } else {
                    begin_message();
                }
                continue;
            }
            head_done_ = true;
            state_ = status::head;
            if (parser_->is_done() || head_.status == 205) finish();
            break;
        }
        if (parser_->is_done()) finish();
    }
    if (out_ != nullptr && body_view_.data() != nullptr)
        body_view_ = {body_view_.data(), static_cast<std::size_t>(out_ - body_view_.data())};
    return used;
}

void http_reader::finish() {
    keep_alive_ = version_ == 11 && !to_end_ && parser_->keep_alive() && (head_.status != 205 || parser_->is_done());
    state_ = status::done;
}

void http_reader::end_of_input(bool truncated) {
    body_view_ = {};
    if (state_ == status::done || state_ == status::failed) return;
    if (!head_done_) {
        fail(errc::connection_lost,
            any_byte_ ? "the connection ended within the headers" : "the connection ended without an answer");
        return;
    }
    error_code ec;
    if (to_end_ && !truncated) parser_->put_eof(ec);
    if (!to_end_ || truncated || ec) {
        fail(errc::incomplete_body, "the connection ended within the body");
        return;
    }
    state_ = status::done;
}

void http_reader::parser::on_response_impl(int code, text reason, int version, error_code& ec) {
    if (code < 100 || code > 599) {
        reader_.fail(errc::protocol_error, "status " + std::to_string(code) + " is none");
        ec = errc::protocol_error;
        return;
    }
    reader_.head_.status = code;
    reader_.head_.reason.assign(reason.data(), reason.size());
    reader_.version_ = version;
    reader_.head_.headers.reserve(16, reader_.head_size_);
}

void http_reader::parser::on_field_impl(field name, text name_text, text value, error_code&) {
    if (reader_.head_done_) return;  // a trailer
    if (name == field::transfer_encoding) {
        if (!reader_.coding_.empty()) reader_.coding_ += ", ";
        reader_.coding_.append(value.data(), value.size());
    }
    reader_.head_.headers.add({name_text.data(), name_text.size()}, {value.data(), value.size()});
}

void http_reader::parser::on_header_impl(error_code& ec) {
    auto& r = reader_;
    if (!r.coding_.empty() && !same(r.coding_, "chunked")) {
        r.fail(errc::protocol_error, "transfer coding \"" + printable(r.coding_, 64) + "\" is not known");
        ec = errc::protocol_error;
        return;
    }
    auto const length = content_length();
    if (length && *length > r.limits_.body_bytes && r.keep_body_ && !r.head_only_ && r.head_.status != 304) {
        r.fail(errc::body_limit, "the body is too large: " + std::to_string(*length) + " bytes");
        ec = errc::body_limit;
    }
    r.to_end_ = need_eof();
}

void http_reader::parser::on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code&) {
    if (length && reader_.keep_body_)
        reader_.body_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, reserved_at_once)));
}

void http_reader::take(std::string_view piece, error_code& ec) {
    body_size_ += piece.size();
    if (keep_body_) {
        if (body_size_ > limits_.body_bytes) {
            fail(errc::body_limit, "the body is too large");
            ec = errc::body_limit;
            return;
        }
        body_.append(piece);
        return;
    }
    auto* const from = const_cast<char*>(piece.data());  // our own buffer, given to feed()
    if (out_ == nullptr) {
        out_ = from;
        body_view_ = {from, 0};
    } else if (out_ != from) {
        std::memmove(out_, from, piece.size());
    }
    out_ += piece.size();
}

std::size_t http_reader::parser::on_body_impl(text piece, error_code& ec) {
    reader_.take({piece.data(), piece.size()}, ec);
    return piece.size();
}

void http_reader::parser::on_chunk_header_impl(std::uint64_t, text, error_code&) {}

std::size_t http_reader::parser::on_chunk_body_impl(std::uint64_t, text piece, error_code& ec) {
    reader_.take({piece.data(), piece.size()}, ec);
    return piece.size();
}

void http_reader::parser::on_finish_impl(error_code&) {}

}  // namespace corun
