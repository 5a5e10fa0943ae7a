#include <corun/call_options.hpp>

namespace corun {

call_options& call_options::header(std::string_view name, std::string_view value) {
    headers_.set(name, value);
    return *this;
}

call_options& call_options::timeout(std::chrono::milliseconds limit) {
    timeout_ = limit;
    return *this;
}

call_options& call_options::total_timeout(std::chrono::milliseconds limit) {
    total_timeout_ = limit;
    return *this;
}

call_options& call_options::max_retries(int n) {
    max_retries_ = n;
    return *this;
}

call_options& call_options::retry_unsafe(bool on) {
    retry_unsafe_ = on;
    return *this;
}

call_options& call_options::first_event_timeout(std::chrono::milliseconds limit) {
    first_event_ = limit;
    return *this;
}

call_options& call_options::idle_timeout(std::chrono::milliseconds limit) {
    idle_ = limit;
    return *this;
}

}  // namespace corun
