// Clients and the ledger of what they were promised. Made by ClusterModel from the events of the
// built-in clients and from the connections of outside ones.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/model/facts.h"

namespace lab::model {

// Acknowledged offsets [first, end) of one partition, from one leader, without a leader change
// between.
struct Acked {
  Offset first{0}, end{0};
  NodeId leader = no_node;  // who acknowledged; -1 not known
  Instant last{};
  std::int32_t generation = 0;
};

// What one built-in producer sent to one partition.
struct PartitionLedger {
  std::int64_t sent = 0, acked = 0, retried = 0, failed = 0;  // records; failed: given up
  NodeId last_leader = no_node;                               // of the last send
  std::vector<Acked>
      ranges;  // newest last, at most max_ranges; the oldest two are joined beyond it
  std::int64_t overwritten = 0;  // acknowledged, then absent in a later leader's log
  static constexpr std::size_t max_ranges = 1024;
};

struct Ledger {
  std::int64_t sent = 0, acked = 0, retried = 0, failed = 0;  // records
  std::map<TopicPartition, PartitionLedger> partitions;
  // Only a check proves these; unknown before.
  Fact<std::int64_t> lost, duplicated;
  std::int64_t in_flight() const { return sent - acked - failed; }
};

enum class ClientKind : std::uint8_t { built_in, outside };

struct Client {
  std::string key;   // unique: client.id, for outside ones with "/software version" behind it
  std::string name;  // client.id, or the software where the id says nothing
  ClientKind kind = ClientKind::built_in;
  std::string role;  // "producer", "consumer", "admin"; empty: not known
  std::string client_id, software, version;
  std::string acks, group;
  std::vector<std::string> topics;
  bool writes = false, reads = false;  // seen to
  Instant first_seen{}, last_seen{};
  std::optional<Instant> gone_at;  // stopped, or its last connection closed
  std::int32_t connections = 0;    // open ones
  std::int32_t retries = 0;        // failed attempts in a row; 0 after a success
  Fact<std::string> last_error;
  Fact<std::int64_t> latency_us;  // of the last acknowledgement
  Ledger ledger;
  std::map<TopicPartition, Offset> positions;  // consumers: next offset
};

struct Group {
  std::string name;
  Fact<std::string> state;
  std::int32_t generation = -1;
  std::vector<std::string> members;
  std::map<TopicPartition, Offset> committed;
};

}  // namespace lab::model
