#include "platforms/promptrails/emulator/promptrails.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace corun::emulator::promptrails {

namespace {

constexpr int deepest = 8;

std::string frame(std::string_view name, json::object const& data) {
    return "event: " + std::string(name) + "\ndata: " + json::serialize(data) + "\n\n";
}

// Groups of words; their blanks stay with them.
std::vector<std::string> word_groups(std::string const& text) {
    std::vector<std::string> groups;
    std::string group;
    int words = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        group += text[i];
        bool const boundary = text[i] == ' ' && i + 1 < text.size() && text[i + 1] != ' ';
        if (boundary && ++words == 3) {
            groups.push_back(std::move(group));
            group.clear();
            words = 0;
        }
    }
    if (!group.empty()) groups.push_back(std::move(group));
    return groups;
}

std::uint64_t hash_of(std::string_view text) {
    std::uint64_t h = 1469598103934665603ULL;
    for (char const c : text) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return h;
}

std::string shortened(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    return text.substr(0, most) + "…";
}

bool contains_word(std::string_view text, std::string_view part) {
    auto const same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

json::object usage_of(std::int64_t prompt, std::int64_t completion) {
    return {{"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}};
}

// "248.8", which Boost.JSON writes as 2.488E2.
std::string shortest(double value) {
    std::array<char, 32> text{};
    auto const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return std::string(text.data(), end);
}

std::int64_t tokens_of(std::string_view text) { return static_cast<std::int64_t>(text.size() / 4 + 1); }

json::array links_of(json::object const& config) {
    auto links = array_at(config, "prompt_ids");
    std::stable_sort(links.begin(), links.end(), [](json::value const& a, json::value const& b) {
        return a.is_object() && b.is_object() &&
               int_at(a.get_object(), "sort_order") < int_at(b.get_object(), "sort_order");
    });
    return links;
}

std::vector<std::string> texts_at(json::object const& in, std::string_view name) {
    std::vector<std::string> texts;
    auto const list = array_at(in, name);
    for (auto const& value : list)
        if (value.is_string()) texts.emplace_back(std::string_view(value.get_string()));
    return texts;
}

// Nodes in an order in which each follows what it depends on; throws for circles and unknown ids.
std::vector<json::object> ordered(json::array const& nodes) {
    std::vector<json::object> left, done;
    std::set<std::string> ids;
    for (auto const& node : nodes)
        if (node.is_object()) left.push_back(node.get_object());
    while (!left.empty()) {
        auto const ready = std::find_if(left.begin(), left.end(), [&](json::object const& node) {
            auto const needs = texts_at(node, "depends_on");
            return std::all_of(needs.begin(), needs.end(), [&](auto const& id) { return ids.contains(id); });
        });
        if (ready == left.end()) throw bad_request("the config's dependencies cannot be met");
        ids.insert(text_at(*ready, "id"));
        done.push_back(std::move(*ready));
        left.erase(ready);
    }
    return done;
}

// What no other node depends on.
std::vector<std::string> last_ones(std::vector<json::object> const& nodes) {
    std::set<std::string> needed;
    for (auto const& node : nodes)
        for (auto const& id : texts_at(node, "depends_on")) needed.insert(id);
    std::vector<std::string> last;
    for (auto const& node : nodes)
        if (!needed.contains(text_at(node, "id"))) last.push_back(text_at(node, "id"));
    return last;
}

}  // namespace

std::function<void()> service::guarded(std::function<void()> what) {
    return [this, epoch = epoch_, what = std::move(what)] {
        if (epoch != epoch_) return;
        try {
            what();
        } catch (api_failure const& f) {
            env_.log("error", "promptrails: " + f.message);
        } catch (std::exception const& e) {
            env_.log("error", std::string("promptrails: ") + e.what());
        }
    };
}

// A stored answer of the prompt whose key stands in the question, else words about the question; the same for the same.
std::string service::model_answer(std::string const& question, json::object const& version, std::string_view speaker) {
    auto const answers = object_at(object_at(version, "config"), "answers");
    for (auto const& [key, text] : answers)
        if (contains_word(question, std::string_view(key))) return text_of(text);
    constexpr std::array<std::string_view, 4> openings{
        "Here is what I found on", "In short, about", "My answer to", "Looking closely at"};
    auto const opening = openings[hash_of(question) % openings.size()];
    std::string answer(opening);
    answer += " \"" + shortened(question, 160) + "\": this is the local emulator speaking as " + std::string(speaker) +
              ", so the same question always gets the same answer.";
    return answer;
}

std::string service::ask_prompt(plan& made, std::string const& prompt_id, json::object const& values,
    json::object& missing, std::string_view role) {
    auto const prompt = store_.find("prompt", prompt_id);
    auto const version = prompt ? current_version("prompt_version", prompt_id) : std::nullopt;
    if (!version) throw bad_request("the prompt " + prompt_id + " has no current version");
    auto const system = render(text_at(*version, "system_prompt"), values, missing);
    auto const question = render(text_at(*version, "user_prompt"), values, missing);
    if (!missing.empty()) return {};
    auto const model = model_of(*version);
    span s;
    s.kind = "llm";
    s.name = role.empty() ? text_at(*prompt, "name") : std::string(role);
    s.input = json::object{{"system_prompt", system}, {"user_prompt", question}};
    s.prompt_id = prompt_id;
    s.model = model ? text_at(*model, "model_id") : "demo-model";
    s.model_id = model ? text_at(*model, "id") : "";
    auto const answer = model_answer(question, *version, text_at(*prompt, "name"));
    s.output = json::object{{"content", answer}};
    made.spans.push_back(std::move(s));
    ++made.calls;
    auto const thinking = text_at(object_at(*version, "config"), "thinking");
    if (!thinking.empty() && !made.before.empty()) made.before.front().second["content"] = thinking;
    return answer;
}

// True where it may go on.
bool service::guard(plan& made, std::string_view agent_id, std::string_view type, json::value& text) {
    auto const rails = store_.list({.kind = "guardrail",
        .parent = std::string(agent_id),
        .filters = {{"type", std::string(type)}},
        .order = "json_extract(doc, '$.sort_order'), at, id"});
    for (auto const& each : rails) {
        auto const& rail = each.as_object();
        if (!bool_at(rail, "is_active", true)) continue;
        auto const action = text_at(rail, "action", "block");
        span s;
        s.kind = "guardrail";
        s.name = text_at(rail, "scanner_type");
        s.input = json::object{{"type", type}, {"action", action}};
        bool hit = false, known = true;
        auto const apply = [&](auto const& self, json::value& v) -> void {
            if (v.is_string()) {
                auto const verdict = scan(rail, text_of(v));
                known = known && verdict.known;
                hit = hit || verdict.hit;
                if (verdict.hit && action == "redact") v = verdict.redacted;
            } else if (v.is_object()) {
                for (auto& member : v.get_object()) self(self, member.value());
            } else if (v.is_array()) {
                for (auto& item : v.get_array()) self(self, item);
            }
        };
        apply(apply, text);
        s.output = json::object{{"triggered", hit}, {"checked", known}};
        if (hit && action == "block")
            s.error = std::string(type) + " blocked by guardrail " + text_at(rail, "scanner_type");
        auto const error = s.error;
        made.spans.push_back(std::move(s));
        if (!error.empty()) {
            made.error = error;
            return false;
        }
    }
    return true;
}

void service::call_tools(plan& made, json::object const& config, json::object const& input) {
    auto const tools = texts_at(config, "tools");
    if (tools.empty()) return;
    made.before.emplace_back("thinking", json::object{{"content", "Looking at what the tools say"}});
    int n = 0;
    for (auto const& id : tools) {
        auto const tool = store_.find("mcp_tool", id);
        if (!tool) continue;
        auto const call_id = "call_" + std::to_string(++n);
        auto const name = text_at(*tool, "name");
        auto arguments = input;
        // A question names its numbers: what a data source asks for is taken from there.
        auto const words = text_at(input, "message", text_at(input, "content"));
        auto const digit = words.find_first_of("0123456789");
        if (digit != std::string::npos)
            arguments["number"] = words.substr(digit, words.find_first_not_of("0123456789", digit) - digit);
        auto const result = call_tool(*tool, arguments);
        auto const content = array_at(result, "content");
        auto const said = content.empty() ? std::string() : text_at(content.front().as_object(), "text");
        auto summary = text_at(object_at(*tool, "config"), "summary");
        if (auto const rows = result.if_contains("_rows"); rows != nullptr && !summary.empty())
            summary = std::to_string(rows->to_number<std::int64_t>()) + " " + summary;
        if (summary.empty()) summary = shortened(said, 80);
        made.before.emplace_back("tool_start", json::object{{"id", call_id}, {"name", name}});
        made.before.emplace_back("tool_end", json::object{{"id", call_id}, {"name", name}, {"summary", summary}});
        span s;
        s.kind = "tool";
        s.name = name;
        s.tool = name;
        s.input = arguments;
        s.output = json::object{{"content", said}};
        if (bool_at(result, "is_error")) s.error = said;
        made.spans.push_back(std::move(s));
    }
}

service::plan service::make_plan(
    json::object const& agent, std::optional<json::object> const& version, json::object const& input, int depth) {
    if (depth > deepest) throw bad_request("agents call each other too deeply");
    plan made;
    auto const config = version ? object_at(*version, "config") : json::object();
    auto const kind = text_at(config, "type", text_at(agent, "type"));
    made.approval = bool_at(config, "approval_required");
    made.checkpoint = text_at(config, "approval_checkpoint_name", text_at(config, "checkpoint_name", "approval"));

    json::value guarded_input = input;
    if (!guard(made, text_at(agent, "id"), "input", guarded_input)) return made;
    auto values = guarded_input.as_object();
    json::object missing;
    call_tools(made, config, values);

    if (kind == "chain" || kind == "multi_agent") {
        auto const links = links_of(config);
        std::string joined;
        bool first = true;
        for (auto const& link : links) {
            auto const& l = link.as_object();
            auto const role = text_at(l, "role");
            if (kind == "chain" && first) values["previous_output"] = "";
            auto const said = ask_prompt(made, text_at(l, "prompt_id"), values, missing, role);
            if (kind == "chain") {
                values["previous_output"] = said;
                joined = said;
            } else {
                joined += (joined.empty() ? "" : "\n") + role + ": " + said;
            }
            first = false;
        }
        made.content = joined;
    } else if (kind == "workflow") {
        auto const nodes = ordered(array_at(config, "nodes"));
        json::object outputs;
        for (auto const& node : nodes) {
            auto const id = text_at(node, "id");
            auto seen = values;
            std::string previous;
            for (auto const& needed : texts_at(node, "depends_on")) {
                seen[needed] = outputs[needed];
                previous += (previous.empty() ? "" : "\n") + text_of(outputs[needed]);
            }
            seen["previous_output"] = previous;
            if (node.contains("prompt_id")) {
                outputs[id] = ask_prompt(made, text_at(node, "prompt_id"), seen, missing, id);
            } else {
                outputs[id] = "[" + text_at(node, "media_type", "node") + " " + id + "]";
            }
        }
        for (auto const& id : last_ones(nodes))
            made.content += (made.content.empty() ? "" : "\n") + text_of(outputs[id]);
    } else if (kind == "composite") {
        auto const steps = ordered(array_at(config, "steps"));
        json::object outputs;
        for (auto const& one : steps) {
            auto const sub = store_.find("agent", text_at(one, "agent_id"));
            if (!sub) throw bad_request("the config's agent " + text_at(one, "agent_id") + " does not exist");
            auto seen = values;
            std::string previous;
            for (auto const& needed : texts_at(one, "depends_on")) previous += text_of(outputs[needed]);
            seen["previous_output"] = previous;
            auto const mapping = object_at(one, "input_mapping");
            for (auto const& [name, from] : mapping) {
                auto path = text_of(from);
                if (path.starts_with("input.")) {
                    auto const* value = values.if_contains(std::string_view(path).substr(6));
                    seen[name] = value != nullptr ? *value : json::value("");
                } else if (path.ends_with(".output") && outputs.contains(path.substr(0, path.size() - 7))) {
                    seen[name] = outputs[path.substr(0, path.size() - 7)];
                } else {
                    seen[name] = from;
                }
            }
            auto inner = make_plan(*sub, current_version("agent_version", text_at(*sub, "id")), seen, depth + 1);
            span s;
            s.kind = "agent_step";
            s.name = text_at(one, "id");
            s.input = seen;
            s.output = json::object{{"content", inner.content}};
            s.error = inner.error;
            made.spans.push_back(std::move(s));
            for (auto& each : inner.spans) made.spans.push_back(std::move(each));
            made.calls += inner.calls;
            if (!inner.error.empty()) {
                made.error = inner.error;
                return made;
            }
            outputs[text_at(one, "id")] = inner.content;
        }
        for (auto const& id : last_ones(steps))
            made.content += (made.content.empty() ? "" : "\n") + text_of(outputs[id]);
    } else if (config.contains("prompt_id")) {
        made.content = ask_prompt(made, text_at(config, "prompt_id"), values, missing, {});
    } else {
        std::string keys;
        for (auto const& member : values) keys += (keys.empty() ? "" : ", ") + std::string(member.key());
        made.content =
            text_at(agent, "name") + " has no prompt yet; its input has " + (keys.empty() ? "no keys" : keys) + ".";
        ++made.calls;
    }
    if (!missing.empty()) throw bad_request("a variable of the prompt is missing", std::move(missing));

    if (contains_word(text_at(values, "message", text_at(values, "content")), "[[fail]]"))
        made.error = "model provider unavailable";
    json::value guarded_output(made.content);
    if (!guard(made, text_at(agent, "id"), "output", guarded_output)) return made;
    made.content = text_of(guarded_output);
    return made;
}

std::string service::start_run(run_request const& what) {
    auto const agent_id = text_at(what.agent, "id");
    auto const version = what.version_id.empty() ? current_version("agent_version", agent_id)
                                                 : store_.find("agent_version", what.version_id);
    if (!what.version_id.empty() && (!version || text_at(*version, "agent_id") != agent_id)) throw not_found("version");
    auto made = make_plan(what.agent, version, what.input, 0);

    auto const trace = new_trace_id();
    json::object execution{
        {"agent_id", agent_id},
        {"agent_version_id", version ? json::value(text_at(*version, "id")) : json::value(nullptr)},
        {"user_id", what.user_id.empty() ? json::value(nullptr) : json::value(what.user_id)},
        {"session_id", what.session_id.empty() ? store_.new_id() : what.session_id},
        {"status", "pending"},
        {"input", what.input},
        {"output", nullptr},
        {"error", ""},
        {"metadata", what.metadata},
        {"token_usage", usage_of(0, 0)},
        {"cost", 0},
        {"duration_ms", nullptr},
        {"trace_id", trace},
        {"started_at", nullptr},
        {"completed_at", nullptr},
    };
    auto const calls = std::max<std::int64_t>(made.calls, 1);
    execution["_usage"] = usage_of(what.prompt_tokens * calls, what.completion_tokens * calls);
    execution["_cost"] = what.cost * static_cast<double>(calls);
    execution["_duration"] = what.duration_ms * calls;
    execution["_content"] = made.content;
    for (auto& s : made.spans) {
        if (s.kind != "llm") continue;
        s.prompt_tokens = what.prompt_tokens;
        s.completion_tokens = what.completion_tokens;
        s.cost = what.cost;
        s.duration_ms = what.duration_ms;
    }
    execution = store_.add("execution", std::move(execution), agent_id);
    auto const id = text_at(execution, "id");

    auto& run = runs_[id];
    run.session = what.chat_session;
    run.slow = what.slow;
    run.spans = what.spans;
    if (!what.first_frame.empty()) {
        auto first = what.first_frame;
        first["execution_id"] = id;
        run.steps.push_back({frame("execution", first), milliseconds(0)});
    }
    auto const pause = what.slow ? milliseconds(30) : milliseconds(0);
    for (auto const& [name, data] : made.before) run.steps.push_back({frame(name, data), pause});
    auto groups = word_groups(made.content);
    if (!made.error.empty()) groups.resize(groups.size() / 2);
    if (!made.approval)
        for (auto const& group : groups) run.steps.push_back({frame("content", {{"content", group}}), pause});
    run.made = std::move(made);
    run.timer = env_.time().after(what.slow ? milliseconds(20) : milliseconds(0), guarded([this, id] {
        if (auto doc = store_.find("execution", id)) {
            (*doc)["status"] = "running";
            (*doc)["started_at"] = env_.time().iso();
            (*doc)["updated_at"] = env_.time().iso();
            store_.put("execution", *doc);
        }
        step_run(id);
    }));
    return id;
}

void service::tell(live_run& run, std::string text) {
    for (auto const& one : run.listeners)
        if (!one->exchange->gone()) one->exchange->write(text);
    run.frames.push_back(std::move(text));
}

void service::step_run(std::string const& id) {
    auto const found = runs_.find(id);
    if (found == runs_.end()) return;
    auto& run = found->second;
    if (run.steps.empty()) return end_run(id);
    auto next = std::move(run.steps.front());
    run.steps.pop_front();
    if (!next.frame.empty()) tell(run, std::move(next.frame));
    auto const pause = run.steps.empty() ? milliseconds(0) : run.steps.front().delay;
    run.timer = env_.time().after(pause, guarded([this, id] { step_run(id); }));
}

json::object service::finish_execution(json::object execution, std::string_view status) {
    auto const now = env_.time().iso();
    execution["status"] = status;
    execution["updated_at"] = now;
    execution["completed_at"] = now;
    if (status == "completed") execution["output"] = json::object{{"content", execution["_content"]}, {"type", "text"}};
    store_.put("execution", execution);
    return execution;
}

void service::close_listeners(live_run& run) {
    for (auto const& one : run.listeners) {
        env_.time().cancel(one->keepalive);
        if (!one->exchange->gone()) one->exchange->finish();
    }
    run.listeners.clear();
}

void service::end_run(std::string const& id) {
    auto node = runs_.extract(id);
    if (node.empty()) return;
    auto& run = node.mapped();
    auto stored = store_.find("execution", id);
    if (!stored) return close_listeners(run);
    auto execution = std::move(*stored);
    execution["token_usage"] = execution["_usage"];
    execution["cost"] = execution["_cost"];
    execution["duration_ms"] = execution["_duration"];
    if (run.spans) store_spans(execution, run.made);

    auto const settle = [&](json::object const& as) {
        for (auto const& call : run.waiting) call(as);
        run.waiting.clear();
    };
    if (!run.made.error.empty()) {
        execution["error"] = run.made.error;
        execution = finish_execution(std::move(execution), "failed");
        tell(run, frame("error", {{"message", run.made.error}}));
        close_listeners(run);
        return settle(execution);
    }
    if (run.made.approval) {
        execution["status"] = "awaiting_approval";
        store_.put("execution", execution);
        store_.add("approval",
            {{"execution_id", id}, {"agent_id", execution["agent_id"]}, {"checkpoint_name", run.made.checkpoint},
                {"payload", json::object{{"input", execution["input"]}}}, {"status", "pending"}, {"reason", nullptr},
                {"decided_by", nullptr}, {"decided_at", nullptr}, {"expires_at", nullptr}},
            id);
        settle(execution);
        // Streams stay open until the decision.
        if (!run.listeners.empty()) {
            run.steps.clear();
            run.timer = 0;
            runs_.insert(std::move(node));
        }
        return;
    }
    execution = finish_execution(std::move(execution), "completed");
    if (!run.session.empty()) {
        auto const usage = object_at(execution, "token_usage");
        json::object message{{"session_id", run.session}, {"role", "assistant"}, {"content", run.made.content},
            {"metadata", json::object{{"execution_id", id}}}, {"model", "demo-model"}, {"cost", execution["cost"]},
            {"token_count", usage.at("total_tokens")}, {"prompt_tokens", usage.at("prompt_tokens")},
            {"completion_tokens", usage.at("completion_tokens")}};
        message = store_.add("chat_message", std::move(message), run.session);
        execution["_message"] = text_at(message, "id");
        store_.put("execution", execution);
    }
    tell(run, frame("done", {{"output", json::object{{"content", run.made.content}}},
                                {"token_usage", execution["token_usage"]}}));
    close_listeners(run);
    settle(execution);
}

void service::when_settled(std::string const& id, std::function<void(json::object const&)> call) {
    auto const found = runs_.find(id);
    if (found != runs_.end()) {
        found->second.waiting.push_back(std::move(call));
    } else if (auto const execution = store_.find("execution", id)) {
        call(*execution);
    }
}

void service::store_spans(json::object const& execution, plan const& made) {
    auto const agent = store_.find("agent", text_at(execution, "agent_id"));
    auto const root = random_hex(8);
    auto const usage = object_at(execution, "token_usage");
    auto const add = [&](std::string_view span_id, std::string_view parent, span const& s) {
        auto const now = env_.time().iso();
        auto const total = s.prompt_tokens + s.completion_tokens;
        bool const counted = s.kind == "llm" || s.kind == "agent";
        store_.add("trace",
            {{"trace_id", execution.at("trace_id")}, {"span_id", span_id}, {"parent_span_id", parent}, {"name", s.name},
                {"kind", s.kind}, {"status", s.error.empty() ? "ok" : "error"},
                {"level", s.error.empty() ? "default" : "error"}, {"input", s.input}, {"output", s.output},
                {"attributes", json::object()}, {"tags", json::array()},
                {"token_usage",
                    counted ? json::value(usage_of(s.prompt_tokens, s.completion_tokens)) : json::value(nullptr)},
                {"cost", counted ? json::value(s.cost) : json::value(nullptr)}, {"duration_ms", s.duration_ms},
                {"error_message", s.error}, {"error_type", s.error.empty() ? "" : s.kind + "_error"},
                {"error_stack", ""}, {"prompt_tokens", counted ? json::value(s.prompt_tokens) : json::value(nullptr)},
                {"completion_tokens", counted ? json::value(s.completion_tokens) : json::value(nullptr)},
                {"total_tokens", counted ? json::value(total) : json::value(nullptr)},
                {"agent_id", execution.at("agent_id")},
                {"prompt_id", s.prompt_id.empty() ? json::value(nullptr) : json::value(s.prompt_id)},
                {"llm_model_id", s.model_id.empty() ? json::value(nullptr) : json::value(s.model_id)},
                {"user_id", execution.at("user_id")}, {"execution_id", execution.at("id")},
                {"session_id", execution.at("session_id")}, {"service_name", "corun-emulator"}, {"model_name", s.model},
                {"agent_name", agent ? text_at(*agent, "name") : ""},
                {"agent_type", agent ? text_at(*agent, "type") : ""}, {"mcp_tool_name", s.tool},
                {"started_at", execution.at("started_at")}, {"ended_at", now}},
            text_at(execution, "trace_id"));
    };
    span top;
    top.kind = "agent";
    top.name = agent ? text_at(*agent, "name") : "agent";
    top.input = execution.at("input");
    top.output = json::object{{"content", made.content}};
    top.error = made.error;
    top.prompt_tokens = int_at(usage, "prompt_tokens");
    top.completion_tokens = int_at(usage, "completion_tokens");
    top.cost = number_at(execution, "cost");
    top.duration_ms = int_at(execution, "duration_ms");
    add(root, "", top);
    bool any_llm = false;
    for (auto const& s : made.spans) {
        add(random_hex(8), root, s);
        any_llm = any_llm || s.kind == "llm";
    }
    if (any_llm || !made.error.empty()) return;
    top.kind = "llm";
    top.name = "demo-model";
    top.model = "demo-model";
    add(random_hex(8), root, top);
}

void service::keep_alive(std::weak_ptr<listener> one) {
    auto const open = one.lock();
    if (!open || keepalive_.count() == 0) return;
    open->keepalive = env_.time().after_real(keepalive_, guarded([this, one] {
        auto const still = one.lock();
        if (!still || still->exchange->gone()) return;
        still->exchange->write(": keep-alive\n\n");
        keep_alive(one);
    }));
}

void service::replay(call_ptr const& call, json::object const& execution) {
    auto const status = text_at(execution, "status");
    if (status == "completed") {
        auto const content = text_at(object_at(execution, "output"), "content");
        for (auto const& group : word_groups(content)) call->exchange->write(frame("content", {{"content", group}}));
        call->exchange->write(frame(
            "done", {{"output", json::object{{"content", content}}}, {"token_usage", execution.at("token_usage")}}));
    } else {
        auto error = text_at(execution, "error");
        if (error.empty()) error = status;
        call->exchange->write(frame("error", {{"message", error}}));
    }
    call->exchange->finish();
}

void service::listen(call_ptr const& call, std::string const& id) {
    auto const execution = store_.find("execution", id);
    if (!execution) throw not_found("execution");
    call->exchange->begin_stream(200, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}});
    auto const status = text_at(*execution, "status");
    bool const waits = status == "awaiting_approval";
    if (!waits && !runs_.contains(id)) return replay(call, *execution);
    auto& run = runs_[id];
    for (auto const& told : run.frames) call->exchange->write(told);
    auto const one = std::make_shared<listener>();
    one->exchange = call->exchange;
    run.listeners.push_back(one);
    keep_alive(one);
    call->exchange->on_gone([this, id, epoch = epoch_, weak = std::weak_ptr<listener>(one)] {
        auto const gone = weak.lock();
        if (!gone || epoch != epoch_) return;
        env_.time().cancel(gone->keepalive);
        auto const found = runs_.find(id);
        if (found == runs_.end()) return;
        std::erase(found->second.listeners, gone);
        auto const& left = found->second;
        if (left.listeners.empty() && left.steps.empty() && left.timer == 0) runs_.erase(found);
    });
}

