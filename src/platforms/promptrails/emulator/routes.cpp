#include "platforms/promptrails/emulator/promptrails.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <regex>

namespace corun::emulator::promptrails {

namespace {

constexpr std::string_view release = "0.1.0";

std::string star_mask(std::string_view value) {
    if (value.size() <= 8) return std::string(value.size(), '*');
    return std::string(value.substr(0, 4)) + std::string(value.size() - 8, '*') +
           std::string(value.substr(value.size() - 4));
}

void default_member(json::object& doc, std::string_view name, json::value value) {
    if (!doc.contains(name)) doc[name] = std::move(value);
}

void complete_prompt_version(json::object& doc) {
    for (auto const name :
        {"llm_model_id", "fallback_llm_model_id", "temperature", "max_tokens", "top_p", "output_schema"})
        default_member(doc, name, nullptr);
    default_member(doc, "system_prompt", "");
    default_member(doc, "input_schema", json::object());
    default_member(doc, "config", json::object());
    default_member(doc, "cache_timeout", 0);
}

void complete_agent_version(json::object& doc) {
    default_member(doc, "config", json::object());
    default_member(doc, "input_schema", json::object());
    default_member(doc, "output_schema", nullptr);
}

void complete_data_source_version(json::object& doc) {
    default_member(doc, "credential_id", nullptr);
    default_member(doc, "connection_config", json::object());
    default_member(doc, "query_template", "");
    default_member(doc, "parameters", json::array());
    default_member(doc, "cache_timeout", 0);
    default_member(doc, "output_format", "json");
}

std::vector<store::filter> filters_of(request const& r, std::initializer_list<std::string_view> names) {
    std::vector<store::filter> filters;
    for (auto const name : names)
        if (auto const value = r.parameter(name); value && !value->empty())
            filters.push_back({name, std::string(*value)});
    return filters;
}

std::string base62_token(std::size_t length) {
    constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string token;
    while (token.size() < length) {
        auto const value = std::stoul(random_hex(2), nullptr, 16);
        if (value < 62 * 1057) token += digits[value % 62];
    }
    return token;
}

bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
    return difference == 0;
}

}  // namespace

void service::add_routes() {
    add_agent_routes();
    add_prompt_routes();
    add_data_source_routes();
    add_tool_routes();
    add_score_routes();
    add_chat_routes();
    add_run_routes();
    add_report_routes();
    add_root_routes();
}

