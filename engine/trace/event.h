// The closed list of what can be told about a cluster. Machines trace these, the lab socket and
// recording files carry them (one codec for both, trace/codec.h), and the lab's model is made from
// nothing else. Times are exact; `cause` points at an earlier event of the same incarnation.
//
// An event kind is a plain struct with a name, a weight and its fields. Control events are never
// folded or dropped; bulk events (frames, marks) may be folded into counts on a busy link.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/base/uuid.h"

namespace lab::trace {

// One field of an event: its name in JSON and in the inspector, and where it is kept.
template <class Event, class T>
struct Field {
  std::string_view name;
  T Event::*member;
};
template <class Event, class T>
constexpr Field<Event, T> field(std::string_view name, T Event::*member) {
  return {name, member};
}

enum class Weight : std::uint8_t { control, bulk };

// ---- Life of a node
// -------------------------------------------------------------------------------

// A process (or simulated node) begins; the first event of an incarnation.
struct NodeStarted {
  std::string roles;  // as process.roles has it
  std::string version;
  std::string cluster_id;
  std::uint16_t client_port = 0;      // 0: no such listener
  std::uint16_t controller_port = 0;  // 0: no such listener
  std::int64_t pid = 0;               // 0 in the simulator
  static constexpr std::string_view name = "node-started";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = NodeStarted;
    return std::tuple{field("roles", &E::roles),
                      field("version", &E::version),
                      field("cluster_id", &E::cluster_id),
                      field("client_port", &E::client_port),
                      field("controller_port", &E::controller_port),
                      field("pid", &E::pid)};
  }
  bool operator==(const NodeStarted&) const = default;
};

// Recovery went on: `done` of `total` partitions have been loaded.
struct Recovering {
  std::int32_t done = 0, total = 0;
  static constexpr std::string_view name = "recovering";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    return std::tuple{field("done", &Recovering::done), field("total", &Recovering::total)};
  }
  bool operator==(const Recovering&) const = default;
};

// The node accepts connections.
struct NodeReady {
  static constexpr std::string_view name = "node-ready";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() { return std::tuple{}; }
  bool operator==(const NodeReady&) const = default;
};

// A controlled shutdown began (SIGTERM).
struct NodeStopping {
  static constexpr std::string_view name = "node-stopping";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() { return std::tuple{}; }
  bool operator==(const NodeStopping&) const = default;
};

// The node ends by its own decision; `clean` where the log directory was closed properly.
struct NodeHalted {
  std::string reason;
  bool clean = false;
  static constexpr std::string_view name = "node-halted";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    return std::tuple{field("reason", &NodeHalted::reason), field("clean", &NodeHalted::clean)};
  }
  bool operator==(const NodeHalted&) const = default;
};

// An input came later than the pending wake-up by more than half a heartbeat interval.
struct Stalled {
  std::int64_t late_ms = 0;
  static constexpr std::string_view name = "stalled";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() { return std::tuple{field("late_ms", &Stalled::late_ms)}; }
  bool operator==(const Stalled&) const = default;
};

// ---- Processes, as the lab sees them
// ----------------------------------------------------------------

struct ProcessStarted {
  std::int64_t pid = 0;
  std::string command;
  static constexpr std::string_view name = "process-started";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    return std::tuple{field("pid", &ProcessStarted::pid),
                      field("command", &ProcessStarted::command)};
  }
  bool operator==(const ProcessStarted&) const = default;
};

struct ProcessExited {
  std::int64_t pid = 0;
  std::int32_t signal = 0;  // 0: it exited by itself
  std::int32_t code = 0;    // exit status where signal is 0
  bool asked = false;       // the lab did it, or asked for it
  std::string last_error;   // the first ERROR line of its log where it did not start
  static constexpr std::string_view name = "process-exited";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = ProcessExited;
    return std::tuple{field("pid", &E::pid), field("signal", &E::signal), field("code", &E::code),
                      field("asked", &E::asked), field("last_error", &E::last_error)};
  }
  bool operator==(const ProcessExited&) const = default;
};

