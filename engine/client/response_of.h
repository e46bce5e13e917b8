// Which message answers which request: ResponseOf<FetchRequest> is FetchResponse. Used by
// Connection. It includes no message: who sends one includes its header.
#pragma once

// clang-format off
namespace lab::protocol {

struct ProduceRequest; struct ProduceResponse;
struct FetchRequest; struct FetchResponse;
struct ListOffsetsRequest; struct ListOffsetsResponse;
struct MetadataRequest; struct MetadataResponse;
struct OffsetCommitRequest; struct OffsetCommitResponse;
struct OffsetFetchRequest; struct OffsetFetchResponse;
struct FindCoordinatorRequest; struct FindCoordinatorResponse;
struct JoinGroupRequest; struct JoinGroupResponse;
struct HeartbeatRequest; struct HeartbeatResponse;
struct LeaveGroupRequest; struct LeaveGroupResponse;
struct SyncGroupRequest; struct SyncGroupResponse;
struct DescribeGroupsRequest; struct DescribeGroupsResponse;
struct ListGroupsRequest; struct ListGroupsResponse;
struct ApiVersionsRequest; struct ApiVersionsResponse;
struct CreateTopicsRequest; struct CreateTopicsResponse;
struct DeleteTopicsRequest; struct DeleteTopicsResponse;
struct DeleteRecordsRequest; struct DeleteRecordsResponse;
struct InitProducerIdRequest; struct InitProducerIdResponse;
struct OffsetForLeaderEpochRequest; struct OffsetForLeaderEpochResponse;
struct DescribeConfigsRequest; struct DescribeConfigsResponse;
struct AlterConfigsRequest; struct AlterConfigsResponse;
struct DescribeLogDirsRequest; struct DescribeLogDirsResponse;
struct CreatePartitionsRequest; struct CreatePartitionsResponse;
struct DeleteGroupsRequest; struct DeleteGroupsResponse;
struct ElectLeadersRequest; struct ElectLeadersResponse;
struct IncrementalAlterConfigsRequest; struct IncrementalAlterConfigsResponse;
struct AlterPartitionReassignmentsRequest; struct AlterPartitionReassignmentsResponse;
struct ListPartitionReassignmentsRequest; struct ListPartitionReassignmentsResponse;
struct OffsetDeleteRequest; struct OffsetDeleteResponse;
struct VoteRequest; struct VoteResponse;
struct BeginQuorumEpochRequest; struct BeginQuorumEpochResponse;
struct EndQuorumEpochRequest; struct EndQuorumEpochResponse;
struct DescribeQuorumRequest; struct DescribeQuorumResponse;
struct AlterPartitionRequest; struct AlterPartitionResponse;
struct FetchSnapshotRequest; struct FetchSnapshotResponse;
struct DescribeClusterRequest; struct DescribeClusterResponse;
struct DescribeProducersRequest; struct DescribeProducersResponse;
struct BrokerRegistrationRequest; struct BrokerRegistrationResponse;
struct BrokerHeartbeatRequest; struct BrokerHeartbeatResponse;
struct UnregisterBrokerRequest; struct UnregisterBrokerResponse;
struct AllocateProducerIdsRequest; struct AllocateProducerIdsResponse;
struct DescribeTopicPartitionsRequest; struct DescribeTopicPartitionsResponse;

}  // namespace lab::protocol

