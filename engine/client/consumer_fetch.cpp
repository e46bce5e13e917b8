// What a consumer asks brokers: where to start (ListOffsets), and records (Fetch); and what their
// answers mean.
#include <algorithm>
#include <utility>

#include "engine/client/consumer.h"
#include "engine/client/errors.h"
#include "engine/protocol/batch.h"

namespace lab::client {

using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

namespace {

constexpr std::int64_t latest = -1, earliest = -2;  // ListOffsets' timestamps for end and begin

std::int64_t timestamp_of(const StartAt& start) {
  if (start.kind == StartAt::Kind::beginning) return earliest;
  return start.kind == StartAt::Kind::end ? latest : start.value;
}

}  // namespace

std::optional<Leader> Consumer::leader_of(const Partition& partition) {
  auto leader = network_.metadata().leader(partition.key.first, partition.key.second);
  if (!leader) network_.metadata().request_update();
  return leader;
}

bool Consumer::may_ask(const Partition& partition) const {
  return !partition.asking && !partition.stopped && partition.not_before <= context_.monotonic();
}

// ---- Where to start

void Consumer::look_up_all() {
  for (const auto& [key, partition] : partitions_) {
    if (!partition->look_up || !may_ask(*partition)) continue;
    if (const auto leader = leader_of(*partition)) look_up(partition, *leader);
  }
}

void Consumer::look_up(const PartitionPtr& partition, const Leader& leader) {
  ListOffsetsRequest message;
  message.replica_id = -1;
  auto& topic = message.topics.emplace_back();
  topic.name = partition->key.first;
  auto& asked = topic.partitions.emplace_back();
  asked.partition_index = partition->key.second.v;
  asked.current_leader_epoch = leader.epoch.v;
  asked.timestamp = timestamp_of(*partition->look_up);
  partition->asking = true;
  partition->leader_epoch = leader.epoch;
  auto request = std::make_shared<Request>();
  request->leader = leader;
  request->at = context_.monotonic();
  request->partitions.push_back({partition, partition->turn});
  requests_.push_back(request);
  network_.data(leader.address)
      .call(std::move(message), [this, request](const Result<ListOffsetsResponse>& response) {
        looked_up(request, response);
      });
}

void Consumer::looked_up(const RequestPtr& request, const Result<ListOffsetsResponse>& response) {
  if (closed_) return;
  std::erase(requests_, request);
  schedule();
  if (!response) return request_failed(request, response.error().message);
  const Asked& asked = request->partitions.front();
  Partition& partition = *asked.partition;
  if (partition.turn != asked.turn) return;
  partition.asking = false;
  for (const auto& topic : response->topics) {
    for (const auto& told : topic.partitions) {
      if (topic.name != partition.key.first || told.partition_index != partition.key.second.v) {
        continue;
      }
      const ErrorCode code = protocol::error_code(told.error_code);
      if (code != ErrorCode::none) return refused(partition, code);
      if (told.offset >= 0) {
        partition.position = Offset(told.offset);
        partition.look_up.reset();
        return;
      }
      if (partition.look_up->kind != StartAt::Kind::time) break;
      partition.look_up = StartAt::end();  // no record is that young
      return;
    }
  }
  refused(partition, ErrorCode::unknown_server_error);
}

// ---- Records

bool Consumer::fetching_from(const Address& leader) const {
  return std::any_of(requests_.begin(), requests_.end(), [&](const RequestPtr& request) {
    return request->is_fetch && request->leader.address == leader;
  });
}

// One fetch to each leader at a time, for all partitions of which nothing is left to hand over.
void Consumer::fetch_from_all() {
  std::map<Address, RequestPtr> drafts;
  for (const auto& [key, partition] : partitions_) {
    if (partition->look_up || partition->paused || !partition->fetched.empty()) continue;
    if (!may_ask(*partition)) continue;
    const auto leader = leader_of(*partition);
    if (!leader || fetching_from(leader->address)) continue;
    RequestPtr& draft = drafts[leader->address];
    if (!draft) draft = std::make_shared<Request>();
    draft->leader = *leader;
    draft->partitions.push_back({partition, partition->turn});
    partition->leader_epoch = leader->epoch;
  }
  for (const auto& [address, draft] : drafts) fetch(draft);
}

void Consumer::fetch(const RequestPtr& request) {
  FetchRequest message;
  message.max_wait_ms = static_cast<std::int32_t>(to_ms(options_.fetch_max_wait));
  message.min_bytes = options_.fetch_min_bytes;
  message.max_bytes = options_.fetch_max_bytes;
  std::int16_t version = FetchRequest::max_version;
  for (const auto& asked : request->partitions) {
    Partition& partition = *asked.partition;
    const std::string& name = partition.key.first;
    if (message.topics.empty() || message.topics.back().topic != name) {
      const TopicInfo* info = network_.metadata().topic(name);
      auto& topic = message.topics.emplace_back();
      topic.topic = name;
      if (info) topic.topic_id = info->id;
      if (topic.topic_id.is_zero()) version = 12;  // the last one that goes by name (KIP-516)
    }
    auto& wanted = message.topics.back().partitions.emplace_back();
    wanted.partition = partition.key.second.v;
    wanted.current_leader_epoch = partition.leader_epoch.v;
    wanted.fetch_offset = partition.position.v;
    wanted.last_fetched_epoch = partition.last_epoch.v;
    wanted.partition_max_bytes = options_.max_partition_fetch_bytes;
    partition.asking = true;
  }
  request->is_fetch = true;
  request->at = context_.monotonic();
  request->expected = options_.fetch_max_wait;
  requests_.push_back(request);
  network_.data(request->leader.address)
      .call(std::move(message), version,
            [this, request](const Result<FetchResponse>& response) { fetched(request, response); });
}

void Consumer::fetched(const RequestPtr& request, const Result<FetchResponse>& response) {
  if (closed_) return;
  std::erase(requests_, request);
  schedule();
  if (!response) return request_failed(request, response.error().message);
  for (const auto& node : response->node_endpoints) {
    network_.metadata().learn_broker(NodeId(node.node_id), node.host, node.port);
  }
  const ErrorCode whole = protocol::error_code(response->error_code);
  std::map<Key, const FetchResponse::PartitionData*> told;
  for (const auto& topic : response->responses) {
    std::string name = topic.topic;
    if (!topic.topic_id.is_zero()) {
      const TopicInfo* info = network_.metadata().topic(topic.topic_id);
      if (info) name = info->name;
    }
    for (const auto& data : topic.partitions)
      told[{name, PartitionIndex(data.partition_index)}] = &data;
  }
  for (const auto& asked : request->partitions) {
    Partition& partition = *asked.partition;
    if (closed_ || partition.turn != asked.turn) continue;
    partition.asking = false;
    const auto it = told.find(partition.key);
    if (whole != ErrorCode::none) {
      refused(partition, whole);
    } else if (it == told.end()) {
      refused(partition, ErrorCode::unknown_server_error);
    } else {
      take_fetched(partition, *it->second);
    }
  }
}

void Consumer::take_fetched(Partition& partition, const FetchResponse::PartitionData& data) {
  const ErrorCode code = protocol::error_code(data.error_code);
  if (data.current_leader.leader_id >= 0) {
    network_.metadata().hint(partition.key.first, partition.key.second,
                             NodeId(data.current_leader.leader_id),
                             Epoch(data.current_leader.leader_epoch));
  }
  if (code != ErrorCode::none) return refused(partition, code);
  if (data.diverging_epoch.end_offset >= 0) {
    return truncated(partition, Epoch(data.diverging_epoch.epoch),
                     Offset(data.diverging_epoch.end_offset));
  }
  partition.high_watermark = Offset(data.high_watermark);
  if (data.log_start_offset >= 0) partition.log_start = Offset(data.log_start_offset);
  if (!data.records || data.records->empty()) {
    partition.told.clear();
    return;
  }
  if (take_records(partition, *data.records)) partition.told.clear();
}

// Keeps the whole batches from the position on. A broker may cut the last one off in the middle.
// False where nothing was of use, or a batch was damaged.
bool Consumer::take_records(Partition& partition, const protocol::Records& records) {
  Slice all = join(records.slices);
  if (all.pinned() > 4 * all.size()) all = Slice::copy(all.view());
  std::string damage;
  for (std::size_t at = 0; at + protocol::batch_header_size <= all.size() && damage.empty();) {
    const ByteView rest = all.view().subspan(at);
    const auto header = protocol::parse_batch_header(rest);
    if (header && header->size_in_bytes() > rest.size()) break;
    const auto checked = protocol::check_batch(rest);
    if (!checked) {
      damage =
          fmt::format("a damaged batch came from the broker, at offset {}: {}",
                      header ? header->base_offset : partition.position, checked.error().message);
      break;
    }
    if (checked->next_offset() > partition.position) {
      partition.fetched.push_back(all.sub(at, checked->size_in_bytes()));
    }
    at += checked->size_in_bytes();
  }
  const bool useful = !partition.fetched.empty();
  if (!useful) partition.not_before = context_.monotonic() + options_.network.retry_backoff;
  if (!damage.empty()) trouble(partition, ErrorCode::corrupt_message, damage, false);
  return useful && damage.empty();
}

// ---- What went wrong

void Consumer::request_failed(const RequestPtr& request, const std::string&) {
  network_.metadata().request_update();
  for (const auto& asked : request->partitions) {
    if (asked.partition->turn != asked.turn) continue;
    asked.partition->asking = false;
    asked.partition->not_before = context_.monotonic() + options_.network.retry_backoff;
  }
}

void Consumer::refused(Partition& partition, ErrorCode code) {
  if (code == ErrorCode::offset_out_of_range) return out_of_range(partition);
  const bool again = wants_metadata(code) || protocol::is_retriable(code) ||
                     code == ErrorCode::unknown_server_error;
  partition.not_before = context_.monotonic() + options_.network.retry_backoff;
  if (wants_metadata(code)) network_.metadata().request_update();
  const auto leader = network_.metadata().leader(partition.key.first, partition.key.second);
  if (leader && leader->epoch > partition.leader_epoch) partition.not_before = {};  // KIP-951
  if (!again) trouble(partition, code, std::string(protocol::name(code)), true);
}

void Consumer::out_of_range(Partition& partition) {
  const bool none = options_.reset == ConsumerOptions::Reset::none;
  const bool to_begin = options_.reset == ConsumerOptions::Reset::earliest;
  const std::string what =
      fmt::format("offset {} is out of range{}", partition.position,
                  none ? "" : (to_begin ? ": going to the begin" : ": going to the end"));
  if (!none) {
    partition.look_up = to_begin ? StartAt::beginning() : StartAt::end();
    partition.last_epoch = no_epoch;
    partition.position = no_offset;
  }
  trouble(partition, ErrorCode::offset_out_of_range, what, none);
}

// The leader's log has another history from `end` on than what was read (KIP-320): an unclean
// election lost records.
void Consumer::truncated(Partition& partition, Epoch epoch, Offset end) {
  const Offset was = partition.position;
  const bool none = options_.reset == ConsumerOptions::Reset::none;
  if (!none) {
    partition.position = std::min(was, end);
    partition.last_epoch = epoch;
  }
  trouble(
      partition, ErrorCode::none,
      fmt::format("the log was truncated to offset {}, below offset {} which was read", end, was),
      none);
}

}  // namespace lab::client
