// The cluster as the metadata log tells it: brokers, topics, partitions, configurations, features.
// Every node builds its own by applying the committed records in order; the active controller holds
// one that runs ahead by what it has decided. Other rooms include this header alone of the
// controller's room. It never decides anything and never does I/O.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uuid.h"
#include "engine/protocol/messages/metadata_records.h"

namespace lab::controller {

using protocol::MetadataRecord;
using MetadataRecords = std::vector<MetadataRecord>;

// Where one listener of a broker can be reached.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  std::int16_t security_protocol = 0;  // 0: PLAINTEXT
  bool operator==(const Endpoint&) const = default;
};

// The levels of a feature that a broker understands, both included.
struct FeatureRange {
  std::int16_t min = 0, max = 0;
  bool operator==(const FeatureRange&) const = default;
};

struct Broker {
  NodeId id = no_node;
  BrokerEpoch epoch{-1};                                   // offset of its RegisterBrokerRecord
  Uuid incarnation;                                        // one process start
  std::map<std::string, Endpoint, std::less<>> endpoints;  // by listener name
  std::map<std::string, FeatureRange, std::less<>> features;
  std::optional<std::string> rack;
  std::vector<Uuid> log_dirs;
  bool fenced = true;
  bool in_controlled_shutdown = false;

  // May lead partitions and join an ISR.
  bool active() const { return !fenced && !in_controlled_shutdown; }
  // nullptr where it has no such listener.
  const Endpoint* endpoint(std::string_view listener) const;
  bool operator==(const Broker&) const = default;
};

struct Partition {
  std::vector<NodeId> replicas;             // the assignment, preferred leader first
  std::vector<NodeId> isr;                  // may be empty, with ELR on
  std::vector<NodeId> elr, last_known_elr;  // KIP-966
  std::vector<NodeId> removing, adding;     // a reassignment under way
  std::vector<Uuid> directories;            // of each replica, in the order of `replicas`
  NodeId leader = no_node;
  Epoch leader_epoch = no_epoch;      // rises with each change (or repetition) of the leader
  std::int32_t partition_epoch = -1;  // rises with each change of anything
  bool recovering = false;            // after an unclean election (KIP-704)

  bool has_replica(NodeId id) const;
  bool in_isr(NodeId id) const;
  bool in_elr(NodeId id) const;
  bool operator==(const Partition&) const = default;
};

struct Topic {
  std::string name;
  Uuid id;
  std::map<PartitionIndex, Partition> partitions;
  bool operator==(const Topic&) const = default;
};

// Names a partition for good: a topic that is deleted and made again has another id.
struct PartitionKey {
  Uuid topic;
  PartitionIndex index{0};
  auto operator<=>(const PartitionKey&) const = default;
};

// Kafka's ConfigResource.Type.
enum class ConfigType : std::int8_t {
  topic = 2,
  broker = 4,
  broker_logger = 8,
  client_metrics = 16,
  group = 32
};

// The record that says the whole of a partition.
protocol::PartitionRecord to_record(const PartitionKey& key, const Partition& partition);

// What a configuration belongs to. A broker's name is its id; the empty name is the cluster level,
// which holds for all brokers.
struct ConfigResource {
  ConfigType type = ConfigType::topic;
  std::string name;
  auto operator<=>(const ConfigResource&) const = default;
};
using ConfigMap = std::map<std::string, std::string, std::less<>>;

// What records changed. Reading them again from the image gives the new state; only what is gone is
// kept here.
struct ImageChange {
  std::set<NodeId> brokers;  // registered, fenced, unfenced, shutting down, gone
  std::set<Uuid> topics_added;
  std::map<Uuid, Topic> topics_removed;  // with their last state
  std::set<PartitionKey> partitions;     // made or changed, none of a removed topic
  std::set<ConfigResource> configs;
  bool features = false;
  bool producer_ids = false;

  bool empty() const;
  // Adds what came after.
  void merge(ImageChange later);
};

// Features that the metadata log finalizes, and the levels that this build understands. A broker
// sends supported_features() with its registration; one whose ranges miss a finalized level is
// refused. metadata.version 30 is 4.3-IV0.
inline constexpr std::string_view metadata_version_feature = "metadata.version";
inline constexpr std::string_view elr_feature = "eligible.leader.replicas.version";
inline constexpr std::int16_t metadata_version_level = 30;
std::map<std::string, FeatureRange, std::less<>> supported_features();

class Image {
 public:
  // Replays one record. An error means that the record does not fit what came before it (an unknown
  // topic, a stale broker epoch): the log is damaged or of another cluster, and the image is as it
  // was. NoOpRecord and records of features that we do not serve change nothing.
  Result<ImageChange> apply(const MetadataRecord& record);
  // The records that rebuild this image from an empty one, as a snapshot holds them.
  MetadataRecords records() const;
  // The same on every node that applied the same records, in this build and any other. O(1).
  std::uint64_t digest() const { return digest_; }
  // Nothing was ever applied that left a trace: a cluster that was not bootstrapped yet.
  bool empty() const { return *this == Image{}; }

  const std::map<NodeId, Broker>& brokers() const { return brokers_; }
  const std::map<std::string, Topic, std::less<>>& topics() const { return topics_; }  // by name
  const std::map<std::string, std::int16_t, std::less<>>& features() const { return features_; }
  const std::map<ConfigResource, ConfigMap>& configs() const { return configs_; }
  // The first producer id of the next block.
  ProducerId next_producer_id() const { return next_producer_id_; }

  // All of these: nullptr where there is none; valid until the next apply.
  const Broker* broker(NodeId id) const;
  const Topic* topic(std::string_view name) const;
  const Topic* topic(const Uuid& id) const;
  const Partition* partition(const PartitionKey& key) const;
  const Partition* partition(std::string_view topic, PartitionIndex index) const;
  // What was set on exactly this resource; no level above it is asked.
  const std::string* config(ConfigType type, std::string_view name, std::string_view key) const;

  // The finalized level of a feature, 0 where it is off.
  std::int16_t feature(std::string_view name) const;
  // What a topic's key says: its own value, else the cluster level's (only of the same name), else
  // nullopt: the broker's own file decides.
  std::optional<std::string> topic_config(std::string_view topic, std::string_view key) const;
  // The topic's min.insync.replicas, or `fallback` where nothing in the image says it. Not bounded
  // by the number of replicas.
  std::int32_t min_insync_replicas(std::string_view topic, std::int32_t fallback = 1) const;

  bool operator==(const Image&) const = default;

 private:
  friend struct Replay;

  std::map<NodeId, Broker> brokers_;
  std::map<std::string, Topic, std::less<>> topics_;
  std::map<Uuid, std::string> names_;  // of topics, by id
  std::map<ConfigResource, ConfigMap> configs_;
  std::map<std::string, std::int16_t, std::less<>> features_;
  ProducerId next_producer_id_{0};
  std::uint64_t digest_ = 0;
};

}  // namespace lab::controller
