// Metadata and DescribeCluster: who is there and who leads what, as this broker believes it.
#include <algorithm>
#include <set>

#include "engine/broker/handlers/broker_handlers.h"
#include "engine/controller/topic_names.h"

namespace lab::broker {
namespace {

// As topic_operations, for a cluster.
constexpr std::int32_t cluster_operations = 0x1fa0;

bool reachable(const controller::Broker& broker, const std::string& listener) {
  return !broker.fenced && broker.endpoint(listener) != nullptr;
}

// Clients are told a broker as the controller; Apache Kafka names any live one in KRaft mode, we
// name the active controller where it is a broker.
std::int32_t controller_for_clients(const BrokerSide& side, const std::string& listener) {
  const auto& image = side.image();
  const auto* active = image.broker(side.metadata().leader().leader);
  if (active != nullptr && reachable(*active, listener)) return active->id.v;
  for (const auto& [id, broker] : image.brokers()) {
    if (reachable(broker, listener)) return id.v;
  }
  return -1;
}

MetadataResponse::MetadataResponseTopic describe(const controller::Image& image,
                                                 const controller::Topic& topic) {
  MetadataResponse::MetadataResponseTopic out;
  out.name = topic.name;
  out.topic_id = topic.id;
  out.is_internal = is_internal_topic(topic.name);
  for (const auto& [index, state] : topic.partitions) {
    auto& partition = out.partitions.emplace_back();
    partition.partition_index = index.v;
    partition.leader_id = state.leader.v;
    partition.leader_epoch = state.leader_epoch.v;
    if (state.leader == no_node) partition.error_code = wire(ErrorCode::leader_not_available);
    for (const NodeId id : state.replicas) {
      partition.replica_nodes.push_back(id.v);
      const auto* broker = image.broker(id);
      if (broker == nullptr || broker->fenced) partition.offline_replicas.push_back(id.v);
    }
    for (const NodeId id : state.isr) partition.isr_nodes.push_back(id.v);
  }
  return out;
}

MetadataResponse::MetadataResponseTopic missing(const std::optional<std::string>& name,
                                                const Uuid& id, ErrorCode code) {
  MetadataResponse::MetadataResponseTopic out;
  out.name = name;
  out.topic_id = id;
  out.error_code = wire(code);
  return out;
}

}  // namespace

void handle(BrokerSide& side, const Peer& peer, MetadataRequest request,
            ReplyTo<MetadataResponse> reply) {
  const auto& image = side.image();
  MetadataResponse response;
  for (const auto& [id, broker] : image.brokers()) {
    if (!reachable(broker, peer.listener)) continue;
    const auto* endpoint = broker.endpoint(peer.listener);
    auto& out = response.brokers.emplace_back();
    out.node_id = id.v;
    out.host = endpoint->host;
    out.port = endpoint->port;
    out.rack = broker.rack;
  }
  response.cluster_id = side.config().cluster_id;
  response.controller_id = controller_for_clients(side, peer.listener);
  // Version 0 has no null: there an empty list asks for all.
  const bool all = !request.topics || (reply.version() == 0 && request.topics->empty());
  std::vector<std::string> wanted;
  if (all) {
    for (const auto& [name, topic] : image.topics())
      response.topics.push_back(describe(image, topic));
  } else {
    std::set<std::pair<Uuid, std::string>> told;  // else a small request asks for a huge answer
    for (const auto& asked : *request.topics) {
      if (!told.emplace(asked.topic_id, asked.name.value_or("")).second) continue;
      const bool by_id = !asked.topic_id.is_zero();
      const auto* topic =
          by_id ? image.topic(asked.topic_id) : image.topic(asked.name.value_or(""));
      if (topic != nullptr) {
        response.topics.push_back(describe(image, *topic));
      } else if (by_id) {
        response.topics.push_back(
            missing(std::nullopt, asked.topic_id, ErrorCode::unknown_topic_id));
      } else if (controller::refuse_topic_name(asked.name.value_or(""))) {
        response.topics.push_back(missing(asked.name, {}, ErrorCode::invalid_topic_exception));
      } else {
        response.topics.push_back(missing(asked.name, {}, ErrorCode::unknown_topic_or_partition));
        if (request.allow_auto_topic_creation && side.config().auto_create_topics_enable) {
          wanted.push_back(*asked.name);
        }
      }
    }
  }
  if (request.include_topic_authorized_operations) {
    for (auto& topic : response.topics) topic.topic_authorized_operations = topic_operations;
  }
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations;
  }
  side.topic_creation().create(wanted);
  reply(response);
}

void handle(BrokerSide& side, const Peer& peer, DescribeClusterRequest request,
            ReplyTo<DescribeClusterResponse> reply) {
  constexpr std::int8_t brokers = 1;  // endpoint type; 2: controllers (KIP-919)
  DescribeClusterResponse response;
  response.endpoint_type = request.endpoint_type;
  if (reply.version() >= 1 && request.endpoint_type != brokers) {
    response.error_code = wire(ErrorCode::mismatched_endpoint_type);
    response.error_message =
        "The request was sent to an endpoint of type BROKER, but we wanted an "
        "endpoint of type CONTROLLER";
    return reply(response);
  }
  response.cluster_id = side.config().cluster_id;
  response.controller_id = controller_for_clients(side, peer.listener);
  for (const auto& [id, broker] : side.image().brokers()) {
    if (!reachable(broker, peer.listener)) continue;
    const auto* endpoint = broker.endpoint(peer.listener);
    auto& out = response.brokers.emplace_back();
    out.broker_id = id.v;
    out.host = endpoint->host;
    out.port = endpoint->port;
    out.rack = broker.rack;
  }
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations;
  }
  reply(response);
}

}  // namespace lab::broker