void service::add_agent_routes() {
    on("GET", "/agents", [this](call_ptr const& call) {
        store::listing what{.kind = "agent", .filters = filters_of(call->asked(), {"type", "status"})};
        for (auto const name : {"name", "search"})
            if (auto const part = call->asked().parameter(name); part && !part->empty())
                what.filters.push_back({"name", std::string(*part), true});
        answer_page(call, what, [this](json::object& doc) { doc = with_current(std::move(doc), "agent_version"); });
    });
    on("POST", "/agents", [this](call_ptr const& call) {
        auto doc = take(body_of(call), "name:s type:s description:s labels:a template_id:s");
        require(doc, "name type", "name and type are required");
        default_member(doc, "description", "");
        default_member(doc, "labels", json::array());
        doc["status"] = "active";
        doc["created_by_id"] = nullptr;
        answer(call, 201, store_.add("agent", std::move(doc)));
    });
    on("GET", "/agents/{}", [this](call_ptr const& call) {
        answer(call, 200, shown(with_current(need("agent", call->id(), "agent"), "agent_version")));
    });
    on("DELETE", "/agents/{}", [this](call_ptr const& call) {
        need("agent", call->id(), "agent");
        for (auto const kind : {"agent_version", "guardrail", "memory"}) store_.erase_children(kind, call->id());
        store_.erase("agent", call->id());
        nothing(call);
    });
    add_entity("/agents", "agent", "agent", "name:s description:s status:s labels:a");
    add_versions("/agents", "agent_version", "agent", "agent_id",
        "version:s config:o set_current:b input_schema:o output_schema:o message:s", complete_agent_version);

    on("POST", "/agents/{}/execute", [this](call_ptr const& call) {
        run_request run;
        run.agent = need("agent", call->id(), "agent");
        auto const body = take(body_of(call), "input:o metadata:o session_id:s version_id:s user_id:s sync:b stream:b");
        require(body, "input", "input is required");
        run.input = object_at(body, "input");
        run.metadata = object_at(body, "metadata");
        run.session_id = text_at(body, "session_id");
        run.version_id = text_at(body, "version_id");
        run.user_id = text_at(body, "user_id");
        bool const sync = bool_at(body, "sync", true);
        run.slow = !sync;
        auto const id = start_run(run);
        auto const reply = [this, call](json::object const& execution) {
            auto doc = shown(execution);
            doc["execution_id"] = doc["id"];
            answer(call, 201, std::move(doc));
        };
        if (sync)
            when_settled(id, reply);
        else
            reply(need("execution", id, "execution"));
    });
    on("POST", "/agents/{}/preview", [this](call_ptr const& call) {
        auto const agent = need("agent", call->id(), "agent");
        auto const body = take(body_of(call), "input:o version_id:s");
        require(body, "input", "input is required");
        auto const version_id = text_at(body, "version_id");
        auto const version = version_id.empty() ? current_version("agent_version", call->id())
                                                : store_.find("agent_version", version_id);
        if (!version_id.empty() && (!version || text_at(*version, "agent_id") != call->id()))
            throw not_found("version");
        auto const made = make_plan(agent, version, object_at(body, "input"), 0);
        if (!made.error.empty()) throw bad_request(made.error);
        answer(call, 200, json::object{{"content", made.content}, {"type", "text"}});
    });

    on("GET", "/agents/{}/guardrails", [this](call_ptr const& call) {
        need("agent", call->id(), "agent");
        answer(call, 200,
            store_.list(
                {.kind = "guardrail", .parent = call->id(), .order = "json_extract(doc, '$.sort_order'), at, id"}));
    });
    on("POST", "/agents/{}/guardrails", [this](call_ptr const& call) {
        need("agent", call->id(), "agent");
        auto doc = take(body_of(call), "type:s scanner_type:s action:s config:o is_active:b sort_order:i");
        require(doc, "type scanner_type", "type and scanner_type are required");
        default_member(doc, "action", "block");
        default_member(doc, "config", json::object());
        default_member(doc, "is_active", true);
        default_member(doc, "sort_order", store_.count({.kind = "guardrail", .parent = call->id()}));
        if (text_at(doc, "scanner_type") == "regex" && !scan(doc, "").known)
            throw bad_request("the pattern is not a regular expression", {{"pattern", "invalid"}});
        doc["agent_id"] = call->id();
        answer(call, 201, store_.add("guardrail", std::move(doc), call->id()));
    });
    add_entity("/guardrails", "guardrail", "guardrail", "action:s config:o is_active:b sort_order:i");

    on("GET", "/agents/{}/memories",
        [this](call_ptr const& call) { answer_page(call, {.kind = "memory", .parent = call->id()}); });
    on("POST", "/agents/{}/memories", [this](call_ptr const& call) {
        auto doc = take(body_of(call), "content:s memory_type:s importance:n metadata:o chat_session_id:s");
        require(doc, "content", "content is required");
        default_member(doc, "memory_type", "");
        default_member(doc, "importance", 0.5);
        default_member(doc, "metadata", json::object());
        default_member(doc, "chat_session_id", nullptr);
        doc["agent_id"] = call->id();
        doc["access_count"] = 0;
        doc["last_accessed_at"] = nullptr;
        doc["created_by_id"] = nullptr;
        answer(call, 201, store_.add("memory", std::move(doc), call->id()));
    });
    on("DELETE", "/agents/{}/memories", [this](call_ptr const& call) {
        answer(call, 200, json::object{{"deleted", store_.erase_children("memory", call->id())}});
    });
    on("POST", "/agents/{}/memories/search", [this](call_ptr const& call) {
        auto const body = take(body_of(call), "query:s threshold:n limit:i");
        require(body, "query", "query is required");
        auto const limit = int_at(body, "limit", 10);
        auto found = store_.search_memories(call->id(), text_at(body, "query"), limit > 0 ? limit : 10);
        for (auto& each : found) {
            auto& doc = each.as_object();
            doc["access_count"] = int_at(doc, "access_count") + 1;
            doc["last_accessed_at"] = env_.time().iso();
            store_.put("memory", doc);
        }
        answer(call, 200, std::move(found));
    });
    add_entity("/memories", "memory", "memory", "content:s memory_type:s importance:n metadata:o");
}

void service::add_prompt_routes() {
    on("GET", "/prompts", [this](call_ptr const& call) {
        store::listing what{.kind = "prompt"};
        if (auto const part = call->asked().parameter("search"); part && !part->empty())
            what.filters.push_back({"name", std::string(*part), true});
        answer_page(call, what, [this](json::object& doc) { doc = with_current(std::move(doc), "prompt_version"); });
    });
    on("POST", "/prompts", [this](call_ptr const& call) {
        auto doc = take(body_of(call), "name:s description:s");
        require(doc, "name", "name is required");
        default_member(doc, "description", "");
        doc["status"] = "active";
        answer(call, 201, store_.add("prompt", std::move(doc)));
    });
    on("GET", "/prompts/{}", [this](call_ptr const& call) {
        auto doc = with_current(need("prompt", call->id(), "prompt"), "prompt_version");
        if (auto* const version = doc.if_contains("current_version")) {
            complete_prompt_version(version->as_object());
            auto const model = model_of(version->as_object());
            version->as_object()["llm_model"] = model ? json::value(*model) : json::value(nullptr);
        }
        answer(call, 200, shown(std::move(doc)));
    });
    on("DELETE", "/prompts/{}", [this](call_ptr const& call) {
        need("prompt", call->id(), "prompt");
        store_.erase_children("prompt_version", call->id());
        store_.erase("prompt", call->id());
        nothing(call);
    });
    add_entity("/prompts", "prompt", "prompt", "name:s description:s status:s");
    add_versions("/prompts", "prompt_version", "prompt", "prompt_id",
        "version:s user_prompt:s system_prompt:s set_current:b llm_model_id:s fallback_llm_model_id:s temperature:n "
        "max_tokens:i top_p:n input_schema:o output_schema:o config:o message:s cache_timeout:i",
        complete_prompt_version);
    on("POST", "/prompts/{}/preview", [this](call_ptr const& call) {
        auto const prompt = need("prompt", call->id(), "prompt");
        auto const body = take(body_of(call), "input:o version_id:s");
        require(body, "input", "input is required");
        auto const version_id = text_at(body, "version_id");
        auto const version = version_id.empty() ? current_version("prompt_version", call->id())
                                                : store_.find("prompt_version", version_id);
        if (!version_id.empty() && (!version || text_at(*version, "prompt_id") != call->id()))
            throw not_found("version");
        if (!version) throw bad_request("the prompt has no current version");
        answer(call, 200, run_prompt(prompt, body, *version));
    });
    on("POST", "/prompts/{}/run", [this](call_ptr const& call) {
        auto const prompt = need("prompt", call->id(), "prompt");
        auto const body =
            take(body_of(call), "user_prompt:s llm_model_id:s system_prompt:s fallback_llm_model_id:s "
                                "temperature:n max_tokens:i top_p:n top_k:i input:o output_schema:o tools:a "
                                "initial_messages:a credential_id:s cache_timeout:i reasoning_effort:s "
                                "web_search:b prompt_caching:b");
        auto const stored = current_version("prompt_version", call->id()).value_or(json::object());
        if (!body.contains("user_prompt") && stored.empty())
            throw bad_request("user_prompt is required", {{"user_prompt", "required"}});
        answer(call, 200, run_prompt(prompt, body, stored));
    });
}

