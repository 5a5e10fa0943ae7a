#pragma once

#include <corun/event_stream.hpp>
#include <corun/pager.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace corun {

namespace asio = boost::asio;

/// Runs calls, pagers and streams to their result on the calling thread, for programs without coroutines.
///
/// ```
/// corun::blocking_runtime runtime;
/// corun::flowmaestro::client client(runtime.executor(), options);
/// auto workflow = runtime.run(client.workflows.get("wf_123"));
/// for (auto& event : runtime.each(stream)) …
/// ```
/// Thread safety: one thread at a time; no thread of its own. Lifetimes: outlives the clients made on it.
class blocking_runtime {
public:
    blocking_runtime();
    ~blocking_runtime();
    blocking_runtime(blocking_runtime const&) = delete;
    blocking_runtime& operator=(blocking_runtime const&) = delete;

    asio::any_io_executor executor();

    /// Runs an operation to its end and gives its value, or throws its error.
    template <class T>
    T run(asio::awaitable<T> operation) {
        bool done = false;
        std::exception_ptr failed;
        if constexpr (std::is_void_v<T>) {
            asio::co_spawn(executor(), std::move(operation), [&](std::exception_ptr e) {
                failed = e;
                done = true;
            });
            drive(done);
            if (failed) std::rethrow_exception(failed);
        } else {
            std::optional<T> value;
            asio::co_spawn(executor(), std::move(operation), [&](std::exception_ptr e, T v) {
                failed = e;
                if (!e) value.emplace(std::move(v));
                done = true;
            });
            drive(done);
            if (failed) std::rethrow_exception(failed);
            return std::move(*value);
        }
    }

    /// What a pager or a stream gives, as a range for one `for` loop.
    template <class Source>
    class range {
    public:
        using item = typename decltype(std::declval<Source&>().next())::value_type::value_type;

        class iterator {
        public:
            using value_type = item;
            using difference_type = std::ptrdiff_t;
            iterator() = default;
            explicit iterator(range* r) : range_(r) { ++*this; }
            item& operator*() const noexcept { return *range_->current_; }
            item* operator->() const noexcept { return &*range_->current_; }
            iterator& operator++() {
                range_->current_ = range_->runtime_.run(range_->source_.next());
                return *this;
            }
            void operator++(int) { ++*this; }
            bool operator==(std::default_sentinel_t) const noexcept { return !range_ || !range_->current_; }

        private:
            range* range_ = nullptr;
        };

        range(blocking_runtime& runtime, Source& source) : runtime_(runtime), source_(source) {}
        iterator begin() { return iterator(this); }
        std::default_sentinel_t end() const noexcept { return {}; }

    private:
        blocking_runtime& runtime_;
        Source& source_;
        std::optional<item> current_;
    };

    template <class Source>
    range<Source> each(Source& source) {
        return range<Source>(*this, source);
    }

private:
    void drive(bool const& done);

    struct context;
    std::unique_ptr<context> context_;
};

}  // namespace corun
