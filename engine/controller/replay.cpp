// Replaying metadata records on an image (Image::apply), as Kafka's controller does, and the digest
// that goes along: the sum of the hashes of all that the image holds, so that a record costs what
// it changes and no more. Called by image.h's users alone.
#include <fmt/format.h>

#include "engine/base/planted.h"
#include "engine/controller/image.h"
#include "engine/controller/node_ids.h"

namespace lab::controller {
namespace {

using namespace protocol;

// FNV-1a over fields, each with its length, finished by a mixer: the same on every platform.
class Hash {
 public:
  explicit Hash(std::uint8_t kind) { number(kind); }
  Hash& number(std::int64_t x) {
    for (int shift = 0; shift < 64; shift += 8) {
      byte(static_cast<std::uint8_t>(static_cast<std::uint64_t>(x) >> shift));
    }
    return *this;
  }
  Hash& text(std::string_view s) {
    number(static_cast<std::int64_t>(s.size()));
    for (const char c : s) byte(static_cast<std::uint8_t>(c));
    return *this;
  }
  Hash& uuid(const Uuid& id) {
    for (const std::uint8_t b : id.bytes) byte(b);
    return *this;
  }
  Hash& uuids(const std::vector<Uuid>& all) {
    number(static_cast<std::int64_t>(all.size()));
    for (const Uuid& id : all) uuid(id);
    return *this;
  }
  Hash& ids(const std::vector<NodeId>& all) {
    number(static_cast<std::int64_t>(all.size()));
    for (const NodeId id : all) number(id.v);
    return *this;
  }
  std::uint64_t done() const {
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  void byte(std::uint8_t b) { state_ = (state_ ^ b) * 0x100000001b3ULL; }
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

std::uint64_t hash_of(const Broker& b) {
  Hash h(1);
  h.number(b.id.v).number(b.epoch.v).uuid(b.incarnation);
  h.number(static_cast<std::int64_t>(b.endpoints.size()));
  for (const auto& [name, e] : b.endpoints) {
    h.text(name).text(e.host).number(e.port).number(e.security_protocol);
  }
  h.number(static_cast<std::int64_t>(b.features.size()));
  for (const auto& [name, range] : b.features) h.text(name).number(range.min).number(range.max);
  h.number(b.rack ? 1 : 0).text(b.rack ? *b.rack : std::string());
  return h.uuids(b.log_dirs).number(b.fenced).number(b.in_controlled_shutdown).done();
}

std::uint64_t hash_of(const Uuid& topic, PartitionIndex index, const Partition& p) {
  Hash h(2);
  h.uuid(topic).number(index.v).ids(p.replicas).ids(p.isr).ids(p.elr).ids(p.last_known_elr);
  h.ids(p.removing).ids(p.adding).uuids(p.directories).number(p.leader.v);
  return h.number(p.leader_epoch.v).number(p.partition_epoch).number(p.recovering).done();
}

std::uint64_t hash_of_topic(std::string_view name, const Uuid& id) {
  return Hash(3).text(name).uuid(id).done();
}

std::uint64_t hash_of(const ConfigResource& r, std::string_view key, std::string_view value) {
  return Hash(4).number(static_cast<std::int8_t>(r.type)).text(r.name).text(key).text(value).done();
}

std::uint64_t hash_of_feature(std::string_view name, std::int16_t level) {
  return Hash(5).text(name).number(level).done();
}

std::uint64_t hash_of(ProducerId next) { return next.v == 0 ? 0 : Hash(6).number(next.v).done(); }

}  // namespace

struct Replay {
  Image& image;
  ImageChange change;

  template <class T>
  Result<> operator()(const T&) {
    return {};  // a record of a feature that we do not serve
  }

  // ---- Brokers

  Result<> operator()(const RegisterBrokerRecord& r) {
    Broker broker;
    broker.id = NodeId(r.broker_id);
    broker.epoch = BrokerEpoch(r.broker_epoch);
    broker.incarnation = r.incarnation_id;
    for (const auto& e : r.end_points) {
      broker.endpoints[e.name] = Endpoint{e.host, e.port, e.security_protocol};
    }
    for (const auto& f : r.features) {
      broker.features[f.name] = FeatureRange{f.min_supported_version, f.max_supported_version};
    }
    broker.rack = r.rack;
    broker.log_dirs = r.log_dirs;
    broker.fenced = r.fenced;
    broker.in_controlled_shutdown = r.in_controlled_shutdown;
    if (const Broker* old = image.broker(broker.id)) image.digest_ -= hash_of(*old);
    image.digest_ += hash_of(broker);
    change.brokers.insert(broker.id);
    image.brokers_[broker.id] = std::move(broker);
    return {};
  }