json::object service::decide(json::object approval, json::object const& body) {
    auto const decision = text_at(body, "decision");
    if (decision != "approved" && decision != "rejected")
        throw bad_request("decision must be 'approved' or 'rejected'");
    approval["status"] = decision;
    approval["decided_by"] = "local-user";
    approval["decided_at"] = env_.time().iso();
    if (auto const reason = text_at(body, "reason"); !reason.empty()) approval["reason"] = reason;
    store_.put("approval", approval);
    auto const id = text_at(approval, "execution_id");
    auto execution = store_.find("execution", id);
    if (!execution) return approval;
    bool const approved = decision == "approved";
    if (!approved) (*execution)["error"] = "rejected";
    auto const ended = finish_execution(std::move(*execution), approved ? "completed" : "rejected");
    auto node = runs_.extract(id);
    if (!node.empty()) {
        for (auto const& one : node.mapped().listeners) {
            env_.time().cancel(one->keepalive);
            if (one->exchange->gone()) continue;
            auto const told = std::make_shared<api_call>();
            told->exchange = one->exchange;
            replay(told, ended);
        }
        node.mapped().listeners.clear();
    }
    auto const tasks = store_.list({.kind = "a2a_task", .filters = {{"_execution", id}}});
    for (auto const& task : tasks) finish_task(text_at(task.as_object(), "id"), ended);
    return approval;
}

