#include "engine/storage/tail_cache.h"

#include <algorithm>

namespace lab::storage {

void TailCache::push(CachedBatch batch) {
  bytes_ += batch.size();
  batches_.push_back(std::move(batch));
}

void TailCache::trim(std::size_t limit, Offset written) {
  while (bytes_ > limit && !batches_.empty() && batches_.front().last < written) {
    bytes_ -= batches_.front().size();
    batches_.pop_front();
  }
  if (batches_.empty()) clear();
}

void TailCache::truncate_to(Offset end) {
  while (!batches_.empty() && batches_.back().last >= end) {
    bytes_ -= batches_.back().size();
    batches_.pop_back();
  }
}

void TailCache::start_at(Offset offset) {
  while (!batches_.empty() && batches_.front().last < offset) {
    bytes_ -= batches_.front().size();
    batches_.pop_front();
  }
}

void TailCache::clear() {
  std::deque<CachedBatch>().swap(batches_);  // a cleared deque keeps its memory
  bytes_ = 0;
}

std::size_t TailCache::find(Offset offset) const {
  const auto found =
      std::lower_bound(batches_.begin(), batches_.end(), offset,
                       [](const CachedBatch& batch, Offset wanted) { return batch.last < wanted; });
  return static_cast<std::size_t>(found - batches_.begin());
}

}  // namespace lab::storage