// SIGSTOP (frozen) or SIGCONT.
struct ProcessFrozen {
  std::int64_t pid = 0;
  bool frozen = false;
  static constexpr std::string_view name = "process-frozen";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    return std::tuple{field("pid", &ProcessFrozen::pid), field("frozen", &ProcessFrozen::frozen)};
  }
  bool operator==(const ProcessFrozen&) const = default;
};

struct ProcessMemory {
  std::int64_t rss_bytes = 0;
  static constexpr std::string_view name = "process-memory";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    return std::tuple{field("rss_bytes", &ProcessMemory::rss_bytes)};
  }
  bool operator==(const ProcessMemory&) const = default;
};

// ---- The metadata quorum
// ----------------------------------------------------------------------------

// KRaft's states (QuorumState.java).
enum class Role : std::uint8_t {
  unattached,
  prospective,
  candidate,
  leader,
  follower,
  resigned,
  observer
};
std::string_view text(Role role);

struct RoleChanged {
  Role role = Role::unattached;
  Epoch epoch{0};
  NodeId leader = no_node;
  std::string why;
  static constexpr std::string_view name = "role-changed";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = RoleChanged;
    return std::tuple{field("role", &E::role), field("epoch", &E::epoch),
                      field("leader", &E::leader), field("why", &E::why)};
  }
  bool operator==(const RoleChanged&) const = default;
};

// This voter answered a (pre-)vote.
struct VoteAnswered {
  NodeId candidate = no_node;
  Epoch epoch{0};
  bool pre_vote = false;
  bool granted = false;
  static constexpr std::string_view name = "vote-answered";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = VoteAnswered;
    return std::tuple{field("candidate", &E::candidate), field("epoch", &E::epoch),
                      field("pre_vote", &E::pre_vote), field("granted", &E::granted)};
  }
  bool operator==(const VoteAnswered&) const = default;
};

// Where this node's copy of the metadata log stands.
struct QuorumMarks {
  Epoch epoch{0};
  Offset log_start{0}, high_watermark{0}, log_end{0};
  static constexpr std::string_view name = "quorum-marks";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = QuorumMarks;
    return std::tuple{field("epoch", &E::epoch), field("log_start", &E::log_start),
                      field("high_watermark", &E::high_watermark), field("log_end", &E::log_end)};
  }
  bool operator==(const QuorumMarks&) const = default;
};

struct SnapshotMade {
  Offset end{0};
  Epoch epoch{0};
  std::int64_t bytes = 0;
  static constexpr std::string_view name = "snapshot-made";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = SnapshotMade;
    return std::tuple{field("end", &E::end), field("epoch", &E::epoch), field("bytes", &E::bytes)};
  }
  bool operator==(const SnapshotMade&) const = default;
};

// ---- Decisions of the active controller
// ---------------------------------------------------------------

struct BrokerRegistered {
  NodeId broker = no_node;
  BrokerEpoch epoch{-1};
  std::string host;
  std::uint16_t port = 0;
  static constexpr std::string_view name = "broker-registered";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = BrokerRegistered;
    return std::tuple{field("broker", &E::broker), field("epoch", &E::epoch),
                      field("host", &E::host), field("port", &E::port)};
  }
  bool operator==(const BrokerRegistered&) const = default;
};

// A registration was refused, by Kafka's error; with DUPLICATE_BROKER_REGISTRATION the old session
// is valid for wait_ms more.
struct RegistrationRefused {
  NodeId broker = no_node;
  std::string error;
  std::int64_t wait_ms = 0;
  static constexpr std::string_view name = "registration-refused";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = RegistrationRefused;
    return std::tuple{field("broker", &E::broker), field("error", &E::error),
                      field("wait_ms", &E::wait_ms)};
  }
  bool operator==(const RegistrationRefused&) const = default;
};

