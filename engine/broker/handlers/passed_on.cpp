// What only the active controller decides: passed on to it as it came, its answer passed back.
// Kafka wraps such a request in an Envelope; without principals the body itself is enough.
#include <algorithm>

#include "engine/broker/handlers/broker_handlers.h"
#include "engine/broker/handlers/refusals.h"

namespace lab::broker {
namespace {

template <class Request>
void pass_on(BrokerSide& side, Request request, ReplyTo<client::ResponseOf<Request>> reply,
             milliseconds patience) {
  const auto timed_out = refusal(request, ErrorCode::request_timed_out);
  side.controller().call_until<Request>(
      std::move(request), reply.version(),
      [](const client::ResponseOf<Request>& response) {
        const auto code = error_code(first_error(response));
        return code != ErrorCode::not_controller && code != ErrorCode::not_leader_or_follower;
      },
      [reply, timed_out](Result<client::ResponseOf<Request>> result) {
        reply(result ? *result : timed_out);
      },
      side.context().monotonic() + patience);
}

// The client's own patience, within what a broker is willing to hold.
milliseconds patience(const BrokerSide& side, std::int32_t timeout_ms) {
  return std::clamp(milliseconds(timeout_ms), milliseconds(100),
                    std::max(side.config().request_timeout_ms, milliseconds(100)));
}

}  // namespace

void handle(BrokerSide& side, const Peer&, CreateTopicsRequest request,
            ReplyTo<CreateTopicsResponse> reply) {
  const auto wait = patience(side, request.timeout_ms);
  pass_on(side, std::move(request), reply, wait);
}
void handle(BrokerSide& side, const Peer&, DeleteTopicsRequest request,
            ReplyTo<DeleteTopicsResponse> reply) {
  const auto wait = patience(side, request.timeout_ms);
  pass_on(side, std::move(request), reply, wait);
}
void handle(BrokerSide& side, const Peer&, CreatePartitionsRequest request,
            ReplyTo<CreatePartitionsResponse> reply) {
  const auto wait = patience(side, request.timeout_ms);
  pass_on(side, std::move(request), reply, wait);
}
void handle(BrokerSide& side, const Peer&, ElectLeadersRequest request,
            ReplyTo<ElectLeadersResponse> reply) {
  const auto wait = patience(side, request.timeout_ms);
  pass_on(side, std::move(request), reply, wait);
}
void handle(BrokerSide& side, const Peer&, IncrementalAlterConfigsRequest request,
            ReplyTo<IncrementalAlterConfigsResponse> reply) {
  pass_on(side, std::move(request), reply, side.config().request_timeout_ms);
}
void handle(BrokerSide& side, const Peer&, AlterConfigsRequest request,
            ReplyTo<AlterConfigsResponse> reply) {
  pass_on(side, std::move(request), reply, side.config().request_timeout_ms);
}
void handle(BrokerSide& side, const Peer&, UnregisterBrokerRequest request,
            ReplyTo<UnregisterBrokerResponse> reply) {
  pass_on(side, std::move(request), reply, side.config().request_timeout_ms);
}
void handle(BrokerSide& side, const Peer&, DescribeQuorumRequest request,
            ReplyTo<DescribeQuorumResponse> reply) {
  pass_on(side, std::move(request), reply, side.config().request_timeout_ms);
}

}  // namespace lab::broker
