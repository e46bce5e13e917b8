// Kafka's producer: takes records, gathers them into batches, sends them to the leaders, sends
// again what failed, and tells of each record what became of it. Idempotent unless told otherwise:
// what is sent twice is written once, in order. Owned by ClientMachine; called within its inputs
// only. Transactions are not done.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/client/network.h"
#include "engine/client/partitioner.h"
#include "engine/client/producer_queue.h"
#include "engine/client/record.h"
#include "engine/protocol/compression.h"
#include "engine/protocol/messages/init_producer_id.h"
#include "engine/protocol/messages/produce.h"

namespace lab::client {

enum class Acks : std::int16_t { all = -1, none = 0, leader = 1 };

// Kafka's names and defaults.
struct ProducerOptions {
  NetworkOptions network;
  Acks acks = Acks::all;
  bool idempotence = true;                       // enable.idempotence; off where acks is not all
  Duration linger = milliseconds(5);             // linger.ms
  std::size_t batch_size = 16384;                // batch.size
  std::size_t max_request_size = 1024 * 1024;    // max.request.size
  std::size_t buffer_memory = 32 * 1024 * 1024;  // buffer.memory
  std::size_t max_in_flight = 5;                 // max.in.flight.requests.per.connection
  Duration delivery_timeout = seconds(120);      // delivery.timeout.ms
  Duration max_block = seconds(60);              // max.block.ms: for a topic's metadata
  protocol::Compression compression = protocol::Compression::none;  // compression.type
  KeylessPartitioner::Kind keyless = KeylessPartitioner::Kind::sticky;
};

class Producer {
 public:
  Producer(Context& context, ProducerOptions options);

  // Takes a record. `on_delivery` runs exactly once, in a later input or at the end of this one,
  // unless send() fails: the record is larger than max.request.size, buffer.memory is used up (try
  // again after a delivery), or the producer is closed.
  Result<> send(ProducerRecord record, OnDelivery on_delivery);
  // Does not linger until all that is buffered has been told; then runs `done`.
  void flush(std::function<void()> done);
  // Fails what is buffered and closes the connections. Nothing is taken afterwards.
  void close(const std::string& reason);

  // ---- Inputs. True where it was for one of its connections.
  template <class Input>
  bool take(const Input& input) {
    return network_.take(input);
  }

  // Records taken and not told yet, and their bytes.
  std::size_t pending() const { return pending_; }
  std::size_t buffered_bytes() const { return buffered_; }
  // The producer id and epoch, once a broker gave them; -1 before, and without idempotence.
  const ProducerIdentity& identity() const { return identity_; }
  const ClusterMetadata& metadata() const { return network_.metadata(); }
  const std::string& client_id() const { return options_.network.client_id; }

 private:
  using PartitionKey = std::pair<std::string, PartitionIndex>;
  struct Topic {
    std::deque<QueuedRecord> waiting;  // for the number of partitions
    std::uint64_t seen_update = 0;
    std::vector<PartitionIndex> usable;
  };
  struct Sent {
    PartitionKey key;
    BatchPtr batch;
  };
  struct Request {
    Leader leader;
    Instant at{};
    std::vector<Sent> batches;
  };
  using RequestPtr = std::shared_ptr<Request>;

  void schedule() { pump_timer_.arm(context_.monotonic()); }
  void pump();
  void metadata_changed();
  void ask_identity();
  void identity_answered(const Result<protocol::InitProducerIdResponse>& response);
  void new_epoch();
  // Waiting records
  void place_waiting();
  bool place(Topic& topic, const TopicInfo& info, QueuedRecord& record);
  void fail_waiting(Topic& topic, Instant cutoff, const std::string& why, protocol::ErrorCode code);
  // Sending
  bool send_round();
  void send_request(const RequestPtr& request);
  void add_to(protocol::ProduceRequest& message, const Sent& sent) const;
  // Outcomes
  void answered(const RequestPtr& request, const Result<protocol::ProduceResponse>& response);
  void settle(const Sent& sent, const protocol::ProduceResponse::PartitionProduceResponse& told);
  void settle_failed_request(const Sent& sent, const std::string& why);
  void retry(const Sent& sent, const std::string& why, protocol::ErrorCode code);
  void acknowledge(const Sent& sent, Offset base, std::int64_t append_time_ms);
  void fail(const Sent& sent, const std::string& why, protocol::ErrorCode code);
  void tell(QueuedRecord& record, Delivery delivery);
  // Time
  void expire();
  void look_after_stuck();
  std::optional<Instant> next_look();
  void arm();
  void finish_flush();
  ProducerQueue& queue_of(const PartitionKey& key);

  Context& context_;
  ProducerOptions options_;
  bool idempotent_;
  Network network_;
  KeylessPartitioner keyless_;
  std::map<std::string, Topic> topics_;
  std::map<PartitionKey, ProducerQueue> queues_;
  std::vector<RequestPtr> requests_;  // in flight
  std::optional<Instant> last_look_;
  ProducerIdentity identity_;
  bool asking_identity_ = false;
  std::vector<Address> identity_tried_;  // in this round over all brokers
  Instant identity_not_before_{};
  std::string identity_trouble_;
  std::size_t pending_ = 0, buffered_ = 0;
  std::vector<std::function<void()>> flushes_;
  bool closed_ = false;
  Context::Timer pump_timer_, later_timer_;
};

// The batch as it travels.
Slice encode_batch(const ProducerBatch& batch, protocol::Compression compression);

}  // namespace lab::client
