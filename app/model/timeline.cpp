#include "app/model/timeline.h"

#include <algorithm>

#include "app/i18n/format.h"
#include "app/model/applier.h"
#include "app/model/phrases.h"

namespace lab::model {

std::string_view name_of(MarkKind kind) {
  static constexpr std::string_view names[] = {
      "started",       "killed",     "frozen",         "thawed",      "stopped",    "did_not_start",
      "waiting",       "fenced",     "unfenced",       "elected",     "leaderless", "isr_shrunk",
      "isr_grew",      "truncated",  "caught_up",      "crown",       "first_ack",  "refused_write",
      "topic_created", "topic_gone", "client_joined",  "client_left", "fault",      "stalled",
      "gap",           "ledger",     "refused_request"};
  return names[static_cast<std::size_t>(kind)];
}

namespace {

// A mark before it is joined with its neighbours: the names of partitions are kept apart.
struct Draft {
  TimelineMark mark;
  std::vector<std::string> names;
  std::string key;  // of the label; with names: KEY and KEY_many
  std::vector<std::pair<std::string, std::string>> args;
};
using Maybe = std::optional<Draft>;

class Drafter {
 public:
  Drafter(const ClusterModel& model, const LoggedEvent& logged, i18n::Lang lang)
      : m_(model), logged_(logged), e_(*logged.event), lang_(lang) {}

  Maybe operator()(const trace::NodeReady&) const {
    return draft(e_.node, MarkKind::started, "mark.started");
  }
  Maybe operator()(const trace::ProcessExited& exited) const {
    const Broker* broker = m_.broker(e_.node);
    const bool current = broker != nullptr && broker->exit.known() && broker->exit.as_of == e_.at;
    if (exited.signal != 0) return draft(e_.node, MarkKind::killed, "mark.killed");
    if (exited.code == 0 || (current && broker->state == BrokerState::stopped)) {
      return draft(e_.node, MarkKind::stopped, "mark.stopped");
    }
    if (current && broker->state == BrokerState::did_not_start) {
      return draft(e_.node, MarkKind::did_not_start, "mark.did_not_start");
    }
    return draft(e_.node, MarkKind::killed, "mark.failed");
  }
  Maybe operator()(const trace::ProcessFrozen& frozen) const {
    return frozen.frozen ? draft(e_.node, MarkKind::frozen, "mark.frozen")
                         : draft(e_.node, MarkKind::thawed, "mark.thawed");
  }
  Maybe operator()(const trace::RoleChanged& changed) const {
    if (changed.role != trace::Role::leader) return std::nullopt;
    return draft(e_.node, MarkKind::crown, "mark.crown");
  }
  Maybe operator()(const trace::RegistrationRefused& refused) const {
    const Broker* broker = m_.broker(refused.broker);
    const bool twin = broker != nullptr && broker->ran_before(e_.at);  // not this one waits
    if (refused.wait_ms <= 0 || twin) return std::nullopt;
    return draft(refused.broker, MarkKind::waiting, "mark.waiting");
  }
  Maybe operator()(const trace::BrokerFenced& fenced) const {
    if (fenced.reason != "session") return std::nullopt;
    for (const Failover& failover : m_.failovers()) {
      const bool of_it = failover.lost_leader == fenced.broker && failover.noticed.at == e_.at;
      if (!of_it) continue;
      return draft(fenced.broker, MarkKind::fenced, "mark.fenced_after",
                   {{"time", i18n::milliseconds_text(e_.at - failover.lost)}});
    }
    return draft(fenced.broker, MarkKind::fenced, "mark.fenced");
  }
  Maybe operator()(const trace::BrokerUnfenced& unfenced) const {
    return draft(unfenced.broker, MarkKind::unfenced, "mark.unfenced");
  }
  Maybe operator()(const trace::LeaderElected& elected) const {
    if (elected.why == "created" || elected.why == "deleted") return std::nullopt;
    const std::string name = TopicPartition{elected.topic, elected.partition}.text();
    if (elected.leader == no_node) {
      return draft(elected.from, MarkKind::leaderless, "mark.leaderless", {}, name);
    }
    return draft(elected.leader, MarkKind::elected, "mark.elected", {}, name);
  }
  Maybe operator()(const trace::IsrChanged& changed) const {
    if (changed.why == "created") return std::nullopt;
    const std::string name = TopicPartition{changed.topic, changed.partition}.text();
    const bool grew = !phrases::without(changed.isr, changed.was).empty();
    return grew ? draft(e_.node, MarkKind::isr_grew, "mark.isr_grew", {}, name)
                : draft(e_.node, MarkKind::isr_shrunk, "mark.isr_shrunk", {}, name);
  }
  Maybe operator()(const trace::Truncated& truncated) const {
    return draft(e_.node, MarkKind::truncated, "mark.truncated", {},
                 TopicPartition{truncated.topic, truncated.partition}.text());
  }
  Maybe operator()(const trace::CaughtUp& caught_up) const {
    return draft(caught_up.follower, MarkKind::caught_up, "mark.caught_up", {},
                 TopicPartition{caught_up.topic, caught_up.partition}.text());
  }
  Maybe operator()(const trace::ProducerAcked& acked) const {
    for (const Failover& failover : m_.failovers()) {
      const bool of_it = failover.partition == TopicPartition{acked.topic, acked.partition} &&
                         failover.acked.at == e_.at;
      if (!of_it) continue;
      return draft(the_lab, MarkKind::first_ack, "mark.first_ack",
                   {{"time", i18n::milliseconds_text(e_.at - failover.lost)}});
    }
    return std::nullopt;
  }
  Maybe operator()(const trace::ProducerFailed& failed) const {
    const bool refused = failed.error.substr(0, 19) == "NOT_ENOUGH_REPLICAS";
    if (failed.again && !refused) return std::nullopt;
    return draft(the_lab, MarkKind::refused_write, "mark.refused_write", {{"error", failed.error}});
  }
  Maybe operator()(const trace::TopicSeen& seen) const {
    return seen.gone
               ? draft(the_lab, MarkKind::topic_gone, "mark.topic_gone", {{"topic", seen.topic}})
               : draft(the_lab, MarkKind::topic_created, "mark.topic_created",
                       {{"topic", seen.topic}});
  }
  Maybe operator()(const trace::ClientStarted& started) const {
    if (started.role == "admin") return std::nullopt;
    return draft(the_lab, MarkKind::client_joined, "mark.client_joined",
                 {{"client", started.client}});
  }
  Maybe operator()(const trace::ClientStopped& stopped) const {
    return draft(the_lab, MarkKind::client_left, "mark.client_left", {{"client", stopped.client}});
  }
  Maybe operator()(const trace::FaultChanged& fault) const {
    return draft(e_.node, MarkKind::fault, fault.active ? "mark.fault_on" : "mark.fault_off",
                 {{"fault", fault.fault}, {"target", fault.target}});
  }
  Maybe operator()(const trace::Stalled& stalled) const {
    return draft(e_.node, MarkKind::stalled, "mark.stalled",
                 {{"time", i18n::duration(bounded_ms(stalled.late_ms), lang_)}});
  }
  Maybe operator()(const trace::Gap& gap) const {
    return draft(e_.node, MarkKind::gap, "mark.gap", {{"count", std::to_string(gap.lost)}});
  }
  Maybe operator()(const trace::RequestRefused& refused) const {
    return draft(e_.node, MarkKind::refused_request, "mark.refused_request",
                 {{"error", refused.error}});
  }
  Maybe operator()(const trace::LedgerChecked& checked) const {
    return draft(the_lab, MarkKind::ledger, "mark.ledger", {{"lost", i18n::number(checked.lost)}});
  }
  template <class Other>
  Maybe operator()(const Other&) const {
    return std::nullopt;
  }

