// FindCoordinator and InitProducerId. There are no groups and no transactions yet: a coordinator is
// not available, and a transactional id is refused by name.
#include "engine/broker/handlers/broker_handlers.h"

namespace lab::broker {

void handle(BrokerSide&, const Peer&, FindCoordinatorRequest request,
            ReplyTo<FindCoordinatorResponse> reply) {
  const char* why = "Consumer groups and transactions are not served by this cluster yet.";
  FindCoordinatorResponse response;
  if (reply.version() >= 4) {
    for (const auto& key : request.coordinator_keys) {
      auto& coordinator = response.coordinators.emplace_back();
      coordinator.key = key;
      coordinator.node_id = -1;
      coordinator.port = -1;
      coordinator.error_code = wire(ErrorCode::coordinator_not_available);
      coordinator.error_message = why;
    }
  } else {
    response.node_id = -1;
    response.port = -1;
    response.error_code = wire(ErrorCode::coordinator_not_available);
    response.error_message = why;
  }
  reply(response);
}

void handle(BrokerSide& side, const Peer&, InitProducerIdRequest request,
            ReplyTo<InitProducerIdResponse> reply) {
  if (request.transactional_id) {
    InitProducerIdResponse response;
    response.error_code = wire(ErrorCode::coordinator_not_available);
    return reply(response);
  }
  side.producer_ids().next(side.config().node_id, side.lifecycle().epoch(),
                           side.config().request_timeout_ms, [reply](Result<ProducerId> id) {
                             InitProducerIdResponse response;
                             if (id) {
                               response.producer_id = id->v;
                               response.producer_epoch = 0;
                             } else {
                               response.producer_id = -1;
                               response.producer_epoch = -1;
                               response.error_code = wire(ErrorCode::coordinator_load_in_progress);
                             }
                             reply(response);
                           });
}

}  // namespace lab::broker
