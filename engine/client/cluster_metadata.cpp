#include "engine/client/cluster_metadata.h"

#include <algorithm>
#include <utility>

namespace lab::client {

namespace {

using protocol::ErrorCode;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

std::vector<NodeId> nodes_of(const std::vector<std::int32_t>& ids) {
  std::vector<NodeId> nodes;
  nodes.reserve(ids.size());
  for (const std::int32_t id : ids) nodes.push_back(NodeId(id));
  return nodes;
}

}  // namespace

ClusterMetadata::ClusterMetadata(Context& context, ConnectionPool& pool, MetadataOptions options,
                                 std::function<void()> on_update)
    : context_(context),
      pool_(pool),
      options_(std::move(options)),
      on_update_(std::move(on_update)),
      round_timer_(context, [this] { start_round(); }),
      patience_timer_(context, [this] { ask_next(); }) {}

// ---- What is known

const TopicInfo* ClusterMetadata::topic(const std::string& name) const {
  const auto it = topics_.find(name);
  return it == topics_.end() ? nullptr : &it->second;
}

const TopicInfo* ClusterMetadata::topic(const Uuid& id) const {
  const auto it = names_.find(id);
  return it == names_.end() ? nullptr : topic(it->second);
}

std::optional<Address> ClusterMetadata::broker(NodeId node) const {
  const auto it = brokers_.find(node);
  if (it == brokers_.end()) return std::nullopt;
  return it->second;
}

std::optional<Leader> ClusterMetadata::leader(const std::string& name,
                                              PartitionIndex partition) const {
  const TopicInfo* info = topic(name);
  if (!info || partition.v < 0 ||
      static_cast<std::size_t>(partition.v) >= info->partitions.size()) {
    return std::nullopt;
  }
  const PartitionInfo& known = info->partitions[static_cast<std::size_t>(partition.v)];
  const auto address = broker(known.leader);
  if (!address) return std::nullopt;
  return Leader{known.leader, known.leader_epoch, *address};
}

void ClusterMetadata::learn_broker(NodeId node, const std::string& host, std::int32_t port) {
  if (node.v < 0 || host.empty() || port < 1 || port > 65535) return;
  brokers_[node] = Address{host, static_cast<std::uint16_t>(port)};
}

void ClusterMetadata::hint(const std::string& name, PartitionIndex partition, NodeId leader,
                           Epoch epoch) {
  const auto it = topics_.find(name);
  if (it == topics_.end() || partition.v < 0 || !brokers_.contains(leader)) return;
  auto& partitions = it->second.partitions;
  if (static_cast<std::size_t>(partition.v) >= partitions.size()) return;
  PartitionInfo& known = partitions[static_cast<std::size_t>(partition.v)];
  if (epoch <= known.leader_epoch) return;
  known.leader = leader;
  known.leader_epoch = epoch;
}

std::vector<Address> ClusterMetadata::candidates() const {
  std::vector<Address> all;
  const auto add = [&all](const Address& address) {
    if (std::find(all.begin(), all.end(), address) == all.end()) all.push_back(address);
  };
  for (const auto& [node, address] : brokers_) add(address);
  for (const auto& address : options_.bootstrap) add(address);
  const auto rank = [this](const Address& address) {
    const Connection* connection = pool_.find(address);
    if (!connection) return 1;
    if (connection->state() == Connection::State::ready) return connection->settled() ? 0 : 2;
    return connection->backoff_until() ? 3 : 1;
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const Address& a, const Address& b) { return rank(a) < rank(b); });
  return all;
}

std::optional<Address> ClusterMetadata::any_broker(const std::vector<Address>& but) const {
  for (const auto& address : candidates()) {
    if (std::find(but.begin(), but.end(), address) == but.end()) return address;
  }
  return std::nullopt;
}

// ---- Asking

void ClusterMetadata::add_topic(const std::string& name) {
  if (interest_.insert(name).second) {
    last_round_.reset();
    request_update();
  }
}

void ClusterMetadata::remove_topic(const std::string& name) {
  interest_.erase(name);
  const auto it = topics_.find(name);
  if (it == topics_.end()) return;
  names_.erase(it->second.id);
  topics_.erase(it);
}

void ClusterMetadata::request_update() {
  if (asking_) {
    again_ = true;
    return;
  }
  const Instant now = context_.monotonic();
  const Instant at = last_round_ ? std::max(now, *last_round_ + options_.retry_backoff) : now;
  if (!round_timer_.armed() || round_timer_.at() > at) round_timer_.arm(at);
}