// `reason`: "session" (no heartbeat for silent_ms), "shutdown" (controlled), "registration" (a new
// incarnation starts fenced).
struct BrokerFenced {
  NodeId broker = no_node;
  std::string reason;
  std::int64_t silent_ms = 0;
  static constexpr std::string_view name = "broker-fenced";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = BrokerFenced;
    return std::tuple{field("broker", &E::broker), field("reason", &E::reason),
                      field("silent_ms", &E::silent_ms)};
  }
  bool operator==(const BrokerFenced&) const = default;
};

struct BrokerUnfenced {
  NodeId broker = no_node;
  static constexpr std::string_view name = "broker-unfenced";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() { return std::tuple{field("broker", &BrokerUnfenced::broker)}; }
  bool operator==(const BrokerUnfenced&) const = default;
};

// `why`: created, fenced, shutdown, unfenced, isr, unclean, last-leader (it was killed, and nobody
// is known to have more), preferred, deleted. from/leader are -1 where there was or is none.
struct LeaderElected {
  std::string topic;
  PartitionIndex partition{0};
  NodeId from = no_node, leader = no_node;
  Epoch epoch{0};
  std::string why;
  static constexpr std::string_view name = "leader-elected";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = LeaderElected;
    return std::tuple{field("topic", &E::topic), field("partition", &E::partition),
                      field("from", &E::from),   field("leader", &E::leader),
                      field("epoch", &E::epoch), field("why", &E::why)};
  }
  bool operator==(const LeaderElected&) const = default;
};

struct IsrChanged {
  std::string topic;
  PartitionIndex partition{0};
  std::vector<NodeId> was, isr;
  std::string why;  // as above, or "leader" where the partition's leader asked for it
  static constexpr std::string_view name = "isr-changed";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = IsrChanged;
    return std::tuple{field("topic", &E::topic), field("partition", &E::partition),
                      field("was", &E::was), field("isr", &E::isr), field("why", &E::why)};
  }
  bool operator==(const IsrChanged&) const = default;
};

// ---- What a node believes: told as it applies committed metadata
// --------------------------------------

struct BrokerSeen {
  NodeId broker = no_node;
  BrokerEpoch epoch{-1};
  bool fenced = true, shutting_down = false, gone = false;
  std::string host;
  std::uint16_t port = 0;
  static constexpr std::string_view name = "broker-seen";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = BrokerSeen;
    return std::tuple{field("broker", &E::broker), field("epoch", &E::epoch),
                      field("fenced", &E::fenced), field("shutting_down", &E::shutting_down),
                      field("gone", &E::gone),     field("host", &E::host),
                      field("port", &E::port)};
  }
  bool operator==(const BrokerSeen&) const = default;
};

struct TopicSeen {
  std::string topic;
  Uuid id;
  bool gone = false;
  static constexpr std::string_view name = "topic-seen";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = TopicSeen;
    return std::tuple{field("topic", &E::topic), field("id", &E::id), field("gone", &E::gone)};
  }
  bool operator==(const TopicSeen&) const = default;
};

struct PartitionSeen {
  std::string topic;
  PartitionIndex partition{0};
  std::vector<NodeId> replicas, isr, elr;
  NodeId leader = no_node;
  Epoch leader_epoch{0};
  std::int32_t partition_epoch = 0;
  static constexpr std::string_view name = "partition-seen";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = PartitionSeen;
    return std::tuple{field("topic", &E::topic),
                      field("partition", &E::partition),
                      field("replicas", &E::replicas),
                      field("isr", &E::isr),
                      field("elr", &E::elr),
                      field("leader", &E::leader),
                      field("leader_epoch", &E::leader_epoch),
                      field("partition_epoch", &E::partition_epoch)};
  }
  bool operator==(const PartitionSeen&) const = default;
};

// This node has applied the metadata log up to here (exclusive), in epoch.
struct MetadataApplied {
  Offset offset{0};
  Epoch epoch{0};
  NodeId controller = no_node;
  static constexpr std::string_view name = "metadata-applied";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = MetadataApplied;
    return std::tuple{field("offset", &E::offset), field("epoch", &E::epoch),
                      field("controller", &E::controller)};
  }
  bool operator==(const MetadataApplied&) const = default;
};

