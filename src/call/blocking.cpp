#include <corun/blocking.hpp>

#include <boost/asio/io_context.hpp>

#include <stdexcept>

namespace corun {

struct blocking_runtime::context {
    asio::io_context io{1};
};

blocking_runtime::blocking_runtime() : context_(std::make_unique<context>()) {}

blocking_runtime::~blocking_runtime() = default;

asio::any_io_executor blocking_runtime::executor() { return context_->io.get_executor(); }

void blocking_runtime::drive(bool const& done) {
    context_->io.restart();
    while (!done)
        if (context_->io.run_one() == 0) throw std::logic_error("blocking_runtime: the operation waits for nothing");
}

}  // namespace corun
