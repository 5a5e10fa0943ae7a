#include "emulator/app/platforms.hpp"

#include <corun/testing/emulator.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <stdexcept>
#include <thread>

namespace corun::testing {

namespace asio = boost::asio;

emulator_options& emulator_options::speed(double factor) {
    speed_ = factor;
    return *this;
}

emulator_options& emulator_options::api_key(std::string_view key, std::string_view platform) {
    keys_.emplace_back(platform, key);
    return *this;
}

emulator_options& emulator_options::rate_limit(std::int64_t per_minute) {
    rate_limit_ = per_minute;
    return *this;
}

emulator_options& emulator_options::database(std::string_view file) {
    database_ = file;
    return *this;
}

emulator_options& emulator_options::fixtures(std::string_view folder) {
    fixtures_ = folder;
    return *this;
}

struct emulator::state {
    explicit state(corun::emulator::options const& options) : host(context, options, corun::emulator::all_platforms()) {
        for (auto const& url : host.base_urls()) urls[std::string(url.key())] = std::string(std::string_view(url.value().as_string()));
        thread = std::thread([this] { context.run(); });
    }
    ~state() {
        asio::post(context, [this] {
            host.stop();
            context.stop();
        });
        thread.join();
    }

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
    corun::emulator::emulator host;
    std::map<std::string, std::string, std::less<>> urls;
    std::thread thread;
};

emulator::emulator(emulator_options const& options) {
    corun::emulator::options settings;
    settings.free_ports = true;
    settings.speed = options.speed_;
    settings.keys = options.keys_;
    settings.rate_limit = options.rate_limit_;
    settings.database = options.database_;
    settings.fixtures = options.fixtures_;
    settings.log_level = "error";
    state_ = std::make_unique<state>(settings);
}

emulator::~emulator() = default;

std::string emulator::base_url(std::string_view platform) const {
    auto const found = state_->urls.find(platform);
    if (found == state_->urls.end()) throw std::out_of_range("the emulator has no platform " + std::string(platform));
    return found->second;
}

std::string emulator::control(std::string_view platform, std::string_view method, std::string_view path, std::string_view body) {
    std::promise<corun::emulator::response> answered;
    auto answer = answered.get_future();
    asio::post(state_->context, [&] {
        answered.set_value(state_->host.control(platform, method, "/__control" + std::string(path), {}, body));
    });
    auto const result = answer.get();
    if (result.status != 200) throw std::runtime_error(result.body);
    return result.body;
}

}  // namespace corun::testing
