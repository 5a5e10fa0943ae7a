#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace corun {

namespace asio = boost::asio;

namespace detail {
/// Fetches one page after the other; nullopt after the last.
template <class Page>
class page_source {
public:
    virtual ~page_source() = default;
    virtual asio::awaitable<std::optional<Page>> next() = 0;
};
}  // namespace detail

/// A list that is fetched page by page, as the loop needs it. `Page` has its items in `data`.
///
/// Lifetimes: independent of the client object that made it, though not of its `close()`. Thread safety: none.
/// Cancellation: by Asio's slots; the pager can go on afterwards.
/// After an error the same page is asked for again by the next call.
template <class T, class Page>
class pager {
public:
    explicit pager(std::unique_ptr<detail::page_source<Page>> source) : state_(std::make_shared<state>()) {
        state_->source = std::move(source);
    }

    /// The next item; nullopt after the last.
    asio::awaitable<std::optional<T>> next() { return next(state_); }

    /// The next page with its metadata; nullopt after the last. Items that `next()` has not given yet are not repeated.
    asio::awaitable<std::optional<Page>> next_page() { return next_page(state_); }

private:
    struct state {
        std::unique_ptr<detail::page_source<Page>> source;
        std::optional<Page> page;
        std::size_t position = 0;
    };

    static asio::awaitable<std::optional<T>> next(std::shared_ptr<state> s) {
        while (!s->page || s->position == s->page->data.size()) {
            s->page.reset();
            s->position = 0;
            auto page = co_await s->source->next();
            if (!page) co_return std::nullopt;
            s->page = std::move(page);
        }
        std::optional<T> item(std::move(s->page->data[s->position++]));
        co_return item;
    }

    static asio::awaitable<std::optional<Page>> next_page(std::shared_ptr<state> s) {
        s->page.reset();
        s->position = 0;
        auto page = co_await s->source->next();
        co_return page;
    }

    std::shared_ptr<state> state_;
};

}  // namespace corun
