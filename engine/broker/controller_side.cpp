#include "engine/broker/controller_side.h"

#include <algorithm>

#include "engine/broker/handlers/controller_handlers.h"

namespace lab::broker {
namespace {
constexpr const char* controller_side_logger = "org.apache.kafka.controller.QuorumController";

controller::ControllerConfig settings(const Config& config) {
  controller::ControllerConfig out;
  out.cluster_id = config.cluster_id;
  out.session_timeout = config.broker_session_timeout_ms;
  out.num_partitions = config.num_partitions;
  out.default_replication_factor = static_cast<std::int16_t>(config.default_replication_factor);
  out.min_insync_replicas = config.min_insync_replicas;
  out.delete_topics = config.delete_topic_enable;
  out.unclean_leader_election = config.unclean_leader_election_enable;
  out.auto_leader_rebalance = config.auto_leader_rebalance_enable;
  out.rebalance_interval = seconds(config.leader_imbalance_check_interval_seconds);
  return out;
}
}  // namespace

ControllerSide::ControllerSide(Context& context, const Config& config, Metadata& metadata,
                               raft::Quorum& quorum)
    : context_(context),
      config_(config),
      metadata_(metadata),
      quorum_(quorum),
      controller_(context, settings(config)),
      tick_timer_(context, [this] { tick(); }),
      noop_timer_(context, [this] { write_noop(); }) {}

void ControllerSide::leader_changed(const raft::LeaderAndEpoch& leader) {
  if (!controller_.active() || (leader.is_leader(config_.node_id) && leader.epoch == epoch_))
    return;
  context_.log(Level::info, controller_side_logger,
               "[QuorumController id={}] Renouncing leadership of epoch {}", config_.node_id,
               epoch_);
  controller_.deactivate();
  tick_timer_.cancel();
  noop_timer_.cancel();
  for (auto& held : std::exchange(held_, {})) held.refuse();
}

void ControllerSide::leader_ready(Epoch epoch) {
  epoch_ = epoch;
  appended_end_ = quorum_.log_end();
  context_.log(Level::info, controller_side_logger,
               "[QuorumController id={}] Becoming the active controller at epoch {}",
               config_.node_id, epoch);
  const auto first = controller_.activate(metadata_.image(), epoch);
  append(first);
  arm();
  if (config_.metadata_max_idle_interval_ms.count() > 0) {
    noop_timer_.arm_in(config_.metadata_max_idle_interval_ms);
  }
}

Offset ControllerSide::next_offset() const { return std::max(appended_end_, quorum_.log_end()); }

bool ControllerSide::append(const controller::MetadataRecords& records) {
  if (records.empty()) return true;
  std::vector<Slice> values;
  values.reserve(records.size());
  for (const auto& record : records) values.push_back(protocol::encode_metadata_record(record));
  const auto last = quorum_.append(epoch_, std::move(values));
  if (!last) return false;  // deposed: leader_changed is on its way
  appended_end_ = *last + 1;
  return true;
}

void ControllerSide::commit(const controller::MetadataRecords& records, std::function<void()> reply,
                            std::function<void()> refuse) {
  if (!append(records)) return refuse();
  arm();
  // Without records of its own a reply still tells of what was decided before.
  const Offset until = next_offset();
  if (held_.empty() && metadata_.applied().offset >= until) return reply();
  held_.push_back({until, std::move(reply), std::move(refuse)});
}

void ControllerSide::applied() {
  while (!held_.empty() && held_.front().until <= metadata_.applied().offset) {
    const Held held = std::move(held_.front());
    held_.pop_front();
    held.reply();
  }
}

void ControllerSide::tick() {
  if (!controller_.active()) return;
  append(controller_.tick());
  arm();
}

void ControllerSide::arm() {
  if (!controller_.active()) return;
  const auto next = controller_.next_tick();
  if (next) {
    tick_timer_.arm(*next);
  } else {
    tick_timer_.cancel();
  }
}

void ControllerSide::write_noop() {
  if (!controller_.active()) return;
  // Only where nothing else was written: the log shows that the controller lives.
  if (next_offset() == noop_seen_) append({protocol::NoOpRecord{}});
  noop_seen_ = next_offset();
  noop_timer_.arm_in(config_.metadata_max_idle_interval_ms);
}

void ControllerSide::serve(const Peer& peer, Incoming incoming, const ReplySlot& slot) {
  dispatch<ControllerSide>(controller_handlers(), *this, peer, std::move(incoming), slot);
}

}  // namespace lab::broker
