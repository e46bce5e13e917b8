#include "app/model/phrases.h"

#include <algorithm>

#include "app/i18n/format.h"

namespace lab::model::phrases {

std::string who(const ClusterModel& model, NodeId node, i18n::Lang lang, bool capital) {
  const Broker* broker = model.broker(node);
  const bool controller = broker != nullptr && broker->controller_only();
  const char* key = controller ? (capital ? "who.Controller" : "who.controller")
                               : (capital ? "who.Broker" : "who.broker");
  return i18n::say(key, lang, {{"id", std::to_string(node.v)}});
}

std::string signal_name(std::int32_t signal) {
  switch (signal) {
    case 2:
      return "SIGINT";
    case 6:
      return "SIGABRT";
    case 9:
      return "SIGKILL";
    case 11:
      return "SIGSEGV";
    case 15:
      return "SIGTERM";
    default:
      return "signal " + std::to_string(signal);
  }
}

std::string partitions(const std::vector<std::string>& names, i18n::Lang lang) {
  constexpr std::size_t few = 3;
  if (names.size() <= few) return i18n::list(names, lang);
  return i18n::say("say.fenced.count", lang,
                   {{"count", i18n::number(static_cast<std::int64_t>(names.size()))}});
}

std::string by_count(const std::string& key, std::int64_t count) {
  return key + (count == 1 ? ".one" : ".many");
}

std::vector<const LoggedEvent*> near(const ClusterModel& model, Instant at, Duration reach,
                                     const std::function<bool(const trace::Event&)>& fits) {
  std::vector<const LoggedEvent*> out;
  const auto& events = model.log().events();
  for (std::size_t i = model.log().at_or_after(at - reach); i < events.size(); ++i) {
    if (events[i].at() > at + reach) break;
    if (fits(*events[i].event)) out.push_back(&events[i]);
  }
  return out;
}

NodeId controller_at(const ClusterModel& model, Instant at) {
  const auto& events = model.log().events();
  for (std::size_t i = model.log().at_or_after(at); i-- > 0;) {
    const auto* role = std::get_if<trace::RoleChanged>(&events[i].event->payload);
    if (role != nullptr && role->role == trace::Role::leader) return events[i].event->node;
  }
  return model.quorum().leader.value_or(no_node);
}

std::vector<NodeId> without(const std::vector<NodeId>& a, const std::vector<NodeId>& b) {
  std::vector<NodeId> out;
  std::copy_if(a.begin(), a.end(), std::back_inserter(out),
               [&](NodeId node) { return std::find(b.begin(), b.end(), node) == b.end(); });
  return out;
}

}  // namespace lab::model::phrases
