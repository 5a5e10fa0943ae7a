// The same bytes through libcurl's easy interface, parsed with Boost.JSON. argv: port, calls.
#include "measure.hpp"

#include <boost/json/src.hpp>
#include <curl/curl.h>

#include <string>

int main(int, char** argv) {
    int const calls = std::atoi(argv[2]);
    CURL* curl = curl_easy_init();
    std::string body;
    std::string const url = "http://127.0.0.1:" + std::string(argv[1]) + "/api/v1/workflows/wf_bench";
    curl_slist* headers = curl_slist_append(nullptr, "Authorization: Bearer fm_live_0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQ0k");
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t n, void* to) {
        static_cast<std::string*>(to)->append(data, n);
        return n;
    });
    auto const one = [&] {
        body.clear();
        if (curl_easy_perform(curl) != CURLE_OK) std::abort();
        if (boost::json::parse(body).at("data").at("version").to_number<int>() != 4) std::abort();
    };
    for (int i = 0; i < 200; ++i) one();
    measurement m;
    for (int i = 0; i < calls; ++i) one();
    m.print(calls);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}