  // The registration that a record means; its epoch must be the present one.
  Result<Broker*> registration(std::string_view what, std::int32_t id, std::int64_t epoch) {
    const auto it = image.brokers_.find(NodeId(id));
    if (it == image.brokers_.end()) {
      return Error{fmt::format("{} for broker {}, which is not registered", what, id)};
    }
    if (it->second.epoch.v != epoch) {
      return Error{fmt::format("{} for broker {} with epoch {}, but it is registered with epoch {}",
                               what, id, epoch, it->second.epoch)};
    }
    return &it->second;
  }

  Result<> operator()(const UnregisterBrokerRecord& r) {
    auto found = registration("UnregisterBrokerRecord", r.broker_id, r.broker_epoch);
    if (!found) return found.error();
    image.digest_ -= hash_of(**found);
    image.brokers_.erase(NodeId(r.broker_id));
    change.brokers.insert(NodeId(r.broker_id));
    return {};
  }

  template <class Edit>
  Result<> edit_broker(std::string_view what, std::int32_t id, std::int64_t epoch, Edit edit) {
    auto found = registration(what, id, epoch);
    if (!found) return found.error();
    Broker& broker = **found;
    image.digest_ -= hash_of(broker);
    edit(broker);
    image.digest_ += hash_of(broker);
    change.brokers.insert(broker.id);
    return {};
  }

  Result<> operator()(const BrokerRegistrationChangeRecord& r) {
    const std::string_view what = "BrokerRegistrationChangeRecord";
    if (r.fenced < -1 || r.fenced > 1 || r.in_controlled_shutdown < 0 ||
        r.in_controlled_shutdown > 1) {
      return Error{fmt::format("{} for broker {} with fenced {} and in controlled shutdown {}",
                               what, r.broker_id, static_cast<int>(r.fenced),
                               static_cast<int>(r.in_controlled_shutdown))};
    }
    return edit_broker(what, r.broker_id, r.broker_epoch, [&r](Broker& broker) {
      if (r.fenced != 0) broker.fenced = r.fenced == 1;
      if (r.in_controlled_shutdown == 1) broker.in_controlled_shutdown = true;
      if (!r.log_dirs.empty()) broker.log_dirs = r.log_dirs;
    });
  }
  Result<> operator()(const FenceBrokerRecord& r) {
    return edit_broker("FenceBrokerRecord", r.id, r.epoch, [](Broker& b) { b.fenced = true; });
  }
  Result<> operator()(const UnfenceBrokerRecord& r) {
    return edit_broker("UnfenceBrokerRecord", r.id, r.epoch, [](Broker& b) { b.fenced = false; });
  }

  // ---- Topics

  Result<> operator()(const TopicRecord& r) {
    if (image.topics_.contains(r.name) || image.names_.contains(r.topic_id)) {
      return Error{fmt::format("TopicRecord for {} with id {}, but there is such a topic already",
                               r.name, r.topic_id)};
    }
    image.topics_[r.name] = Topic{r.name, r.topic_id, {}};
    image.names_[r.topic_id] = r.name;
    image.digest_ += hash_of_topic(r.name, r.topic_id);
    change.topics_added.insert(r.topic_id);
    return {};
  }

  Topic* topic(const Uuid& id) {
    const auto it = image.names_.find(id);
    return it == image.names_.end() ? nullptr : &image.topics_.find(it->second)->second;
  }

  Result<> operator()(const RemoveTopicRecord& r) {
    Topic* found = topic(r.topic_id);
    if (found == nullptr) return Error{fmt::format("no topic has the id {}", r.topic_id)};
    image.digest_ -= hash_of_topic(found->name, found->id);
    for (const auto& [index, p] : found->partitions) image.digest_ -= hash_of(found->id, index, p);
    const ConfigResource resource{ConfigType::topic, found->name};
    if (const auto it = image.configs_.find(resource); it != image.configs_.end()) {
      for (const auto& [key, value] : it->second) image.digest_ -= hash_of(resource, key, value);
      image.configs_.erase(it);
      change.configs.insert(resource);
    }
    auto node = image.topics_.extract(found->name);
    change.topics_removed.emplace(r.topic_id, std::move(node.mapped()));
    image.names_.erase(r.topic_id);
    return {};
  }

  Result<> operator()(const PartitionRecord& r) {
    Topic* found = topic(r.topic_id);
    if (found == nullptr) {
      return Error{fmt::format("PartitionRecord for partition {}, but no topic has the id {}",
                               r.partition_id, r.topic_id)};
    }
    Partition p;
    p.replicas = node_ids(r.replicas);
    p.isr = node_ids(r.isr);
    p.elr = node_ids(r.eligible_leader_replicas);
    p.last_known_elr = node_ids(r.last_known_elr);
    p.removing = node_ids(r.removing_replicas);
    p.adding = node_ids(r.adding_replicas);
    p.directories = r.directories;
    p.leader = NodeId(r.leader);
    p.leader_epoch = Epoch(r.leader_epoch);
    p.partition_epoch = r.partition_epoch;
    p.recovering = r.leader_recovery_state == 1;
    const PartitionIndex index(r.partition_id);
    put(*found, index, std::move(p));
    return {};
  }

