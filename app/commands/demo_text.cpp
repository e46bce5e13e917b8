#include "app/commands/demo_text.h"

#include <fmt/format.h>

#include "app/i18n/format.h"

namespace lab::commands {
namespace {

using i18n::say;

std::string id_of(NodeId node) { return std::to_string(node.v); }

std::string list_of(const std::vector<NodeId>& nodes) {
  std::string text;
  for (const NodeId node : nodes) text += (text.empty() ? "" : ",") + id_of(node);
  return text;
}

// "   812 ms  what                    property = value"
std::string line(const std::string& time, const std::string& what, const std::string& why = {}) {
  if (why.empty()) return fmt::format("  {:>9}  {}", time, what);
  return fmt::format("  {:>9}  {:<46}  {}", time, what, why);
}

}  // namespace

std::string DemoText::ready(Duration took, const model::ClusterModel& model) const {
  return say("demo.ready", lang_,
             {{"time", i18n::milliseconds_text(took)},
              {"controller", id_of(model.active_controller().value_or(no_node))}});
}

std::string DemoText::topic(const model::ClusterModel& model) const {
  std::string text = say("demo.topic", lang_, {});
  for (const auto& [id, partition] : model.partitions()) {
    if (id.topic != "orders" || partition.agreed == nullptr) continue;
    text += "\n  " + say("demo.partition", lang_,
                         {{"partition", id.text()},
                          {"leader", id_of(partition.agreed->leader)},
                          {"replicas", list_of(partition.agreed->replicas)},
                          {"isr", list_of(partition.agreed->isr)}});
  }
  return text;
}

std::string DemoText::flowing(std::int64_t acknowledged) const {
  return say("demo.flowing", lang_, {{"count", i18n::number(acknowledged)}});
}

std::string DemoText::kill(NodeId leader, std::int64_t pid) const {
  return say("demo.kill", lang_, {{"broker", id_of(leader)}, {"pid", std::to_string(pid)}});
}

std::string DemoText::step(const model::Failover& failover, const model::FailoverStep& step,
                           const std::string& what) const {
  const auto ms = failover.ms(step);
  if (!ms) return {};
  const std::string why =
      step.property.empty() ? std::string() : fmt::format("{} = {}", step.property, step.value);
  const auto span =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(*ms));
  return line(i18n::milliseconds_text(span), what, why) + "\n";
}

std::string DemoText::failover(const model::Failover& failover) const {
  std::string text = line(i18n::milliseconds_text({}),
                          say("demo.lost", lang_, {{"broker", id_of(failover.lost_leader)}})) +
                     "\n";
  text += step(failover, failover.controller,
               say("demo.controller", lang_, {{"broker", id_of(failover.controller.node)}}));
  text += step(
      failover, failover.noticed,
      say("demo.noticed", lang_,
          {{"broker", id_of(failover.lost_leader)}, {"controller", id_of(failover.noticed.node)}}));
  text += step(
      failover, failover.elected,
      say("demo.elected", lang_,
          {{"broker", id_of(failover.elected.node)}, {"epoch", std::to_string(failover.epoch.v)}}));
  text += step(failover, failover.acked, say("demo.acked", lang_, {}));
  text.pop_back();
  return text;
}

std::string DemoText::started(NodeId broker, std::int64_t pid) const {
  return say("demo.started", lang_, {{"broker", id_of(broker)}, {"pid", std::to_string(pid)}});
}

std::string DemoText::caught_up(const model::Failover& failover, Instant restarted) const {
  const Duration took = failover.caught_up.at.value_or(restarted) - restarted;
  return line(i18n::milliseconds_text(took),
              say("demo.caught_up", lang_, {{"broker", id_of(failover.lost_leader)}}));
}

std::string DemoText::ledger(const trace::LedgerChecked& checked) const {
  const std::string key = checked.lost == 0 ? "demo.ledger" : "demo.ledger_lost";
  return say(key, lang_,
             {{"acked", i18n::number(checked.acknowledged)},
              {"found", i18n::number(checked.found)},
              {"lost", i18n::number(checked.lost)},
              {"duplicated", i18n::number(checked.duplicated)}});
}

}  // namespace lab::commands
