// Follows one leader: fetches what this broker's replicas lack, appends it, cuts what the leader
// does not have, and fetches again (KAFKA.md §2.4). One request at a time; the next leaves when
// what the last brought is written, so that the fetch offset is the written end. Made by
// ReplicaManager, one for each broker that leads partitions followed here. It opens no connection:
// FetchLink does.
#pragma once

#include <functional>
#include <map>

#include "engine/protocol/messages/fetch.h"
#include "engine/replication/partition.h"

namespace lab::replication {

// How a Fetch reaches another broker. Implemented by the broker's room.
class FetchLink {
 public:
  using Answer = std::function<void(Result<protocol::FetchResponse>)>;
  virtual ~FetchLink() = default;
  // `answer` runs once, never from within this call; nothing is repeated.
  virtual void fetch(NodeId leader, protocol::FetchRequest request, Answer answer) = 0;
  // Gives up what is in flight to that broker: its answer may come as an error, or not at all.
  virtual void abandon(NodeId leader) = 0;
};

// replica.fetch.* of the broker's configuration.
struct FetchSettings {
  std::int32_t max_bytes = 1024 * 1024;  // of one partition
  std::int32_t response_max_bytes = 10 * 1024 * 1024;
  std::int32_t min_bytes = 1;
  milliseconds wait_max{500};
  milliseconds backoff{1000};
};

class Fetcher {
 public:
  Fetcher(Shared& shared, FetchLink& link, FetchSettings settings, NodeId leader);
  ~Fetcher();

  void add(Partition& partition);
  void remove(const TopicPartition& key);
  bool empty() const { return partitions_.empty(); }
  // Something may have become possible: a write is done, a partition was added.
  void go();

 private:
  struct Followed {
    Partition* partition = nullptr;
    Instant not_before{};  // after an error the partition rests,
    Duration rest{};       // longer each time, up to replica.fetch.backoff.ms
  };

  protocol::FetchRequest request(bool& any) const;
  void answered(const Result<protocol::FetchResponse>& result);
  void take(Followed& followed, const protocol::FetchResponse::PartitionData& data);
  void append(Followed& followed, const protocol::FetchResponse::PartitionData& data);
  void rest(Followed& followed);
  bool writing() const;

  Shared& shared_;
  FetchLink& link_;
  FetchSettings settings_;
  NodeId leader_;
  std::map<TopicPartition, Followed> partitions_;
  bool in_flight_ = false;
  std::uint64_t asked_ = 0;  // answers to earlier requests are stale
  Context::Timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lab::replication
