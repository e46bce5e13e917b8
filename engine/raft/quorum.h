// KRaft: one node's part in the quorum over __cluster_metadata (KIP-595, KIP-630 snapshots, KIP-996
// pre-vote) with a fixed set of voters. The broker gives it decoded requests, replies and file
// completions; it answers by callbacks, sends through Network, writes through the Context and the
// log, and tells its Listener what is committed. It opens no connection, knows no frame, and never
// looks into the records' values.
//
// Two rules hold everywhere: nothing leaves this node before the epoch and vote on which it rests
// are durable; and a node counts for the high watermark, for its claim as a candidate and for its
// next fetch only what its own disk has synced (but refuses candidates by all it has).
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/uuid.h"
#include "engine/machine/context.h"
#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/begin_quorum_epoch.h"
#include "engine/protocol/messages/describe_quorum.h"
#include "engine/protocol/messages/end_quorum_epoch.h"
#include "engine/protocol/messages/fetch.h"
#include "engine/protocol/messages/fetch_snapshot.h"
#include "engine/protocol/messages/vote.h"
#include "engine/raft/election_state.h"
#include "engine/raft/pace.h"
#include "engine/raft/types.h"
#include "engine/storage/disk.h"
#include "engine/storage/partition_log.h"

namespace lab::raft {

// A request to another voter, and what it may answer (the same alternative). Versions: Vote 2,
// BeginQuorumEpoch 1, EndQuorumEpoch 1, Fetch 17, FetchSnapshot 1.
using Request = std::variant<protocol::VoteRequest, protocol::BeginQuorumEpochRequest,
                             protocol::EndQuorumEpochRequest, protocol::FetchRequest,
                             protocol::FetchSnapshotRequest>;
using Response = std::variant<protocol::VoteResponse, protocol::BeginQuorumEpochResponse,
                              protocol::EndQuorumEpochResponse, protocol::FetchResponse,
                              protocol::FetchSnapshotResponse>;
using RequestHandle = std::uint64_t;

// Carries requests to voters, whose addresses are the settings'.
class Network {
 public:
  virtual ~Network() = default;
  // Answered later, never within this call, by Quorum::on_response or on_failed with `handle`; late
  // or not at all are fine, too: the quorum has its own request timeout.
  virtual void send(NodeId to, Request request, RequestHandle handle) = 0;
  // The answer is not waited for any more (request timeout). Kafka's client closes the connection.
  virtual void gave_up(NodeId to, RequestHandle handle) = 0;
};

// Kafka's names are in brackets; what is not positive counts as 1 ms.
struct Settings {
  NodeId self = no_node;
  Uuid directory_id;                            // directory.id of meta.properties
  std::string cluster_id;                       // cluster.id
  std::vector<Voter> voters;                    // [controller.quorum.voters], at least one
  bool is_voter = false;                        // else an observer (process.roles=broker)
  std::string listener_name = "CONTROLLER";     // of the voters' addresses
  milliseconds fetch_timeout{2000};             // [controller.quorum.fetch.timeout.ms]
  milliseconds election_timeout{1000};          // [controller.quorum.election.timeout.ms]
  milliseconds election_backoff_max{1000};      // [controller.quorum.election.backoff.max.ms]
  milliseconds append_linger{25};               // [controller.quorum.append.linger.ms]
  milliseconds request_timeout{2000};           // [controller.quorum.request.timeout.ms]
  milliseconds retry_backoff{20};               // [controller.quorum.retry.backoff.ms]
  std::int32_t fetch_max_bytes = 8 << 20;       // of one Fetch reply's records
  std::int32_t snapshot_chunk_bytes = 1 << 20;  // of one FetchSnapshot reply
  std::int64_t snapshot_max_bytes = 256 << 20;  // a larger one is not taken from a leader
};

class Quorum {
 public:
  // All references outlive the quorum. `log` is __cluster_metadata-0, opened or created, with
  // segments that never expire by retention.
  Quorum(Context& context, Settings settings, storage::PartitionLog& log, Network& network,
         Listener& listener);
  ~Quorum();
  Quorum(const Quorum&) = delete;
  Quorum& operator=(const Quorum&) = delete;

  // Reads quorum-state and the latest snapshot. Before start(), once; emits no effects. Errors: the
  // disk, or a file only a person can mend.
  Result<void> recover(storage::Disk& disk);
  // Takes part from now on: tells the listener the snapshot and the leader as far as known, arms
  // timers. Within an input.
  void start();

