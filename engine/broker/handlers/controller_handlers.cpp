#include "engine/broker/handlers/controller_handlers.h"

#include "engine/broker/handlers/refusals.h"
#include "engine/protocol/messages/allocate_producer_ids.h"
#include "engine/protocol/messages/alter_configs.h"
#include "engine/protocol/messages/alter_partition.h"
#include "engine/protocol/messages/begin_quorum_epoch.h"
#include "engine/protocol/messages/broker_heartbeat.h"
#include "engine/protocol/messages/broker_registration.h"
#include "engine/protocol/messages/create_partitions.h"
#include "engine/protocol/messages/create_topics.h"
#include "engine/protocol/messages/delete_topics.h"
#include "engine/protocol/messages/describe_quorum.h"
#include "engine/protocol/messages/elect_leaders.h"
#include "engine/protocol/messages/end_quorum_epoch.h"
#include "engine/protocol/messages/fetch.h"
#include "engine/protocol/messages/fetch_snapshot.h"
#include "engine/protocol/messages/incremental_alter_configs.h"
#include "engine/protocol/messages/unregister_broker.h"
#include "engine/protocol/messages/vote.h"

namespace lab::broker {
using namespace protocol;

namespace {

// What a stranger's request puts into an event is cut to this.
constexpr std::size_t longest_name = 249, longest_message = 500;

void tell_refusal(ControllerSide& side, ApiKey api, const std::optional<std::string>& topic,
                  std::int16_t code, const std::optional<std::string>& message) {
  if (error_code(code) == ErrorCode::none) return;
  side.context().trace(trace::RequestRefused{
      std::string(name(api)), topic.value_or("").substr(0, longest_name),
      std::string(name(error_code(code))), message.value_or("").substr(0, longest_message)});
}
void tell_refusals(ControllerSide& side, const CreateTopicsResponse& reply) {
  for (const auto& topic : reply.topics) {
    tell_refusal(side, ApiKey::create_topics, topic.name, topic.error_code, topic.error_message);
  }
}
void tell_refusals(ControllerSide& side, const DeleteTopicsResponse& reply) {
  for (const auto& topic : reply.responses) {
    tell_refusal(side, ApiKey::delete_topics, topic.name, topic.error_code, topic.error_message);
  }
}
void tell_refusals(ControllerSide& side, const CreatePartitionsResponse& reply) {
  for (const auto& topic : reply.results) {
    tell_refusal(side, ApiKey::create_partitions, topic.name, topic.error_code,
                 topic.error_message);
  }
}
void tell_refusals(ControllerSide& side, const IncrementalAlterConfigsResponse& reply) {
  for (const auto& resource : reply.responses) {
    tell_refusal(side, ApiKey::incremental_alter_configs, resource.resource_name,
                 resource.error_code, resource.error_message);
  }
}
void tell_refusals(ControllerSide& side, const AlterConfigsResponse& reply) {
  for (const auto& resource : reply.responses) {
    tell_refusal(side, ApiKey::alter_configs, resource.resource_name, resource.error_code,
                 resource.error_message);
  }
}
// Of requests that are no one's wish, only an answer is of interest.
template <class Response>
void tell_refusals(ControllerSide&, const Response&) {}

// Lets the active controller decide, and answers when that is committed.
template <class Request, class Decide>
void decide(ControllerSide& side, const Request& request,
            ReplyTo<client::ResponseOf<Request>> reply, Decide decision_of) {
  if (!side.active()) return reply(refusal(request, ErrorCode::not_controller));
  auto decision = decision_of(side.controller());
  tell_refusals(side, decision.reply);
  auto deposed = refusal(request, ErrorCode::not_controller);
  side.commit(
      decision.records, [reply, answer = std::move(decision.reply)] { reply(answer); },
      [reply, deposed = std::move(deposed)] { reply(deposed); });
}

}  // namespace

void handle(ControllerSide&, const Peer&, ApiVersionsRequest, ReplyTo<ApiVersionsResponse> reply) {
  std::vector<ApiKey> keys;
  for (const auto& served : controller_handlers()) keys.push_back(served.key);
  reply(announce(keys));
}

// ---- The quorum.

void handle(ControllerSide& side, const Peer&, VoteRequest request, ReplyTo<VoteResponse> reply) {
  side.quorum().vote(request, reply);
}
void handle(ControllerSide& side, const Peer&, BeginQuorumEpochRequest request,
            ReplyTo<BeginQuorumEpochResponse> reply) {
  side.quorum().begin_quorum_epoch(request, reply);
}
void handle(ControllerSide& side, const Peer&, EndQuorumEpochRequest request,
            ReplyTo<EndQuorumEpochResponse> reply) {
  side.quorum().end_quorum_epoch(request, reply);
}
void handle(ControllerSide& side, const Peer&, FetchRequest request, ReplyTo<FetchResponse> reply) {
  side.quorum().fetch(request, reply);
}
void handle(ControllerSide& side, const Peer&, FetchSnapshotRequest request,
            ReplyTo<FetchSnapshotResponse> reply) {
  side.quorum().fetch_snapshot(request, reply);
}
void handle(ControllerSide& side, const Peer&, DescribeQuorumRequest request,
            ReplyTo<DescribeQuorumResponse> reply) {
  side.quorum().describe_quorum(request, reply);
}

// ---- The active controller.

void handle(ControllerSide& side, const Peer&, BrokerRegistrationRequest request,
            ReplyTo<BrokerRegistrationResponse> reply) {
  decide(side, request, reply,
         [&](auto& controller) { return controller.register_broker(request, side.next_offset()); });
}
void handle(ControllerSide& side, const Peer&, BrokerHeartbeatRequest request,
            ReplyTo<BrokerHeartbeatResponse> reply) {
  decide(side, request, reply,
         [&](auto& controller) { return controller.heartbeat(request, side.next_offset()); });
}
void handle(ControllerSide& side, const Peer&, UnregisterBrokerRequest request,
            ReplyTo<UnregisterBrokerResponse> reply) {
  decide(side, request, reply,
         [&](auto& controller) { return controller.unregister_broker(request); });
}
void handle(ControllerSide& side, const Peer&, CreateTopicsRequest request,
            ReplyTo<CreateTopicsResponse> reply) {
  decide(side, request, reply, [&](auto& controller) { return controller.create_topics(request); });
}
void handle(ControllerSide& side, const Peer&, DeleteTopicsRequest request,
            ReplyTo<DeleteTopicsResponse> reply) {
  decide(side, request, reply, [&](auto& controller) { return controller.delete_topics(request); });
}
void handle(ControllerSide& side, const Peer&, CreatePartitionsRequest request,
            ReplyTo<CreatePartitionsResponse> reply) {
  decide(side, request, reply,
         [&](auto& controller) { return controller.create_partitions(request); });
}
void handle(ControllerSide& side, const Peer&, ElectLeadersRequest request,
            ReplyTo<ElectLeadersResponse> reply) {
  decide(side, request, reply, [&](auto& controller) { return controller.elect_leaders(request); });
}
void handle(ControllerSide& side, const Peer&, IncrementalAlterConfigsRequest request,
            ReplyTo<IncrementalAlterConfigsResponse> reply) {
  decide(side, request, reply,
         [&](auto& controller) { return controller.incremental_alter_configs(request); });
}
void handle(ControllerSide& side, const Peer&, AlterConfigsRequest request,
            ReplyTo<AlterConfigsResponse> reply) {
  decide(side, request, reply, [&](auto& controller) { return controller.alter_configs(request); });
}
void handle(ControllerSide& side, const Peer&, AlterPartitionRequest request,
            ReplyTo<AlterPartitionResponse> reply) {
  decide(side, request, reply,
         [&](auto& controller) { return controller.alter_partition(request, reply.version()); });
}
void handle(ControllerSide& side, const Peer&, AllocateProducerIdsRequest request,
            ReplyTo<AllocateProducerIdsResponse> reply) {
  decide(side, request, reply,
         [&](auto& controller) { return controller.allocate_producer_ids(request); });
}

std::span<const Served<ControllerSide>> controller_handlers() {
  static constexpr auto list =
      handler_list<ControllerSide, ApiVersionsRequest, VoteRequest, BeginQuorumEpochRequest,
                   EndQuorumEpochRequest, FetchRequest, FetchSnapshotRequest, DescribeQuorumRequest,
                   BrokerRegistrationRequest, BrokerHeartbeatRequest, UnregisterBrokerRequest,
                   CreateTopicsRequest, DeleteTopicsRequest, CreatePartitionsRequest,
                   ElectLeadersRequest, IncrementalAlterConfigsRequest, AlterConfigsRequest,
                   AlterPartitionRequest, AllocateProducerIdsRequest>();
  return list;
}

}  // namespace lab::broker
