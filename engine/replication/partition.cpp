#include "engine/replication/partition.h"

#include <algorithm>

#include "engine/base/planted.h"

namespace lab::replication {
using protocol::ErrorCode;
namespace {
constexpr const char* partition_logger = "kafka.cluster.Partition";

std::string listed(const std::vector<NodeId>& ids) {
  std::string out;
  for (const NodeId id : ids) out += (out.empty() ? "" : ",") + std::to_string(id.v);
  return out;
}
}  // namespace

Partition::Partition(Shared& shared, TopicPartition key, Uuid topic_id,
                     std::unique_ptr<storage::PartitionLog> log, Offset high_watermark)
    : shared_(shared),
      key_(std::move(key)),
      topic_id_(topic_id),
      log_(std::move(log)),
      high_watermark_(std::clamp(high_watermark, log_->log_start(), log_->log_end())) {
  log_->on_written([this] {
    advance();
    shared_.waiting.touch(key_);
    shared_.changed(key_);
  });
}

std::unique_ptr<storage::PartitionLog> Partition::take_log() {
  log_->on_written(nullptr);
  return std::move(log_);
}

bool Partition::apply(const controller::Partition& state, std::int32_t min_isr) {
  min_isr_ = min_isr;
  if (state.leader_epoch < leader_epoch_) return false;  // older than what is known
  const bool same =
      state.leader_epoch == leader_epoch_ && state.leader == leader_ && role_ != Role::none;
  if (same && leads()) {
    if (state.partition_epoch > in_sync_->partition_epoch()) {
      in_sync_->metadata(state.replicas, state.isr, state.partition_epoch,
                         shared_.context.monotonic());
    }
    advance();
    shared_.waiting.touch(key_);
    return false;
  }
  if (same) return false;
  leader_ = state.leader;
  leader_epoch_ = state.leader_epoch;
  if (state.leader == shared_.self) {
    become_leader(state);
  } else {
    become_follower(state);
  }
  shared_.waiting.touch(key_);  // whoever waits for the former leadership gives up
  shared_.changed(key_);
  return true;
}

void Partition::obey(const TopicSettings& settings) {
  log_->set_config(settings.log);
  settings_ = settings;
}

void Partition::become_leader(const controller::Partition& state) {
  role_ = Role::leader;
  log_->begin_epoch(leader_epoch_);
  in_sync_.emplace(shared_.self, state.replicas, state.isr, state.partition_epoch, log_->log_end(),
                   shared_.context.monotonic());
  shared_.context.log(Level::info, partition_logger,
                      "[Partition {} broker={}] Leader {} with leader epoch {} starts at offset {} "
                      "with high watermark {} and ISR [{}]",
                      key_.text(), shared_.self, key_.text(), leader_epoch_, log_->log_end(),
                      high_watermark_, listed(state.isr));
  if (state.recovering) {
    // As in Kafka a leader has nothing to do for that: what it holds is the log now (KIP-704).
    shared_.context.log(Level::info, partition_logger,
                        "[Partition {} broker={}] It was elected uncleanly and counts as recovered "
                        "with its next change of the ISR",
                        key_.text(), shared_.self);
  }
  shared_.context.trace(
      trace::BecameLeader{key_.topic, key_.partition, leader_epoch_, log_->log_end()});
  advance();
}

void Partition::become_follower(const controller::Partition& state) {
  in_sync_.reset();
  role_ = state.leader == no_node ? Role::none : Role::follower;
  shared_.context.log(Level::info, partition_logger,
                      "[Partition {} broker={}] Follower {} starts at leader epoch {} from offset "
                      "{} with high watermark {}. Current leader is {}.",
                      key_.text(), shared_.self, key_.text(), leader_epoch_, log_->log_end(),
                      high_watermark_, leader_);
  shared_.context.trace(
      trace::BecameFollower{key_.topic, key_.partition, leader_epoch_, leader_, log_->log_end()});
}

ErrorCode Partition::check_epoch(std::int32_t current, bool must_lead) const {
  if (current >= 0 && current < leader_epoch_.v) return ErrorCode::fenced_leader_epoch;
  if (current >= 0 && current > leader_epoch_.v) return ErrorCode::unknown_leader_epoch;
  if (must_lead && !leads()) return ErrorCode::not_leader_or_follower;
  return ErrorCode::none;
}

bool Partition::enough_replicas() const {
  return in_sync_ && in_sync_->in_sync().size() >= static_cast<std::size_t>(min_isr_);
}

void Partition::follower_fetched(NodeId follower, BrokerEpoch epoch, Offset at) {
  if (!in_sync_) return;
  const bool caught_up =
      in_sync_->fetched(follower, epoch, at, log_->written_end(), shared_.context.monotonic());
  if (caught_up && !contains(in_sync_->in_sync(), follower)) {
    shared_.context.trace(trace::CaughtUp{key_.topic, key_.partition, follower, at});
  }
  grow_by(follower);
  advance();
}

void Partition::grow_by(NodeId follower) {
  auto grown =
      in_sync_->grown_by(follower, high_watermark_, shared_.broker_epoch, shared_.eligible);
  if (grown) send_proposal(std::move(*grown));
}

void Partition::check_lag() {
  if (!in_sync_) return;
  auto shrunk = in_sync_->shrunk(log_->written_end(), shared_.context.monotonic(), shared_.lag_max,
                                 shared_.broker_epoch);
  if (!shrunk) return;
  shared_.context.log(Level::info, partition_logger,
                      "[Partition {} broker={}] Shrinking ISR from {}: members did not catch up "
                      "for replica.lag.time.max.ms ({} ms)",
                      key_.text(), shared_.self, listed(in_sync_->in_sync()),
                      to_ms(shared_.lag_max));
  send_proposal(std::move(*shrunk));
}

void Partition::send_proposal(std::vector<IsrMember> isr) {
  std::vector<NodeId> ids;
  for (const auto& member : isr) ids.push_back(member.id);
  shared_.context.trace(trace::IsrProposed{key_.topic, key_.partition, in_sync_->in_sync(), ids});
  in_sync_->propose(isr);
  shared_.propose({key_, topic_id_, leader_epoch_, in_sync_->partition_epoch(), std::move(isr)});
}

bool Partition::proposes(const IsrProposal& proposal) const {
  return in_sync_ && in_sync_->pending() && proposal.leader_epoch == leader_epoch_ &&
         proposal.partition_epoch == in_sync_->partition_epoch();
}

// As Kafka's Partition.handleAlterPartitionError: a proposal may be forgotten only where it is
// certain that no controller took it. Else the new members count for the high watermark until the
// metadata says how it ended; one of them may be elected.
bool Partition::proposal_answered(const IsrAnswer& answer) {
  switch (answer.code) {
    case ErrorCode::none:
      if (answer.leader_epoch == leader_epoch_ &&
          answer.partition_epoch >= in_sync_->partition_epoch()) {
        shared_.context.log(Level::info, partition_logger,
                            "[Partition {} broker={}] ISR updated to {} and version updated to {}",
                            key_.text(), shared_.self, listed(answer.isr), answer.partition_epoch);
        in_sync_->accepted(answer.isr, answer.partition_epoch);
      }
      break;
    case ErrorCode::ineligible_replica:
    case ErrorCode::operation_not_attempted:
      in_sync_->refused();  // the next fetch or lag check may propose again
      break;
    case ErrorCode::unknown_topic_id:
    case ErrorCode::unknown_topic_or_partition:
    case ErrorCode::fenced_leader_epoch:
    case ErrorCode::invalid_update_version:
    case ErrorCode::invalid_request:
    case ErrorCode::new_leader_elected:
      break;  // metadata that settles it is on its way
    default:
      return true;
  }
  advance();
  shared_.waiting.touch(key_);
  return false;
}

void Partition::advance() {
  if (!in_sync_ || !enough_replicas()) return;  // KIP-966: not below min.insync.replicas
  const Offset reached = in_sync_->high_watermark(log_->written_end(), shared_.context.monotonic(),
                                                  shared_.lag_max, shared_.eligible);
  if (reached <= high_watermark_) return;
  high_watermark_ = reached;
  shared_.waiting.touch(key_);
  shared_.changed(key_);
}

void Partition::learn_high_watermark(Offset leader_high_watermark) {
  if (role_ != Role::follower) return;
  const Offset known = std::min(leader_high_watermark, log_->log_end());
  if (known == high_watermark_ || known < log_->log_start()) return;
  high_watermark_ = known;
  shared_.changed(key_);
}

void Partition::diverged(Epoch epoch, Offset end) {
  const auto own = log_->end_offset_for(epoch);
  Offset to = own.epoch == epoch ? std::min(own.end, end) : own.end;
  if (own.epoch == no_epoch) to = std::min(end, log_->log_end());
  if (planted(Bug::truncation_skipped)) return;
  traced_truncation(log_->log_end(), to);
  log_->truncate_to(to);
  high_watermark_ = std::min(high_watermark_, log_->log_end());
  shared_.changed(key_);
}

void Partition::restart_at(Offset log_start) {
  shared_.context.log(Level::warn, partition_logger,
                      "[Partition {} broker={}] The leader's log starts at offset {}: the local "
                      "log {}..{} is dropped",
                      key_.text(), shared_.self, log_start, log_->log_start(), log_->log_end());
  log_->restart_at(log_start);
  high_watermark_ = log_start;
  shared_.changed(key_);
}

void Partition::traced_truncation(Offset from, Offset to) {
  if (to >= from) return;
  shared_.context.log(
      Level::info, "kafka.server.ReplicaFetcherThread",
      "[ReplicaFetcher replicaId={}, leaderId={}] Truncating partition {} to offset "
      "{} (it ended at {})",
      shared_.self, leader_, key_.text(), to, from);
  shared_.context.trace(trace::Truncated{key_.topic, key_.partition, from, to, leader_epoch_});
}

}  // namespace lab::replication
