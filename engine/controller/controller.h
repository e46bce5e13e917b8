// The active controller: commands in, metadata records and a reply out (KAFKA.md §2.2–2.4). Its
// owner (broker::Node, on the quorum's leader) appends the records of one decision to the metadata
// log as one atomic batch and releases the reply when they are committed; a decision without
// records is released when all before it are committed. The controller decides on an image that
// runs ahead of the log by what it has decided itself. It appends nothing, sends nothing and sets
// no timer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/controller/image.h"
#include "engine/machine/context.h"
#include "engine/protocol/messages/allocate_producer_ids.h"
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
  Duration session_timeout = seconds(9);        // broker.session.timeout.ms
  std::int32_t num_partitions = 1;              // num.partitions
  std::int16_t default_replication_factor = 1;  // default.replication.factor
  std::int32_t min_insync_replicas = 1;         // min.insync.replicas
  bool elr = true;                              // eligible.leader.replicas.version at bootstrap
  bool unclean_leader_election = false;         // unclean.leader.election.enable
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

class Controller {
 public:
  // Keeps the reference; called only within an input of `context`'s machine.
  Controller(Context& context, ControllerConfig config);
  ~Controller();

  // The node was elected and the log up to the record of its own epoch is committed in `committed`.
  // Each broker gets a fresh session. Returns what must be written first: the bootstrap records
  // where the image is empty.
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
  // 44, for topics and the cluster level.
  Decision<protocol::IncrementalAlterConfigsResponse> incremental_alter_configs(
      const protocol::IncrementalAlterConfigsRequest& request);

  // ---- Time. The owner calls tick() at next_tick(), which may have moved after any other call.

  // Fences at most one broker whose session has ended (exactly session_timeout after its last
  // contact), or does what is due of the periodic elections.
  MetadataRecords tick();
  // nullopt: nothing to wait for. Not later than now where there is more to do.
  std::optional<Instant> next_tick() const;
  // This machine itself stood still: no session ends for its own delay.
  void stalled(Duration late);

 private:
  struct Session {
    BrokerEpoch epoch{-1};
    Instant last_contact{};
    Offset metadata_offset = no_offset;  // as its last heartbeat told
    Offset shutdown_offset = no_offset;  // where its controlled shutdown was decided
  };
  bool session_valid(NodeId id) const;

  Context& context_;
  ControllerConfig config_;
  bool active_ = false;
  Epoch epoch_ = no_epoch;
  Image image_;
  std::map<NodeId, Session> sessions_;
  std::optional<Instant> next_rebalance_, next_unclean_election_;
};

}  // namespace lab::controller
