// What the clients of a run saw: what was written, what was acknowledged and where, what was read.
// At the end it is held against what the cluster has (FAULTS.md 25, 27–31; 15 and 29 at once).
// Filled by the clients of a random run; it knows no cluster. An aborted read (26) cannot be seen:
// without transactions a write that was refused to its producer may still be in the log, as in
// Kafka.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/ids.h"

namespace lab::sim {

class History {
 public:
  using Partition = std::pair<std::string, int>;
  using Content = std::map<Offset, std::string>;

  // A producer's n-th value for a partition; the same text is what a reader gets.
  static std::string value(int producer, std::int64_t number);

  void sent(int producer, const std::string& value, const Partition& to);
  // `safe`: with acks=all; what acks=1 loses is only counted.
  void acked(const std::string& value, const Partition& where, Offset offset, bool safe);
  void failed(const std::string& value);
  // A reader got this. Throws Violation where something else was read there before (15), or where
  // it is not what follows what this reader got last (29): no log here is compacted or cut at its
  // start, and without transactions every offset has a record.
  void read(int reader, const Partition& from, Offset offset, const std::string& value);
  // The log of a partition ends there, as its leader says after healing.
  void ends(const Partition& partition, Offset end) { ends_[partition] = end; }

  // Everything was read to its end: throws Violation for what is lost (25) or is there and was
  // never read (31), elsewhere than it was acknowledged (27), there twice (28), or out of order
  // (30). `idempotent` says which producers are.
  void check(const std::vector<bool>& idempotent) const;

  std::int64_t sent_count() const { return static_cast<std::int64_t>(writes_.size()); }
  std::int64_t acked_count() const { return acked_; }
  std::int64_t failed_count() const { return failed_; }
  std::int64_t read_count() const;
  // Acknowledged with acks=1 and not there.
  std::int64_t lost_hasty() const;
  bool settled() const { return acked_ + failed_ == sent_count(); }

 private:
  struct WriteOf {
    int producer = 0;
    std::int64_t number = 0;  // of all writes, in the order of sending
    Partition to;
    bool acked = false, safe = false, failed = false;
    Offset offset = no_offset;
  };
  void check_content(const Partition& partition, const Content& content,
                     const std::vector<bool>& idempotent) const;
  void check_place(const std::string& value, const WriteOf& write) const;

  std::map<std::string, WriteOf> writes_;
  std::map<Partition, Content> seen_;
  std::map<std::pair<int, Partition>, Offset> positions_;  // what each reader got last
  std::map<Partition, Offset> ends_;
  std::int64_t acked_ = 0, failed_ = 0;
};

}  // namespace lab::sim
