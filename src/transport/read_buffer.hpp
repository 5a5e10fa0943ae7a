#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace corun {

/// Buffers of one size that are lent out, so that a connection that waits holds none. Thread safety: all.
class buffer_stock {
public:
    static constexpr std::size_t size = 64 * 1024;
    using buffer = std::unique_ptr<char[]>;

    buffer take() {
        {
            std::lock_guard lock(mutex_);
            if (!kept_.empty()) {
                buffer found = std::move(kept_.back());
                kept_.pop_back();
                return found;
            }
        }
        return buffer(new char[size]);
    }

    void give(buffer used) noexcept {
        std::lock_guard lock(mutex_);
        if (kept_.size() < most) kept_.push_back(std::move(used));
    }

private:
    static constexpr std::size_t most = 8;

    std::mutex mutex_;
    std::vector<buffer> kept_ = make();

    static std::vector<buffer> make() {
        std::vector<buffer> list;
        list.reserve(most);
        return list;
    }
};

/// Bytes that were read and are not used yet.
class read_buffer {
public:
    explicit read_buffer(std::shared_ptr<buffer_stock> stock) : stock_(std::move(stock)) {}
    ~read_buffer() { release(); }
    read_buffer(read_buffer const&) = delete;
    read_buffer& operator=(read_buffer const&) = delete;

    char* data() noexcept { return data_.get() + begin_; }
    std::size_t size() const noexcept { return end_ - begin_; }
    void consume(std::size_t n) noexcept { begin_ += n; }

    /// Room for the next read; what is left moves to the front, and the buffer grows where it is full.
    char* room() {
        if (!data_) {
            data_ = stock_->take();
            capacity_ = buffer_stock::size;
        }
        if (begin_ > 0) {
            std::memmove(data_.get(), data(), size());
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ == capacity_) {
            std::unique_ptr<char[]> larger(new char[capacity_ * 2]);
            std::memcpy(larger.get(), data_.get(), end_);
            data_ = std::move(larger);
            capacity_ *= 2;
        }
        return data_.get() + end_;
    }
    std::size_t room_size() const noexcept { return capacity_ - end_; }
    void commit(std::size_t n) noexcept { end_ += n; }

    /// Gives the memory back where nothing is in it.
    void release_if_empty() noexcept {
        if (size() == 0) release();
    }

private:
    void release() noexcept {
        if (data_ && capacity_ == buffer_stock::size) stock_->give(std::move(data_));
        data_.reset();
        begin_ = end_ = capacity_ = 0;
    }

    std::shared_ptr<buffer_stock> stock_;
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace corun
