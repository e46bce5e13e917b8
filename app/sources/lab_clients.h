// The lab's own clients: producers (by hand and at a rate), readers, an admin, and the check of the
// ledger. They are engine/client on real TCP to the brokers' advertised ports, driven on the lab's
// io_context like any other Kafka client; what they trace goes into the cluster's stream of events.
// Used by the demo, the window's source, lessons and tests. All calls on the io_context's thread;
// callbacks too, never from within a call.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/sources/promises.h"
#include "app/sources/source.h"
#include "engine/client/client_machine.h"
#include "engine/host/asio.h"
#include "engine/host/runner.h"

namespace lab::sources {

// A producer at a rate.
struct ProducePlan {
  std::string client;  // client.id; another producer of this name is an error
  std::string topic;
  double per_second = 10;       // more than 0
  std::size_t value_bytes = 0;  // of a value; 0: a short text
  client::Acks acks = client::Acks::all;
  bool idempotence = true;
  std::optional<PartitionIndex> partition;  // none: the partitioner decides
};

// One record by hand.
struct HandRecord {
  std::string topic, value;
  std::optional<std::string> key;
  std::optional<PartitionIndex> partition;
  client::Acks acks = client::Acks::all;
};

struct ReadPlan {
  std::string client;
  std::string topic;
  client::StartAt start = client::StartAt::beginning();
};

class LabClients {
 public:
  struct Handlers {
    std::function<void(const trace::Event&)> on_event;
    // Something that the person should know: a producer that stopped by itself, and why.
    std::function<void(const std::string&)> on_notice;
  };
  // `data` is a directory on the disk that must not run full.
  LabClients(host::asio::io_context& io, std::vector<Address> bootstrap, std::string data,
             Handlers handlers);
  ~LabClients();
  LabClients(const LabClients&) = delete;
  LabClients& operator=(const LabClients&) = delete;

  // "Created topic orders."; the error is Kafka's own.
  void create_topic(client::NewTopic topic, Then then);
  // Which leader the partition has and where the record is: "orders-1, offset 17".
  void send(HandRecord record, Then then);
  Result<> start_producer(ProducePlan plan);
  Result<> start_reader(ReadPlan plan, client::Consumer::OnRecord on_record);
  // A producer stops after what it has buffered was delivered or refused; `stopped` runs then.
  void stop(const std::string& client, std::function<void()> stopped = {});
  std::vector<std::string> running() const;  // names of producers and readers

  // Reads all partitions that `client` wrote to from their start to their high watermark, and
  // compares with what it was promised (LedgerChecked is told as an event too). For "lost" to be
  // proven all replicas should be back.
  void check_ledger(const std::string& client,
                    std::function<void(Result<trace::LedgerChecked>)> then);

  // Free space below which producers stop, in bytes. Only tests set it.
  void stop_below(std::int64_t bytes) { stop_below_ = bytes; }
  static constexpr std::int64_t least_free_bytes = std::int64_t{2} << 30;

 private:
  struct Producing;
  void call(std::function<void()> action);
  Producing& producing(const std::string& client, client::Acks acks, bool idempotence,
                       const std::string& topic);
  void produce(const std::shared_ptr<Producing>& producer, client::ProducerRecord record,
               std::function<void(const client::Delivery&)> then);
  void tick(const std::shared_ptr<Producing>& producer);
  void tick_later(const std::shared_ptr<Producing>& producer);
  void forget(const std::string& client, const std::function<void()>& stopped);
  client::Admin& admin();
  bool disk_is_full();
  void watch_disk();
  client::NetworkOptions network() const;

  host::asio::io_context& io_;
  std::vector<Address> bootstrap_;
  std::string data_;
  Handlers handlers_;
  std::unique_ptr<client::ClientMachine> machine_;
  std::unique_ptr<host::Runner> runner_;
  std::map<std::string, std::shared_ptr<Producing>> producers_;  // ended ones too: their ledgers
  std::map<std::string, std::string> readers_;                   // client -> topic
  std::int64_t stop_below_ = least_free_bytes;
  host::asio::steady_timer disk_timer_;
  std::uint64_t checks_ = 0;
};

}  // namespace lab::sources
