#pragma once

// FlowMaestro's public API v1, written from its wire document alone (wire/flowmaestro).

#include "emulator/platform.hpp"

#include <boost/json/array.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace corun::emulator::flowmaestro {

/// A failure with its place in the envelope (wire/flowmaestro §2.3).
struct api_failure {
    int status = 500;
    std::string code;
    std::string message;
    json::object details{};
};

/// What the options of `/__control/options` say (wire/flowmaestro §8).
struct profile_options {
    bool strict = false;
    bool messages_array = false;  ///< thread messages as an array, as the SDKs' types have them
    bool camel = false;           ///< live events with the backend's own names
    bool event_type = true;       ///< events carry `type` in their JSON
    bool lenient_bearer = false;  ///< the scheme word in any case
    milliseconds keepalive{30'000};  ///< 0: none
};

/// One request on its way through the routes.
struct api_call {
    exchange_ptr exchange;
    std::string id;          ///< what stands for {id} in the path; behind a fixed UUID, the readable id
    bool uuid = true;        ///< it was sent as a UUID
    json::value body;        ///< null where there was none
    pairs headers;           ///< request id and rate limits of the answer
    request const& asked() const { return exchange->asked(); }
};
using call_ptr = std::shared_ptr<api_call>;

/// Who listens to a run or a thread.
struct listener {
    exchange_ptr exchange;
    clock::timer keepalive = 0;
};

/// Streams by run or thread id.
class channels {
public:
    explicit channels(environment& env) : env_(env) {}

    void open(std::string const& id, call_ptr const& call, milliseconds keepalive);
    void send(std::string const& id, std::string const& block);
    /// Closes what listens now, a moment from now.
    void close_soon(std::string const& id);
    bool any(std::string const& id) const { return listeners_.contains(id); }
    void clear();

private:
    void keep_alive(std::string const& id, std::weak_ptr<listener> one, milliseconds every);
    void remove(std::string const& id, listener const* one);

    environment& env_;
    std::map<std::string, std::vector<std::shared_ptr<listener>>> listeners_;
};

/// "event: name\ndata: {…}\n\n".
std::string event_block(std::string_view name, json::object const& data);

/// Signed deliveries with their retries (wire/flowmaestro §6).
class webhook_sender {
public:
    explicit webhook_sender(environment& env) : env_(env) {}
    void resume();
    bool silent = false;  ///< as the vendor's dispatcher, which nothing calls
    void dispatch(std::string_view event, json::object const& data);
    void test(call_ptr const& call, std::function<void(json::object)> done);

private:
    void attempt(std::int64_t delivery);
    void schedule(std::int64_t delivery, int attempts_made);

    environment& env_;
};

class service final : public platform {
public:
    explicit service(environment& env);

    std::string_view name() const override { return "flowmaestro"; }
    std::uint16_t default_port() const override { return 4701; }
    void start() override;
    void serve(exchange_ptr call) override;
    response error(int status, std::string_view message) override;
    void load_fixture(std::string_view entity, json::value const& content) override;
    void reset() override;
    std::optional<json::value> control(std::string_view action, json::object const& arguments) override;
    void configure(json::object const& options) override;
    json::object configuration() const override;

private:
    struct route {
        std::string_view method;
        std::string_view path;  ///< below /api/v1; "{}" is the id
        std::vector<std::string_view> scopes;
        void (service::*handle)(call_ptr const&);
        bool stream = false;
    };
    static std::vector<route> const& routes();
    route const* find(request const& r, std::string& id) const;
    bool read_body(call_ptr const& call);
    bool check_key(call_ptr const& call, route const& to);

    void answer(call_ptr const& call, int status, json::value data);
    void answer_list(call_ptr const& call, json::array items, std::int64_t page, std::int64_t per_page, std::int64_t total);
    void fail(call_ptr const& call, api_failure const& f);
    void missing(call_ptr const& call, std::string_view resource);
    void framework(call_ptr const& call, int status, std::string_view code, std::string_view message, bool close);
    void send(call_ptr const& call, response r);
    json::object meta();
    void page_of(call_ptr const& call, std::int64_t& page, std::int64_t& per_page) const;

