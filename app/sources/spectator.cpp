#include "app/sources/spectator.h"

#include <utility>

namespace lab::sources {
namespace {

constexpr auto told_limit = std::chrono::seconds(1);
constexpr auto look_interval = std::chrono::seconds(1);

}  // namespace

Spectator::Spectator(host::asio::io_context& io, ClusterDirectory directory, OnEvent on_event)
    : io_(io),
      on_event_(std::move(on_event)),
      faults_([this](const auto& fault, Instant at) { tell(no_node, fault, at, {}); }),
      limit_timer_(io),
      look_timer_(io) {
  for (const auto& files : directory.brokers()) {
    LiveBroker::Surroundings surroundings;
    surroundings.owns_directory = false;
    surroundings.on_event = [this](const trace::Event& event) { see(event); };
    surroundings.tell = [this](NodeId node, trace::Payload payload, Instant at, Duration within) {
      const bool ended = std::holds_alternative<trace::ProcessExited>(payload);
      tell(node, std::move(payload), at, within);
      if (ended) faults_.gone(node, at);
    };
    surroundings.on_fault = [this](NodeId host, const trace::FaultChanged& fault, Instant at) {
      faults_.said(host, fault, at);
    };
    brokers_[files.id] = std::make_unique<LiveBroker>(io, files, std::move(surroundings));
  }
}

void Spectator::start(std::function<void(int listening)> told) {
  told_ = std::move(told);
  for (auto& [id, broker] : brokers_) {
    if (broker->adopt_running()) {
      awaited_.insert(id);
    } else {
      broker->tell_last_exit();
    }
  }
  listening_ = static_cast<int>(awaited_.size());
  limit_timer_.expires_after(told_limit);
  limit_timer_.async_wait([this](const host::error_code& cancelled) {
    if (cancelled) return;
    awaited_.clear();
    check_told();
  });
  look_later();
  host::asio::post(io_, [this] { check_told(); });
}

void Spectator::tell(NodeId node, trace::Payload payload, Instant at, Duration within) {
  trace::Event event;
  event.number = next_event_++;
  event.at = at;
  event.node = node;
  event.payload = std::move(payload);
  event.within = within;
  see(event);
}

void Spectator::see(const trace::Event& event) {
  on_event_(event);
  if (!std::holds_alternative<trace::SnapshotEnd>(event.payload)) return;
  awaited_.erase(event.node);
  check_told();
}

void Spectator::check_told() {
  if (!awaited_.empty() || !told_) return;
  limit_timer_.cancel();
  for (auto& [id, broker] : brokers_) broker->look(look_interval);
  std::exchange(told_, nullptr)(listening_);
}

void Spectator::look_later() {
  look_timer_.expires_after(look_interval);
  look_timer_.async_wait([this](const host::error_code& cancelled) {
    if (cancelled) return;
    for (auto& [id, broker] : brokers_) broker->look(look_interval);
    look_later();
  });
}

}  // namespace lab::sources
