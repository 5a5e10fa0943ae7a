#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The event-stream format of server-sent events (WHATWG HTML §9.2), by itself: bytes in, events out.
namespace corun::sse {

/// The longest line, and the most data of one event, in bytes.
struct limits {
    std::size_t line = 16 * 1024 * 1024;
    std::size_t event = 16 * 1024 * 1024;
};

/// One event. The views are valid until the next call of `next`, `feed` or `finish`.
struct event_view {
    std::string_view type;  ///< "message" where the stream names none
    std::string_view data;
    std::string_view id;    ///< the id in force when the event was dispatched
};

enum class status {
    event,
    comment,          ///< only where asked for; `data` is its text
    need_more,
    line_too_long,    ///< the parser stays failed, until `reset`
    event_too_large,  ///< likewise
};

/// Which lines the caller wants to see.
enum class comments { skip, deliver };

/// Turns bytes, however they are split, into events.
///
/// Linear in its input. An event that lies whole in a chunk, with one `data` line of valid UTF-8, is not copied.
/// Lines end at CRLF, LF or CR; a leading BOM is dropped; what is not UTF-8 is replaced by U+FFFD.
/// Thread safety: none.
class parser {
public:
    explicit parser(limits l = limits(), comments c = comments::skip) : limits_(l), comments_(c) {}
    parser(parser const&) = delete;  // it looks into its own buffers
    parser& operator=(parser const&) = delete;

    /// Seeds the id, as a reconnection does.
    void last_event_id(std::string_view id) { id_ = committed_ = id; }

    /// Hands over a chunk, which must stay valid until `next` has asked for more. Call it only then.
    void feed(std::string_view bytes);

    status next(event_view& out);

    /// The end of the stream: a block that is not finished is dropped.
    void finish();

    /// The last id that a block committed.
    std::string_view last_event_id() const noexcept { return committed_; }

    /// The last `retry` in milliseconds, saturated, not clamped.
    std::optional<std::uint64_t> retry() const noexcept { return retry_; }

    /// Comments so far.
    std::uint64_t comments_seen() const noexcept { return comments_seen_; }

    /// A new stream: keeps the last committed id, which seeds it, `retry` and the count of comments.
    void reset();

private:
    bool take_line(std::string_view& line);
    bool field(std::string_view name, std::string_view value);
    bool add_data(std::string_view value);
    void keep_data();
    void keep_type();
    std::string_view text(std::string_view bytes, std::string& buffer);

    limits limits_;
    comments comments_;
    std::string_view chunk_;        // what is left of the chunk
    std::string pending_;           // the line so far, where a chunk ended within it
    bool line_open_ = false;        // pending_ holds the start of the line that comes
    bool line_in_pending_ = false;  // pending_ holds a line that was whole
    bool line_in_chunk_ = false;    // the line under way lies in the chunk
    bool pending_ascii_ = true;
    bool line_ascii_ = true;
    bool after_cr_ = false;
    unsigned bom_ = 0;              // bytes of the BOM seen; 3: past the start
    status failed_ = status::need_more;

    std::string_view data_view_;    // the only data line so far, where it lies
    std::string data_;              // else: the lines, each with LF
    bool has_data_ = false;
    bool data_is_view_ = false;
    bool id_changed_ = false;
    bool clear_on_next_ = false;
    std::string_view type_view_;    // the type so far, in the chunk or in type_
    bool type_is_view_ = false;     // in the chunk
    std::string type_;
    std::string id_;
    std::string committed_;
    std::string scratch_;
    std::optional<std::uint64_t> retry_;
    std::uint64_t comments_seen_ = 0;
};

/// The bytes as UTF-8, with one U+FFFD for each maximal part that is not.
std::string to_valid_utf8(std::string_view bytes);

}  // namespace corun::sse
