#include "engine/broker/node.h"

#include <algorithm>
#include <utility>

#include "engine/base/version.h"

namespace lab::broker {
namespace {
constexpr const char* node_logger = "kafka.server.KafkaRaftServer";

Address own_controller_address(const Config& config) {
  for (const auto& voter : config.controller_quorum_voters) {
    if (voter.id == config.node_id) return voter.address;
  }
  return {};
}

std::vector<raft::Voter> voters(const Config& config) {
  std::vector<raft::Voter> out;
  for (const auto& voter : config.controller_quorum_voters)
    out.push_back({voter.id, voter.address});
  return out;
}

raft::Settings raft_settings(const Config& config) {
  raft::Settings out;
  out.self = config.node_id;
  out.directory_id = config.directory_id;
  out.cluster_id = config.cluster_id;
  out.voters = voters(config);
  out.is_voter = config.role_controller && config.is_voter(config.node_id);
  if (const auto* listener = config.controller_listener()) out.listener_name = listener->name;
  out.fetch_timeout = config.controller_quorum_fetch_timeout_ms;
  out.election_timeout = config.controller_quorum_election_timeout_ms;
  out.election_backoff_max = config.controller_quorum_election_backoff_max_ms;
  out.append_linger = config.controller_quorum_append_linger_ms;
  out.request_timeout = config.controller_quorum_request_timeout_ms;
  out.retry_backoff = config.controller_quorum_retry_backoff_ms;
  return out;
}

client::ConnectionOptions quorum_options(const Config& config) {
  client::ConnectionOptions options;
  options.client_id = fmt::format("raft-client-{}", config.node_id);
  options.api_versions = false;
  options.request_timeout = seconds(30);  // the quorum gives up earlier, by its own setting
  options.connect_timeout = seconds(1);
  options.backoff_min =
      std::max<Duration>(config.controller_quorum_retry_backoff_ms, milliseconds(1));
  options.backoff_max = 5 * options.backoff_min;
  return options;
}

std::string controller_listener(const Config& config) {
  const auto* listener = config.controller_listener();
  return listener == nullptr ? "" : listener->name;
}
}  // namespace

Node::Node(Config config, storage::Disk& disk, std::int64_t pid)
    : config_(std::move(config)),
      disk_(disk),
      pid_(pid),
      context_(config_.node_id, config_.traced()),
      inner_(own_controller_address(config_), controller_listener(config_)),
      metadata_(context_, config_.inter_broker_listener_name,
                {[this](const raft::LeaderAndEpoch& leader) {
                   if (controller_) controller_->leader_changed(leader);
                   if (broker_) broker_->leader_changed(leader);
                 },
                 [this](Epoch epoch) {
                   if (controller_) controller_->leader_ready(epoch);
                 },
                 [this](const controller::ImageChange& change) {
                   if (broker_) broker_->metadata_changed(change);
                 },
                 [this] {
                   if (controller_) controller_->applied();
                   if (broker_) broker_->metadata_applied();
                   maybe_snapshot();
                 }}),
      quorum_links_(context_, voters(config_), quorum_options(config_)),
      recovery_timer_(context_, [this] { recover_step(); }),
      stop_timer_(context_, [this] { finish(); }) {}

Node::~Node() = default;

void Node::handle(const Now& now, Input input, Effects& effects) {
  const std::size_t from = effects.size();
  context_.begin(now, effects);
  notice_stall(now);
  route(std::move(input));
  // Inner frames and due timers belong to this input; then whoever waits looks again.
  for (;;) {
    context_.run_due_timers();
    if (broker_ && !context_.halted()) broker_->settle();
    inner_.filter(effects, from);
    auto inner = inner_.next();
    if (!inner || context_.halted()) break;
    route(std::move(*inner));
  }
  context_.end();
  for (std::size_t i = from; i < effects.size(); ++i) {
    if (const auto* wake = std::get_if<WakeAt>(&effects[i])) wake_at_ = wake->at;
  }
}

void Node::route(Input input) {
  std::visit([this](const auto& concrete) { on(concrete); }, input);
}

void Node::notice_stall(const Now& now) {
  if (!wake_at_) return;
  const Duration late = now.monotonic - *wake_at_;
  if (late > Duration(config_.broker_heartbeat_interval_ms) / 2) {
    context_.trace(trace::Stalled{to_ms(late)});
    context_.log(Level::warn, node_logger, "[node {}] This process stood still for {} ms",
                 config_.node_id, to_ms(late));
    if (controller_) controller_->stalled(late);
  }
  if (late >= Duration{}) wake_at_.reset();
}

// ---- From nothing to taking part.

void Node::on(const Start& start) {
  context_.started(start);
  trace_start();
  context_.log(Level::info, node_logger, "[node {}] Starting as {} in cluster {}", config_.node_id,
               config_.roles_text(), config_.cluster_id);
  recovery_ = std::make_unique<Recovery>(context_, config_, disk_);
  if (const auto begun = recovery_->begin(); !begun) {
    context_.log(Level::error, node_logger, "{}", begun.error().message);
    return context_.halt(false, begun.error().message);
  }
  recovery_timer_.arm_in({});
}

void Node::recover_step() {
  const auto done = recovery_->step();
  if (!done) {
    context_.log(Level::error, node_logger, "{}", done.error().message);
    return context_.halt(false, done.error().message);
  }
  if (*done) return take_part();
  recovery_timer_.arm_in({});
}

void Node::take_part() {
  metadata_log_ = recovery_->take_metadata_log();
  quorum_ = std::make_unique<raft::Quorum>(context_, raft_settings(config_), *metadata_log_,
                                           quorum_links_, metadata_);
  quorum_links_.set_quorum(quorum_.get());
  if (const auto recovered = quorum_->recover(disk_); !recovered) {
    context_.log(Level::error, node_logger, "{}", recovered.error().message);
    return context_.halt(false, recovered.error().message);
  }
  if (config_.role_controller) {
    controller_ = std::make_unique<ControllerSide>(context_, config_, metadata_, *quorum_);
  }
  if (config_.role_broker) {
    broker_ = std::make_unique<BrokerSide>(context_, config_, metadata_, [this] {
      context_.trace(trace::NodeReady{});
      for (auto& [conn, session] : sessions_) session->admit();
    });
    for (auto& found : recovery_->take_logs()) {
      broker_->replicas().recovered(found.key, std::move(found.log), found.high_watermark);
    }
  } else {
    context_.trace(trace::NodeReady{});
  }
  context_.emit(Listen{});
  quorum_->start();
  if (broker_) broker_->begin(recovery_->previous_epoch());
  recovery_.reset();
}

// ---- Connections.

client::Connection* Node::link(ConnId conn) {
  if (auto* connection = quorum_links_.owner(conn)) return connection;
  return broker_ ? broker_->owner(conn) : nullptr;
}

bool Node::is_client_listener(const std::string& listener) const {
  const auto* found = config_.listener(listener);
  return found != nullptr && !found->controller;
}

void Node::on(const Opened& opened) {
  if (opened.listener.empty()) {  // such a connection traces its own begin and end
    if (context_.traced()) links_open_[opened.conn] = opened;
    if (auto* connection = link(opened.conn)) connection->opened(opened);
    return;
  }
  trace_link(opened);
  const bool client = is_client_listener(opened.listener);
  SessionLimits limits;
  limits.max_frame = static_cast<std::size_t>(config_.socket_request_max_bytes);
  limits.max_request_bytes = static_cast<std::size_t>(config_.request_budget_bytes());
  limits.max_unsent_bytes = static_cast<std::uint64_t>(config_.lab_reply_budget_bytes) / 4;
  Peer peer{opened.conn, opened.listener,         opened.remote, opened.local_port, "", {},
            {},          inner_.owns(opened.conn)};
  auto session = std::make_shared<Session>(
      context_, std::move(peer), limits,
      [this, client](const Peer& from, Incoming incoming, const ReplySlot& slot) {
        if (client && broker_) return broker_->serve(from, std::move(incoming), slot);
        if (!client && controller_) return controller_->serve(from, std::move(incoming), slot);
        slot.refuse("this node does not serve listener " + from.listener);
      });
  sessions_[opened.conn] = session;
  if (!client || (broker_ && broker_->takes_requests())) session->admit();
}

void Node::on(const Bytes& bytes) {
  if (const auto it = sessions_.find(bytes.conn); it != sessions_.end()) {
    const auto session = it->second;
    session->bytes(bytes.slice);
  } else if (auto* connection = link(bytes.conn)) {
    connection->bytes(bytes.slice);
  }
}

void Node::on(const Writable& writable) {
  if (const auto it = sessions_.find(writable.conn); it != sessions_.end()) {
    const auto session = it->second;
    session->writable(writable.count);
  } else if (auto* connection = link(writable.conn)) {
    connection->writable(writable.count);
  }
}

void Node::on(const Closed& closed) {
  links_open_.erase(closed.conn);
  if (const auto it = sessions_.find(closed.conn); it != sessions_.end()) {
    const auto session = it->second;
    sessions_.erase(it);
    session->gone(closed.reason);
  } else if (auto* connection = link(closed.conn)) {
    connection->closed(closed.reason);
  }
}

void Node::trace_link(const Opened& opened) {
  const bool inner = inner_.owns(opened.conn);
  context_.trace(trace::ConnectionOpened{opened.conn.v, opened.listener, opened.remote.host,
                                         inner ? std::uint16_t{0} : opened.local_port,
                                         inner ? std::uint16_t{0} : opened.remote.port});
}

void Node::on(const Done& done) { context_.complete(done); }

// ---- Snapshots of the metadata, so that its log stays short.

void Node::maybe_snapshot() {
  if (!quorum_ ||
      metadata_.bytes_since_snapshot() < config_.metadata_log_max_record_bytes_between_snapshots) {
    return;
  }
  std::vector<Slice> values;
  for (const auto& record : metadata_.image().records()) {
    values.push_back(protocol::encode_metadata_record(record));
  }
  if (quorum_->make_snapshot(metadata_.applied(), values)) metadata_.snapshot_made();
}

// ---- Orders from the host.

void Node::on(const Admin& admin) {
  if (admin.kind == Admin::Kind::snapshot) return trace_state();
  stop();
}

void Node::trace_start() {
  const auto* client = config_.client_listener();
  const auto* control = config_.controller_listener();
  context_.trace(trace::NodeStarted{config_.roles_text(), project_version, config_.cluster_id,
                                    client == nullptr ? std::uint16_t{0} : client->port,
                                    control == nullptr ? std::uint16_t{0} : control->port, pid_});
  // The settings that decide how long a failover takes, so that a picture can name them.
  const auto tell = [this](const char* name, std::int64_t value) {
    context_.trace(trace::PropertySeen{name, std::to_string(value), ""});
  };
  tell("broker.heartbeat.interval.ms", config_.broker_heartbeat_interval_ms.count());
  tell("broker.session.timeout.ms", config_.broker_session_timeout_ms.count());
  tell("controller.quorum.append.linger.ms", config_.controller_quorum_append_linger_ms.count());
  tell("controller.quorum.fetch.timeout.ms", config_.controller_quorum_fetch_timeout_ms.count());
  tell("controller.quorum.election.timeout.ms",
       config_.controller_quorum_election_timeout_ms.count());
  tell("replica.lag.time.max.ms", config_.replica_lag_time_max_ms.count());
  tell("min.insync.replicas", config_.min_insync_replicas);
}

void Node::trace_state() {
  context_.trace(trace::SnapshotBegin{
      std::chrono::duration_cast<microseconds>(context_.now().wall.time_since_epoch()).count()});
  trace_start();
  if (quorum_) quorum_->trace_state();
  metadata_.trace_state();
  for (const auto& [conn, opened] : links_open_) trace_link(opened);
  for (const auto& [conn, session] : sessions_) session->trace_state();
  if (broker_) {
    broker_->replicas().trace_state();
    if (broker_->takes_requests()) context_.trace(trace::NodeReady{});
  }
  if (stopping_) context_.trace(trace::NodeStopping{});
  context_.trace(trace::SnapshotEnd{});
}

void Node::stop() {
  if (stopping_) return;
  stopping_ = true;
  context_.log(Level::info, node_logger, "[node {}] Terminating: controlled shutdown",
               config_.node_id);
  context_.trace(trace::NodeStopping{});
  if (!quorum_) return finish();
  if (broker_) {
    broker_->stop([this] {
      quorum_->resign();
      // What the quorum says last leaves in this input; then the node is done.
      stop_timer_.arm_in(milliseconds(20));
    });
  } else {
    quorum_->resign();
    stop_timer_.arm_in(milliseconds(20));
  }
}

void Node::finish() {
  context_.trace(trace::NodeHalted{"stopped", true});
  context_.log(Level::info, node_logger, "[node {}] shut down completed", config_.node_id);
  context_.halt(true, "stopped");
}

}  // namespace lab::broker
