// The soft state that the active controller keeps of each broker: when it was last heard of, how
// far it has read the metadata, where its controlled shutdown was decided. Not in the metadata log:
// a new controller starts with fresh sessions. Called by the controller only.
#pragma once

#include <algorithm>
#include <map>
#include <optional>

#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace lab::controller {

struct Session {
  Instant last_contact{};
  Offset registered_at = no_offset;    // its RegisterBrokerRecord: it is caught up from there on
  Offset metadata_offset = no_offset;  // as its last heartbeat told
  Offset shutdown_offset = no_offset;  // what all others must have read before it may go
};

class Sessions {
 public:
  explicit Sessions(Duration timeout) : timeout_(timeout) {}

  // A session begins anew.
  Session& open(NodeId id, Instant now, Offset registered_at) {
    return sessions_[id] = Session{now, registered_at, no_offset, no_offset};
  }
  // nullptr where it has none.
  Session* find(NodeId id) {
    const auto it = sessions_.find(id);
    return it == sessions_.end() ? nullptr : &it->second;
  }
  void close(NodeId id) { sessions_.erase(id); }
  void clear() { sessions_.clear(); }

  // How much longer the broker may stay silent; not positive: no valid session.
  Duration left(NodeId id, Instant now) const {
    const auto it = sessions_.find(id);
    if (it == sessions_.end()) return Duration(0);
    return it->second.last_contact + timeout_ - now;
  }
  Duration silent(NodeId id, Instant now) const {
    const auto it = sessions_.find(id);
    return it == sessions_.end() ? Duration(0) : now - it->second.last_contact;
  }
  // Where the next session ends, and whose it is: the one that has been silent the longest.
  std::optional<std::pair<Instant, NodeId>> next_end() const {
    std::optional<std::pair<Instant, NodeId>> next;
    for (const auto& [id, session] : sessions_) {
      const Instant end = session.last_contact + timeout_;
      if (!next || end < next->first) next = {end, id};
    }
    return next;
  }
  // This machine could not listen for `late`: nobody is blamed for it.
  void extend(Duration late, Instant now) {
    for (auto& [id, session] : sessions_) {
      session.last_contact = std::min(session.last_contact + late, now);
    }
  }

 private:
  Duration timeout_;
  std::map<NodeId, Session> sessions_;
};

}  // namespace lab::controller
