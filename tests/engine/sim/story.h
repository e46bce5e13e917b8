// What the stories of this folder share: a cluster that is up, a client that writes and remembers
// what was acknowledged, and short words for what is waited for.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/sim/cluster.h"

namespace lab::sim {

// Everything that a broker logged, for a failed story.
inline std::string logs_of(const Cluster& cluster) {
  std::string out;
  for (int n = 1; n <= cluster.brokers(); ++n) {
    out += fmt::format("---- broker {}\n", n);
    for (const auto& line : cluster.log(n)) out += line + "\n";
  }
  return out;
}

// A producer that writes "0", "1", … and remembers what was acknowledged.
struct Writer {
  Cluster& cluster;
  std::string name, topic;
  int partition = 0;
  int next = 0;
  std::vector<std::string> acked;
  std::vector<std::string> failed;

  Writer(Cluster& where, std::string client, std::string to, client::Acks acks = client::Acks::all,
         Duration delivery_timeout = seconds(120))
      : cluster(where), name(std::move(client)), topic(std::move(to)) {
    cluster.with_clients([&](client::ClientMachine& host) {
      client::ProducerOptions options;
      options.network.client_id = name;
      options.network.bootstrap = cluster.bootstrap();
      options.acks = acks;
      options.idempotence = acks == client::Acks::all;
      options.delivery_timeout = delivery_timeout;
      host.add_producer(name, options);
    });
  }
  Writer& to_partition(int index) {
    partition = index;
    return *this;
  }
  void send(int count, std::size_t padding = 0) {
    cluster.with_clients([&](client::ClientMachine& host) {
      for (int i = 0; i < count; ++i) {
        const std::string value = name + ":" + std::to_string(next++) + std::string(padding, '.');
        client::ProducerRecord record;
        record.topic = topic;
        record.partition = PartitionIndex(partition);
        record.value = Slice::copy(value);
        const auto sent =
            host.producer(name)->send(record, [this, value](const client::Delivery& d) {
              (d.ok() ? acked : failed).push_back(d.ok() ? value : value + ": " + d.error);
            });
        REQUIRE(sent.ok());
      }
    });
  }
  bool settled() const { return static_cast<int>(acked.size() + failed.size()) == next; }
};

inline std::vector<int> sorted(std::vector<int> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

// Runs until the condition holds; the story fails with the brokers' logs where it never does.
template <class Condition>
void wait_for(Cluster& cluster, const char* what, Condition condition,
              Duration limit = seconds(30)) {
  const bool held = cluster.world().run_until(condition, limit);
  INFO("waited for: " << std::string(what));
  INFO((held ? std::string() : logs_of(cluster)));
  REQUIRE(held);
}

inline void be_ready(Cluster& cluster) {
  cluster.start_all();
  wait_for(
      cluster, "a cluster that is ready", [&] { return cluster.ready(); }, seconds(20));
}

inline void settle(Cluster& cluster, Writer& writer, Duration limit = seconds(60)) {
  wait_for(
      cluster, "every write's end", [&] { return writer.settled(); }, limit);
}

inline void wait_for_isr(Cluster& cluster, std::vector<int> wanted, const std::string& topic,
                         int partition = 0) {
  wait_for(cluster, "an ISR", [&] { return sorted(cluster.isr(topic, partition)) == wanted; });
}

inline std::vector<std::string> read(Cluster& cluster, const std::string& topic,
                                     int partition = 0) {
  const auto values = cluster.read_all(topic, partition);
  INFO((values ? std::string() : logs_of(cluster)));
  REQUIRE(values.has_value());
  return *values;
}

// Where what was read first differs from what was acknowledged; empty where it does not.
inline std::string difference(const std::vector<std::string>& read,
                              const std::vector<std::string>& acked) {
  const auto [r, a] = std::mismatch(read.begin(), read.end(), acked.begin(), acked.end());
  if (r == read.end() && a == acked.end()) return {};
  return fmt::format("{} read, {} acknowledged; at {}: read {}, acknowledged {}", read.size(),
                     acked.size(), r - read.begin(), r == read.end() ? "nothing" : *r,
                     a == acked.end() ? "nothing" : *a);
}

inline Offset end_of(Cluster& cluster, int broker, const std::string& topic, int partition = 0) {
  const auto* replica = cluster.replica(broker, topic, partition);
  return replica == nullptr ? no_offset : replica->log().log_end();
}

// No bytes pass between this broker and the other brokers, either way; its clients still reach it.
inline void isolate(Cluster& cluster, int broker) {
  for (int other = 1; other <= cluster.brokers(); ++other) {
    if (other == broker) continue;
    cluster.world().cut(cluster.member(broker), cluster.member(other));
    cluster.world().cut(cluster.member(other), cluster.member(broker));
  }
}

}  // namespace lab::sim
