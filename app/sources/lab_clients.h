// The lab's own clients: producers (by hand and at a rate), readers, an admin, and the check of the
// ledger. They live on a ClientMachine with its time, timers and randomness, so that a live cluster
// (host::Runner) and a simulated one drive the very same code. Sources own it; window, console,
// lessons, the demo and tests use it through Source::with_clients. It knows no socket, no clock and
// no disk.
//
// All calls are made within an input of the machine. Callbacks come within an input too: a later
// one, or the same where the answer is known at once. Each runs once.
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

namespace lab::sources {

struct ProducePlan {
  std::string client;  // client.id; one that runs already is an error
  std::string topic;
  double per_second = 10;       // at most a million; 0: only what is sent by hand under its name
  std::uint64_t records = 0;    // ends by itself when so many are delivered or refused; 0: never
  std::size_t value_bytes = 0;  // of a value; 0: a short text
  client::Acks acks = client::Acks::all;
  bool idempotence = true;
  std::optional<PartitionIndex> partition;  // none: the partitioner decides
  // The only addresses that it knows when it begins; empty: all of the cluster. With dead ones
  // alone it stays, and goes on trying.
  std::vector<Address> bootstrap = {};
};

// One record by hand.
struct HandRecord {
  std::string topic, value;
  std::optional<std::string> key;
  std::optional<PartitionIndex> partition;
  client::Acks acks = client::Acks::all;  // of a producer that is not there yet
  std::string client = {};                // empty: "by-hand", with another name for other acks
};

struct ReadPlan {
  std::string client;
  std::string topic;
  client::StartAt start = client::StartAt::beginning();
  std::vector<Address> bootstrap = {};  // as ProducePlan's
};

struct RunningClient {
  std::string name, topic;  // topic: the first one of a producer by hand
  bool producer = false;    // else a reader
  double per_second = 0;    // of a producer at a rate
};

class LabClients {
 public:
  // Something that the person should know: a producer that stopped by itself, and why.
  using OnNotice = std::function<void(const std::string&)>;
  // `machine` has been started, and outlives this; made and destroyed within an input, too.
  LabClients(client::ClientMachine& machine, std::vector<Address> bootstrap, OnNotice on_notice);
  LabClients(const LabClients&) = delete;
  LabClients& operator=(const LabClients&) = delete;

  // "Created topic orders."; the error is Kafka's own.
  void create_topic(client::NewTopic topic, Then then);
  // Which leader the partition has and where the record is: "orders-1, offset 17".
  void send(HandRecord record, Then then);
  // `ended` says how many were acknowledged, when the producer has ended for whatever reason.
  Result<> start_producer(ProducePlan plan, Then ended = {});
  Result<> start_reader(ReadPlan plan, client::Consumer::OnRecord on_record);
  // Ends a producer (after what it has buffered was delivered or refused) or a reader; `stopped`
  // runs then, and at once where there is none of this name.
  void stop(const std::string& client, std::function<void()> stopped = {});
  std::vector<RunningClient> running() const;
  bool runs(const std::string& client) const;
  // Those that have a ledger, ended ones too.
  std::vector<std::string> producers() const;

  // Reads all partitions that `client` wrote to from their start to their high watermark, and
  // compares with what it was promised (LedgerChecked is told as an event too). For "lost" to be
  // proven all replicas should be back.
  void check_ledger(const std::string& client,
                    std::function<void(Result<trace::LedgerChecked>)> then);

  // From now on nothing is written, and producers at a rate end, for this reason ("less than 2 GiB
  // of disk are free"); empty: it may be written again.
  void refuse_writes(const std::string& why);

  // ---- For tools that bring clients of their own.
  client::ClientMachine& machine() { return machine_; }
  client::NetworkOptions network() const;
  client::Admin& admin();
  // Keeps a tool that lives on the machine, until it is dropped or the clients end; both destroy it
  // within an input.
  std::uint64_t keep(std::shared_ptr<void> tool) {
    tools_[++last_tool_] = std::move(tool);
    return last_tool_;
  }
  void drop(std::uint64_t tool) { tools_.erase(tool); }
  void set_bootstrap(std::vector<Address> bootstrap) { bootstrap_ = std::move(bootstrap); }

 private:
  struct Producing;
  using Delivered = std::function<void(const client::Delivery&)>;
  Producing& producing(const std::string& client, client::Acks acks, bool idempotence,
                       const std::string& topic, const std::vector<Address>& bootstrap);
  client::NetworkOptions network_from(const std::vector<Address>& bootstrap) const;
  void produce(const std::shared_ptr<Producing>& producer, client::ProducerRecord record,
               const Delivered& then);
  void tick(const std::shared_ptr<Producing>& producer);
  void tick_later(Producing& producer);
  void settle(const std::shared_ptr<Producing>& producer);
  void end(const std::string& client, const std::shared_ptr<Producing>& producer);
  void read(const ReadPlan& plan, const protocol::MetadataResponse::MetadataResponseTopic& topic,
            client::Consumer::OnRecord on_record);
  void forget(const std::string& client);

  client::ClientMachine& machine_;
  std::vector<Address> bootstrap_;
  OnNotice on_notice_;
  std::map<std::string, std::shared_ptr<Producing>> producers_;  // ended ones too: their ledgers
  std::map<std::string, std::string> readers_;                   // client -> topic
  std::string refusal_;
  std::uint64_t checks_ = 0, last_tool_ = 0;
  std::map<std::uint64_t, std::shared_ptr<void>> tools_;
};

}  // namespace lab::sources
