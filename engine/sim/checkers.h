// What must hold in a simulated cluster, looked at after each input of each broker. A violation is
// thrown with the number and name of its invariant (FAULTS.md, violation.h); whoever runs the world
// shows it with the seed. Checkers look and remember; they never act.
//
//   1–3, 5–8    the quorum, the image: here, after each input
//   4           here, every 5 s: the metadata logs below their high watermarks
//   10–13, 16   partitions: here, after each input; 13 also every 5 s over all logs
//   14, 15      here, when a client is told (acknowledged(), seen()); history.h at the end
//   17, 19      marks after each input; the logs every 5 s (log_order.h)
//   18          here, when a leader of an older epoch moves its high watermark
//   25, 27–31   history.h, of what clients saw. 26: there are no transactions to be aborted
//   32          wire.h, of the frames that brokers get and send
//   35          recovery_check.h, at each start. That retention spares the active segment: a unit
//               test of the storage room; no random run deletes records
//   36          brokersim runs some seeds twice
//   37          here, at quiet: leak()
//   38          branches.h
//   39, 40      healing.h, with names for what is missed; of 41 readers and unanswered requests
//   22–24       groups: not served yet
//
// Not asserted: that a follower's high watermark only grows. In Kafka it need not.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/raft/election_state.h"
#include "engine/sim/cluster.h"
#include "engine/sim/log_files.h"
#include "engine/sim/violation.h"
#include "engine/sim/wire.h"

namespace lab::sim {

class Checkers {
 public:
  explicit Checkers(Cluster& cluster);
  // A broker has handled an input. Throws Violation.
  void after_input(int broker);
  // Reads all logs on disk: below what is committed they are equal (13), and each is in order (17,
  // 19); costs the size of the logs.
  void compare_logs();
  // Records that are committed for good: what any leader's high watermark has reached.
  Offset committed(const std::string& topic, int partition) const;
  // A client was told that its write with acks=all is done (14), or read a record (15). Such a
  // topic is never made anew.
  void acknowledged(const std::string& topic, int partition, Offset offset) const;
  void seen(const std::string& topic, int partition, Offset offset) const;
  // What of its log a broker knew to be synced when it handled its last input.
  Offset synced(int broker, const Uuid& topic, int partition) const;
  // What a broker holds of sessions, requests or connections that nobody has (37); nullopt where
  // nothing. A request of a connection that is gone may wait until its time is over.
  std::optional<std::string> leak(const Wire& wire);
  // A rare branch that only the metadata tells was reached.
  std::function<void(std::string_view name)> on_branch;
  // Leaders that partitions and the quorum had over the run.
  std::uint64_t partition_leaders() const { return partition_leaders_; }
  std::uint64_t quorum_leaders() const { return quorum_leaders_.size(); }

 private:
  struct Known {                       // of one broker, over all its lives
    Epoch epoch{-1};                   // within one life
    Epoch led{-1};                     // the last in which it led
    Offset synced{0};                  // of the metadata log
    Offset inherited{0}, begun_at{0};  // high watermark and log end when it began to lead
    Epoch voted_in{-1};                // and for whom, as it is on its disk
    NodeId voted = no_node;
    trace::Role role = trace::Role::observer;
    Offset applied{-1};  // within one life
    std::uint64_t life = 0;
  };
  struct PartitionState {
    Offset committed{0};
    Epoch leader_epoch{-1};        // the highest that anyone led in
    std::map<Epoch, int> leaders;  // by leader epoch
    Epoch image_epoch{-1};
    std::int32_t partition_epoch = -1;
    NodeId image_leader = no_node;
    std::vector<NodeId> elr;
    std::map<int, Offset> synced;  // by broker
    std::vector<Batch> batches;    // committed ones, in order, as the leaders had them
    // Where the present leader's log is compared with them.
    LogReader reader;
    std::size_t compared = 0;  // batches
    Offset compared_end{0};
    int reader_of = 0;
    std::uint64_t reader_life = 0;
  };
  using Key = std::pair<Uuid, PartitionIndex>;

  void compare_metadata(int broker, broker::Node& node);

  void check_quorum(int broker, broker::Node& node);
  void check_roles(int broker, broker::Node& node) const;
  void check_leader(int broker, broker::Node& node);
  void check_vote(int broker);
  void check_votes(int leader, Epoch epoch);
  std::optional<raft::ElectionState> durable_state(int broker);
  void check_metadata(int broker, broker::Node& node);
  void check_image(const controller::Image& image);
  void check_replicas(int broker, broker::Node& node);
  void check_successor(int broker, const replication::Partition& replica,
                       const PartitionState& state);
  void compare_log(const std::string& who, LogReader reader, const replication::Partition& replica,
                   const PartitionState& state);
  void check_leadership(int broker, const replication::Partition& replica, PartitionState& state);
  void check_members(const Key& key, const PartitionState& state);
  void learn_committed(int broker, const replication::Partition& replica, PartitionState& state);
  void compare(const std::string& who, LogReader& reader, Offset end, std::size_t& at,
               PartitionState& state);
  const controller::Image* newest_image();

  Cluster& cluster_;
  std::map<int, Known> known_;
  std::map<Epoch, int> quorum_leaders_;
  Offset quorum_committed_{0};
  std::map<Offset, Batch> metadata_;  // committed batches, by their first offset
  std::map<Offset, std::pair<Epoch, std::uint64_t>> images_;  // epoch and digest at an offset
  std::map<Key, PartitionState> partitions_;
  std::map<Key, std::string> names_;
  std::map<std::pair<std::string, int>, Offset> committed_;  // by name
  Offset newest_applied_{-1};
  int newest_broker_ = 0;
  std::uint64_t newest_life_ = 0;
  std::uint64_t partition_leaders_ = 0;
};

}  // namespace lab::sim
