// ListOffsets and OffsetForLeaderEpoch: where a log begins and ends, what lies at a time, where an
// epoch ends.
#include <set>

#include "engine/replication/replica_manager.h"

namespace lab::replication {
using protocol::ErrorCode;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using protocol::OffsetForLeaderEpochRequest;
using protocol::OffsetForLeaderEpochResponse;

namespace {
// The special timestamps of ListOffsets (KIP-79, KIP-734, KIP-405).
constexpr std::int64_t latest = -1, earliest = -2, max_timestamp = -3, earliest_local = -4,
                       latest_tiered = -5;
}  // namespace

class ListWork : public std::enable_shared_from_this<ListWork> {
 public:
  ListWork(ReplicaManager& manager, ReplicaManager::OnListed done)
      : manager_(manager), done_(std::move(done)) {}

  void begin(const ListOffsetsRequest& request) {
    for (const auto& topic : request.topics) {
      auto& out = response_.topics.emplace_back();
      out.name = topic.name;
      for (const auto& wanted : topic.partitions) {
        auto& answer = out.partitions.emplace_back();
        answer.partition_index = wanted.partition_index;
        answer.timestamp = -1;
        answer.offset = -1;
        answer.leader_epoch = -1;
      }
    }
    left_ = 1;
    std::set<std::pair<std::string, std::int32_t>> once;  // a search may read a whole log
    for (std::size_t t = 0; t < request.topics.size(); ++t) {
      for (std::size_t p = 0; p < request.topics[t].partitions.size(); ++p) {
        const auto index = request.topics[t].partitions[p].partition_index;
        if (!once.emplace(request.topics[t].name, index).second) {
          response_.topics[t].partitions[p].error_code = protocol::wire(ErrorCode::invalid_request);
          continue;
        }
        ++left_;
        look_up(request.topics[t].name, request.topics[t].partitions[p], t, p);
      }
    }
    one_done();
  }

 private:
  using Answer = ListOffsetsResponse::ListOffsetsPartitionResponse;

  void look_up(const std::string& topic, const ListOffsetsRequest::ListOffsetsPartition& wanted,
               std::size_t t, std::size_t p) {
    Answer& answer = response_.topics[t].partitions[p];
    Partition* partition = manager_.find({topic, PartitionIndex(wanted.partition_index)});
    ErrorCode code = ErrorCode::none;
    if (partition == nullptr) {
      code = manager_.image_ != nullptr &&
                     manager_.image_->partition(topic, PartitionIndex(wanted.partition_index)) !=
                         nullptr
                 ? ErrorCode::not_leader_or_follower
                 : ErrorCode::unknown_topic_or_partition;
    } else {
      code = partition->check_epoch(wanted.current_leader_epoch, true);
    }
    if (code != ErrorCode::none) {
      answer.error_code = protocol::wire(code);
      return one_done();
    }
    const Offset limit = partition->high_watermark();
    if (wanted.timestamp >= 0 || wanted.timestamp == max_timestamp) {
      return search(*partition, wanted.timestamp, limit, t, p);
    }
    if (wanted.timestamp == latest) {
      fill(answer, limit, -1, partition->leader_epoch());
    } else if (wanted.timestamp == earliest || wanted.timestamp == earliest_local) {
      const Offset start = partition->log().log_start();
      const Epoch epoch = partition->log().epoch_at(start);
      fill(answer, start, -1, epoch == no_epoch ? partition->leader_epoch() : epoch);
    } else if (wanted.timestamp != latest_tiered) {  // tiered: there is none
      answer.error_code = protocol::wire(ErrorCode::unsupported_version);
    }
    one_done();
  }

  void search(Partition& partition, std::int64_t timestamp, Offset limit, std::size_t t,
              std::size_t p) {
    auto found = [self = shared_from_this(), t,
                  p](Result<std::optional<storage::TimestampedOffset>> result) {
      Answer& answer = self->response_.topics[t].partitions[p];
      if (!result) {
        answer.error_code = protocol::wire(ErrorCode::kafka_storage_error);
      } else if (result->has_value()) {
        fill(answer, (*result)->offset, (*result)->timestamp, (*result)->epoch);
      }
      self->one_done();
    };
    if (timestamp == max_timestamp) {
      partition.log().offset_of_max_timestamp(limit, std::move(found));
    } else {
      partition.log().offset_for_timestamp(timestamp, limit, std::move(found));
    }
  }

  static void fill(Answer& answer, Offset offset, std::int64_t timestamp, Epoch epoch) {
    answer.offset = offset.v;
    answer.timestamp = timestamp;
    answer.leader_epoch = epoch.v;
  }

  void one_done() {
    if (--left_ == 0) done_(response_);
  }

  ReplicaManager& manager_;
  ReplicaManager::OnListed done_;
  ListOffsetsResponse response_;
  std::size_t left_ = 0;
};

void ReplicaManager::list_offsets(ListOffsetsRequest request, OnListed done) {
  std::make_shared<ListWork>(*this, std::move(done))->begin(request);
}

OffsetForLeaderEpochResponse ReplicaManager::offsets_for_epochs(
    const OffsetForLeaderEpochRequest& request) {
  OffsetForLeaderEpochResponse response;
  for (const auto& topic : request.topics) {
    auto& out = response.topics.emplace_back();
    out.topic = topic.topic;
    for (const auto& wanted : topic.partitions) {
      auto& answer = out.partitions.emplace_back();
      answer.partition = wanted.partition;
      answer.leader_epoch = -1;
      answer.end_offset = -1;
      const Partition* partition = find({topic.topic, PartitionIndex(wanted.partition)});
      ErrorCode code = ErrorCode::unknown_topic_or_partition;
      if (partition != nullptr) {
        code = partition->check_epoch(wanted.current_leader_epoch, true);
      } else if (image_ != nullptr &&
                 image_->partition(topic.topic, PartitionIndex(wanted.partition)) != nullptr) {
        code = ErrorCode::not_leader_or_follower;
      }
      answer.error_code = protocol::wire(code);
      if (code != ErrorCode::none) continue;
      const auto end = partition->log().end_offset_for(Epoch(wanted.leader_epoch));
      answer.leader_epoch = end.epoch.v;
      answer.end_offset = end.end.v;
    }
  }
  return response;
}

}  // namespace lab::replication
