// Bytes on their way over a slow link: they come out in order, each slice so much later than it
// went in. TcpConnection has one for each direction; it knows no clock, and sets no limit itself.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "engine/base/slice.h"
#include "engine/base/time.h"

namespace lab::host {

class DelayLine {
 public:
  // Nothing overtakes what is on its way already.
  void put(Slice slice, Instant now, Duration delay) {
    memory_ += cost_of(slice);
    Instant due = now + delay;
    if (!entries_.empty()) due = std::max(due, entries_.back().due);
    entries_.push_back({due, std::move(slice)});
  }
  // The link is this slow now: what is on its way is there within `delay`, too.
  void shorten(Instant now, Duration delay) {
    for (auto& entry : entries_) entry.due = std::min(entry.due, now + delay);
  }
  bool empty() const { return entries_.empty(); }
  // When the first is there; none where nothing is on its way.
  std::optional<Instant> due() const {
    return entries_.empty() ? std::nullopt : std::optional(entries_.front().due);
  }
  Slice take() {
    Slice slice = std::move(entries_.front().slice);
    entries_.pop_front();
    memory_ -= cost_of(slice);
    return slice;
  }
  // Bytes of memory, with what a slice costs beside its own.
  std::size_t memory() const { return memory_; }
  void clear() {
    entries_.clear();
    memory_ = 0;
  }

 private:
  static std::size_t cost_of(const Slice& slice) { return slice.size() + 128; }

  struct Entry {
    Instant due{};
    Slice slice;
  };
  std::deque<Entry> entries_;
  std::size_t memory_ = 0;
};

}  // namespace lab::host
