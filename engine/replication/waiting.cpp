#include "engine/replication/waiting.h"

#include <algorithm>

namespace lab::replication {

Waiting::Waiting(Context& context) : context_(context), timer_(context, [this] { expire_due(); }) {}

void Waiting::park(std::shared_ptr<Parked> request, const std::vector<TopicPartition>& keys,
                   Instant deadline) {
  const std::uint64_t id = next_id_++;
  for (const auto& key : keys) watchers_[key].push_back(id);
  deadlines_[{deadline, id}] = id;
  parked_.emplace(id, Entry{std::move(request), keys, deadline});
  arm();
}

void Waiting::touch(const TopicPartition& key) {
  if (watchers_.contains(key)) touched_.push_back(key);
}

void Waiting::settle() {
  while (!touched_.empty()) {
    std::vector<std::uint64_t> ids;
    for (const auto& key : std::exchange(touched_, {})) {
      const auto it = watchers_.find(key);
      if (it != watchers_.end()) ids.insert(ids.end(), it->second.begin(), it->second.end());
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const std::uint64_t id : ids) {
      const auto it = parked_.find(id);
      if (it == parked_.end()) continue;
      const auto request = it->second.request;
      if (request->look_again()) remove(id);
    }
  }
}

void Waiting::remove(std::uint64_t id) {
  const auto it = parked_.find(id);
  if (it == parked_.end()) return;
  for (const auto& key : it->second.keys) {
    const auto watched = watchers_.find(key);
    if (watched == watchers_.end()) continue;
    std::erase(watched->second, id);
    if (watched->second.empty()) watchers_.erase(watched);
  }
  deadlines_.erase({it->second.deadline, id});
  parked_.erase(it);
}

void Waiting::arm() {
  if (deadlines_.empty()) {
    timer_.cancel();
  } else if (!timer_.armed() || timer_.at() != deadlines_.begin()->first.first) {
    timer_.arm(deadlines_.begin()->first.first);
  }
}

void Waiting::expire_due() {
  while (!deadlines_.empty() && deadlines_.begin()->first.first <= context_.monotonic()) {
    const std::uint64_t id = deadlines_.begin()->second;
    const auto request = parked_.at(id).request;
    remove(id);
    request->expire();
  }
  arm();
}

}  // namespace lab::replication
