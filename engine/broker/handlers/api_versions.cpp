// ApiVersions (KIP-35, KIP-511): what this listener serves, computed from the handlers' list.
#include <algorithm>

#include "engine/broker/handlers/broker_handlers.h"

namespace lab::broker {
namespace {

// KIP-511: letters and digits, inside also "-" and ".".
bool is_software_word(std::string_view word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto inside = [&](char c) { return plain(c) || c == '-' || c == '.'; };
  return !word.empty() && plain(word.front()) && plain(word.back()) &&
         std::all_of(word.begin(), word.end(), inside);
}

}  // namespace

std::span<const Served<BrokerSide>> broker_handlers() {
  static constexpr auto list =
      handler_list<BrokerSide, ApiVersionsRequest, MetadataRequest, ProduceRequest, FetchRequest,
                   ListOffsetsRequest, OffsetForLeaderEpochRequest, FindCoordinatorRequest,
                   InitProducerIdRequest, CreateTopicsRequest, DeleteTopicsRequest,
                   CreatePartitionsRequest, ElectLeadersRequest, IncrementalAlterConfigsRequest,
                   AlterConfigsRequest, UnregisterBrokerRequest, DescribeClusterRequest,
                   DescribeQuorumRequest, DescribeConfigsRequest, DescribeTopicPartitionsRequest>();
  return list;
}

void handle(BrokerSide& side, const Peer& peer, ApiVersionsRequest request,
            ReplyTo<ApiVersionsResponse> reply) {
  if (reply.version() >= 3) {
    if (!is_software_word(request.client_software_name) ||
        !is_software_word(request.client_software_version)) {
      ApiVersionsResponse refused;
      refused.error_code = wire(ErrorCode::invalid_request);
      return reply(refused);
    }
    peer.software = request.client_software_name;
    peer.software_version = request.client_software_version;
    side.context().trace(trace::ClientNamed{peer.conn.v, peer.client_id,
                                            request.client_software_name,
                                            request.client_software_version});
  }
  std::vector<ApiKey> keys;
  for (const auto& served : broker_handlers()) keys.push_back(served.key);
  auto response = announce(keys);
  for (const auto& [name, level] : side.image().features()) {
    response.finalized_features.push_back({name, level, level});
  }
  response.finalized_features_epoch = side.metadata().applied().offset.v;
  reply(response);
}

}  // namespace lab::broker
