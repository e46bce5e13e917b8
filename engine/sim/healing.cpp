#include "engine/sim/healing.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab::sim {

std::optional<std::string> Healing::be_ready() {
  return wait(
      "not-ready-at-start", "the cluster never became ready", [this] { return cluster_.ready(); },
      seconds(30));
}

std::optional<std::string> Healing::core() {
  if (auto missed = wait(
          "no-quorum-leader", "no quorum leader was elected after healing",
          [this] { return cluster_.active_controller() != 0; }, seconds(20))) {
    return missed;
  }
  if (auto missed = wait(
          "fenced-brokers", "not all brokers were unfenced after healing",
          [this] { return unfenced(); }, seconds(30))) {
    return missed;
  }
  if (auto missed = wait(
          "metadata-not-converged", "not all brokers know what is committed",
          [this] { return converged(); }, seconds(10))) {
    return missed;
  }
  return wait(
      "no-partition-leader", "a partition with a living member of its ISR has no leader",
      [this] { return led(); }, seconds(10));
}

std::optional<std::string> Healing::whole() {
  if (auto missed = core()) return missed;
  if (auto missed = wait(
          "isr-not-regrown", "an ISR did not regrow after healing",
          [this] { return workload_.isr_is_full(); }, seconds(30))) {
    return missed;
  }
  if (auto missed = wait(
          "write-unsettled", "a write neither ended well nor was refused",
          [this] { return history_.settled(); }, seconds(150))) {
    return missed;
  }
  workload_.write_once_more();
  if (auto missed = wait(
          "write-not-taken", "a healthy cluster did not take a write",
          [this] { return history_.settled(); }, seconds(10))) {
    return missed;
  }
  if (auto error = workload_.last_failure()) return "write-refused: " + *error;
  if (auto missed = wait(
          "reader-behind", "a reader did not reach the high watermark",
          [this] { return workload_.read_to_end(); }, seconds(60))) {
    return missed;
  }
  workload_.read_all_anew();
  if (auto missed = wait(
          "new-reader-behind", "a new reader did not reach the high watermark",
          [this] { return workload_.read_to_end(); }, seconds(60))) {
    return missed;
  }
  workload_.note_ends();
  return std::nullopt;
}

std::optional<std::string> Healing::answered(const Wire& wire) {
  const auto late = [&] { return wire.unanswered(cluster_.world().now() - seconds(5)); };
  auto missed = wait(
      "request-unanswered", "a request is not answered", [&] { return !late(); }, seconds(40));
  if (missed) *missed += "; " + *late();
  return missed;
}

broker::Node* Healing::controller() {
  const int active = cluster_.active_controller();
  return active == 0 ? nullptr : cluster_.node(active);
}

bool Healing::unfenced() {
  auto* controller = this->controller();
  if (controller == nullptr) return false;
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    auto* node = cluster_.node(n);
    if (node == nullptr) continue;
    const auto* known = controller->metadata().image().broker(NodeId(n));
    if (known == nullptr || known->fenced || node->broker() == nullptr ||
        !node->broker()->takes_requests()) {
      return false;
    }
  }
  return true;
}

bool Healing::converged() {
  auto* controller = this->controller();
  if (controller == nullptr || !cluster_.ready()) return false;
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    auto* node = cluster_.node(n);
    if (node == nullptr) continue;
    if (node->metadata().applied().offset < controller->quorum().high_watermark()) return false;
  }
  return true;
}

bool Healing::led() {
  auto* controller = this->controller();
  if (controller == nullptr) return false;
  for (const auto& topic : workload_.topics()) {
    const auto* known = controller->metadata().image().topic(topic);
    if (known == nullptr) return false;
    for (const auto& [index, partition] : known->partitions) {
      const bool possible = std::any_of(partition.isr.begin(), partition.isr.end(),
                                        [this](NodeId id) { return cluster_.alive(id.v); });
      if (!possible) continue;
      if (partition.leader == no_node || !cluster_.alive(partition.leader.v)) return false;
      const auto* replica = cluster_.replica(partition.leader.v, topic, index.v);
      if (replica == nullptr || !replica->leads()) return false;
    }
  }
  return true;
}

bool Healing::reached(const Condition& condition, Duration limit) {
  // Looked at now and then: the conditions cost more than a step.
  const Instant end = cluster_.world().now() + limit;
  while (!condition()) {
    if (cluster_.world().now() >= end) return false;
    cluster_.world().run_for(milliseconds(10));
  }
  return true;
}

std::optional<std::string> Healing::wait(const char* name, const char* missed,
                                         const Condition& condition, Duration limit) {
  if (reached(condition, limit)) return std::nullopt;
  return fmt::format("{}: {} within {} s: {}", name, missed, to_ms(limit) / 1000,
                     workload_.describe());
}

}  // namespace lab::sim