// ---- Partitions
// ---------------------------------------------------------------------------------------

struct BecameLeader {
  std::string topic;
  PartitionIndex partition{0};
  Epoch epoch{0};
  Offset log_end{0};
  static constexpr std::string_view name = "became-leader";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = BecameLeader;
    return std::tuple{field("topic", &E::topic), field("partition", &E::partition),
                      field("epoch", &E::epoch), field("log_end", &E::log_end)};
  }
  bool operator==(const BecameLeader&) const = default;
};

struct BecameFollower {
  std::string topic;
  PartitionIndex partition{0};
  Epoch epoch{0};
  NodeId leader = no_node;
  Offset log_end{0};
  static constexpr std::string_view name = "became-follower";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = BecameFollower;
    return std::tuple{field("topic", &E::topic), field("partition", &E::partition),
                      field("epoch", &E::epoch), field("leader", &E::leader),
                      field("log_end", &E::log_end)};
  }
  bool operator==(const BecameFollower&) const = default;
};

// A follower cut its log back: the records [to, from) fell off.
struct Truncated {
  std::string topic;
  PartitionIndex partition{0};
  Offset from{0}, to{0};
  Epoch epoch{0};
  static constexpr std::string_view name = "truncated";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = Truncated;
    return std::tuple{field("topic", &E::topic), field("partition", &E::partition),
                      field("from", &E::from), field("to", &E::to), field("epoch", &E::epoch)};
  }
  bool operator==(const Truncated&) const = default;
};

// A leader asked the controller for another ISR (AlterPartition).
struct IsrProposed {
  std::string topic;
  PartitionIndex partition{0};
  std::vector<NodeId> was, isr;
  static constexpr std::string_view name = "isr-proposed";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = IsrProposed;
    return std::tuple{field("topic", &E::topic), field("partition", &E::partition),
                      field("was", &E::was), field("isr", &E::isr)};
  }
  bool operator==(const IsrProposed&) const = default;
};

// A follower's log end has reached the leader's, told by the leader.
struct CaughtUp {
  std::string topic;
  PartitionIndex partition{0};
  NodeId follower = no_node;
  Offset log_end{0};
  static constexpr std::string_view name = "caught-up";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = CaughtUp;
    return std::tuple{field("topic", &E::topic), field("partition", &E::partition),
                      field("follower", &E::follower), field("log_end", &E::log_end)};
  }
  bool operator==(const CaughtUp&) const = default;
};

// Where this node's replica stands.
struct ReplicaMarks {
  std::string topic;
  PartitionIndex partition{0};
  Offset log_start{0}, high_watermark{0}, log_end{0};
  std::int64_t bytes = 0;  // size on disk
  static constexpr std::string_view name = "replica-marks";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = ReplicaMarks;
    return std::tuple{
        field("topic", &E::topic),         field("partition", &E::partition),
        field("log_start", &E::log_start), field("high_watermark", &E::high_watermark),
        field("log_end", &E::log_end),     field("bytes", &E::bytes)};
  }
  bool operator==(const ReplicaMarks&) const = default;
};

// ---- The wire
// -----------------------------------------------------------------------------------------

struct ConnectionOpened {
  std::uint64_t connection = 0;
  std::string listener;  // empty: this node opened it
  std::string remote_host;
  std::uint16_t local_port = 0, remote_port = 0;
  static constexpr std::string_view name = "connection-opened";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = ConnectionOpened;
    return std::tuple{field("connection", &E::connection), field("listener", &E::listener),
                      field("remote_host", &E::remote_host), field("local_port", &E::local_port),
                      field("remote_port", &E::remote_port)};
  }
  bool operator==(const ConnectionOpened&) const = default;
};

struct ConnectionClosed {
  std::uint64_t connection = 0;
  std::string reason;
  static constexpr std::string_view name = "connection-closed";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = ConnectionClosed;
    return std::tuple{field("connection", &E::connection), field("reason", &E::reason)};
  }
  bool operator==(const ConnectionClosed&) const = default;
};

