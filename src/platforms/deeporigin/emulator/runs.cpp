#include "platforms/deeporigin/emulator/deeporigin.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace corun::emulator::deeporigin {

namespace {

bool is_under_way(std::string_view status) { return status == "Created" || status == "Queued" || status == "Running"; }

bool is_good(std::string_view status) { return status == "Succeeded" || status == "Completed"; }

// What a caller asks the emulator to do with a run: "fail", "failQuotation", "insufficientFunds".
std::string wish(json::object const& run) { return text_at(object_at(run, "metadata"), "emulator"); }

double price_of(json::object const& run) {
    double sum = 0;
    auto const quotation = object_at(run, "quotationResult");
    auto const* const list = quotation.if_contains("successfulQuotations");
    if (list != nullptr && list->is_array())
        for (auto const& each : list->get_array()) sum += each.at("priceTotal").to_number<double>();
    return sum;
}

}  // namespace

std::function<void()> service::guarded(std::function<void()> what) {
    return [this, epoch = epoch_, what = std::move(what)] {
        if (epoch != epoch_) return;
        try {
            what();
        } catch (std::exception const& e) {
            env_.log("error", std::string("deeporigin: ") + e.what());
        }
    };
}

void service::put(json::object const& run) {
    auto const id = text_at(run, "executionId");
    env_.db().run("INSERT INTO do_executions(id, platform_id, org, created, doc) VALUES(?, ?, ?, ?, ?) "
                  "ON CONFLICT(id) DO UPDATE SET doc = excluded.doc",
        id, platform_id(id), text_at(run, "orgKey"), clock::parse_iso(text_at(run, "createdAt")).value_or(0),
        json::serialize(run));
}

json::object service::need(std::string_view org, std::string_view id) {
    std::optional<json::object> found;
    env_.db().query(
        "SELECT doc FROM do_executions WHERE id = ? AND (org = ? OR org = '*')",
        [&](row const& r) { found = r.parsed(0).as_object(); }, id, org);
    if (!found) throw api_failure{404, "Execution " + std::string(id) + " not found"};
    if (text_at(*found, "orgKey") == "*") (*found)["orgKey"] = org;
    return std::move(*found);
}

json::object service::quote(tool const& t, json::object const& inputs, std::string_view org) const {
    auto const* const ligands = inputs.if_contains("ligands");
    auto const qty =
        ligands != nullptr && ligands->is_array() ? std::max<std::size_t>(ligands->get_array().size(), 1) : 1;
    double const total = t.price * static_cast<double>(qty);
    json::object record{{"itemKey", t.item}, {"itemName", t.name}, {"qty", qty}, {"priceEach", t.price},
        {"totalPrice", total}, {"tierQtyFrom", 0}, {"tierQtyTo", 0}};
    json::object one{{"status", "OK"}, {"itemCode", t.item}, {"orgId", org}, {"qty", qty}, {"priceEach", t.price},
        {"priceTotal", total}, {"pricingRecordType", "regular"}};
    one["pricingRecords"] = json::array{std::move(record)};
    json::object result{{"anyFailed", false}, {"failedQuotations", json::array()}};
    result["successfulQuotations"] = json::array{std::move(one)};
    return result;
}

// Money is reserved, and the run begins; or it cannot be paid.
void service::accept(json::object& run, tool const& t) {
    auto const now = env_.time().iso();
    double const price = price_of(run);
    run["updatedAt"] = now;
    if (price > settings_.balance || wish(run) == "insufficientFunds") {
        run["status"] = "InsufficientFunds";
        json::object item{{"actionRequest", "Top up the balance"}};
        json::object why{{"code", "FailedQuotation"}, {"message", "The organization balance is too low"}};
        why["items"] = json::array{std::move(item)};
        run["statusReason"] = std::move(why);
        return;
    }
    settings_.balance -= price;
    if (price > 0) {
        json::array items;
        auto const quotation = object_at(run, "quotationResult");
        for (auto const& each : quotation.at("successfulQuotations").as_array())
            items.push_back(json::object{{"itemCode", each.at("itemCode")}, {"qty", each.at("qty")},
                {"priceEach", each.at("priceEach")}, {"priceTotal", each.at("priceTotal")}, {"isApproved", true},
                {"authorizationId", env_.uuid()}, {"actionRequest", nullptr}, {"purchaseApprovalComment", nullptr}});
        run["billingTransaction"] = json::object{{"transactionId", env_.uuid()}, {"orgId", run["orgKey"]},
            {"status", "Approved"}, {"totalCost", price}, {"items", std::move(items)}};
    }
    run["status"] = "Created";
    if (t.synchronous || run.contains("_sync")) {
        run["startedAt"] = now;
        finish(run, t, wish(run) == "fail");
        return;
    }
    run["_since"] = env_.time().unix_ms();
}

