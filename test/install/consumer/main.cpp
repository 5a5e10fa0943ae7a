#include <corun/blocking.hpp>
#include <corun/flowmaestro/client.hpp>

#include <exception>
#include <iostream>

int main() try {
    corun::blocking_runtime runtime;
    corun::flowmaestro::client client(runtime.executor());
    auto workflows = client.workflows.list({.per_page = 2});
    auto first = runtime.run(workflows.next());
    if (!first || first->id.empty()) return 1;
    std::cout << "first workflow: " << first->name << '\n';
} catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 2;
}
