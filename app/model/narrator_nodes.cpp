// Sentences about processes, the quorum, registration and fencing.
#include <algorithm>
#include <map>

#include "app/i18n/format.h"
#include "app/model/applier.h"
#include "app/model/narrator.h"
#include "app/model/phrases.h"

namespace lab::model {

using Maybe = Narrator::Maybe;

std::string Narrator::who(NodeId node) const { return phrases::who(m_, node, lang_, false); }
std::string Narrator::Who(NodeId node) const { return phrases::who(m_, node, lang_, true); }

Sentence Narrator::sentence(Tone tone, std::string lead, std::string rest) const {
  return {std::move(lead), std::move(rest), tone, logged_.id, e_.at};
}

Maybe Narrator::operator()(const trace::ProcessStarted& started) const {
  if (started.pid == 0) {  // a simulated one
    return sentence(Tone::quiet, say("say.node_started", {{"Who", Who(e_.node)}}));
  }
  return sentence(Tone::quiet, say("say.process_started",
                                   {{"Who", Who(e_.node)}, {"pid", std::to_string(started.pid)}}));
}

Maybe Narrator::operator()(const trace::NodeStarted&) const {
  const auto told = phrases::near(m_, e_.at, seconds(5), [&](const trace::Event& other) {
    return other.node == e_.node && std::holds_alternative<trace::ProcessStarted>(other.payload);
  });
  if (!told.empty()) return std::nullopt;
  return sentence(Tone::quiet, say("say.node_started", {{"Who", Who(e_.node)}}));
}

Maybe Narrator::operator()(const trace::NodeReady&) const {
  const Broker* broker = m_.broker(e_.node);
  const std::uint16_t port =
      broker == nullptr
          ? 0
          : (broker->client_port != 0 ? broker->client_port : broker->controller_port);
  if (port == 0) {
    return sentence(Tone::quiet, say("say.ready_portless", {{"Who", Who(e_.node)}}));
  }
  return sentence(Tone::quiet,
                  say("say.ready", {{"Who", Who(e_.node)}, {"port", std::to_string(port)}}));
}

Maybe Narrator::operator()(const trace::NodeStopping&) const {
  const bool heirs = std::any_of(m_.brokers().begin(), m_.brokers().end(), [&](const auto& other) {
    return other.first != e_.node && other.second.live();
  });
  return sentence(Tone::quiet, say("say.stopping.lead", {{"Who", Who(e_.node)}}),
                  heirs ? say("say.stopping.rest", {}) : std::string());
}

Maybe Narrator::operator()(const trace::NodeHalted& halted) const {
  if (halted.clean) return std::nullopt;  // its exit says it
  return sentence(Tone::trouble, say("say.halted", {{"Who", Who(e_.node)}}), halted.reason);
}

Maybe Narrator::operator()(const trace::Stalled& stalled) const {
  const std::string time = i18n::duration(bounded_ms(stalled.late_ms), lang_);
  return sentence(Tone::warning, say("say.stalled", {{"Who", Who(e_.node)}, {"time", time}}));
}

Maybe Narrator::operator()(const trace::ProcessExited& exited) const {
  const Broker* broker = m_.broker(e_.node);
  if (broker == nullptr) return std::nullopt;
  if (exited.signal != 0) {
    const std::string lead =
        say("say.killed.lead",
            {{"Who", Who(e_.node)}, {"signal", phrases::signal_name(exited.signal)}});
    const bool was_fenced = broker->fenced.value_or(false) && broker->fenced.as_of < e_.at;
    const bool controller = phrases::controller_at(m_, e_.at) == e_.node;
    std::string rest;
    if (!m_.anyone_live()) {
      rest = say("say.nobody", {});
    } else if (controller) {
      rest = say("say.killed.controller", {});
    } else if (!was_fenced) {
      rest = say("say.killed.unknown", {});
    }
    return sentence(Tone::trouble, lead, rest);
  }
  const bool current = broker->exit.known() && broker->exit.as_of == e_.at;
  const std::string reason = current ? broker->exit->reason : exited.last_error;
  if (exited.code == 0 || (current && broker->state == BrokerState::stopped)) {
    return sentence(Tone::quiet, say("say.stopped", {{"Who", Who(e_.node)}}));
  }
  if (current && broker->state == BrokerState::did_not_start) {
    return sentence(Tone::trouble, say("say.did_not_start", {{"Who", Who(e_.node)}}), reason);
  }
  if (exited.code == exit_unknown) {
    return sentence(Tone::trouble, say("say.gone_unseen", {{"Who", Who(e_.node)}}));
  }
  return sentence(Tone::trouble,
                  say("say.exited", {{"Who", Who(e_.node)}, {"code", std::to_string(exited.code)}}),
                  reason);
}

Maybe Narrator::operator()(const trace::ProcessFrozen& frozen) const {
  if (frozen.frozen) {
    return sentence(Tone::trouble, say("say.frozen.lead", {{"Who", Who(e_.node)}}),
                    say("say.frozen.rest", {}));
  }
  const Broker* broker = m_.broker(e_.node);
  const bool fenced = broker != nullptr && broker->fenced.value_or(false);
  return sentence(fenced ? Tone::warning : Tone::quiet,
                  say("say.thawed.lead", {{"Who", Who(e_.node)}}),
                  fenced ? say("say.thawed.fenced", {}) : std::string());
}

Maybe Narrator::operator()(const trace::RoleChanged& changed) const {
  if (changed.role != trace::Role::leader) return std::nullopt;
  return sentence(Tone::quiet, say("say.controller", {{"Who", Who(e_.node)},
                                                      {"epoch", std::to_string(changed.epoch.v)}}));
}

Maybe Narrator::operator()(const trace::RegistrationRefused& refused) const {
  if (refused.wait_ms <= 0) return std::nullopt;
  const Broker* broker = m_.broker(refused.broker);
  if (broker != nullptr && broker->ran_before(e_.at)) {
    return sentence(Tone::warning, say("say.twin", {{"who", who(refused.broker)}}));
  }
  const std::string time = i18n::duration(bounded_ms(refused.wait_ms), lang_);
  return sentence(Tone::warning, say("say.waits", {{"Who", Who(refused.broker)}, {"time", time}}));
}

// "broker 3 leader of orders-1, epoch 5, and payments-0, epoch 2": by new leader.
std::string Narrator::new_leaders(const std::vector<const LoggedEvent*>& elections) const {
  std::map<NodeId, std::vector<std::string>> by_leader;
  for (const LoggedEvent* election : elections) {
    const auto& elected = std::get<trace::LeaderElected>(election->event->payload);
    const std::string name = TopicPartition{elected.topic, elected.partition}.text();
    by_leader[elected.leader].push_back(say(
        "say.fenced.partition", {{"partition", name}, {"epoch", std::to_string(elected.epoch.v)}}));
  }
  std::string out;
  for (auto at = by_leader.begin(); at != by_leader.end(); ++at) {
    const bool english = lang_ == i18n::Lang::en;
    std::vector<std::string>& names = at->second;
    std::string all;
    if (english && names.size() <= 3) {
      // Each name has a comma inside, so each "and" needs one before it.
      for (std::size_t i = 0; i < names.size(); ++i) {
        all += (i == 0 ? "" : i + 1 == names.size() ? ", and " : ", ") + names[i];
      }
    } else {
      all = phrases::partitions(names, lang_);
    }
    if (at != by_leader.begin()) out += english ? ", and " : ", ";
    out += say("say.fenced.leads", {{"leader", who(at->first)}, {"partitions", all}});
  }
  return out;
}

Sentence Narrator::fenced(const LoggedEvent& logged, const trace::BrokerFenced& fenced) const {
  const auto elections = [&](bool with_leader) {
    return phrases::near(m_, logged.at(), one_decision, [&](const trace::Event& other) {
      const auto* elected = std::get_if<trace::LeaderElected>(&other.payload);
      return elected != nullptr && elected->why == "fenced" && elected->from == fenced.broker &&
             (elected->leader != no_node) == with_leader;
    });
  };
  const std::string lead = say(
      "say.fenced.lead",
      {{"Who", Who(fenced.broker)}, {"time", i18n::duration(bounded_ms(fenced.silent_ms), lang_)}});
  const i18n::Arg controller{"controller", who(logged.event->node)};
  const i18n::Arg lost{"who", who(fenced.broker)};
  const auto led = elections(true);
  std::string rest;
  if (led.empty()) {
    rest = say("say.fenced.only", {controller, lost});
  } else if (led.size() == 1) {
    const auto& elected = std::get<trace::LeaderElected>(led.front()->event->payload);
    rest = say("say.fenced.one",
               {controller,
                lost,
                {"leader", who(elected.leader)},
                {"partition", TopicPartition{elected.topic, elected.partition}.text()},
                {"epoch", std::to_string(elected.epoch.v)}});
  } else {
    rest = say("say.fenced.many", {controller, lost, {"leaders", new_leaders(led)}});
  }
  std::vector<std::string> leaderless;
  for (const LoggedEvent* election : elections(false)) {
    const auto& elected = std::get<trace::LeaderElected>(election->event->payload);
    leaderless.push_back(TopicPartition{elected.topic, elected.partition}.text());
  }
  if (!leaderless.empty()) {
    rest +=
        " " + say("say.fenced.leaderless", {{"partitions", phrases::partitions(leaderless, lang_)},
                                            {"has", leaderless.size() == 1 ? "has" : "have"}});
  }
  return {lead, rest, Tone::trouble, logged.id, logged.at()};
}

Maybe Narrator::operator()(const trace::BrokerFenced& told) const {
  if (told.reason != "session") return std::nullopt;
  return fenced(logged_, told);
}

Maybe Narrator::operator()(const trace::BrokerUnfenced& unfenced) const {
  return sentence(Tone::quiet, say("say.unfenced",
                                   {{"controller", who(e_.node)}, {"who", who(unfenced.broker)}}));
}

Maybe Narrator::operator()(const trace::Gap& gap) const {
  constexpr std::uint64_t most = std::uint64_t{1} << 62;
  const auto lost = static_cast<std::int64_t>(std::min(gap.lost, most));
  return sentence(Tone::warning,
                  say("say.gap", {{"count", i18n::number(lost)}, {"who", who(e_.node)}}));
}

Maybe Narrator::operator()(const trace::FaultChanged& fault) const {
  if (fault.fault == "cut" || fault.fault == "delay") {
    const std::string key = "say." + fault.fault + (fault.active ? "_on" : "_off");
    return sentence(fault.active ? Tone::warning : Tone::quiet,
                    say(key, {{"target", fault.target}, {"time", fault.detail}}));
  }
  return sentence(fault.active ? Tone::warning : Tone::quiet,
                  say(fault.active ? "say.fault_on" : "say.fault_off",
                      {{"fault", fault.fault}, {"target", fault.target}}),
                  fault.active ? fault.detail : std::string());
}

}  // namespace lab::model
