// What a broker serves its clients and followers. One handler an API (handle(BrokerSide&, …)), each
// in the file of its subject; the closed list is here.
#pragma once

#include "engine/broker/broker_side.h"
#include "engine/protocol/messages/alter_configs.h"
#include "engine/protocol/messages/api_versions.h"
#include "engine/protocol/messages/create_partitions.h"
#include "engine/protocol/messages/create_topics.h"
#include "engine/protocol/messages/delete_topics.h"
#include "engine/protocol/messages/describe_cluster.h"
#include "engine/protocol/messages/describe_configs.h"
#include "engine/protocol/messages/describe_quorum.h"
#include "engine/protocol/messages/describe_topic_partitions.h"
#include "engine/protocol/messages/elect_leaders.h"
#include "engine/protocol/messages/fetch.h"
#include "engine/protocol/messages/find_coordinator.h"
#include "engine/protocol/messages/incremental_alter_configs.h"
#include "engine/protocol/messages/init_producer_id.h"
#include "engine/protocol/messages/list_offsets.h"
#include "engine/protocol/messages/metadata.h"
#include "engine/protocol/messages/offset_for_leader_epoch.h"
#include "engine/protocol/messages/produce.h"
#include "engine/protocol/messages/unregister_broker.h"

namespace lab::broker {

std::span<const Served<BrokerSide>> broker_handlers();

using namespace protocol;  // NOLINT: the handlers' signatures are Kafka's messages and nothing else

// Bits of AclOperation that mean something for a topic: without an authorizer all are allowed
// (KIP-430).
inline constexpr std::int32_t topic_operations = 0x0df8;
inline bool is_internal_topic(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state";
}

// api_versions.cpp
void handle(BrokerSide&, const Peer&, ApiVersionsRequest, ReplyTo<ApiVersionsResponse>);
// metadata.cpp
void handle(BrokerSide&, const Peer&, MetadataRequest, ReplyTo<MetadataResponse>);
void handle(BrokerSide&, const Peer&, DescribeClusterRequest, ReplyTo<DescribeClusterResponse>);
// describe_configs.cpp
void handle(BrokerSide&, const Peer&, DescribeConfigsRequest, ReplyTo<DescribeConfigsResponse>);
// describe_topics.cpp
void handle(BrokerSide&, const Peer&, DescribeTopicPartitionsRequest,
            ReplyTo<DescribeTopicPartitionsResponse>);
// records.cpp
void handle(BrokerSide&, const Peer&, ProduceRequest, ReplyTo<ProduceResponse>);
void handle(BrokerSide&, const Peer&, FetchRequest, ReplyTo<FetchResponse>);
void handle(BrokerSide&, const Peer&, ListOffsetsRequest, ReplyTo<ListOffsetsResponse>);
void handle(BrokerSide&, const Peer&, OffsetForLeaderEpochRequest,
            ReplyTo<OffsetForLeaderEpochResponse>);
// coordination.cpp
void handle(BrokerSide&, const Peer&, FindCoordinatorRequest, ReplyTo<FindCoordinatorResponse>);
void handle(BrokerSide&, const Peer&, InitProducerIdRequest, ReplyTo<InitProducerIdResponse>);
// passed_on.cpp: decided by the active controller
void handle(BrokerSide&, const Peer&, CreateTopicsRequest, ReplyTo<CreateTopicsResponse>);
void handle(BrokerSide&, const Peer&, DeleteTopicsRequest, ReplyTo<DeleteTopicsResponse>);
void handle(BrokerSide&, const Peer&, CreatePartitionsRequest, ReplyTo<CreatePartitionsResponse>);
void handle(BrokerSide&, const Peer&, ElectLeadersRequest, ReplyTo<ElectLeadersResponse>);
void handle(BrokerSide&, const Peer&, IncrementalAlterConfigsRequest,
            ReplyTo<IncrementalAlterConfigsResponse>);
void handle(BrokerSide&, const Peer&, AlterConfigsRequest, ReplyTo<AlterConfigsResponse>);
void handle(BrokerSide&, const Peer&, UnregisterBrokerRequest, ReplyTo<UnregisterBrokerResponse>);
void handle(BrokerSide&, const Peer&, DescribeQuorumRequest, ReplyTo<DescribeQuorumResponse>);

}  // namespace lab::broker
