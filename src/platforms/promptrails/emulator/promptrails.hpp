#pragma once

// PromptRails' API as of its first surface, written from its wire document alone (wire/promptrails).

#include "emulator/platform.hpp"
#include "emulator/router.hpp"

#include <boost/json/array.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corun::emulator::promptrails {

/// A failure as the API answers it (wire/promptrails §3.1, shape A).
struct api_failure {
    int status = 500;
    std::string code;
    std::string message;
    json::object details{};
};

api_failure bad_request(std::string message, json::object details = {});
api_failure not_found(std::string_view what);

std::string text_at(json::object const& in, std::string_view name, std::string_view otherwise = {});
std::int64_t int_at(json::object const& in, std::string_view name, std::int64_t otherwise = 0);
double number_at(json::object const& in, std::string_view name, double otherwise = 0);
bool bool_at(json::object const& in, std::string_view name, bool otherwise = false);
json::object object_at(json::object const& in, std::string_view name);
json::array array_at(json::object const& in, std::string_view name);

/// Documents by kind; members that start with '_' are the emulator's own and never shown.
class store {
public:
    explicit store(environment& env) : env_(env) {}

    /// True where the tables are new.
    bool make();
    void clear();
    std::string new_id();
    std::optional<json::object> find(std::string_view kind, std::string_view id);
    /// Adds with an id, the workspace and the times, where they are missing.
    json::object add(std::string_view kind, json::object doc, std::string_view parent = {});
    void put(std::string_view kind, json::object const& doc);
    bool erase(std::string_view kind, std::string_view id);
    std::int64_t erase_children(std::string_view kind, std::string_view parent);
    std::int64_t count(std::string_view kind);

    struct filter {
        std::string_view member;
        std::string value;
        bool part = false;  ///< a case-insensitive substring
    };
    struct listing {
        std::string_view kind;
        std::optional<std::string> parent{};
        std::vector<filter> filters{};
        std::string_view order = "at DESC, id";
    };
    json::array list(listing const& what, std::int64_t limit = -1, std::int64_t offset = 0);
    std::int64_t count(listing const& what);
    json::array search_memories(std::string_view agent_id, std::string const& text, std::int64_t limit);

private:
    environment& env_;
    std::uint64_t last_ = 0;
};

/// What a data source of the type `sqlite` answers; throws api_failure. Read-only, bounded in time and rows.
json::object query_sqlite(std::string const& script, std::string const& query_template, json::object const& parameters);
/// The names in `{{ name }}`, in order.
std::vector<std::string> variables_of(std::string_view text);
/// Replaces them; what is missing is put into `missing`.
std::string render(std::string_view text, json::object const& values, json::object& missing);
/// "2 + 3 * (4 - 1)"; nullopt where it is none.
std::optional<double> arithmetic(std::string_view text);
std::string new_trace_id();
std::string text_of(json::value const& value);

struct guardrail_verdict {
    bool hit = false;
    bool known = true;  ///< it can be decided here
    std::string redacted;
};
guardrail_verdict scan(json::object const& guardrail, std::string const& text);

class service final : public platform {
public:
    explicit service(environment& env);

    std::string_view name() const override { return "promptrails"; }
    std::uint16_t default_port() const override { return 4702; }
    std::size_t max_body() const override { return 10 * 1024 * 1024; }
    void start() override;
    void serve(exchange_ptr call) override;
    response error(int status, std::string_view message) override;
    void load_fixture(std::string_view entity, json::value const& content) override;
    void reset() override;
    std::optional<json::value> control(std::string_view action, json::object const& arguments) override;
    void configure(json::object const& options) override;
    json::object configuration() const override;

private:
    using handler = std::function<void(call_ptr const&)>;

    // Routes.
    void on(std::string_view method, std::string_view path, handler handle);  ///< below /api/v1
    void on_root(std::string_view method, std::string_view path, handler handle, bool open = false);
    void add_routes();
    void add_agent_routes();
    void add_prompt_routes();
    void add_data_source_routes();
    void add_tool_routes();
    void add_score_routes();
    void add_chat_routes();
    void add_run_routes();
    void add_report_routes();
    void add_root_routes();
    /// get, update and delete of a kind; `fields`: as in `take`.
    void add_entity(std::string_view path, std::string_view kind, std::string_view what, std::string_view fields);
    void add_versions(std::string_view path, std::string_view kind, std::string_view what,
        std::string_view parent_member, std::string_view fields, std::function<void(json::object&)> complete);
    bool check_key(exchange_ptr const& exchange);

    // Answers.
    void send(exchange_ptr const& exchange, int status, json::object body);
    void answer(call_ptr const& call, int status, json::value data);
    void answer_page(
        call_ptr const& call, store::listing const& what, std::function<void(json::object&)> const& adorn = {});
    void answer_page(call_ptr const& call, json::array items);  ///< of items that are all there
    void nothing(call_ptr const& call);                         ///< 204
    response failure(api_failure const& f);

