// The shapes of the quorum's requests and replies: each names one partition of one topic, the
// metadata log. Builds and opens them for Quorum; decides nothing.
#pragma once

#include <optional>
#include <utility>

#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/begin_quorum_epoch.h"
#include "engine/protocol/messages/describe_quorum.h"
#include "engine/protocol/messages/end_quorum_epoch.h"
#include "engine/protocol/messages/fetch.h"
#include "engine/protocol/messages/fetch_snapshot.h"
#include "engine/protocol/messages/vote.h"
#include "engine/raft/types.h"

namespace lab::raft::wire {

inline std::int16_t code(protocol::ErrorCode error) { return static_cast<std::int16_t>(error); }

inline const std::string& topic_name(const protocol::FetchSnapshotRequest::TopicSnapshot& topic) {
  return topic.name;
}
inline const std::string& topic_name(const protocol::FetchSnapshotResponse::TopicSnapshot& topic) {
  return topic.name;
}
template <class Topic>
const std::string& topic_name(const Topic& topic) {
  return topic.topic_name;
}
inline std::int32_t partition_index(
    const protocol::FetchSnapshotRequest::PartitionSnapshot& partition) {
  return partition.partition;
}
inline std::int32_t partition_index(
    const protocol::FetchSnapshotResponse::PartitionSnapshot& partition) {
  return partition.index;
}
template <class Partition>
std::int32_t partition_index(const Partition& partition) {
  return partition.partition_index;
}

// The metadata partition of a message; nullptr where it holds anything else or more.
template <class Message>
auto only_partition(const Message& message) -> decltype(&message.topics[0].partitions[0]) {
  if (message.topics.size() != 1 || topic_name(message.topics[0]) != metadata_topic) return nullptr;
  const auto& partitions = message.topics[0].partitions;
  if (partitions.size() != 1 || partition_index(partitions[0]) != 0) return nullptr;
  return &partitions[0];
}
// Fetch names the topic by its id from version 13 on, by its name before.
template <class Topic>
bool is_metadata_topic(const Topic& topic) {
  return topic.topic_id == metadata_topic_id() ||
         (topic.topic_id.is_zero() && topic.topic == metadata_topic);
}
inline const protocol::FetchRequest::FetchPartition* only_partition(
    const protocol::FetchRequest& message) {
  if (message.topics.size() != 1 || !is_metadata_topic(message.topics[0])) return nullptr;
  const auto& partitions = message.topics[0].partitions;
  if (partitions.size() != 1 || partitions[0].partition != 0) return nullptr;
  return &partitions[0];
}
inline const protocol::FetchResponse::PartitionData* only_partition(
    const protocol::FetchResponse& message) {
  if (message.responses.size() != 1 || !is_metadata_topic(message.responses[0])) return nullptr;
  const auto& partitions = message.responses[0].partitions;
  if (partitions.size() != 1 || partitions[0].partition_index != 0) return nullptr;
  return &partitions[0];
}

// `message` with `partition` as the one in it.
template <class Message, class Partition>
Message with_partition(Partition partition, Message message = {}) {
  message.topics.resize(1);
  if constexpr (requires { message.topics[0].topic_name; })
    message.topics[0].topic_name = metadata_topic;
  else
    message.topics[0].name = metadata_topic;
  message.topics[0].partitions.push_back(std::move(partition));
  return message;
}

// A reply that refuses as a whole: nothing but the error.
template <class Message>
Message refusal(protocol::ErrorCode error) {
  Message message;
  message.error_code = code(error);
  return message;
}

}  // namespace lab::raft::wire
