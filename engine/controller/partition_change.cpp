#include "engine/controller/partition_change.h"
#include "engine/base/planted.h"
#include "engine/controller/node_ids.h"

#include <algorithm>
#include <set>

namespace lab::controller {
namespace {

bool has(const std::vector<NodeId>& ids, NodeId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

struct Elected {
  NodeId leader = no_node;
  bool unclean = false, last_leader = false;
};

class Builder {
 public:
  Builder(const Partition& now, PartitionTarget target, const ElectionRules& rules)
      : now_(now), target_(std::move(target)), rules_(rules), elr_(now.elr) {}

  std::optional<PartitionChange> build(const PartitionKey& key) {
    PartitionChange change;
    auto& record = change.record;
    record.topic_id = key.topic;
    record.partition_id = key.index.v;
    populate_elr();
    const Elected elected = elect();
    if (elected.leader != now_.leader) take_leader(elected, record);
    change.unclean = elected.unclean && elected.leader != now_.leader;
    change.last_leader = change.unclean && elected.last_leader;

    if (record.isr || !rules_.elr) elr_.clear();  // an unclean election trusts nobody else
    if (elr_ != now_.elr) record.eligible_leader_replicas = raw_ids(elr_);
    if (!record.isr && (!target_.isr.empty() || rules_.elr) && target_.isr != now_.isr) {
      record.isr = raw_ids(target_.isr);
    }
    keep_last_known_leader(record);
    if (target_.recovering != now_.recovering) {
      record.leader_recovery_state = target_.recovering ? 1 : 0;
    }

    protocol::PartitionChangeRecord nothing;
    nothing.topic_id = key.topic;
    nothing.partition_id = key.index.v;
    if (record == nothing) return std::nullopt;
    return change;
  }

 private:
  // Who leaves the ISR while it is below min.insync.replicas still has all that was acknowledged:
  // nothing is acknowledged with acks=all until the ISR is large enough again.
  void populate_elr() {
    if (!rules_.elr) return;
    if (static_cast<std::int32_t>(target_.isr.size()) >= rules_.min_isr) {
      elr_.clear();
      return;
    }
    std::set<NodeId> candidates(elr_.begin(), elr_.end());
    candidates.insert(now_.isr.begin(), now_.isr.end());
    elr_.clear();
    for (const NodeId id : candidates) {
      const bool lossy = id == target_.unclean_shutdown && !planted(Bug::elr_after_unclean_end);
      if (!has(target_.isr, id) && !lossy) elr_.push_back(id);
    }
  }

  bool valid(NodeId id) const {
    const bool complete = has(target_.isr, id) || (target_.isr.empty() && has(elr_, id)) ||
                          planted(Bug::elect_anyone);
    return complete && rules_.may_lead(id);
  }

  Elected elect() const {
    if (target_.election == Election::preferred && valid(now_.replicas.front())) {
      return {now_.replicas.front()};
    }
    if (valid(now_.leader)) return {now_.leader};
    for (const NodeId id : now_.replicas) {
      if (valid(id)) return {id};
    }
    if (may_elect_last_known()) return {now_.last_known_elr.front(), true, true};
    if (target_.election == Election::unclean) {
      for (const NodeId id : now_.replicas) {
        if (rules_.may_lead(id)) return {id, true, false};
      }
    }
    return {};
  }

  // Nobody is known to have everything: the last leader has the most.
  bool may_elect_last_known() const {
    return rules_.elr && elr_.empty() && target_.isr.empty() && now_.last_known_elr.size() == 1 &&
           rules_.may_lead(now_.last_known_elr.front());
  }

  void take_leader(const Elected& elected, protocol::PartitionChangeRecord& record) {
    if (has(elr_, elected.leader)) {
      target_.isr = {elected.leader};
      std::erase(elr_, elected.leader);
    }
    record.leader = elected.leader.v;
    if (!elected.unclean) return;
    record.isr = raw_ids({elected.leader});
    if (!now_.recovering) record.leader_recovery_state = 1;
    target_.recovering = true;
  }

  void keep_last_known_leader(protocol::PartitionChangeRecord& record) const {
    if (!rules_.elr) return;
    const bool leads_now = now_.leader != no_node;
    if (record.isr && record.isr->empty() && leads_now &&
        now_.last_known_elr != std::vector<NodeId>{now_.leader}) {
      record.last_known_elr = raw_ids({now_.leader});
    } else if ((record.leader >= 0 || (leads_now && record.leader != -1)) &&
               !now_.last_known_elr.empty()) {
      record.last_known_elr.emplace();
    }
  }

  const Partition& now_;
  PartitionTarget target_;
  const ElectionRules& rules_;
  std::vector<NodeId> elr_;
};

}  // namespace

PartitionTarget target_of(const Partition& partition) {
  PartitionTarget target;
  target.isr = partition.isr;
  target.recovering = partition.recovering;
  return target;
}

std::optional<PartitionChange> change_partition(const PartitionKey& key, const Partition& partition,
                                                PartitionTarget target,
                                                const ElectionRules& rules) {
  return Builder(partition, std::move(target), rules).build(key);
}

}  // namespace lab::controller