    // Bodies. All throw api_failure.
    json::object body_of(call_ptr const& call, bool strict = true);
    /// "name:s config:o": the members of these types (s text, n number, i integer, b boolean, o object, a array, v
    /// any).
    json::object take(json::object const& body, std::string_view fields);
    void require(json::object const& body, std::string_view names, std::string_view message);
    json::object need(std::string_view kind, std::string_view id, std::string_view what);

    // Shapes.
    json::object shown(json::object doc);
    json::object with_current(json::object doc, std::string_view version_kind);
    std::optional<json::object> current_version(std::string_view version_kind, std::string_view parent);
    void make_current(std::string_view version_kind, std::string_view parent, std::string_view version_id);
    std::optional<json::object> model_of(json::object const& prompt_version);

    // Runs.
    struct step {
        std::string frame;  ///< empty: only time passes
        milliseconds delay{0};
    };
    struct span {
        std::string kind, name;
        json::value input, output;
        std::string error;
        std::int64_t duration_ms = 0, prompt_tokens = 0, completion_tokens = 0;
        double cost = 0;
        std::string model, prompt_id, model_id, tool, data_source_id;
    };
    struct plan {
        std::string content;  ///< the answer
        std::string error;    ///< or why there is none
        std::vector<span> spans;
        std::vector<std::pair<std::string, json::object>> before;  ///< frames ahead of the answer
        bool approval = false;
        std::string checkpoint;
        std::int64_t calls = 0;  ///< of models
    };
    struct listener {
        exchange_ptr exchange;
        clock::timer keepalive = 0;
    };
    struct live_run {
        std::vector<std::string> frames;  ///< what was told already
        std::deque<step> steps;
        plan made;
        std::vector<std::shared_ptr<listener>> listeners;
        std::vector<std::function<void(json::object const&)>> waiting;  ///< for the end, or for the wait for approval
        clock::timer timer = 0;
        std::string session;  ///< of a chat: where the answer is stored
        bool slow = false;    ///< told piece by piece
        bool spans = true;
    };
    struct run_request {
        json::object agent;
        json::object input;
        json::object metadata{};
        std::string session_id{};
        std::string version_id{};
        std::string user_id{};
        std::string chat_session{};
        json::object first_frame{};  ///< of a chat: `execution`
        std::int64_t prompt_tokens = 150, completion_tokens = 80, duration_ms = 250;
        double cost = 0.0023;
        bool slow = false;
        bool spans = true;
    };
    /// Starts a run; throws api_failure where it cannot, and then nothing is stored.
    std::string start_run(run_request const& what);
    void step_run(std::string const& id);
    void tell(live_run& run, std::string frame);
    void end_run(std::string const& id);
    void close_listeners(live_run& run);
    json::object finish_execution(json::object execution, std::string_view status);
    void listen(call_ptr const& call, std::string const& id);
    void replay(call_ptr const& call, json::object const& execution);
    void keep_alive(std::weak_ptr<listener> one);
    void when_settled(std::string const& id, std::function<void(json::object const&)> call);
    void store_spans(json::object const& execution, plan const& made);
    plan make_plan(
        json::object const& agent, std::optional<json::object> const& version, json::object const& input, int depth);
    std::string ask_prompt(plan& made, std::string const& prompt_id, json::object const& values, json::object& missing,
        std::string_view role);
    std::string model_answer(std::string const& question, json::object const& prompt_version, std::string_view speaker);
    bool guard(plan& made, std::string_view agent_id, std::string_view type, json::value& text);
    void call_tools(plan& made, json::object const& config, json::object const& input);
    json::object call_tool(json::object const& tool, json::object const& arguments);
    json::object run_query(
        json::object const& source, std::optional<std::string> const& query, json::object const& parameters);
    json::object run_prompt(json::object const& prompt, json::object const& request, json::object const& stored);
    json::object decide(json::object approval, json::object const& body);
    void invoke_hook(call_ptr const& call);
    void serve_rpc(call_ptr const& call, std::string_view where);
    void finish_task(std::string const& task_id, json::object const& execution);
    std::function<void()> guarded(std::function<void()> what);

    // Reports.
    json::object cost_summary(request const& r, std::optional<std::string> const& agent_id);
    json::object metrics(std::int64_t days);
    json::array session_summaries();

    void seed();

    environment& env_;
    store store_;
    std::vector<route> routes_;
    std::map<std::string, live_run> runs_;
    std::vector<std::weak_ptr<listener>> waiting_streams_;
    milliseconds keepalive_{15'000};
    std::uint64_t epoch_ = 0;
};

}  // namespace corun::emulator::promptrails
