// The built-in data: tools, clusters, runs.

#include "platforms/deeporigin/emulator/deeporigin.hpp"

#include <array>
#include <cstdio>

namespace corun::emulator::deeporigin {

namespace {

struct row {
    std::string_view key, name, description, item;
    double price;
    bool synchronous;
    std::int64_t ended_ms;
    std::array<std::string_view, 4> versions;
};

constexpr std::array<row, 9> rows{{
    {"deeporigin.docking", "Docking", "Docks ligands to a protein", "DO_DOCK", 0.2, false, 3'000,
        {"2.9.0", "3.0.4", "3.1.0", "3.2.3"}},
    {"deeporigin.bulk-docking", "Bulk docking", "Docks many ligands", "DO_DOCK", 0.1, false, 5'000,
        {"1.0.0", "1.1.0", "", ""}},
    {"deeporigin.pocket-finder", "Pocket finder", "Finds pockets of a protein", "DO_POCKET", 0.05, true, 0,
        {"0.9.1", "1.0.0", "1.0.2", ""}},
    {"deeporigin.rbfe", "Relative free energy", "Compares two ligands", "DO_RBFE", 12, false, 6'000,
        {"2.0.0", "2.1.0", "", ""}},
    {"deeporigin.abfe-end-to-end", "Absolute free energy", "Binding of one ligand", "DO_ABFE", 40, false, 8'000,
        {"1.2.0", "1.3.0", "", ""}},
    {"deeporigin.system-prep", "System preparation", "Prepares a system", "DO_PREP", 0.5, false, 2'000,
        {"1.0.0", "2.0.0", "", ""}},
    {"deeporigin.protein-prep", "Protein preparation", "Prepares a protein", "DO_PREP", 0.3, true, 0,
        {"1.0.0", "1.0.1", "", ""}},
    {"deeporigin.mol-props-combined", "Molecular properties", "Properties of ligands", "DO_PROPS", 0, false, 1'500,
        {"1.0.0", "2.0.0", "2.1.0", ""}},
    {"deeporigin.import-dataset", "Dataset import", "Brings data in", "DO_IMPORT", 0, true, 0, {"1.0.0", "", "", ""}},
}};

std::uint64_t mixed(std::uint64_t n) {
    n += 0x9E3779B97F4A7C15ULL;
    n = (n ^ (n >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    n = (n ^ (n >> 27U)) * 0x94D049BB133111EBULL;
    return n ^ (n >> 31U);
}

std::string fixed_uuid(std::uint64_t n) {
    auto const a = mixed(n), b = mixed(n + 1'000'000);
    char text[40];
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(a >> 32U),
        static_cast<unsigned>(a & 0xFFFFU), static_cast<unsigned>((a >> 16U) & 0xFFFU),
        static_cast<unsigned>(b & 0xFFFU), static_cast<unsigned long long>((b >> 12U) & 0xFFFFFFFFFFFFULL));
    return text;
}

}  // namespace

std::string platform_id(std::string_view execution_id) {
    constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::uint64_t h = 1469598103934665603ULL;
    for (char const c : execution_id) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    h = mixed(h);
    std::string text = "0A";
    for (int i = 0; i < 11; ++i) {
        text += digits[h & 31U];
        h = i == 5 ? mixed(h) : h >> 5U;
    }
    return text;
}

std::vector<tool> built_in_tools() {
    std::vector<tool> tools;
    for (auto const& r : rows) {
        for (auto const version : r.versions) {
            if (version.empty()) continue;
            tool t;
            t.key = r.key;
            t.name = r.name;
            t.version = version;
            t.description = r.description;
            t.synchronous = r.synchronous;
            t.item = r.item;
            t.price = r.price;
            t.ended_ms = r.ended_ms;
            t.enabled = !(t.key == "deeporigin.docking" && t.version == "2.9.0");
            tools.push_back(std::move(t));
        }
    }
    return tools;
}

json::array built_in_clusters() {
    json::array clusters;
    for (auto const& [id, name] :
        {std::pair<std::string_view, std::string_view>{"3f0c8f5e-7a11-4c57-9d4e-0c6f1b2a9e01", "sim-west"},
            {"8b1d2c3e-5f60-4a7b-8c9d-0e1f2a3b4c5d", "sim-east"}})
        clusters.push_back(json::object{{"id", id}, {"name", name},
            {"hostname", "https://cluster." + std::string(name) + ".example.test"}, {"status", "healthy"},
            {"enabled", true}, {"orgKey", nullptr}, {"createdAt", "2026-01-05T08:00:00.000Z"},
            {"updatedAt", "2026-01-05T08:00:00.000Z"}});
    return clusters;
}

std::vector<json::object> built_in_runs(std::vector<tool> const& tools, json::array const& clusters) {
    constexpr std::array<std::string_view, 5> sessions{"S1", "S2", "S3", "S4", "S5"};
    constexpr std::array<std::string_view, 4> projects{"09DEM0PR0JECT", "09SEC0ND00001", "09TH1RD000001", ""};
    constexpr std::array<std::string_view, 10> statuses{"Succeeded", "Succeeded", "Succeeded", "Succeeded", "Succeeded",
        "Succeeded", "Failed", "Cancelled", "Quoted", "FailedQuotation"};
    std::vector<json::object> runs;
    std::int64_t const first = *clock::parse_iso("2026-01-10T06:00:00.000Z");
    for (std::uint64_t n = 0; n < 2'500; ++n) {
        auto const dice = mixed(n * 7 + 3);
        auto const& t = tools[dice % tools.size()];
        auto const status = statuses[(dice >> 8U) % statuses.size()];
        auto const project = projects[(dice >> 16U) % projects.size()];
        std::int64_t const created =
            first + static_cast<std::int64_t>(n) * 3'456'789 + static_cast<std::int64_t>(dice % 1'000);
        bool const ran = status == "Succeeded" || status == "Failed" || status == "Cancelled";
        bool const ended = status == "Succeeded" || status == "Failed";
        json::object run{
            {"executionId", fixed_uuid(n)},
            {"resourceId", fixed_uuid(n + 10'000).substr(0, 8) + "seedrunworkab"},
            {"type", "ToolExecution"},
            {"executionType", "tool"},
            {"status", status},
            {"statusReason", status == "Failed" ? json::value("the tool ended with an error") : json::value(nullptr)},
            {"tool", {{"key", t.key}, {"version", t.version}}},
            {"cluster", {{"id", clusters.at(dice % clusters.size()).at("id")}}},
            {"orgKey", "*"},
            {"createdBy", "5d0b3b52-0000-4000-8000-000000000001"},
            {"createdAt", clock::iso(created)},
            {"updatedAt", clock::iso(created + (ran ? 60'000 : 0))},
            {"startedAt", ran ? json::value(clock::iso(created + 1'100)) : json::value(nullptr)},
            {"completedAt", ended ? json::value(clock::iso(created + 60'000)) : json::value(nullptr)},
            {"name", "seed run " + std::to_string(n)},
            {"userInputs", {{"ligands", json::array{json::object{{"id", "L" + std::to_string(n)}}}}}},
            {"userOutputs", json::object()},
            {"jobOutputs", status == "Succeeded" ? json::value(json::object{{"ok", true}}) : json::value(nullptr)},
            {"metadata", n % 3 == 0 ? json::value(json::object{{"campaign", "c" + std::to_string(n % 7)}})
                                    : json::value(nullptr)},
            {"approveAmount", nullptr},
            {"quotationResult", nullptr},
            {"billingTransaction", nullptr},
            {"progressReport", nullptr},
            {"app", n % 2 == 0 ? "python-client" : "cpp-client"},
            {"session", n % 50 == 49 ? json::value(nullptr) : json::value(sessions[(dice >> 24U) % sessions.size()])},
            {"tag", nullptr},
            {"projectId", project.empty() ? json::value(nullptr) : json::value(project)},
        };
        runs.push_back(std::move(run));
    }
    return runs;
}

}  // namespace corun::emulator::deeporigin
