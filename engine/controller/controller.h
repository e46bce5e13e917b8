// The active controller: commands in, metadata records and a reply out (KAFKA.md §2.2–2.4). Its
// owner (broker::Node, on the quorum's leader) appends the records of one decision to the metadata
// log as one atomic batch and releases the reply when they are committed; a decision without
// records is released when all before it are committed. The controller decides on an image that
// runs ahead of the log by what it has decided itself. It appends nothing, sends nothing and sets
// no timer. It traces its decisions when it takes them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/controller/image.h"
#include "engine/controller/partition_change.h"
#include "engine/controller/sessions.h"
#include "engine/machine/context.h"
#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/allocate_producer_ids.h"
#include "engine/protocol/messages/alter_configs.h"
#include "engine/protocol/messages/alter_partition.h"
#include "engine/protocol/messages/broker_heartbeat.h"
#include "engine/protocol/messages/broker_registration.h"
#include "engine/protocol/messages/create_partitions.h"
#include "engine/protocol/messages/create_topics.h"
#include "engine/protocol/messages/delete_topics.h"
#include "engine/protocol/messages/elect_leaders.h"
#include "engine/protocol/messages/incremental_alter_configs.h"
#include "engine/protocol/messages/unregister_broker.h"

namespace lab::controller {

// Kafka's property names are in the comments; the defaults are Kafka's.
struct ControllerConfig {
  std::string cluster_id;
  Duration session_timeout = seconds(9);              // broker.session.timeout.ms
  std::int32_t num_partitions = 1;                    // num.partitions
  std::int16_t default_replication_factor = 1;        // default.replication.factor
  std::int32_t min_insync_replicas = 1;               // min.insync.replicas
  bool delete_topics = true;                          // delete.topic.enable
  bool elr = true;                                    // whether bootstrap turns KIP-966 on
  bool unclean_leader_election = false;               // unclean.leader.election.enable
  Duration unclean_election_interval = seconds(300);  // unclean.leader.election.interval.ms
  bool auto_leader_rebalance = true;                  // auto.leader.rebalance.enable
  Duration rebalance_interval = seconds(300);         // leader.imbalance.check.interval.seconds
};

// What was decided. The records, if any, belong into the log as one atomic batch, before those of
// any later decision.
template <class Reply>
struct Decision {
  MetadataRecords records;
  Reply reply;
};

// Why something was not done: Kafka's error and its words.
struct Refusal {
  protocol::ErrorCode error = protocol::ErrorCode::none;
  std::string message;
};

// One change of a configuration, as IncrementalAlterConfigs (44) has it.
struct ConfigChange {
  enum class Operation : std::int8_t { set = 0, remove = 1, append = 2, subtract = 3 };
  std::string key;
  Operation operation = Operation::set;
  std::optional<std::string> value;
};
struct ConfigCommand {
  ConfigResource resource;
  std::vector<ConfigChange> changes;
};

class Controller {
 public:
  // Keeps the reference; called only within an input of `context`'s machine.
  Controller(Context& context, ControllerConfig config);

  // The node was elected; `committed` has all records up to that of its own epoch. Each unfenced
  // broker gets a fresh session. Returns what must be written first: the bootstrap records where
  // the image is empty.
  MetadataRecords activate(Image committed, Epoch epoch);
  // Not the leader any more: what was decided and is not committed is void. The owner answers the
  // held replies with NOT_CONTROLLER. Harmless where it is not active.
  void deactivate();
  bool active() const { return active_; }
  Epoch epoch() const { return epoch_; }
  // The image with all decisions applied, committed or not.
  const Image& image() const { return image_; }

  // ---- What follows needs active(). `next_offset` is the offset that the metadata log will give
  // to the decision's first record.

  // 62. The broker epoch is the offset of its RegisterBrokerRecord.
  Decision<protocol::BrokerRegistrationResponse> register_broker(
      const protocol::BrokerRegistrationRequest& request, Offset next_offset);
  // 63.
  Decision<protocol::BrokerHeartbeatResponse> heartbeat(
      const protocol::BrokerHeartbeatRequest& request, Offset next_offset);
  // 64.
  Decision<protocol::UnregisterBrokerResponse> unregister_broker(
      const protocol::UnregisterBrokerRequest& request);
  // 19. One topic's failure does not stop the others.
  Decision<protocol::CreateTopicsResponse> create_topics(
      const protocol::CreateTopicsRequest& request);
  // 20, by name or by id.
  Decision<protocol::DeleteTopicsResponse> delete_topics(
      const protocol::DeleteTopicsRequest& request);
  // 37.
  Decision<protocol::CreatePartitionsResponse> create_partitions(
      const protocol::CreatePartitionsRequest& request);
  // 56. `version` tells which of the two forms of the new ISR is meant.
  Decision<protocol::AlterPartitionResponse> alter_partition(
      const protocol::AlterPartitionRequest& request, std::int16_t version);
  // 43: preferred or unclean. Without a list: all partitions; those that need none are left out.
  Decision<protocol::ElectLeadersResponse> elect_leaders(
      const protocol::ElectLeadersRequest& request);
  // 67: blocks of 1000.
  Decision<protocol::AllocateProducerIdsResponse> allocate_producer_ids(
      const protocol::AllocateProducerIdsRequest& request);
  // 44.
  Decision<protocol::IncrementalAlterConfigsResponse> incremental_alter_configs(
      const protocol::IncrementalAlterConfigsRequest& request);
  // 33: what the request does not name is removed.
  Decision<protocol::AlterConfigsResponse> alter_configs(
      const protocol::AlterConfigsRequest& request);
  // Both, for topics and, of the cluster level, what the controller itself obeys. One answer for
  // each command, in their order; ErrorCode::none where it was done.
  Decision<std::vector<Refusal>> alter_configs(const std::vector<ConfigCommand>& commands,
                                               bool validate_only);

