// The requests by which a leader begins and ends its epoch (KIP-595), both ends.
#include <algorithm>

#include "engine/raft/quorum.h"
#include "engine/raft/wire.h"

namespace lab::raft {

using protocol::ErrorCode;
using trace::Role;

// Tells voters that have not fetched of late, in this epoch, who leads; again and again.
void Quorum::send_begin_epoch() {
  if (role_ != Role::leader) return;
  const Duration period = std::max<Duration>(fetch_timeout() / 2, milliseconds(1));
  const Instant now = context_.monotonic();
  for (const auto& [id, replica] : replicas_) {
    if (replica.last_fetch && now - *replica.last_fetch < period) continue;
    if (asking(id, Ask::begin_epoch)) continue;
    protocol::BeginQuorumEpochRequest::PartitionData data;
    data.leader_id = settings_.self.v;
    data.leader_epoch = election_.epoch.v;
    auto request = wire::with_partition<protocol::BeginQuorumEpochRequest>(std::move(data));
    request.cluster_id = settings_.cluster_id;
    request.voter_id = id.v;
    const Address& address = voter(settings_.self)->address;
    request.leader_endpoints.push_back({settings_.listener_name, address.host, address.port});
    send(id, Ask::begin_epoch, std::move(request));
  }
  begin_timer_.arm_in(period);
}

void Quorum::begin_quorum_epoch(const protocol::BeginQuorumEpochRequest& request,
                                Reply<protocol::BeginQuorumEpochResponse> reply) {
  using Message = protocol::BeginQuorumEpochResponse;
  if (request.cluster_id && *request.cluster_id != settings_.cluster_id)
    return answer(reply, wire::refusal<Message>(ErrorCode::inconsistent_cluster_id));
  const auto* asked = wire::only_partition(request);
  if (asked == nullptr) return answer(reply, wire::refusal<Message>(ErrorCode::invalid_request));
  const NodeId from(asked->leader_id);
  const Epoch epoch(asked->leader_epoch);
  ErrorCode error = check_voter_request(from, epoch);
  if (error == ErrorCode::none) {
    const std::string how = fmt::format("node {} begins epoch {}", from, epoch);
    // Heard from the leader itself, so it lives: an election on the way to start is called off.
    if (!heard_of(from, epoch, how) && role_ == Role::prospective && election_.leader == from)
      become_follower(epoch, from, how);
    if (!is_own_key(request.voter_id, asked->voter_directory_id))
      error = ErrorCode::invalid_voter_key;
  }
  Message::PartitionData data;
  data.error_code = wire::code(error);
  data.leader_id = known_leader().v;
  data.leader_epoch = election_.epoch.v;
  auto message = wire::with_partition<Message>(std::move(data));
  add_leader_endpoint(message);
  answer(reply, std::move(message));
}

// The followers that are furthest first.
std::vector<NodeId> Quorum::preferred_candidates() const {
  std::vector<NodeId> order;
  for (const Voter& other : settings_.voters)
    if (other.id != settings_.self) order.push_back(other.id);
  const auto fetched = [&](NodeId id) {
    const auto it = replicas_.find(id);
    return it == replicas_.end() ? no_offset : it->second.fetched;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](NodeId a, NodeId b) { return fetched(a) > fetched(b); });
  return order;
}

void Quorum::send_end_epoch(NodeId to) {
  protocol::EndQuorumEpochRequest::PartitionData data;
  data.leader_id = settings_.self.v;
  data.leader_epoch = election_.epoch.v;
  for (const NodeId id : candidates_) {
    data.preferred_successors.push_back(id.v);
    data.preferred_candidates.push_back({id.v, Uuid{}});
  }
  auto request = wire::with_partition<protocol::EndQuorumEpochRequest>(std::move(data));
  request.cluster_id = settings_.cluster_id;
  const Address& address = voter(settings_.self)->address;
  request.leader_endpoints.push_back({settings_.listener_name, address.host, address.port});
  send(to, Ask::end_epoch, std::move(request));
}

void Quorum::end_quorum_epoch(const protocol::EndQuorumEpochRequest& request,
                              Reply<protocol::EndQuorumEpochResponse> reply) {
  using Message = protocol::EndQuorumEpochResponse;
  if (request.cluster_id && *request.cluster_id != settings_.cluster_id)
    return answer(reply, wire::refusal<Message>(ErrorCode::inconsistent_cluster_id));
  const auto* asked = wire::only_partition(request);
  if (asked == nullptr) return answer(reply, wire::refusal<Message>(ErrorCode::invalid_request));
  const NodeId from(asked->leader_id);
  const Epoch epoch(asked->leader_epoch);
  const ErrorCode error = check_voter_request(from, epoch);
  if (error == ErrorCode::none) {
    heard_of(from, epoch, fmt::format("node {} ends epoch {}", from, epoch));
    if (role_ == Role::follower && election_.leader == from) follow_resignation(*asked);
  }
  Message::PartitionData data;
  data.error_code = wire::code(error);
  data.leader_id = known_leader().v;
  data.leader_epoch = election_.epoch.v;
  auto message = wire::with_partition<Message>(std::move(data));
  add_leader_endpoint(message);
  answer(reply, std::move(message));
}

// The leader steps down: the first it names stands at once, the others later by their place.
void Quorum::follow_resignation(const protocol::EndQuorumEpochRequest::PartitionData& data) {
  std::vector<std::int32_t> order;
  for (const auto& candidate : data.preferred_candidates) order.push_back(candidate.candidate_id);
  if (order.empty()) order = data.preferred_successors;
  has_fetched_ = false;
  leader_ended_ = true;
  const auto place = std::find(order.begin(), order.end(), settings_.self.v) - order.begin();
  if (place == 0 && !order.empty() && !shutting_down_)
    return become_prospective("the leader resigned and named it first");
  Duration wait = std::min<Duration>(milliseconds(100), settings_.election_backoff_max);
  for (auto i = std::ptrdiff_t{1}; i < place && wait < settings_.election_backoff_max; ++i)
    wait *= 2;
  wait = std::min<Duration>(wait, settings_.election_backoff_max);
  wait_in_role(wait + Duration(context_.rng().between(0, wait.count())));
}

}  // namespace lab::raft