json::object service::run_query(
    json::object const& source, std::optional<std::string> const& query, json::object const& parameters) {
    auto const version = current_version("data_source_version", text_at(source, "id"));
    auto const text = query ? *query : version ? text_at(*version, "query_template") : std::string();
    auto values = parameters;
    if (version) {
        auto const declared = array_at(*version, "parameters");
        for (auto const& each : declared) {
            if (!each.is_object()) continue;
            auto const& p = each.get_object();
            auto const name = text_at(p, "name");
            if (!values.contains(name) && p.contains("default")) values[name] = p.at("default");
        }
    }
    if (text_at(source, "type") == "sqlite") {
        auto const name =
            version ? text_at(object_at(version.value(), "connection_config"), "database") : std::string();
        auto const fixture = store_.find("database", name);
        if (!fixture) throw bad_request("there is no database fixture \"" + name + "\"");
        return query_sqlite(text_at(*fixture, "sql"), text, values);
    }
    json::object missing;
    auto const rendered = render(text, values, missing);
    if (!missing.empty()) throw bad_request("a parameter is missing", std::move(missing));
    auto const seed_number = hash_of(rendered);
    json::array rows;
    for (std::uint64_t i = 0; i < 3; ++i)
        rows.push_back(json::array{
            i + 1, text_at(source, "name") + " row " + std::to_string(i + 1), (seed_number >> (8 * i)) % 1000});
    return {{"columns", {"id", "name", "value"}}, {"rows", std::move(rows)}, {"row_count", 3}, {"duration_ms", 12}};
}

