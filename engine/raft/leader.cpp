// What the leader does with its own log: the epoch's first record, appends, the high watermark, and
// giving up when it hears of no majority (check quorum).
#include <algorithm>

#include "engine/base/planted.h"
#include "engine/protocol/batch.h"
#include "engine/raft/quorum.h"

namespace lab::raft {

using trace::Role;

namespace {
constexpr std::size_t batch_target = 1 << 20;  // bytes: more is not gathered into one batch
constexpr std::size_t most_append = 8 << 20;   // bytes of one append
}  // namespace

// The epoch's first record: nothing of the epoch is committed before it (KIP-595, LeaderChange).
void Quorum::start_epoch() {
  led_since_ = context_.monotonic();
  protocol::LeaderChangeMessage message;
  message.leader_id = settings_.self.v;
  for (const Voter& v : settings_.voters) message.voters.push_back({v.id.v, Uuid{}});
  for (const NodeId id : granted_) message.granting_voters.push_back({id.v, Uuid{}});
  const protocol::ControlRecord record = std::move(message);
  epoch_start_ = log_.log_end();
  const Slice batch = protocol::build_control_batch(epoch_start_, election_.epoch,
                                                    context_.now().wall.time_since_epoch().count(),
                                                    std::span(&record, 1));
  appended(log_.append_raw({batch}, election_.epoch));
  send_begin_epoch();
}

// After each append as leader.
void Quorum::appended(const storage::AppendResult& result) {
  if (result.status == storage::AppendResult::Status::failed) return;  // the log halts the broker
  LAB_CHECK_MSG(result.ok(), result.message);
  flush_log();
  wake_parked();
  trace_marks();
}

std::optional<Offset> Quorum::append(Epoch epoch, std::vector<Slice> values) {
  if (role_ != Role::leader || epoch != election_.epoch || epoch_start_ == no_offset)
    return std::nullopt;
  LAB_CHECK(!values.empty());
  const std::size_t bytes = total_size(values);
  LAB_CHECK_MSG(bytes <= most_append, "an append to the metadata log of more than 8 MiB");
  if (append_bytes_ + bytes > batch_target) drain_appends();
  append_bytes_ += bytes;
  appends_.insert(appends_.end(), std::make_move_iterator(values.begin()),
                  std::make_move_iterator(values.end()));
  if (!linger_timer_.armed()) linger_timer_.arm_in(settings_.append_linger);
  return log_.log_end() + static_cast<std::int64_t>(appends_.size()) - 1;
}

void Quorum::drain_appends() {
  linger_timer_.cancel();
  if (role_ != Role::leader || appends_.empty()) return;
  protocol::BatchOptions options;
  options.base_offset = log_.log_end();
  options.leader_epoch = election_.epoch;
  protocol::BatchBuilder batch(options);
  const std::int64_t now = context_.now().wall.time_since_epoch().count();
  for (const Slice& value : appends_) batch.append(now, std::nullopt, value.view());
  appends_.clear();
  append_bytes_ = 0;
  appended(log_.append_as_leader({batch.build()}, election_.epoch));
}

// One sync at a time; what is appended meanwhile is in the next.
void Quorum::flush_log() {
  if (flushing_ || log_.failed() || log_.synced_end() >= log_.log_end()) return;
  flushing_ = true;
  log_.flush(guarded([this](bool ok) {
    flushing_ = false;
    if (ok) on_synced();
  }));
}

void Quorum::on_synced() {
  flush_log();
  if (role_ == Role::leader)
    advance_high_watermark();
  else if (!flushing_)
    fetch_soon(Duration(0));
}

// The offset that a majority has synced, once that includes a record of this epoch: records of
// earlier epochs are committed only with it (Raft, 5.4.2).
void Quorum::advance_high_watermark() {
  if (role_ != Role::leader || epoch_start_ == no_offset) return;
  std::vector<Offset> ends{planted(Bug::leader_counts_unsynced) ? log_.log_end()
                                                                : log_.synced_end()};
  for (const auto& [id, replica] : replicas_) ends.push_back(replica.fetched);
  std::sort(ends.begin(), ends.end(), std::greater<>());
  const Offset committed = ends[planted(Bug::metadata_without_majority) ? 0 : majority() - 1];
  if (committed <= epoch_start_ && !planted(Bug::earlier_epoch_committed)) return;
  if (committed <= high_watermark_) return;
  raise_high_watermark(committed);
  wake_parked();
}

// A leader that a majority has not fetched from for 1.5 fetch timeouts steps down, so that clients
// do not wait for one that cannot commit (KIP-595, check quorum).
void Quorum::check_quorum() {
  std::vector<Instant> heard;
  for (const auto& [id, replica] : replicas_)
    heard.push_back(std::max(replica.last_fetch.value_or(led_since_), led_since_));
  std::sort(heard.begin(), heard.end(), std::greater<>());
  const Duration patience = check_quorum_timeout();
  const Instant now = context_.monotonic();
  const Instant majority_heard = heard[majority() - 2];  // this node is one of the majority
  if (now < majority_heard + patience) return role_timer_.arm(majority_heard + patience);
  pace_.leader_gave_up(now - led_since_, patience);
  become_resigned(fmt::format("no majority fetched from it for {} ms", to_ms(patience)));
}

void Quorum::renounce(Epoch epoch, const std::string& why) {
  if (role_ == Role::leader && epoch == election_.epoch) become_resigned(why);
}

void Quorum::resign() {
  if (shutting_down_) return;
  shutting_down_ = true;
  if (role_ == Role::leader)
    become_resigned("it is shutting down");
  else if (role_ == Role::prospective || role_ == Role::candidate)
    become_unattached(election_.epoch, "it is shutting down");
}

}  // namespace lab::raft