void service::add_data_source_routes() {
    on("GET", "/data-sources", [this](call_ptr const& call) { answer_page(call, {.kind = "data_source"}); });
    on("POST", "/data-sources", [this](call_ptr const& call) {
        auto doc = take(body_of(call), "name:s type:s description:s");
        require(doc, "name", "name is required");
        default_member(doc, "type", "");
        default_member(doc, "description", "");
        doc["status"] = "active";
        answer(call, 201, store_.add("data_source", std::move(doc)));
    });
    on("DELETE", "/data-sources/{}", [this](call_ptr const& call) {
        need("data_source", call->id(), "data source");
        store_.erase_children("data_source_version", call->id());
        store_.erase("data_source", call->id());
        nothing(call);
    });
    add_entity("/data-sources", "data_source", "data source", "name:s description:s status:s");
    add_versions("/data-sources", "data_source_version", "data source", "data_source_id",
        "version:s query_template:s set_current:b credential_id:s connection_config:o parameters:a message:s "
        "cache_timeout:i output_format:s",
        complete_data_source_version);
    on("POST", "/data-sources/{}/preview-query", [this](call_ptr const& call) {
        auto const source = need("data_source", call->id(), "data source");
        auto const body = take(body_of(call), "query_template:s parameters:o");
        require(body, "query_template", "query_template is required");
        answer(call, 200, run_query(source, text_at(body, "query_template"), object_at(body, "parameters")));
    });
    on("POST", "/data-sources/{}/query", [this](call_ptr const& call) {
        auto const source = need("data_source", call->id(), "data source");
        auto const body = take(call->asked().body.empty() ? json::object() : body_of(call), "parameters:o");
        answer(call, 200, run_query(source, std::nullopt, object_at(body, "parameters")));
    });
    on("POST", "/data-sources/{}/test-connection", [this](call_ptr const& call) {
        auto const source = need("data_source", call->id(), "data source");
        auto const version = current_version("data_source_version", call->id());
        auto const database = version ? text_at(object_at(*version, "connection_config"), "database") : std::string();
        if (text_at(source, "type") == "sqlite" && !store_.find("database", database))
            return answer(
                call, 200, json::object{{"ok", false}, {"error", "there is no database fixture \"" + database + "\""}});
        answer(call, 200, json::object{{"ok", true}});
    });

    on("GET", "/credentials", [this](call_ptr const& call) { answer_page(call, {.kind = "credential"}); });
    on("POST", "/credentials", [this](call_ptr const& call) {
        auto doc = take(body_of(call), "name:s type:s category:s value:s description:s is_default:b schema_type:s");
        require(doc, "name", "name is required");
        doc["masked_content"] = star_mask(text_at(doc, "value"));
        doc.erase("value");  // nothing here needs it: it is not kept
        for (auto const name : {"type", "category", "description", "schema_type"}) default_member(doc, name, "");
        default_member(doc, "is_default", false);
        doc["is_valid"] = true;
        doc["has_schema"] = false;
        doc["schema_updated_at"] = nullptr;
        doc["created_by_id"] = nullptr;
        answer(call, 201, store_.add("credential", std::move(doc)));
    });
    on("PATCH", "/credentials/{}", [this](call_ptr const& call) {
        auto doc = need("credential", call->id(), "credential");
        auto changes = take(body_of(call), "name:s description:s value:s is_default:b");
        if (changes.contains("value")) doc["masked_content"] = star_mask(text_at(changes, "value"));
        changes.erase("value");
        for (auto const& member : changes) doc[member.key()] = member.value();
        doc["updated_at"] = env_.time().iso();
        store_.put("credential", doc);
        answer(call, 200, std::move(doc));
    });
    add_entity("/credentials", "credential", "credential", "");
    on("POST", "/credentials/{}/set-default", [this](call_ptr const& call) {
        auto chosen = need("credential", call->id(), "credential");
        auto const rest = store_.list({.kind = "credential",
            .filters = {{"category", text_at(chosen, "category")}, {"type", text_at(chosen, "type")}}});
        for (auto const& each : rest) {
            auto doc = each.as_object();
            doc["is_default"] = text_at(doc, "id") == call->id();
            store_.put("credential", doc);
        }
        chosen["is_default"] = true;
        answer(call, 200, std::move(chosen));
    });
    on("POST", "/credentials/{}/check", [this](call_ptr const& call) {
        auto const doc = need("credential", call->id(), "credential");
        if (bool_at(doc, "is_valid", true)) return answer(call, 200, json::object{{"ok", true}});
        answer(call, 200, json::object{{"ok", false}, {"error", "the credential is not valid"}});
    });
}