json::object service::call_tool(json::object const& tool, json::object const& arguments) {
    auto const config = object_at(tool, "config");
    auto const type = text_at(tool, "type");
    std::string said;
    bool failed = false;
    std::optional<std::int64_t> rows;
    if (type == "builtin") {
        auto const function = text_at(config, "function");
        if (function == "current_time") {
            said = env_.time().iso();
        } else if (function == "current_date") {
            said = env_.time().iso().substr(0, 10);
        } else if (function == "math") {
            auto const value = arithmetic(text_at(arguments, "expression"));
            failed = !value;
            said = value ? shortest(*value) : "the expression cannot be computed";
        } else {
            failed = true;
            said = "unknown function " + function;
        }
    } else if (type == "datasource") {
        auto const source = store_.find("data_source", text_at(config, "data_source_id"));
        try {
            if (!source) throw not_found("data source");
            auto const result = run_query(*source, std::nullopt, arguments);
            rows = int_at(result, "row_count");
            said = json::serialize(result.at("rows"));
        } catch (api_failure const& f) {
            failed = true;
            said = f.message;
        }
    } else {
        said = text_at(tool, "name") + " was called with " + json::serialize(arguments);
    }
    json::object result{{"content", json::array{json::object{{"type", "text"}, {"text", said}}}}, {"is_error", failed},
        {"trace_id", new_trace_id()}};
    if (rows) result["_rows"] = *rows;
    return result;
}