// The other end said who it is: client.id, and from ApiVersions v3 on its software and version.
struct ClientNamed {
  std::uint64_t connection = 0;
  std::string client_id, software, version;
  static constexpr std::string_view name = "client-named";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = ClientNamed;
    return std::tuple{field("connection", &E::connection), field("client_id", &E::client_id),
                      field("software", &E::software), field("version", &E::version)};
  }
  bool operator==(const ClientNamed&) const = default;
};

// One frame, sent (outgoing) or received. Both ports and the correlation id join the two ends.
struct Frame {
  std::uint64_t connection = 0;
  std::uint16_t local_port = 0, remote_port = 0;  // 0 and 0: the link inside a node
  bool outgoing = false, request = false;
  std::int32_t correlation = 0;
  std::int16_t api = 0, version = 0;
  std::int64_t size = 0;  // bytes, with its length prefix
  static constexpr std::string_view name = "frame";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = Frame;
    return std::tuple{field("connection", &E::connection),
                      field("local_port", &E::local_port),
                      field("remote_port", &E::remote_port),
                      field("outgoing", &E::outgoing),
                      field("request", &E::request),
                      field("correlation", &E::correlation),
                      field("api", &E::api),
                      field("version", &E::version),
                      field("size", &E::size)};
  }
  bool operator==(const Frame&) const = default;
};

// Frames of one connection, direction and API, folded over 50 ms.
struct FrameCounts {
  std::uint64_t connection = 0;
  std::uint16_t local_port = 0, remote_port = 0;
  bool outgoing = false, request = false;
  std::int16_t api = 0;
  std::int64_t frames = 0, bytes = 0;
  static constexpr std::string_view name = "frame-counts";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = FrameCounts;
    return std::tuple{field("connection", &E::connection),   field("local_port", &E::local_port),
                      field("remote_port", &E::remote_port), field("outgoing", &E::outgoing),
                      field("request", &E::request),         field("api", &E::api),
                      field("frames", &E::frames),           field("bytes", &E::bytes)};
  }
  bool operator==(const FrameCounts&) const = default;
};

// Records of one partition that came in or went out on a connection, in produce requests and fetch
// replies. `count` records from `base` on; folded like frames.
struct RecordsMoved {
  std::uint64_t connection = 0;
  std::uint16_t local_port = 0, remote_port = 0;
  bool outgoing = false;
  std::string topic;
  PartitionIndex partition{0};
  Offset base{0};
  std::int64_t count = 0, bytes = 0;
  static constexpr std::string_view name = "records-moved";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = RecordsMoved;
    return std::tuple{field("connection", &E::connection),
                      field("local_port", &E::local_port),
                      field("remote_port", &E::remote_port),
                      field("outgoing", &E::outgoing),
                      field("topic", &E::topic),
                      field("partition", &E::partition),
                      field("base", &E::base),
                      field("count", &E::count),
                      field("bytes", &E::bytes)};
  }
  bool operator==(const RecordsMoved&) const = default;
};

// ---- Built-in clients; `client` is their client.id
// -------------------------------------------------------

// Records were sent to a leader (attempt 1), or sent again.
struct ProducerSent {
  std::string client, topic;
  PartitionIndex partition{0};
  NodeId leader = no_node;
  std::int32_t sequence = -1, count = 0, attempt = 1;
  static constexpr std::string_view name = "producer-sent";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = ProducerSent;
    return std::tuple{field("client", &E::client),       field("topic", &E::topic),
                      field("partition", &E::partition), field("leader", &E::leader),
                      field("sequence", &E::sequence),   field("count", &E::count),
                      field("attempt", &E::attempt)};
  }
  bool operator==(const ProducerSent&) const = default;
};

