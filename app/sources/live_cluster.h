// A live cluster: real brokers as child processes in a cluster's directory. Starts them, carries
// out commands on them, adopts what was started by hand, merges what they tell into one stream of
// events. `brokerlab cluster`, the demo, the window's source and tests own one; everything happens
// on the thread of its io_context, which must live as long as the lab (children die with it).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "app/sources/cluster_directory.h"
#include "app/sources/link_faults.h"
#include "app/sources/link_reports.h"
#include "app/sources/live_broker.h"
#include "app/sources/readiness.h"
#include "app/sources/source.h"
#include "engine/host/runner.h"

namespace lab::sources {

class LiveCluster {
 public:
  struct Handlers {
    // Every event of the cluster, of its brokers, processes and (through publish) clients.
    std::function<void(const trace::Event&)> on_event;
    // All brokers run, each lists all, and the quorum has a leader: after start_all, and again when
    // a broker that was down has come back.
    std::function<void()> on_ready;
    // What becomes of the connections of the lab's clients to this address.
    std::function<void(const Address&, const host::LinkHold&)> hold_clients;
    std::function<void(const Address&)> break_clients;
  };

  // `brokerd`: the broker program; beside_own_executable("brokerd") as a rule.
  LiveCluster(host::asio::io_context& io, ClusterDirectory directory, std::string brokerd,
              Handlers handlers);
  ~LiveCluster();
  LiveCluster(const LiveCluster&) = delete;
  LiveCluster& operator=(const LiveCluster&) = delete;

  // Adopts the brokers that run, checks the ports of the others, starts them. An error starts
  // nothing: a port that is taken, with its holder and what to do.
  Result<> start_all();
  // At once; what it causes comes as events.
  Answer carry_out(const NodeCommand& command);
  Answer carry_out(const PropertyCommand& command);
  Answer carry_out(const FilesCommand& command);
  // By the hosts of the two ends, below their brokers, which never know (DESIGN §3); a broker that
  // starts gets what is in force. `then` when all of them that run have answered; that it is so
  // comes as an event, when the first host says it.
  void carry_out(const LinkCommand& command, Then then);
  // One broker more, started.
  Answer add_broker();
  // Kills all brokers, adopted ones too, and begins anew in the same directory. `fresh` runs when
  // all that was is told and nothing of what comes; `then` when the new brokers are started, or
  // with the reason why not.
  void reset(std::function<void()> fresh, Then then);
  bool ready() const { return ready_; }
  // All brokers tell their state anew: somebody has missed events.
  void retell();

  // Ends all children within two seconds: SIGTERM, then SIGKILL. Adopted brokers are let go. `done`
  // runs once, when no child is left.
  void shut_down(std::function<void()> done);

  // For the lab's own events (its clients'), which go into the same stream.
  void publish(const trace::Event& event);

  const ClusterDirectory& directory() const { return directory_; }
  std::vector<const LiveBroker*> brokers() const;
  const LiveBroker* broker(NodeId id) const;
  host::asio::io_context& io() { return io_; }

 private:
  void add(const BrokerFiles& files);
  Error no_broker(NodeId id) const;
  Answer begin_anew(const std::function<void()>& fresh);
  LiveBroker* find(NodeId id);
  void tell(NodeId node, trace::Payload payload, Instant at, Duration within);
  void refresh_ready();
  void set_link(const LinkFaults::Ends& ends, const LinkFaults::Changes& changes);
  void set_again(NodeId host);
  void break_link(const LinkFaults::Ends& ends);
  void ask(NodeId host, NodeId peer, trace::FaultChanged fault);
  void hold_clients(NodeId broker, const LinkFaults::Changes& changes);
  void look_later();
  void check_ended();

  host::asio::io_context& io_;
  ClusterDirectory directory_;
  const std::string brokerd_;
  Handlers handlers_;
  Readiness readiness_;
  LinkFaults links_;     // as they shall be
  LinkReports reports_;  // as they are
  struct LinkOrder;
  std::shared_ptr<LinkOrder> order_;  // while a command is being handed to the hosts
  std::map<NodeId, std::unique_ptr<LiveBroker>> brokers_;
  std::vector<std::unique_ptr<LiveBroker>> retired_;  // their last handlers may still come
  std::uint64_t next_event_ = 0;
  bool ready_ = false, told_ready_ = false;
  host::asio::steady_timer look_timer_, end_timer_;
  std::function<void()> ended_;
  bool adopted_too_ = false;  // ended_ waits for them as well
};

// The path of a program that lies beside the one that runs.
std::string beside_own_executable(const std::string& name);

}  // namespace lab::sources