  // ---- Time. The owner calls tick() at next_tick(), which may have moved after any other call.

  // Fences at most one broker whose session has ended (exactly session_timeout after its last
  // contact), or holds the periodic elections that are due.
  MetadataRecords tick();
  // nullopt: nothing to wait for. In the past where there is more to do.
  std::optional<Instant> next_tick() const;
  // This machine itself stood still for `late`: no session ends for that.
  void stalled(Duration late);

 private:
  // ---- controller.cpp
  void put(MetadataRecords& records, MetadataRecord record);
  bool elr_enabled() const { return image_.feature(elr_feature) > 0; }
  std::int32_t effective_min_isr(const Topic& topic) const;
  bool unclean_allowed(const std::string& topic) const;
  bool epoch_is_current(std::int32_t broker, std::int64_t epoch) const;
  std::vector<PartitionKey> partitions_where(
      const std::function<bool(const Partition&)>& wanted) const;
  // Decides on one partition; false where nothing changes. `barred` may not lead.
  bool change(MetadataRecords& records, const PartitionKey& key, PartitionTarget target,
              std::string_view why, NodeId barred = no_node);
  void trace_change(const Topic& topic, PartitionIndex index, const Partition& was,
                    const Partition& is, std::string_view why);

  // ---- brokers.cpp
  std::optional<Refusal> refuse_registration(
      const protocol::BrokerRegistrationRequest& request) const;
  void clean_up_former(MetadataRecords& records, const protocol::BrokerRegistrationRequest& request,
                       const Broker* former);
  void leave_isrs(MetadataRecords& records, NodeId id, std::string_view why);
  void fence(MetadataRecords& records, NodeId id, std::string_view reason, Duration silent);
  void unfence(MetadataRecords& records, NodeId id);
  void begin_shutdown(MetadataRecords& records, NodeId id);

  // ---- heartbeats.cpp
  bool has_leaderships(NodeId id) const;
  Offset lowest_active_offset();
  enum class BrokerState : std::uint8_t { fenced, unfenced, controlled_shutdown, shutdown_now };
  BrokerState next_state(BrokerState state, const protocol::BrokerHeartbeatRequest& request,
                         const Session& session);

  // ---- assignments.cpp
  struct NewPartitions {
    std::vector<std::vector<NodeId>> assignments;
    std::optional<Refusal> refusal;
  };
  std::vector<NodeId> active_of(const std::vector<NodeId>& replicas) const;
  NewPartitions assign(const protocol::CreateTopicsRequest::CreatableTopic& topic);
  NewPartitions assign_by_hand(const std::vector<std::vector<NodeId>>& wanted, std::int32_t first,
                               std::size_t replication_factor) const;
  NewPartitions place(std::int32_t count, std::int32_t replication_factor);
  Partition new_partition(const std::vector<NodeId>& replicas) const;

  // ---- topics.cpp
  std::optional<Refusal> refuse_new_topic(
      const protocol::CreateTopicsRequest::CreatableTopic& topic) const;
  void create_topic(MetadataRecords& records,
                    const protocol::CreateTopicsRequest::CreatableTopic& topic, const Uuid& id,
                    const NewPartitions& partitions);
  NewPartitions more_partitions(
      const protocol::CreatePartitionsRequest::CreatePartitionsTopic& topic);

  void tell_refusal(const protocol::BrokerRegistrationRequest& request, const Refusal& refusal);

  // ---- partitions.cpp
  Refusal elect_leader(MetadataRecords& records, const std::string& topic, std::int32_t index,
                       Election election);
  protocol::ErrorCode refuse_alteration(
      NodeId leader, const Topic& topic,
      const protocol::AlterPartitionRequest::PartitionData& data) const;
  bool elect_offline(MetadataRecords& records);
  bool rebalance(MetadataRecords& records);

  // ---- configs.cpp
  std::optional<Refusal> refuse_configs(const ConfigCommand& command) const;
  void change_configs(MetadataRecords& records, const ConfigCommand& command);
  void tell_without_effect(std::string_view topic, std::string_view key, std::string_view value);

  Context& context_;
  ControllerConfig config_;
  bool active_ = false;
  Epoch epoch_ = no_epoch;
  Image image_;
  Sessions sessions_;
  std::optional<Instant> next_rebalance_, next_unclean_election_;
  std::map<NodeId, Uuid> refused_;  // incarnations whose refusal was told: they ask again and again
};

}  // namespace lab::controller
