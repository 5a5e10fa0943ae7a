// The built-in data (wire/promptrails §11.3). Ids are fixed and readable.

#include "platforms/promptrails/emulator/promptrails.hpp"

#include <array>

namespace corun::emulator::promptrails {

namespace {

constexpr std::string_view shop = R"(
    CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, item TEXT, status TEXT, total REAL);
    INSERT INTO orders VALUES
        (41, 'Ada', 'kettle', 'delivered', 39.90), (42, 'Grace', 'tea chest', 'left the depot', 84.50),
        (43, 'Edsger', 'biscuits', 'packed', 6.20), (44, 'Barbara', 'teapot', 'delivered', 55.00),
        (45, 'Ada', 'cups', 'returned', 24.00);
    CREATE TABLE customers(name TEXT PRIMARY KEY, city TEXT);
    INSERT INTO customers VALUES ('Ada', 'London'), ('Grace', 'New York'), ('Edsger', 'Rotterdam'), ('Barbara', 'Los Angeles');
)";

struct model_row {
    std::string_view provider, model, name;
    double in, out;
    std::int64_t tokens;
};

// Names and prices are invented.
constexpr std::array<model_row, 42> models{{
    {"anthropic", "harbor-large", "Harbor Large", 3, 15, 200000},
    {"anthropic", "harbor-medium", "Harbor Medium", 1, 5, 200000},
    {"anthropic", "harbor-small", "Harbor Small", 0.25, 1.25, 100000},
    {"anthropic", "harbor-legacy", "Harbor Legacy", 8, 24, 100000},
    {"cohere", "plain-r", "Plain R", 0.5, 1.5, 128000},
    {"cohere", "plain-r-plus", "Plain R Plus", 2.5, 10, 128000},
    {"cohere", "plain-light", "Plain Light", 0.3, 0.6, 4096},
    {"deepseek", "depth-chat", "Depth Chat", 0.27, 1.1, 64000},
    {"deepseek", "depth-reason", "Depth Reason", 0.55, 2.19, 64000},
    {"fireworks", "spark-8b", "Spark 8B", 0.2, 0.2, 131072},
    {"fireworks", "spark-70b", "Spark 70B", 0.9, 0.9, 131072},
    {"fireworks", "spark-mix", "Spark Mix", 0.5, 0.5, 32768},
    {"gemini", "castor-pro", "Castor Pro", 1.25, 5, 1000000},
    {"gemini", "castor-flash", "Castor Flash", 0.075, 0.3, 1000000},
    {"gemini", "castor-nano", "Castor Nano", 0.04, 0.15, 32000},
    {"gemini", "castor-old", "Castor Old", 0.5, 1.5, 32000},
    {"groq", "rapid-8b", "Rapid 8B", 0.05, 0.08, 131072},
    {"groq", "rapid-70b", "Rapid 70B", 0.59, 0.79, 131072},
    {"groq", "rapid-mix", "Rapid Mix", 0.24, 0.24, 32768},
    {"mistral", "zephyr-large", "Zephyr Large", 2, 6, 128000},
    {"mistral", "zephyr-medium", "Zephyr Medium", 0.4, 2, 128000},
    {"mistral", "zephyr-small", "Zephyr Small", 0.1, 0.3, 32000},
    {"mistral", "zephyr-code", "Zephyr Code", 0.3, 0.9, 256000},
    {"openai", "orbit-4", "Orbit 4", 2.5, 10, 128000},
    {"openai", "orbit-4-mini", "Orbit 4 mini", 0.15, 0.6, 128000},
    {"openai", "orbit-4-nano", "Orbit 4 nano", 0.1, 0.4, 128000},
    {"openai", "orbit-3", "Orbit 3", 0.5, 1.5, 16385},
    {"openai", "orbit-reason", "Orbit Reason", 15, 60, 200000},
    {"openai", "orbit-reason-mini", "Orbit Reason mini", 1.1, 4.4, 200000},
    {"openrouter", "any-auto", "Any Auto", 1, 3, 128000},
    {"openrouter", "any-free", "Any Free", 0, 0, 32768},
    {"openrouter", "any-large", "Any Large", 3, 9, 128000},
    {"together_ai", "union-8b", "Union 8B", 0.18, 0.18, 131072},
    {"together_ai", "union-70b", "Union 70B", 0.88, 0.88, 131072},
    {"together_ai", "union-405b", "Union 405B", 3.5, 3.5, 130000},
    {"together_ai", "union-mix", "Union Mix", 0.6, 0.6, 32768},
    {"together_ai", "union-code", "Union Code", 0.8, 0.8, 32768},
    {"xai", "quark-3", "Quark 3", 3, 15, 131072},
    {"xai", "quark-3-mini", "Quark 3 mini", 0.3, 0.5, 131072},
    {"xai", "quark-2", "Quark 2", 2, 10, 131072},
    {"xai", "quark-vision", "Quark Vision", 2, 10, 32768},
    {"xai", "quark-code", "Quark Code", 0.2, 1.5, 256000},
}};