void service::add_tool_routes() {
    on("GET", "/mcp-tools", [this](call_ptr const& call) { answer_page(call, {.kind = "mcp_tool"}); });
    auto const complete = [](json::object& doc) {
        default_member(doc, "type", "");
        default_member(doc, "description", "");
        default_member(doc, "config", json::object());
        default_member(doc, "schema", nullptr);
        default_member(doc, "credential_id", nullptr);
        default_member(doc, "template_id", nullptr);
        default_member(doc, "status", "active");
        default_member(doc, "is_active", true);
    };
    on("POST", "/mcp-tools", [this, complete](call_ptr const& call) {
        auto doc =
            take(body_of(call), "name:s type:s description:s config:o schema:o credential_id:s template_id:s status:s");
        require(doc, "name", "name is required");
        complete(doc);
        answer(call, 201, store_.add("mcp_tool", std::move(doc)));
    });
    add_entity("/mcp-tools", "mcp_tool", "MCP tool",
        "name:s description:s type:s status:s credential_id:s template_id:s config:o schema:o is_active:b");
    on("POST", "/mcp-tools/{}/discover", [this](call_ptr const& call) {
        auto const tool = need("mcp_tool", call->id(), "MCP tool");
        auto const* schema = tool.if_contains("schema");
        json::value const input =
            schema != nullptr && schema->is_object() ? *schema : json::value(json::object{{"type", "object"}});
        json::array tools{json::object{
            {"name", tool.at("name")}, {"description", text_at(tool, "description")}, {"inputSchema", input}}};
        answer(call, 200, json::object{{"tools", std::move(tools)}, {"trace_id", new_trace_id()}});
    });
    on("POST", "/mcp-tools/{}/call", [this](call_ptr const& call) {
        auto const tool = need("mcp_tool", call->id(), "MCP tool");
        auto const body = take(body_of(call), "tool_name:s arguments:o");
        require(body, "tool_name", "tool_name is required");
        if (text_at(body, "tool_name") != text_at(tool, "name")) {
            json::array content{json::object{{"type", "text"}, {"text", "unknown tool " + text_at(body, "tool_name")}}};
            return answer(call, 200,
                json::object{{"content", std::move(content)}, {"is_error", true}, {"trace_id", new_trace_id()}});
        }
        answer(call, 200, shown(call_tool(tool, object_at(body, "arguments"))));
    });

    on("GET", "/mcp-templates", [this](call_ptr const& call) {
        store::listing what{.kind = "mcp_template",
            .filters = filters_of(call->asked(), {"category", "type"}),
            .order = "json_extract(doc, '$.name'), id"};
        if (auto const part = call->asked().parameter("search"); part && !part->empty())
            what.filters.push_back({"name", std::string(*part), true});
        if (auto const active = call->asked().parameter("is_active"))
            what.filters.push_back({"is_active", *active == "true" ? "1" : "0"});
        answer_page(call, what);
    });
    auto const by_slug = [this](std::string const& slug) {
        auto const found = store_.list({.kind = "mcp_template", .filters = {{"slug", slug}}}, 1);
        if (found.empty()) throw not_found("MCP template");
        return found.front().as_object();
    };
    on("GET", "/mcp-templates/slug/{}",
        [this, by_slug](call_ptr const& call) { answer(call, 200, by_slug(call->id())); });
    on("POST", "/mcp-templates/slug/{}/install", [this, by_slug, complete](call_ptr const& call) {
        auto const chosen = by_slug(call->id());
        auto const body = take(body_of(call), "name:s parameters:o");
        require(body, "name", "name is required");
        auto const given = object_at(body, "parameters");
        json::object missing;
        auto config = object_at(chosen, "config");
        auto const wanted = array_at(chosen, "required_parameters");
        for (auto const& each : wanted) {
            auto const& p = each.as_object();
            auto const name = text_at(p, "name");
            if (!given.contains(name) && bool_at(p, "required")) missing[name] = "required";
            // What is secret is not kept.
            if (given.contains(name))
                config[name] = bool_at(p, "secret") ? json::value(star_mask(text_of(given.at(name)))) : given.at(name);
        }
        if (!missing.empty()) throw bad_request("a parameter is missing", std::move(missing));
        json::object doc{{"name", body.at("name")}, {"type", chosen.at("type")},
            {"description", chosen.at("description")}, {"config", std::move(config)}, {"template_id", chosen.at("id")}};
        if (chosen.contains("schema")) doc["schema"] = chosen.at("schema");
        complete(doc);
        answer(call, 201, store_.add("mcp_tool", std::move(doc)));
    });
    on("GET", "/mcp-templates/{}",
        [this](call_ptr const& call) { answer(call, 200, need("mcp_template", call->id(), "MCP template")); });

    on("GET", "/templates", [this](call_ptr const& call) {
        answer_page(call, {.kind = "template", .filters = filters_of(call->asked(), {"status", "category"})});
    });
    on("GET", "/templates/{}",
        [this](call_ptr const& call) { answer(call, 200, need("template", call->id(), "template")); });

    on("GET", "/llm-models", [this](call_ptr const& call) {
        store::listing what{.kind = "llm_model",
            .filters = filters_of(call->asked(), {"provider"}),
            .order = "json_extract(doc, '$.display_name'), id"};
        if (auto const active = call->asked().parameter("is_active"))
            what.filters.push_back({"is_active", *active == "true" ? "1" : "0"});
        answer_page(call, what);
    });
    on("GET", "/llm-models/available", [this](call_ptr const& call) {
        auto const models = store_.list({.kind = "llm_model",
            .filters = {{"is_active", "1"}},
            .order = "json_extract(doc, '$.provider'), json_extract(doc, '$.display_name'), id"});
        json::array groups;
        for (auto const& each : models) {
            auto const& model = each.as_object();
            if (groups.empty() || groups.back().at("provider") != model.at("provider"))
                groups.push_back(json::object{{"provider", model.at("provider")}, {"models", json::array()}});
            json::object entry;
            for (auto const name : {"id", "model_id", "display_name", "max_tokens", "supports_vision", "supports_tools",
                     "supports_json", "input_price", "output_price"})
                entry[name] = model.at(name);
            groups.back().as_object()["models"].as_array().push_back(std::move(entry));
        }
        answer(call, 200, json::object{{"groups", std::move(groups)}});
    });
}

