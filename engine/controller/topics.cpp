// Topics and their partitions: made, enlarged, deleted.
#include <algorithm>
#include <set>

#include "engine/controller/controller.h"
#include "engine/controller/node_ids.h"
#include "engine/controller/topic_configs.h"
#include "engine/controller/topic_names.h"

namespace lab::controller {
namespace {

using namespace protocol;

constexpr const char* topics_logger = "org.apache.kafka.controller.ReplicationControlManager";
// As many as fit into one atomic batch; Kafka's bound.
constexpr std::int64_t max_partitions_per_request = 10000;

CreateTopicsResponse::CreatableTopicResult refused(const std::string& name, const Refusal& why) {
  CreateTopicsResponse::CreatableTopicResult result;
  result.name = name;
  result.error_code = wire(why.error);
  result.error_message = why.message;
  result.configs.reset();
  return result;
}

// All configurations of the new topic, each with where its value comes from (KIP-525).
void describe_configs(CreateTopicsResponse::CreatableTopicResult& result,
                      const CreateTopicsRequest::CreatableTopic& topic, const Image& image) {
  constexpr std::int8_t from_topic = 1, from_cluster = 3, from_default = 5;
  result.configs.emplace();
  for (const TopicConfigKey& key : topic_config_keys()) {
    auto& out = result.configs->emplace_back();
    out.name = std::string(key.name);
    out.value = std::string(key.default_value);
    out.config_source = from_default;
    if (const std::string* cluster = image.config(ConfigType::broker, "", key.name)) {
      out.value = *cluster;
      out.config_source = from_cluster;
    }
    for (const auto& own : topic.configs) {
      if (own.name != key.name) continue;
      out.value = own.value;
      out.config_source = from_topic;
    }
  }
}

template <class Item, class Name>
std::set<std::string> names_given_twice(const std::vector<Item>& items, Name name) {
  std::set<std::string> once, twice;
  for (const Item& item : items) {
    if (!once.insert(name(item)).second) twice.insert(name(item));
  }
  return twice;
}

}  // namespace

// ---- CreateTopics

std::optional<Refusal> Controller::refuse_new_topic(
    const CreateTopicsRequest::CreatableTopic& topic) const {
  if (topic.name == "__cluster_metadata") {
    return Refusal{ErrorCode::invalid_request,
                   "Creation of internal topic __cluster_metadata is prohibited."};
  }
  if (auto why = refuse_topic_name(topic.name)) {
    return Refusal{ErrorCode::invalid_topic_exception, std::move(*why)};
  }
  if (image_.topic(topic.name) != nullptr) {
    return Refusal{ErrorCode::topic_already_exists,
                   fmt::format("Topic '{}' already exists.", topic.name)};
  }
  const std::string form = collision_form(topic.name);
  for (const auto& [other, there] : image_.topics()) {
    if (form.find('_') == std::string::npos || collision_form(other) != form) continue;
    return Refusal{ErrorCode::invalid_topic_exception,
                   fmt::format("Topic '{}' collides with existing topic: {}", topic.name, other)};
  }
  for (const auto& config : topic.configs) {
    if (!config.value) {
      return Refusal{ErrorCode::invalid_config,
                     "Null value not supported for topic configs: " + config.name};
    }
    if (auto why = refuse_topic_config(config.name, *config.value)) {
      return Refusal{ErrorCode::invalid_config, std::move(*why)};
    }
  }
  return std::nullopt;
}

void Controller::create_topic(MetadataRecords& records,
                              const CreateTopicsRequest::CreatableTopic& topic, const Uuid& id,
                              const NewPartitions& partitions) {
  TopicRecord made;
  made.name = topic.name;
  made.topic_id = id;
  put(records, made);
  for (const auto& config : topic.configs) {
    ConfigRecord record;
    record.resource_type = static_cast<std::int8_t>(ConfigType::topic);
    record.resource_name = topic.name;
    record.name = config.name;
    record.value = config.value;
    put(records, record);
    tell_without_effect(topic.name, config.name, *config.value);
  }
  PartitionIndex index{0};
  for (const auto& replicas : partitions.assignments) {
    const Partition partition = new_partition(replicas);
    put(records, to_record({id, index}, partition));
    trace_change(*image_.topic(id), index, Partition{}, partition, "created");
    ++index.v;
  }
  context_.log(Level::info, topics_logger,
               "[QuorumController id={}] Created topic {} with id {} and {} partitions.",
               context_.node(), topic.name, id, partitions.assignments.size());
}

Decision<CreateTopicsResponse> Controller::create_topics(const CreateTopicsRequest& request) {
  LAB_CHECK(active_);
  Decision<CreateTopicsResponse> decision;
  std::int64_t total = 0;
  for (const auto& topic : request.topics) {
    if (!topic.assignments.empty()) {
      total += static_cast<std::int64_t>(topic.assignments.size());
    } else {
      total += topic.num_partitions == -1 ? config_.num_partitions
                                          : std::max<std::int64_t>(0, topic.num_partitions);
    }
  }
  const auto twice =
      names_given_twice(request.topics, [](const auto& topic) { return topic.name; });
  for (const std::string& name : twice) {
    decision.reply.topics.push_back(
        refused(name, {ErrorCode::invalid_request, "Duplicate topic name."}));
  }
  for (const auto& topic : request.topics) {
    if (twice.contains(topic.name)) continue;
    auto refusal = total > max_partitions_per_request
                       ? Refusal{ErrorCode::policy_violation,
                                 "Excessively large number of partitions per request."}
                       : refuse_new_topic(topic);
    NewPartitions partitions;
    if (!refusal) {
      partitions = assign(topic);
      refusal = partitions.refusal;
    }
    if (refusal) {
      context_.log(Level::info, topics_logger,
                   "[QuorumController id={}] Topic {} is not created: {}", context_.node(),
                   topic.name, refusal->message);
      decision.reply.topics.push_back(refused(topic.name, *refusal));
      continue;
    }
    const Uuid id = Uuid::random(context_.rng());
    auto& result = decision.reply.topics.emplace_back();
    result.name = topic.name;
    result.topic_id = id;
    result.error_message.reset();
    result.num_partitions = static_cast<std::int32_t>(partitions.assignments.size());
    result.replication_factor = static_cast<std::int16_t>(partitions.assignments.front().size());
    describe_configs(result, topic, image_);
    if (!request.validate_only) create_topic(decision.records, topic, id, partitions);
  }
  return decision;
}

// ---- CreatePartitions

Controller::NewPartitions Controller::more_partitions(
    const CreatePartitionsRequest::CreatePartitionsTopic& wanted) {
  const auto refuse = [](ErrorCode error, std::string message) {
    return NewPartitions{{}, Refusal{error, std::move(message)}};
  };
  const Topic* topic = image_.topic(wanted.name);
  if (topic == nullptr) {
    return refuse(ErrorCode::unknown_topic_or_partition,
                  "This server does not host this topic-partition.");
  }
  const auto present = static_cast<std::int32_t>(topic->partitions.size());
  if (wanted.count == present) {
    return refuse(ErrorCode::invalid_partitions,
                  fmt::format("Topic already has {} partition(s).", present));
  }
  if (wanted.count < present) {
    return refuse(ErrorCode::invalid_partitions,
                  fmt::format("The topic {} currently has {} partition(s); {} would not be an "
                              "increase.",
                              wanted.name, present, wanted.count));
  }
  const std::int32_t additional = wanted.count - present;
  if (additional > max_partitions_per_request) {
    return refuse(ErrorCode::policy_violation,
                  "Excessively large number of partitions per request.");
  }
  const std::size_t factor = topic->partitions.begin()->second.replicas.size();
  if (!wanted.assignments) return place(additional, static_cast<std::int32_t>(factor));
  if (wanted.assignments->size() != static_cast<std::size_t>(additional)) {
    return refuse(ErrorCode::invalid_replica_assignment,
                  fmt::format("Attempted to add {} additional partition(s), but only {} "
                              "assignment(s) were specified.",
                              additional, wanted.assignments->size()));
  }
  std::vector<std::vector<NodeId>> assignments;
  for (const auto& assignment : *wanted.assignments) {
    assignments.push_back(node_ids(assignment.broker_ids));
  }
  return assign_by_hand(assignments, present, factor);
}

Decision<CreatePartitionsResponse> Controller::create_partitions(
    const CreatePartitionsRequest& request) {
  LAB_CHECK(active_);
  Decision<CreatePartitionsResponse> decision;
  const auto twice =
      names_given_twice(request.topics, [](const auto& topic) { return topic.name; });
  std::int64_t total = 0;
  for (const auto& wanted : request.topics) {
    auto& result = decision.reply.results.emplace_back();
    result.name = wanted.name;
    NewPartitions more;
    if (twice.contains(wanted.name)) {
      more.refusal = Refusal{ErrorCode::invalid_request, "Duplicate topic name."};
    } else {
      more = more_partitions(wanted);
      total += static_cast<std::int64_t>(more.assignments.size());
      if (total > max_partitions_per_request) {
        more.refusal = Refusal{ErrorCode::policy_violation,
                               "Excessively large number of partitions per request."};
      }
    }
    if (more.refusal) {
      result.error_code = wire(more.refusal->error);
      result.error_message = more.refusal->message;
      continue;
    }
    if (request.validate_only) continue;
    const Topic& topic = *image_.topic(wanted.name);
    PartitionIndex index(static_cast<std::int32_t>(topic.partitions.size()));
    for (const auto& replicas : more.assignments) {
      const Partition partition = new_partition(replicas);
      put(decision.records, to_record({topic.id, index}, partition));
      trace_change(topic, index, Partition{}, partition, "created");
      ++index.v;
    }
  }
  return decision;
}

// ---- DeleteTopics

Decision<DeleteTopicsResponse> Controller::delete_topics(const DeleteTopicsRequest& request) {
  LAB_CHECK(active_);
  Decision<DeleteTopicsResponse> decision;
  auto wanted = request.topics;
  for (const std::string& name : request.topic_names) wanted.push_back({name, Uuid{}});
  std::set<Uuid> gone;
  for (const auto& each : wanted) {
    auto& result = decision.reply.responses.emplace_back();
    result.name = each.name;
    result.topic_id = each.topic_id;
    const auto refuse = [&result](ErrorCode error, std::string message) {
      result.error_code = wire(error);
      result.error_message = std::move(message);
    };
    if (!config_.delete_topics) {
      refuse(ErrorCode::topic_deletion_disabled, "Topic deletion is disabled.");
      continue;
    }
    if (each.name && !each.topic_id.is_zero()) {
      refuse(ErrorCode::invalid_request, "You may not specify both topic name and topic id.");
      continue;
    }
    if (!each.name && each.topic_id.is_zero()) {
      refuse(ErrorCode::invalid_request, "Neither topic name nor id were specified.");
      continue;
    }
    const Topic* topic = each.name ? image_.topic(*each.name) : image_.topic(each.topic_id);
    if (topic == nullptr && each.name) {
      refuse(ErrorCode::unknown_topic_or_partition,
             "This server does not host this topic-partition.");
      continue;
    }
    if (topic == nullptr) {
      refuse(
          gone.contains(each.topic_id) ? ErrorCode::invalid_request : ErrorCode::unknown_topic_id,
          gone.contains(each.topic_id) ? "Duplicate topic id."
                                       : "This server does not host this topic ID.");
      continue;
    }
    result.name = topic->name;
    result.topic_id = topic->id;
    gone.insert(topic->id);
    const Topic last = *topic;
    RemoveTopicRecord record;
    record.topic_id = last.id;
    put(decision.records, record);
    for (const auto& [index, partition] : last.partitions) {
      context_.trace(trace::LeaderElected{last.name, index, partition.leader, no_node,
                                          partition.leader_epoch, "deleted"});
    }
    context_.log(Level::info, topics_logger,
                 "[QuorumController id={}] Deleted topic {} with id {}.", context_.node(),
                 last.name, last.id);
  }
  return decision;
}

}  // namespace lab::controller
