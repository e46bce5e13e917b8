#include "engine/controller/placement.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab::controller {
namespace {

template <class T>
void shuffle_all(std::vector<T>& items, Rng& rng) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[rng.below(i)]);
}

}  // namespace

void Placer::Ring::start(Rng& rng) {
  std::sort(ids_.begin(), ids_.end());
  if (!ids_.empty()) offset_ = rng.below(ids_.size());
}

void Placer::Ring::shuffle(Rng& rng) { shuffle_all(ids_, rng); }

NodeId Placer::Ring::next(int round) {
  if (ids_.empty()) return no_node;
  if (round_ != round) {
    round_ = round;
    index_ = 0;
    offset_ = (offset_ + 1) % ids_.size();
  }
  if (index_ >= ids_.size()) return no_node;
  return ids_[(index_++ + offset_) % ids_.size()];
}

NodeId Placer::Rack::next(int round) {
  const NodeId id = unfenced.next(round);
  return id != no_node ? id : fenced.next(round);
}

Placer::Placer(const std::vector<UsableBroker>& brokers, Rng& rng) : rng_(rng) {
  for (const UsableBroker& broker : brokers) {
    Rack& rack = racks_[broker.rack];
    (broker.fenced ? rack.fenced : rack.unfenced).add(broker.id);
    ++total_;
    if (!broker.fenced) ++unfenced_;
  }
  for (auto& [name, rack] : racks_) {
    rack.fenced.start(rng_);
    rack.unfenced.start(rng_);
    order_.push_back(&rack);
  }
  if (!order_.empty()) offset_ = rng_.below(order_.size());
}

std::optional<std::string> Placer::refusal(std::int32_t replication_factor) const {
  if (replication_factor <= 0) {
    return fmt::format("Invalid replication factor {}: the replication factor must be positive.",
                       replication_factor);
  }
  if (unfenced_ == 0) return "All brokers are currently fenced.";
  if (replication_factor > total_) {
    return fmt::format(
        "The target replication factor of {} cannot be reached because only {} broker(s) are "
        "registered.",
        replication_factor, total_);
  }
  return std::nullopt;
}

std::vector<NodeId> Placer::next(std::int32_t replication_factor) {
  LAB_CHECK(!refusal(replication_factor));
  // All rotations were given: new orders, or the same assignments would come again.
  if (since_shuffle_ == unfenced_ && unfenced_ > 1) {
    shuffle();
    since_shuffle_ = 0;
  }
  offset_ %= order_.size();
  std::vector<NodeId> out;
  std::size_t first = offset_;
  for (;; first = (first + 1) % order_.size()) {
    const NodeId id = order_[first]->unfenced.next(round_);
    if (id == no_node) continue;
    out.push_back(id);
    break;
  }
  bool first_skipped = false;  // the leader's rack has had its turn already
  for (std::size_t at = offset_; static_cast<std::int32_t>(out.size()) < replication_factor;
       at = (at + 1) % order_.size()) {
    if (at == first && !first_skipped) {
      first_skipped = true;
      continue;
    }
    const NodeId id = order_[at]->next(round_);
    if (id != no_node) out.push_back(id);
  }
  ++round_;
  ++since_shuffle_;
  ++offset_;
  return out;
}

void Placer::shuffle() {
  shuffle_all(order_, rng_);
  for (auto& [name, rack] : racks_) {
    rack.fenced.shuffle(rng_);
    rack.unfenced.shuffle(rng_);
  }
}

}  // namespace lab::controller
