// One replica of one partition on this broker: its log, its role, and where the high watermark is.
// ReplicaManager owns it, tells it what the metadata says, and asks it. As leader it keeps the ISR
// (in_sync.h) and proposes changes of it; as follower it takes what its leader sent. It answers no
// request itself: whoever waits for it is woken through Waiting.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/controller/image.h"
#include "engine/protocol/error_codes.h"
#include "engine/replication/in_sync.h"
#include "engine/replication/topic_settings.h"
#include "engine/replication/waiting.h"
#include "engine/storage/partition_log.h"

namespace lab::replication {

// A leader's request to the controller for another ISR (AlterPartition).
struct IsrProposal {
  TopicPartition key;
  Uuid topic_id;
  Epoch leader_epoch{0};
  std::int32_t partition_epoch = 0;
  std::vector<IsrMember> isr;
};

// What the controller said to one. Without an answer the code is NOT_CONTROLLER: whether it was
// taken is not known then.
struct IsrAnswer {
  protocol::ErrorCode code = protocol::ErrorCode::not_controller;
  std::vector<NodeId> isr;
  Epoch leader_epoch{-1};
  std::int32_t partition_epoch = -1;
};

// What the partitions of one broker share. Filled by ReplicaManager.
struct Shared {
  Context& context;
  Waiting& waiting;
  NodeId self = no_node;
  Duration lag_max{};            // replica.lag.time.max.ms
  BrokerEpoch broker_epoch{-1};  // of this broker
  InSync::Eligible eligible;     // as the metadata has it
  std::function<void(IsrProposal)> propose;
  std::function<void(const TopicPartition&)> changed;  // marks moved: trace them
};

class Partition {
 public:
  enum class Role : std::uint8_t { none, leader, follower };

  Partition(Shared& shared, TopicPartition key, Uuid topic_id,
            std::unique_ptr<storage::PartitionLog> log, Offset high_watermark);

  // Gives the log up, to be removed; nothing else may be asked of this partition afterwards.
  std::unique_ptr<storage::PartitionLog> take_log();

  // What the metadata says now; min_isr is min.insync.replicas bounded by the number of replicas.
  // True where role, leader or leader epoch changed.
  bool apply(const controller::Partition& state, std::int32_t min_isr);

  // The topic's settings, from now on.
  void obey(const TopicSettings& settings);

  const TopicPartition& key() const { return key_; }
  const Uuid& topic_id() const { return topic_id_; }
  storage::PartitionLog& log() { return *log_; }
  const storage::PartitionLog& log() const { return *log_; }
  Role role() const { return role_; }
  bool leads() const { return role_ == Role::leader; }
  NodeId leader() const { return leader_; }
  Epoch leader_epoch() const { return leader_epoch_; }
  Offset high_watermark() const { return high_watermark_; }
  std::int32_t min_isr() const { return min_isr_; }
  const TopicSettings& settings() const { return settings_; }

  // Kafka's check of a request's idea of the leader epoch (KIP-320); -1 is not checked.
  protocol::ErrorCode check_epoch(std::int32_t current_leader_epoch, bool must_lead) const;

  // ---- As leader.
  // NOT_ENOUGH_REPLICAS for acks=all below min.insync.replicas.
  bool enough_replicas() const;
  // A follower asked for what comes at `at`: it has everything before.
  void follower_fetched(NodeId follower, BrokerEpoch epoch, Offset at);
  // Looks for members of the ISR that lag; called every replica.lag.time.max.ms / 2.
  void check_lag();
  // Whether this proposal is the one that is pending.
  bool proposes(const IsrProposal& proposal) const;
  // The controller's answer to the pending proposal. True: ask again, with the same.
  bool proposal_answered(const IsrAnswer& answer);
  const InSync* in_sync() const { return in_sync_ ? &*in_sync_ : nullptr; }

  // ---- As follower.
  // The leader's high watermark, as far as this log reaches.
  void learn_high_watermark(Offset leader_high_watermark);
  // The leader's log parts from this one after (epoch, end): cut what it does not have (KIP-279).
  void diverged(Epoch epoch, Offset end);
  // The leader no longer has what comes next: start anew where its log starts.
  void restart_at(Offset log_start);
  void traced_truncation(Offset from, Offset to);

 private:
  void become_leader(const controller::Partition& state);
  void become_follower(const controller::Partition& state);
  void advance();
  void grow_by(NodeId follower);
  void send_proposal(std::vector<IsrMember> isr);

  Shared& shared_;
  TopicPartition key_;
  Uuid topic_id_;
  std::unique_ptr<storage::PartitionLog> log_;
  Role role_ = Role::none;
  NodeId leader_ = no_node;
  Epoch leader_epoch_{-1};
  std::int32_t min_isr_ = 1;
  TopicSettings settings_;
  Offset high_watermark_;
  std::optional<InSync> in_sync_;
};

}  // namespace lab::replication