struct ProducerAcked {
  std::string client, topic;
  PartitionIndex partition{0};
  Offset base{0};
  std::int32_t count = 0;
  std::int64_t latency_us = 0;
  static constexpr std::string_view name = "producer-acked";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = ProducerAcked;
    return std::tuple{field("client", &E::client),       field("topic", &E::topic),
                      field("partition", &E::partition), field("base", &E::base),
                      field("count", &E::count),         field("latency_us", &E::latency_us)};
  }
  bool operator==(const ProducerAcked&) const = default;
};

// A write failed; `again` where the producer will retry it.
struct ProducerFailed {
  std::string client, topic;
  PartitionIndex partition{0};
  std::int32_t count = 0;
  std::string error;  // Kafka's error name, or what happened to the connection
  bool again = false;
  static constexpr std::string_view name = "producer-failed";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = ProducerFailed;
    return std::tuple{field("client", &E::client),       field("topic", &E::topic),
                      field("partition", &E::partition), field("count", &E::count),
                      field("error", &E::error),         field("again", &E::again)};
  }
  bool operator==(const ProducerFailed&) const = default;
};

struct ConsumerRead {
  std::string client, topic;
  PartitionIndex partition{0};
  Offset base{0};
  std::int32_t count = 0;
  static constexpr std::string_view name = "consumer-read";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = ConsumerRead;
    return std::tuple{field("client", &E::client), field("topic", &E::topic),
                      field("partition", &E::partition), field("base", &E::base),
                      field("count", &E::count)};
  }
  bool operator==(const ConsumerRead&) const = default;
};

// ---- Faults put in by hand or by the simulator
// -----------------------------------------------------------

struct FaultChanged {
  std::string fault, target, detail;
  bool active = false;
  static constexpr std::string_view name = "fault-changed";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = FaultChanged;
    return std::tuple{field("fault", &E::fault), field("target", &E::target),
                      field("detail", &E::detail), field("active", &E::active)};
  }
  bool operator==(const FaultChanged&) const = default;
};

// ---- Settings, clients, groups and the ledger
// ----------------------------------------------------------------------------------------------

// A setting that decides what is seen, told at start and when it changes. `topic` is empty for the
// node's own properties, else it is that topic's config.
struct PropertySeen {
  std::string property, value, topic;
  static constexpr std::string_view name = "property-seen";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = PropertySeen;
    return std::tuple{field("property", &E::property), field("value", &E::value),
                      field("topic", &E::topic)};
  }
  bool operator==(const PropertySeen&) const = default;
};

// A built-in client begins. `role`: "producer", "consumer" or "admin"; `acks` as the property has
// it ("all", "1", "0"), empty where it writes nothing; `group` is empty outside a group.
struct ClientStarted {
  std::string client, role, acks, group;
  std::vector<std::string> topics;
  static constexpr std::string_view name = "client-started";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = ClientStarted;
    return std::tuple{field("client", &E::client), field("role", &E::role), field("acks", &E::acks),
                      field("group", &E::group), field("topics", &E::topics)};
  }
  bool operator==(const ClientStarted&) const = default;
};

struct ClientStopped {
  std::string client;
  static constexpr std::string_view name = "client-stopped";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() { return std::tuple{field("client", &ClientStopped::client)}; }
  bool operator==(const ClientStopped&) const = default;
};

// A consumer group as its coordinator has it: `state` in Kafka's words, members by client.id.
struct GroupChanged {
  std::string group, state;
  std::int32_t generation = -1;
  std::vector<std::string> members;
  static constexpr std::string_view name = "group-changed";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = GroupChanged;
    return std::tuple{field("group", &E::group), field("state", &E::state),
                      field("generation", &E::generation), field("members", &E::members)};
  }
  bool operator==(const GroupChanged&) const = default;
};

struct OffsetCommitted {
  std::string group, topic;
  PartitionIndex partition{0};
  Offset offset{0};
  static constexpr std::string_view name = "offset-committed";
  static constexpr Weight weight = Weight::bulk;
  static constexpr auto fields() {
    using E = OffsetCommitted;
    return std::tuple{field("group", &E::group), field("topic", &E::topic),
                      field("partition", &E::partition), field("offset", &E::offset)};
  }
  bool operator==(const OffsetCommitted&) const = default;
};

