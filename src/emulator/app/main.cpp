#include "emulator/app/platforms.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <boost/program_options.hpp>

#include <charconv>
#include <csignal>
#include <iostream>
#include <stdexcept>

namespace {

namespace po = boost::program_options;
namespace emu = corun::emulator;

constexpr std::string_view about = R"(corun-emulator serves every platform of corun on its own port of 127.0.0.1, with no key and no network.

When ready it prints one line to standard output, from platform to base URL:
  {"flowmaestro":"http://127.0.0.1:4701"}
Everything else goes to standard error. It ends on SIGINT and SIGTERM.
)";

constexpr std::string_view more = R"(
Default ports: 4701 flowmaestro, 4702 promptrails, 4703 datagen, 4931 deeporigin.
Every port also has the control interface /__control: reset, clock, faults, options (docs/emulator.md).
)";

po::options_description described() {
    po::options_description all("Options");
    auto add = all.add_options();
    add("help,h", "explain this");
    add("version", "print the version");
    add("port", po::value<std::vector<std::string>>()->value_name("PLATFORM=N"),
        "serve a platform on this port, 0 for a free one; the platforms that are not named take free ones");
    add("api-key", po::value<std::vector<std::string>>()->value_name("[PLATFORM=]KEY"),
        "accept only the keys given; may be repeated");
    add("rate-limit", po::value<std::int64_t>()->value_name("N"), "requests a minute and key");
    add("speed", po::value<double>()->value_name("X"), "2: twice as fast; 0: without waiting");
    add("db", po::value<std::string>()->value_name("FILE"), "keep the state in this file");
    add("fixtures", po::value<std::string>()->value_name("DIR"), "read DIR/<platform>/<entity>.json");
    add("log-level", po::value<std::string>()->value_name("LEVEL"), "debug, info, warn, error or off; default info");
    return all;
}

std::pair<std::string, std::string> pair_of(std::string const& text) {
    auto const equals = text.find('=');
    if (equals == std::string::npos) return {std::string(), text};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

emu::options read_options(po::variables_map const& given) {
    emu::options o;
    if (given.contains("port")) {
        for (auto const& text : given["port"].as<std::vector<std::string>>()) {
            auto const [name, number] = pair_of(text);
            unsigned port = 0;
            auto const [end, failed] = std::from_chars(number.data(), number.data() + number.size(), port);
            if (name.empty() || failed != std::errc() || end != number.data() + number.size() || port > 65535)
                throw std::runtime_error("--port takes PLATFORM=N: " + text);
            o.ports[name] = static_cast<std::uint16_t>(port);
        }
    }
    if (given.contains("api-key")) {
        for (auto const& text : given["api-key"].as<std::vector<std::string>>()) {
            o.keys.push_back(pair_of(text));
            if (o.keys.back().second.empty()) throw std::runtime_error("--api-key: the key is empty");
        }
    }
    if (given.contains("rate-limit")) o.rate_limit = given["rate-limit"].as<std::int64_t>();
    if (given.contains("speed")) o.speed = given["speed"].as<double>();
    if (given.contains("db")) o.database = given["db"].as<std::string>();
    if (given.contains("fixtures")) o.fixtures = given["fixtures"].as<std::string>();
    if (given.contains("log-level")) o.log_level = given["log-level"].as<std::string>();
    if (given.contains("rate-limit") && o.rate_limit < 1) throw std::runtime_error("--rate-limit is below 1");
    if (!(o.speed >= 0) || o.speed > 1e6) throw std::runtime_error("--speed is not between 0 and 1000000");
    return o;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        auto const options = described();
        po::variables_map given;
        po::store(po::command_line_parser(argc, argv).options(options).positional({}).run(), given);
        po::notify(given);
        if (given.contains("help")) {
            std::cout << about << '\n' << options << more;
            return 0;
        }
        if (given.contains("version")) {
            std::cout << "corun-emulator " CORUN_VERSION "\n";
            return 0;
        }
        std::signal(SIGPIPE, SIG_IGN);
        boost::asio::io_context context(1);
        emu::emulator host(context, read_options(given), emu::all_platforms());
        boost::asio::signal_set signals(context, SIGINT, SIGTERM);
        signals.async_wait([&](boost::system::error_code const&, int) {
            host.stop();
            context.stop();
        });
        std::cout << boost::json::serialize(host.base_urls()) << std::endl;
        context.run();
        return 0;
    } catch (std::exception const& e) {
        std::cerr << "corun-emulator: " << e.what() << '\n';
        return 1;
    }
}
