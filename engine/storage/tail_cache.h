// The end of a log in memory: consumers and followers that keep up are served from here, without
// the disk. Owned by PartitionLog. Batches that are not yet written are never evicted.
#pragma once

#include <deque>

#include "engine/base/ids.h"
#include "engine/base/slice.h"

namespace lab::storage {

struct CachedBatch {
  Offset base, last;
  Slice head, rest;  // rest is empty where the batch is one slice
  std::size_t size() const { return head.size() + rest.size(); }
};

class TailCache {
 public:
  void push(CachedBatch batch);
  // Drops the oldest batches that end below `written` until at most `limit` bytes are held.
  void trim(std::size_t limit, Offset written);
  void truncate_to(Offset end);
  // Drops batches that end below `offset`.
  void start_at(Offset offset);
  void clear();

  std::size_t bytes() const { return bytes_; }
  // The first offset held; no_offset where it is empty.
  Offset first() const { return batches_.empty() ? no_offset : batches_.front().base; }
  // Index of the batch that holds `offset` (or of the next one); size() behind the last.
  std::size_t find(Offset offset) const;
  std::size_t size() const { return batches_.size(); }
  const CachedBatch& at(std::size_t i) const { return batches_[i]; }

 private:
  std::deque<CachedBatch> batches_;
  std::size_t bytes_ = 0;
};

}  // namespace lab::storage