void service::add_score_routes() {
    on("GET", "/scores/aggregates", [this](call_ptr const& call) {
        auto const scores = store_.list({.kind = "score", .filters = filters_of(call->asked(), {"trace_id", "name"})});
        struct sum {
            std::int64_t count = 0;
            double total = 0, min = 0, max = 0;
        };
        std::map<std::string, sum> by_name;
        for (auto const& each : scores) {
            auto const& doc = each.as_object();
            auto const* value = doc.if_contains("value");
            auto const* boolean = doc.if_contains("bool_value");
            bool const counts = (value != nullptr && value->is_number()) || (boolean != nullptr && boolean->is_bool());
            auto& s = by_name[text_at(doc, "name")];
            if (!counts) continue;
            double const v = value != nullptr && value->is_number() ? value->to_number<double>()
                             : boolean->get_bool()                  ? 1
                                                                    : 0;
            s.min = s.count == 0 ? v : std::min(s.min, v);
            s.max = s.count == 0 ? v : std::max(s.max, v);
            s.total += v;
            ++s.count;
        }
        json::array rows;
        for (auto const& [name, s] : by_name)
            rows.push_back(json::object{{"name", name}, {"count", s.count},
                {"avg", s.count > 0 ? s.total / static_cast<double>(s.count) : 0.0}, {"min", s.min}, {"max", s.max}});
        answer(call, 200, std::move(rows));
    });
    on("GET", "/scores", [this](call_ptr const& call) {
        answer_page(call, {.kind = "score",
                              .filters = filters_of(call->asked(),
                                  {"trace_id", "name", "source", "data_type", "config_id", "execution_id"})});
    });
    on("POST", "/scores", [this](call_ptr const& call) {
        auto doc =
            take(body_of(call), "trace_id:s name:s data_type:s source:s value:n string_value:s bool_value:b span_id:s "
                                "config_id:s comment:s execution_id:s agent_id:s");
        require(doc, "name trace_id", "name and trace_id are required");
        default_member(doc, "data_type", "numeric");
        default_member(doc, "source", "api");
        answer(call, 201, store_.add("score", std::move(doc)));
    });
    add_entity("/scores", "score", "score", "value:n string_value:s bool_value:b comment:s");
    on("GET", "/score-configs", [this](call_ptr const& call) { answer_page(call, {.kind = "score_config"}); });
    on("POST", "/score-configs", [this](call_ptr const& call) {
        auto doc = take(body_of(call), "name:s data_type:s min_value:n max_value:n categories:a description:s");
        require(doc, "name", "name is required");
        default_member(doc, "data_type", "numeric");
        default_member(doc, "min_value", nullptr);
        default_member(doc, "max_value", nullptr);
        default_member(doc, "categories", json::array());
        default_member(doc, "description", "");
        doc["is_active"] = true;
        answer(call, 201, store_.add("score_config", std::move(doc)));
    });
    add_entity("/score-configs", "score_config", "score config",
        "name:s description:s is_active:b min_value:n max_value:n categories:a");
}

