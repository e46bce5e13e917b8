// Reading an image, and writing it out as records. Replaying them is replay.cpp's.
#include "engine/controller/image.h"
#include "engine/base/planted.h"
#include "engine/controller/node_ids.h"

#include <algorithm>
#include <charconv>

namespace lab::controller {
namespace {

using namespace protocol;

bool contains(const std::vector<NodeId>& ids, NodeId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

RegisterBrokerRecord record_of(const Broker& broker) {
  RegisterBrokerRecord record;
  record.broker_id = broker.id.v;
  record.incarnation_id = broker.incarnation;
  record.broker_epoch = broker.epoch.v;
  for (const auto& [name, endpoint] : broker.endpoints) {
    auto& out = record.end_points.emplace_back();
    out.name = name;
    out.host = endpoint.host;
    out.port = endpoint.port;
    out.security_protocol = endpoint.security_protocol;
  }
  for (const auto& [name, range] : broker.features) {
    auto& out = record.features.emplace_back();
    out.name = name;
    out.min_supported_version = range.min;
    out.max_supported_version = range.max;
  }
  record.rack = broker.rack;
  record.fenced = broker.fenced;
  record.in_controlled_shutdown = broker.in_controlled_shutdown;
  record.log_dirs = broker.log_dirs;
  return record;
}

}  // namespace

const Endpoint* Broker::endpoint(std::string_view listener) const {
  const auto it = endpoints.find(listener);
  return it == endpoints.end() ? nullptr : &it->second;
}

bool Partition::has_replica(NodeId id) const { return contains(replicas, id); }
bool Partition::in_isr(NodeId id) const { return contains(isr, id); }
bool Partition::in_elr(NodeId id) const { return contains(elr, id); }

PartitionRecord to_record(const PartitionKey& key, const Partition& partition) {
  PartitionRecord record;
  record.partition_id = key.index.v;
  record.topic_id = key.topic;
  record.replicas = raw_ids(partition.replicas);
  record.isr = raw_ids(partition.isr);
  record.removing_replicas = raw_ids(partition.removing);
  record.adding_replicas = raw_ids(partition.adding);
  record.leader = partition.leader.v;
  record.leader_recovery_state = partition.recovering ? 1 : 0;
  record.leader_epoch = partition.leader_epoch.v;
  record.partition_epoch = partition.partition_epoch;
  record.directories = partition.directories;
  if (!partition.elr.empty() && !planted(Bug::snapshot_without_elr)) {
    record.eligible_leader_replicas = raw_ids(partition.elr);
  }
  if (!partition.last_known_elr.empty()) record.last_known_elr = raw_ids(partition.last_known_elr);
  return record;
}

std::map<std::string, FeatureRange, std::less<>> supported_features() {
  return {{std::string(metadata_version_feature), {7, metadata_version_level}},
          {std::string(elr_feature), {0, 1}}};
}

bool ImageChange::empty() const {
  return brokers.empty() && topics_added.empty() && topics_removed.empty() && partitions.empty() &&
         configs.empty() && !features && !producer_ids;
}

void ImageChange::merge(ImageChange later) {
  for (const auto& [id, topic] : later.topics_removed) {
    topics_added.erase(id);
    std::erase_if(partitions, [&id = id](const PartitionKey& key) { return key.topic == id; });
  }
  brokers.merge(later.brokers);
  topics_added.merge(later.topics_added);
  topics_removed.merge(later.topics_removed);
  partitions.merge(later.partitions);
  configs.merge(later.configs);
  features = features || later.features;
  producer_ids = producer_ids || later.producer_ids;
}

MetadataRecords Image::records() const {
  MetadataRecords out;
  const auto feature = [&out](const std::string& name, std::int16_t level) {
    FeatureLevelRecord record;
    record.name = name;
    record.feature_level = level;
    out.push_back(std::move(record));
  };
  // Kafka has a reader find the metadata.version first.
  for (const auto& [name, level] : features_) {
    if (name == metadata_version_feature) feature(name, level);
  }
  for (const auto& [name, level] : features_) {
    if (name != metadata_version_feature) feature(name, level);
  }
  for (const auto& [id, broker] : brokers_) out.push_back(record_of(broker));
  for (const auto& [name, topic] : topics_) {
    TopicRecord record;
    record.name = name;
    record.topic_id = topic.id;
    out.push_back(std::move(record));
    for (const auto& [index, partition] : topic.partitions) {
      out.push_back(to_record({topic.id, index}, partition));
    }
  }
  for (const auto& [resource, values] : configs_) {
    for (const auto& [key, value] : values) {
      ConfigRecord record;
      record.resource_type = static_cast<std::int8_t>(resource.type);
      record.resource_name = resource.name;
      record.name = key;
      record.value = value;
      out.push_back(std::move(record));
    }
  }
  if (next_producer_id_.v > 0) {
    ProducerIdsRecord record;
    record.broker_id = -1;
    record.next_producer_id = next_producer_id_.v;
    out.push_back(std::move(record));
  }
  return out;
}

const Broker* Image::broker(NodeId id) const {
  const auto it = brokers_.find(id);
  return it == brokers_.end() ? nullptr : &it->second;
}

const Topic* Image::topic(std::string_view name) const {
  const auto it = topics_.find(name);
  return it == topics_.end() ? nullptr : &it->second;
}

const Topic* Image::topic(const Uuid& id) const {
  const auto it = names_.find(id);
  return it == names_.end() ? nullptr : topic(it->second);
}

const Partition* Image::partition(const PartitionKey& key) const {
  const Topic* found = topic(key.topic);
  if (found == nullptr) return nullptr;
  const auto it = found->partitions.find(key.index);
  return it == found->partitions.end() ? nullptr : &it->second;
}

const Partition* Image::partition(std::string_view name, PartitionIndex index) const {
  const Topic* found = topic(name);
  return found == nullptr ? nullptr : partition(PartitionKey{found->id, index});
}

const std::string* Image::config(ConfigType type, std::string_view name,
                                 std::string_view key) const {
  const auto it = configs_.find(ConfigResource{type, std::string(name)});
  if (it == configs_.end()) return nullptr;
  const auto value = it->second.find(key);
  return value == it->second.end() ? nullptr : &value->second;
}

std::int16_t Image::feature(std::string_view name) const {
  const auto it = features_.find(name);
  return it == features_.end() ? std::int16_t{0} : it->second;
}

std::optional<std::string> Image::topic_config(std::string_view name, std::string_view key) const {
  if (const std::string* own = config(ConfigType::topic, name, key)) return *own;
  if (const std::string* cluster = config(ConfigType::broker, "", key)) return *cluster;
  return std::nullopt;
}

std::int32_t Image::min_insync_replicas(std::string_view name, std::int32_t fallback) const {
  const auto text = topic_config(name, "min.insync.replicas");
  if (!text) return fallback;
  std::int32_t value = fallback;
  std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

}  // namespace lab::controller
