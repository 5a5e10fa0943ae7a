// Agents and threads: answers that come in tokens (wire/flowmaestro §3.3, §3.4, §5.3).

#include "platforms/flowmaestro/emulator/flowmaestro.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <stdexcept>

namespace corun::emulator::flowmaestro {

namespace {

constexpr milliseconds token_delay(15);
constexpr milliseconds longest_answer(120'000);
constexpr milliseconds backlog_life(60'000);

// Words with the space before them; long ones in halves, never within a code point.
std::vector<std::string> tokens_of(std::string const& text) {
    std::vector<std::string> tokens;
    std::string current;
    auto const is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    std::size_t points = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_start(text[i])) {
            bool const space = text[i] == ' ' || text[i] == '\n';
            if (!current.empty() && (space || points >= 6)) {
                tokens.push_back(std::move(current));
                current.clear();
                points = 0;
            }
            ++points;
        }
        current += text[i];
    }
    if (!current.empty()) tokens.push_back(std::move(current));
    return tokens;
}

std::int64_t token_count(std::string const& text) {
    auto const points =
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    return (points + 3) / 4;
}

json::object usage_of(std::string const& question, std::string const& reply) {
    auto const in = token_count(question);
    auto const out = token_count(reply);
    return {{"prompt_tokens", in}, {"completion_tokens", out}, {"total_tokens", in + out}};
}

}  // namespace

void service::list_agents(call_ptr const& call) {
    std::int64_t page = 1, per_page = 20;
    page_of(call, page, per_page);
    json::array items;
    env_.db().query(
        "SELECT id, name, description, model, provider, created_at, updated_at FROM fm_agents ORDER BY created_at "
        "DESC, rowid DESC LIMIT ? OFFSET ?",
        [&](row const& r) {
            items.push_back(json::object{{"id", r.text(0)}, {"name", r.text(1)},
                {"description", text_or_null(r.optional_text(2))}, {"model", r.text(3)}, {"provider", r.text(4)},
                {"created_at", time_or_null(r, 5)}, {"updated_at", time_or_null(r, 6)}});
        },
        per_page, (page - 1) * per_page);
    answer_list(call, std::move(items), page, per_page, env_.db().number("SELECT count(*) FROM fm_agents").value_or(0));
}

void service::get_agent(call_ptr const& call) {
    if (bad_id(call, "Agent")) return;
    json::object found;
    env_.db().query(
        "SELECT id, name, description, model, provider, system_prompt, temperature, max_tokens, tools, created_at, "
        "updated_at FROM fm_agents WHERE id = ?",
        [&](row const& r) {
            found = {{"id", r.text(0)}, {"name", r.text(1)}, {"description", text_or_null(r.optional_text(2))},
                {"model", r.text(3)}, {"provider", r.text(4)}, {"system_prompt", r.text(5)}, {"temperature", r.real(6)},
                {"max_tokens", r.integer(7)}, {"available_tools", r.parsed(8)}, {"created_at", time_or_null(r, 9)},
                {"updated_at", time_or_null(r, 10)}};
        },
        call->id);
    if (found.empty()) return missing(call, "Agent");
    answer(call, 200, found);
}

void service::create_thread(call_ptr const& call) {
    if (bad_id(call, "Agent")) return;
    if (env_.db().number("SELECT count(*) FROM fm_agents WHERE id = ?", call->id).value_or(0) == 0)
        return missing(call, "Agent");
    auto const* const body = call->body.if_object();
    auto const* const metadata = body != nullptr ? body->if_contains("metadata") : nullptr;
    auto const id = env_.uuid();
    auto const now = env_.time().unix_ms();
    bool const kept = metadata != nullptr && metadata->is_object();
    env_.db().run("INSERT INTO fm_threads (id, agent_id, status, title, metadata, created_at, updated_at) VALUES (?, "
                  "?, 'active', NULL, ?, ?, ?)",
        id, call->id, kept ? std::optional(json::serialize(*metadata)) : std::nullopt, now, now);
    json::object data{{"id", id}, {"agent_id", call->id}, {"status", "active"}, {"created_at", clock::iso(now)}};
    if (!options_.strict) data["metadata"] = kept ? *metadata : json::value(nullptr);
    answer(call, 201, std::move(data));
}

void service::get_thread(call_ptr const& call) {
    if (bad_id(call, "Thread")) return;
    json::object found;
    env_.db().query(
        "SELECT id, agent_id, status, title, metadata, created_at, updated_at, last_message_at, "
        "(SELECT count(*) FROM fm_messages m WHERE m.thread_id = t.id) FROM fm_threads t WHERE id = ? AND status <> "
        "'deleted'",
        [&](row const& r) {
            found = {{"id", r.text(0)}, {"agent_id", r.text(1)}, {"status", r.text(2)},
                {"title", text_or_null(r.optional_text(3))}};
            if (!options_.strict) {
                found["metadata"] = r.parsed(4);
                found["message_count"] = r.integer(8);
            }
            found["created_at"] = time_or_null(r, 5);
            found["updated_at"] = time_or_null(r, 6);
            found["last_message_at"] = time_or_null(r, 7);
        },
        call->id);
    if (found.empty()) return missing(call, "Thread");
    answer(call, 200, found);
}

void service::delete_thread(call_ptr const& call) {
    if (bad_id(call, "Thread")) return;
    if (env_.db().run("UPDATE fm_threads SET status = 'deleted' WHERE id = ? AND status <> 'deleted'", call->id) == 0)
        return missing(call, "Thread");
    answer(call, 200, json::object{{"id", call->id}, {"deleted", true}});
}

void service::list_messages(call_ptr const& call) {
    if (bad_id(call, "Thread")) return;
    if (env_.db()
            .number("SELECT count(*) FROM fm_threads WHERE id = ? AND status <> 'deleted'", call->id)
            .value_or(0) == 0)
        return missing(call, "Thread");
    std::int64_t page = 1, per_page = 20;
    page_of(call, page, per_page);
    bool const array = options_.messages_array;
    json::array items;
    env_.db().query(
        "SELECT id, role, content, tool_calls, created_at FROM fm_messages WHERE thread_id = ? ORDER BY rowid LIMIT ? "
        "OFFSET ?",
        [&](row const& r) {
            json::object m{{"id", r.text(0)}, {"role", r.text(1)}, {"content", r.text(2)}, {"tool_calls", r.parsed(3)},
                {"created_at", time_or_null(r, 4)}};
            if (array) m["thread_id"] = call->id;
            items.push_back(std::move(m));
        },
        call->id, array ? per_page : 1000, array ? (page - 1) * per_page : 0);
    if (!array) return answer(call, 200, json::object{{"messages", std::move(items)}});
    answer_list(call, std::move(items), page, per_page,
        env_.db().number("SELECT count(*) FROM fm_messages WHERE thread_id = ?", call->id).value_or(0));
}

void service::send_message(call_ptr const& call) {
    auto const* const body = call->body.if_object();
    auto const* const content = body != nullptr ? body->if_contains("content") : nullptr;
    if (content == nullptr || !content->is_string() || content->get_string().empty())
        return fail(call, {400, "validation_error", "content is required"});
    if (bad_id(call, "Thread")) return;
    std::string agent, agent_name;
    env_.db().query(
        "SELECT t.agent_id, a.name FROM fm_threads t LEFT JOIN fm_agents a ON a.id = t.agent_id WHERE t.id = ? AND "
        "t.status <> 'deleted'",
        [&](row const& r) {
            agent = r.text(0);
            agent_name = r.text(1);
        },
        call->id);
    if (agent.empty()) return missing(call, "Thread");
    if (agent_name.empty()) return fail(call, {500, "internal_error", "the agent is gone"});
    auto const* const asked = body->if_contains("stream");
    bool const stream = asked != nullptr && is_truthy(*asked);
    if (stream && options_.strict) return fail(call, {501, "not_implemented", "no streaming here"});

    std::string const question(content->get_string());
    auto const now = env_.time().unix_ms();
    auto const user_message = env_.uuid();
    env_.db().run("INSERT INTO fm_messages (id, thread_id, role, content, created_at) VALUES (?, ?, 'user', ?, ?)",
        user_message, call->id, question, now);
    env_.db().run("UPDATE fm_threads SET last_message_at = ?, updated_at = ? WHERE id = ?", now, now, call->id);
    webhooks_.dispatch("thread.message.created",
        json::object{{"thread_id", call->id}, {"message_id", user_message}, {"agent_id", agent},
            {"agent_name", agent_name}, {"role", "user"}, {"content", question}});
    job j;
    j.message_id = env_.uuid();
    j.execution_id = env_.uuid();
    j.question = question;
    j.stream = stream;
    if (auto const scripted = scripts_.find(agent); scripted != scripts_.end() && !scripted->second.empty()) {
        auto& turn = scripted->second.front();
        if (turn.reply) j.reply = *turn.reply;
        if (turn.failure) j.failure = *turn.failure;
        j.delay = turn.delay;
        if (--turn.count <= 0) scripted->second.pop_front();
    }
    if (j.reply.empty()) j.reply = reply_for(agent, question);
    j.tokens = tokens_of(j.reply);
    env_.db().run("INSERT INTO fm_jobs (message_id, thread_id, execution_id, question, reply, failure, delay, stream) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        j.message_id, call->id, j.execution_id, j.question, j.reply, j.failure, j.delay.count(), stream);
    auto& talk = talks_[call->id];
    if (stream) {
        keep_backlog(call->id);
        answer(
            call, 202, json::object{{"message_id", j.message_id}, {"thread_id", call->id}, {"status", "processing"}});
    } else {
        j.waiting = call;
        auto limit = longest_answer;
        if (auto const* given = body->if_contains("timeout"))
            limit = milliseconds(given->is_number()
                                     ? std::clamp<std::int64_t>(static_cast<std::int64_t>(std::clamp(
                                                                    given->to_number<double>(), 0.0, 120'000.0)),
                                           0, limit.count())
                                     : 0);
        env_.time().after_real(limit, guarded([this, weak = std::weak_ptr(call)] {
            if (auto const waiting = weak.lock()) fail(waiting, {408, "timeout", "the agent has not answered in time"});
        }));
    }
    talk.jobs.push_back(std::move(j));
    if (talk.jobs.size() == 1) start_job(call->id);
}

void service::keep_backlog(std::string const& thread) {
    auto& talk = talks_[thread];
    talk.keep_backlog = true;
    talk.ended = false;
    env_.time().cancel(talk.forget);
    talk.forget = env_.time().after_real(backlog_life, guarded([this, thread] {
        talks_[thread].backlog.clear();
        talks_[thread].keep_backlog = false;
    }));
}

void service::script_agent(json::object const& arguments) {
    scripted_turn s;
    std::string agent;
    for (auto const& member : arguments) {
        std::string_view const name = member.key();
        auto const& v = member.value();
        if (name == "agent_id" && v.is_string())
            agent = v.get_string();
        else if (name == "reply" && v.is_string())
            s.reply = std::string(v.get_string());
        else if (name == "fail" && v.is_string())
            s.failure = std::string(v.get_string());
        else if (name == "delay_ms" && v.is_int64() && v.get_int64() >= 0)
            s.delay = milliseconds(v.get_int64());
        else if (name == "count" && v.is_int64() && v.get_int64() > 0)
            s.count = v.get_int64();
        else
            throw std::runtime_error("agent: " + std::string(name) + " is not known, or not what it should be");
    }
    if (env_.db().number("SELECT count(*) FROM fm_agents WHERE id = ?", agent).value_or(0) == 0)
        throw std::runtime_error("agent: no such agent_id");
    scripts_[agent].push_back(std::move(s));
}

void service::take_up_jobs() {
    std::vector<std::string> threads;
    env_.db().query(
        "SELECT message_id, thread_id, execution_id, question, reply, failure, delay, stream FROM fm_jobs ORDER BY seq",
        [&](row const& r) {
            job j;
            j.message_id = r.text(0);
            j.execution_id = r.text(2);
            j.question = r.text(3);
            j.reply = r.text(4);
            j.failure = r.text(5);
            j.delay = milliseconds(r.integer(6));
            j.stream = r.integer(7) != 0;
            j.tokens = tokens_of(j.reply);
            auto const thread = r.text(1);
            if (j.stream) keep_backlog(thread);
            talks_[thread].jobs.push_back(std::move(j));
            if (talks_[thread].jobs.size() == 1) threads.push_back(thread);
        });
    for (auto const& thread : threads) start_job(thread);
}

// The delay of a script is real time, so that it can outlast the client's patience at any speed.
void service::start_job(std::string const& thread) {
    env_.time().after_real(talks_[thread].jobs.front().delay, guarded([this, thread] { run_job(thread); }));
}

void service::run_job(std::string const& thread) {
    auto& j = talks_[thread].jobs.front();
    j.began = env_.time().unix_ms();
    say(thread, "message:started", json::object{{"message_id", j.message_id}});
    json::object data{{"thread_id", thread}};
    env_.db().query(
        "SELECT a.id, a.name FROM fm_threads t JOIN fm_agents a ON a.id = t.agent_id WHERE t.id = ?",
        [&](row const& r) {
            data["agent_id"] = r.text(0);
            data["agent_name"] = r.text(1);
        },
        thread);
    data["status"] = "running";
    data["started_at"] = clock::iso(j.began);
    webhooks_.dispatch("agent.execution.started", data);
    env_.time().after(token_delay, guarded([this, thread] { next_token(thread); }));
}

void service::next_token(std::string const& thread) {
    auto& j = talks_[thread].jobs.front();
    // A scripted failure comes in the middle of the answer.
    bool const fails = !j.failure.empty() && j.next * 2 >= j.tokens.size();
    if (j.next == j.tokens.size() || fails) return end_job(thread);
    say(thread, "message:token",
        json::object{{"message_id", j.message_id}, {"token", j.tokens[j.next]}, {"index", j.next}});
    ++j.next;
    env_.time().after(token_delay, guarded([this, thread] { next_token(thread); }));
}

void service::end_job(std::string const& thread) {
    auto& talk = talks_[thread];
    job const j = std::move(talk.jobs.front());
    talk.jobs.pop_front();
    env_.db().run("DELETE FROM fm_jobs WHERE message_id = ?", j.message_id);
    auto const now = env_.time().unix_ms();
    json::object about{{"thread_id", thread}};
    env_.db().query(
        "SELECT a.id, a.name FROM fm_threads t JOIN fm_agents a ON a.id = t.agent_id WHERE t.id = ?",
        [&](row const& r) {
            about["agent_id"] = r.text(0);
            about["agent_name"] = r.text(1);
        },
        thread);
    auto const report = [&](std::string_view message_event, std::string_view run_event, std::string_view status) {
        json::object message{{"thread_id", thread}, {"message_id", j.message_id}, {"agent_id", about["agent_id"]},
            {"agent_name", about["agent_name"]}, {"role", "assistant"},
            {"content", j.failure.empty() ? j.reply : std::string()}, {"status", status}};
        json::object run{{"thread_id", thread}, {"agent_id", about["agent_id"]}, {"agent_name", about["agent_name"]},
            {"status", status}, {"started_at", clock::iso(j.began)}, {"completed_at", clock::iso(now)}};
        if (!j.failure.empty()) message["error"] = run["error"] = j.failure;
        webhooks_.dispatch(message_event, message);
        webhooks_.dispatch(run_event, run);
    };
    if (!j.failure.empty()) {
        say(thread, "message:failed", json::object{{"message_id", j.message_id}, {"error", j.failure}});
        if (j.waiting) fail(j.waiting, {500, "execution_failed", j.failure});
        report("thread.message.failed", "agent.execution.failed", "failed");
    } else {
        env_.db().run(
            "INSERT INTO fm_messages (id, thread_id, role, content, created_at) VALUES (?, ?, 'assistant', ?, ?)",
            j.message_id, thread, j.reply, now);
        env_.db().run("UPDATE fm_threads SET last_message_at = ?, updated_at = ? WHERE id = ?", now, now, thread);
        say(thread, "message:completed",
            json::object{{"message_id", j.message_id}, {"content", j.reply}, {"usage", usage_of(j.question, j.reply)}});
        if (j.waiting) {
            json::object data{{"execution_id", j.execution_id}, {"thread_id", thread}, {"status", "completed"},
                {"message", json::object{{"role", "assistant"}, {"content", j.reply}, {"tool_calls", nullptr},
                                {"created_at", clock::iso(now)}}},
                {"iterations", 1}, {"tool_calls_count", 0}};
            if (!options_.strict) {
                data["id"] = data["message_id"] = j.message_id;
                data["role"] = "assistant";
                data["content"] = j.reply;
                data["tool_calls"] = nullptr;
                data["usage"] = usage_of(j.question, j.reply);
                data["created_at"] = clock::iso(now);
            }
            answer(j.waiting, 200, std::move(data));
        }
        report("thread.message.completed", "agent.execution.completed", "completed");
    }
    if (talk.jobs.empty()) {
        if (thread_streams_.any(thread)) {
            thread_streams_.close_soon(thread);
            talk.backlog.clear();
            talk.keep_backlog = false;
        } else {
            talk.ended = true;
        }
    } else {
        start_job(thread);
    }
}

void service::say(std::string const& thread, std::string_view event, json::object data) {
    if (options_.strict) return;
    auto& talk = talks_[thread];
    json::object out;
    if (options_.event_type) out["type"] = event;
    out["thread_id"] = thread;
    for (auto const& member : data) out[member.key()] = member.value();
    auto block = event_block(event, out);
    thread_streams_.send(thread, block);
    if (talk.keep_backlog) talk.backlog.push_back(std::move(block));
}

void service::thread_events(call_ptr const& call) {
    if (env_.db()
            .number("SELECT count(*) FROM fm_threads WHERE id = ? AND status <> 'deleted'", call->id)
            .value_or(0) == 0)
        return missing(call, "Thread");
    thread_streams_.open(call->id, call, options_.keepalive);
    json::object connected;
    if (options_.event_type) connected["type"] = "connected";
    connected["thread_id"] = call->id;
    call->exchange->write(event_block("connected", connected));
    auto& talk = talks_[call->id];
    auto const backlog = std::exchange(talk.backlog, {});
    talk.keep_backlog = false;
    env_.time().cancel(talk.forget);
    for (auto const& block : backlog) call->exchange->write(block);
    if (!backlog.empty() && talk.ended && talk.jobs.empty()) thread_streams_.close_soon(call->id);
    talk.ended = false;
}

std::string service::reply_for(std::string const& agent, std::string const& question) {
    std::optional<std::string> own;
    env_.db().query("SELECT reply FROM fm_agents WHERE id = ?", [&](row const& r) { own = r.optional_text(0); }, agent);
    if (own) {
        constexpr std::string_view mark = "{{question}}";
        if (auto const at = own->find(mark); at != std::string::npos) own->replace(at, mark.size(), question);
        return *own;
    }
    std::size_t cut = std::min<std::size_t>(question.size(), 60);
    while (cut < question.size() && cut > 0 && (static_cast<unsigned char>(question[cut]) & 0xC0) == 0x80) --cut;
    std::string const subject = question.substr(0, cut) + (cut < question.size() ? "…" : "");
    if (agent == "agent_writer")
        return "Ein leiser Wind weht über den Fluß,\nla lumière danse, un dernier salut;\n雨の音, a small café at "
               "night —\n"
               "and every word we wrote was light. ☕✨";
    if (agent == "agent_analyst")
        return "Here is what the numbers say. Orders rose 12 % on last week, returns fell to 2.1 %, and the average "
               "basket grew to 48.20 €. "
               "The rise comes from two regions; without them the week was flat. I would look at stock in the north "
               "first.";
    return "Thank you for your question. You asked: \"" + subject +
           "\". I looked it up: everything is in order, and the parcel reaches you tomorrow before noon. "
           "Is there anything else that I can do for you today?";
}

}  // namespace corun::emulator::flowmaestro
