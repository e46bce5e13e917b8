// Looks at a cluster that somebody else runs (another lab, or brokers started by hand): reads the
// lab sockets that its directory names and gives the events to whoever draws or prints them. Used
// by `brokerlab status` and `snapshot`. It sends no command and changes no file.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "app/sources/cluster_directory.h"
#include "app/sources/link_reports.h"
#include "app/sources/live_broker.h"

namespace lab::sources {

class Spectator {
 public:
  using OnEvent = std::function<void(const trace::Event&)>;
  Spectator(host::asio::io_context& io, ClusterDirectory directory, OnEvent on_event);

  // Connects. `told` runs once, when every broker that listens has told its state, or a second
  // later (a frozen one tells nothing); `listening` is how many there are.
  void start(std::function<void(int listening)> told);
  // Sees changes from then on, as long as it lives; brokers that come up are found.

 private:
  void see(const trace::Event& event);
  void tell(NodeId node, trace::Payload payload, Instant at, Duration within);
  void check_told();
  void look_later();

  host::asio::io_context& io_;
  OnEvent on_event_;
  LinkReports faults_;
  std::map<NodeId, std::unique_ptr<LiveBroker>> brokers_;
  std::set<NodeId> awaited_;
  int listening_ = 0;
  std::uint64_t next_event_ = 0;
  std::function<void(int)> told_;
  host::asio::steady_timer limit_timer_, look_timer_;
};

}  // namespace lab::sources
