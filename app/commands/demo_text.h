// What the demo prints: each milestone with its milliseconds and the property that decided it, in
// the reader's language. Called by the demo alone.
#pragma once

#include <string>

#include "app/i18n/strings.h"
#include "app/model/cluster_model.h"

namespace lab::commands {

class DemoText {
 public:
  explicit DemoText(i18n::Lang lang) : lang_(lang) {}

  std::string ready(Duration took, const model::ClusterModel& model) const;
  std::string topic(const model::ClusterModel& model) const;  // a line a partition
  std::string flowing(std::int64_t acknowledged) const;
  std::string kill(NodeId leader, std::int64_t pid) const;
  // Noticed, elected, acknowledged: a line each, milliseconds since the loss.
  std::string failover(const model::Failover& failover) const;
  std::string started(NodeId broker, std::int64_t pid) const;
  std::string caught_up(const model::Failover& failover, Instant restarted) const;
  std::string ledger(const trace::LedgerChecked& checked) const;

 private:
  std::string step(const model::Failover& failover, const model::FailoverStep& step,
                   const std::string& what) const;
  i18n::Lang lang_;
};

}  // namespace lab::commands
