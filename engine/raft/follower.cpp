// The follower's and the observer's side of Fetch: whom to ask, what to take, where to cut. A
// follower's next fetch offset is its synced end, so fetching is also its acknowledgement.
#include <algorithm>

#include "engine/protocol/batch.h"
#include "engine/raft/quorum.h"
#include "engine/raft/wire.h"

namespace lab::raft {

using protocol::ErrorCode;
using trace::Role;

void Quorum::fetch_soon(Duration delay) {
  const Instant at = context_.monotonic() + delay;
  if (!fetch_timer_.armed() || fetch_timer_.at() > at) fetch_timer_.arm(at);
}

// The leader; any other voter while none is known, or where an observer doubts its leader.
NodeId Quorum::fetch_source() {
  if (role_ == Role::follower && (settings_.is_voter || !leader_suspect_)) return election_.leader;
  std::vector<NodeId> others;
  for (const Voter& v : settings_.voters)
    if (v.id != settings_.self) others.push_back(v.id);
  leader_suspect_ = false;  // the next time it is the leader's turn again
  return others.empty() ? no_node : others[context_.rng().below(others.size())];
}

void Quorum::fetch_now() {
  if (role_ != Role::follower && role_ != Role::unattached) return;
  const bool fetching = std::any_of(outstanding_.begin(), outstanding_.end(), [&](const auto& e) {
    return (e.second.ask == Ask::fetch || e.second.ask == Ask::fetch_snapshot) &&
           e.second.turn == turn_;
  });
  if (fetching) return;
  if (download_) return ask_for_chunk();
  const NodeId source = fetch_source();
  if (source == no_node) return;
  const OffsetAndEpoch end = synced_end();
  fetching_from_ = end.offset;
  // While its own disk is slow it only says that it lives: the leader counts on that.
  const bool only_alive = end.offset < log_.log_end();

  protocol::FetchRequest request;
  request.cluster_id = settings_.cluster_id;
  request.replica_state.replica_id = settings_.self.v;
  request.max_wait_ms = static_cast<std::int32_t>(to_ms(longest_wait()));
  request.max_bytes = settings_.fetch_max_bytes;
  protocol::FetchRequest::FetchPartition partition;
  partition.current_leader_epoch = election_.epoch.v;
  partition.fetch_offset = end.offset.v;
  partition.last_fetched_epoch = end.epoch.v;
  partition.log_start_offset = log_.log_start().v;
  partition.partition_max_bytes = only_alive ? 0 : settings_.fetch_max_bytes;
  partition.replica_directory_id = settings_.directory_id;
  request.topics.push_back({metadata_topic, metadata_topic_id(), {partition}});
  send(source, Ask::fetch, std::move(request));
}

void Quorum::on_fetch_timeout() {
  if (!settings_.is_voter) return become_unattached(election_.epoch, "its leader does not answer");
  if (shutting_down_) return wait_in_role(fetch_timeout());
  become_prospective("fetch timeout");
}

void Quorum::fetched_from_leader() {
  leader_suspect_ = false;
  if (leader_ended_) return;
  has_fetched_ = true;
  wait_in_role(fetch_timeout());
}

void Quorum::on_fetch(const Outstanding& request, const protocol::FetchResponse& response) {
  const auto* data = wire::only_partition(response);
  if (response.error_code != 0 || data == nullptr) {
    say(Level::error, "Node {} refuses to be fetched from: error {}", request.to,
        response.error_code);
    return request_failed(request);
  }
  const LeaderAndEpoch told{NodeId(data->current_leader.leader_id),
                            Epoch(data->current_leader.leader_epoch)};
  if (heard_of(told.leader, told.epoch, fmt::format("node {} said so in a fetch", request.to)))
    return;
  // Of an earlier turn it says nothing about the log as it is now.
  const bool from_leader =
      role_ == Role::follower && request.turn == turn_ && request.to == election_.leader;
  if (!from_leader || data->error_code != 0) {
    if (from_leader) leader_suspect_ = true;
    return fetch_soon(settings_.retry_backoff);
  }
  fetched_from_leader();
  const OffsetAndEpoch snapshot{Offset(data->snapshot_id.end_offset),
                                Epoch(data->snapshot_id.epoch)};
  if (snapshot.offset.v >= 0) return start_download(snapshot);
  if (data->diverging_epoch.epoch >= 0)
    return truncate_for(
        {Offset(data->diverging_epoch.end_offset), Epoch(data->diverging_epoch.epoch)});
  // Committed here is only what is known to be the leader's: what lies behind that in this log may
  // be a former leader's.
  Offset matched = fetching_from_;
  const bool taken = !data->records || take_records(*data->records, matched);
  raise_high_watermark(std::min(Offset(data->high_watermark), matched));
  trace_marks();
  flush_log();
  if (!taken)
    fetch_soon(settings_.retry_backoff);
  else if (log_.synced_end() < log_.log_end())
    fetch_soon(fetch_timeout() / 3);  // sooner when the disk is done
  else
    fetch_soon(Duration(0));
}

// Fetches start at what is synced here; beyond that may lie records of a former leader that this
// one does not have.
bool Quorum::is_here(Offset base, Offset last, Epoch epoch) const {
  return last < log_.log_start() || log_.epoch_at(base) == epoch;
}

// Appends the batches that follow the log's end; false where one is damaged or does not fit.
// `matched` becomes the end of what is the leader's for certain.
bool Quorum::take_records(const protocol::Records& records, Offset& matched) {
  if (records.empty()) return true;
  const Slice bytes = join(records.slices);
  Slices fresh;
  Offset end = log_.log_end(), known = matched;
  std::optional<Offset> conflict;
  bool fits = true;
  const auto whole =
      protocol::for_each_batch(bytes, [&](const protocol::BatchHeader& header, const Slice& batch) {
        if (!fits) return;
        if (header.last_offset() < end &&
            is_here(header.base_offset, header.last_offset(), header.partition_leader_epoch)) {
          known = std::max(known, header.next_offset());
          return;
        }
        if (header.base_offset < end && fresh.empty()) end = *(conflict = header.base_offset);
        fits = header.base_offset == end && header.partition_leader_epoch <= election_.epoch;
        if (!fits) return;
        fresh.push_back(Slice::copy(batch.view()));
        end = known = header.next_offset();
      });
  if (!fits) conflict.reset();
  if (conflict && *conflict < high_watermark_) {
    say(Level::error, "Leader {} sends other records from offset {} on, which are committed here",
        election_.leader, *conflict);
    return false;
  }
  if (conflict) cut_to(*conflict, fmt::format("leader {} has other records", election_.leader));
  if (!fresh.empty()) {
    const storage::AppendResult appended = log_.append_as_follower(fresh);
    if (!appended.ok()) {
      say(Level::error, "Records of leader {} do not fit: {}", election_.leader, appended.message);
      return false;
    }
  }
  if (fits && (whole.ok() || !fresh.empty())) {
    matched = known;
    return true;
  }
  say(Level::error, "Records of leader {} are damaged or do not follow offset {}: {}",
      election_.leader, log_.log_end(), whole.ok() ? "" : whole.error().message);
  return false;
}

// The leader's log departs from ours: cut back to where ours may still be the same (KIP-595).
void Quorum::truncate_for(const OffsetAndEpoch& diverging) {
  const OffsetAndEpoch own = end_of_epoch(diverging.epoch);
  const Offset cut =
      own.epoch == diverging.epoch ? std::min(own.offset, diverging.offset) : own.offset;
  const Offset end = log_.log_end();
  if (cut < high_watermark_ || cut >= end) {
    say(Level::error,
        "Leader {} asks to truncate to offset {} (its epoch {} ends at {}), but the high watermark "
        "is {} and the log ends at {}",
        election_.leader, cut, diverging.epoch, diverging.offset, high_watermark_, end);
    return fetch_soon(settings_.retry_backoff);
  }
  cut_to(cut, fmt::format("leader {}'s epoch {} ends at {}", election_.leader, diverging.epoch,
                          diverging.offset));
  trace_marks();
  flush_log();
  fetch_soon(Duration(0));
}

void Quorum::cut_to(Offset offset, const std::string& why) {
  const Offset end = log_.log_end();
  log_.truncate_to(offset);
  say(Level::info, "Truncated to offset {} from {}: {}", log_.log_end(), end, why);
  context_.trace(
      trace::Truncated{metadata_topic, PartitionIndex(0), end, log_.log_end(), election_.epoch});
}

}  // namespace lab::raft
