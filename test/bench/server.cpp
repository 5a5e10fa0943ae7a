// The one server that every measured client talks to: fixed bytes over keep-alive HTTP/1.1, and an event stream with
// one chunk per event. Prints its port.
//
//   GET /api/v1/workflows/…        a workflow
//   GET /api/v1/threads/…/events      EVENTS events of about 200 bytes, as fast as the client takes them
//   GET /api/v1/executions/…/stream   the same with about 45 bytes
//   GET /tools/…/executions…          a page of 1,000 executions out of 10,000

#include <boost/asio.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

std::string answer() {
    std::string const body =
        R"({"data":{"id":"wf_bench","name":"Invoice intake","description":null,"version":4,"inputs":{"node-in-1":{"type":"text","label":"Supplier","required":true,"description":"Legal name"}},"created_at":"2026-02-11T08:00:00.000Z","updated_at":"2026-02-28T16:20:31.507Z"},"meta":{"request_id":"0a0f0c0b-9b0e-4f5e-8a50-0c9b3a8d9b11","timestamp":"2026-03-02T09:15:00.310Z"}})";
    return "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\n"
           "x-request-id: 3f0f0c0b-9b0e-4f5e-8a50-0c9b3a8d9b11\r\nx-ratelimit-limit: 60\r\nx-ratelimit-remaining: "
           "59\r\n"
           "x-ratelimit-reset: 1772442960\r\ncontent-length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chunk(std::string const& bytes) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return size + bytes + "\r\n";
}

std::string event(std::size_t n) {
    return chunk(
        "id: " + std::to_string(100000 + n % 900000) +
        "\nevent: message:token\ndata: {\"type\":\"message:token\",\"thread_id\":\"thread_7f3a\",\"message_id\":"
        "\"msg_55aa01\",\"token\":\"Hello wor\",\"index\":" +
        std::to_string(n) + "}\n\n");
}

std::string content(std::size_t) { return chunk("event: content\ndata: {\"content\":\"Hello wor\"}\n\n"); }

std::string executions() {
    std::string body = R"({"count":10000,"data":[)";
    for (int i = 0; i < 1000; ++i) {
        if (i > 0) body += ',';
        body +=
            R"({"executionId":"a2c6d0de-61a5-4d0e-9a57-6f9f0d6a)" + std::to_string(1000 + i) +
            R"(","resourceId":"k3m9x2c7v1b8n4q6w0e5r","type":"ToolExecution","status":"Succeeded","statusReason":null,)"
            R"("tool":{"key":"deeporigin.docking","version":"3.1.0"},"cluster":{"id":"3f0c8f5e-7a11-4c57-9d4e-0c6f1b2a9e01"},)"
            R"("orgKey":"acme-bio","createdBy":"5d0b3b52-0000-4000-8000-000000000001","createdAt":"2026-05-07T15:13:25.254Z",)"
            R"("updatedAt":"2026-05-07T15:15:31.000Z","startedAt":"2026-05-07T15:14:03.000Z","completedAt":"2026-05-07T15:15:30.000Z",)"
            R"("name":"demo run","userInputs":{"ligands":[{"id":"L1","smiles":"CCO"}]},"userOutputs":{},)"
            R"("jobOutputs":{"poses":[{"ligand_id":"L1","binding_energy":-6.1}]},"metadata":{"campaign":"demo"},"approveAmount":null,)"
            R"("quotationResult":null,"billingTransaction":null,"progressReport":null,"app":"cpp-client","session":"S1","projectId":"09DEM0PR0JECT"})";
    }
    body += "]}";
    return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

class session : public std::enable_shared_from_this<session> {
public:
    session(tcp::socket socket, std::size_t events) : socket_(std::move(socket)), events_(events) {
        socket_.set_option(tcp::no_delay(true));
    }
    void read() {
        socket_.async_read_some(asio::buffer(in_), [self = shared_from_this()](auto ec, std::size_t n) {
            if (!ec) self->got(n);
        });
    }

private:
    void got(std::size_t n) {
        pending_.append(in_, n);
        out_.clear();
        bool stream = false;
        for (std::size_t end; (end = pending_.find("\r\n\r\n")) != std::string::npos;) {
            auto const line = pending_.substr(0, pending_.find("\r\n"));
            small_ = line.find("/stream") != std::string::npos;
            stream = small_ || line.find("/events") != std::string::npos;
            static std::string const page = executions();
            bool const list = line.find("/tools/") != std::string::npos;
            out_ += list ? page
                    : stream
                        ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        : answer_;
            pending_.erase(0, end + 4);
        }
        if (out_.empty()) return read();
        sent_ = stream ? 0 : events_;
        write();
    }
    void write() {
        asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](auto ec, std::size_t) {
            if (ec) return;
            if (self->sent_ >= self->events_) return self->read();
            self->out_.clear();
            while (self->sent_ < self->events_ && self->out_.size() < 60'000)
                self->out_ += self->small_ ? content(self->sent_++) : event(self->sent_++);
            if (self->sent_ == self->events_ && self->small_)
                self->out_ += chunk("event: done\ndata: {\"token_usage\":{}}\n\n") + "0\r\n\r\n";
            else if (self->sent_ == self->events_)
                self->out_ +=
                    chunk("event: message:completed\ndata: {\"type\":\"message:completed\",\"thread_id\":\"t\","
                          "\"message_id\":\"msg_55aa01\",\"content\":\"\"}\n\n") +
                    "0\r\n\r\n";
            self->write();
        });
    }

    tcp::socket socket_;
    std::size_t events_, sent_ = 0;
    bool small_ = false;
    char in_[16 * 1024];
    std::string pending_, out_;
    std::string const answer_ = answer();
};

}  // namespace

int main(int argc, char** argv) {
    std::size_t const events = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
    asio::io_context io(1);
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    std::cout << acceptor.local_endpoint().port() << std::endl;
    std::function<void()> const accept = [&] {
        acceptor.async_accept([&](auto ec, tcp::socket socket) {
            if (!ec) std::make_shared<session>(std::move(socket), events)->read();
            accept();
        });
    };
    accept();
    io.run();
}