  // ---- What other nodes ask. `reply` is called once, now or in a later input, or never when the
  // quorum is destroyed before. cluster id, epoch, voter key and partition are checked as Kafka
  // does.
  template <class Message>
  using Reply = std::function<void(Message)>;
  void vote(const protocol::VoteRequest& request, Reply<protocol::VoteResponse> reply);
  void begin_quorum_epoch(const protocol::BeginQuorumEpochRequest& request,
                          Reply<protocol::BeginQuorumEpochResponse> reply);
  void end_quorum_epoch(const protocol::EndQuorumEpochRequest& request,
                        Reply<protocol::EndQuorumEpochResponse> reply);
  // Waits at most a third of the fetch timeout, whatever max_wait_ms asks for (KAFKA.md 2.7).
  void fetch(const protocol::FetchRequest& request, Reply<protocol::FetchResponse> reply);
  void fetch_snapshot(const protocol::FetchSnapshotRequest& request,
                      Reply<protocol::FetchSnapshotResponse> reply);
  void describe_quorum(const protocol::DescribeQuorumRequest& request,
                       Reply<protocol::DescribeQuorumResponse> reply);

  // ---- What the Network reports. Unknown handles are ignored.
  void on_response(RequestHandle handle, const Response& response);
  void on_failed(RequestHandle handle);

  // ---- What the active controller does.
  // Queues records that will be in one batch, after append_linger at most; gives the offset of the
  // last one. nullopt where this node does not lead `epoch` (any more). At least one value,
  // together at most 8 MiB. A record is final when on_committed gives it; it is lost when another
  // leader's epoch begins before.
  std::optional<Offset> append(Epoch epoch, std::vector<Slice> values);
  // The controller gives up leading `epoch` and stays a voter. Nothing where it does not lead it.
  void renounce(Epoch epoch, const std::string& why);
  // A graceful end: a leader hands over (EndQuorumEpoch with the best followers first); this node
  // does not campaign any more.
  void resign();

  // ---- Snapshots.
  // Writes the state up to `id` (its offset at most what was delivered to the listener) as a
  // snapshot; afterwards the log before it and older snapshots are deleted. False where `id` is no
  // such point, is not newer than the latest snapshot, or another one is being made.
  bool make_snapshot(const OffsetAndEpoch& id, const std::vector<Slice>& values);
  // The newest durable one; {0, 0} where there is none.
  OffsetAndEpoch latest_snapshot() const { return snapshot_; }

  // ---- Where it stands.
  trace::Role role() const { return role_; }
  Epoch epoch() const { return election_.epoch; }
  LeaderAndEpoch leader() const { return {known_leader(), election_.epoch}; }
  // True from on_leader_ready on.
  bool is_ready_leader() const { return role_ == trace::Role::leader && ready_told_; }
  // End of what is known to be committed; no_offset where nothing is.
  Offset high_watermark() const { return high_watermark_; }
  Offset log_end() const { return log_.log_end(); }
  // End of what the listener has got; its epoch is the last batch's.
  OffsetAndEpoch delivered() const { return delivered_; }
  const Settings& settings() const { return settings_; }
  // Traces role and marks anew, for a lab that asks for the whole state.
  void trace_state();

 private:
  enum class Ask : std::uint8_t { pre_vote, vote, begin_epoch, end_epoch, fetch, fetch_snapshot };
  struct Outstanding {
    NodeId to;
    Ask ask;
    Epoch epoch;
    std::uint64_t turn;                         // which time in a role it was asked in
    Instant sent{}, deadline = Instant::max();  // from when it left; before, it waits for the disk
  };
  // How far a follower or observer is, as the leader sees it.
  struct Replica {
    Uuid directory_id;
    Offset fetched = no_offset;
    Offset told_high_watermark = no_offset;
    std::optional<Instant> last_fetch;
    std::int64_t last_fetch_ms = -1, last_caught_up_ms = -1;  // wall clock
    // The log end at the last fetch and when that was: reaching it later proves "caught up then".
    Offset end_at_last_fetch = no_offset;
  };
  struct FetchCall {
    NodeId replica;
    Uuid directory_id;
    Epoch epoch;
    OffsetAndEpoch from;
    std::size_t max_bytes = 0;
    Instant deadline{};
    Reply<protocol::FetchResponse> reply;
  };
  struct Waiter {
    std::uint64_t version;
    std::function<void()> then;
  };
  struct Download {
    OffsetAndEpoch id;
    std::int64_t size = -1;
    std::int64_t position = 0;
    Slices chunks;
  };

