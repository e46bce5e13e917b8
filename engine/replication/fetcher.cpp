#include "engine/replication/fetcher.h"

#include <algorithm>

#include "engine/base/planted.h"
#include "engine/protocol/batch.h"

namespace lab::replication {
using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;
namespace {
constexpr const char* fetcher_logger = "kafka.server.ReplicaFetcherThread";
}

Fetcher::Fetcher(Shared& shared, FetchLink& link, FetchSettings settings, NodeId leader)
    : shared_(shared),
      link_(link),
      settings_(settings),
      leader_(leader),
      timer_(shared.context, [this] { go(); }) {}

Fetcher::~Fetcher() { *alive_ = false; }

void Fetcher::add(Partition& partition) {
  partitions_[partition.key()] = Followed{&partition, {}};
  if (in_flight_) {
    // A request that is parked at the leader would keep the new partition waiting for up to
    // replica.fetch.wait.max.ms, and with it every acks=all write. Fetching twice harms nothing.
    ++asked_;
    in_flight_ = false;
    link_.abandon(leader_);
  }
  timer_.arm_in({});  // after all changes of this input
}

void Fetcher::remove(const TopicPartition& key) { partitions_.erase(key); }

bool Fetcher::writing() const {
  return std::any_of(partitions_.begin(), partitions_.end(), [](const auto& entry) {
    const auto& log = entry.second.partition->log();
    return log.written_end() != log.log_end();
  });
}

void Fetcher::go() {
  if (in_flight_ || partitions_.empty() || writing()) return;
  bool any = false;
  auto next = request(any);
  if (!any) {
    Instant earliest = Instant::max();
    for (const auto& [key, followed] : partitions_) {
      earliest = std::min(earliest, followed.not_before);
    }
    timer_.arm(earliest);
    return;
  }
  in_flight_ = true;
  link_.fetch(leader_, std::move(next),
              [this, asked = ++asked_, alive = alive_](Result<FetchResponse> result) {
                if (!*alive || asked != asked_) return;
                in_flight_ = false;
                answered(result);
              });
}

FetchRequest Fetcher::request(bool& any) const {
  FetchRequest out;
  out.replica_state.replica_id = shared_.self.v;
  out.replica_state.replica_epoch = shared_.broker_epoch.v;
  out.max_wait_ms = static_cast<std::int32_t>(settings_.wait_max.count());
  out.min_bytes = settings_.min_bytes;
  out.max_bytes = settings_.response_max_bytes;
  out.session_id = 0;
  out.session_epoch = -1;
  for (const auto& [key, followed] : partitions_) {
    if (followed.not_before > shared_.context.monotonic()) continue;
    const Partition& partition = *followed.partition;
    if (out.topics.empty() || out.topics.back().topic_id != partition.topic_id()) {
      out.topics.emplace_back();
      out.topics.back().topic = key.topic;
      out.topics.back().topic_id = partition.topic_id();
    }
    FetchRequest::FetchPartition wanted;
    wanted.partition = key.partition.v;
    wanted.current_leader_epoch = partition.leader_epoch().v;
    wanted.fetch_offset = partition.log().log_end().v;
    wanted.last_fetched_epoch =
        planted(Bug::divergence_not_asked_for) ? -1 : partition.log().latest_epoch().v;
    wanted.log_start_offset = partition.log().log_start().v;
    wanted.partition_max_bytes = settings_.max_bytes;
    out.topics.back().partitions.push_back(wanted);
    any = true;
  }
  return out;
}

void Fetcher::answered(const Result<FetchResponse>& result) {
  if (!result) {
    for (auto& [key, followed] : partitions_) rest(followed);
    shared_.context.log(
        Level::info, fetcher_logger,
        "[ReplicaFetcher replicaId={}, leaderId={}] Error sending fetch request: {}", shared_.self,
        leader_, result.error().message);
    return go();
  }
  std::map<std::pair<Uuid, std::int32_t>, Followed*> by_id;
  for (auto& [key, followed] : partitions_) {
    by_id[{followed.partition->topic_id(), key.partition.v}] = &followed;
  }
  for (const auto& topic : result->responses) {
    for (const auto& data : topic.partitions) {
      const auto it = by_id.find({topic.topic_id, data.partition_index});
      if (it != by_id.end()) take(*it->second, data);
    }
  }
  go();
}

void Fetcher::take(Followed& followed, const FetchResponse::PartitionData& data) {
  Partition& partition = *followed.partition;
  const auto code = static_cast<ErrorCode>(data.error_code);
  if (code == ErrorCode::offset_out_of_range) {
    // Behind the leader's log start, or ahead of its end after an unclean election.
    if (data.log_start_offset > partition.log().log_end().v) {
      partition.restart_at(Offset(data.log_start_offset));
    } else if (data.high_watermark >= 0 && data.high_watermark < partition.log().log_end().v) {
      partition.diverged(partition.log().latest_epoch(), Offset(data.high_watermark));
    } else {
      rest(followed);
    }
    return;
  }
  if (code != ErrorCode::none) {
    // Metadata that is on its way settles it (a new leader, a new epoch); until then it rests.
    shared_.context.log(Level::info, fetcher_logger,
                        "[ReplicaFetcher replicaId={}, leaderId={}] {} for {}", shared_.self,
                        leader_, protocol::name(code), partition.key().text());
    return rest(followed);
  }
  if (data.diverging_epoch.end_offset >= 0) {
    return partition.diverged(Epoch(data.diverging_epoch.epoch),
                              Offset(data.diverging_epoch.end_offset));
  }
  followed.rest = {};
  append(followed, data);
}

void Fetcher::append(Followed& followed, const FetchResponse::PartitionData& data) {
  Partition& partition = *followed.partition;
  if (data.records && !data.records->slices.empty() && total_size(data.records->slices) > 0) {
    Slice bytes = join(data.records->slices);
    for (std::size_t at = 0; at < bytes.size();) {
      const auto header = protocol::check_batch(bytes.view().subspan(at));
      if (!header) {
        shared_.context.log(Level::error, fetcher_logger,
                            "[ReplicaFetcher replicaId={}, leaderId={}] Damaged batch for {}: {}",
                            shared_.self, leader_, partition.key().text(), header.error().message);
        return rest(followed);
      }
      if (header->partition_leader_epoch > partition.leader_epoch()) {
        // Of a leadership that is not known here yet: what it says about this log's end cannot be
        // judged, and on top of a forked log it would hide the fork.
        bytes = bytes.sub(0, at);
        rest(followed);
        break;
      }
      at += header->size_in_bytes();
    }
    if (bytes.empty()) return;
    const auto result = partition.log().append_as_follower({bytes});
    if (!result.ok()) {
      shared_.context.log(Level::error, fetcher_logger,
                          "[ReplicaFetcher replicaId={}, leaderId={}] Cannot append to {}: {}",
                          shared_.self, leader_, partition.key().text(), result.message);
      return rest(followed);
    }
    shared_.changed(partition.key());
  }
  if (data.log_start_offset > partition.log().log_start().v) {
    partition.log().delete_records_before(Offset(data.log_start_offset));
  }
  partition.learn_high_watermark(Offset(data.high_watermark));
}

void Fetcher::rest(Followed& followed) {
  // A leader that has just been elected may not know it yet: the first rests are short.
  followed.rest = std::clamp<Duration>(2 * followed.rest, milliseconds(10), settings_.backoff);
  followed.not_before = shared_.context.monotonic() + followed.rest;
}

}  // namespace lab::replication
