// What a client knows of the cluster: brokers, topics, leaders. Learned by Metadata requests from
// any broker that answers, starting with the bootstrap list; refreshed when its owner asks (an
// error said that it is stale) and when it is old. Used by producer, consumer and admin. It sends
// nothing but Metadata, and it never gives up: trouble() says what stands in the way.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/client/connection_pool.h"
#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/metadata.h"

namespace lab::client {

struct PartitionInfo {
  PartitionIndex index{0};
  NodeId leader = no_node;  // -1: it has none now
  Epoch leader_epoch = no_epoch;
  std::vector<NodeId> replicas, isr, offline;
};

struct TopicInfo {
  std::string name;
  Uuid id;  // zero where the broker told none (before Metadata v10)
  protocol::ErrorCode error = protocol::ErrorCode::none;
  bool internal = false;
  std::vector<PartitionInfo> partitions;  // partition p at place p
};

struct Leader {
  NodeId node;
  Epoch epoch;
  Address address;
};

struct MetadataOptions {
  std::vector<Address> bootstrap;              // bootstrap.servers
  Duration max_age = seconds(300);             // metadata.max.age.ms
  Duration retry_backoff = milliseconds(100);  // retry.backoff.ms: the least time between requests
  Duration request_timeout = seconds(30);      // request.timeout.ms
  // After this the next broker is asked as well; the first answer counts. So a frozen broker
  // delays, but does not stop.
  Duration patience = milliseconds(500);
  bool auto_create = true;  // let the broker create the topics of interest
};

class ClusterMetadata {
 public:
  // `pool` has the connections that Metadata goes over. `on_update` runs after each answer and each
  // failed round over all brokers.
  ClusterMetadata(Context& context, ConnectionPool& pool, MetadataOptions options,
                  std::function<void()> on_update);

  // Topics that each request asks for. A new one asks at once.
  void add_topic(const std::string& name);
  void remove_topic(const std::string& name);
  // Asks anew, unless a request is on its way; not earlier than retry_backoff after the last one.
  void request_update();
  // A leader that a reply named (KIP-951); taken where its epoch is newer and its address known.
  void hint(const std::string& topic, PartitionIndex partition, NodeId leader, Epoch epoch);
  void learn_broker(NodeId node, const std::string& host, std::int32_t port);

  const TopicInfo* topic(const std::string& name) const;
  const TopicInfo* topic(const Uuid& id) const;
  // nullopt where there is none, or none is known.
  std::optional<Leader> leader(const std::string& topic, PartitionIndex partition) const;
  std::optional<Address> broker(NodeId node) const;
  const std::map<NodeId, Address>& brokers() const { return brokers_; }
  const std::string& cluster_id() const { return cluster_id_; }
  NodeId controller() const { return controller_; }
  // Whom to ask what any broker can answer: connected ones first, then known brokers, then the
  // bootstrap list. nullopt where all are in `but`.
  std::optional<Address> any_broker(const std::vector<Address>& but = {}) const;
  // How often Metadata was answered.
  std::uint64_t updates() const { return updates_; }
  // Where no broker answered in the last round: which were tried, and why each failed.
  const std::optional<Error>& trouble() const { return trouble_; }

 private:
  void start_round();
  void ask_next();
  void answered(std::uint64_t round, const protocol::MetadataResponse& response);
  void failed(std::uint64_t round, const Address& address, const Error& error);
  void take(const protocol::MetadataResponse& response);
  void take_topic(const protocol::MetadataResponse::MetadataResponseTopic& told);
  void round_failed();
  std::vector<Address> candidates() const;

  Context& context_;
  ConnectionPool& pool_;
  MetadataOptions options_;
  std::function<void()> on_update_;
  std::set<std::string> interest_;
  std::map<NodeId, Address> brokers_;
  std::map<std::string, TopicInfo> topics_;
  std::map<Uuid, std::string> names_;
  std::string cluster_id_;
  NodeId controller_ = no_node;
  std::uint64_t updates_ = 0;
  std::optional<Error> trouble_;

  // The round of requests that is on its way.
  std::uint64_t round_ = 0;
  bool asking_ = false;
  bool again_ = false;  // asked for while one was on its way, and that one may not know it
  std::vector<Address> todo_;
  std::size_t open_requests_ = 0;
  std::string failures_;
  std::optional<Instant> last_round_;
  Context::Timer round_timer_, patience_timer_;
};

}  // namespace lab::client
