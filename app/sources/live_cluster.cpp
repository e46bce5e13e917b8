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
      links_(
          {[this](const auto& ends, const auto&, const auto& changes) { set_link(ends, changes); },
           [this](const auto& ends) { break_link(ends); }}),
      reports_([this](const auto& fault, Instant at) { tell(no_node, fault, at, {}); }),
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
    const bool ended = std::holds_alternative<trace::ProcessExited>(payload);
    tell(node, std::move(payload), at, within);
    if (ended) reports_.gone(node, at);
  };
  surroundings.on_host = [this](NodeId host) { set_again(host); };
  surroundings.on_fault = [this](NodeId host, const trace::FaultChanged& fault, Instant at) {
    reports_.said(host, fault, at);
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

// ---- Links

// A command that is with the hosts; answered with the first refusal, else as it was understood.
struct LiveCluster::LinkOrder {
  Then then;
  Answer answer = std::string();
  int open = 1;  // who has not answered yet, and carry_out itself
  void done(const Result<>& result) {
    if (!result && answer) answer = result.error();
    if (--open == 0) then(answer);
  }
};

namespace {

// A broker as the others dial it: for records, and as a controller.
std::vector<Address> addresses_of(const LiveBroker& broker) {
  std::vector<Address> all;
  for (const auto port : {broker.files().port, broker.files().controller_port}) {
    if (port != 0) all.push_back({"localhost", port});
  }
  return all;
}

}  // namespace

void LiveCluster::carry_out(const LinkCommand& command, Then then) {
  std::vector<NodeId> ids;
  for (const auto& [id, broker] : brokers_) ids.push_back(id);
  order_ = std::make_shared<LinkOrder>();
  order_->then = std::move(then);
  const auto understood = links_.act(command, ids);
  const auto order = std::exchange(order_, nullptr);
  if (order->answer) order->answer = understood;
  order->done({});
}

void LiveCluster::set_link(const LinkFaults::Ends& ends, const LinkFaults::Changes& changes) {
  const auto [from, to] = ends;
  if (from == clients_end) return hold_clients(to, changes);
  if (to == clients_end) return hold_clients(from, changes);
  for (const auto& change : changes) {
    ask(from, to, change);
    ask(to, from, change);
  }
}

// A host acts on the connections that it has opened to the other broker.
void LiveCluster::ask(NodeId host, NodeId peer, trace::FaultChanged fault) {
  LiveBroker *asked = find(host), *other = find(peer);
  if (asked == nullptr || other == nullptr) return;  // gone since
  for (const auto& address : addresses_of(*other)) {
    fault.detail += (fault.detail.empty() ? "" : " ") + address.text();
  }
  const auto order = order_;
  if (order) ++order->open;
  asked->fault(fault, [order](const Result<>& done) {
    if (order) order->done(done);
  });
}

// A process that has just come knows of no fault, and the others may know an old port of it.
void LiveCluster::set_again(NodeId host) {
  for (const auto& [ends, link] : links_.links()) {
    if (ends.first != host && ends.second != host) continue;
    set_link(ends, LinkFaults::changes(ends, {}, link));
  }
}

// The lab's clients are their own host.
void LiveCluster::hold_clients(NodeId broker, const LinkFaults::Changes& changes) {
  const LiveBroker* found = find(broker);
  if (found == nullptr || !handlers_.hold_clients) return;
  const auto there = links_.link(clients_end, broker), back = links_.link(broker, clients_end);
  for (const auto& address : addresses_of(*found)) {
    handlers_.hold_clients(address, {there.cut, back.cut, there.delay, back.delay});
  }
  for (const auto& change : changes) reports_.said(clients_end, change, host::monotonic_now());
}

void LiveCluster::break_link(const LinkFaults::Ends& ends) {
  const auto [from, to] = ends;
  for (const auto& [host, peer] : {std::pair(from, to), std::pair(to, from)}) {
    if (host != clients_end) {
      ask(host, peer, {"break", LinkFaults::name_of(ends), "", true});
    } else if (const LiveBroker* broker = find(peer); broker && handlers_.break_clients) {
      for (const auto& address : addresses_of(*broker)) handlers_.break_clients(address);
    }
  }
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
  links_.clear();
  reports_.clear();
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