void service::finish(json::object& run, tool const& t, bool fail) {
    auto const now = env_.time().iso();
    run["updatedAt"] = now;
    run["completedAt"] = now;
    if (fail) {
        run["status"] = "Failed";
        run["statusReason"] = "the tool ended with an error";
        return;
    }
    run["status"] = "Succeeded";
    json::array poses;
    auto const inputs = object_at(run, "userInputs");
    if (auto const* const ligands = inputs.if_contains("ligands"); ligands != nullptr && ligands->is_array())
        for (auto const& ligand : ligands->get_array())
            if (ligand.is_object())
                poses.push_back(
                    json::object{{"ligand_id", text_at(ligand.get_object(), "id")}, {"binding_energy", -6.1}});
    json::object outputs{{"tool", t.key}};
    outputs["poses"] = std::move(poses);
    run["jobOutputs"] = std::move(outputs);
}

// Created → Queued → Running → its end; what is next is asked for after its time.
void service::advance(std::string const& id) {
    timers_.erase(id);
    std::optional<json::object> found;
    env_.db().query(
        "SELECT doc FROM do_executions WHERE id = ?", [&](row const& r) { found = r.parsed(0).as_object(); }, id);
    if (!found || !is_under_way(text_at(*found, "status"))) return;
    auto& run = *found;
    auto const about = object_at(run, "tool");
    bool known = false;
    tool fallback;
    auto const* t = find_tool(text_at(about, "key"), text_at(about, "version"), known);
    if (t == nullptr) t = &fallback;
    auto const status = text_at(run, "status");
    run["updatedAt"] = env_.time().iso();
    milliseconds next{0};
    if (status == "Created") {
        run["status"] = "Queued";
        next = milliseconds(t->running_ms - t->queued_ms);
    } else if (status == "Queued") {
        run["status"] = "Running";
        run["startedAt"] = run["updatedAt"];
        next = milliseconds(t->ended_ms - t->running_ms);
    } else {
        finish(run, *t, wish(run) == "fail");
    }
    put(run);
    if (is_under_way(text_at(run, "status")) && !settings_.manual) follow(id, std::max(next, milliseconds(1)));
}

void service::follow(std::string const& id, milliseconds by) {
    timers_[id] = env_.time().after(by, guarded([this, id] { advance(id); }));
}

