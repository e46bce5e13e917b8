// Compiles the codec for the messages that nodes send to each other. A message that is missing here
// fails to link.
#include "engine/protocol/codec_impl.h"
#include "engine/protocol/messages/allocate_producer_ids.h"
#include "engine/protocol/messages/alter_partition.h"
#include "engine/protocol/messages/begin_quorum_epoch.h"
#include "engine/protocol/messages/broker_heartbeat.h"
#include "engine/protocol/messages/broker_registration.h"
#include "engine/protocol/messages/describe_quorum.h"
#include "engine/protocol/messages/end_quorum_epoch.h"
#include "engine/protocol/messages/fetch_snapshot.h"
#include "engine/protocol/messages/vote.h"

namespace lab::protocol {

template void write_message(Writer&, const VoteRequest&, std::int16_t);
template VoteRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const VoteResponse&, std::int16_t);
template VoteResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const BeginQuorumEpochRequest&, std::int16_t);
template BeginQuorumEpochRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const BeginQuorumEpochResponse&, std::int16_t);
template BeginQuorumEpochResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const EndQuorumEpochRequest&, std::int16_t);
template EndQuorumEpochRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const EndQuorumEpochResponse&, std::int16_t);
template EndQuorumEpochResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DescribeQuorumRequest&, std::int16_t);
template DescribeQuorumRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DescribeQuorumResponse&, std::int16_t);
template DescribeQuorumResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const FetchSnapshotRequest&, std::int16_t);
template FetchSnapshotRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const FetchSnapshotResponse&, std::int16_t);
template FetchSnapshotResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const BrokerRegistrationRequest&, std::int16_t);
template BrokerRegistrationRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const BrokerRegistrationResponse&, std::int16_t);
template BrokerRegistrationResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const BrokerHeartbeatRequest&, std::int16_t);
template BrokerHeartbeatRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const BrokerHeartbeatResponse&, std::int16_t);
template BrokerHeartbeatResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const AlterPartitionRequest&, std::int16_t);
template AlterPartitionRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const AlterPartitionResponse&, std::int16_t);
template AlterPartitionResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const AllocateProducerIdsRequest&, std::int16_t);
template AllocateProducerIdsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const AllocateProducerIdsResponse&, std::int16_t);
template AllocateProducerIdsResponse read_message(Reader&, std::int16_t);

}  // namespace lab::protocol