  // quorum.cpp: recovery, what is durable, requests in flight, timers
  template <class... Args>
  void say(Level level, fmt::format_string<Args...> format, Args&&... args) {
    context_.log(level, "org.apache.kafka.raft.KafkaRaftClient", "[RaftManager id={}] {}",
                 settings_.self, fmt::format(format, std::forward<Args>(args)...));
  }
  // A completion that does nothing when this quorum is gone.
  template <class F>
  auto guarded(F then) {
    return [alive = std::weak_ptr<bool>(alive_), then = std::move(then)](auto&&... args) mutable {
      if (!alive.expired()) then(std::forward<decltype(args)>(args)...);
    };
  }
  template <class Message>
  void answer(const Reply<Message>& reply, Message message) {
    after_durable([reply, message = std::move(message)]() mutable { reply(std::move(message)); });
  }
  // KIP-853: who asks the wrong node also learns where the leader is.
  template <class Message>
  void add_leader_endpoint(Message& message) const {
    if (const Voter* v = voter(known_leader())) {
      auto& endpoint = message.node_endpoints.emplace_back();
      endpoint.node_id = v->id.v;
      endpoint.host = v->address.host;
      endpoint.port = v->address.port;
    }
  }
  bool is_voter(NodeId node) const { return voter(node) != nullptr; }
  const Voter* voter(NodeId node) const;
  std::size_t majority() const { return settings_.voters.size() / 2 + 1; }
  Result<void> recover_snapshot(storage::Disk& disk, const OffsetAndEpoch& id);
  void align_log_with_snapshot();
  void persist(bool must_be_durable);
  void write_state();
  void state_written(std::uint64_t version, const Done& done);
  void after_durable(std::function<void()> then);
  void send(NodeId to, Ask ask, Request request);
  bool asking(NodeId to, Ask ask) const;
  void arm_request_timer();
  void on_request_timer();
  void request_failed(const Outstanding& request);
  void dispatch(const Outstanding& request, const Response& response);
  template <class Message>
  void on_epoch_reply(const Outstanding& request, const Message& response);
  void trace_marks();

  // transitions.cpp
  NodeId known_leader() const;
  void leave_role();
  void enter(trace::Role role, const std::string& why);
  void tell_leader();
  void become_unattached(Epoch epoch, const std::string& why);
  void become_follower(Epoch epoch, NodeId leader, const std::string& why);
  void become_prospective(const std::string& why);
  void become_candidate(const std::string& why);
  void become_leader();
  void become_resigned(const std::string& why);
  bool heard_of(NodeId leader, Epoch epoch, const std::string& how);
  void wait_in_role(Duration patience);
  void on_timer();
  Duration fetch_timeout() const;
  Duration check_quorum_timeout() const;
  Duration election_timeout();
  Duration election_backoff();

  // election.cpp
  protocol::ErrorCode check_voter_request(NodeId from, Epoch epoch) const;
  bool is_own_key(std::int32_t voter_id, const Uuid& directory) const;
  bool can_grant(NodeId candidate, const Uuid& directory, bool up_to_date, bool pre_vote) const;
  bool grant(NodeId candidate, const Uuid& directory, const OffsetAndEpoch& end, bool pre_vote);
  void ask_for_votes();
  void ask_for_vote(NodeId other);
  void on_vote(const Outstanding& request, const protocol::VoteResponse& response);
  void count_votes();
  void election_lost(const std::string& why);
  void repeat_asks();

  // epoch.cpp
  void send_begin_epoch();
  std::vector<NodeId> preferred_candidates() const;
  void send_end_epoch(NodeId to);
  void follow_resignation(const protocol::EndQuorumEpochRequest::PartitionData& data);

  // leader.cpp
  void start_epoch();
  void appended(const storage::AppendResult& result);
  void drain_appends();
  void flush_log();
  void on_synced();
  void advance_high_watermark();
  void check_quorum();

  // fetch_server.cpp
  protocol::ErrorCode check_leader_request(Epoch epoch) const;
  Duration longest_wait() const;
  Epoch epoch_before(Offset end) const;
  OffsetAndEpoch synced_end() const;
  OffsetAndEpoch end_of_epoch(Epoch epoch) const;
  Offset exposed_high_watermark() const;
  protocol::FetchResponse fetch_response(protocol::ErrorCode error) const;
  std::optional<protocol::FetchResponse> misplaced(const OffsetAndEpoch& from) const;
  void serve(FetchCall call, bool first);
  void read_for(FetchCall call, Offset limit);
  void reply_to_fetch(const FetchCall& call, Slices records);
  void park(FetchCall call);
  void arm_parked_timer();
  void wake_parked();
  Replica* replica_of(NodeId id);
  void note_contact(NodeId id, const Uuid& directory_id);
  void note_position(NodeId id, Offset fetched);

