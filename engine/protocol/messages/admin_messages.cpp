// Compiles the codec for the messages that admin clients send. A message that is missing here fails
// to link.
#include "engine/protocol/codec_impl.h"
#include "engine/protocol/messages/alter_configs.h"
#include "engine/protocol/messages/create_partitions.h"
#include "engine/protocol/messages/create_topics.h"
#include "engine/protocol/messages/delete_topics.h"
#include "engine/protocol/messages/describe_cluster.h"
#include "engine/protocol/messages/describe_configs.h"
#include "engine/protocol/messages/describe_topic_partitions.h"
#include "engine/protocol/messages/elect_leaders.h"
#include "engine/protocol/messages/incremental_alter_configs.h"
#include "engine/protocol/messages/unregister_broker.h"

namespace lab::protocol {

template void write_message(Writer&, const CreateTopicsRequest&, std::int16_t);
template CreateTopicsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const CreateTopicsResponse&, std::int16_t);
template CreateTopicsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DeleteTopicsRequest&, std::int16_t);
template DeleteTopicsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DeleteTopicsResponse&, std::int16_t);
template DeleteTopicsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const CreatePartitionsRequest&, std::int16_t);
template CreatePartitionsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const CreatePartitionsResponse&, std::int16_t);
template CreatePartitionsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ElectLeadersRequest&, std::int16_t);
template ElectLeadersRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ElectLeadersResponse&, std::int16_t);
template ElectLeadersResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DescribeClusterRequest&, std::int16_t);
template DescribeClusterRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DescribeClusterResponse&, std::int16_t);
template DescribeClusterResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DescribeConfigsRequest&, std::int16_t);
template DescribeConfigsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DescribeConfigsResponse&, std::int16_t);
template DescribeConfigsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const AlterConfigsRequest&, std::int16_t);
template AlterConfigsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const AlterConfigsResponse&, std::int16_t);
template AlterConfigsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const IncrementalAlterConfigsRequest&, std::int16_t);
template IncrementalAlterConfigsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const IncrementalAlterConfigsResponse&, std::int16_t);
template IncrementalAlterConfigsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DescribeTopicPartitionsRequest&, std::int16_t);
template DescribeTopicPartitionsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const DescribeTopicPartitionsResponse&, std::int16_t);
template DescribeTopicPartitionsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const UnregisterBrokerRequest&, std::int16_t);
template UnregisterBrokerRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const UnregisterBrokerResponse&, std::int16_t);
template UnregisterBrokerResponse read_message(Reader&, std::int16_t);

}  // namespace lab::protocol
