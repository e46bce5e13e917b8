// What the clients of a run saw: what was written, what was acknowledged and where, what was read.
// At the end it is held against what the cluster has (FAULTS.md 25, 27–30). Filled by the clients
// of a random run; it knows no cluster.
#pragma once

#include <cstdint>
#include <map>
#include <string>
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
  // A reader got this. Throws Violation where something else was read there before (15, 27).
  void read(const Partition& from, Offset offset, const std::string& value);

  // Everything was read to its end: throws Violation for what is lost (25), elsewhere than it was
  // acknowledged (27), there twice (28), or out of order (30). `idempotent` says which producers
  // are.
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

  std::map<std::string, WriteOf> writes_;
  std::map<Partition, Content> seen_;
  std::int64_t acked_ = 0, failed_ = 0;
};

}  // namespace lab::sim
