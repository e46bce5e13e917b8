// The frame of the quorum: recovery and start, what is durable, requests in flight, timers.
#include "engine/raft/quorum.h"

#include <algorithm>

#include "engine/base/planted.h"
#include "engine/raft/snapshot_file.h"
#include "engine/raft/wire.h"

namespace lab::raft {

namespace {

milliseconds at_least_one(milliseconds setting) { return std::max(setting, milliseconds(1)); }

}  // namespace

Quorum::Quorum(Context& context, Settings settings, storage::PartitionLog& log, Network& network,
               Listener& listener)
    : context_(context),
      settings_(std::move(settings)),
      log_(log),
      network_(network),
      listener_(listener),
      role_timer_(context, [this] { on_timer(); }),
      fetch_timer_(context, [this] { fetch_now(); }),
      linger_timer_(context, [this] { drain_appends(); }),
      begin_timer_(context, [this] { send_begin_epoch(); }),
      retry_timer_(context, [this] { repeat_asks(); }),
      request_timer_(context, [this] { on_request_timer(); }),
      parked_timer_(context, [this] { wake_parked(); }),
      state_timer_(context, [this] { write_state(); }),
      alive_(std::make_shared<bool>(true)) {
  LAB_CHECK(!settings_.voters.empty());
  LAB_CHECK(settings_.is_voter == is_voter(settings_.self));
  for (milliseconds* setting :
       {&settings_.fetch_timeout, &settings_.election_timeout, &settings_.election_backoff_max,
        &settings_.request_timeout, &settings_.retry_backoff})
    *setting = at_least_one(*setting);
}

Quorum::~Quorum() = default;

const Voter* Quorum::voter(NodeId node) const {
  const auto it = std::find_if(settings_.voters.begin(), settings_.voters.end(),
                               [&](const Voter& v) { return v.id == node; });
  return it == settings_.voters.end() ? nullptr : &*it;
}

// ---- Recovery and start

Result<void> Quorum::recover(storage::Disk& disk) {
  if (disk.exists(quorum_state_file)) {
    const auto text = storage::read_text(disk, quorum_state_file);
    if (!text) return text.error();
    const auto state = ElectionState::parse(*text);
    if (!state) return state.error().in(quorum_state_file);
    election_ = *state;
    if (planted(Bug::vote_lost_at_restart)) election_.voted = no_node;
  }
  if (!disk.exists(metadata_directory)) return {};
  const auto entries = disk.list(metadata_directory);
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    if (const auto id = parse_snapshot_name(entry.name))
      snapshots_on_disk_.push_back(*id);
    else if (entry.name.ends_with(".checkpoint.tmp"))
      leftovers_.push_back(std::string(metadata_directory) + "/" + entry.name);
  }
  if (snapshots_on_disk_.empty()) return {};
  std::sort(snapshots_on_disk_.begin(), snapshots_on_disk_.end(),
            [](const auto& a, const auto& b) { return a.offset < b.offset; });
  return recover_snapshot(disk, snapshots_on_disk_.back());
}

Result<void> Quorum::recover_snapshot(storage::Disk& disk, const OffsetAndEpoch& id) {
  const std::string file = snapshot_path(id);
  const auto size = disk.size(file);
  if (!size) return size.error();
  const auto bytes = disk.read(file, 0, *size);
  if (!bytes) return bytes.error();
  auto content = parse_snapshot(*bytes);
  if (!content) return content.error().in("the snapshot " + file + " is damaged");
  snapshot_ = id;
  snapshot_size_ = static_cast<std::int64_t>(*size);
  delivered_time_ = content->last_append;
  snapshot_values_ = std::move(content->values);
  return {};
}

