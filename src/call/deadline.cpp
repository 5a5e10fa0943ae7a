#include <corun/deadline.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>

namespace corun::detail {

namespace {

class guard final : public deadline_guard, public std::enable_shared_from_this<guard> {
public:
    guard(asio::any_io_executor executor, std::chrono::milliseconds limit) : timer_(executor, limit) {}

    void arm() {
        timer_.async_wait([self = weak_from_this()](boost::system::error_code ec) {
            auto const alive = self.lock();
            if (ec || !alive || alive->done_) return;
            alive->expired_ = true;
            alive->signal_.emit(asio::cancellation_type::all);
        });
    }
    asio::cancellation_slot slot() override { return signal_.slot(); }
    void cancel(asio::cancellation_type type) override { signal_.emit(type); }
    void disarm() override {
        done_ = true;
        timer_.cancel();
    }
    bool expired() const override { return expired_; }

private:
    asio::steady_timer timer_;
    asio::cancellation_signal signal_;
    bool expired_ = false;
    bool done_ = false;
};

}  // namespace

std::shared_ptr<deadline_guard> deadline_guard::make(asio::any_io_executor executor, std::chrono::milliseconds limit) {
    auto made = std::make_shared<guard>(std::move(executor), limit);
    made->arm();
    return made;
}

bool is_abort(std::exception_ptr const& e) {
    try {
        std::rethrow_exception(e);
    } catch (boost::system::system_error const& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

void throw_deadline_passed(std::chrono::milliseconds limit) {
    failure f;
    f.code = errc::timeout;
    f.kind = error_kind::timeout;
    f.where = phase::total;
    f.message = "not done within " + std::to_string(limit.count()) + " ms";
    throw timeout_error(std::move(f));
}

}  // namespace corun::detail
