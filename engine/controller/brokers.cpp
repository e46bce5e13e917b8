// Brokers: registration, heartbeats, fencing, controlled shutdown (KAFKA.md §2.2, KIP-631,
// KIP-841).
#include <algorithm>

#include "engine/base/planted.h"
#include "engine/controller/controller.h"

namespace lab::controller {
namespace {

using namespace protocol;

constexpr const char* brokers_logger = "org.apache.kafka.controller.ClusterControlManager";

std::vector<NodeId> without(const std::vector<NodeId>& ids, NodeId id) {
  std::vector<NodeId> out = ids;
  std::erase(out, id);
  return out;
}

RegisterBrokerRecord record_of(const BrokerRegistrationRequest& request) {
  RegisterBrokerRecord record;
  record.broker_id = request.broker_id;
  record.incarnation_id = request.incarnation_id;
  for (const auto& listener : request.listeners) {
    auto& out = record.end_points.emplace_back();
    out.name = listener.name;
    out.host = listener.host;
    out.port = listener.port;
    out.security_protocol = listener.security_protocol;
  }
  for (const auto& feature : request.features) {
    auto& out = record.features.emplace_back();
    out.name = feature.name;
    out.min_supported_version = feature.min_supported_version;
    out.max_supported_version = feature.max_supported_version;
  }
  record.rack = request.rack;
  record.log_dirs = request.log_dirs;
  record.fenced = true;
  return record;
}

}  // namespace

// ---- Registration

std::optional<Refusal> Controller::refuse_registration(
    const BrokerRegistrationRequest& request) const {
  if (request.cluster_id != config_.cluster_id) {
    return Refusal{ErrorCode::inconsistent_cluster_id,
                   fmt::format("Expected cluster ID {}, but got cluster ID {}", config_.cluster_id,
                               request.cluster_id)};
  }
  if (request.broker_id < 0) {
    return Refusal{ErrorCode::invalid_registration, "A broker's id must not be negative."};
  }
  const NodeId id(request.broker_id);
  const Broker* former = image_.broker(id);
  if (former != nullptr && former->incarnation != request.incarnation_id &&
      sessions_.left(id, context_.monotonic()) > Duration(0)) {
    return Refusal{ErrorCode::duplicate_broker_registration,
                   "Another broker is registered with that broker id. If the broker was recently "
                   "restarted this should self-resolve once the heartbeat manager expires the "
                   "broker's session."};
  }
  if (request.is_migrating_zk_broker) {
    return Refusal{ErrorCode::broker_id_not_registered,
                   "Controller does not support registering ZK brokers."};
  }
  if (request.log_dirs.empty()) {
    return Refusal{ErrorCode::invalid_registration, "No directories specified in request"};
  }
  // A log directory that was copied for another broker.
  for (const auto& [other, broker] : image_.brokers()) {
    for (const Uuid& dir : request.log_dirs) {
      const auto& theirs = broker.log_dirs;
      if (other == id || std::find(theirs.begin(), theirs.end(), dir) == theirs.end()) continue;
      return Refusal{ErrorCode::invalid_registration,
                     fmt::format("Broker {} is already registered with directory {}", other, dir)};
    }
  }
  for (const auto& [name, level] : image_.features()) {
    FeatureRange range;
    for (const auto& feature : request.features) {
      if (feature.name == name) {
        range = {feature.min_supported_version, feature.max_supported_version};
      }
    }
    if (level < range.min || level > range.max) {
      return Refusal{ErrorCode::unsupported_version,
                     fmt::format("Unable to register because the broker does not support finalized "
                                 "version {} of {}. The broker wants a version between {} and {}, "
                                 "inclusive.",
                                 level, name, range.min, range.max)};
    }
  }
  return std::nullopt;
}

// Once for each incarnation: who is refused asks again every few milliseconds, another process with
// the id of a broker that lives does so for ever.
void Controller::tell_refusal(const BrokerRegistrationRequest& request, const Refusal& refusal) {
  constexpr std::size_t most_remembered = 1000;  // ids come from strangers
  const NodeId id(request.broker_id);
  if (refused_.size() >= most_remembered) refused_.clear();
  if (std::exchange(refused_[id], request.incarnation_id) == request.incarnation_id) return;
  const bool waits = refusal.error == ErrorCode::duplicate_broker_registration;
  const std::int64_t wait_ms = waits ? to_ms(sessions_.left(id, context_.monotonic())) : 0;
  context_.trace(trace::RegistrationRefused{id, std::string(name(refusal.error)), wait_ms});
  context_.log(Level::info, brokers_logger,
               "[QuorumController id={}] The registration of broker {} is refused: {}",
               context_.node(), id, refusal.message);
}

Decision<BrokerRegistrationResponse> Controller::register_broker(
    const BrokerRegistrationRequest& request, Offset next_offset) {
  LAB_CHECK(active_);
  Decision<BrokerRegistrationResponse> decision;
  const NodeId id(request.broker_id);
  const Instant now = context_.monotonic();
  if (const auto refusal = refuse_registration(request)) {
    decision.reply.error_code = wire(refusal->error);
    tell_refusal(request, *refusal);
    return decision;
  }
  refused_.erase(id);
  const Broker* former = image_.broker(id);
  const bool amended = former != nullptr && former->incarnation == request.incarnation_id;
  RegisterBrokerRecord record = record_of(request);
  if (amended) {
    record.fenced = former->fenced;
    record.in_controlled_shutdown = former->in_controlled_shutdown;
    record.broker_epoch = former->epoch.v;
  } else {
    clean_up_former(decision.records, request, former);
    record.broker_epoch = next_offset.v + static_cast<std::int64_t>(decision.records.size());
  }
  const Duration silent = sessions_.silent(id, now);
  const Offset registered_at = next_offset + static_cast<std::int64_t>(decision.records.size());
  decision.reply.broker_epoch = record.broker_epoch;
  put(decision.records, std::move(record));

  Session* session = sessions_.find(id);
  if (!amended || session == nullptr) {
    sessions_.open(id, now, registered_at);
  } else {
    session->last_contact = now;
    session->registered_at = registered_at;
  }
  const Endpoint at = request.listeners.empty() ? Endpoint{}
                                                : Endpoint{request.listeners.front().host,
                                                           request.listeners.front().port, 0};
  const BrokerEpoch epoch(decision.reply.broker_epoch);
  context_.trace(trace::BrokerRegistered{id, epoch, at.host, at.port});
  if (!amended) context_.trace(trace::BrokerFenced{id, "registration", to_ms(silent)});
  context_.log(Level::info, brokers_logger,
               "[QuorumController id={}] {} broker {}, incarnation {}: its epoch is {}, and {} "
               "partitions left its former incarnation.",
               context_.node(), amended ? "Amended the registration of" : "Registered", id,
               request.incarnation_id, epoch, decision.records.size() - 1);
  return decision;
}

// A new incarnation has everything its log says only where the old one ended cleanly, which it
// proves by knowing its epoch. Else it may lack records: out of the ISR and the ELR (KIP-966).
void Controller::clean_up_former(MetadataRecords& records, const BrokerRegistrationRequest& request,
                                 const Broker* former) {
  const NodeId id(request.broker_id);
  const bool clean = former != nullptr && former->epoch.v == request.previous_broker_epoch;
  if (clean || !elr_enabled()) {
    leave_isrs(records, id, "fenced");
    return;
  }
  const auto keys =
      partitions_where([id](const Partition& p) { return p.in_isr(id) || p.in_elr(id); });
  for (const PartitionKey& key : keys) {
    PartitionTarget target = target_of(*image_.partition(key));
    std::erase(target.isr, id);
    target.unclean_shutdown = id;
    change(records, key, std::move(target), "fenced", id);
  }
}

Decision<UnregisterBrokerResponse> Controller::unregister_broker(
    const UnregisterBrokerRequest& request) {
  LAB_CHECK(active_);
  Decision<UnregisterBrokerResponse> decision;
  decision.reply.error_message.reset();
  const NodeId id(request.broker_id);
  const Broker* broker = image_.broker(id);
  if (broker == nullptr) {
    decision.reply.error_code = wire(ErrorCode::broker_id_not_registered);
    decision.reply.error_message =
        fmt::format("Broker ID {} is not currently registered", request.broker_id);
    return decision;
  }
  UnregisterBrokerRecord record;
  record.broker_id = id.v;
  record.broker_epoch = broker->epoch.v;
  const auto keys =
      partitions_where([id](const Partition& p) { return p.in_isr(id) || p.in_elr(id); });
  for (const PartitionKey& key : keys) {
    PartitionTarget target = target_of(*image_.partition(key));
    std::erase(target.isr, id);
    target.unclean_shutdown = id;
    change(decision.records, key, std::move(target), "fenced", id);
  }
  put(decision.records, record);
  sessions_.close(id);
  context_.log(Level::info, brokers_logger, "[QuorumController id={}] Broker {} is unregistered.",
               context_.node(), id);
  return decision;
}

// ---- Fencing

void Controller::leave_isrs(MetadataRecords& records, NodeId id, std::string_view why) {
  for (const PartitionKey& key :
       partitions_where([id](const Partition& p) { return p.in_isr(id); })) {
    PartitionTarget target = target_of(*image_.partition(key));
    target.isr = without(target.isr, id);
    change(records, key, std::move(target), why, id);
  }
}

void Controller::fence(MetadataRecords& records, NodeId id, std::string_view reason,
                       Duration silent) {
  const auto event = context_.trace(trace::BrokerFenced{id, std::string(reason), to_ms(silent)});
  context_.set_cause(event);
  if (!planted(Bug::fenced_stays_in_isr)) {
    leave_isrs(records, id, reason == "shutdown" ? "shutdown" : "fenced");
  }
  BrokerRegistrationChangeRecord record;
  record.broker_id = id.v;
  record.broker_epoch = image_.broker(id)->epoch.v;
  record.fenced = 1;
  put(records, record);
  if (Session* session = sessions_.find(id)) session->shutdown_offset = no_offset;
}

void Controller::unfence(MetadataRecords& records, NodeId id) {
  const auto event = context_.trace(trace::BrokerUnfenced{id});
  context_.set_cause(event);
  BrokerRegistrationChangeRecord record;
  record.broker_id = id.v;
  record.broker_epoch = image_.broker(id)->epoch.v;
  record.fenced = -1;
  put(records, record);
  for (const PartitionKey& key :
       partitions_where([](const Partition& p) { return p.leader == no_node; })) {
    change(records, key, target_of(*image_.partition(key)), "unfenced");
  }
}

void Controller::begin_shutdown(MetadataRecords& records, NodeId id) {
  if (!image_.broker(id)->in_controlled_shutdown) {
    BrokerRegistrationChangeRecord record;
    record.broker_id = id.v;
    record.broker_epoch = image_.broker(id)->epoch.v;
    record.in_controlled_shutdown = 1;
    put(records, record);
  }
  leave_isrs(records, id, "shutdown");
}

}  // namespace lab::controller
