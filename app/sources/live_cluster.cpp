#include "app/sources/live_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/sources/port_pairs.h"
#include "engine/host/clock.h"

namespace lab::sources {
namespace {

constexpr auto look_interval = std::chrono::seconds(1);
// Of the two seconds in which everything ends; what then still runs is killed.
constexpr auto stop_patience = std::chrono::milliseconds(1400);
constexpr auto kill_patience = std::chrono::seconds(5);

std::string past_tense(NodeAction action) {
  switch (action) {
    case NodeAction::start:
      return "started";
    case NodeAction::stop:
      return "is stopping";
    case NodeAction::kill:
      return "killed";
    case NodeAction::freeze:
      return "frozen";
    case NodeAction::thaw:
      return "thawed";
  }
  return "";
}

}  // namespace

std::string beside_own_executable(const std::string& name) {
  std::error_code error;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? name : (own.parent_path() / name).string();
}

LiveCluster::LiveCluster(host::asio::io_context& io, ClusterDirectory directory,
                         std::string brokerd, Handlers handlers)
    : io_(io),
      directory_(std::move(directory)),
      brokerd_(std::move(brokerd)),
      handlers_(std::move(handlers)),
      look_timer_(io),
      end_timer_(io) {
  for (const auto& files : directory_.brokers()) add(files);
  look_later();
}

LiveCluster::~LiveCluster() = default;

void LiveCluster::add(const BrokerFiles& files) {
  LiveBroker::Surroundings surroundings;
  surroundings.brokerd = brokerd_;
  surroundings.on_event = [this](const trace::Event& event) { publish(event); };
  surroundings.tell = [this](NodeId node, trace::Payload payload, Instant at, Duration within) {
    tell(node, std::move(payload), at, within);
  };
  brokers_[files.id] = std::make_unique<LiveBroker>(io_, files, std::move(surroundings));
}

Result<> LiveCluster::start_all() {
  std::vector<std::uint16_t> ports;
  std::vector<LiveBroker*> to_start;
  for (auto& [id, broker] : brokers_) {
    if (broker->adopt_running()) continue;
    to_start.push_back(broker.get());
    const auto& files = *directory_.broker(id);
    ports.push_back(files.port);
    ports.push_back(files.controller_port);
  }
  if (auto free = check_ports(ports, static_cast<int>(brokers_.size())); !free) return free;
  for (auto* broker : to_start) {
    const auto& files = *directory_.broker(broker->files().id);
    if (auto started = broker->start(files); !started) return started;
  }
  return {};
}

Answer LiveCluster::carry_out(const NodeCommand& command) {
  LiveBroker* broker = find(command.node);
  if (broker == nullptr) return no_broker(command.node);
  Result<> done;
  switch (command.action) {
    case NodeAction::start:
      directory_.read_again(command.node);
      done = broker->start(*directory_.broker(command.node));
      break;
    case NodeAction::stop:
      done = broker->stop();
      break;
    case NodeAction::kill:
      done = broker->kill();
      break;
    case NodeAction::freeze:
      done = broker->freeze();
      break;
    case NodeAction::thaw:
      done = broker->thaw();
      break;
  }
  if (!done) return done.error();
  return fmt::format("broker {} {}", command.node, past_tense(command.action));
}

Error LiveCluster::no_broker(NodeId id) const {
  return Error{fmt::format("there is no broker {}: this cluster has 1 to {}", id, brokers_.size())};
}

Answer LiveCluster::carry_out(const PropertyCommand& command) {
  const LiveBroker* broker = find(command.node);
  if (broker == nullptr) return no_broker(command.node);
  return directory_.change(command, broker->running());
}

Answer LiveCluster::carry_out(const FilesCommand& command) {
  const LiveBroker* broker = find(command.node);
  if (broker == nullptr) return no_broker(command.node);
  switch (command.action) {
    case FilesAction::reset_properties:
      return directory_.reset_properties(command.node);
    case FilesAction::format:
      return directory_.format(command.node);
    case FilesAction::wipe:
      break;
  }
  if (!broker->running()) return directory_.wipe(command.node);
  return Error{
      fmt::format("broker {0} runs: its log directory can be wiped when it is down (kill {0} or "
                  "stop {0})",
                  command.node)};
}

Answer LiveCluster::add_broker() {
  const auto id = directory_.add();
  if (!id) return id.error();
  add(*directory_.broker(*id));
  return carry_out(NodeCommand{NodeAction::start, *id});
}

void LiveCluster::reset(std::function<void()> fresh, Then then) {
  if (ended_) return then(Error{"the cluster is ending already"});
  for (auto& [id, broker] : brokers_) {
    if (!broker->running()) continue;
    if (const auto killed = broker->kill(); !killed) return then(killed.error());
  }
  adopted_too_ = true;
  ended_ = [this, fresh = std::move(fresh), then] { then(begin_anew(fresh)); };
  end_timer_.expires_after(kill_patience);
  end_timer_.async_wait([this, then](const host::error_code& cancelled) {
    if (cancelled || !ended_) return;
    ended_ = nullptr;
    then(Error{"not all brokers have ended; nothing was removed"});
  });
  host::asio::post(io_, [this] { check_ended(); });
}

Answer LiveCluster::begin_anew(const std::function<void()>& fresh) {
  if (auto done = directory_.reset(); !done) return done.error();
  for (auto at = brokers_.begin(); at != brokers_.end();) {
    if (directory_.broker(at->first) != nullptr) {
      ++at;
      continue;
    }
    at->second->retire();
    retired_.push_back(std::move(at->second));
    at = brokers_.erase(at);
  }
  fresh();
  readiness_ = Readiness();
  told_ready_ = ready_ = false;
  if (auto started = start_all(); !started) return started.error();
  return fmt::format("a fresh cluster of {} brokers", brokers_.size());
}

void LiveCluster::shut_down(std::function<void()> done) {
  ended_ = std::move(done);
  adopted_too_ = false;
  for (auto& [id, broker] : brokers_) {
    if (!broker->running() || broker->adopted()) continue;
    if (broker->frozen()) (void)broker->thaw();
    (void)broker->stop();
  }
  end_timer_.expires_after(stop_patience);
  end_timer_.async_wait([this](const host::error_code& cancelled) {
    if (cancelled) return;
    for (auto& [id, broker] : brokers_) {
      if (broker->running() && !broker->adopted()) (void)broker->kill();
    }
  });
  host::asio::post(io_, [this] { check_ended(); });
}

void LiveCluster::check_ended() {
  if (!ended_) return;
  const bool runs = std::any_of(brokers_.begin(), brokers_.end(), [this](const auto& entry) {
    return entry.second->running() && (adopted_too_ || !entry.second->adopted());
  });
  if (runs) return;
  end_timer_.cancel();
  std::exchange(ended_, nullptr)();
}

void LiveCluster::retell() {
  for (auto& [id, broker] : brokers_) broker->retell();
}

void LiveCluster::publish(const trace::Event& event) {
  const bool matters = readiness_.see(event);
  if (handlers_.on_event) handlers_.on_event(event);
  if (matters) refresh_ready();
}

void LiveCluster::tell(NodeId node, trace::Payload payload, Instant at, Duration within) {
  trace::Event event;
  event.number = next_event_++;
  event.at = at;
  event.node = node;
  event.payload = std::move(payload);
  event.within = within;
  publish(event);
  if (ended_) host::asio::post(io_, [this] { check_ended(); });
}

// A broker whose file names no lab socket tells nothing: it counts as running only.
void LiveCluster::refresh_ready() {
  std::vector<NodeId> traced;
  bool all_run = true;
  for (const auto& [id, broker] : brokers_) {
    all_run = all_run && broker->running();
    if (!broker->files().socket.empty()) traced.push_back(id);
  }
  const bool ready = all_run && readiness_.ready(traced);
  if (!all_run) told_ready_ = false;
  ready_ = ready;
  // Once for each time that all have come up; a broker that was fenced for a moment is no news.
  if (!ready || std::exchange(told_ready_, true)) return;
  if (handlers_.on_ready) handlers_.on_ready();
}

std::vector<const LiveBroker*> LiveCluster::brokers() const {
  std::vector<const LiveBroker*> list;
  for (const auto& [id, broker] : brokers_) list.push_back(broker.get());
  return list;
}

const LiveBroker* LiveCluster::broker(NodeId id) const {
  const auto at = brokers_.find(id);
  return at == brokers_.end() ? nullptr : at->second.get();
}

LiveBroker* LiveCluster::find(NodeId id) {
  const auto at = brokers_.find(id);
  return at == brokers_.end() ? nullptr : at->second.get();
}

void LiveCluster::look_later() {
  look_timer_.expires_after(look_interval);
  look_timer_.async_wait([this](const host::error_code& cancelled) {
    if (cancelled) return;
    for (auto& [id, broker] : brokers_) broker->look(look_interval);
    look_later();
  });
}

}  // namespace lab::sources
