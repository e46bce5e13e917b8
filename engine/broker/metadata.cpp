#include "engine/broker/metadata.h"

#include "engine/protocol/messages/metadata_records.h"

namespace lab::broker {

void Metadata::on_leader_change(const raft::LeaderAndEpoch& leader) {
  leader_ = leader;
  trace_applied();
  owner_.on_leader(leader);
}

void Metadata::on_committed(const raft::CommittedBatch& batch) {
  controller::ImageChange change;
  apply(batch.values, change);
  moved_on({batch.last_offset + 1, batch.epoch}, change);
}

void Metadata::on_snapshot(const raft::OffsetAndEpoch& id, WallTime, std::vector<Slice> values) {
  // What is gone compared to before must be told too.
  controller::ImageChange change;
  for (const auto& [name, topic] : image_.topics()) change.topics_removed.emplace(topic.id, topic);
  for (const auto& [broker, state] : image_.brokers()) change.brokers.insert(broker);
  image_ = {};
  apply(values, change);
  for (const auto& [name, topic] : image_.topics()) change.topics_removed.erase(topic.id);
  bytes_ = 0;
  moved_on(id, change);
}

void Metadata::apply(const std::vector<Slice>& values, controller::ImageChange& change) {
  for (const auto& value : values) {
    bytes_ += static_cast<std::int64_t>(value.size());
    const auto record = protocol::decode_metadata_record(value);
    if (!record) {
      return context_.halt(
          false, "the metadata log holds a record that cannot be read: " + record.error().message);
    }
    auto applied = image_.apply(*record);
    if (!applied) {
      return context_.halt(false,
                           "the metadata log does not fit together: " + applied.error().message);
    }
    change.merge(std::move(*applied));
  }
}

void Metadata::moved_on(const raft::OffsetAndEpoch& to, const controller::ImageChange& change) {
  applied_ = to;
  trace_change(change);
  trace_applied();
  if (!change.empty()) owner_.on_change(change);
  owner_.on_applied();
}

void Metadata::trace_applied() {
  context_.trace(trace::MetadataApplied{applied_.offset, applied_.epoch, leader_.leader});
}

void Metadata::trace_change(const controller::ImageChange& change) {
  if (!context_.traced()) return;
  for (const auto& [id, topic] : change.topics_removed) {
    context_.trace(trace::TopicSeen{topic.name, id, true});
  }
  for (const NodeId id : change.brokers) trace_broker(id);
  for (const Uuid& id : change.topics_added) {
    if (const auto* topic = image_.topic(id)) trace_topic(*topic);
  }
  for (const auto& key : change.partitions) {
    if (const auto* topic = image_.topic(key.topic)) trace_partition(*topic, key.index);
  }
}

void Metadata::trace_broker(NodeId id) {
  trace::BrokerSeen seen;
  seen.broker = id;
  const auto* broker = image_.broker(id);
  seen.gone = broker == nullptr;
  if (broker != nullptr) {
    seen.epoch = broker->epoch;
    seen.fenced = broker->fenced;
    seen.shutting_down = broker->in_controlled_shutdown;
    if (const auto* endpoint = broker->endpoint(client_listener_)) {
      seen.host = endpoint->host;
      seen.port = endpoint->port;
    } else if (!broker->endpoints.empty()) {
      seen.host = broker->endpoints.begin()->second.host;
      seen.port = broker->endpoints.begin()->second.port;
    }
  }
  context_.trace(std::move(seen));
}

void Metadata::trace_topic(const controller::Topic& topic) {
  context_.trace(trace::TopicSeen{topic.name, topic.id, false});
  constexpr std::string_view property = "min.insync.replicas";
  if (const auto value = image_.topic_config(topic.name, property)) {
    context_.trace(trace::PropertySeen{std::string(property), *value, topic.name});
  }
}

void Metadata::trace_partition(const controller::Topic& topic, PartitionIndex index) {
  const auto it = topic.partitions.find(index);
  if (it == topic.partitions.end()) return;
  const auto& state = it->second;
  context_.trace(trace::PartitionSeen{topic.name, index, state.replicas, state.isr, state.elr,
                                      state.leader, state.leader_epoch, state.partition_epoch});
}

void Metadata::trace_state() {
  for (const auto& [id, broker] : image_.brokers()) trace_broker(id);
  for (const auto& [name, topic] : image_.topics()) {
    trace_topic(topic);
    for (const auto& [index, state] : topic.partitions) trace_partition(topic, index);
  }
  trace_applied();
}

}  // namespace lab::broker
