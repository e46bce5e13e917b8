// Folds bulk events of busy links (DESIGN §3): frames into counts, moved records into sums, marks
// into the latest one. Used by the lab socket's server. What is told at most `per_second` times a
// second on one link goes through at once; a frame that a control event names as its cause does so
// too, if late.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <tuple>

#include "engine/base/time.h"
#include "engine/trace/event.h"

namespace lab::host {

class EventFolder {
 public:
  using Emit = std::function<void(const trace::Event&)>;
  EventFolder(std::uint32_t per_second, Emit emit)
      : per_second_(per_second), emit_(std::move(emit)) {}

  // Emits it now, or keeps it until flush().
  void take(const trace::Event& event);
  bool pending() const { return !frames_.empty() || !records_.empty() || !marks_.empty(); }
  // Emits what is kept; forgets links that were quiet for a second before `now`.
  void flush(Instant now);

 private:
  // Kinds of marks have links of their own: nothing is folded across them.
  using Link = std::tuple<std::size_t, std::uint64_t, std::string, std::int32_t>;
  struct Allowance {
    double tokens = 0;
    Instant at{};
  };
  struct FrameKey {
    std::uint64_t connection;
    bool outgoing, request;
    std::int16_t api;
    auto operator<=>(const FrameKey&) const = default;
  };
  using RecordKey = std::tuple<std::uint64_t, bool, std::string, std::int32_t>;

  bool allowed(const Link& link, Instant at);
  void fold(const trace::Event& event, const trace::Frame& frame);
  void fold(const trace::Event& event, const trace::RecordsMoved& records);
  // A control event's cause, where it was folded.
  void tell_cause(std::uint64_t number);

  std::uint32_t per_second_;
  Emit emit_;
  std::map<Link, Allowance> links_;
  std::map<FrameKey, trace::Event> frames_;    // payload: FrameCounts
  std::map<RecordKey, trace::Event> records_;  // payload: RecordsMoved
  std::map<Link, trace::Event> marks_;         // the latest
  std::deque<trace::Event> folded_;            // frames, by rising number; at most max_folded
};

}  // namespace lab::host
