// Workflows, triggers, and the runs that they start (wire/flowmaestro §3.1, §3.2, §3.6, §5.2, §7).

#include "platforms/flowmaestro/emulator/flowmaestro.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace corun::emulator::flowmaestro {

namespace {

constexpr milliseconds start_delay(150);

constexpr std::string_view execution_columns =
    "id, workflow_id, status, inputs, outputs, error, started_at, completed_at, created_at";

json::object execution_of(row const& r) {
    return {{"id", r.text(0)}, {"workflow_id", r.text(1)}, {"status", r.text(2)}, {"inputs", r.parsed(3)},
        {"outputs", r.parsed(4)}, {"error", text_or_null(r.optional_text(5))}, {"started_at", time_or_null(r, 6)},
        {"completed_at", time_or_null(r, 7)}, {"created_at", time_or_null(r, 8)}};
}

bool is_over(std::string_view status) { return status == "completed" || status == "failed" || status == "cancelled"; }

// "{{name}}" stands for an input.
json::value filled(json::value const& from, json::object const& inputs) {
    if (from.is_string()) {
        std::string text(from.get_string());
        for (auto const& input : inputs) {
            std::string const mark = "{{" + std::string(input.key()) + "}}";
            if (text == mark) return input.value();
            std::string const value =
                input.value().is_string() ? std::string(input.value().get_string()) : json::serialize(input.value());
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
                text.replace(at, mark.size(), value);
        }
        return json::value(text);
    }
    if (from.is_object()) {
        json::object out;
        for (auto const& member : from.get_object()) out[member.key()] = filled(member.value(), inputs);
        return out;
    }
    if (from.is_array()) {
        json::array out;
        for (auto const& element : from.get_array()) out.push_back(filled(element, inputs));
        return out;
    }
    return from;
}

json::object schema_of(json::object const& inputs) {
    json::object properties;
    json::array required;
    for (auto const& input : inputs) {
        auto const& fields = input.value().as_object();
        std::string_view const type = fields.at("type").as_string();
        json::object property{{"type", type == "number" || type == "boolean" ? type
                                       : type == "json"                      ? "object"
                                                                             : "string"},
            {"title", fields.at("label")}};
        if (auto const* text = fields.if_contains("description")) property["description"] = *text;
        properties[input.key()] = std::move(property);
        if (fields.at("required").as_bool()) required.push_back(json::value(input.key()));
    }
    return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

std::string_view camel_of(std::string_view name) {
    static std::map<std::string_view, std::string_view> const names{{"execution_id", "executionId"},
        {"node_id", "nodeId"}, {"node_name", "nodeName"}, {"node_type", "nodeType"}, {"duration_ms", "duration"},
        {"progress", "percentage"}, {"workflow_name", "workflowName"}, {"total_nodes", "totalNodes"},
        {"failed_node_id", "failedNodeId"}};
    auto const found = names.find(name);
    return found == names.end() ? name : found->second;
}

}  // namespace

void service::list_workflows(call_ptr const& call) {
    std::int64_t page = 1, per_page = 20;
    page_of(call, page, per_page);
    json::array items;
    env_.db().query(
        "SELECT id, name, description, version, created_at, updated_at FROM fm_workflows ORDER BY created_at DESC, "
        "rowid DESC LIMIT ? OFFSET ?",
        [&](row const& r) {
            items.push_back(
                json::object{{"id", r.text(0)}, {"name", r.text(1)}, {"description", text_or_null(r.optional_text(2))},
                    {"version", r.integer(3)}, {"created_at", time_or_null(r, 4)}, {"updated_at", time_or_null(r, 5)}});
        },
        per_page, (page - 1) * per_page);
    answer_list(
        call, std::move(items), page, per_page, env_.db().number("SELECT count(*) FROM fm_workflows").value_or(0));
}

void service::get_workflow(call_ptr const& call) {
    if (bad_id(call, "Workflow")) return;
    json::object found;
    env_.db().query(
        "SELECT id, name, description, version, inputs, created_at, updated_at FROM fm_workflows WHERE id = ?",
        [&](row const& r) {
            found = {{"id", r.text(0)}, {"name", r.text(1)}, {"description", text_or_null(r.optional_text(2))},
                {"version", r.integer(3)}, {"inputs", r.parsed(4)}};
            if (!options_.strict)
                found["input_schema"] = found["inputs"].is_object()
                                            ? json::value(schema_of(found["inputs"].get_object()))
                                            : json::value(nullptr);
            found["created_at"] = time_or_null(r, 5);
            found["updated_at"] = time_or_null(r, 6);
        },
        call->id);
    if (found.empty()) return missing(call, "Workflow");
    answer(call, 200, found);
}

void service::execute_workflow(call_ptr const& call) {
    auto const* const body = call->body.if_object();
    auto const* const given = body != nullptr ? body->if_contains("inputs") : nullptr;
    auto const known = env_.db().number("SELECT count(*) FROM fm_workflows WHERE id = ?", call->id).value_or(0) > 0;
    if (!known && options_.strict && !call->uuid)
        return fail(call, {500, "execution_failed", "the workflow could not be started"});
    if (!known) return missing(call, "Workflow");
    json::value const inputs = given != nullptr && is_truthy(*given) ? *given : json::value(json::object());
    if (auto const id = start_run(call, call->id, inputs, true))
        answer(call, 202,
            json::object{{"execution_id", *id}, {"workflow_id", call->id}, {"status", "pending"}, {"inputs", inputs}});
}

void service::list_triggers(call_ptr const& call) {
    std::int64_t page = 1, per_page = 20;
    page_of(call, page, per_page);
    std::string workflow(options_.strict ? std::string_view() : call->asked().parameter("workflow_id").value_or(""));
    if (auto const real = id_of_.find(workflow); real != id_of_.end()) workflow = real->second;
    json::array items;
    env_.db().query(
        "SELECT t.id, t.workflow_id, t.name, t.type, t.enabled, t.last_triggered_at, t.trigger_count, t.created_at, "
        "t.updated_at, w.name "
        "FROM fm_triggers t LEFT JOIN fm_workflows w ON w.id = t.workflow_id WHERE ?1 = '' OR t.workflow_id = ?1 "
        "ORDER BY t.created_at DESC, t.rowid DESC LIMIT ?2 OFFSET ?3",
        [&](row const& r) {
            json::object t{
                {"id", r.text(0)}, {"workflow_id", r.text(1)}, {"name", r.text(2)}, {"trigger_type", r.text(3)}};
            if (!options_.strict) {
                t["type"] = r.text(3);
                t["workflow_name"] = text_or_null(r.optional_text(9));
            }
            t["enabled"] = r.integer(4) != 0;
            t["last_triggered_at"] = time_or_null(r, 5);
            t["trigger_count"] = r.integer(6);
            t["created_at"] = time_or_null(r, 7);
            t["updated_at"] = time_or_null(r, 8);
            items.push_back(std::move(t));
        },
        workflow, per_page, (page - 1) * per_page);
    answer_list(call, std::move(items), page, per_page,
        env_.db().number("SELECT count(*) FROM fm_triggers WHERE ?1 = '' OR workflow_id = ?1", workflow).value_or(0));
}

void service::execute_trigger(call_ptr const& call) {
    std::string workflow;
    bool enabled = false;
    env_.db().query(
        "SELECT workflow_id, enabled FROM fm_triggers WHERE id = ?",
        [&](row const& r) {
            workflow = r.text(0);
            enabled = r.integer(1) != 0;
        },
        call->id);
    if (options_.strict && !call->uuid)
        return fail(call, {500, "execution_failed", "the trigger could not be started"});
    if (workflow.empty()) return missing(call, "Trigger");
    if (!enabled) return fail(call, {400, "validation_error", "the trigger is disabled"});
    auto const* const body = call->body.if_object();
    auto const* const given = body != nullptr ? body->if_contains("inputs") : nullptr;
    json::value const inputs = given != nullptr && is_truthy(*given) ? *given : json::value(json::object());
    auto const id = start_run(call, workflow, inputs, false);
    if (!id) return;
    env_.db().run(
        "UPDATE fm_triggers SET trigger_count = trigger_count + 1, last_triggered_at = ?, updated_at = ? WHERE id = ?",
        env_.time().unix_ms(), env_.time().unix_ms(), call->id);
    answer(call, 202,
        json::object{{"execution_id", *id}, {"workflow_id", workflow}, {"trigger_id", call->id}, {"status", "pending"},
            {"inputs", inputs}});
}

void service::list_executions(call_ptr const& call) {
    std::int64_t page = 1, per_page = 20;
    page_of(call, page, per_page);
    std::string workflow(call->asked().parameter("workflow_id").value_or(""));
    if (options_.strict && !workflow.empty() && !is_uuid(workflow))
        return framework(call, 500, "22P02", "invalid input syntax for type uuid", false);
    if (auto const real = id_of_.find(workflow); real != id_of_.end()) workflow = real->second;
    std::string const status(call->asked().parameter("status").value_or(""));
    json::array items;
    env_.db().query(
        "SELECT " + std::string(execution_columns) +
            " FROM fm_executions WHERE (?1 = '' OR workflow_id = ?1) AND (?2 = '' OR status = ?2) "
            "ORDER BY created_at DESC, rowid DESC LIMIT ?3 OFFSET ?4",
        [&](row const& r) { items.push_back(execution_of(r)); }, workflow, status, per_page, (page - 1) * per_page);
    auto total =
        env_.db()
            .number(
                "SELECT count(*) FROM fm_executions WHERE (?1 = '' OR workflow_id = ?1) AND (?2 = '' OR status = ?2)",
                workflow, status)
            .value_or(0);
    if (options_.strict && workflow.empty()) total = std::min(total, page * per_page);
    if (options_.strict && !workflow.empty() && !status.empty()) {
        // The vendor takes the page first and looks at the status then (§3.2).
        items.clear();
        env_.db().query(
            "SELECT " + std::string(execution_columns) +
                " FROM fm_executions WHERE workflow_id = ? ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?",
            [&](row const& r) {
                if (r.text(2) == status) items.push_back(execution_of(r));
            },
            workflow, per_page, (page - 1) * per_page);
        total = static_cast<std::int64_t>(items.size());
    }
    answer_list(call, std::move(items), page, per_page, total);
}

std::optional<json::object> service::execution_row(std::string_view id) {
    std::optional<json::object> found;
    env_.db().query(
        "SELECT " + std::string(execution_columns) + " FROM fm_executions WHERE id = ?",
        [&](row const& r) { found = execution_of(r); }, id);
    return found;
}

void service::get_execution(call_ptr const& call) {
    if (bad_id(call, "Execution")) return;
    auto const found = execution_row(call->id);
    if (!found) return missing(call, "Execution");
    answer(call, 200, *found);
}

void service::cancel_execution(call_ptr const& call) {
    auto const found = execution_row(call->id);
    if (options_.strict && !call->uuid)
        return fail(call, {500, "internal_error", "the execution could not be cancelled"});
    if (!found) return missing(call, "Execution");
    std::string const status(found->at("status").as_string());
    if (status != "pending" && status != "running")
        return fail(call, {400, "validation_error", "cannot cancel, status is " + status});
    env_.db().run("UPDATE fm_executions SET status = 'cancelled' WHERE id = ?", call->id);
    if (auto const r = runs_.find(call->id); r != runs_.end()) {
        env_.time().cancel(r->second.timer);
        runs_.erase(r);
    }
    json::object result{{"id", call->id}, {"status", "cancelled"}, {"message", "stopped"}};
    if (!options_.strict) {
        result["workflow_id"] = found->at("workflow_id");
        result["cancelled_at"] = env_.time().iso();
    }
    answer(call, 200, std::move(result));
    if (options_.strict) return;
    publish(call->id, "execution:cancelled", json::object{{"status", "cancelled"}});
    run_streams_.close_soon(call->id);
    webhooks_.dispatch("execution.cancelled", run_webhook_data(call->id));
}

void service::execution_events(call_ptr const& call) {
    if (bad_id(call, "Execution")) return;
    auto const found = execution_row(call->id);
    if (!found) return missing(call, "Execution");
    std::string const status(found->at("status").as_string());
    run_streams_.open(call->id, call, options_.keepalive);
    if (!is_over(status)) {
        json::object data;
        if (!options_.strict && !options_.camel && options_.event_type) data["type"] = "connected";
        data["execution_id"] = shown_id(call->id);
        data["status"] = status;
        call->exchange->write(event_block("connected", data));
        return;
    }
    json::object data;
    if (!options_.strict && !options_.camel && options_.event_type) data["type"] = "execution:" + status;
    data["execution_id"] = shown_id(call->id);
    data["status"] = status;
    data["outputs"] = found->at("outputs");
    data["error"] = found->at("error");
    if (status != "cancelled") data["completed_at"] = found->at("completed_at");
    call->exchange->write(event_block("execution:" + status, data));
    run_streams_.close_soon(call->id);
}

std::optional<std::string> service::start_run(
    call_ptr const& call, std::string const& workflow_id, json::value const& inputs, bool validate) {
    json::value script;
    env_.db().query(
        "SELECT script FROM fm_workflows WHERE id = ?", [&](row const& r) { script = r.parsed(0); }, workflow_id);
    auto const* const nodes = script.is_object() ? script.get_object().if_contains("nodes") : nullptr;
    if (nodes == nullptr || !nodes->is_array()) {
        fail(call, {400, "validation_error", "the workflow has no usable definition"});
        return std::nullopt;
    }
    if (inputs.is_string() || nodes->get_array().empty()) {
        // The row is there before the start fails (§3.1), and stays pending.
        env_.db().run("INSERT INTO fm_executions (id, workflow_id, status, inputs, step, created_at) VALUES (?, ?, "
                      "'pending', ?, -1, ?)",
            env_.uuid(), workflow_id, json::serialize(inputs), env_.time().unix_ms());
        fail(call, {500, "execution_failed",
                       validate ? "the workflow could not be started" : "the trigger could not be started"});
        return std::nullopt;
    }
    return add_run(workflow_id, inputs);
}

std::string service::add_run(std::string const& workflow_id, json::value const& inputs) {
    auto const id = env_.uuid();
    env_.db().run("INSERT INTO fm_executions (id, workflow_id, status, inputs, step, created_at) VALUES (?, ?, "
                  "'pending', ?, 0, ?)",
        id, workflow_id, json::serialize(inputs), env_.time().unix_ms());
    runs_[id].timer = env_.time().after(start_delay, guarded([this, id] { begin_run(id); }));
    return id;
}

// What a restart interrupted goes on where it was; what a fixture left under way begins.
void service::take_up_runs() {
    std::vector<std::pair<std::string, std::string>> open;
    env_.db().query("SELECT e.id, e.status FROM fm_executions e JOIN fm_workflows w ON w.id = e.workflow_id "
                    "WHERE e.status IN ('pending', 'running', 'paused') AND e.step >= 0",
        [&](row const& r) { open.emplace_back(r.text(0), r.text(1)); });
    for (auto const& [id, status] : open) {
        if (runs_.contains(id)) continue;
        auto& r = runs_[id];
        r.held = status == "paused";
        if (r.held) continue;
        bool const begun = status == "running";
        r.timer =
            env_.time().after(start_delay, guarded([this, id = id, begun] { begun ? next_node(id) : begin_run(id); }));
    }
}

json::object service::script_of_run(std::string_view id, std::int64_t& step) {
    json::object script;
    env_.db().query(
        "SELECT w.script, e.step, e.inputs, w.name FROM fm_executions e JOIN fm_workflows w ON w.id = e.workflow_id "
        "WHERE e.id = ?",
        [&](row const& r) {
            script = r.parsed(0).as_object();
            step = r.integer(1);
            auto const inputs = r.parsed(2);
            script["given"] = inputs;
            script["inputs"] = inputs.is_object() ? inputs : json::value(json::object());
            script["workflow_name"] = r.text(3);
        },
        id);
    return script;
}

void service::publish(std::string const& id, std::string_view event, json::object data) {
    if (options_.strict || !run_streams_.any(id)) return;
    json::object out;
    if (options_.event_type) out["type"] = event;
    out["timestamp"] = env_.time().unix_ms();
    out[options_.camel ? "executionId" : "execution_id"] = id;
    for (auto const& member : data) {
        std::string_view name = member.key();
        if (options_.camel)
            name = name == "outputs" && event == "node:completed" ? std::string_view("output") : camel_of(name);
        if (options_.camel && name == "completed_at") continue;
        out[name] = member.value();
    }
    run_streams_.send(id, event_block(event, out));
}

json::object service::run_webhook_data(std::string const& id) {
    auto const run = execution_row(id).value();
    json::object data{{"execution_id", id}, {"workflow_id", run.at("workflow_id")}};
    env_.db().query(
        "SELECT name FROM fm_workflows WHERE id = ?", [&](row const& r) { data["workflow_name"] = r.text(0); },
        std::string(run.at("workflow_id").as_string()));
    data["status"] = run.at("status");
    data["started_at"] = run.at("started_at");
    for (auto const* name : {"completed_at", "outputs", "error"})
        if (!run.at(name).is_null()) data[name] = run.at(name);
    return data;
}

void service::begin_run(std::string const& id) {
    std::int64_t step = 0;
    auto const script = script_of_run(id, step);
    env_.db().run(
        "UPDATE fm_executions SET status = 'running', started_at = ? WHERE id = ?", env_.time().unix_ms(), id);
    publish(id, "execution:started",
        json::object{{"status", "running"}, {"workflow_name", script.at("workflow_name")},
            {"total_nodes", script.at("nodes").as_array().size()}});
    webhooks_.dispatch("execution.started", run_webhook_data(id));
    next_node(id);
}

void service::next_node(std::string const& id) {
    std::int64_t step = 0;
    auto const script = script_of_run(id, step);
    auto const& nodes = script.at("nodes").as_array();
    if (step >= static_cast<std::int64_t>(nodes.size())) {
        auto const& outputs = script.at("outputs");
        auto const& inputs = script.at("inputs").as_object();
        end_run(id, "completed",
            outputs.is_string() && outputs.get_string() == "inputs" ? script.at("given") : filled(outputs, inputs), {});
        return;
    }
    auto const& node = nodes[static_cast<std::size_t>(step)].as_object();
    publish(id, "node:started",
        json::object{{"node_id", node.at("id")}, {"node_name", node.at("name")}, {"node_type", node.at("type")}});
    if (node.contains("wait")) {
        env_.db().run("UPDATE fm_executions SET status = 'paused' WHERE id = ?", id);
        runs_[id].held = true;
        if (!options_.strict)
            publish(id, "execution:paused", json::object{{"status", "paused"}, {"node_id", node.at("id")}});
        return;
    }
    if (runs_[id].held) return;
    runs_[id].timer = env_.time().after(milliseconds(node.at("ms").as_int64()), guarded([this, id] { end_node(id); }));
}

void service::end_node(std::string const& id) {
    std::int64_t step = 0;
    auto const script = script_of_run(id, step);
    auto const& nodes = script.at("nodes").as_array();
    if (step >= static_cast<std::int64_t>(nodes.size())) return next_node(id);
    auto const& node = nodes[static_cast<std::size_t>(step)].as_object();
    json::object data{{"node_id", node.at("id")}, {"node_name", node.at("name")}, {"node_type", node.at("type")}};
    auto const total = static_cast<std::int64_t>(nodes.size());
    if (auto const* failure = node.if_contains("error")) {
        auto const text = filled(*failure, script.at("inputs").as_object());
        data["error"] = text;
        publish(id, "node:failed", data);
        publish_progress(id, step, total, total);  // the nodes behind it count as skipped
        end_run(id, "failed", nullptr, text.as_string(), node.at("id").as_string());
        return;
    }
    data["outputs"] = node.contains("outputs") ? filled(node.at("outputs"), script.at("inputs").as_object())
                                               : json::value(json::object());
    data["duration_ms"] = node.at("ms");
    publish(id, "node:completed", data);
    env_.db().run("UPDATE fm_executions SET step = ? WHERE id = ?", step + 1, id);
    publish_progress(id, step + 1, step + 1, total);
    next_node(id);
}

void service::publish_progress(std::string const& id, std::int64_t step, std::int64_t over, std::int64_t total) {
    publish(id, "execution:progress",
        json::object{{"progress", std::llround(100.0 * static_cast<double>(over) / static_cast<double>(total))},
            {"completed", step}, {"total", total}});
}

void service::end_run(std::string const& id, std::string_view status, json::value const& outputs,
    std::string_view error, std::string_view failed_node) {
    auto const now = env_.time().unix_ms();
    env_.db().run("UPDATE fm_executions SET status = ?, outputs = ?, error = ?, completed_at = ? WHERE id = ?", status,
        outputs.is_null() ? std::optional<std::string>() : json::serialize(outputs),
        error.empty() ? std::optional<std::string>() : std::string(error), now, id);
    if (auto const r = runs_.find(id); r != runs_.end()) {
        env_.time().cancel(r->second.timer);
        runs_.erase(r);
    }
    json::object data{{"status", status}};
    if (status == "completed") data["outputs"] = outputs;
    if (!error.empty()) data["error"] = error;
    if (!failed_node.empty()) data["failed_node_id"] = failed_node;
    data["completed_at"] = clock::iso(now);
    if (status == "completed")
        env_.db().query(
            "SELECT started_at FROM fm_executions WHERE id = ?",
            [&](row const& r) { data["duration_ms"] = now - r.integer(0); }, id);
    publish(id, "execution:" + std::string(status), std::move(data));
    if (!options_.strict) run_streams_.close_soon(id);
    webhooks_.dispatch("execution." + std::string(status), run_webhook_data(id));
}

// {"execution_id": …, "action": "pause" | "resume" | "step" | "complete" | "fail"}
json::value service::control_run(json::object const& arguments) {
    auto const* given = arguments.if_contains("execution_id");
    auto const* what = arguments.if_contains("action");
    if (given == nullptr || !given->is_string() || what == nullptr || !what->is_string())
        throw std::runtime_error("run takes execution_id and action");
    std::string const id(given->get_string());
    std::string const action(what->get_string());
    auto const found = execution_row(id);
    if (!found) throw std::runtime_error("no such execution");
    std::string const status(found->at("status").as_string());
    if (is_over(status)) throw std::runtime_error("the execution has ended: " + status);
    if (!runs_.contains(id) && action != "fail") throw std::runtime_error("the execution is not under way");
    if (action == "pause") {
        if (status == "paused") throw std::runtime_error("the execution is paused already");
        auto& r = runs_[id];
        env_.time().cancel(r.timer);
        r.held = true;
        env_.db().run("UPDATE fm_executions SET status = 'paused' WHERE id = ?", id);
        publish(id, "execution:paused", json::object{{"status", "paused"}});
    } else if (action == "resume") {
        if (status != "paused") throw std::runtime_error("the execution is not paused");
        auto& r = runs_[id];
        r.held = false;
        env_.db().run("UPDATE fm_executions SET status = 'running', started_at = coalesce(started_at, ?) WHERE id = ?",
            env_.time().unix_ms(), id);
        publish(id, "execution:resumed", json::object{{"status", "running"}});
        bool const begun = !found->at("started_at").is_null();
        r.timer =
            env_.time().after(milliseconds(0), guarded([this, id, begun] { begun ? end_node(id) : begin_run(id); }));
    } else if (action == "step") {
        env_.time().cancel(runs_[id].timer);
        runs_[id].held = true;
        if (found->at("started_at").is_null())
            begin_run(id);
        else
            end_node(id);
        env_.db().run("UPDATE fm_executions SET status = 'paused' WHERE id = ? AND status = 'running'", id);
    } else if (action == "complete") {
        auto const* outputs = arguments.if_contains("outputs");
        end_run(id, "completed", outputs != nullptr ? *outputs : json::value(json::object()), {});
    } else if (action == "fail") {
        auto const* error = arguments.if_contains("error");
        end_run(id, "failed", nullptr,
            error != nullptr && error->is_string() ? std::string_view(error->get_string())
                                                   : std::string_view("failed by hand"));
    } else {
        throw std::runtime_error("run: unknown action " + action);
    }
    return *execution_row(id);
}

}  // namespace corun::emulator::flowmaestro