  void put(Topic& to, PartitionIndex index, Partition partition) {
    if (const auto it = to.partitions.find(index); it != to.partitions.end()) {
      image.digest_ -= hash_of(to.id, index, it->second);
    }
    image.digest_ += hash_of(to.id, index, partition);
    to.partitions[index] = std::move(partition);
    change.partitions.insert({to.id, index});
  }

  Result<> operator()(const PartitionChangeRecord& r) {
    Topic* found = topic(r.topic_id);
    const PartitionIndex index(r.partition_id);
    if (found == nullptr || !found->partitions.contains(index)) {
      return Error{
          fmt::format("PartitionChangeRecord for partition {} of the topic with id {}, "
                      "which does not exist",
                      r.partition_id, r.topic_id)};
    }
    Partition p = found->partitions.at(index);
    if (r.replicas) p.replicas = node_ids(*r.replicas);
    if (r.directories) p.directories = *r.directories;
    if (r.isr) p.isr = node_ids(*r.isr);
    if (r.removing_replicas) p.removing = node_ids(*r.removing_replicas);
    if (r.adding_replicas) p.adding = node_ids(*r.adding_replicas);
    if (r.leader != -2) {
      p.leader = NodeId(r.leader);
      p.leader_epoch = Epoch(p.leader_epoch.v + (planted(Bug::leader_epoch_reused) ? 0 : 1));
    }
    if (r.leader_recovery_state >= 0) p.recovering = r.leader_recovery_state == 1;
    if (r.eligible_leader_replicas) p.elr = node_ids(*r.eligible_leader_replicas);
    if (r.last_known_elr) p.last_known_elr = node_ids(*r.last_known_elr);
    p.partition_epoch += 1;
    put(*found, index, std::move(p));
    return {};
  }

  void clear_elr(Topic& of) {
    for (const auto& [index, partition] : of.partitions) {
      if (partition.elr.empty() && partition.last_known_elr.empty()) continue;
      Partition p = partition;
      p.elr.clear();
      p.last_known_elr.clear();
      p.partition_epoch += 1;
      put(of, index, std::move(p));
    }
  }
  Result<> operator()(const ClearElrRecord& r) {
    if (r.topic_name.empty()) {
      for (auto& [name, each] : image.topics_) clear_elr(each);
      return {};
    }
    const auto it = image.topics_.find(r.topic_name);
    if (it == image.topics_.end()) {
      return Error{fmt::format("ClearElrRecord for {}, which does not exist", r.topic_name)};
    }
    clear_elr(it->second);
    return {};
  }

  // ---- The rest

  Result<> operator()(const ConfigRecord& r) {
    const ConfigResource resource{static_cast<ConfigType>(r.resource_type), r.resource_name};
    ConfigMap& values = image.configs_[resource];
    if (const auto it = values.find(r.name); it != values.end()) {
      image.digest_ -= hash_of(resource, r.name, it->second);
      values.erase(it);
    }
    if (r.value) {
      image.digest_ += hash_of(resource, r.name, *r.value);
      values[r.name] = *r.value;
    }
    if (values.empty()) image.configs_.erase(resource);
    change.configs.insert(resource);
    return {};
  }

  Result<> operator()(const FeatureLevelRecord& r) {
    if (const auto it = image.features_.find(r.name); it != image.features_.end()) {
      image.digest_ -= hash_of_feature(r.name, it->second);
      image.features_.erase(it);
    }
    if (r.feature_level != 0) {
      image.digest_ += hash_of_feature(r.name, r.feature_level);
      image.features_[r.name] = r.feature_level;
    }
    change.features = true;
    return {};
  }

  Result<> operator()(const ProducerIdsRecord& r) {
    if (r.next_producer_id <= image.next_producer_id_.v) {
      return Error{fmt::format("ProducerIdsRecord goes back from {} to {}", image.next_producer_id_,
                               r.next_producer_id)};
    }
    image.digest_ -= hash_of(image.next_producer_id_);
    image.next_producer_id_ = ProducerId(r.next_producer_id);
    image.digest_ += hash_of(image.next_producer_id_);
    change.producer_ids = true;
    return {};
  }
};

Result<ImageChange> Image::apply(const MetadataRecord& record) {
  Replay replay{*this, {}};
  const Result<> done = std::visit(replay, record);
  if (!done) return done.error();
  return std::move(replay.change);
}

}  // namespace lab::controller
