// Heartbeats: what a broker may be next, up to its controlled shutdown (KAFKA.md §2.2, KIP-631).
#include <algorithm>
#include <limits>

#include "engine/controller/controller.h"

namespace lab::controller {
namespace {

using namespace protocol;

constexpr const char* heartbeats_logger = "org.apache.kafka.controller.BrokerHeartbeatManager";

}  // namespace

bool Controller::has_leaderships(NodeId id) const {
  return !partitions_where([id](const Partition& p) { return p.leader == id; }).empty();
}

// How far the slowest of the brokers that stay has read the metadata.
Offset Controller::lowest_active_offset() {
  Offset lowest(std::numeric_limits<std::int64_t>::max());
  for (const auto& [id, broker] : image_.brokers()) {
    if (!broker.active()) continue;
    const Session* session = sessions_.find(id);
    lowest = std::min(lowest, session == nullptr ? no_offset : session->metadata_offset);
  }
  return lowest;
}

Controller::BrokerState Controller::next_state(BrokerState state,
                                               const BrokerHeartbeatRequest& request,
                                               const Session& session) {
  const NodeId id(request.broker_id);
  switch (state) {
    case BrokerState::fenced:
      if (request.want_shut_down) return BrokerState::shutdown_now;
      if (request.want_fence) return BrokerState::fenced;
      return request.current_metadata_offset >= session.registered_at.v ? BrokerState::unfenced
                                                                        : BrokerState::fenced;
    case BrokerState::unfenced:
      if (request.want_fence) {
        return request.want_shut_down ? BrokerState::shutdown_now : BrokerState::fenced;
      }
      if (!request.want_shut_down) return BrokerState::unfenced;
      return has_leaderships(id) ? BrokerState::controlled_shutdown : BrokerState::shutdown_now;
    case BrokerState::controlled_shutdown:
      // Whoever stays must know the new leaders before the old one goes.
      if (has_leaderships(id) || session.shutdown_offset > lowest_active_offset()) {
        return BrokerState::controlled_shutdown;
      }
      return BrokerState::shutdown_now;
    case BrokerState::shutdown_now:
      break;
  }
  return BrokerState::shutdown_now;
}

Decision<BrokerHeartbeatResponse> Controller::heartbeat(const BrokerHeartbeatRequest& request,
                                                        Offset next_offset) {
  LAB_CHECK(active_);
  Decision<BrokerHeartbeatResponse> decision;
  auto& records = decision.records;
  const NodeId id(request.broker_id);
  if (!epoch_is_current(request.broker_id, request.broker_epoch)) {
    decision.reply.error_code = wire(ErrorCode::stale_broker_epoch);
    return decision;
  }
  const Broker& broker = *image_.broker(id);
  const Instant now = context_.monotonic();
  Session* session = sessions_.find(id);
  if (session == nullptr) session = &sessions_.open(id, now, Offset(broker.epoch.v));
  session->last_contact = now;

  const BrokerState state = session->shutdown_offset >= Offset(0) ? BrokerState::controlled_shutdown
                            : broker.fenced                       ? BrokerState::fenced
                                                                  : BrokerState::unfenced;
  const BrokerState next = next_state(state, request, *session);
  session->metadata_offset = Offset(request.current_metadata_offset);
  decision.reply.is_caught_up = request.current_metadata_offset >= session->registered_at.v;
  if (next == BrokerState::controlled_shutdown) {
    if (state != next) begin_shutdown(records, id);
    if (session->shutdown_offset < Offset(0)) {
      session->shutdown_offset = next_offset + static_cast<std::int64_t>(records.size()) - 1;
    }
  } else if (next == BrokerState::unfenced) {
    if (state != next) unfence(records, id);
  } else if (!broker.fenced) {
    fence(records, id, request.want_shut_down ? "shutdown" : "requested", Duration(0));
  }
  if (state != next) {
    constexpr const char* words[] = {"fenced", "unfenced", "in controlled shutdown",
                                     "free to shut down"};
    context_.log(Level::info, heartbeats_logger, "[QuorumController id={}] Broker {} is now {}.",
                 context_.node(), id, words[static_cast<std::size_t>(next)]);
  }
  decision.reply.is_fenced = next == BrokerState::fenced || next == BrokerState::shutdown_now;
  decision.reply.should_shut_down = next == BrokerState::shutdown_now;
  // It goes on its own word: a new incarnation need not wait for the end of this session.
  if (next == BrokerState::shutdown_now) sessions_.close(id);
  return decision;
}

}  // namespace lab::controller