// A fresh consumer read to the high watermark with all replicas back, and compared what it found
// with what `client` had been promised. Only this proves "lost" and "nothing lost".
struct LedgerChecked {
  std::string client;
  std::int64_t acknowledged = 0, found = 0, lost = 0, duplicated = 0;
  static constexpr std::string_view name = "ledger-checked";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = LedgerChecked;
    return std::tuple{field("client", &E::client), field("acknowledged", &E::acknowledged),
                      field("found", &E::found), field("lost", &E::lost),
                      field("duplicated", &E::duplicated)};
  }
  bool operator==(const LedgerChecked&) const = default;
};

// The active controller refused what an admin request asked of one topic, by Kafka's error and in
// Kafka's words. `api`: "CreateTopics".
struct RequestRefused {
  std::string api, topic, error, message;
  static constexpr std::string_view name = "request-refused";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() {
    using E = RequestRefused;
    return std::tuple{field("api", &E::api), field("topic", &E::topic), field("error", &E::error),
                      field("message", &E::message)};
  }
  bool operator==(const RequestRefused&) const = default;
};

// ---- The stream itself
// -----------------------------------------------------------------------------------

// The reader fell behind and `lost` events were not sent to it; a fresh snapshot follows.
struct Gap {
  std::uint64_t lost = 0;
  static constexpr std::string_view name = "gap";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() { return std::tuple{field("lost", &Gap::lost)}; }
  bool operator==(const Gap&) const = default;
};

// What comes until SnapshotEnd is the state at `at`, told anew: forget this node's former state.
// wall_us pairs with the header's monotonic time.
struct SnapshotBegin {
  std::int64_t wall_us = 0;
  static constexpr std::string_view name = "snapshot-begin";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() { return std::tuple{field("wall_us", &SnapshotBegin::wall_us)}; }
  bool operator==(const SnapshotBegin&) const = default;
};

struct SnapshotEnd {
  static constexpr std::string_view name = "snapshot-end";
  static constexpr Weight weight = Weight::control;
  static constexpr auto fields() { return std::tuple{}; }
  bool operator==(const SnapshotEnd&) const = default;
};

// The order is the kind's number in the codec: append only.
using Payload = std::variant<
    NodeStarted, Recovering, NodeReady, NodeStopping, NodeHalted, Stalled, ProcessStarted,
    ProcessExited, ProcessFrozen, ProcessMemory, RoleChanged, VoteAnswered, QuorumMarks,
    SnapshotMade, BrokerRegistered, RegistrationRefused, BrokerFenced, BrokerUnfenced,
    LeaderElected, IsrChanged, BrokerSeen, TopicSeen, PartitionSeen, MetadataApplied, BecameLeader,
    BecameFollower, Truncated, IsrProposed, CaughtUp, ReplicaMarks, ConnectionOpened,
    ConnectionClosed, ClientNamed, Frame, FrameCounts, RecordsMoved, ProducerSent, ProducerAcked,
    ProducerFailed, ConsumerRead, FaultChanged, Gap, SnapshotBegin, SnapshotEnd, PropertySeen,
    ClientStarted, ClientStopped, GroupChanged, OffsetCommitted, LedgerChecked,
    RequestRefused>;

inline constexpr std::uint64_t no_cause = ~std::uint64_t{0};

struct Event {
  std::uint64_t number = 0;  // from 0 in each incarnation
  Instant at{};
  NodeId node = no_node;           // -1: the lab itself or one of its clients
  std::uint64_t incarnation = 0;   // one process start
  std::uint64_t cause = no_cause;  // number of an earlier event of this incarnation
  Payload payload;
  // 0: traced, exact. Else observed between two polls: it happened in (at - within, at].
  Duration within{0};
  bool operator==(const Event&) const = default;
};

std::string_view name_of(const Payload& payload);
Weight weight_of(const Payload& payload);

}  // namespace lab::trace