    void list_workflows(call_ptr const& call);
    void get_workflow(call_ptr const& call);
    void execute_workflow(call_ptr const& call);
    void list_executions(call_ptr const& call);
    void get_execution(call_ptr const& call);
    void cancel_execution(call_ptr const& call);
    void execution_events(call_ptr const& call);
    void list_agents(call_ptr const& call);
    void get_agent(call_ptr const& call);
    void create_thread(call_ptr const& call);
    void get_thread(call_ptr const& call);
    void delete_thread(call_ptr const& call);
    void list_messages(call_ptr const& call);
    void send_message(call_ptr const& call);
    void thread_events(call_ptr const& call);
    void list_knowledge_bases(call_ptr const& call);
    void get_knowledge_base(call_ptr const& call);
    void query_knowledge_base(call_ptr const& call);
    void list_triggers(call_ptr const& call);
    void execute_trigger(call_ptr const& call);
    void list_webhooks(call_ptr const& call);
    void get_webhook(call_ptr const& call);
    void create_webhook(call_ptr const& call);
    void update_webhook(call_ptr const& call);
    void delete_webhook(call_ptr const& call);
    void test_webhook(call_ptr const& call);
    void list_deliveries(call_ptr const& call);

    // Runs.
    struct run_state {
        clock::timer timer = 0;
        bool held = false;  ///< paused by hand, or waiting for input
    };
    /// Answers, where it cannot be started, and gives nothing.
    std::optional<std::string> start_run(call_ptr const& call, std::string const& workflow_id, json::value const& inputs, bool validate);
    std::string add_run(std::string const& workflow_id, json::value const& inputs);
    void take_up_runs();
    void begin_run(std::string const& id);
    void next_node(std::string const& id);
    void end_node(std::string const& id);
    void end_run(std::string const& id, std::string_view status, json::value const& outputs, std::string_view error,
                 std::string_view failed_node = {});
    void publish(std::string const& id, std::string_view event, json::object data);
    json::object run_webhook_data(std::string const& id);
    std::optional<json::object> execution_row(std::string_view id);
    json::object script_of_run(std::string_view id, std::int64_t& step);
    json::value control_run(json::object const& arguments);

    // Talks.
    struct job {
        std::string message_id;
        std::string question;
        std::vector<std::string> tokens;
        std::string reply;
        std::string failure;
        std::size_t next = 0;
        bool stream = false;
        milliseconds delay{0};
        call_ptr waiting;  ///< who waits for the whole answer
        std::string execution_id;
        std::int64_t began = 0;
    };
    struct talk_state {
        std::deque<job> jobs;
        std::vector<std::string> backlog;  ///< from the question until somebody listens
        bool keep_backlog = false;
        bool ended = false;                ///< the backlog holds the end of its message
        clock::timer forget = 0;
    };
    struct scripted_turn {
        std::optional<std::string> reply;
        std::optional<std::string> failure;
        milliseconds delay{0};
        std::int64_t count = 1;
    };
    void script_agent(json::object const& arguments);
    void take_up_jobs();
    /// Events stay for a subscriber that is still to come (wire/flowmaestro §5.3).
    void keep_backlog(std::string const& thread);
    void start_job(std::string const& thread);
    void run_job(std::string const& thread);
    void next_token(std::string const& thread);
    void end_job(std::string const& thread);
    void say(std::string const& thread, std::string_view event, json::object data);
    std::string reply_for(std::string const& agent, std::string const& question);

    // Data.
    void make_tables();
    void seed();
    void add_workflow(json::object const& w, std::int64_t created);
    void add_knowledge_base(json::object const& kb, std::int64_t created);
    bool bad_id(call_ptr const& call, std::string_view resource);
    void refresh_aliases();
    /// In the strict profile: readable ids become their fixed UUIDs, in place.
    void show_ids(json::value& v) const;
    std::string shown_id(std::string const& id) const;
    /// A call that a reset forgets, and that cannot end the program.
    std::function<void()> guarded(std::function<void()> what);
    void publish_progress(std::string const& id, std::int64_t step, std::int64_t over, std::int64_t total);

    environment& env_;
    profile_options options_;
    channels run_streams_;
    channels thread_streams_;
    webhook_sender webhooks_;
    std::map<std::string, run_state> runs_;
    std::map<std::string, talk_state> talks_;
    std::map<std::string, std::deque<scripted_turn>> scripts_;
    std::map<std::string, std::string, std::less<>> uuid_of_;  ///< by readable id
    std::map<std::string, std::string, std::less<>> id_of_;    ///< by fixed UUID
    std::uint64_t epoch_ = 0;
};

inline constexpr std::string_view webhook_event_names[] = {
    "execution.started",      "execution.completed",     "execution.failed",      "execution.cancelled",
    "thread.message.created", "thread.message.completed", "thread.message.failed", "agent.execution.started",
    "agent.execution.completed", "agent.execution.failed"};

bool is_uuid(std::string_view text);
bool is_truthy(json::value const& v);

/// The text's value, or null JSON.
json::value text_or_null(std::optional<std::string> const& text);
json::value time_or_null(row const& r, int column);

}  // namespace corun::emulator::flowmaestro
