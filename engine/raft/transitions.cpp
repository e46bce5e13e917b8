// The roles of the quorum and the ways between them. Every change of role, epoch or leader happens
// here; each is traced, logged as Kafka does, and made durable where others will rely on it.
#include <algorithm>

#include "engine/raft/quorum.h"

namespace lab::raft {

using trace::Role;

namespace {

std::string_view title(Role role) {
  switch (role) {
    case Role::unattached:
      return "Unattached";
    case Role::prospective:
      return "Prospective";
    case Role::candidate:
      return "Candidate";
    case Role::leader:
      return "Leader";
    case Role::follower:
      return "Follower";
    case Role::resigned:
      return "Resigned";
    case Role::observer:
      return "Observer";
  }
  return "?";
}

}  // namespace

NodeId Quorum::known_leader() const {
  if (role_ == Role::leader) return settings_.self;
  return election_.leader == settings_.self ? no_node : election_.leader;
}

// Ends what belongs to the old role. What waits at a leader is answered when the new role stands.
void Quorum::leave_role() {
  ++turn_;
  ++waits_;
  for (Context::Timer* timer :
       {&role_timer_, &fetch_timer_, &linger_timer_, &begin_timer_, &retry_timer_})
    timer->cancel();
  granted_.clear();
  rejected_.clear();
  informed_.clear();
  backing_off_ = false;
  gave_way_ = false;
  has_fetched_ = false;
  leader_ended_ = false;
  leader_suspect_ = false;
  download_.reset();
  replicas_.clear();
  observers_.clear();
  appends_.clear();
  append_bytes_ = 0;
  epoch_start_ = no_offset;
  ready_told_ = false;
}

void Quorum::enter(Role role, const std::string& why) {
  const Role before = role_;
  role_ = role;
  const Role shown = settings_.is_voter ? role : Role::observer;
  context_.log(Level::info, "org.apache.kafka.raft.QuorumState",
               "[RaftManager id={}] Completed transition to {}(epoch={}, leaderId={}, votedId={}, "
               "highWatermark={}) from {}: {}",
               settings_.self, title(role), election_.epoch, known_leader(), election_.voted,
               high_watermark_, title(before), why);
  context_.trace(trace::RoleChanged{shown, election_.epoch, known_leader(), why});
  trace_marks();
  if (before == Role::leader) wake_parked();
  tell_leader();
}

void Quorum::tell_leader() {
  const LeaderAndEpoch now = leader();
  if (now == told_leader_) return;
  told_leader_ = now;
  listener_.on_leader_change(now);
}

void Quorum::become_unattached(Epoch epoch, const std::string& why) {
  LAB_CHECK(epoch >= election_.epoch);
  leave_role();
  if (epoch > election_.epoch) {
    election_ = ElectionState{epoch, no_node, no_node, {}};
    persist(true);
  } else if (election_.leader != no_node) {
    LAB_CHECK(election_.leader != settings_.self);
    election_.leader = no_node;
    persist(false);
  }
  if (settings_.is_voter) wait_in_role(election_timeout());
  fetch_soon(Duration(0));
  enter(Role::unattached, why);
}

void Quorum::become_follower(Epoch epoch, NodeId leader, const std::string& why) {
  LAB_CHECK(epoch >= election_.epoch && leader != settings_.self && is_voter(leader));
  const bool again = epoch == election_.epoch && leader == election_.leader;
  leave_role();
  if (epoch > election_.epoch) {
    election_ = ElectionState{epoch, leader, no_node, {}};
    persist(true);
  } else if (!again) {
    election_.leader = leader;
    persist(false);
  }
  if (!again) rounds_ = 0;
  // Back from an election that nobody wanted, it tries the leader again for a shorter time.
  wait_in_role(again ? std::min(election_timeout(), fetch_timeout()) : fetch_timeout());
  fetch_soon(Duration(0));
  enter(Role::follower, why);
}

void Quorum::become_prospective(const std::string& why) {
  LAB_CHECK(settings_.is_voter && !shutting_down_);
  if (settings_.voters.size() == 1) return become_candidate(why);
  leave_role();
  ++rounds_;
  granted_.insert(settings_.self);
  wait_in_role(election_timeout());
  enter(Role::prospective, why);
  ask_for_votes();
}

void Quorum::become_candidate(const std::string& why) {
  LAB_CHECK(settings_.is_voter && !shutting_down_);
  leave_role();
  election_ =
      ElectionState{Epoch(election_.epoch.v + 1), no_node, settings_.self, settings_.directory_id};
  persist(true);
  wait_in_role(election_timeout());
  enter(Role::candidate, why);
  ask_for_votes();
  // Its own vote counts once it cannot be forgotten.
  after_durable([this, epoch = election_.epoch] {
    if (role_ != Role::candidate || election_.epoch != epoch) return;
    granted_.insert(settings_.self);
    count_votes();
  });
}

void Quorum::become_leader() {
  LAB_CHECK(role_ == Role::candidate && election_.voted == settings_.self);
  const std::set<NodeId> granted = granted_;
  leave_role();
  granted_ = granted;  // written into the epoch's first record
  election_.leader = settings_.self;
  // Its vote for itself is durable, and whoever voted in an epoch never stands in it again: so it
  // may lead at once. The rest only lets a restart find it resigned.
  persist(false);
  rounds_ = 0;
  for (const Voter& other : settings_.voters)
    if (other.id != settings_.self) replicas_.emplace(other.id, Replica{});
  if (!replicas_.empty()) wait_in_role(check_quorum_timeout());
  enter(Role::leader, "a majority voted for it");
  if (role_ == Role::leader) start_epoch();
}

void Quorum::become_resigned(const std::string& why) {
  LAB_CHECK(election_.leader == settings_.self);
  const std::vector<NodeId> candidates = preferred_candidates();
  leave_role();
  candidates_ = candidates;
  wait_in_role(election_timeout());
  enter(Role::resigned, why);
  repeat_asks();
}

// Somebody says who leads in `epoch` (leader no_node: unknown). True where that changed the state.
bool Quorum::heard_of(NodeId leader, Epoch epoch, const std::string& how) {
  if (epoch < election_.epoch) return false;
  const bool known = is_voter(leader) && leader != settings_.self;
  if (epoch > election_.epoch) {
    if (known)
      become_follower(epoch, leader, how);
    else
      become_unattached(epoch, how);
    return true;
  }
  if (!known || election_.leader == leader) return false;
  if (election_.leader != no_node) {
    say(Level::error, "Two leaders in epoch {}: {} and, {}, {}", epoch, election_.leader, how,
        leader);
    return false;
  }
  become_follower(epoch, leader, how);
  return true;
}

// Gives others `patience` from the moment in which they can hear of this node at all: while its
// own disk makes the epoch or the vote durable nothing leaves, and no time runs out. Whose disk is
// slow then gives the others' disks as much time, and as much again.
void Quorum::wait_in_role(Duration patience) {
  role_timer_.cancel();
  const bool at_once = needed_version_ <= durable_version_;
  after_durable([this, patience, at_once, wait = ++waits_] {
    if (wait == waits_) role_timer_.arm_in(at_once ? patience : patience + 2 * state_write_took_);
  });
}

void Quorum::on_timer() {
  switch (role_) {
    case Role::unattached:
      if (!shutting_down_) become_prospective("it heard of no leader in time");
      return;
    case Role::follower:
      return on_fetch_timeout();
    case Role::prospective:
      return election_lost("the pre-vote was not won in time");
    case Role::candidate:
      if (shutting_down_) return become_unattached(election_.epoch, "it is shutting down");
      return become_prospective(backing_off_ ? "it tries again after a lost election"
                                             : "the election was not won in time");
    case Role::leader:
      return check_quorum();
    case Role::resigned:
      // In this epoch it could neither lead nor vote any more.
      if (!shutting_down_)
        become_unattached(Epoch(election_.epoch.v + 1), "it has resigned from the epoch before");
      return;
    case Role::observer:
      return;
  }
}

Duration Quorum::fetch_timeout() const { return pace_.fetch_timeout(settings_.fetch_timeout); }
Duration Quorum::check_quorum_timeout() const {
  return pace_.check_quorum_timeout(settings_.fetch_timeout);
}

// Random in [T, 2T), so that voters seldom stand at once.
Duration Quorum::election_timeout() {
  const Duration base = pace_.election_timeout(settings_.election_timeout);
  return base + Duration(context_.rng().between(0, base.count() - 1));
}

// Random up to a bound that doubles with each election that was lost, from 100 ms on.
Duration Quorum::election_backoff() {
  const Duration most = settings_.election_backoff_max;
  Duration bound = std::min<Duration>(milliseconds(100), most);
  for (int i = 1; i < rounds_ && bound < most; ++i) bound *= 2;
  return Duration(context_.rng().between(1, std::min(bound, most).count()));
}

}  // namespace lab::raft
