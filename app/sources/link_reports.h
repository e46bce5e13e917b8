// Which link faults are in force on a live cluster, by what the hosts say that carry them out. Both
// ends of a link say so, and may do it again: told is what that changes. A fault ends when the last
// host says so, or is gone. LiveCluster and Spectator own one each; it sends no command.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/trace/event.h"

namespace lab::sources {

class LinkReports {
 public:
  using Tell = std::function<void(const trace::FaultChanged&, Instant at)>;
  explicit LinkReports(Tell tell) : tell_(std::move(tell)) {}

  void said(NodeId host, const trace::FaultChanged& fault, Instant at);
  void gone(NodeId host, Instant at);
  // The cluster begins anew.
  void clear() { reports_.clear(); }

 private:
  struct Report {
    trace::FaultChanged told;
    std::set<NodeId> hosts;
  };
  using Reports = std::map<std::pair<std::string, std::string>, Report>;  // by kind and target
  Reports::iterator ended_on(NodeId host, Reports::iterator report, Instant at);

  Tell tell_;
  Reports reports_;
};

}  // namespace lab::sources
