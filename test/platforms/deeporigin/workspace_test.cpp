// Where the settings come from (wire/deeporigin §1.3–§1.5), by a table of sources.

#include "platforms/deeporigin/workspace.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace {

namespace od = corun::deeporigin;

struct world {
    std::map<std::string, std::string, std::less<>> variables;
    std::map<std::string, std::string, std::less<>> files;
    od::sources sources() const {
        auto const look = [](auto const& in) {
            return [&in](std::string_view name) -> std::optional<std::string> {
                auto const found = in.find(name);
                if (found == in.end()) return std::nullopt;
                return found->second;
            };
        };
        return {look(variables), look(files)};
    }
    std::shared_ptr<od::workspace> find(od::client_options const& options = {}) const {
        return od::find_workspace(options, sources());
    }
    std::string refused(od::client_options const& options = {}) const {
        try {
            find(options);
        } catch (corun::validation_error const& e) {
            return e.message();
        }
        return {};
    }
};

// {"iss":"https://login.staging.example.test","exp":4100000000}
std::string const staging_token =
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLnN0YWdpbmcuZXhhbXBsZS50ZXN0IiwiZXhwIjo0MTAwMDAwMDAwfQ.c2ln";

TEST(workspace, options_win) {
    world const w{
        {{"DO_AUTH_TOKEN", "env"}, {"DO_ORG_KEY", "env-org"}, {"DO_ENV", "dev"}, {"DO_PROJECT_ID", " P1 \n"}}, {}};
    auto const plain = w.find();
    EXPECT_EQ(plain->token, "env");
    EXPECT_EQ(plain->org_key, "env-org");
    EXPECT_EQ(plain->base_url, "https://api.dev.deeporigin.io");
    EXPECT_EQ(plain->project_id, "P1");
    EXPECT_EQ(plain->app, "cpp-client");
    EXPECT_EQ(plain->session.size(), 36u);
    auto const chosen =
        w.find(od::client_options("own").org_key("own-org").environment("staging").project_id("P2").session("s"));
    EXPECT_EQ(chosen->token, "own");
    EXPECT_EQ(chosen->org_key, "own-org");
    EXPECT_EQ(chosen->base_url, "https://api.staging.deeporigin.io");
    EXPECT_EQ(chosen->project_id, "P2");
    EXPECT_EQ(chosen->session, "s");
    EXPECT_EQ(w.find(od::client_options().base_url("http://x.test"))->base_url, "http://x.test");
}

TEST(workspace, files_fill_in_what_is_missing) {
    world w{{},
        {{"config.json", R"({"env":"staging","org_key":"file-org"})"},
            {"api_tokens.json", R"({"prod":"p-token","staging":"s-token","dev":{"access":"d-token","refresh":""}})"}}};
    EXPECT_EQ(w.find()->token, "s-token");
    EXPECT_EQ(w.find()->org_key, "file-org");
    EXPECT_EQ(w.find()->base_url, "https://api.staging.deeporigin.io");
    w.variables["DO_ENV"] = "dev";
    EXPECT_EQ(w.find()->token, "d-token");
    w.variables["DO_ORG_KEY"] = "env-org";
    EXPECT_EQ(w.find()->org_key, "env-org");
    w.variables["DO_AUTH_TOKEN"] = "env-token";
    EXPECT_EQ(w.find()->token, "env-token");
    w.files["config.json"] = "broken";
    EXPECT_EQ(w.find()->token, "env-token") << "a file that is not needed is not looked at";
}

TEST(workspace, the_issuer_picks_the_address) {
    world const w{{{"DO_AUTH_TOKEN", staging_token}, {"DO_ORG_KEY", "o"}}, {}};
    EXPECT_EQ(w.find()->base_url, "https://api.staging.deeporigin.io");
    EXPECT_EQ(w.find(od::client_options().environment("prod"))->base_url, "https://api.deeporigin.io");
    world const opaque{{{"DO_AUTH_TOKEN", "opaque"}, {"DO_ORG_KEY", "o"}}, {}};
    EXPECT_EQ(opaque.find()->base_url, "https://api.deeporigin.io");
}

TEST(workspace, local_needs_nothing) {
    world const w{{{"DO_ENV", "local"}}, {}};
    auto const found = w.find();
    EXPECT_EQ(found->base_url, "http://127.0.0.1:4931");
    EXPECT_EQ(found->org_key, "deeporigin");
    EXPECT_FALSE(od::token_problem(found->token, std::chrono::system_clock::now()));
    EXPECT_TRUE(od::token_problem(found->token, std::chrono::system_clock::now() + std::chrono::hours(24 * 366)));
}

TEST(workspace, what_is_wrong_is_said) {
    world const empty;
    EXPECT_NE(empty.refused().find("no token"), std::string::npos);
    world const no_org{{{"DO_AUTH_TOKEN", "t"}}, {}};
    EXPECT_NE(no_org.refused().find("no organisation"), std::string::npos);
    EXPECT_NE(no_org.refused(od::client_options().environment("moon")).find("\"moon\""), std::string::npos);
    world const bad_file{{{"DO_ORG_KEY", "o"}}, {{"config.json", "[]"}}};
    EXPECT_NE(bad_file.refused().find("config.json"), std::string::npos);
    world const bad_tokens{{{"DO_ORG_KEY", "o"}}, {{"config.json", "{}"}, {"api_tokens.json", "{"}}};
    EXPECT_NE(bad_tokens.refused().find("api_tokens.json"), std::string::npos);
    world const bad_env{{{"DO_ORG_KEY", "o"}}, {{"config.json", R"({"env":"moon"})"}}};
    EXPECT_NE(bad_env.refused().find("moon"), std::string::npos);
}

TEST(workspace, real_files_are_read_and_never_written) {
    auto const folder = std::filesystem::path(::testing::TempDir()) / "corun_deeporigin_workspace";
    std::filesystem::remove_all(folder);
    auto const from = od::real_sources(folder.string());
    EXPECT_FALSE(from.file("config.json"));
    EXPECT_FALSE(std::filesystem::exists(folder));
    std::filesystem::create_directories(folder / "api_tokens.json");  // a folder cannot be read
    std::ofstream(folder / "config.json") << "{}";
    EXPECT_EQ(from.file("config.json"), "{}");
    EXPECT_THROW(from.file("api_tokens.json"), corun::validation_error);
    std::filesystem::remove_all(folder);
}

}  // namespace
