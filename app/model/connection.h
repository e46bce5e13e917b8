// Connections and what moves on them. Made by ClusterModel from what both ends trace; the scene
// draws links and flows from it. It holds no bytes of any frame.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "app/model/facts.h"

namespace lab::model {

struct ConnectionKey {
  NodeId node = no_node;  // who tells of it
  std::uint64_t id = 0;
  auto operator<=>(const ConnectionKey&) const = default;
};

// One end of a link: a node, or a client by its key in ClusterModel::clients().
struct Endpoint {
  NodeId node = no_node;
  std::string client;  // not empty: a client
  auto operator<=>(const Endpoint&) const = default;
  bool is_client() const { return !client.empty(); }
  bool known() const { return is_client() || node != no_node; }
};

// A connection as one of its ends tells it. The two ends between brokers are two of these, joined
// by their ports.
struct Connection {
  ConnectionKey key;
  std::string listener;  // empty: `key.node` opened it
  std::string remote_host;
  std::uint16_t local_port = 0, remote_port = 0;  // 0 and 0: the link inside a node
  Instant opened_at{};
  std::optional<Instant> closed_at;  // kept only where the node died: a lost link
  std::string client_id, software, version;
  std::optional<ConnectionKey> other_end;  // where the other end tells too
  Endpoint peer;                           // unknown until someone says who it is
  std::bitset<128> apis;                   // API keys seen on it

  bool accepted() const { return !listener.empty(); }
  // Only versions and metadata were asked on it.
  bool bootstrap_only() const;
};

enum class FlowKind : std::uint8_t { records, request, response };
// What a frame is about; the quorum's are drawn below the cards.
enum class FlowClass : std::uint8_t { data, client_metadata, quorum, controller };
FlowClass class_of(std::int16_t api);

// Something that moved from one end to the other. Times are exact; where only one end traces, only
// its time is there. Folded flows have `frames` > 1 and stand for the 50 ms before.
struct Flow {
  Endpoint from, to;
  FlowKind kind = FlowKind::request;
  std::optional<Instant> sent, received;
  std::uint64_t frames = 1;
  std::int64_t bytes = 0;
  // Frames.
  std::int16_t api = -1, version = -1;
  std::int32_t correlation = -1;
  // Records.
  TopicPartition partition;
  Offset base{0};
  std::int64_t count = 0;
  // The event that told it (of the sender where there is one) and its connection.
  ConnectionKey connection;
  std::uint64_t event = 0;
  std::uint16_t local_port = 0, remote_port = 0;  // as that event has them

  Instant at() const { return sent ? *sent : received.value_or(Instant{}); }
};

// Counts over the last second in ten steps. add() with times that do not go back by more than that.
class RateMeter {
 public:
  void add(Instant at, std::int64_t count);
  double per_second(Instant now) const;

 private:
  std::int64_t steps_[10] = {};
  std::int64_t newest_ = 0;  // number of the newest step
};

struct LinkKey {
  Endpoint from, to;
  TopicPartition partition;  // topic empty: all frames between the two
  auto operator<=>(const LinkKey&) const = default;
};
struct LinkStats {
  RateMeter records, bytes, frames;
  std::int64_t total_records = 0, total_bytes = 0;
  Instant last{};
};

}  // namespace lab::model
