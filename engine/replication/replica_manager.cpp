#include "engine/replication/replica_manager.h"

#include <algorithm>

namespace lab::replication {
using protocol::ErrorCode;
namespace {
constexpr const char* replica_manager_logger = "kafka.server.ReplicaManager";
}

ReplicaManager::ReplicaManager(Context& context, NodeId self, ReplicaSettings settings,
                               FetchLink& link, std::function<void(IsrProposal)> propose)
    : context_(context),
      settings_(settings),
      link_(link),
      waiting_(context),
      shared_{context,
              waiting_,
              self,
              settings.lag_max,
              BrokerEpoch(-1),
              [this](NodeId id, BrokerEpoch epoch) {
                const auto* broker = image_ == nullptr ? nullptr : image_->broker(id);
                return broker != nullptr && broker->active() && broker->epoch == epoch;
              },
              std::move(propose),
              [this](const TopicPartition& key) { changed_.insert(key); }},
      lag_timer_(context, [this] {
        for (auto& [key, partition] : partitions_) partition->check_lag();
        lag_timer_.arm_in(settings_.lag_max / 2);
      }) {}

void ReplicaManager::recovered(TopicPartition key, std::unique_ptr<storage::PartitionLog> log,
                               Offset high_watermark) {
  recovered_.emplace(std::move(key), std::make_pair(std::move(log), high_watermark));
}

void ReplicaManager::begin() {
  begun_ = true;
  for (const auto& [name, topic] : image_->topics()) {
    for (const auto& [index, state] : topic.partitions) place(topic, index);
  }
  for (auto& [key, found] : recovered_) {
    context_.log(Level::warn, replica_manager_logger,
                 "[ReplicaManager broker={}] {} is on disk but not assigned to this broker: "
                 "renamed to -stray",
                 shared_.self, key.text());
    auto log = std::move(found.first);
    auto* raw = log.get();
    leaving_.emplace(key, std::move(log));
    raw->set_aside([this, key = key](bool) { left(key); });
  }
  recovered_.clear();
  lag_timer_.arm_in(settings_.lag_max / 2);
}

void ReplicaManager::apply(const controller::ImageChange& change) {
  if (!begun_) return;
  for (const auto& [id, topic] : change.topics_removed) {
    for (const auto& [index, state] : topic.partitions) drop({topic.name, index});
  }
  for (const auto& changed : change.partitions) {
    if (const auto* topic = image_->topic(changed.topic)) place(*topic, changed.index);
  }
  if (!change.configs.empty()) {
    for (auto& [key, partition] : partitions_) {
      const auto* topic = image_->topic(key.topic);
      if (topic != nullptr) place(*topic, key.partition);
    }
  }
  if (!change.brokers.empty()) {
    // Who may join an ISR has changed; the next fetch of each follower asks again.
    for (auto& [key, partition] : partitions_) {
      if (partition->leads()) waiting_.touch(key);
    }
  }
}

void ReplicaManager::place(const controller::Topic& topic, PartitionIndex index) {
  const auto found = topic.partitions.find(index);
  if (found == topic.partitions.end()) return;
  const controller::Partition& state = found->second;
  const TopicPartition key{topic.name, index};
  if (!state.has_replica(shared_.self)) return drop(key);
  auto it = partitions_.find(key);
  if (it != partitions_.end() && it->second->topic_id() != topic.id) {
    drop(key);
    it = partitions_.end();
  }
  if (it == partitions_.end()) {
    if (leaving_.contains(key)) return;  // made when its old directory is gone
    make(topic, index);
    it = partitions_.find(key);
    if (it == partitions_.end()) return;  // an old directory of that name goes first
  }
  Partition& partition = *it->second;
  partition.obey(topic_settings(*image_, topic.name, settings_.topic));
  if (partition.apply(state, min_isr(topic.name, state.replicas.size()))) update_fetcher(partition);
}

void ReplicaManager::make(const controller::Topic& topic, PartitionIndex index) {
  const TopicPartition key{topic.name, index};
  std::unique_ptr<storage::PartitionLog> log;
  Offset high_watermark{0};
  const auto it = recovered_.find(key);
  if (it != recovered_.end()) {
    const Uuid& id = it->second.first->topic_id();
    if (id.is_zero() || id == topic.id) {
      log = std::move(it->second.first);
      high_watermark = it->second.second;
      recovered_.erase(it);
    } else {
      // A topic of that name that was deleted while this broker was away: its directory goes first.
      context_.log(
          Level::warn, replica_manager_logger,
          "[ReplicaManager broker={}] {} on disk is of another topic of that name: renamed "
          "to -stray",
          shared_.self, key.text());
      auto old = std::move(it->second.first);
      recovered_.erase(it);
      auto* raw = old.get();
      leaving_.emplace(key, std::move(old));
      raw->set_aside([this, key](bool) { left(key); });
      return;
    }
  } else {
    log = storage::PartitionLog::create(context_, key.text(), settings_.topic.log, topic.id);
    context_.log(Level::info, replica_manager_logger,
                 "[ReplicaManager broker={}] Created log for partition {}", shared_.self,
                 key.text());
  }
  partitions_.emplace(
      key, std::make_unique<Partition>(shared_, key, topic.id, std::move(log), high_watermark));
  changed_.insert(key);
}

void ReplicaManager::drop(const TopicPartition& key) {
  const auto it = partitions_.find(key);
  if (it == partitions_.end()) return;
  for (auto& [leader, fetcher] : fetchers_) fetcher->remove(key);
  auto log = it->second->take_log();
  waiting_.touch(key);
  partitions_.erase(it);
  changed_.erase(key);
  auto* raw = log.get();
  leaving_.emplace(key, std::move(log));
  context_.log(Level::info, replica_manager_logger,
               "[ReplicaManager broker={}] Removing log of partition {}", shared_.self, key.text());
  raw->remove([this, key](bool) { left(key); });
}

// The directory's name is free: what waits for it is made now.
void ReplicaManager::left(const TopicPartition& key) {
  leaving_.erase(key);
  if (const auto* topic = image_->topic(key.topic)) place(*topic, key.partition);
}

void ReplicaManager::update_fetcher(Partition& partition) {
  for (auto& [leader, fetcher] : fetchers_) fetcher->remove(partition.key());
  if (closed_ || partition.role() != Partition::Role::follower) return;
  auto& fetcher = fetchers_[partition.leader()];
  if (!fetcher) {
    fetcher = std::make_unique<Fetcher>(shared_, link_, settings_.fetch, partition.leader());
  }
  fetcher->add(partition);
}

void ReplicaManager::settle() {
  waiting_.settle();
  if (changed_.empty()) return;
  for (auto& [leader, fetcher] : fetchers_) fetcher->go();
  if (context_.traced()) trace_marks();
  changed_.clear();
  trim_caches();
}

void ReplicaManager::trace_mark(const Partition& partition) {
  const auto& log = partition.log();
  context_.trace(trace::ReplicaMarks{partition.key().topic, partition.key().partition,
                                     log.log_start(), partition.high_watermark(), log.written_end(),
                                     static_cast<std::int64_t>(log.size_bytes())});
}

void ReplicaManager::trace_marks() {
  for (const auto& key : changed_) {
    if (const auto* partition = find(key)) trace_mark(*partition);
  }
}

void ReplicaManager::trace_state() {
  for (const auto& [key, partition] : partitions_) {
    if (partition->leads()) {
      context_.trace(trace::BecameLeader{key.topic, key.partition, partition->leader_epoch(),
                                         partition->log().log_end()});
    }
    trace_mark(*partition);
  }
}

void ReplicaManager::trim_caches() {
  std::size_t held = 0;
  for (const auto& [key, partition] : partitions_) held += partition->log().cached_bytes();
  if (held <= settings_.cache_budget || partitions_.empty()) return;
  const std::size_t share = settings_.cache_budget / partitions_.size();
  for (auto& [key, partition] : partitions_) partition->log().trim_cache(share);
}

Partition* ReplicaManager::find(const TopicPartition& key) {
  const auto it = partitions_.find(key);
  return it == partitions_.end() ? nullptr : it->second.get();
}

std::int32_t ReplicaManager::min_isr(const std::string& topic, std::size_t replicas) const {
  const auto wanted = image_->min_insync_replicas(topic, settings_.min_insync_replicas);
  return std::clamp(wanted, 1, std::max(1, static_cast<std::int32_t>(replicas)));
}

std::string ReplicaManager::topic_name(const std::string& name, const Uuid& id,
                                       std::int16_t version, ErrorCode& code) const {
  if (version < 13) return name;
  const auto* topic = image_ == nullptr ? nullptr : image_->topic(id);
  if (topic != nullptr) return topic->name;
  code = ErrorCode::unknown_topic_id;
  return {};
}

bool ReplicaManager::proposes(const IsrProposal& proposal) {
  const auto* partition = find(proposal.key);
  return partition != nullptr && partition->topic_id() == proposal.topic_id &&
         partition->proposes(proposal);
}

bool ReplicaManager::proposal_answered(const IsrProposal& proposal, const IsrAnswer& answer) {
  return proposes(proposal) && find(proposal.key)->proposal_answered(answer);
}

void ReplicaManager::maintain() {
  for (auto& [key, partition] : partitions_) partition->log().maintain(partition->high_watermark());
}

void ReplicaManager::close(std::function<void(bool)> closed) {
  closed_ = true;
  fetchers_.clear();
  struct Left {
    std::size_t logs;
    bool ok = true;
  };
  auto left = std::make_shared<Left>(Left{partitions_.size()});
  if (left->logs == 0) return closed(true);
  for (auto& [key, partition] : partitions_) {
    partition->log().close([left, closed](bool ok) {
      left->ok = left->ok && ok;
      if (--left->logs == 0) closed(left->ok);
    });
  }
}

}  // namespace lab::replication
