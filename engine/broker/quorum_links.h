// How the quorum's requests reach the other voters: two connections to each controller listener,
// one for fetches (which wait at the leader) and one for all else, so that a vote never queues
// behind a parked fetch. Owned by Node.
#pragma once

#include <map>
#include <memory>

#include "engine/client/connection.h"
#include "engine/raft/quorum.h"

namespace lab::broker {

class QuorumLinks : public raft::Network {
 public:
  QuorumLinks(Context& context, const std::vector<raft::Voter>& voters,
              client::ConnectionOptions options);

  // Set once, before the quorum starts.
  void set_quorum(raft::Quorum* quorum) { quorum_ = quorum; }
  void send(NodeId to, raft::Request request, raft::RequestHandle handle) override;
  void gave_up(NodeId to, raft::RequestHandle handle) override;
  client::Connection* owner(ConnId conn);

 private:
  enum class Lane : std::uint8_t { control, fetch };
  using Key = std::pair<NodeId, Lane>;
  client::Connection* link(const Key& key);
  template <class Request>
  void ask(client::Connection& link, Request request, std::int16_t version,
           raft::RequestHandle handle);

  Context& context_;
  client::ConnectionOptions options_;
  raft::Quorum* quorum_ = nullptr;
  std::map<NodeId, Address> voters_;
  std::map<Key, std::unique_ptr<client::Connection>> links_;
  std::map<raft::RequestHandle, Key> in_flight_;
};

}  // namespace lab::broker
