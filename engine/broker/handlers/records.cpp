// Produce, Fetch, ListOffsets, OffsetForLeaderEpoch: the record path. The replication room does the
// work; here the requests are looked at, and what moves on the wire is traced.
#include "engine/broker/handlers/broker_handlers.h"
#include "engine/protocol/batch_header.h"

namespace lab::broker {
namespace {

// How many records and from which offset: what the headers of whole batches say.
struct Counted {
  Offset base{-1};
  std::int64_t records = 0, bytes = 0;
};

Counted count(const Records& records) {
  Counted out;
  const Slice all = join(records.slices);
  for (std::size_t at = 0; at < all.size();) {
    const auto header = parse_batch_header(all.view().subspan(at));
    if (!header) break;
    if (out.base.v < 0) out.base = header->base_offset;
    out.records += header->record_count;
    at += header->size_in_bytes();
  }
  out.bytes = static_cast<std::int64_t>(all.size());
  return out;
}

trace::RecordsMoved moved(const Peer& peer, const std::string& topic, std::int32_t partition,
                          const Counted& counted, bool outgoing) {
  trace::RecordsMoved event;
  event.connection = peer.conn.v;
  event.local_port = peer.local_port;
  event.remote_port = peer.remote.port;
  event.outgoing = outgoing;
  event.topic = topic;
  event.partition = PartitionIndex(partition);
  event.base = counted.base;
  event.count = counted.records;
  event.bytes = counted.bytes;
  return event;
}

void trace_produced(BrokerSide& side, const Peer& peer, const ProduceRequest& request) {
  for (const auto& topic : request.topic_data) {
    for (const auto& data : topic.partition_data) {
      if (!data.records || data.records->empty()) continue;
      auto counted = count(*data.records);
      const auto* partition = side.replicas().find({topic.name, PartitionIndex(data.index)});
      counted.base = partition == nullptr ? no_offset : partition->log().log_end();
      side.context().trace(moved(peer, topic.name, data.index, counted, false));
    }
  }
}

void trace_fetched(BrokerSide& side, const Peer& peer, const FetchResponse& response) {
  for (const auto& topic : response.responses) {
    const auto* known = topic.topic.empty() ? side.image().topic(topic.topic_id) : nullptr;
    const std::string& name = known != nullptr ? known->name : topic.topic;
    for (const auto& data : topic.partitions) {
      if (!data.records || data.records->empty()) continue;
      side.context().trace(moved(peer, name, data.partition_index, count(*data.records), true));
    }
  }
}

}  // namespace

void handle(BrokerSide& side, const Peer& peer, ProduceRequest request,
            ReplyTo<ProduceResponse> reply) {
  if (request.transactional_id) {
    return reply.refuse("transactional producers are not served by this broker");
  }
  const bool silent = request.acks == 0;
  if (request.acks < -1 || request.acks > 1) {
    ProduceResponse response;
    for (const auto& topic : request.topic_data) {
      auto& out = response.responses.emplace_back();
      out.name = topic.name;
      for (const auto& data : topic.partition_data) {
        auto& answer = out.partition_responses.emplace_back();
        answer.index = data.index;
        answer.error_code = wire(ErrorCode::invalid_required_acks);
        answer.base_offset = -1;
      }
    }
    return reply(response);
  }
  if (side.context().traced()) trace_produced(side, peer, request);
  side.replicas().produce(std::move(request), [reply, silent](const ProduceResponse& response) {
    if (!silent) return reply(response);
    // Nobody hears of an error with acks=0: Kafka closes the connection, so that the client asks
    // for new metadata.
    for (const auto& topic : response.responses) {
      for (const auto& answer : topic.partition_responses) {
        if (answer.error_code != 0) {
          return reply.refuse("a produce with acks=0 failed: " +
                              std::string(name(error_code(answer.error_code))));
        }
      }
    }
    reply.silent();
  });
}

void handle(BrokerSide& side, const Peer& peer, FetchRequest request,
            ReplyTo<FetchResponse> reply) {
  const auto version = reply.version();
  side.replicas().fetch(std::move(request), version,
                        [&side, peer, reply](const FetchResponse& response) {
                          if (side.context().traced()) trace_fetched(side, peer, response);
                          reply(response);
                        });
}

void handle(BrokerSide& side, const Peer&, ListOffsetsRequest request,
            ReplyTo<ListOffsetsResponse> reply) {
  side.replicas().list_offsets(std::move(request), reply);
}

void handle(BrokerSide& side, const Peer&, OffsetForLeaderEpochRequest request,
            ReplyTo<OffsetForLeaderEpochResponse> reply) {
  reply(side.replicas().offsets_for_epochs(request));
}

}  // namespace lab::broker