void service::add_chat_routes() {
    on("GET", "/chat/sessions", [this](call_ptr const& call) {
        answer_page(call, {.kind = "chat_session", .filters = filters_of(call->asked(), {"agent_id"})});
    });
    on("POST", "/chat/sessions", [this](call_ptr const& call) {
        auto doc = take(body_of(call), "agent_id:s title:s metadata:o");
        require(doc, "agent_id", "agent_id is required");
        need("agent", text_at(doc, "agent_id"), "agent");
        default_member(doc, "title", "");
        default_member(doc, "metadata", json::object());
        doc["user_id"] = nullptr;
        answer(call, 201, store_.add("chat_session", std::move(doc)));
    });
    on("GET", "/chat/sessions/{}",
        [this](call_ptr const& call) { answer(call, 200, need("chat_session", call->id(), "session")); });
    on("DELETE", "/chat/sessions/{}", [this](call_ptr const& call) {
        need("chat_session", call->id(), "session");
        store_.erase_children("chat_message", call->id());
        store_.erase("chat_session", call->id());
        nothing(call);
    });
    on("GET", "/chat/sessions/{}/messages", [this](call_ptr const& call) {
        need("chat_session", call->id(), "session");
        answer_page(call, {.kind = "chat_message", .parent = call->id(), .order = "at, id"});
    });
    // Stores the question and starts the run; nothing is stored where it cannot start.
    auto const ask = [this](call_ptr const& call, bool slow, json::object& user_message) {
        auto const session = need("chat_session", call->id(), "session");
        auto const body = take(body_of(call), "content:s");
        require(body, "content", "content is required");
        run_request run;
        run.agent = need("agent", text_at(session, "agent_id"), "agent");
        run.input = {{"message", body.at("content")}, {"content", body.at("content")}};
        run.session_id = run.chat_session = call->id();
        run.prompt_tokens = 100;
        run.completion_tokens = 60;
        run.cost = 0.0016;
        run.slow = slow;
        auto const message_id = store_.new_id();
        if (slow) run.first_frame = {{"execution_id", ""}, {"user_message_id", message_id}};
        auto const id = start_run(run);
        user_message = store_.add("chat_message",
            {{"id", message_id}, {"session_id", call->id()}, {"role", "user"}, {"content", body.at("content")},
                {"metadata", json::object()}, {"token_count", nullptr}},
            call->id());
        return id;
    };
    on("POST", "/chat/sessions/{}/messages", [this, ask](call_ptr const& call) {
        json::object user_message;
        auto const id = ask(call, false, user_message);
        when_settled(id, [this, call, user_message, id](json::object const& execution) {
            auto const status = text_at(execution, "status");
            if (status == "failed") {
                bool const blocked = text_at(execution, "error").find("guardrail") != std::string::npos;
                call->exchange->respond(failure(
                    {blocked ? 400 : 500, blocked ? "bad_request" : "internal_error", text_at(execution, "error")}));
                return;
            }
            auto const message = store_.find("chat_message", text_at(execution, "_message"));
            json::object data = message ? *message
                                        : json::object{{"session_id", call->id()}, {"role", "assistant"},
                                              {"content", ""}, {"metadata", json::object{{"execution_id", id}}}};
            json::value const assistant = message ? json::value(*message) : json::value(nullptr);
            data["user_message"] = user_message;
            data["assistant_message"] = assistant;
            data["execution_id"] = id;
            answer(call, 201, std::move(data));
        });
    });
    on("POST", "/chat/sessions/{}/messages/stream", [this, ask](call_ptr const& call) {
        json::object user_message;
        listen(call, ask(call, true, user_message));
    });
}

void service::add_run_routes() {
    auto const adorned = [this](json::object& doc) {
        if (auto agent = store_.find("agent", text_at(doc, "agent_id"))) doc["agent"] = shown(std::move(*agent));
    };
    on("GET", "/executions", [this, adorned](call_ptr const& call) {
        answer_page(call,
            {.kind = "execution", .filters = filters_of(call->asked(), {"agent_id", "session_id", "status"})}, adorned);
    });
    on("GET", "/executions/{}", [this, adorned](call_ptr const& call) {
        auto doc = need("execution", call->id(), "execution");
        adorned(doc);
        answer(call, 200, shown(std::move(doc)));
    });
    on("GET", "/executions/{}/stream", [this](call_ptr const& call) { listen(call, call->id()); });
    on("GET", "/executions/{}/pending-approval", [this](call_ptr const& call) {
        need("execution", call->id(), "execution");
        auto const found =
            store_.list({.kind = "approval", .parent = call->id(), .filters = {{"status", "pending"}}}, 1);
        if (found.empty()) throw api_failure{404, "not_found", "no pending approval for this execution"};
        answer(call, 200, found.front());
    });
    on("GET", "/approvals", [this](call_ptr const& call) {
        answer_page(call, {.kind = "approval", .filters = filters_of(call->asked(), {"status"})});
    });
    on("GET", "/approvals/{}",
        [this](call_ptr const& call) { answer(call, 200, need("approval", call->id(), "approval")); });
    on("POST", "/approvals/{}/decide", [this](call_ptr const& call) {
        auto approval = need("approval", call->id(), "approval");
        if (text_at(approval, "status") != "pending") throw bad_request("approval has already been decided");
        answer(call, 200, decide(std::move(approval), take(body_of(call), "decision:s reason:s")));
    });

    auto const listed = [](json::object& doc) { doc["token"] = ""; };
    on("GET", "/webhook-triggers", [this, listed](call_ptr const& call) {
        answer_page(call, {.kind = "webhook_trigger", .filters = filters_of(call->asked(), {"agent_id"})}, listed);
    });
    on("POST", "/webhook-triggers", [this](call_ptr const& call) {
        auto const body = take(body_of(call), "name:s agent_id:s generate_secret:b is_active:b");
        require(body, "agent_id name", "agent_id and name are required");
        auto const token = base62_token(27);
        json::object doc{{"agent_id", body.at("agent_id")}, {"name", body.at("name")},
            {"token_prefix", token.substr(0, 8)}, {"is_active", bool_at(body, "is_active", true)},
            {"has_secret", bool_at(body, "generate_secret")}, {"last_used_at", nullptr}, {"created_by_id", nullptr},
            {"_token", token}};
        auto const secret = bool_at(body, "generate_secret") ? random_hex(32) : std::string();
        if (!secret.empty()) doc["_secret"] = secret;
        auto made = shown(store_.add("webhook_trigger", std::move(doc)));
        made["token"] = token;
        if (!secret.empty()) made["secret"] = secret;
        answer(call, 201, std::move(made));
    });
    add_entity("/webhook-triggers", "webhook_trigger", "webhook trigger", "name:s is_active:b");
}