  // follower.cpp
  void fetch_soon(Duration delay);
  NodeId fetch_source();
  void fetch_now();
  void on_fetch_timeout();
  void fetched_from_leader();
  void on_fetch(const Outstanding& request, const protocol::FetchResponse& response);
  bool take_records(const protocol::Records& records, Offset& matched);
  bool is_here(Offset base, Offset last, Epoch epoch) const;
  void cut_to(Offset offset, const std::string& why);
  void truncate_for(const OffsetAndEpoch& diverging);

  // commit.cpp
  void raise_high_watermark(Offset offset);
  void deliver();
  bool deliver_batches(const storage::ReadResult& read);
  void tell_ready();

  // snapshots.cpp
  void snapshot_made(const OffsetAndEpoch& id, std::int64_t bytes);
  void remove_snapshots_before(const OffsetAndEpoch& id);
  protocol::FetchSnapshotResponse snapshot_response(protocol::ErrorCode error,
                                                    const OffsetAndEpoch& id, std::int64_t position,
                                                    const Slice& bytes) const;
  void start_download(const OffsetAndEpoch& id);
  void ask_for_chunk();
  void on_chunk(const Outstanding& request, const protocol::FetchSnapshotResponse& response);
  void finish_download();
  void install_snapshot(const OffsetAndEpoch& id, std::int64_t size, WallTime last_append,
                        std::vector<Slice> values);

  Context& context_;
  Settings settings_;
  storage::PartitionLog& log_;
  Network& network_;
  Listener& listener_;

  // Election state: what quorum-state holds, and how much of it is durable.
  trace::Role role_ = trace::Role::unattached;
  ElectionState election_;
  std::uint64_t version_ = 0, durable_version_ = 0, needed_version_ = 0;
  bool writing_state_ = false;
  Instant state_write_began_{};
  Duration state_write_took_{0};  // the last one
  std::deque<Waiter> waiters_;
  std::uint64_t turn_ = 0;   // counts changes of role: answers to earlier turns are stale
  std::uint64_t waits_ = 0;  // counts what the role timer was set for: only the last one counts
  bool started_ = false, shutting_down_ = false;
  LeaderAndEpoch told_leader_{no_node, no_epoch};
  trace::QuorumMarks traced_marks_;

  // Election and follower
  Pace pace_;
  std::int32_t rounds_ = 0;  // elections tried since a leader was last known
  std::set<NodeId> granted_, rejected_;
  bool backing_off_ = false;        // a candidate that lost waits
  bool gave_way_ = false;           // and waits a little longer for another's try
  std::vector<NodeId> candidates_;  // whom it prefers as its successor, once resigned
  std::set<NodeId> informed_;       // who knows that it has resigned
  bool has_fetched_ = false;        // from this epoch's leader
  Offset fetching_from_{0};         // where the fetch under way begins
  bool leader_ended_ = false;       // the leader said that its epoch ends
  bool leader_suspect_ = false;     // an observer asks others, too
  std::optional<Download> download_;

  // Leader
  std::map<NodeId, Replica> replicas_;  // voters but self
  std::map<NodeId, Replica> observers_;
  Offset epoch_start_ = no_offset;
  Instant led_since_{};
  bool ready_told_ = false;
  std::vector<Slice> appends_;  // queued, in order
  std::size_t append_bytes_ = 0;
  std::deque<FetchCall> parked_;
  bool flushing_ = false;

  // Committed and snapshots
  Offset high_watermark_ = no_offset;
  OffsetAndEpoch delivered_;
  WallTime delivered_time_{};  // append time of the last one
  bool delivering_ = false;
  std::uint64_t installs_ = 0;  // reads begun before an install are dropped
  OffsetAndEpoch snapshot_;
  std::int64_t snapshot_size_ = 0;
  bool making_snapshot_ = false;
  std::vector<OffsetAndEpoch> snapshots_on_disk_;
  std::vector<std::string> leftovers_;  // files of the directory to remove at start
  std::vector<Slice> snapshot_values_;  // recovered, until start() tells them

  std::map<RequestHandle, Outstanding> outstanding_;
  RequestHandle next_handle_ = 1;

  Context::Timer role_timer_, fetch_timer_, linger_timer_, begin_timer_, retry_timer_,
      request_timer_, parked_timer_, state_timer_;
  std::shared_ptr<bool> alive_;
};

}  // namespace lab::raft
