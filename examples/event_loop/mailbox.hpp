#pragma once

// How results come from corun's thread to the loop of a program that has its own: a queue, and an eventfd that wakes it.

#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

/// Thread safety: `post` from any thread, the rest from the loop's.
class mailbox {
public:
    mailbox() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
        if (wake_ < 0) throw std::runtime_error("no eventfd");
    }
    ~mailbox() { ::close(wake_); }
    mailbox(mailbox const&) = delete;
    mailbox& operator=(mailbox const&) = delete;

    /// Readable when something was posted.
    int descriptor() const { return wake_; }

    void post(std::function<void()> letter) {
        {
            std::lock_guard lock(mutex_);
            letters_.push_back(std::move(letter));
        }
        std::uint64_t const one = 1;
        if (::write(wake_, &one, sizeof one) < 0) throw std::runtime_error("cannot wake the loop");
    }

    /// Runs what was posted.
    void deliver() {
        std::uint64_t count = 0;
        while (::read(wake_, &count, sizeof count) > 0) {}
        std::vector<std::function<void()>> all;
        {
            std::lock_guard lock(mutex_);
            all.swap(letters_);
        }
        for (auto const& letter : all) letter();
    }

private:
    int wake_;
    std::mutex mutex_;
    std::vector<std::function<void()>> letters_;
};
