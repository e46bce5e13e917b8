// Kafka's consumer without a group: reads the partitions it is told to read, from where it is told,
// follows their leaders, and hands records over one by one. Owned by ClientMachine; called within
// its inputs only. It commits nothing and shares partitions with nobody.
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
#include "engine/client/record.h"
#include "engine/protocol/messages/fetch.h"
#include "engine/protocol/messages/list_offsets.h"

namespace lab::client {

// Where reading starts: an offset, the begin, the end, or the first record at or after a time.
struct StartAt {
  enum class Kind : std::uint8_t { beginning, end, offset, time };
  Kind kind = Kind::end;
  std::int64_t value = 0;  // the offset, or ms since 1970
  static StartAt beginning() { return {Kind::beginning, 0}; }
  static StartAt end() { return {Kind::end, 0}; }
  static StartAt offset(Offset at) { return {Kind::offset, at.v}; }
  static StartAt time(std::int64_t ms) { return {Kind::time, ms}; }
};

// Kafka's names and defaults.
struct ConsumerOptions {
  NetworkOptions network;
  enum class Reset : std::uint8_t { earliest, latest, none };
  Reset reset = Reset::latest;                           // auto.offset.reset
  Duration fetch_max_wait = milliseconds(500);           // fetch.max.wait.ms
  std::int32_t fetch_min_bytes = 1;                      // fetch.min.bytes
  std::int32_t fetch_max_bytes = 50 * 1024 * 1024;       // fetch.max.bytes
  std::int32_t max_partition_fetch_bytes = 1024 * 1024;  // max.partition.fetch.bytes
};

// Something that a partition's reader should know. `final`: it reads no further until seek().
struct ConsumerTrouble {
  std::string topic;
  PartitionIndex partition{0};
  protocol::ErrorCode code{};
  std::string what;
  bool final = false;
};

class Consumer {
 public:
  using OnRecord = std::function<void(const ConsumerRecord&)>;
  using OnTrouble = std::function<void(const ConsumerTrouble&)>;

  // Both run within inputs of the machine, never from within a call to this class. They may call
  // everything here.
  Consumer(Context& context, ConsumerOptions options, OnRecord on_record, OnTrouble on_trouble);

  // Reads this partition from now on; again for one that is assigned already: as seek().
  void assign(const std::string& topic, PartitionIndex partition, StartAt start);
  void unassign(const std::string& topic, PartitionIndex partition);
  void seek(const std::string& topic, PartitionIndex partition, StartAt start);

  // ---- Flow control. What was fetched already is kept, at most max_partition_fetch_bytes (or one
  // batch) for each partition.
  void pause(const std::string& topic, PartitionIndex partition);
  void resume(const std::string& topic, PartitionIndex partition);
  // Hands over `records` more, then none until more is granted. Without a grant: no limit.
  void grant(std::uint64_t records);
  void no_limit();

  // The offset that is handed over next; nullopt where it is not known yet.
  std::optional<Offset> position(const std::string& topic, PartitionIndex partition) const;
  // As the last fetch told them; nullopt before.
  std::optional<Offset> high_watermark(const std::string& topic, PartitionIndex partition) const;
  std::optional<Offset> log_start(const std::string& topic, PartitionIndex partition) const;

  void close(const std::string& reason);

  // ---- Inputs. True where it was for one of its connections.
  template <class Input>
  bool take(const Input& input) {
    return network_.take(input);
  }
  const ClusterMetadata& metadata() const { return network_.metadata(); }
  const std::string& client_id() const { return options_.network.client_id; }

 private:
  using Key = std::pair<std::string, PartitionIndex>;
  struct Partition {
    Key key;
    std::optional<StartAt> look_up;  // the position is still to be asked for
    Offset position = no_offset;
    Epoch last_epoch = no_epoch;  // of the last batch read (KIP-320)
    std::optional<Offset> high_watermark, log_start;
    std::deque<Slice> fetched;  // whole batches, checked
    bool asking = false;        // a fetch or a look-up is on its way
    bool paused = false;
    bool stopped = false;           // after final trouble
    Epoch leader_epoch = no_epoch;  // as last asked with
    Instant not_before{};
    std::string told;        // the last trouble, told once until it changes
    std::uint64_t turn = 0;  // a seek makes answers to older requests void
  };
  using PartitionPtr = std::shared_ptr<Partition>;
  struct Asked {
    PartitionPtr partition;
    std::uint64_t turn = 0;
  };
  struct Request {
    Leader leader;
    Instant at{};
    Duration expected{};  // how long the broker may wait by right; zero for a look-up
    bool is_fetch = false;
    std::vector<Asked> partitions;
  };
  using RequestPtr = std::shared_ptr<Request>;

  Partition* find(const std::string& topic, PartitionIndex partition) const;
  void schedule() { pump_timer_.arm(context_.monotonic()); }
  void pump();
  void arm();
  void metadata_changed();
  void check_topics();
  bool may_ask(const Partition& partition) const;
  bool fetching_from(const Address& leader) const;
  std::optional<Leader> leader_of(const Partition& partition);
  std::optional<Instant> next_look();
  void look_after_stuck();
  // Looking up where to start
  void look_up_all();
  void look_up(const PartitionPtr& partition, const Leader& leader);
  void looked_up(const RequestPtr& request, const Result<protocol::ListOffsetsResponse>& response);
  // Fetching
  void fetch_from_all();
  void fetch(const RequestPtr& request);
  void fetched(const RequestPtr& request, const Result<protocol::FetchResponse>& response);
  void take_fetched(Partition& partition, const protocol::FetchResponse::PartitionData& data);
  bool take_records(Partition& partition, const protocol::Records& records);
  void truncated(Partition& partition, Epoch epoch, Offset end);
  // What went wrong
  void request_failed(const RequestPtr& request, const std::string& why);
  void refused(Partition& partition, protocol::ErrorCode code);
  void out_of_range(Partition& partition);
  void trouble(Partition& partition, protocol::ErrorCode code, std::string what, bool final);
  // Handing over
  void deliver();
  bool deliverable(const Partition& partition) const;
  void deliver_batch(const PartitionPtr& partition);

  Context& context_;
  ConsumerOptions options_;
  OnRecord on_record_;
  OnTrouble on_trouble_;
  Network network_;
  std::map<Key, PartitionPtr> partitions_;
  std::vector<RequestPtr> requests_;  // in flight, at most one fetch for each leader
  std::optional<std::uint64_t> budget_;
  std::optional<Instant> last_look_;
  Key last_delivered_;
  bool closed_ = false;
  Context::Timer pump_timer_, later_timer_;
};

}  // namespace lab::client
