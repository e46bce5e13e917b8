// A controller with its metadata log, for the stories in this folder: what it decides is encoded,
// decoded and replayed on a second image, as every other node would.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/controller/controller.h"

namespace lab::controller {

inline ControllerConfig lab_config() {
  ControllerConfig config;
  config.cluster_id = "lab";
  config.session_timeout = milliseconds(1000);
  config.auto_leader_rebalance = false;
  return config;
}

struct Lab {
  explicit Lab(ControllerConfig config = lab_config(), std::uint64_t seed = 1)
      : context(NodeId(1), true), controller(context, config) {
    context.started(Start{seed, 0});
    context.begin(now, effects);
    append(controller.activate(Image{}, Epoch(1)));
  }
  ~Lab() { context.end(); }

  void pass(Duration time) {
    context.end();
    now.monotonic += time;
    now.wall += std::chrono::duration_cast<milliseconds>(time);
    context.begin(now, effects);
  }

  void append(const MetadataRecords& records) {
    for (const MetadataRecord& record : records) {
      const auto read = protocol::decode_metadata_record(protocol::encode_metadata_record(record));
      REQUIRE(read.ok());
      const auto applied = replayed.apply(*read);
      REQUIRE_MESSAGE(applied.ok(), (applied.ok() ? "" : applied.error().message));
      log.push_back(record);
      end = end + 1;
    }
  }
  template <class Reply>
  Reply take(Decision<Reply> decision) {
    append(decision.records);
    return std::move(decision.reply);
  }

  // ---- Brokers

  protocol::BrokerRegistrationRequest registration(std::int32_t id, std::int64_t former = -1) {
    protocol::BrokerRegistrationRequest request;
    request.broker_id = id;
    request.cluster_id = "lab";
    request.incarnation_id = Uuid::random(context.rng());
    request.listeners.push_back({"PLAINTEXT", "localhost", 0, 0});
    request.listeners.back().port = static_cast<std::uint16_t>(9091 + id);
    for (const auto& [name, range] : supported_features()) {
      request.features.push_back({name, range.min, range.max});
    }
    request.rack.reset();
    Uuid dir;
    dir.bytes.fill(static_cast<std::uint8_t>(id));
    request.log_dirs = {dir};
    request.previous_broker_epoch = former;
    return request;
  }
  protocol::BrokerRegistrationResponse enter(const protocol::BrokerRegistrationRequest& request) {
    auto reply = take(controller.register_broker(request, end));
    if (reply.error_code == 0) epochs[request.broker_id] = reply.broker_epoch;
    return reply;
  }
  protocol::BrokerHeartbeatResponse beat(std::int32_t id, bool fence = false,
                                         bool shut_down = false) {
    return beat_at(id, end - 1, fence, shut_down);
  }
  protocol::BrokerHeartbeatResponse beat_at(std::int32_t id, Offset seen, bool fence = false,
                                            bool shut_down = false) {
    protocol::BrokerHeartbeatRequest request;
    request.broker_id = id;
    request.broker_epoch = epochs[id];
    request.current_metadata_offset = seen.v;
    request.want_fence = fence;
    request.want_shut_down = shut_down;
    return take(controller.heartbeat(request, end));
  }
  // Registered and unfenced.
  void start(std::int32_t id, std::int64_t former = -1) {
    REQUIRE(enter(registration(id, former)).error_code == 0);
    REQUIRE_FALSE(beat(id).is_fenced);
  }
  void start_three() {
    for (std::int32_t id = 1; id <= 3; ++id) start(id);
  }
  // The session of `id` ends while the others go on.
  void die(std::int32_t id) {
    pass(milliseconds(999));
    for (const auto& [other, epoch] : epochs) {
      const Broker* broker = controller.image().broker(NodeId(other));
      if (other != id && broker != nullptr && !broker->fenced) beat(other);
    }
    pass(milliseconds(1));
    append(controller.tick());
    REQUIRE(controller.image().broker(NodeId(id))->fenced);
  }

  // ---- Topics

  using Assignment = std::vector<std::vector<std::int32_t>>;
  protocol::CreateTopicsResponse::CreatableTopicResult create(const std::string& name,
                                                              const Assignment& assignment,
                                                              std::int32_t min_isr = 0) {
    protocol::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = -1;
    topic.replication_factor = -1;
    for (std::size_t i = 0; i < assignment.size(); ++i) {
      topic.assignments.push_back({static_cast<std::int32_t>(i), assignment[i]});
    }
    if (min_isr > 0) topic.configs.push_back({"min.insync.replicas", std::to_string(min_isr)});
    return take(controller.create_topics(request)).topics.at(0);
  }
  const Partition& partition(const std::string& topic, std::int32_t index = 0) const {
    const Partition* found = controller.image().partition(topic, PartitionIndex(index));
    REQUIRE(found != nullptr);
    return *found;
  }
  // The leader asks for another ISR, with the epochs that the controller has.
  protocol::AlterPartitionRequest isr_request(const std::string& topic,
                                              const std::vector<std::int32_t>& isr) {
    const Partition& now_there = partition(topic);
    protocol::AlterPartitionRequest request;
    request.broker_id = now_there.leader.v;
    request.broker_epoch = epochs[request.broker_id];
    auto& asked = request.topics.emplace_back();
    asked.topic_id = controller.image().topic(topic)->id;
    auto& data = asked.partitions.emplace_back();
    data.leader_epoch = now_there.leader_epoch.v;
    data.partition_epoch = now_there.partition_epoch;
    for (const std::int32_t id : isr) data.new_isr_with_epochs.push_back({id, epochs[id]});
    return request;
  }
  protocol::ErrorCode alter(const protocol::AlterPartitionRequest& request) {
    const auto reply = take(controller.alter_partition(request, 3));
    if (reply.error_code != 0) return protocol::error_code(reply.error_code);
    return protocol::error_code(reply.topics.at(0).partitions.at(0).error_code);
  }

  template <class T>
  std::vector<T> traced() const {
    std::vector<T> out;
    for (const Effect& effect : effects) {
      const auto* trace = std::get_if<Trace>(&effect);
      if (trace == nullptr) continue;
      if (const T* event = std::get_if<T>(&trace->event.payload)) out.push_back(*event);
    }
    return out;
  }

  Now now{Instant(seconds(100)), WallTime(seconds(100))};
  Effects effects;
  Context context;
  Controller controller;
  Image replayed;
  MetadataRecords log;
  Offset end{0};
  std::map<std::int32_t, std::int64_t> epochs;
};

inline std::vector<NodeId> nodes(const std::vector<std::int32_t>& raw) {
  std::vector<NodeId> out;
  for (const std::int32_t id : raw) out.push_back(NodeId(id));
  return out;
}

}  // namespace lab::controller
