// See api_table.h.
#include "engine/protocol/api_table.h"

#include <algorithm>

#include "engine/protocol/messages/allocate_producer_ids.h"
#include "engine/protocol/messages/alter_configs.h"
#include "engine/protocol/messages/alter_partition.h"
#include "engine/protocol/messages/api_versions.h"
#include "engine/protocol/messages/begin_quorum_epoch.h"
#include "engine/protocol/messages/broker_heartbeat.h"
#include "engine/protocol/messages/broker_registration.h"
#include "engine/protocol/messages/create_partitions.h"
#include "engine/protocol/messages/create_topics.h"
#include "engine/protocol/messages/delete_topics.h"
#include "engine/protocol/messages/describe_cluster.h"
#include "engine/protocol/messages/describe_configs.h"
#include "engine/protocol/messages/describe_quorum.h"
#include "engine/protocol/messages/describe_topic_partitions.h"
#include "engine/protocol/messages/elect_leaders.h"
#include "engine/protocol/messages/end_quorum_epoch.h"
#include "engine/protocol/messages/fetch.h"
#include "engine/protocol/messages/fetch_snapshot.h"
#include "engine/protocol/messages/find_coordinator.h"
#include "engine/protocol/messages/incremental_alter_configs.h"
#include "engine/protocol/messages/init_producer_id.h"
#include "engine/protocol/messages/list_offsets.h"
#include "engine/protocol/messages/metadata.h"
#include "engine/protocol/messages/offset_for_leader_epoch.h"
#include "engine/protocol/messages/produce.h"
#include "engine/protocol/messages/unregister_broker.h"
#include "engine/protocol/messages/vote.h"

namespace lab::protocol {
namespace {

template <class Request, class Response>
constexpr ApiInfo api(std::string_view name, std::int16_t announced = Request::min_version) {
  static_assert(Request::key == Response::key && Request::min_version == Response::min_version &&
                Request::max_version == Response::max_version &&
                Request::flexible_version == Response::flexible_version);
  return {Request::key,
          name,
          {Request::min_version, Request::max_version},
          announced,
          Request::flexible_version};
}

constexpr ApiInfo table[] = {
    api<ProduceRequest, ProduceResponse>("Produce", 0),
    api<FetchRequest, FetchResponse>("Fetch"),
    api<ListOffsetsRequest, ListOffsetsResponse>("ListOffsets"),
    api<MetadataRequest, MetadataResponse>("Metadata"),
    api<FindCoordinatorRequest, FindCoordinatorResponse>("FindCoordinator"),
    api<ApiVersionsRequest, ApiVersionsResponse>("ApiVersions"),
    api<CreateTopicsRequest, CreateTopicsResponse>("CreateTopics"),
    api<DeleteTopicsRequest, DeleteTopicsResponse>("DeleteTopics"),
    api<InitProducerIdRequest, InitProducerIdResponse>("InitProducerId"),
    api<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>("OffsetForLeaderEpoch"),
    api<DescribeConfigsRequest, DescribeConfigsResponse>("DescribeConfigs"),
    api<AlterConfigsRequest, AlterConfigsResponse>("AlterConfigs"),
    api<CreatePartitionsRequest, CreatePartitionsResponse>("CreatePartitions"),
    api<ElectLeadersRequest, ElectLeadersResponse>("ElectLeaders"),
    api<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>("IncrementalAlterConfigs"),
    api<VoteRequest, VoteResponse>("Vote"),
    api<BeginQuorumEpochRequest, BeginQuorumEpochResponse>("BeginQuorumEpoch"),
    api<EndQuorumEpochRequest, EndQuorumEpochResponse>("EndQuorumEpoch"),
    api<DescribeQuorumRequest, DescribeQuorumResponse>("DescribeQuorum"),
    api<AlterPartitionRequest, AlterPartitionResponse>("AlterPartition"),
    api<FetchSnapshotRequest, FetchSnapshotResponse>("FetchSnapshot"),
    api<DescribeClusterRequest, DescribeClusterResponse>("DescribeCluster"),
    api<BrokerRegistrationRequest, BrokerRegistrationResponse>("BrokerRegistration"),
    api<BrokerHeartbeatRequest, BrokerHeartbeatResponse>("BrokerHeartbeat"),
    api<UnregisterBrokerRequest, UnregisterBrokerResponse>("UnregisterBroker"),
    api<AllocateProducerIdsRequest, AllocateProducerIdsResponse>("AllocateProducerIds"),
    api<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>("DescribeTopicPartitions"),
};
static_assert(std::is_sorted(std::begin(table), std::end(table),
                             [](const ApiInfo& a, const ApiInfo& b) { return a.key < b.key; }));

}  // namespace

std::span<const ApiInfo> apis() { return table; }

const ApiInfo* find_api(ApiKey key) {
  const auto at = std::lower_bound(std::begin(table), std::end(table), key,
                                   [](const ApiInfo& a, ApiKey k) { return a.key < k; });
  return at != std::end(table) && at->key == key ? &*at : nullptr;
}

std::int16_t request_header_version(const ApiInfo& api, std::int16_t version) {
  return version >= api.flexible ? 2 : 1;
}

std::int16_t response_header_version(const ApiInfo& api, std::int16_t version) {
  return api.key != ApiKey::api_versions && version >= api.flexible ? 1 : 0;
}

}  // namespace lab::protocol