void ClusterMetadata::start_round() {
  if (asking_) return;
  asking_ = true;
  again_ = false;
  ++round_;
  last_round_ = context_.monotonic();
  open_requests_ = 0;
  failures_.clear();
  todo_ = candidates();
  ask_next();
}

// Asks the next broker of this round. Those asked before may still answer.
void ClusterMetadata::ask_next() {
  if (!asking_) return;
  if (todo_.empty()) {
    if (open_requests_ == 0) round_failed();
    return;
  }
  const Address address = todo_.front();
  todo_.erase(todo_.begin());
  MetadataRequest request;
  request.topics.emplace();
  for (const auto& name : interest_) {
    auto& asked = request.topics->emplace_back();
    asked.name = name;
  }
  request.allow_auto_topic_creation = options_.auto_create;
  ++open_requests_;
  pool_.to(address).call(
      std::move(request),
      [this, address, round = round_](const Result<MetadataResponse>& response) {
        if (response) {
          answered(round, *response);
        } else {
          failed(round, address, response.error());
        }
      },
      options_.request_timeout);
  patience_timer_.arm_in(options_.patience);
}

void ClusterMetadata::failed(std::uint64_t round, const Address&, const Error& error) {
  if (!asking_ || round != round_) return;
  --open_requests_;
  if (!failures_.empty()) failures_ += "; ";
  failures_ += error.message;
  ask_next();
}

void ClusterMetadata::round_failed() {
  asking_ = false;
  patience_timer_.cancel();
  trouble_ = Error{options_.bootstrap.empty() ? "there is no broker to ask: no bootstrap.servers"
                                              : "no broker answered: " + failures_};
  round_timer_.arm_in(options_.retry_backoff);
  on_update_();
}

void ClusterMetadata::answered(std::uint64_t round, const MetadataResponse& response) {
  if (!asking_ || round != round_) return;
  asking_ = false;
  patience_timer_.cancel();
  trouble_.reset();
  ++updates_;
  take(response);
  round_timer_.arm_in(options_.max_age);
  if (std::exchange(again_, false)) request_update();
  on_update_();
}

void ClusterMetadata::take(const MetadataResponse& response) {
  // An answer without any broker comes from one that has just started; it would leave nobody to
  // ask.
  if (!response.brokers.empty()) brokers_.clear();
  for (const auto& told : response.brokers) {
    learn_broker(NodeId(told.node_id), told.host, told.port);
  }
  if (response.cluster_id) cluster_id_ = *response.cluster_id;
  controller_ = NodeId(response.controller_id);
  for (const auto& told : response.topics) {
    if (told.name && interest_.contains(*told.name)) take_topic(told);
  }
}

// Newer leader epochs win: a broker that lags behind may tell an older leader than is known.
void ClusterMetadata::take_topic(const MetadataResponse::MetadataResponseTopic& told) {
  TopicInfo next;
  next.name = *told.name;
  next.id = told.topic_id;
  next.error = protocol::error_code(told.error_code);
  next.internal = told.is_internal;
  TopicInfo& known = topics_[next.name];
  const bool same = known.id == next.id;
  if (next.error != ErrorCode::none && told.partitions.empty()) next.partitions = known.partitions;
  for (std::size_t i = 0; i < told.partitions.size(); ++i) {
    next.partitions.emplace_back().index = PartitionIndex(static_cast<std::int32_t>(i));
  }
  for (const auto& partition : told.partitions) {
    const auto at = static_cast<std::size_t>(partition.partition_index);
    if (partition.partition_index < 0 || at >= next.partitions.size()) continue;
    PartitionInfo& info = next.partitions[at];
    const Epoch epoch(partition.leader_epoch);
    if (same && at < known.partitions.size() && known.partitions[at].leader_epoch > epoch) {
      info = known.partitions[at];
      continue;
    }
    info.leader = NodeId(partition.leader_id);
    info.leader_epoch = epoch;
    info.replicas = nodes_of(partition.replica_nodes);
    info.isr = nodes_of(partition.isr_nodes);
    info.offline = nodes_of(partition.offline_replicas);
  }
  if (!known.id.is_zero()) names_.erase(known.id);
  if (!next.id.is_zero()) names_[next.id] = next.name;
  known = std::move(next);
}

}  // namespace lab::client
