// What a node has learned of how slow its peers and disks are, so that no legal timeout setting can
// make the quorum elect for ever: a timeout shorter than a round trip is stretched until round
// trips fit (KAFKA.md 2.7). Used by Quorum; it keeps no clock and never shortens a setting.
#pragma once

#include <algorithm>
#include <map>

#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace lab::raft {

class Pace {
 public:
  // Nothing is stretched beyond this (or beyond the setting where that is longer).
  static constexpr Duration longest = seconds(5);

  // A reply came `elapsed` after its request.
  void observe(Instant now, NodeId from, Duration elapsed) {
    strikes_.erase(from);
    note(now, elapsed);
  }
  // The reply to a fetch that had been given up came after all: its leader was alive. It counts,
  // but one such reply (bytes that a dead link held back) at most doubles `timeout`.
  void late(Instant now, Duration elapsed, Duration timeout) {
    note(now, std::min(elapsed, timeout));
  }
  // A request to `to` ran into its timeout.
  void timed_out(NodeId to) {
    int& strikes = strikes_[to];
    if (strikes < 16) ++strikes;
  }

  // A leader resigned because it did not hear of its followers, `led` after its election.
  void leader_gave_up(Duration led, Duration timeout) {
    if (led < 8 * timeout) {
      if (leader_stretch_ < 16) ++leader_stretch_;
    } else if (leader_stretch_ > 0) {
      --leader_stretch_;
    }
  }

  // Twice the slowest round trip of late, at least the setting.
  Duration fetch_timeout(Duration setting) const {
    return std::max(setting, std::min(longest, 2 * std::max(slowest_, slowest_before_)));
  }
  // 1.5 fetch timeouts, as Kafka; more where earlier leaders gave up early.
  Duration check_quorum_timeout(Duration setting) const {
    return doubled(fetch_timeout(setting) * 3 / 2, leader_stretch_);
  }
  // Doubles with each timeout in a row.
  Duration request_timeout(NodeId to, Duration setting) const {
    const auto it = strikes_.find(to);
    return doubled(fetch_timeout(setting), it == strikes_.end() ? 0 : it->second);
  }
  static Duration doubled(Duration base, int times) {
    const Duration limit = std::max(base, longest);
    for (; times > 0 && base < limit; --times) base *= 2;
    return std::min(base, limit);
  }

 private:
  static constexpr Duration window = seconds(10);

  void note(Instant now, Duration elapsed) {
    if (now - since_ > window) {
      slowest_before_ = now - since_ > 2 * window ? Duration(0) : slowest_;
      slowest_ = Duration(0);
      since_ = now;
    }
    slowest_ = std::max(slowest_, elapsed);
  }

  Instant since_{};
  Duration slowest_{0}, slowest_before_{0};  // in this window and in the one before
  int leader_stretch_ = 0;
  std::map<NodeId, int> strikes_;
};

}  // namespace lab::raft
