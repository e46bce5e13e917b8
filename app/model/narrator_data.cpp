// Sentences about topics, leaders, followers, clients and the ledger.
#include <algorithm>

#include "app/i18n/format.h"
#include "app/model/narrator.h"
#include "app/model/phrases.h"

namespace lab::model {

using Maybe = Narrator::Maybe;

Maybe Narrator::operator()(const trace::TopicSeen& seen) const {
  return sentence(Tone::quiet,
                  say(seen.gone ? "say.topic_gone" : "say.topic_created", {{"topic", seen.topic}}));
}

// ---- Leaders

Maybe Narrator::operator()(const trace::LeaderElected& elected) const {
  const std::string name = TopicPartition{elected.topic, elected.partition}.text();
  if (elected.why == "created" || elected.why == "deleted") return std::nullopt;
  if (elected.why == "fenced") {
    const auto fencings = phrases::near(m_, e_.at, one_decision, [&](const trace::Event& other) {
      const auto* told = std::get_if<trace::BrokerFenced>(&other.payload);
      return told != nullptr && told->broker == elected.from && told->reason == "session";
    });
    if (!fencings.empty()) {
      return fenced(*fencings.front(),
                    std::get<trace::BrokerFenced>(fencings.front()->event->payload));
    }
  }
  if (elected.leader == no_node) {
    return sentence(Tone::trouble, say("say.leaderless", {{"partition", name}}));
  }
  const std::string epoch = std::to_string(elected.epoch.v);
  if (elected.why == "unclean") {
    return sentence(Tone::trouble,
                    say("say.elected.unclean.lead", {{"Who", Who(elected.leader)},
                                                     {"who", who(elected.leader)},
                                                     {"partition", name},
                                                     {"epoch", epoch}}),
                    say("say.elected.unclean.rest", {}));
  }
  if (elected.why == "last-leader") {
    const Partition* partition = m_.partition({elected.topic, elected.partition});
    const bool alone = partition != nullptr && partition->agreed != nullptr &&
                       partition->agreed->replicas.size() == 1;
    return sentence(alone ? Tone::quiet : Tone::warning,
                    say("say.elected.last.lead", {{"Who", Who(elected.leader)},
                                                  {"who", who(elected.leader)},
                                                  {"partition", name},
                                                  {"epoch", epoch}}),
                    alone ? say("say.elected.last.alone", {}) : say("say.elected.last.rest", {}));
  }
  const bool handed = elected.why == "shutdown" && elected.from != no_node;
  const char* key = handed                       ? "say.elected.shutdown"
                    : elected.why == "preferred" ? "say.elected.preferred"
                                                 : "say.elected";
  return sentence(Tone::quiet, say(key, {{"Who", Who(elected.leader)},
                                         {"who", who(elected.leader)},
                                         {"From", Who(elected.from)},
                                         {"partition", name},
                                         {"epoch", epoch}}));
}

// ---- The ISR

Sentence Narrator::isr_shrank(const trace::IsrChanged& changed, NodeId gone) const {
  std::vector<std::string> names;
  for (const LoggedEvent* other : phrases::near(m_, e_.at, one_decision, [&](const auto& event) {
         const auto* isr = std::get_if<trace::IsrChanged>(&event.payload);
         if (isr == nullptr || isr->why != changed.why) return false;
         const std::vector<NodeId> left = phrases::without(isr->was, isr->isr);
         return std::find(left.begin(), left.end(), gone) != left.end();
       })) {
    const auto& isr = std::get<trace::IsrChanged>(other->event->payload);
    names.push_back(TopicPartition{isr.topic, isr.partition}.text());
  }
  const std::string value = m_.property("replica.lag.time.max.ms", e_.node);
  return sentence(Tone::warning,
                  say("say.left_isr.lead",
                      {{"Who", Who(gone)}, {"partitions", phrases::partitions(names, lang_)}}),
                  value.empty() ? std::string() : say("say.left_isr.rest", {{"value", value}}));
}

Sentence Narrator::isr_grew(NodeId added) const {
  std::vector<std::string> names;
  for (const LoggedEvent* other : phrases::near(m_, e_.at, one_return, [&](const auto& event) {
         const auto* isr = std::get_if<trace::IsrChanged>(&event.payload);
         if (isr == nullptr) return false;
         const std::vector<NodeId> came = phrases::without(isr->isr, isr->was);
         return std::find(came.begin(), came.end(), added) != came.end();
       })) {
    const auto& isr = std::get<trace::IsrChanged>(other->event->payload);
    names.push_back(TopicPartition{isr.topic, isr.partition}.text());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return sentence(Tone::good,
                  say("say.caught_up",
                      {{"Who", Who(added)}, {"partitions", phrases::partitions(names, lang_)}}));
}

Maybe Narrator::operator()(const trace::IsrChanged& changed) const {
  if (changed.was.empty()) return std::nullopt;  // its election says it
  const std::vector<NodeId> came = phrases::without(changed.isr, changed.was);
  if (!came.empty() && changed.why != "created") return isr_grew(came.front());
  const std::vector<NodeId> gone = phrases::without(changed.was, changed.isr);
  const bool slow = changed.why == "leader" || changed.why == "isr";
  if (slow && !gone.empty()) return isr_shrank(changed, gone.front());
  return std::nullopt;  // a fencing or a shutdown says it
}

// ---- Followers

// It was started again, thawed or deposed a short while ago.
bool Narrator::came_back(NodeId node) const {
  const Broker* broker = m_.broker(node);
  // The model may be of later than the event: then it was not started yet.
  const bool restarted = broker != nullptr && broker->starts > 1 && e_.at >= broker->started_at &&
                         e_.at - broker->started_at < seconds(30);
  const bool thawed = broker != nullptr && broker->frozen.known() && !*broker->frozen &&
                      broker->frozen.as_of > broker->started_at && e_.at >= broker->frozen.as_of &&
                      e_.at - broker->frozen.as_of < seconds(30);
  return restarted || thawed;
}

Sentence Narrator::back_as_follower(const std::vector<const LoggedEvent*>& cuts) const {
  const std::string lead = say("say.back.lead", {{"Who", Who(e_.node)}});
  if (cuts.empty()) return sentence(Tone::warning, lead, say("say.back.copies", {}));
  const auto& cut = std::get<trace::Truncated>(cuts.front()->event->payload);
  const auto length = [](const trace::Truncated& t) {
    constexpr std::int64_t most = std::int64_t{1} << 60;
    return std::clamp<std::int64_t>(t.from.v, 0, most) - std::clamp<std::int64_t>(t.to.v, 0, most);
  };
  const Partition* partition = m_.partition({cut.topic, cut.partition});
  const NodeId leader =
      partition != nullptr && partition->agreed != nullptr ? partition->agreed->leader : no_node;
  if (cuts.size() > 1 || leader == no_node || leader == e_.node) {
    std::int64_t count = 0;
    for (const LoggedEvent* one : cuts) {
      count += length(std::get<trace::Truncated>(one->event->payload));
    }
    return sentence(Tone::warning, lead,
                    say("say.back.cut_many", {{"count", i18n::number(count)},
                                              {"partitions", std::to_string(cuts.size())}}));
  }
  const std::int64_t count = length(cut);
  const char* key = count <= 1 ? "say.cut.one" : count == 2 ? "say.cut.two" : "say.cut.range";
  const std::string records =
      say(key, {{"first", i18n::number(cut.to.v)}, {"last", i18n::number(cut.to.v + count - 1)}});
  return sentence(Tone::warning, lead,
                  say("say.back.cut", {{"records", records}, {"leader", who(leader)}}));
}

Maybe Narrator::operator()(const trace::Truncated&) const {
  return back_as_follower(phrases::near(m_, e_.at, one_return, [&](const trace::Event& other) {
    return other.node == e_.node && std::holds_alternative<trace::Truncated>(other.payload);
  }));
}

Maybe Narrator::operator()(const trace::BecameFollower& became) const {
  if (!came_back(e_.node)) return std::nullopt;
  const Replica* replica = m_.replica({became.topic, became.partition}, e_.node);
  const bool out = replica != nullptr && (replica->state == ReplicaState::out_of_sync ||
                                          replica->state == ReplicaState::catching_up);
  if (!out) return std::nullopt;
  return back_as_follower(phrases::near(m_, e_.at, one_return, [&](const trace::Event& other) {
    return other.node == e_.node && std::holds_alternative<trace::Truncated>(other.payload);
  }));
}

// ---- Clients

Maybe Narrator::operator()(const trace::ProducerAcked& acked) const {
  const TopicPartition id{acked.topic, acked.partition};
  for (const Failover& failover : m_.failovers()) {
    if (!(failover.partition == id) || failover.acked.at != e_.at) continue;
    const char* key = "say.acked.killed";
    if (failover.cause == LossCause::frozen) key = "say.acked.frozen";
    if (failover.cause == LossCause::silent) key = "say.acked.silent";
    if (failover.cause == LossCause::failed || failover.cause == LossCause::stopped) {
      key = "say.acked.failed";
    }
    const std::string time = i18n::duration_fine(e_.at - failover.lost, lang_);
    return sentence(Tone::good,
                    say(key, {{"client", acked.client}, {"partition", id.text()}, {"time", time}}));
  }
  return std::nullopt;
}

Maybe Narrator::operator()(const trace::ProducerFailed& failed) const {
  const TopicPartition id{failed.topic, failed.partition};
  if (failed.error.substr(0, 19) == "NOT_ENOUGH_REPLICAS") {
    const Partition* partition = m_.partition(id);
    const std::string least = m_.property("min.insync.replicas", no_node, failed.topic);
    // The model may be of later than the event, and the ISR another since.
    const bool known =
        partition != nullptr && partition->agreed != nullptr && e_.at >= partition->agreed_since;
    if (!known || least.empty()) {
      return sentence(Tone::trouble, say("say.refused.unknown", {{"partition", id.text()}}));
    }
    const auto count = static_cast<std::int64_t>(partition->agreed->isr.size());
    return sentence(
        Tone::trouble,
        say(phrases::by_count("say.refused", count),
            {{"partition", id.text()}, {"count", std::to_string(count)}, {"min", least}}));
  }
  if (failed.again) return std::nullopt;
  return sentence(Tone::trouble, say(phrases::by_count("say.gave_up", failed.count),
                                     {{"client", failed.client},
                                      {"count", i18n::number(failed.count)},
                                      {"partition", id.text()},
                                      {"error", failed.error}}));
}

// The reader of a check is the lab's own: what it found is what is told.
static bool checks_a_ledger(const std::string& client) {
  return client.starts_with("ledger-check-");
}

Maybe Narrator::operator()(const trace::ClientStarted& started) const {
  if (started.role == "admin" || checks_a_ledger(started.client)) return std::nullopt;
  return sentence(Tone::quiet, say("say.client_started", {{"client", started.client}}));
}

Maybe Narrator::operator()(const trace::ClientStopped& stopped) const {
  if (checks_a_ledger(stopped.client)) return std::nullopt;
  return sentence(Tone::quiet, say("say.client_stopped", {{"client", stopped.client}}));
}

Maybe Narrator::operator()(const trace::GroupChanged& changed) const {
  if (changed.members.empty()) {
    return sentence(Tone::quiet, say("say.group_empty", {{"group", changed.group}}));
  }
  return sentence(Tone::quiet, say("say.group", {{"group", changed.group},
                                                 {"state", changed.state},
                                                 {"generation", std::to_string(changed.generation)},
                                                 {"members", i18n::list(changed.members, lang_)}}));
}

Maybe Narrator::operator()(const trace::LedgerChecked& checked) const {
  const bool good = checked.lost == 0;
  const std::int64_t count = good ? checked.acknowledged : checked.lost;
  const std::string lead =
      say(phrases::by_count(good ? "say.ledger_good" : "say.ledger_lost", count),
          {{"client", checked.client}, {"count", i18n::number(count)}});
  const std::string rest = checked.duplicated == 0
                               ? std::string()
                               : say(phrases::by_count("say.ledger_duplicated", checked.duplicated),
                                     {{"count", i18n::number(checked.duplicated)}});
  return sentence(good ? Tone::good : Tone::trouble, lead, rest);
}

// Kafka's own words, as whoever asked has them too.
Maybe Narrator::operator()(const trace::RequestRefused& refused) const {
  return sentence(Tone::warning,
                  say("say.request_refused", {{"topic", refused.topic}, {"error", refused.error}}),
                  refused.message);
}

}  // namespace lab::model
