// 10,000 executions by `fetch_all_pages`, typed. argv: port.
#include "measure.hpp"

#include <corun/blocking.hpp>
#include <corun/deeporigin/client.hpp>

#include <string>

int main(int, char** argv) {
    corun::blocking_runtime runtime;
    corun::deeporigin::client_options options("token");
    options.org_key("acme-bio").base_url("http://127.0.0.1:" + std::string(argv[1]));
    corun::deeporigin::client client(runtime.executor(), options);
    measurement m;
    auto const all = runtime.run(client.executions.list({.fetch_all_pages = true}));
    if (all.data.size() != 10'000 || !is_success(all.data.back().status)) std::abort();
    m.print(static_cast<double>(all.data.size()));
}
