// Activation, time, and the one way in which the controller changes a partition.
#include "engine/controller/controller.h"

#include <algorithm>

namespace lab::controller {
namespace {

using namespace protocol;

constexpr const char* controller_logger = "org.apache.kafka.controller.QuorumController";

MetadataRecord feature_record(std::string_view name, std::int16_t level) {
  FeatureLevelRecord record;
  record.name = std::string(name);
  record.feature_level = level;
  return record;
}

}  // namespace

Controller::Controller(Context& context, ControllerConfig config)
    : context_(context), config_(std::move(config)), sessions_(config_.session_timeout) {}

MetadataRecords Controller::activate(Image committed, Epoch epoch) {
  LAB_CHECK(!active_);
  active_ = true;
  epoch_ = epoch;
  image_ = std::move(committed);
  const Instant now = context_.monotonic();
  MetadataRecords records;
  if (image_.features().empty()) {
    put(records, feature_record(metadata_version_feature, metadata_version_level));
    if (config_.elr) put(records, feature_record(elr_feature, 1));
  }
  // ELR needs one min.insync.replicas that all agree on (KAFKA.md §2.4).
  if (elr_enabled() && image_.config(ConfigType::broker, "", "min.insync.replicas") == nullptr) {
    ConfigRecord record;
    record.resource_type = static_cast<std::int8_t>(ConfigType::broker);
    record.name = "min.insync.replicas";
    record.value = std::to_string(config_.min_insync_replicas);
    put(records, record);
  }
  sessions_.clear();
  for (const auto& [id, broker] : image_.brokers()) {
    if (!broker.fenced) sessions_.open(id, now, Offset(broker.epoch.v));
  }
  next_unclean_election_ = now + config_.unclean_election_interval;
  if (config_.auto_leader_rebalance) next_rebalance_ = now + config_.rebalance_interval;
  context_.log(Level::info, controller_logger,
               "[QuorumController id={}] Active from epoch {} on, with {} brokers and {} topics; "
               "{} records to write first.",
               context_.node(), epoch_, image_.brokers().size(), image_.topics().size(),
               records.size());
  return records;
}

void Controller::deactivate() {
  if (!active_) return;
  context_.log(Level::info, controller_logger,
               "[QuorumController id={}] Not active any more after epoch {}.", context_.node(),
               epoch_);
  active_ = false;
  image_ = Image{};
  sessions_.clear();
  refused_.clear();
  next_rebalance_.reset();
  next_unclean_election_.reset();
}

// ---- Time

MetadataRecords Controller::tick() {
  LAB_CHECK(active_);
  MetadataRecords records;
  const Instant now = context_.monotonic();
  // One at a time: the next fencing sees what this one has changed.
  while (records.empty()) {
    const auto end = sessions_.next_end();
    if (!end || end->first > now) break;
    const NodeId id = end->second;
    const Duration silent = sessions_.silent(id, now);
    sessions_.close(id);
    const Broker* broker = image_.broker(id);
    if (broker == nullptr || broker->fenced) continue;
    context_.log(Level::info, controller_logger,
                 "[QuorumController id={}] Fencing broker {} at epoch {}: its session has timed "
                 "out, {} ms after its last heartbeat.",
                 context_.node(), id, broker->epoch, to_ms(silent));
    fence(records, id, "session", silent);
  }
  if (!records.empty()) return records;
  if (next_unclean_election_ && *next_unclean_election_ <= now) {
    next_unclean_election_ = now + config_.unclean_election_interval;
    elect_offline(records);
  }
  if (next_rebalance_ && *next_rebalance_ <= now) {
    next_rebalance_ = now + config_.rebalance_interval;
    rebalance(records);
  }
  return records;
}

std::optional<Instant> Controller::next_tick() const {
  if (!active_) return std::nullopt;
  std::optional<Instant> next;
  const auto consider = [&next](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  if (const auto end = sessions_.next_end()) consider(end->first);
  consider(next_unclean_election_);
  consider(next_rebalance_);
  return next;
}

void Controller::stalled(Duration late) {
  if (active_) sessions_.extend(late, context_.monotonic());
}

// ---- What all commands use

void Controller::put(MetadataRecords& records, MetadataRecord record) {
  const auto applied = image_.apply(record);
  LAB_CHECK_MSG(applied.ok(), applied.error().message);
  records.push_back(std::move(record));
}

std::int32_t Controller::effective_min_isr(const Topic& topic) const {
  const std::int32_t wanted = image_.min_insync_replicas(topic.name, config_.min_insync_replicas);
  if (topic.partitions.empty()) return wanted;
  const auto replicas = static_cast<std::int32_t>(topic.partitions.begin()->second.replicas.size());
  return std::min(wanted, replicas);
}

bool Controller::unclean_allowed(const std::string& topic) const {
  const auto text = image_.topic_config(topic, "unclean.leader.election.enable");
  return text ? *text == "true" : config_.unclean_leader_election;
}

bool Controller::epoch_is_current(std::int32_t broker, std::int64_t epoch) const {
  const Broker* found = image_.broker(NodeId(broker));
  return found != nullptr && found->epoch.v == epoch;
}

std::vector<PartitionKey> Controller::partitions_where(
    const std::function<bool(const Partition&)>& wanted) const {
  std::vector<PartitionKey> out;
  for (const auto& [name, topic] : image_.topics()) {
    for (const auto& [index, partition] : topic.partitions) {
      if (wanted(partition)) out.push_back({topic.id, index});
    }
  }
  return out;
}

bool Controller::change(MetadataRecords& records, const PartitionKey& key, PartitionTarget target,
                        std::string_view why, NodeId barred) {
  const Topic* topic = image_.topic(key.topic);
  LAB_CHECK(topic != nullptr);
  const Partition was = topic->partitions.at(key.index);
  ElectionRules rules;
  rules.min_isr = effective_min_isr(*topic);
  rules.elr = elr_enabled();
  rules.may_lead = [this, barred](NodeId id) {
    const Broker* broker = image_.broker(id);
    return id != barred && broker != nullptr && broker->active();
  };
  if (target.election == Election::online && unclean_allowed(topic->name)) {
    target.election = Election::unclean;
  }
  auto decided = change_partition(key, was, std::move(target), rules);
  if (!decided) return false;
  put(records, std::move(decided->record));
  if (decided->last_leader) {
    context_.log(Level::warn, controller_logger,
                 "[QuorumController id={}] Broker {}, which was the last leader of {}-{} and was "
                 "killed, leads it again: no replica is known to have everything. What it had not "
                 "synced may be lost.",
                 context_.node(), image_.partition(key)->leader, topic->name, key.index);
    why = "last-leader";
  } else if (decided->unclean) {
    context_.log(Level::warn, controller_logger,
                 "[QuorumController id={}] Unclean election: broker {} now leads {}-{}. Records "
                 "that were acknowledged may be lost.",
                 context_.node(), image_.partition(key)->leader, topic->name, key.index);
    why = "unclean";
  }
  trace_change(*topic, key.index, was, *image_.partition(key), why);
  return true;
}

void Controller::trace_change(const Topic& topic, PartitionIndex index, const Partition& was,
                              const Partition& is, std::string_view why) {
  if (was.leader != is.leader || was.leader_epoch != is.leader_epoch) {
    context_.trace(trace::LeaderElected{topic.name, index, was.leader, is.leader, is.leader_epoch,
                                        std::string(why)});
  }
  if (was.isr != is.isr) {
    context_.trace(trace::IsrChanged{topic.name, index, was.isr, is.isr, std::string(why)});
  }
}

}  // namespace lab::controller
