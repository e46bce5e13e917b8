// The control events the lab keeps for timeline and narration, in the order of their times.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "engine/trace/event.h"

namespace lab::model {

struct LoggedEvent {
  std::uint64_t id = 0;  // "#8213": counts up in the order in which events came to the lab
  std::shared_ptr<const trace::Event> event;
  bool milestone = false;  // a bulk event that a failover waited for (the first write acknowledged)
  Instant at() const { return event->at; }
};

class EventLog {
 public:
  static constexpr std::size_t max_events = 20'000;

  // Puts it at its time; the oldest falls out when full.
  void add(const trace::Event& event, bool milestone);
  const std::deque<LoggedEvent>& events() const { return events_; }
  const LoggedEvent* find(std::uint64_t id) const;
  // The first event not before `at`, as an index into events(); size() where there is none.
  std::size_t at_or_after(Instant at) const;
  std::uint64_t dropped() const { return dropped_; }  // how many fell out

 private:
  std::deque<LoggedEvent> events_;
  std::uint64_t next_id_ = 0, dropped_ = 0;
};

}  // namespace lab::model
