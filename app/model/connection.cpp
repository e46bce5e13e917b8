#include "app/model/connection.h"

#include <algorithm>

namespace lab::model {
namespace {

constexpr std::size_t metadata_api = 3, api_versions_api = 18, producer_id_api = 22;

std::int64_t step_of(Instant at) {
  return std::chrono::duration_cast<milliseconds>(at.time_since_epoch()).count() / 100;
}
std::size_t slot_of(std::int64_t step) { return static_cast<std::size_t>(((step % 10) + 10) % 10); }

}  // namespace

bool Connection::bootstrap_only() const {
  std::bitset<128> others = apis;
  others.reset(metadata_api);
  others.reset(api_versions_api);
  others.reset(producer_id_api);  // an idempotent producer's first question, to any broker
  return others.none();
}

// The keys of Kafka's table: Vote, BeginQuorumEpoch, EndQuorumEpoch, FetchSnapshot are the
// quorum's; AlterPartition, BrokerRegistration, BrokerHeartbeat and their like go to the
// controller.
FlowClass class_of(std::int16_t api) {
  switch (api) {
    case 52:
    case 53:
    case 54:
    case 59:
      return FlowClass::quorum;
    case 7:
    case 56:
    case 58:
    case 62:
    case 63:
    case 64:
    case 67:
    case 70:
    case 73:
      return FlowClass::controller;
    case 3:
    case 18:
    case 60:
    case 75:
      return FlowClass::client_metadata;
    default:
      return FlowClass::data;
  }
}

void RateMeter::add(Instant at, std::int64_t count) {
  const std::int64_t step = step_of(at);
  if (step > newest_) {
    const std::int64_t gone = std::min<std::int64_t>(step - newest_, 10);
    for (std::int64_t i = 0; i < gone; ++i) steps_[slot_of(step - i)] = 0;
    newest_ = step;
  } else if (newest_ - step >= 10) {
    return;
  }
  steps_[slot_of(step)] += std::clamp<std::int64_t>(count, 0, std::int64_t{1} << 40);
}

double RateMeter::per_second(Instant now) const {
  const std::int64_t last = step_of(now);
  std::int64_t sum = 0;
  for (std::int64_t step = newest_ - 9; step <= newest_; ++step) {
    if (step > last - 10 && step <= last) sum += steps_[slot_of(step)];
  }
  return static_cast<double>(sum);
}

}  // namespace lab::model