void service::create(call_ptr const& call, std::string const& key, std::string const& pin) {
    auto const body = body_of(call);
    bool known = false;
    auto const* const t = find_tool(key, pin, known);
    if (t == nullptr && known) throw api_failure{400, "Tool " + key + " " + pin + " is disabled"};
    if (t == nullptr) throw api_failure{404, "Tool " + key + " " + pin + " not found"};
    json::array wrong;
    auto const check = [&](std::string_view name, auto const& fits, bool required) {
        auto const* const value = body.if_contains(name);
        if (value == nullptr || value->is_null()) {
            if (required) wrong.push_back(json::object{{"field", name}, {"reason", "required"}});
        } else if (!fits(*value)) {
            wrong.push_back(json::object{{"field", name}, {"reason", "invalid_type"}});
        }
    };
    auto const is_object = [](json::value const& v) { return v.is_object(); };
    auto const is_text = [](json::value const& v) { return v.is_string(); };
    check("inputs", is_object, true);
    check("outputs", is_object, false);
    check("metadata", is_object, false);
    check("clusterId", is_text, true);
    check("approveAmount", [](json::value const& v) { return v.is_number(); }, false);
    for (auto const name : {"name", "projectId", "app", "session", "tag", "billing"}) check(name, is_text, false);
    if (auto const* const visibility = body.if_contains("visibility");
        visibility != nullptr && *visibility != "visible" && *visibility != "hidden")
        wrong.push_back(json::object{{"field", "visibility"}, {"reason", "invalid_value"}});
    if (!wrong.empty()) throw api_failure{400, "Validation failed", std::move(wrong)};
    json::value cluster = nullptr;
    for (auto const& each : clusters_)
        if (each.at("id") == body.at("clusterId")) cluster = each;
    if (cluster.is_null()) throw api_failure{404, "Cluster " + text_at(body, "clusterId") + " not found"};

    auto const now = env_.time().iso();
    auto const inputs = object_at(body, "inputs");
    auto const text_or_null = [&](std::string_view name) {
        return body.contains(name) ? json::value(text_at(body, name)) : json::value(nullptr);
    };
    auto const number = body.if_contains("approveAmount");
    bool const limited = number != nullptr && number->is_number();
    json::object run{{"executionId", env_.uuid()}, {"resourceId", random_hex(11).substr(0, 21)},
        {"type", "ToolExecution"}, {"executionType", "tool"}, {"status", "Created"}, {"statusReason", nullptr},
        {"tool", {{"key", t->key}, {"version", t->version}}}, {"cluster", {{"id", body.at("clusterId")}}},
        {"orgKey", call->id()}, {"createdBy", "5d0b3b52-0000-4000-8000-000000000001"}, {"createdAt", now},
        {"updatedAt", now}, {"startedAt", nullptr}, {"completedAt", nullptr}, {"name", text_or_null("name")},
        {"userInputs", inputs}, {"userOutputs", object_at(body, "outputs")}, {"jobOutputs", nullptr},
        {"metadata", object_at(body, "metadata")}, {"approveAmount", limited ? *number : json::value(nullptr)},
        {"quotationResult", nullptr}, {"billingTransaction", nullptr}, {"progressReport", nullptr},
        {"app", text_or_null("app")}, {"session", text_or_null("session")}, {"tag", text_or_null("tag")},
        {"billing", text_or_null("billing")}, {"projectId", text_or_null("projectId")}};
    if (body.contains("visibility")) run["visibility"] = body.at("visibility");
    bool const sync =
        (body.contains("sync") && body.at("sync") == true) || (inputs.contains("sync") && inputs.at("sync") == true);
    if (sync) run["_sync"] = true;

    if (wish(run) == "failQuotation") {
        run["status"] = "FailedQuotation";
        run["statusReason"] = json::object{{"code", "FailedQuotation"}, {"message", "The price could not be found"}};
    } else if (limited) {
        run["quotationResult"] = quote(*t, inputs, call->id());
        double const limit = number->to_number<double>();
        if (limit < 0 || price_of(run) > limit)
            run["status"] = "Quoted";
        else
            accept(run, *t);
    } else {
        run["quotationResult"] =
            wish(run) == "insufficientFunds" ? json::value(quote(*t, inputs, call->id())) : json::value(nullptr);
        accept(run, *t);
    }
    put(run);
    auto const id = text_at(run, "executionId");
    if (is_under_way(text_at(run, "status")) && !settings_.manual) follow(id, milliseconds(t->queued_ms));

    // What there is not yet is left out (wire/deeporigin §5.1).
    auto answer = shown(std::move(run), "create", false);
    answer["cluster"] = cluster;
    std::vector<std::string> empty;
    for (auto const& member : answer)
        if (member.value().is_null()) empty.emplace_back(member.key());
    for (auto const& name : empty) answer.erase(name);
    send(call, 201, std::move(answer));
}

json::value service::progress(json::object const& run, bool tree) const {
    auto const status = text_at(run, "status");
    bool const running = status == "Running", ended = is_good(status) || status == "Failed";
    if (!running && !ended) return nullptr;
    if (!tree) return json::value(json::serialize(json::object{{"complete", ended ? 100 : 40}}));
    auto const name = "wf-" + text_at(run, "resourceId").substr(0, 8);
    auto const part = [&](std::string_view what, std::string_view state, int n) {
        json::object node{{"id", name + "-" + std::to_string(n)}, {"status", state}, {"message", nullptr},
            {"progress", state == "Running" ? "0/1" : "1/1"}, {"displayName", what},
            {"startedAt", run.at("startedAt")}};
        if (state == "Running")
            node["toolProgress"] = json::object{{"complete", 40}};
        else
            node["finishedAt"] = run.at("updatedAt");
        return node;
    };
    auto const last = running              ? std::string_view("Running")
                      : status == "Failed" ? std::string_view("Failed")
                                           : std::string_view("Succeeded");
    json::array children;
    children.push_back(part("prepare", "Succeeded", 1));
    children.push_back(part("run", last, 2));
    return json::object{{"id", name}, {"status", last}, {"message", nullptr}, {"progress", running ? "1/2" : "2/2"},
        {"displayName", name}, {"children", std::move(children)}};
}

json::object service::shown(json::object run, std::string_view route, bool tree) {
    auto const report = progress(run, tree);
    if (!report.is_null()) run["progressReport"] = report;
    if (settings_.completed && text_at(run, "status") == "Succeeded") run["status"] = "Completed";
    if (route != "list") run.erase("type");
    if (route == "cancel") {
        for (auto const& each : clusters_)
            if (each.at("id") == object_at(run, "cluster").at("id")) run["cluster"] = each;
    }
    std::vector<std::string> hidden;
    for (auto const& member : run)
        if (member.key().starts_with('_')) hidden.emplace_back(member.key());
    for (auto const& name : hidden) run.erase(name);
    return run;
}

}  // namespace corun::emulator::deeporigin
