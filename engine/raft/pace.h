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

  // A reply came `elapsed` after its request (the wait at the peer included). `fetch_setting` is
  // the fetch timeout as set. One slow moment, such as bytes that a cut link held back, stretches
  // timeouts to twice what they are and no further.
  void observe(Instant now, NodeId from, Duration elapsed, Duration fetch_setting) {
    strikes_.erase(from);
    forget_old(now);
    const Duration timeout = fetch_timeout(fetch_setting);
    if (2 * elapsed > timeout) {
      if (now - grown_ < timeout) return;
      grown_ = now;
    }
    slowest_ = std::max(slowest_, std::min(elapsed, timeout));
  }
  // A request to `to` ran into its timeout.
  void timed_out(NodeId to) {
    int& strikes = strikes_[to];
    if (strikes < most_doublings) ++strikes;
  }
  // A leader resigned because it did not hear of its followers, `led` after its election.
  void leader_gave_up(Duration led, Duration timeout) {
    if (led < 8 * timeout) {
      if (leader_doublings_ < most_doublings) ++leader_doublings_;
    } else if (leader_doublings_ > 0) {
      --leader_doublings_;
    }
  }

  // Twice the slowest round trip of the last 10 to 20 s, at least the setting.
  Duration stretched(Duration setting) const {
    return std::max(setting, std::min(longest, 2 * std::max(slowest_, slowest_before_)));
  }
  Duration fetch_timeout(Duration setting) const { return stretched(setting); }
  Duration election_timeout(Duration setting) const { return stretched(setting); }
  // 1.5 fetch timeouts, as Kafka; more where earlier leaderships ended early.
  Duration check_quorum_timeout(Duration fetch_setting) const {
    return doubled(fetch_timeout(fetch_setting) * 3 / 2, leader_doublings_);
  }
  // Doubles with each timeout in a row.
  Duration request_timeout(NodeId to, Duration setting) const {
    const auto it = strikes_.find(to);
    return doubled(stretched(setting), it == strikes_.end() ? 0 : it->second);
  }
  static Duration doubled(Duration base, int times) {
    const Duration limit = std::max(base, longest);
    for (; times > 0 && base < limit; --times) base *= 2;
    return std::min(base, limit);
  }

 private:
  static constexpr Duration window = seconds(10);
  static constexpr int most_doublings = 16;

  void forget_old(Instant now) {
    if (now - since_ <= window) return;
    slowest_before_ = now - since_ > 2 * window ? Duration(0) : slowest_;
    slowest_ = Duration(0);
    since_ = now;
  }

  Instant since_{}, grown_{};
  Duration slowest_{0}, slowest_before_{0};  // in this window and in the one before
  int leader_doublings_ = 0;
  std::map<NodeId, int> strikes_;
};

}  // namespace lab::raft
