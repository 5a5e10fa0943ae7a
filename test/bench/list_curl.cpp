// The same through libcurl and Boost.JSON, kept as parsed. argv: port.
#include "measure.hpp"

#include <boost/json/src.hpp>
#include <curl/curl.h>

#include <string>

namespace json = boost::json;

int main(int, char** argv) {
    CURL* curl = curl_easy_init();
    std::string body;
    curl_slist* headers = curl_slist_append(nullptr, "Authorization: Bearer token");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(
        curl, CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t n, void* to) {
            static_cast<std::string*>(to)->append(data, n);
            return n;
        });
    measurement m;
    json::array all;
    for (int page = 0;; ++page) {
        std::string const url = "http://127.0.0.1:" + std::string(argv[1]) +
                                "/tools/acme-bio/tools/executions?pageSize=1000&page=" + std::to_string(page);
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        body.clear();
        if (curl_easy_perform(curl) != CURLE_OK) std::abort();
        auto parsed = json::parse(body);
        auto const count = parsed.at("count").to_number<std::size_t>();
        for (auto& each : parsed.at("data").as_array()) all.push_back(std::move(each));
        if (all.size() >= count) break;
    }
    if (all.size() != 10'000 || all.back().at("status") != "Succeeded") std::abort();
    m.print(static_cast<double>(all.size()));
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}