void Quorum::start() {
  LAB_CHECK(!started_);
  started_ = true;
  for (const std::string& file : leftovers_) context_.remove(file, {});
  if (snapshot_.offset.v > 0) {
    align_log_with_snapshot();
    delivered_ = snapshot_;
    high_watermark_ = snapshot_.offset;
    listener_.on_snapshot(snapshot_, delivered_time_, std::move(snapshot_values_));
    remove_snapshots_before(snapshot_);
  }
  snapshot_values_.clear();
  flush_log();

  if (const Epoch last = epoch_before(log_.log_end()); last > election_.epoch) {
    // quorum-state was lost or is older than the log: this epoch was seen, and no vote is known.
    election_ = ElectionState{last, no_node, no_node, {}};
    persist(true);
  }
  if (!is_voter(election_.leader) || (election_.leader == settings_.self && !settings_.is_voter))
    election_.leader = no_node;  // the voters were changed by hand
  const NodeId leader = election_.leader;
  const std::string why = "it started";
  if (settings_.is_voter && settings_.voters.size() == 1)
    become_candidate("it is the only voter");
  else if (settings_.is_voter && leader == settings_.self)
    become_resigned("it led this epoch before it was started anew");
  else if (leader != no_node)
    become_follower(election_.epoch, leader, why);
  else
    become_unattached(election_.epoch, why);
  trace_marks();
}

// A crash between a snapshot and the cut of the log leaves the log as it was before.
void Quorum::align_log_with_snapshot() {
  const Offset end = snapshot_.offset;
  const bool holds_last = log_.log_start() < end && end <= log_.log_end();
  if (log_.log_end() < end || (holds_last && log_.epoch_at(end - 1) != snapshot_.epoch))
    log_.restart_at(end);
  else if (log_.log_start() < end)
    log_.delete_records_before(end);
}

// ---- What is durable

// The election state changed. Where an epoch or a vote depends on it, nothing leaves before it is
// durable; who leads is only worth remembering.
// Written at the end of the input: an epoch and the vote in it are one write.
void Quorum::persist(bool must_be_durable) {
  ++version_;
  if (must_be_durable) needed_version_ = version_;
  if (!writing_state_) state_timer_.arm_in({});
}

void Quorum::write_state() {
  writing_state_ = true;
  state_write_began_ = context_.monotonic();
  context_.replace_file(
      quorum_state_file, Slice::copy(election_.text()),
      guarded([this, version = version_](const Done& done) { state_written(version, done); }));
}

void Quorum::state_written(std::uint64_t version, const Done& done) {
  writing_state_ = false;
  if (done.status != IoStatus::ok) {
    context_.halt(false, fmt::format("writing {} failed: {}", quorum_state_file, done.error));
    return;
  }
  state_write_took_ = context_.monotonic() - state_write_began_;
  durable_version_ = version;
  if (durable_version_ < version_) write_state();
  while (!waiters_.empty() && waiters_.front().version <= durable_version_) {
    const auto then = std::move(waiters_.front().then);
    waiters_.pop_front();
    then();
  }
}

void Quorum::after_durable(std::function<void()> then) {
  if (needed_version_ <= durable_version_)
    then();
  else
    waiters_.push_back({needed_version_, std::move(then)});
}

// ---- Requests in flight

void Quorum::send(NodeId to, Ask ask, Request request) {
  LAB_CHECK(to != settings_.self && is_voter(to));
  const RequestHandle handle = next_handle_++;
  outstanding_.emplace(handle, Outstanding{to, ask, election_.epoch, turn_});
  after_durable([this, to, handle, request = std::move(request)]() mutable {
    const auto it = outstanding_.find(handle);
    if (it == outstanding_.end()) return;
    const Duration wait = it->second.ask == Ask::fetch ? longest_wait() : Duration(0);
    it->second.sent = context_.monotonic();
    it->second.deadline =
        it->second.sent + wait + pace_.request_timeout(to, settings_.request_timeout);
    arm_request_timer();
    network_.send(to, std::move(request), handle);
  });
}

bool Quorum::asking(NodeId to, Ask ask) const {
  return std::any_of(outstanding_.begin(), outstanding_.end(), [&](const auto& entry) {
    const Outstanding& request = entry.second;
    return request.to == to && request.ask == ask && request.turn == turn_;
  });
}

void Quorum::arm_request_timer() {
  const auto first = std::min_element(
      outstanding_.begin(), outstanding_.end(),
      [](const auto& a, const auto& b) { return a.second.deadline < b.second.deadline; });
  if (first == outstanding_.end() || first->second.deadline == Instant::max())
    return request_timer_.cancel();
  if (!request_timer_.armed() || request_timer_.at() != first->second.deadline)
    request_timer_.arm(first->second.deadline);
}