json::object service::run_prompt(json::object const& prompt, json::object const& asked, json::object const& stored) {
    json::object missing;
    auto const input = object_at(asked, "input");
    auto const from = [&](std::string_view name) {
        return asked.contains(name) ? text_at(asked, name) : text_at(stored, name);
    };
    auto const system = render(from("system_prompt"), input, missing);
    auto const question = render(from("user_prompt"), input, missing);
    if (!missing.empty()) throw bad_request("a variable of the prompt is missing", std::move(missing));
    auto version = stored;
    for (auto const& name : {"llm_model_id"})
        if (asked.contains(name)) version[name] = asked.at(name);
    auto const model = model_of(version);
    auto const answer = model_answer(question, stored, text_at(prompt, "name"));
    auto const in = tokens_of(system) + tokens_of(question), out = tokens_of(answer);
    double const cost = model ? (static_cast<double>(in) * number_at(*model, "input_price") +
                                    static_cast<double>(out) * number_at(*model, "output_price")) /
                                    1e6
                              : 0.0001 * static_cast<double>(in + out);
    return {{"content", answer}, {"token_usage", usage_of(in, out)}, {"cost", cost}, {"duration_ms", 100 + out},
        {"model", model ? text_at(*model, "model_id") : "demo-model"}, {"trace_id", new_trace_id()}};
}

}  // namespace corun::emulator::promptrails