std::string model_id(std::size_t n) {
    auto const digits = std::to_string(n + 1);
    return "3BmodelDemo" + std::string(16 - digits.size(), '0') + digits;
}

json::value at(std::string_view day) { return json::value(std::string(day) + "T08:00:00.000Z"); }

}  // namespace

void service::seed() {
    database::transaction all(env_.db());
    for (std::size_t i = 0; i < models.size(); ++i) {
        auto const& m = models[i];
        store_.add("llm_model",
            {{"id", model_id(i)}, {"provider", m.provider}, {"model_id", m.model}, {"display_name", m.name},
                {"input_price", m.in}, {"output_price", m.out}, {"max_tokens", m.tokens},
                {"supports_vision", i % 3 == 0}, {"supports_tools", true}, {"supports_json", true},
                {"supports_streaming", true}, {"is_active", true}, {"created_at", at("2026-01-05")}});
    }

    auto const prompt = [&](std::string_view id, std::string_view name, std::string_view description,
                            std::string_view user, std::string_view system, json::object config = {}) {
        store_.add("prompt", {{"id", id}, {"name", name}, {"description", description}, {"status", "active"},
                                 {"created_at", at("2026-02-20")}});
        std::string const version_id = std::string(id.substr(0, id.size() - 4)) + "Ver1";
        json::object doc{{"id", version_id}, {"prompt_id", id}, {"version", "1.0.0"}, {"system_prompt", system},
            {"user_prompt", user}, {"llm_model_id", model_id(24)}, {"temperature", 0.3}, {"max_tokens", 400},
            {"input_schema", {{"type", "object"}}}, {"is_current", true}, {"config", std::move(config)},
            {"message", "first version"}, {"created_at", at("2026-02-20")}};
        for (auto const unset : {"fallback_llm_model_id", "top_p", "output_schema"}) doc[unset] = nullptr;
        doc["cache_timeout"] = 0;
        store_.add("prompt_version", std::move(doc), id);
    };
    prompt("3BtriagePrompt0000000000001", "Ticket triage", "Names the category of a message",
        "Sort this message: {{ message }}", "Answer with one category.",
        {{"answers",
            {{"parcel", "category: delivery"}, {"refund", "category: payment"}, {"password", "category: account"}}}});
    prompt("3BchatPrompt000000000000001", "Shop assistant", "Answers customers", "{{ message }}",
        "You help the customers of a tea shop.",
        {{"thinking", "Looking the order up"},
            {"answers",
                {{"order 42", "Order 42 left the depot \u2014 it arrives today."}, {"hello", "Hi, how can I help?"},
                    {"refund", "Refunds take five working days; yours is on its way."}}}});
    prompt("3BreviewPrompt0000000000001", "Reply writer", "Writes replies that a person approves",
        "Write a reply to: {{ message }}", "Be polite and short.");
    prompt(
        "3BdraftPrompt00000000000001", "Draft", "Writes a first version", "Write about {{ topic }}.", "Write freely.");
    prompt("3BpolishPrompt0000000000001", "Polish", "Makes a text better", "Polish this: {{ previous_output }}",
        "Keep the meaning.");
    prompt(
        "3BcriticPrompt0000000000001", "Critic", "Finds what is wrong", "What is wrong with {{ topic }}?", "Be fair.");
    prompt("3BfactsPrompt00000000000001", "Facts", "Collects facts", "Three facts about {{ topic }}", "Only facts.");
    prompt("3BsummaryPrompt000000000001", "Summary", "Sums up", "Sum up: {{ previous_output }}", "One sentence.");

    auto const agent = [&](std::string_view id, std::string_view name, std::string_view description,
                           std::string_view type, json::array labels, std::string_view day,
                           std::initializer_list<std::string_view> versions, json::object config) {
        store_.add(
            "agent", {{"id", id}, {"name", name}, {"description", description}, {"type", type}, {"status", "active"},
                         {"labels", std::move(labels)}, {"created_by_id", nullptr}, {"created_at", at(day)}});
        int n = 0;
        for (auto const label : versions) {
            ++n;
            std::string const version_id = std::string(id.substr(0, id.size() - 4)) + "Ver" + std::to_string(n);
            store_.add("agent_version",
                {{"id", version_id}, {"agent_id", id}, {"version", label}, {"config", config},
                    {"input_schema", json::object()}, {"output_schema", nullptr},
                    {"is_current", n == static_cast<int>(versions.size())}, {"message", ""},
                    {"created_at", std::string(day) + "T08:00:0" + std::to_string(n) + ".000Z"}},
                id);
        }
    };
    auto const link = [](std::string_view prompt_id, std::string_view role, int order) {
        return json::object{{"prompt_id", prompt_id}, {"role", role}, {"sort_order", order}};
    };
    agent("3BtriageAgent00000000000001", "Ticket triage", "Sorts incoming mail", "simple", {"support"}, "2026-03-01",
        {"1.0.0", "1.1.0"},
        {{"type", "simple"}, {"prompt_id", "3BtriagePrompt0000000000001"}, {"approval_required", false}});
    agent("3BchatAgent0000000000000001", "Shop assistant", "Answers customers, with a look at their orders", "simple",
        {"chat", "support"}, "2026-03-02", {"1.0.0", "1.1.0", "2.0.0"},
        {{"type", "simple"}, {"prompt_id", "3BchatPrompt000000000000001"}, {"approval_required", false},
            {"tools", json::array{"3BtoolOrders000000000000001"}}});
    agent("3BreviewAgent00000000000001", "Reply writer", "Writes replies; a person approves them", "simple", {"review"},
        "2026-03-03", {"1.0.0", "1.0.1"},
        {{"type", "simple"}, {"prompt_id", "3BreviewPrompt0000000000001"}, {"approval_required", true},
            {"approval_checkpoint_name", "review"}});
    agent("3BchainAgent000000000000001", "Two drafts", "Writes, then polishes", "chain", {"content"}, "2026-03-04",
        {"0.9.0", "1.0.0"},
        {{"type", "chain"}, {"approval_required", false},
            {"prompt_ids", json::array{link("3BdraftPrompt00000000000001", "draft", 1),
                               link("3BpolishPrompt0000000000001", "polish", 2)}}});
    agent("3BpanelAgent000000000000001", "Panel", "Facts and criticism side by side", "multi_agent", {"content"},
        "2026-03-05", {"1.0.0", "1.1.0"},
        {{"type", "multi_agent"}, {"prompt_ids", json::array{link("3BfactsPrompt00000000000001", "facts", 1),
                                                     link("3BcriticPrompt0000000000001", "critic", 2)}}});
    json::object facts{{"id", "facts"}, {"depends_on", json::array()}, {"prompt_id", "3BfactsPrompt00000000000001"}};
    json::object critic{{"id", "critic"}, {"depends_on", json::array()}, {"prompt_id", "3BcriticPrompt0000000000001"}};
    json::object summary{{"id", "summary"}, {"prompt_id", "3BsummaryPrompt000000000001"}};
    summary["depends_on"] = json::array{
        "facts",
        "critic",
    };
    agent("3BflowAgent0000000000000001", "Research", "Collects, questions, sums up", "workflow", {"content"},
        "2026-03-06", {"1.0.0", "1.1.0"}, {{"type", "workflow"}, {"nodes", json::array{facts, critic, summary}}});
    json::object first{{"id", "sort"}, {"agent_id", "3BtriageAgent00000000000001"}, {"depends_on", json::array()}};
    json::object second{{"id", "reply"}, {"agent_id", "3BchatAgent0000000000000001"},
        {"input_mapping", {{"message", "input.message"}}}};
    second["depends_on"] = json::array{json::value("sort")};
    agent("3BdeskAgent0000000000000001", "Front desk", "Sorts a message, then answers it", "composite", {"support"},
        "2026-03-07", {"1.0.0", "1.1.0"}, {{"type", "composite"}, {"steps", json::array{first, second}}});

    store_.add("guardrail",
        {{"id", "3BguardSecrets0000000000001"}, {"agent_id", "3BchatAgent0000000000000001"}, {"type", "input"},
            {"scanner_type", "secrets"}, {"action", "redact"}, {"config", json::object()}, {"is_active", true},
            {"sort_order", 0}, {"created_at", at("2026-03-02")}},
        "3BchatAgent0000000000000001");
    auto const memory = [&](std::string_view id, std::string_view text, std::string_view type, double importance,
                            std::int64_t seen, std::string_view day) {
        store_.add("memory",
            {{"id", id}, {"agent_id", "3BchatAgent0000000000000001"}, {"content", text}, {"metadata", json::object()},
                {"memory_type", type}, {"importance", importance}, {"access_count", seen},
                {"last_accessed_at", nullptr}, {"chat_session_id", nullptr}, {"created_by_id", nullptr},
                {"created_at", std::string(day) + "T09:00:00.000Z"}},
            "3BchatAgent0000000000000001");
    };
    memory("3BmemoryRefund0000000000001", "Refunds take five working days", "fact", 0.8, 2, "2026-02-01");
    memory("3BmemoryHours00000000000001", "The shop answers from eight to six", "fact", 0.6, 0, "2026-02-02");
    memory("3BmemoryTone000000000000001", "Customers are addressed by their first name", "procedure", 0.5, 0,
        "2026-02-03");
    memory("3BmemoryStorm00000000000001", "Parcels to the islands were late after the storm", "episodic", 0.3, 0,
        "2026-02-04");

    store_.add("database", {{"id", "shop"}, {"sql", shop}, {"created_at", at("2026-01-05")}});
    auto const source = [&](std::string_view id, std::string_view name, std::string_view type, std::string_view query,
                            json::object connection, json::array parameters) {
        store_.add("data_source", {{"id", id}, {"name", name}, {"type", type}, {"description", ""},
                                      {"status", "active"}, {"created_at", at("2026-02-25")}});
        std::string const version_id = std::string(id.substr(0, id.size() - 4)) + "Ver1";
        store_.add("data_source_version",
            {{"id", version_id}, {"data_source_id", id}, {"version", "1.0.0"}, {"credential_id", nullptr},
                {"connection_config", std::move(connection)}, {"query_template", query},
                {"parameters", std::move(parameters)}, {"is_current", true}, {"message", ""}, {"cache_timeout", 0},
                {"output_format", "json"}, {"created_at", at("2026-02-25")}},
            id);
    };
    json::object number{
        {"name", "number"}, {"type", "number"}, {"required", true}, {"description", "the order's number"}};
    source("3BsourceOrders0000000000001", "orders", "sqlite",
        "SELECT id, customer, item, status, total FROM orders WHERE id = {{ number }}", {{"database", "shop"}},
        json::array{number});
    source("3BsourceSales00000000000001", "sales", "postgresql", "SELECT * FROM sales",
        {{"host", "db.example.test"}, {"database", "sales"}}, {});

    auto const credential = [&](std::string_view id, std::string_view name, std::string_view type,
                                std::string_view category, std::string_view mask, bool is_default) {
        store_.add(
            "credential", {{"id", id}, {"name", name}, {"type", type}, {"category", category}, {"description", ""},
                              {"masked_content", mask}, {"is_default", is_default}, {"schema_type", ""},
                              {"is_valid", true}, {"has_schema", false}, {"schema_updated_at", nullptr},
                              {"created_by_id", nullptr}, {"created_at", at("2026-02-10")}});
    };
    credential("3BcredentialOpen00000000001", "Models, main", "openai", "llm", "demo****************main", true);
    credential("3BcredentialSpare0000000001", "Models, spare", "openai", "llm", "demo***************spare", false);
    credential("3BcredentialSales0000000001", "Sales database", "postgresql", "data_warehouse", "demo****data", true);
    credential("3BcredentialVoice0000000001", "Voice", "elevenlabs", "speech", "demo****oice", true);

    auto const tool = [&](std::string_view id, std::string_view name, std::string_view type,
                          std::string_view description, json::object config, json::value schema) {
        store_.add("mcp_tool",
            {{"id", id}, {"name", name}, {"type", type}, {"description", description}, {"config", std::move(config)},
                {"schema", std::move(schema)}, {"is_active", true}, {"credential_id", nullptr},
                {"template_id", nullptr}, {"status", "active"}, {"created_at", at("2026-02-26")}});
    };
    json::object expression{{"expression", {{"type", "string"}}}};
    tool("3BtoolTime00000000000000001", "current_time", "builtin", "What time it is", {{"function", "current_time"}},
        nullptr);
    tool("3BtoolDate00000000000000001", "current_date", "builtin", "What day it is", {{"function", "current_date"}},
        nullptr);
    tool("3BtoolMath00000000000000001", "math", "builtin", "Computes an expression", {{"function", "math"}},
        json::object{{"type", "object"}, {"properties", expression}});
    tool("3BtoolOrders000000000000001", "order_lookup", "datasource", "Looks an order up",
        {{"data_source_id", "3BsourceOrders0000000000001"}, {"summary", "order found"}}, nullptr);
    tool("3BtoolWeather00000000000001", "weather", "api", "The weather of a place",
        {{"url", "https://weather.example.test"}, {"method", "GET"}}, nullptr);
    tool("3BtoolTickets00000000000001", "tickets", "remote_mcp", "A ticket system",
        {{"url", "https://mcp.example.test/sse"}}, nullptr);

    auto const mcp_template = [&](std::string_view id, std::string_view slug, std::string_view name,
                                  std::string_view type, std::string_view category, json::array parameters) {
        store_.add("mcp_template",
            {{"id", id}, {"slug", slug}, {"name", name}, {"description", std::string(name) + " as a tool"},
                {"type", type}, {"category", category}, {"icon_url", ""},
                {"config", {{"url", "https://" + std::string(slug) + ".example.test"}}}, {"schema", nullptr},
                {"required_parameters", std::move(parameters)}, {"documentation_url", ""},
                {"setup_instructions", "Ask for a token."}, {"is_active", true}, {"created_at", at("2026-02-27")}});
    };
    json::object token{{"name", "token"}, {"type", "string"}, {"required", true}, {"secret", true},
        {"description", "the access token"}, {"default", nullptr}};
    mcp_template(
        "3BtemplateCalendar000000001", "calendar", "Calendar", "remote_mcp", "productivity", json::array{token});
    mcp_template("3BtemplateWiki0000000000001", "wiki", "Wiki", "remote_mcp", "knowledge", json::array{token});
    mcp_template("3BtemplateWeather0000000001", "weather", "Weather", "api", "data", {});

    auto const flow = [&](std::string_view id, std::string_view name, std::string_view category, std::string_view type,
                          std::string_view complexity, int nodes) {
        store_.add("template",
            {{"id", id}, {"name", name}, {"description", std::string(name) + ", ready to be adapted"},
                {"category", category}, {"agent_type", type}, {"complexity", complexity}, {"icon", "flow"},
                {"status", "published"}, {"tags", json::array{json::value(category)}}, {"node_count", nodes},
                {"flow_config", {{"type", type}}}, {"created_at", at("2026-02-15")}});
    };
    flow("3BflowSupport00000000000001", "Support desk", "support", "composite", "intermediate", 2);
    flow("3BflowArticle00000000000001", "Article", "content", "chain", "beginner", 2);
    flow("3BflowReport000000000000001", "Data report", "data", "workflow", "advanced", 4);
}

}  // namespace corun::emulator::promptrails
