// The events between the thread that gathers them and the one that owns the model. Bounded: an
// owner that does not come loses what a fresh snapshot tells again, and is told how much. Used by
// LiveSession under its lock.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/trace/event.h"

namespace lab::sources {

class EventQueue {
 public:
  explicit EventQueue(std::size_t limit = 200'000) : limit_(limit) {}

  // At the limit all goes but what nobody tells again: the lab's own word on processes, and the
  // lives of its clients. Should even that fill the queue, it goes too.
  void push(const trace::Event& event);
  // Appends all to `out`, behind a gap mark where something was lost; true then: the brokers should
  // tell their state anew.
  bool take(std::vector<trace::Event>& out);
  void clear();
  std::size_t size() const { return events_.size(); }

 private:
  std::size_t limit_;
  std::vector<trace::Event> events_;
  std::uint64_t lost_ = 0;
};

}  // namespace lab::sources