namespace lab::client {

template <class Request> struct Answered;
template <class Request> using ResponseOf = typename Answered<Request>::By;

template <> struct Answered<protocol::ProduceRequest> { using By = protocol::ProduceResponse; };
template <> struct Answered<protocol::FetchRequest> { using By = protocol::FetchResponse; };
template <> struct Answered<protocol::ListOffsetsRequest> {
  using By = protocol::ListOffsetsResponse;
};
template <> struct Answered<protocol::MetadataRequest> { using By = protocol::MetadataResponse; };
template <> struct Answered<protocol::OffsetCommitRequest> {
  using By = protocol::OffsetCommitResponse;
};
template <> struct Answered<protocol::OffsetFetchRequest> {
  using By = protocol::OffsetFetchResponse;
};
template <> struct Answered<protocol::FindCoordinatorRequest> {
  using By = protocol::FindCoordinatorResponse;
};
template <> struct Answered<protocol::JoinGroupRequest> { using By = protocol::JoinGroupResponse; };
template <> struct Answered<protocol::HeartbeatRequest> { using By = protocol::HeartbeatResponse; };
template <> struct Answered<protocol::LeaveGroupRequest> {
  using By = protocol::LeaveGroupResponse;
};
template <> struct Answered<protocol::SyncGroupRequest> { using By = protocol::SyncGroupResponse; };
template <> struct Answered<protocol::DescribeGroupsRequest> {
  using By = protocol::DescribeGroupsResponse;
};
template <> struct Answered<protocol::ListGroupsRequest> {
  using By = protocol::ListGroupsResponse;
};
template <> struct Answered<protocol::ApiVersionsRequest> {
  using By = protocol::ApiVersionsResponse;
};
template <> struct Answered<protocol::CreateTopicsRequest> {
  using By = protocol::CreateTopicsResponse;
};
template <> struct Answered<protocol::DeleteTopicsRequest> {
  using By = protocol::DeleteTopicsResponse;
};
template <> struct Answered<protocol::DeleteRecordsRequest> {
  using By = protocol::DeleteRecordsResponse;
};
template <> struct Answered<protocol::InitProducerIdRequest> {
  using By = protocol::InitProducerIdResponse;
};
template <> struct Answered<protocol::OffsetForLeaderEpochRequest> {
  using By = protocol::OffsetForLeaderEpochResponse;
};
template <> struct Answered<protocol::DescribeConfigsRequest> {
  using By = protocol::DescribeConfigsResponse;
};
template <> struct Answered<protocol::AlterConfigsRequest> {
  using By = protocol::AlterConfigsResponse;
};
template <> struct Answered<protocol::DescribeLogDirsRequest> {
  using By = protocol::DescribeLogDirsResponse;
};
template <> struct Answered<protocol::CreatePartitionsRequest> {
  using By = protocol::CreatePartitionsResponse;
};
template <> struct Answered<protocol::DeleteGroupsRequest> {
  using By = protocol::DeleteGroupsResponse;
};
template <> struct Answered<protocol::ElectLeadersRequest> {
  using By = protocol::ElectLeadersResponse;
};
template <> struct Answered<protocol::IncrementalAlterConfigsRequest> {
  using By = protocol::IncrementalAlterConfigsResponse;
};
template <> struct Answered<protocol::AlterPartitionReassignmentsRequest> {
  using By = protocol::AlterPartitionReassignmentsResponse;
};
template <> struct Answered<protocol::ListPartitionReassignmentsRequest> {
  using By = protocol::ListPartitionReassignmentsResponse;
};
template <> struct Answered<protocol::OffsetDeleteRequest> {
  using By = protocol::OffsetDeleteResponse;
};
template <> struct Answered<protocol::VoteRequest> { using By = protocol::VoteResponse; };
template <> struct Answered<protocol::BeginQuorumEpochRequest> {
  using By = protocol::BeginQuorumEpochResponse;
};
template <> struct Answered<protocol::EndQuorumEpochRequest> {
  using By = protocol::EndQuorumEpochResponse;
};
template <> struct Answered<protocol::DescribeQuorumRequest> {
  using By = protocol::DescribeQuorumResponse;
};
template <> struct Answered<protocol::AlterPartitionRequest> {
  using By = protocol::AlterPartitionResponse;
};
template <> struct Answered<protocol::FetchSnapshotRequest> {
  using By = protocol::FetchSnapshotResponse;
};
template <> struct Answered<protocol::DescribeClusterRequest> {
  using By = protocol::DescribeClusterResponse;
};
template <> struct Answered<protocol::DescribeProducersRequest> {
  using By = protocol::DescribeProducersResponse;
};
template <> struct Answered<protocol::BrokerRegistrationRequest> {
  using By = protocol::BrokerRegistrationResponse;
};
template <> struct Answered<protocol::BrokerHeartbeatRequest> {
  using By = protocol::BrokerHeartbeatResponse;
};
template <> struct Answered<protocol::UnregisterBrokerRequest> {
  using By = protocol::UnregisterBrokerResponse;
};
template <> struct Answered<protocol::AllocateProducerIdsRequest> {
  using By = protocol::AllocateProducerIdsResponse;
};
template <> struct Answered<protocol::DescribeTopicPartitionsRequest> {
  using By = protocol::DescribeTopicPartitionsResponse;
};

}  // namespace lab::client
// clang-format on