 private:
  Maybe draft(NodeId lane, MarkKind kind, const char* key,
              std::vector<std::pair<std::string, std::string>> args = {},
              const std::string& name = {}) const {
    Draft out;
    out.mark.lane = lane;
    out.mark.kind = kind;
    out.mark.at = e_.at;
    out.mark.within = e_.within;
    out.mark.event = logged_.id;
    out.key = key;
    out.args = std::move(args);
    if (!name.empty()) out.names.push_back(name);
    return out;
  }

  const ClusterModel& m_;
  const LoggedEvent& logged_;
  const trace::Event& e_;
  i18n::Lang lang_;
};

TimelineMark finished(Draft draft, i18n::Lang lang) {
  std::vector<i18n::Arg> args;
  for (const auto& [name, value] : draft.args) args.push_back({name, value});
  std::string key = draft.key;
  if (!draft.names.empty()) {
    std::sort(draft.names.begin(), draft.names.end());
    draft.names.erase(std::unique(draft.names.begin(), draft.names.end()), draft.names.end());
    const auto count = static_cast<std::int64_t>(draft.names.size());
    std::string all;
    for (const std::string& name : draft.names) all += (all.empty() ? "" : ", ") + name;
    if (count > 2) key += "_many";
    args.push_back({"partitions", all});
    args.push_back({"count", i18n::number(count)});
  }
  draft.mark.label = i18n::say(key, lang, args);
  return draft.mark;
}

// The earlier mark that the next one joins. Only marks of partitions are joined: each of the others
// says something of its own.
Draft* partner(std::vector<Draft>& drafts, const Draft& next) {
  if (next.names.empty()) return nullptr;
  for (auto at = drafts.rbegin(); at != drafts.rend(); ++at) {
    if (next.mark.at - at->mark.at > milliseconds(100)) return nullptr;
    const bool same = at->mark.kind == next.mark.kind && at->mark.lane == next.mark.lane;
    if (same && !at->names.empty()) return &*at;
  }
  return nullptr;
}

}  // namespace

std::optional<TimelineMark> mark_of(const ClusterModel& model, const LoggedEvent& event,
                                    i18n::Lang lang) {
  Maybe draft = std::visit(Drafter(model, event, lang), event.event->payload);
  if (!draft) return std::nullopt;
  return finished(std::move(*draft), lang);
}

std::vector<TimelineMark> timeline(const ClusterModel& model, Instant from, Instant to,
                                   i18n::Lang lang) {
  std::vector<Draft> drafts;
  const auto& events = model.log().events();
  for (std::size_t i = model.log().at_or_after(from); i < events.size(); ++i) {
    if (events[i].at() > to) break;
    Maybe draft = std::visit(Drafter(model, events[i], lang), events[i].event->payload);
    if (!draft) continue;
    if (Draft* earlier = partner(drafts, *draft)) {
      earlier->names.insert(earlier->names.end(), draft->names.begin(), draft->names.end());
      ++earlier->mark.joined;
    } else {
      drafts.push_back(std::move(*draft));
    }
  }
  std::vector<TimelineMark> out;
  out.reserve(drafts.size());
  for (Draft& draft : drafts) out.push_back(finished(std::move(draft), lang));
  return out;
}

}  // namespace lab::model
