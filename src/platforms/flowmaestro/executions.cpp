#include <corun/flowmaestro/executions.hpp>

#include "call/poll_schedule.hpp"
#include "platforms/flowmaestro/event_reader.hpp"
#include "platforms/flowmaestro/wire.hpp"
#include "stream/event_pump.hpp"

#include <string>

namespace corun::flowmaestro {

using corun::detail::call_access;
using corun::detail::make_call;
using corun::detail::operation;
using corun::detail::perform;
using corun::detail::stream_driver;

namespace {

request get_request(std::string_view operation_name, std::string_view id) {
    return request(operation_name, "GET", "/executions/{}", id);
}

asio::awaitable<execution> wait(std::shared_ptr<operation> op, std::string id, wait_options options) {
    auto& time = *op->core->time;
    poll_schedule const schedule(time.now(), options.poll_interval, options.timeout);
    while (true) {
        auto const began = time.now();
        co_await perform(op);
        execution run;
        read_data(*op, run);
        if (is_terminal(run.status)) co_return run;
        auto const again = schedule.next(began, time.now());
        if (!again)
            op->raise(op->make_failure(errc::timeout, error_kind::timeout, phase::total,
                                       "execution " + id + " has not ended within " +
                                           std::to_string(options.timeout.count()) + " ms; it is " +
                                           std::string(run.status.text())));
        auto const ec = co_await time.sleep_until(*again);
        if (ec) {
            failure f = op->make_failure(errc::timeout, error_kind::other, phase::backoff, "cancelled");
            f.code = ec;
            op->raise(std::move(f));
        }
    }
}

// Live events, and the run's record where they fail to come (wire/flowmaestro §5.2).
class run_script final : public corun::detail::stream_script<execution_event> {
public:
    run_script(core_ptr core, std::string_view id, std::chrono::milliseconds watchdog, call_options how)
        : core_(std::move(core)), id_(id), watchdog_(watchdog), how_(std::move(how)) {}

    asio::awaitable<void> open(stream_driver& driver, std::deque<execution_event>&) override {
        request req("executions.stream", "GET", "/executions/{}/events", id_);
        req.accept("text/event-stream").header("Cache-Control", "no-cache");
        auto const op = std::make_shared<operation>(core_, std::move(req), how_);
        co_await driver.open(op);
    }

    void decode(sse::event_view const& event, std::optional<execution_event>& out) override {
        if (!out) out.emplace();
        reader_.read(event, *out);
        std::visit(
            [&](auto& e) {
                if constexpr (requires { e.execution_id; })
                    if (e.execution_id.empty()) e.execution_id = id_;
            },
            *out);
    }

    bool terminal(execution_event const& event) const override { return is_terminal(event); }
    std::chrono::milliseconds quiet_interval() const override { return watchdog_; }
    asio::awaitable<std::optional<execution_event>> on_quiet() override { return look_up(); }
    asio::awaitable<std::optional<execution_event>> on_end() override { return look_up(); }

private:
    // A look-up that fails says nothing about the stream.
    asio::awaitable<std::optional<execution_event>> look_up() {
        auto const op = std::make_shared<operation>(core_, get_request("executions.stream", id_), how_);
        try {
            co_await perform(op);
            execution run;
            read_data(*op, run);
            if (is_terminal(run.status)) co_return synthesize(run);
        } catch (corun::error const& e) {
            if (e.code() == asio::error::operation_aborted || e.code() == errc::client_closed) throw;
        }
        co_return std::nullopt;
    }

    core_ptr core_;
    std::string id_;
    std::chrono::milliseconds watchdog_;
    call_options how_;
    event_reader reader_;
};

}  // namespace

pager<execution, page<execution>> executions::list(execution_list_options const& options, call_options const& how) const {
    list_rules<execution> rules;
    rules.ask = [workflow_id = std::string(options.workflow_id), status = std::string(options.status.text())] {
        request req("executions.list", "GET", "/executions");
        if (!workflow_id.empty()) req.query("workflow_id", std::string_view(workflow_id));
        if (!status.empty()) req.query("status", std::string_view(status));
        return req;
    };
    rules.while_full = true;
    return make_pager<execution>(core_, how, options.page, options.per_page, std::move(rules));
}

call<execution> executions::get(std::string_view id, call_options const& how) const {
    return make_call<execution>(core_, get_request("executions.get", id), how, &read_data<execution>);
}

call<execution> executions::wait_for_completion(std::string_view id, wait_options const& options,
                                                call_options const& how) const {
    auto req = get_request("executions.wait_for_completion", id);
    req.require(options.poll_interval.count() > 0, "poll_interval is not above zero");
    req.require(options.timeout.count() >= 0, "timeout is negative");
    auto const op = std::make_shared<operation>(core_, std::move(req), how);
    return call_access::make<execution>(wait(op, std::string(id), options), op);
}

event_stream<execution_event> executions::stream(std::string_view id, call_options const& how) const {
    return corun::detail::make_stream<execution_event>(core_, std::make_unique<run_script>(core_, id, watchdog_, how));
}

call<cancel_result> executions::cancel(std::string_view id, call_options const& how) const {
    return make_call<cancel_result>(core_, request("executions.cancel", "POST", "/executions/{}/cancel", id), how,
                                    &read_data<cancel_result>);
}

}  // namespace corun::flowmaestro
