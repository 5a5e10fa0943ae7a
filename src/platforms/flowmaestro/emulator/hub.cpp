#include "platforms/flowmaestro/emulator/hub.hpp"

#include <algorithm>

namespace corun::emulator::fm {

void stream::begin() {
    pairs headers;
    headers.emplace_back("Content-Type", "text/event-stream");
    headers.emplace_back("Cache-Control", "no-cache");
    headers.emplace_back("Connection", "keep-alive");
    headers.emplace_back("X-Accel-Buffering", "no");
    to_->on_gone([weak = weak_from_this()] {
        auto const self = weak.lock();
        if (!self) return;
        self->stop_keep_alive();
        if (auto const call = std::exchange(self->released, nullptr)) call();
    });
    to_->begin_stream(200, std::move(headers));
    keep_alive();
}

void stream::keep_alive() {
    if (core_.options.keepalive_ms <= 0) return;
    keep_alive_ = core_.later_real(core_.options.keepalive_ms, [weak = weak_from_this()] {
        auto const self = weak.lock();
        if (!self || self->to_->gone()) return;
        self->to_->write(": keepalive\n\n");
        self->keep_alive();
    });
}

void stream::stop_keep_alive() { core_.env.time().cancel(std::exchange(keep_alive_, 0)); }

void stream::send(std::string_view name, json::object const& data) {
    if (!open()) return;
    std::string block = "event: ";
    block += name;
    block += "\ndata: ";
    block += serialized(data);
    block += "\n\n";
    to_->write(block);
}

void stream::end_soon() {
    if (std::exchange(ending_, true)) return;
    core_.later(core_.options.close_after_ms, [self = shared_from_this()] { self->end_now(); });
}

void stream::end_now() {
    ending_ = true;
    stop_keep_alive();
    to_->finish();
}

void hub::join(std::string const& topic, std::shared_ptr<stream> const& s) {
    topics_[topic].push_back(s);
    s->released = [this, topic, raw = s.get()] { leave(topic, raw); };
}

void hub::leave(std::string const& topic, stream const* s) {
    auto const found = topics_.find(topic);
    if (found == topics_.end()) return;
    std::erase_if(found->second, [&](auto const& one) { return one.get() == s; });
    if (found->second.empty()) topics_.erase(found);
}

std::size_t hub::publish(std::string const& topic, std::string_view name, json::object const& data) {
    auto const found = topics_.find(topic);
    if (found == topics_.end()) return 0;
    auto const list = found->second;
    std::size_t reached = 0;
    for (auto const& s : list) {
        if (!s->open()) continue;
        s->send(name, data);
        ++reached;
    }
    return reached;
}

std::size_t hub::watching(std::string const& topic) const {
    auto const found = topics_.find(topic);
    if (found == topics_.end()) return 0;
    return static_cast<std::size_t>(std::count_if(found->second.begin(), found->second.end(), [](auto const& s) { return s->open(); }));
}

void hub::end(std::string const& topic) {
    auto const found = topics_.find(topic);
    if (found == topics_.end()) return;
    auto const list = std::move(found->second);
    topics_.erase(found);
    for (auto const& s : list) {
        s->released = nullptr;
        s->end_soon();
    }
}

void hub::drop() {
    auto const all = std::move(topics_);
    topics_.clear();
    for (auto const& [topic, list] : all) {
        for (auto const& s : list) {
            s->released = nullptr;
            s->end_now();
        }
    }
}

}  // namespace corun::emulator::fm
