// What each condition means: a function each, and the table of all. lessons/README.md lists them
// for authors.
#include <algorithm>
#include <charconv>

#include "app/lessons/condition.h"

namespace lab::lessons {
namespace {

using model::TopicPartition;

bool has(const Condition& c, std::string_view key) { return c.find(key) != nullptr; }

std::optional<NodeId> node_of(const Condition& c, std::string_view key, const Sight& s) {
  const auto text = wished(c, key, s);
  return text ? node_named(*text) : std::nullopt;
}

// "any", "none", "changed", or a number, of what is now and was before.
bool is_node(const std::string& wish, NodeId now, NodeId before) {
  if (wish == "any") return now != no_node;
  if (wish == "none") return now == no_node;
  if (wish == "changed") return now != no_node && before != no_node && now != before;
  return now != no_node && node_named(wish) == now;
}

NodeId leader_before(const TopicPartition& id, const Sight& s) {
  const Baseline* from = s.watch.baseline();
  if (from == nullptr) return no_node;
  const auto at = from->leaders.find(id);
  return at == from->leaders.end() ? no_node : at->second;
}

bool broker(const Condition& c, const Sight& s) {
  const auto id = node_of(c, "broker", s);
  const auto* found = id ? s.model().broker(*id) : nullptr;
  if (found == nullptr) return false;
  const std::string state = wished(c, "state", s).value_or("");
  if (state == "alive") return found->alive.value_or(false);
  return state == name_of(found->state);
}

bool brokers_running(const Condition& c, const Sight& s) {
  std::int64_t running = 0;
  for (const auto& [id, one] : s.model().brokers()) {
    running += one.state == model::BrokerState::running && !one.controller_only() ? 1 : 0;
  }
  return fits(c, "brokers_running", running, s);
}

bool topic(const Condition& c, const Sight& s) {
  const std::string name = wished(c, "topic", s).value_or("");
  const bool there = s.model().topics().count(name) != 0;
  if (has(c, "gone")) return !there;
  std::int64_t partitions = 0, factor = 0;
  for (const auto& [id, partition] : s.model().partitions()) {
    if (id.topic != name || partition.agreed == nullptr) continue;
    ++partitions;
    factor = static_cast<std::int64_t>(partition.agreed->replicas.size());
  }
  return there && partitions > 0 && fits(c, "partitions", partitions, s) &&
         fits(c, "replication_factor", factor, s);
}

bool isr_fits(const Condition& c, const model::PartitionView& view, const Sight& s) {
  if (!fits(c, "isr", static_cast<std::int64_t>(view.isr.size()), s)) return false;
  if (has(c, "in_sync") && view.under_replicated()) return false;
  const auto in = node_of(c, "in_isr", s), out = node_of(c, "not_in_isr", s);
  if (has(c, "in_isr") && (!in || !view.in_isr(*in))) return false;
  return !has(c, "not_in_isr") || (out && !view.in_isr(*out));
}

bool partition(const Condition& c, const Sight& s) {
  const auto id = partition_named(wished(c, "partition", s).value_or(""));
  const auto* found = id ? s.model().partition(*id) : nullptr;
  if (found == nullptr || found->agreed == nullptr) return false;
  const auto& view = *found->agreed;
  const auto leader = wished(c, "leader", s);
  if (leader && !is_node(*leader, view.leader, leader_before(*id, s))) return false;
  if (!isr_fits(c, view, s) || !fits(c, "epoch_at_least", view.leader_epoch.v, s)) return false;
  const auto* replica = s.model().replica(*id, view.leader);
  const bool marks = replica != nullptr && replica->marks.known();
  if (has(c, "end_at_least") && !(marks && fits(c, "end_at_least", replica->marks->log_end.v, s))) {
    return false;
  }
  if (has(c, "uncommitted") &&
      !(marks &&
        fits(c, "uncommitted", replica->marks->log_end - replica->marks->high_watermark, s))) {
    return false;
  }
  return !has(c, "high_watermark_at_least") ||
         (marks && fits(c, "high_watermark_at_least", replica->marks->high_watermark.v, s));
}

bool under_replicated(const Condition& c, const Sight& s) {
  std::int64_t count = 0;
  for (const auto& [id, one] : s.model().partitions()) {
    count += one.agreed != nullptr && one.agreed->under_replicated() ? 1 : 0;
  }
  return fits(c, "under_replicated", count, s);
}

bool controller(const Condition& c, const Sight& s) {
  return is_node(wished(c, "controller", s).value_or(""),
                 s.model().active_controller().value_or(no_node),
                 s.watch.baseline() ? s.watch.baseline()->controller : no_node);
}

bool connected(const Condition& c, const model::Client& client, const Sight& s) {
  const auto to = node_of(c, "connected_to", s);
  const auto links = s.model().links_of(client);
  return to && std::any_of(links.begin(), links.end(), [&](const model::Connection* link) {
           return link->key.node == *to && !link->closed_at;
         });
}

// It runs, has no connection to any broker, and could not do what it wanted.
bool unreachable(const model::Client& client, const Sight& s) {
  const auto links = s.model().links_of(client);
  const bool none = std::none_of(links.begin(), links.end(),
                                 [](const model::Connection* link) { return !link->closed_at; });
  return none && !client.gone_at;
}

bool moves_with(const Condition& c, std::string_view key, const model::Client& client,
                const Sight& s, const Baseline& from) {
  if (!has(c, key)) return true;
  const auto id = node_of(c, key, s);
  return id && s.watch.moved(s.model(), client, *id, key == "writes_to", from) > 0;
}

bool client_fits(const Condition& c, const model::Client& client, const Sight& s,
                 const Baseline& from) {
  if (has(c, "outside") && client.kind != model::ClientKind::outside) return false;
  const std::string role = wished(c, "role", s).value_or("");
  if (role == "producer" && client.role != "producer" && !client.writes) return false;
  if (role == "consumer" && client.role != "consumer" && !client.reads) return false;
  if (has(c, "gone") ? !client.gone_at : client.gone_at && c.wishes.size() == 1) return false;
  if (has(c, "connected_to") && !connected(c, client, s)) return false;
  if (has(c, "unreachable") && !unreachable(client, s)) return false;
  if (!moves_with(c, "writes_to", client, s, from)) return false;
  if (!moves_with(c, "reads_from", client, s, from)) return false;
  const Counts counts = s.watch.counts(s.model(), client, from);
  return fits(c, "acknowledged", counts.acknowledged, s) && fits(c, "read", counts.read, s) &&
         fits(c, "failed", counts.failed, s) &&
         fits(c, "in_flight", client.ledger.in_flight(), s) &&
         fits(c, "at_risk", s.model().at_risk(client).records, s);
}

bool client(const Condition& c, const Sight& s) {
  const std::string name = wished(c, "client", s).value_or("");
  const auto& all = s.model().clients();
  const Baseline* from = baseline_of(c, s);
  return from != nullptr && std::any_of(all.begin(), all.end(), [&](const auto& one) {
           const model::Client& client = one.second;
           const bool named = name == "any" || client.name == name || client.client_id == name ||
                              client.key == name;
           return named && client_fits(c, client, s, *from);
         });
}

bool acknowledged(const Condition& c, const Sight& s) {
  const Baseline* from = baseline_of(c, s);
  const std::string topic = wished(c, "topic", s).value_or("");
  return from != nullptr && fits(c, "acknowledged", s.watch.acknowledged(topic, *from), s);
}

bool written(const Condition& c, const Sight& s) {
  const Baseline* from = baseline_of(c, s);
  const std::string topic = wished(c, "topic", s).value_or("");
  return from != nullptr && fits(c, "written", s.watch.written(s.model(), topic, *from), s);
}

bool event(const Condition& c, const Sight& s) {
  const Baseline* from = baseline_of(c, s);
  const std::string kind = wished(c, "event", s).value_or("");
  const auto broker = node_of(c, "broker", s);
  const auto partition = wished(c, "partition", s);
  const auto& seen = s.watch.seen();
  return from != nullptr && std::any_of(seen.begin(), seen.end(), [&](const Watch::Seen& one) {
           if (name_of(one.kind) != kind || (has(c, "broker") && one.broker != broker))
             return false;
           return one.at >= from->at && (!partition || one.partition == *partition);
         });
}

bool refused(const Condition& c, const Sight& s) {
  return s.watch.refused(wished(c, "refused", s).value_or(""));
}

bool log(const Condition& c, const Sight& s) {
  const auto id = node_of(c, "log", s);
  return id && s.watch.logged(*id, wished(c, "contains", s).value_or(""));
}

bool property(const Condition& c, const Sight& s) {
  const auto id = node_of(c, "broker", s);
  return id && property_line(s.outside.properties(*id), wished(c, "property", s).value_or("")) ==
                   wished(c, "value", s);
}

bool ledger(const Condition& c, const Sight& s) {
  const Baseline* from = baseline_of(c, s);
  if (from == nullptr) return false;
  const auto* checked = s.watch.checked(wished(c, "ledger", s).value_or(""), *from);
  return checked != nullptr && fits(c, "lost", checked->lost, s) &&
         fits(c, "duplicated", checked->duplicated, s);
}

bool value(const Condition& c, const Sight& s) {
  const std::string text = wished(c, "value", s).value_or("");
  const auto is = wished(c, "is", s);
  if (is && *is != text) return false;
  std::int64_t number = 0;
  const char* last = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc{} || stop != last) return is.has_value() && c.wishes.size() == 2;
  return fits(c, "at_least", number, s) && fits(c, "at_most", number, s) &&
         fits(c, "more_than", number, s) && fits(c, "less_than", number, s);
}

bool is_not(const Condition& c, const Sight& s) { return !holds(c.inner, s); }

constexpr auto word = WishKind::word;
constexpr auto number = WishKind::number;
constexpr auto flag = WishKind::flag;
constexpr auto equal = Compare::equal;
constexpr auto at_least = Compare::at_least;
constexpr std::string_view states =
    "running dead stopped frozen fenced waiting starting stopping did_not_start alive";
constexpr std::string_view a_node = "any none changed BROKER";
constexpr std::string_view a_broker = "BROKER";

std::string_view mark_names() {
  static const std::string names = [] {
    std::string all;
    for (int i = 0; i <= static_cast<int>(model::MarkKind::refused_request); ++i) {
      all += (i == 0 ? "" : " ") + std::string(name_of(static_cast<model::MarkKind>(i)));
    }
    return all;
  }();
  return names;
}

}  // namespace

