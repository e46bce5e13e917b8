// DescribeTopicPartitions (KIP-966): topics in order of name, in pages, with ELR and last known
// ELR.
#include <algorithm>
#include <set>

#include "engine/broker/handlers/broker_handlers.h"

namespace lab::broker {
namespace {
using Response = DescribeTopicPartitionsResponse;

std::vector<std::int32_t> numbers(const std::vector<NodeId>& ids) {
  std::vector<std::int32_t> out;
  for (const NodeId id : ids) out.push_back(id.v);
  return out;
}

Response::DescribeTopicPartitionsResponsePartition describe(const controller::Image& image,
                                                            PartitionIndex index,
                                                            const controller::Partition& state) {
  Response::DescribeTopicPartitionsResponsePartition out;
  out.partition_index = index.v;
  out.leader_id = state.leader.v;
  out.leader_epoch = state.leader_epoch.v;
  out.replica_nodes = numbers(state.replicas);
  out.isr_nodes = numbers(state.isr);
  out.eligible_leader_replicas = numbers(state.elr);
  out.last_known_elr = numbers(state.last_known_elr);
  for (const NodeId id : state.replicas) {
    const auto* broker = image.broker(id);
    if (broker == nullptr || broker->fenced) out.offline_replicas.push_back(id.v);
  }
  return out;
}

// Fills one page; the next cursor says where the page after it begins.
struct Page {
  const controller::Image& image;
  std::size_t room;
  Response response;

  // False where the page is full.
  bool add(const std::string& name, std::int32_t from) {
    if (room == 0) return end(name, 0);
    auto& out = response.topics.emplace_back();
    out.name = name;
    out.is_internal = is_internal_topic(name);
    out.topic_authorized_operations = topic_operations;
    const auto* topic = image.topic(name);
    if (topic == nullptr) {
      out.error_code = wire(ErrorCode::unknown_topic_or_partition);
      return true;
    }
    out.topic_id = topic->id;
    for (auto it = topic->partitions.lower_bound(PartitionIndex(from));
         it != topic->partitions.end(); ++it) {
      if (room == 0) return end(name, it->first.v);
      --room;
      out.partitions.push_back(describe(image, it->first, it->second));
    }
    return true;
  }
  bool end(const std::string& topic, std::int32_t partition) {
    response.next_cursor = Response::Cursor{topic, partition};
    return false;
  }
};

}  // namespace

void handle(BrokerSide& side, const Peer&, DescribeTopicPartitionsRequest request,
            ReplyTo<DescribeTopicPartitionsResponse> reply) {
  if (request.cursor && request.cursor->partition_index < 0) {
    // Kafka answers this error for each topic that was asked for.
    Response refused;
    for (const auto& topic : request.topics) {
      auto& out = refused.topics.emplace_back();
      out.name = topic.name;
      out.error_code = wire(ErrorCode::invalid_request);
    }
    return reply(refused);
  }
  const std::string first = request.cursor ? request.cursor->topic_name : std::string();
  std::set<std::string> names;
  for (const auto& topic : request.topics) names.insert(topic.name);
  if (names.empty()) {
    for (const auto& [name, topic] : side.image().topics()) names.insert(name);
  }
  const auto most = std::max(side.config().max_request_partition_size_limit, 1);
  const auto limit = std::clamp(request.response_partition_limit, 1, most);
  Page page{side.image(), static_cast<std::size_t>(limit), {}};
  for (auto it = names.lower_bound(first); it != names.end(); ++it) {
    const bool here = request.cursor && *it == first;
    if (!page.add(*it, here ? request.cursor->partition_index : 0)) break;
  }
  reply(page.response);
}

}  // namespace lab::broker