void service::invoke_hook(call_ptr const& call) {
    auto const found = store_.list({.kind = "webhook_trigger", .filters = {{"_token", call->id()}}}, 1);
    if (found.empty()) throw api_failure{404, "not_found", "invalid webhook token"};
    auto trigger = found.front().as_object();
    if (!bool_at(trigger, "is_active", true)) throw bad_request("webhook trigger is disabled");
    if (auto const secret = text_at(trigger, "_secret"); !secret.empty()) {
        auto given = call->asked().header("X-PromptRails-Signature").value_or("");
        if (given.starts_with("sha256=")) given.remove_prefix(7);
        if (!same_text(given, hmac_sha256_hex(secret, call->asked().body)))
            throw api_failure{401, "unauthorized", "the signature does not fit the body"};
    }
    run_request run;
    run.agent = need("agent", text_at(trigger, "agent_id"), "agent");
    boost::system::error_code ec;
    auto const parsed = json::parse(call->asked().body, ec);
    if (!ec && parsed.is_object()) run.input = parsed.get_object();
    run.prompt_tokens = 120;
    run.completion_tokens = 60;
    run.cost = 0.0018;
    run.duration_ms = 200;
    run.spans = false;
    auto const id = start_run(run);
    trigger["last_used_at"] = env_.time().iso();
    store_.put("webhook_trigger", trigger);
    when_settled(id, [this, call](json::object const& execution) { answer(call, 201, shown(execution)); });
}

