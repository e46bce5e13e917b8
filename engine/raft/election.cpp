// Elections: asking for votes and giving them (KIP-595), with pre-votes (KIP-996).
#include <utility>

#include "engine/base/planted.h"
#include "engine/raft/quorum.h"
#include "engine/raft/wire.h"

namespace lab::raft {

using protocol::ErrorCode;
using trace::Role;

// ---- Giving votes

ErrorCode Quorum::check_voter_request(NodeId from, Epoch epoch) const {
  if (epoch < election_.epoch) return ErrorCode::fenced_leader_epoch;
  if (from.v < 0) return ErrorCode::invalid_request;
  if (!is_voter(from) || from == settings_.self) return ErrorCode::inconsistent_voter_set;
  return ErrorCode::none;
}

// Whether a request's voter key means this node; -1 and a zero id say "whoever gets this".
bool Quorum::is_own_key(std::int32_t voter_id, const Uuid& directory) const {
  if (voter_id == -1) return true;
  return NodeId(voter_id) == settings_.self &&
         (directory.is_zero() || directory == settings_.directory_id);
}

bool Quorum::can_grant(NodeId candidate, const Uuid& directory, bool up_to_date,
                       bool pre_vote) const {
  if (!settings_.is_voter) return false;
  if (pre_vote) {
    if (role_ == Role::leader) return false;
    // It has a leader, and that leader is well as far as it knows.
    if (role_ == Role::follower && has_fetched_) return false;
    return up_to_date;
  }
  if (election_.voted != no_node && !planted(Bug::voted_twice))
    return election_.voted == candidate &&
           (election_.voted_directory.is_zero() || directory.is_zero() ||
            election_.voted_directory == directory);
  return election_.leader == no_node && up_to_date;
}

void Quorum::vote(const protocol::VoteRequest& request, Reply<protocol::VoteResponse> reply) {
  using Message = protocol::VoteResponse;
  if (request.cluster_id && *request.cluster_id != settings_.cluster_id)
    return answer(reply, wire::refusal<Message>(ErrorCode::inconsistent_cluster_id));
  const auto* asked = wire::only_partition(request);
  if (asked == nullptr) return answer(reply, wire::refusal<Message>(ErrorCode::invalid_request));

  const NodeId candidate(asked->replica_id);
  const Epoch epoch(asked->replica_epoch);
  const OffsetAndEpoch end{Offset(asked->last_offset), Epoch(asked->last_offset_epoch)};
  const bool epoch_can_be = asked->pre_vote ? end.epoch <= epoch : end.epoch < epoch;
  ErrorCode error = ErrorCode::none;
  bool granted = false;
  if (!epoch_can_be || end.offset.v < 0 || end.epoch.v < 0)
    error = ErrorCode::invalid_request;
  else
    error = check_voter_request(candidate, epoch);
  if (error == ErrorCode::none) {
    if (epoch > election_.epoch)
      become_unattached(epoch, fmt::format("node {} asks for votes in epoch {}", candidate, epoch));
    if (!is_own_key(request.voter_id, asked->voter_directory_id))
      error = ErrorCode::invalid_voter_key;
    else
      granted = grant(candidate, asked->replica_directory_id, end, asked->pre_vote);
  }
  Message::PartitionData data;
  data.error_code = wire::code(error);
  data.leader_id = known_leader().v;
  data.leader_epoch = election_.epoch.v;
  data.vote_granted = granted;
  auto message = wire::with_partition<Message>(std::move(data));
  add_leader_endpoint(message);
  answer(reply, std::move(message));
}

bool Quorum::grant(NodeId candidate, const Uuid& directory, const OffsetAndEpoch& end,
                   bool pre_vote) {
  // All it has counts here, not only what it knows to be synced: after a restart it may long have
  // been counted for more than that.
  const OffsetAndEpoch own{log_.log_end(), epoch_before(log_.log_end())};
  const bool granted =
      can_grant(candidate, directory, end >= own || planted(Bug::vote_for_shorter_log), pre_vote);
  say(Level::info,
      "{} {} of node {} in epoch {} (its log ends at {} in epoch {}, mine at {} in {})",
      granted ? "Granted" : "Refused", pre_vote ? "the pre-vote" : "the vote", candidate,
      election_.epoch, end.offset, end.epoch, own.offset, own.epoch);
  if (granted && !pre_vote && election_.voted == no_node) {
    election_.voted = candidate;
    election_.voted_directory = directory;
    persist(!planted(Bug::vote_before_sync));
    // It gives the candidate time; an election of its own would only spoil this one.
    if (role_ == Role::prospective)
      become_unattached(election_.epoch, fmt::format("it voted for node {}", candidate));
    else
      wait_in_role(election_timeout());
  }
  // Of candidates that spoiled each other's election the first to try again goes first, once: its
  // vote and those of the others have to reach disks that may be as slow as this one's.
  if (granted && pre_vote && backing_off_ && !std::exchange(gave_way_, true))
    wait_in_role(election_timeout() + 3 * state_write_took_);
  context_.trace(trace::VoteAnswered{candidate, election_.epoch, pre_vote, granted});
  return granted;
}

// ---- Asking for votes

void Quorum::ask_for_votes() {
  for (const Voter& other : settings_.voters)
    if (other.id != settings_.self) ask_for_vote(other.id);
}

void Quorum::ask_for_vote(NodeId other) {
  const bool pre_vote = role_ == Role::prospective;
  const OffsetAndEpoch end = synced_end();
  protocol::VoteRequest::PartitionData data;
  data.replica_epoch = election_.epoch.v;
  data.replica_id = settings_.self.v;
  data.replica_directory_id = settings_.directory_id;
  data.last_offset_epoch = end.epoch.v;
  data.last_offset = end.offset.v;
  data.pre_vote = pre_vote;
  auto request = wire::with_partition<protocol::VoteRequest>(std::move(data));
  request.cluster_id = settings_.cluster_id;
  request.voter_id = other.v;
  send(other, pre_vote ? Ask::pre_vote : Ask::vote, std::move(request));
}

void Quorum::on_vote(const Outstanding& request, const protocol::VoteResponse& response) {
  const auto* data = wire::only_partition(response);
  if (response.error_code != 0 || data == nullptr) {
    say(Level::error, "Node {} refuses to talk about votes: error {}", request.to,
        response.error_code);
    return request_failed(request);
  }
  if (heard_of(NodeId(data->leader_id), Epoch(data->leader_epoch),
               fmt::format("node {} said so when asked for its vote", request.to)))
    return;
  const Role asked_as = request.ask == Ask::pre_vote ? Role::prospective : Role::candidate;
  if (request.turn != turn_ || role_ != asked_as) return;
  (data->vote_granted ? granted_ : rejected_).insert(request.to);
  count_votes();
}

void Quorum::count_votes() {
  if (granted_.size() >= majority()) {
    if (role_ == Role::prospective)
      become_candidate("a majority would vote for it");
    else
      become_leader();
    return;
  }
  if (settings_.voters.size() - rejected_.size() < majority() && !backing_off_)
    election_lost("a majority refused");
}

void Quorum::election_lost(const std::string& why) {
  if (role_ == Role::candidate) {
    backing_off_ = true;
    wait_in_role(election_backoff());
    say(Level::info, "Insufficient votes in epoch {} ({}); it waits before it stands again",
        election_.epoch, why);
  } else if (election_.leader != no_node && election_.leader != settings_.self) {
    become_follower(election_.epoch, election_.leader, why);
  } else {
    become_unattached(election_.epoch, why);
  }
}

// Asks anew whoever has not answered.
void Quorum::repeat_asks() {
  for (const Voter& other : settings_.voters) {
    if (other.id == settings_.self) continue;
    const bool answered = granted_.count(other.id) + rejected_.count(other.id) > 0;
    if (role_ == Role::prospective && !answered && !asking(other.id, Ask::pre_vote))
      ask_for_vote(other.id);
    if (role_ == Role::candidate && !answered && !asking(other.id, Ask::vote))
      ask_for_vote(other.id);
    if (role_ == Role::resigned && informed_.count(other.id) == 0 &&
        !asking(other.id, Ask::end_epoch))
      send_end_epoch(other.id);
  }
}

}  // namespace lab::raft
