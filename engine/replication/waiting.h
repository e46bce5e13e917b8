// Requests that cannot be answered yet (Kafka calls this purgatory): a produce that waits for its
// followers, a fetch that waits for records. They watch partitions; whoever changes a partition
// touches it, and what is watching there looks again. A deadline ends the wait.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "engine/machine/context.h"
#include "engine/storage/checkpoint.h"

namespace lab::replication {

using storage::TopicPartition;

// One parked request. Owned by Waiting until it is done.
class Parked {
 public:
  virtual ~Parked() = default;
  // Something that it watches has changed; true where the request is answered now.
  virtual bool look_again() = 0;
  // Its time is over: it answers with what there is.
  virtual void expire() = 0;
};

class Waiting {
 public:
  explicit Waiting(Context& context);

  // Parks a request until `deadline`; it looks again whenever one of `keys` is touched.
  void park(std::shared_ptr<Parked> request, const std::vector<TopicPartition>& keys,
            Instant deadline);
  // Marks a partition as changed. What watches it looks again in settle().
  void touch(const TopicPartition& key);
  // Lets all that watch touched partitions look again, until nothing is touched any more. Called at
  // the end of each input, so that a request is never answered in the middle of a change.
  void settle();
  std::size_t size() const { return parked_.size(); }

 private:
  struct Entry {
    std::shared_ptr<Parked> request;
    std::vector<TopicPartition> keys;
    Instant deadline{};
  };
  void remove(std::uint64_t id);
  void arm();
  void expire_due();

  Context& context_;
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, Entry> parked_;
  std::map<TopicPartition, std::vector<std::uint64_t>> watchers_;
  std::map<std::pair<Instant, std::uint64_t>, std::uint64_t> deadlines_;
  std::vector<TopicPartition> touched_;
  Context::Timer timer_;
};

}  // namespace lab::replication
