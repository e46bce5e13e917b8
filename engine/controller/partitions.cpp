// Partitions that exist: their leaders ask for another ISR, people and time ask for another leader;
// and the blocks of producer ids.
#include <algorithm>
#include <limits>
#include <set>

#include "engine/base/planted.h"
#include "engine/controller/controller.h"

namespace lab::controller {
namespace {

using namespace protocol;

constexpr const char* partitions_logger = "org.apache.kafka.controller.ReplicationControlManager";
constexpr std::int32_t producer_id_block = 1000;
// As many as one pass of the rebalancing moves.
constexpr std::size_t max_elections_per_pass = 1000;

}  // namespace

// ---- AlterPartition

ErrorCode Controller::refuse_alteration(NodeId leader, const Topic& topic,
                                        const AlterPartitionRequest::PartitionData& data) const {
  const auto found = topic.partitions.find(PartitionIndex(data.partition_index));
  if (found == topic.partitions.end()) return ErrorCode::unknown_topic_or_partition;
  const Partition& partition = found->second;
  // It knows of decisions that this controller does not: then this is not the latest controller.
  if (data.leader_epoch > partition.leader_epoch.v ||
      data.partition_epoch > partition.partition_epoch) {
    return ErrorCode::not_controller;
  }
  if (!planted(Bug::stale_alter_partition)) {
    if (data.leader_epoch < partition.leader_epoch.v) return ErrorCode::fenced_leader_epoch;
    if (leader != partition.leader) return ErrorCode::invalid_request;
    if (data.partition_epoch < partition.partition_epoch) return ErrorCode::invalid_update_version;
  }

  std::set<NodeId> isr;
  for (const auto& member : data.new_isr_with_epochs) {
    const NodeId id(member.broker_id);
    if (!partition.has_replica(id) || !isr.insert(id).second) return ErrorCode::invalid_request;
  }
  if (!isr.contains(leader)) return ErrorCode::invalid_request;
  if (data.leader_recovery_state < 0 || data.leader_recovery_state > 1) {
    return ErrorCode::invalid_request;
  }
  const bool recovering = data.leader_recovery_state == 1;
  if (recovering && (isr.size() > 1 || !partition.recovering)) return ErrorCode::invalid_request;
  for (const auto& member : data.new_isr_with_epochs) {
    const Broker* broker = image_.broker(NodeId(member.broker_id));
    if (broker == nullptr || !broker->active()) return ErrorCode::ineligible_replica;
    // A follower that restarted since the leader heard of it may lack what it had (KIP-903).
    if (member.broker_epoch != -1 && member.broker_epoch != broker->epoch.v) {
      return ErrorCode::ineligible_replica;
    }
  }
  return ErrorCode::none;
}

Decision<AlterPartitionResponse> Controller::alter_partition(const AlterPartitionRequest& request,
                                                             std::int16_t version) {
  LAB_CHECK(active_);
  Decision<AlterPartitionResponse> decision;
  if (!epoch_is_current(request.broker_id, request.broker_epoch)) {
    decision.reply.error_code = wire(ErrorCode::stale_broker_epoch);
    return decision;
  }
  const NodeId leader(request.broker_id);
  for (const auto& asked : request.topics) {
    auto& answer = decision.reply.topics.emplace_back();
    answer.topic_id = asked.topic_id;
    const Topic* topic = image_.topic(asked.topic_id);
    for (auto data : asked.partitions) {
      auto& result = answer.partitions.emplace_back();
      result.partition_index = data.partition_index;
      if (topic == nullptr) {
        result.error_code = wire(ErrorCode::unknown_topic_id);
        continue;
      }
      if (version < 3) {
        data.new_isr_with_epochs.clear();
        for (const std::int32_t id : data.new_isr) data.new_isr_with_epochs.push_back({id, -1});
      }
      const ErrorCode refusal = refuse_alteration(leader, *topic, data);
      if (refusal != ErrorCode::none) {
        context_.log(Level::info, partitions_logger,
                     "[QuorumController id={}] Broker {} may not alter the ISR of {}-{}: {}",
                     context_.node(), leader, topic->name, data.partition_index, name(refusal));
        result.error_code = wire(refusal);
        continue;
      }
      const PartitionKey key{topic->id, PartitionIndex(data.partition_index)};
      PartitionTarget target = target_of(*image_.partition(key));
      target.isr.clear();
      for (const auto& member : data.new_isr_with_epochs) {
        target.isr.push_back(NodeId(member.broker_id));
      }
      target.recovering = data.leader_recovery_state == 1;
      change(decision.records, key, std::move(target), "leader");
      const Partition& now = *image_.partition(key);
      if (now.leader != leader) {
        result.error_code = wire(ErrorCode::new_leader_elected);
        continue;
      }
      result.leader_id = now.leader.v;
      result.leader_epoch = now.leader_epoch.v;
      for (const NodeId id : now.isr) result.isr.push_back(id.v);
      result.leader_recovery_state = now.recovering ? 1 : 0;
      result.partition_epoch = now.partition_epoch;
    }
  }
  return decision;
}

// ---- Elections

Refusal Controller::elect_leader(MetadataRecords& records, const std::string& name,
                                 std::int32_t index, Election election) {
  const Topic* topic = image_.topic(name);
  if (topic == nullptr) {
    return {ErrorCode::unknown_topic_or_partition, "No such topic as " + name};
  }
  const PartitionKey key{topic->id, PartitionIndex(index)};
  const Partition* partition = image_.partition(key);
  if (partition == nullptr) {
    return {ErrorCode::unknown_topic_or_partition,
            fmt::format("No such partition as {}-{}", name, index)};
  }
  const bool preferred = election == Election::preferred;
  if (preferred ? partition->leader == partition->replicas.front() : partition->leader != no_node) {
    return {ErrorCode::election_not_needed, "Leader election not needed for topic partition."};
  }
  PartitionTarget target = target_of(*partition);
  target.election = election;
  if (change(records, key, std::move(target), preferred ? "preferred" : "unclean")) return {};
  if (preferred) {
    return {ErrorCode::preferred_leader_not_available, "The preferred leader was not available."};
  }
  return {ErrorCode::eligible_leaders_not_available,
          "Eligible topic partition leaders are not available."};
}

Decision<ElectLeadersResponse> Controller::elect_leaders(const ElectLeadersRequest& request) {
  LAB_CHECK(active_);
  Decision<ElectLeadersResponse> decision;
  if (request.election_type != 0 && request.election_type != 1) {
    decision.reply.error_code = wire(ErrorCode::invalid_request);
    return decision;
  }
  const Election election = request.election_type == 0 ? Election::preferred : Election::unclean;
  const auto elect = [&](auto& into, const std::string& topic, std::int32_t index, bool listed) {
    const Refusal refusal = elect_leader(decision.records, topic, index, election);
    if (!listed && refusal.error == ErrorCode::election_not_needed) return;
    auto& result = into.partition_result.emplace_back();
    result.partition_id = index;
    result.error_code = wire(refusal.error);
    result.error_message.reset();
    if (refusal.error != ErrorCode::none) result.error_message = refusal.message;
  };
  if (request.topic_partitions) {
    for (const auto& asked : *request.topic_partitions) {
      auto& into = decision.reply.replica_election_results.emplace_back();
      into.topic = asked.topic;
      for (const std::int32_t index : asked.partitions) elect(into, asked.topic, index, true);
    }
    return decision;
  }
  for (const auto& [name, topic] : image_.topics()) {
    auto& into = decision.reply.replica_election_results.emplace_back();
    into.topic = name;
    for (const auto& [index, partition] : topic.partitions) elect(into, name, index.v, false);
  }
  return decision;
}

bool Controller::elect_offline(MetadataRecords& records) {
  const std::size_t before = records.size();
  for (const PartitionKey& key :
       partitions_where([](const Partition& p) { return p.leader == no_node; })) {
    if (!unclean_allowed(image_.topic(key.topic)->name)) continue;
    change(records, key, target_of(*image_.partition(key)), "unclean");
  }
  return records.size() > before;
}

bool Controller::rebalance(MetadataRecords& records) {
  const std::size_t before = records.size();
  const auto imbalanced = [](const Partition& p) {
    return p.leader != no_node && p.leader != p.replicas.front();
  };
  for (const PartitionKey& key : partitions_where(imbalanced)) {
    if (records.size() - before >= max_elections_per_pass) break;
    PartitionTarget target = target_of(*image_.partition(key));
    target.election = Election::preferred;
    change(records, key, std::move(target), "preferred");
  }
  return records.size() > before;
}

// ---- Producer ids

Decision<AllocateProducerIdsResponse> Controller::allocate_producer_ids(
    const AllocateProducerIdsRequest& request) {
  LAB_CHECK(active_);
  Decision<AllocateProducerIdsResponse> decision;
  const std::int64_t first = image_.next_producer_id().v;
  if (!epoch_is_current(request.broker_id, request.broker_epoch)) {
    decision.reply.error_code = wire(ErrorCode::stale_broker_epoch);
    return decision;
  }
  if (first > std::numeric_limits<std::int64_t>::max() - producer_id_block) {
    decision.reply.error_code = wire(ErrorCode::unknown_server_error);
    return decision;
  }
  ProducerIdsRecord record;
  record.broker_id = request.broker_id;
  record.broker_epoch = request.broker_epoch;
  record.next_producer_id = first + producer_id_block;
  put(decision.records, record);
  decision.reply.producer_id_start = first;
  decision.reply.producer_id_len = producer_id_block;
  return decision;
}

}  // namespace lab::controller
