// Which links of a cluster a person has cut or made slow, whoever carries it out: keeps what was
// asked for, says what each command changes, answers the person. A simulated cluster and a live one
// own one each; it touches no connection itself.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/sources/source.h"

namespace lab::sources {

class LinkFaults {
 public:
  // A link a→b: all bytes from a to b, whoever opened the connection.
  struct Link {
    bool cut = false;
    Duration delay{};
    bool broken() const { return cut || delay > Duration{}; }
  };
  using Ends = std::pair<NodeId, NodeId>;  // from, to
  // "cut" and "delay" ("50 ms"), begun or ended.
  using Changes = std::vector<trace::FaultChanged>;

  struct Hands {
    // How a link is from now on, and what that changes.
    std::function<void(const Ends&, const Link&, const Changes&)> set;
    // All connections between the two break.
    std::function<void(const Ends&)> reset;
  };
  explicit LinkFaults(Hands hands) : hands_(std::move(hands)) {}

  // `brokers`: those there are; clients_end is always an end.
  Answer act(const LinkCommand& command, const std::vector<NodeId>& brokers);
  // Those that are not as they should be.
  const std::map<Ends, Link>& links() const { return links_; }
  Link link(NodeId from, NodeId to) const;
  // The cluster begins anew.
  void clear() { links_.clear(); }

  static std::string name_of(const Ends& ends);  // "1→2"
  static Changes changes(const Ends& ends, const Link& before, const Link& after);

 private:
  void act_on(LinkAction action, const Ends& ends, Duration delay);
  void change(const Ends& ends, Link link);

  Hands hands_;
  std::map<Ends, Link> links_;
};

}  // namespace lab::sources
