// Compiles the codec for the messages that producers and consumers send. A message that is missing
// here fails to link.
#include "engine/protocol/codec_impl.h"
#include "engine/protocol/messages/api_versions.h"
#include "engine/protocol/messages/fetch.h"
#include "engine/protocol/messages/find_coordinator.h"
#include "engine/protocol/messages/init_producer_id.h"
#include "engine/protocol/messages/list_offsets.h"
#include "engine/protocol/messages/metadata.h"
#include "engine/protocol/messages/offset_for_leader_epoch.h"
#include "engine/protocol/messages/produce.h"

namespace lab::protocol {

template void write_message(Writer&, const ApiVersionsRequest&, std::int16_t);
template ApiVersionsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ApiVersionsResponse&, std::int16_t);
template ApiVersionsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const MetadataRequest&, std::int16_t);
template MetadataRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const MetadataResponse&, std::int16_t);
template MetadataResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ProduceRequest&, std::int16_t);
template ProduceRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ProduceResponse&, std::int16_t);
template ProduceResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const FetchRequest&, std::int16_t);
template FetchRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const FetchResponse&, std::int16_t);
template FetchResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ListOffsetsRequest&, std::int16_t);
template ListOffsetsRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ListOffsetsResponse&, std::int16_t);
template ListOffsetsResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const OffsetForLeaderEpochRequest&, std::int16_t);
template OffsetForLeaderEpochRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const OffsetForLeaderEpochResponse&, std::int16_t);
template OffsetForLeaderEpochResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const FindCoordinatorRequest&, std::int16_t);
template FindCoordinatorRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const FindCoordinatorResponse&, std::int16_t);
template FindCoordinatorResponse read_message(Reader&, std::int16_t);
template void write_message(Writer&, const InitProducerIdRequest&, std::int16_t);
template InitProducerIdRequest read_message(Reader&, std::int16_t);
template void write_message(Writer&, const InitProducerIdResponse&, std::int16_t);
template InitProducerIdResponse read_message(Reader&, std::int16_t);

}  // namespace lab::protocol
