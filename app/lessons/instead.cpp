#include "app/lessons/instead.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab::lessons {
namespace {

constexpr std::size_t most_named = 8;

std::string words(std::vector<std::string> all) {
  if (all.size() > most_named) {
    const std::size_t more = all.size() - most_named;
    all.resize(most_named);
    all.push_back(fmt::format("and {} more", more));
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string node(NodeId id) { return id == no_node ? "none" : std::to_string(id.v); }

std::string nodes(const std::vector<NodeId>& ids) {
  std::vector<std::string> all;
  for (const NodeId id : ids) all.push_back(node(id));
  return all.empty() ? "empty" : words(std::move(all));
}

std::string of_broker(NodeId id, const Sight& s) {
  const auto* found = s.model().broker(id);
  if (found == nullptr) return fmt::format("there is no broker {}", id.v);
  return fmt::format("broker {} is {}", id.v, name_of(found->state));
}

std::string of_brokers(const Sight& s) {
  std::vector<std::string> all;
  for (const auto& [id, one] : s.model().brokers()) {
    all.push_back(fmt::format("{} {}", id.v, name_of(one.state)));
  }
  return "brokers: " + words(std::move(all));
}

std::string of_topic(const std::string& name, const Sight& s) {
  if (s.model().topics().count(name) == 0) {
    std::vector<std::string> all;
    for (const auto& topic : s.model().topics()) all.push_back(topic.first);
    return fmt::format("there is no topic {}{}", name,
                       all.empty() ? "" : "; there are: " + words(std::move(all)));
  }
  std::size_t partitions = 0, factor = 0;
  for (const auto& [id, one] : s.model().partitions()) {
    if (id.topic != name || one.agreed == nullptr) continue;
    ++partitions;
    factor = one.agreed->replicas.size();
  }
  return fmt::format("partitions {}, replication factor {}", partitions, factor);
}

std::string of_partition(const std::string& name, const Sight& s) {
  const auto id = partition_named(name);
  const auto* found = id ? s.model().partition(*id) : nullptr;
  if (found == nullptr || found->agreed == nullptr) return "there is no partition " + name;
  const auto& view = *found->agreed;
  std::string text = fmt::format("leader {}, ISR {}, epoch {}", node(view.leader), nodes(view.isr),
                                 view.leader_epoch.v);
  const auto* replica = s.model().replica(*id, view.leader);
  if (replica != nullptr && replica->marks.known()) {
    text += fmt::format(", log end {}, high watermark {}", replica->marks->log_end.v,
                        replica->marks->high_watermark.v);
  }
  return text;
}

std::string of_client(const std::string& name, const Baseline& from, const Sight& s) {
  std::vector<std::string> named, others;
  for (const auto& [key, one] : s.model().clients()) {
    if (name != "any" && one.name != name && one.client_id != name && one.key != name) {
      others.push_back(one.name);
      continue;
    }
    const Counts counts = s.watch.counts(s.model(), one, from);
    named.push_back(fmt::format("{}{}: acknowledged {}, read {}, failed {}, in flight {}", one.name,
                                one.gone_at ? " (gone)" : "", counts.acknowledged, counts.read,
                                counts.failed, one.ledger.in_flight()));
  }
  if (!named.empty()) return words(std::move(named));
  return fmt::format("there is no such client{}",
                     others.empty() ? "" : "; there are: " + words(std::move(others)));
}

std::string of_events(const Sight& s) {
  std::vector<std::string> all;
  for (const auto& one : s.watch.seen()) {
    std::string text(name_of(one.kind));
    if (one.broker != no_node) text += " " + node(one.broker);
    if (!one.partition.empty()) text += " " + one.partition;
    if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(std::move(text));
  }
  return all.empty() ? "no event came" : "there came: " + words(std::move(all));
}

std::string of_ledger(const std::string& client, const Baseline& from, const Sight& s) {
  const auto* checked = s.watch.checked(client, from);
  if (checked == nullptr) return "no ledger was checked (a line: check CLIENT)";
  return fmt::format("{}: acknowledged {}, lost {}, duplicated {}", checked->client,
                     checked->acknowledged, checked->lost, checked->duplicated);
}

std::string of_node(const Condition& c, std::string_view key, const Sight& s,
                    std::string (*say)(NodeId, const Sight&)) {
  const auto id = node_named(wished(c, key, s).value_or(""));
  return id ? say(*id, s) : "there is no such broker";
}

std::string of_property(const Condition& c, const Sight& s) {
  const auto id = node_named(wished(c, "broker", s).value_or(""));
  if (!id) return "there is no such broker";
  const std::string name = wished(c, "property", s).value_or("");
  return fmt::format("{} = \"{}\"", name, property_line(s.outside.properties(*id), name));
}

std::string of_log(NodeId id, const Sight& s) {
  const auto lines = s.outside.log_tail(id, 1);
  return lines.empty() ? "its log has said nothing" : "its log's last line: " + lines.back();
}

std::string under_replicated(const Sight& s) {
  std::vector<std::string> all;
  for (const auto& [id, one] : s.model().partitions()) {
    if (one.agreed != nullptr && one.agreed->under_replicated()) all.push_back(id.text());
  }
  return all.empty() ? "it is 0" : fmt::format("it is {}: {}", all.size(), words(all));
}

}  // namespace

std::string as_written(const Condition& condition, const Sight& sight) {
  if (condition.form == nullptr) return "{}";
  std::vector<std::string> keys;
  for (const Wish& wish : condition.wishes) {
    const auto& forms = condition.form->keys;
    const auto form = std::find_if(forms.begin(), forms.end(),
                                   [&](const KeyForm& key) { return key.name == wish.key; });
    static constexpr std::string_view signs[] = {"", ">=", "<=", ">", "<"};
    const bool own = wish.compare != form->compare;
    const std::string sign(own ? signs[static_cast<std::size_t>(wish.compare)] : "");
    std::string value = form->kind == WishKind::query
                            ? wish.value.written()
                            : wish.value.resolve(sight).value_or(wish.value.written());
    const bool bare = form->kind == WishKind::flag ||
                      (form->kind == WishKind::number && sign.empty() &&
                       value.find_first_not_of("-0123456789") == std::string::npos);
    keys.push_back(bare ? fmt::format("{} = {}", wish.key, value)
                        : fmt::format("{} = \"{}{}\"", wish.key, sign, value));
  }
  for (const Condition& inner : condition.inner) {
    keys.push_back("not = " + as_written(inner, sight));
  }
  return fmt::format("{{ {} }}", fmt::join(keys, ", "));
}

std::string instead(const Condition& c, const Sight& s) {
  const std::string_view form = c.form == nullptr ? std::string_view() : c.form->name;
  for (const Wish& wish : c.wishes) {
    if (const auto open = wish.value.unanswered(s)) {
      return fmt::format("{{{}}} has no answer", *open);
    }
  }
  const std::string first = wished(c, form, s).value_or("");
  const std::string topic = wished(c, "topic", s).value_or("");
  const Baseline none;
  const Baseline* found = baseline_of(c, s);
  const Baseline& from = found != nullptr ? *found : none;
  if (form == "not") return "that is so";
  if (form == "broker") return of_node(c, "broker", s, of_broker);
  if (form == "brokers_running") return of_brokers(s);
  if (form == "topic") return of_topic(first, s);
  if (form == "partition") return of_partition(first, s);
  if (form == "under_replicated") return under_replicated(s);
  if (form == "controller") {
    return "the active controller: " + node(s.model().active_controller().value_or(no_node));
  }
  if (form == "client") return of_client(first, from, s);
  if (form == "acknowledged") return fmt::format("{} were", s.watch.acknowledged(topic, from));
  if (form == "written") return fmt::format("{} were", s.watch.written(s.model(), topic, from));
  if (form == "event") return of_events(s);
  if (form == "refused") return "no request was refused so";
  if (form == "log") return of_node(c, "log", s, of_log);
  if (form == "property") return of_property(c, s);
  if (form == "ledger") return of_ledger(first, from, s);
  return fmt::format("it is \"{}\"", first);  // value
}

const Condition* first_unmet(const Conditions& conditions, const Sight& sight) {
  for (const Condition& condition : conditions) {
    if (!holds({condition}, sight)) return &condition;
  }
  return nullptr;
}

}  // namespace lab::lessons