void Quorum::on_request_timer() {
  const Instant now = context_.monotonic();
  for (auto it = outstanding_.begin(); it != outstanding_.end();) {
    if (it->second.deadline > now) {
      ++it;
      continue;
    }
    const RequestHandle handle = it->first;
    const Outstanding request = it->second;
    outstanding_.erase(it);
    pace_.timed_out(request.to);
    network_.gave_up(request.to, handle);
    request_failed(request);
    it = outstanding_.upper_bound(handle);
  }
  arm_request_timer();
}

void Quorum::on_failed(RequestHandle handle) {
  const auto it = outstanding_.find(handle);
  if (it == outstanding_.end()) return;
  const Outstanding request = it->second;
  outstanding_.erase(it);
  arm_request_timer();
  request_failed(request);
}

void Quorum::on_response(RequestHandle handle, const Response& response) {
  const auto it = outstanding_.find(handle);
  if (it == outstanding_.end()) return;
  const Outstanding request = it->second;
  outstanding_.erase(it);
  arm_request_timer();
  const Instant now = context_.monotonic();
  pace_.observe(now, request.to, now - request.sent, settings_.fetch_timeout);
  dispatch(request, response);
}

void Quorum::dispatch(const Outstanding& request, const Response& response) {
  switch (request.ask) {
    case Ask::pre_vote:
    case Ask::vote:
      if (const auto* vote = std::get_if<protocol::VoteResponse>(&response))
        return on_vote(request, *vote);
      break;
    case Ask::begin_epoch:
      if (const auto* begun = std::get_if<protocol::BeginQuorumEpochResponse>(&response))
        return on_epoch_reply(request, *begun);
      break;
    case Ask::end_epoch:
      if (const auto* ended = std::get_if<protocol::EndQuorumEpochResponse>(&response))
        return on_epoch_reply(request, *ended);
      break;
    case Ask::fetch:
      if (const auto* fetched = std::get_if<protocol::FetchResponse>(&response))
        return on_fetch(request, *fetched);
      break;
    case Ask::fetch_snapshot:
      if (const auto* chunk = std::get_if<protocol::FetchSnapshotResponse>(&response))
        return on_chunk(request, *chunk);
      break;
  }
  request_failed(request);
}

template <class Message>
void Quorum::on_epoch_reply(const Outstanding& request, const Message& response) {
  const auto* data = wire::only_partition(response);
  if (data != nullptr && heard_of(NodeId(data->leader_id), Epoch(data->leader_epoch),
                                  fmt::format("node {} said so", request.to)))
    return;
  const std::int16_t error = data == nullptr ? response.error_code : data->error_code;
  if (error != 0)
    say(Level::warn, "Node {} answers error {} about epoch {}", request.to, error, request.epoch);
  if (request.ask == Ask::end_epoch && request.turn == turn_) informed_.insert(request.to);
}

// No answer, or none that can be read: tried again a little later where it still matters.
void Quorum::request_failed(const Outstanding& request) {
  switch (request.ask) {
    case Ask::pre_vote:
    case Ask::vote:
    case Ask::end_epoch:
      if (request.turn == turn_ && !retry_timer_.armed())
        retry_timer_.arm_in(settings_.retry_backoff);
      break;
    case Ask::begin_epoch:
      break;  // repeated anyway
    case Ask::fetch:
    case Ask::fetch_snapshot:
      if (request.turn != turn_) break;
      leader_suspect_ = true;
      fetch_soon(settings_.retry_backoff);
      break;
  }
}

void Quorum::trace_state() {
  context_.trace(trace::RoleChanged{settings_.is_voter ? role_ : trace::Role::observer,
                                    election_.epoch, known_leader(), "as it is"});
  traced_marks_ = {};
  trace_marks();
}

void Quorum::trace_marks() {
  const trace::QuorumMarks marks{election_.epoch, log_.log_start(), high_watermark_,
                                 log_.log_end()};
  if (marks == traced_marks_) return;
  traced_marks_ = marks;
  context_.trace(marks);
}

}  // namespace lab::raft