void service::add_root_routes() {
    auto const hook = [this](call_ptr const& call) { invoke_hook(call); };
    on_root("POST", "/hooks/{}", hook, true);
    on_root("POST", "/api/v1/hooks/{}", hook, true);
    on_root(
        "GET", "/health",
        [this](call_ptr const& call) { send(call->exchange, 200, {{"status", "ok"}, {"version", release}}); }, true);
    on_root(
        "POST", "/admin/reset",
        [this](call_ptr const& call) {
            reset();
            answer(call, 200, json::object{{"status", "reset complete"}});
        },
        true);
    on_root(
        "POST", "/admin/seed",
        [this](call_ptr const& call) {
            seed();
            answer(call, 200, json::object{{"status", "seed complete"}});
        },
        true);
    on_root(
        "GET", "/admin/store/stats",
        [this](call_ptr const& call) {
            json::object counts;
            for (auto const& [name, kind] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
                     {"agents", "agent"}, {"agent_versions", "agent_version"}, {"prompts", "prompt"},
                     {"prompt_versions", "prompt_version"}, {"data_sources", "data_source"},
                     {"executions", "execution"}, {"credentials", "credential"}, {"chat_sessions", "chat_session"},
                     {"traces", "trace"}, {"scores", "score"}, {"score_configs", "score_config"},
                     {"approvals", "approval"}, {"webhook_triggers", "webhook_trigger"}, {"mcp_tools", "mcp_tool"},
                     {"guardrails", "guardrail"}, {"memories", "memory"}, {"llm_models", "llm_model"}})
                counts[name] = store_.count(kind);
            answer(call, 200, std::move(counts));
        },
        true);
    on_root(
        "GET", "/openapi.json",
        [this](call_ptr const& call) {
            json::object paths;
            for (auto const& r : routes_) {
                std::string path;
                int n = 0;
                json::array parameters;
                for (std::size_t i = 0; i < r.path.size(); ++i) {
                    path += r.path[i];
                    if (r.path[i] != '{') continue;
                    auto const name = "id" + std::to_string(++n);
                    path += name;
                    parameters.push_back(json::object{
                        {"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
                }
                auto method = r.method;
                std::transform(method.begin(), method.end(), method.begin(),
                    [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
                json::object operation{{"responses", {{"default", {{"description", "JSON"}}}}}};
                if (!parameters.empty()) operation["parameters"] = std::move(parameters);
                if (!paths.contains(path)) paths[path] = json::object();
                paths[path].as_object()[method] = std::move(operation);
            }
            send(call->exchange, 200,
                {{"openapi", "3.0.3"}, {"info", {{"title", "PromptRails, emulated"}, {"version", release}}},
                    {"paths", std::move(paths)}});
        },
        true);
    on_root(
        "GET", "/docs",
        [](call_ptr const& call) {
            response r;
            r.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
            r.body = "<!doctype html><title>PromptRails, emulated</title><h1>PromptRails, emulated</h1>"
                     "<p>The routes are listed in <a href=\"/openapi.json\">openapi.json</a>.</p>";
            call->exchange->respond(std::move(r));
        },
        true);

    on_root("GET", "/a2a/agents/{}/agent-card.json", [this](call_ptr const& call) {
        auto const agent = need("agent", call->id(), "agent");
        auto const version = current_version("agent_version", call->id());
        auto const name = text_at(agent, "name");
        json::array skills{json::object{{"id", text_at(agent, "type")}, {"name", name},
            {"description", text_at(agent, "description")}, {"tags", array_at(agent, "labels")}}};
        send(call->exchange, 200,
            {{"name", name}, {"description", text_at(agent, "description")},
                {"url", env_.base_url("promptrails") + "/a2a/agents/" + call->id()},
                {"version", version ? text_at(*version, "version") : ""},
                {"capabilities", json::object{{"streaming", false}, {"push_notifications", false}}},
                {"skills", std::move(skills)}});
    });
    on_root("POST", "/a2a/agents/{}", [this](call_ptr const& call) {
        need("agent", call->id(), "agent");
        serve_rpc(call, "agent");
    });
    on_root("POST", "/a2a/tasks/get", [this](call_ptr const& call) { serve_rpc(call, "tasks/get"); });
    on_root("POST", "/a2a/tasks/cancel", [this](call_ptr const& call) { serve_rpc(call, "tasks/cancel"); });
    on("GET", "/a2a/tasks", [this](call_ptr const& call) {
        store::listing what{.kind = "a2a_task", .filters = filters_of(call->asked(), {"context_id"})};
        if (auto const state = call->asked().parameter("status"); state && !state->empty())
            what.filters.push_back({"status.state", std::string(*state)});
        answer_page(call, what);
    });
}

// wire/promptrails §10.
void service::serve_rpc(call_ptr const& call, std::string_view where) {
    json::value id = nullptr;
    auto const reply = [this, call](json::value const& rpc_id, std::string_view member, json::value value) {
        json::object body{{"jsonrpc", "2.0"}, {"id", rpc_id}};
        body[member] = std::move(value);
        send(call->exchange, 200, std::move(body));
    };
    auto const refuse = [&](int code, std::string_view message) {
        reply(id, "error", json::object{{"code", code}, {"message", message}});
    };
    boost::system::error_code ec;
    auto const parsed = json::parse(call->asked().body, ec);
    if (ec) return refuse(-32700, "the body is not JSON");
    if (!parsed.is_object()) return refuse(-32600, "the body is not a request");
    auto const& body = parsed.get_object();
    if (auto const* given = body.if_contains("id")) id = *given;
    auto const method = text_at(body, "method");
    if (text_at(body, "jsonrpc") != "2.0" || method.empty()) return refuse(-32600, "the body is not a request");
    bool const fits = where == "agent" ? method == "message/send" || method == "tasks/send" : method == where;
    if (!fits) return refuse(-32601, "there is no such method here");
    auto const params = object_at(body, "params");
    if (where != "agent") {
        auto const task_id = text_at(params, "id");
        if (task_id.empty()) return refuse(-32602, "params.id is missing");
        auto task = store_.find("a2a_task", task_id);
        if (!task) return refuse(-32001, "task not found");
        if (where == "tasks/cancel") {
            auto const state = text_at(object_at(*task, "status"), "state");
            if (state != "submitted" && state != "working" && state != "input_required")
                return refuse(-32002, "task cannot be cancelled");
            auto const execution_id = text_at(*task, "_execution");
            if (auto node = runs_.extract(execution_id); !node.empty()) {
                env_.time().cancel(node.mapped().timer);
                close_listeners(node.mapped());
            }
            if (auto execution = store_.find("execution", execution_id))
                finish_execution(std::move(*execution), "cancelled");
            (*task)["status"] = json::object{{"state", "canceled"}, {"message", ""}, {"timestamp", env_.time().iso()}};
            (*task)["updated_at"] = env_.time().iso();
            store_.put("a2a_task", *task);
        }
        return reply(id, "result", shown(std::move(*task)));
    }
    auto message = object_at(params, "message");
    std::string text;
    auto const parts = array_at(message, "parts");
    for (auto const& part : parts)
        if (part.is_object()) text += text_at(part.get_object(), "text");
    if (text.empty()) return refuse(-32602, "params.message has no text");

    run_request run;
    run.agent = need("agent", call->id(), "agent");
    run.input = {{"message", text}, {"content", text}};
    bool const blocking = bool_at(object_at(params, "configuration"), "blocking", true);
    run.slow = !blocking;
    auto context = text_at(params, "context_id");
    if (context.empty()) context = store_.new_id();
    json::object task;
    auto const now = env_.time().iso();
    message["created_at"] = now;
    if (auto const given = text_at(params, "task_id"); !given.empty()) {
        auto const stored = store_.find("a2a_task", given);
        if (!stored) return refuse(-32001, "task not found");
        task = *stored;
        task["messages"].as_array().push_back(message);
    } else {
        task = {{"context_id", context}, {"messages", json::array{message}}, {"artifacts", json::array()},
            {"metadata", json::object()}};
    }
    std::string execution_id;
    try {
        execution_id = start_run(run);
    } catch (api_failure const& f) {
        return refuse(-32602, f.message);
    }
    task["_execution"] = execution_id;
    task["status"] = json::object{{"state", "working"}, {"message", ""}, {"timestamp", now}};
    if (task.contains("id"))
        store_.put("a2a_task", task);
    else
        task = store_.add("a2a_task", std::move(task));
    auto const task_id = text_at(task, "id");
    when_settled(execution_id, [this, task_id, id, reply, blocking](json::object const& execution) {
        finish_task(task_id, execution);
        if (blocking) reply(id, "result", shown(need("a2a_task", task_id, "task")));
    });
    if (!blocking) reply(id, "result", shown(std::move(task)));
}

void service::finish_task(std::string const& task_id, json::object const& execution) {
    auto stored = store_.find("a2a_task", task_id);
    if (!stored) return;
    auto& task = *stored;
    auto const now = env_.time().iso();
    auto const status = text_at(execution, "status");
    auto const state = status == "completed"           ? "completed"
                       : status == "awaiting_approval" ? "input_required"
                       : status == "rejected"          ? "rejected"
                       : status == "cancelled"         ? "canceled"
                                                       : "failed";
    task["status"] = json::object{{"state", state}, {"message", text_at(execution, "error")}, {"timestamp", now}};
    task["updated_at"] = now;
    if (status == "completed") {
        json::array const parts{
            json::object{{"type", "text"}, {"text", text_at(object_at(execution, "output"), "content")}}};
        task["artifacts"] = json::array{json::object{{"id", store_.new_id()}, {"parts", parts}, {"created_at", now}}};
        task["messages"].as_array().push_back(json::object{{"role", "agent"}, {"parts", parts}, {"created_at", now}});
    }
    store_.put("a2a_task", task);
}

}  // namespace corun::emulator::promptrails
