// All replicas of one broker: makes and removes them as the metadata says, gives them their roles,
// and carries out what requests ask of them (produce, fetch, list offsets, epochs). Owned by the
// broker's room. It speaks to nobody: fetches leave through FetchLink, ISR proposals through a
// callback, replies through the callbacks of the requests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "engine/protocol/messages/list_offsets.h"
#include "engine/protocol/messages/offset_for_leader_epoch.h"
#include "engine/protocol/messages/produce.h"
#include "engine/replication/fetcher.h"
#include "engine/replication/partition.h"
#include "engine/replication/topic_settings.h"

namespace lab::replication {

struct ReplicaSettings {
  Duration lag_max = milliseconds(30'000);  // replica.lag.time.max.ms
  std::int32_t min_insync_replicas = 1;     // where neither topic nor cluster says it
  std::int32_t fetch_max_bytes = 55 * 1024 * 1024;
  std::size_t cache_budget = 64 << 20;  // tails of all logs together, bytes
  TopicSettings topic;                  // where a topic does not say it
  FetchSettings fetch;
};

class ReplicaManager {
 public:
  using OnProduced = std::function<void(const protocol::ProduceResponse&)>;
  using OnFetched = std::function<void(const protocol::FetchResponse&)>;
  using OnListed = std::function<void(const protocol::ListOffsetsResponse&)>;

  ReplicaManager(Context& context, NodeId self, ReplicaSettings settings, FetchLink& link,
                 std::function<void(IsrProposal)> propose);

  // ---- Before the first metadata: what recovery found on disk.
  void recovered(TopicPartition key, std::unique_ptr<storage::PartitionLog> log,
                 Offset high_watermark);

  // ---- Metadata.
  void registered(BrokerEpoch epoch) { shared_.broker_epoch = epoch; }
  // The image to look things up in; it outlives this object and is never behind what apply was
  // told.
  void set_image(const controller::Image* image) { image_ = image; }
  // The first image that counts: makes, drops and starts everything.
  void begin();
  // What changed since.
  void apply(const controller::ImageChange& change);

  // ---- Requests. The callback runs once, now or later.
  void produce(protocol::ProduceRequest request, OnProduced done);
  // `version` decides whether topics are named by id.
  void fetch(protocol::FetchRequest request, std::int16_t version, OnFetched done);
  void list_offsets(protocol::ListOffsetsRequest request, OnListed done);
  protocol::OffsetForLeaderEpochResponse offsets_for_epochs(
      const protocol::OffsetForLeaderEpochRequest& request);
  // Whether the proposal is still what its partition waits for; the metadata may have overtaken it.
  bool proposes(const IsrProposal& proposal);
  // The controller's answer to a proposal of ours. True: ask again, with the same.
  bool proposal_answered(const IsrProposal& proposal, const IsrAnswer& answer);

  // Called at the end of each input: wakes what waits and traces the marks that moved.
  void settle();

  // ---- For checkpoints, snapshots of the state, tests and checkers.
  Partition* find(const TopicPartition& key);
  const std::map<TopicPartition, std::unique_ptr<Partition>>& partitions() const {
    return partitions_;
  }
  std::size_t waiting() const { return waiting_.size(); }
  // Tells role and marks of all replicas anew, for a lab that has just connected.
  void trace_state();
  // Retention, idle caches: every log.retention.check.interval.ms.
  void maintain();
  // Writes and syncs all logs; then the callback, told whether all of them could. Nothing is
  // fetched any more.
  void close(std::function<void(bool ok)> closed);

 private:
  friend class ProduceWork;
  friend class FetchWork;
  friend class ListWork;

  void make(const controller::Topic& topic, PartitionIndex index);
  void place(const controller::Topic& topic, PartitionIndex index);
  void drop(const TopicPartition& key);
  void left(const TopicPartition& key);
  void update_fetcher(Partition& partition);
  void trim_caches();
  void trace_marks();
  void trace_mark(const Partition& partition);
  storage::AppendResult append(Partition& partition, const protocol::Records& records,
                               protocol::ErrorCode& code, std::string& message);
  std::string topic_name(const std::string& name, const Uuid& id, std::int16_t version,
                         protocol::ErrorCode& code) const;
  std::int32_t min_isr(const std::string& topic, std::size_t replicas) const;

  Context& context_;
  ReplicaSettings settings_;
  FetchLink& link_;
  Waiting waiting_;
  Shared shared_;
  const controller::Image* image_ = nullptr;
  std::map<TopicPartition, std::unique_ptr<Partition>> partitions_;
  std::map<TopicPartition, std::unique_ptr<storage::PartitionLog>> leaving_;  // being removed
  std::map<TopicPartition, std::pair<std::unique_ptr<storage::PartitionLog>, Offset>> recovered_;
  std::map<NodeId, std::unique_ptr<Fetcher>> fetchers_;
  std::set<TopicPartition> changed_;
  bool begun_ = false, closed_ = false;
  Context::Timer lag_timer_;
};

}  // namespace lab::replication