std::span<const ConditionForm> condition_forms() {
  // In the order in which a table's keys are looked at: the first that is there names the form.
  static const std::vector<ConditionForm> all = {
      {"not", {{"not", WishKind::inner}}, 0, is_not},
      {"client",
       {{"client"},
        {"role", word, equal, "producer consumer"},
        {"outside", flag},
        {"gone", flag},
        {"unreachable", flag},
        {"connected_to", word, equal, a_broker},
        {"writes_to", word, equal, a_broker},
        {"reads_from", word, equal, a_broker},
        {"acknowledged", number, at_least},
        {"read", number, at_least},
        {"failed", number, at_least},
        {"in_flight", number, at_least},
        {"at_risk", number, at_least},
        {"since"}},
       0,
       client},
      {"event",
       {{"event", word, equal, mark_names()},
        {"broker", word, equal, a_broker},
        {"partition"},
        {"since"}},
       0,
       event},
      {"property", {{"property"}, {"broker", word, equal, a_broker}, {"value"}}, 2, property},
      {"ledger",
       {{"ledger"},
        {"lost", number, equal},
        {"duplicated", number, equal},
        {"checked", flag},
        {"since"}},
       1,
       ledger},
      {"value",
       {{"value", WishKind::query},
        {"is"},
        {"at_least", number, at_least},
        {"at_most", number, Compare::at_most},
        {"more_than", number, Compare::more},
        {"less_than", number, Compare::less}},
       1,
       value},
      {"log", {{"log", word, equal, a_broker}, {"contains"}}, 1, log},
      {"refused", {{"refused"}}, 0, refused},
      {"brokers_running", {{"brokers_running", number, equal}}, 0, brokers_running},
      {"under_replicated", {{"under_replicated", number, equal}}, 0, under_replicated},
      {"controller", {{"controller", word, equal, a_node}}, 0, controller},
      {"acknowledged", {{"acknowledged", number, at_least}, {"topic"}, {"since"}}, 0, acknowledged},
      {"written", {{"written", number, at_least}, {"topic"}, {"since"}}, 0, written},
      {"partition",
       {{"partition"},
        {"leader", word, equal, a_node},
        {"isr", number, equal},
        {"in_isr", word, equal, a_broker},
        {"not_in_isr", word, equal, a_broker},
        {"in_sync", flag},
        {"epoch_at_least", number, at_least},
        {"end_at_least", number, at_least},
        {"high_watermark_at_least", number, at_least},
        {"uncommitted", number, at_least}},
       1,
       partition},
      {"topic",
       {{"topic"},
        {"partitions", number, equal},
        {"replication_factor", number, equal},
        {"gone", flag}},
       0,
       topic},
      {"broker", {{"broker", word, equal, a_broker}, {"state", word, equal, states}}, 1, broker},
  };
  return all;
}

}  // namespace lab::lessons
