#include "app/model/failover.h"

namespace lab::model {

bool Failover::done() const {
  if (partition.topic.empty()) return controller.at.has_value();
  return elected.at.has_value() && acked.at.has_value() && caught_up.at.has_value();
}

std::optional<double> Failover::ms(const FailoverStep& step) const {
  if (!step.at) return std::nullopt;
  return std::chrono::duration<double, std::milli>(*step.at - lost).count();
}

}  // namespace lab::model
