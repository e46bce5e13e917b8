#include "app/lessons/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/i18n/format.h"
#include "app/lessons/problem.h"

namespace lab::lessons {
namespace {

using Arguments = std::vector<std::string>;
using Maybe = std::optional<Answer>;

// ---- Answers
Maybe word(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return Answer{text, text};
}
Maybe node(NodeId id) {
  if (id == no_node) return std::nullopt;
  return word(std::to_string(id.v));
}
Maybe count(std::int64_t value) { return Answer{std::to_string(value), i18n::number(value)}; }
Maybe nodes(const std::vector<NodeId>& ids) {
  std::string text;
  for (const NodeId id : ids) text += (text.empty() ? "" : ", ") + std::to_string(id.v);
  return word(text);
}

// ---- What is asked about
const model::Partition* partition(const Sight& sight, const std::string& name) {
  const auto id = partition_named(name);
  const auto* found = id ? sight.model().partition(*id) : nullptr;
  return found != nullptr && found->agreed != nullptr ? found : nullptr;
}
const model::Marks* leader_marks(const Sight& sight, const std::string& name) {
  const auto* found = partition(sight, name);
  if (found == nullptr) return nullptr;
  const auto* replica = sight.model().replica(found->id, found->agreed->leader);
  return replica != nullptr && replica->marks.known() ? &*replica->marks : nullptr;
}
const model::Broker* broker(const Sight& sight, const std::string& name) {
  const auto id = node_named(name);
  return id ? sight.model().broker(*id) : nullptr;
}
const model::Client* client(const Sight& sight, const std::string& name) {
  const auto& clients = sight.model().clients();
  if (const auto at = clients.find(name); at != clients.end()) return &at->second;
  for (const auto& [key, one] : clients) {
    if (one.name == name || one.client_id == name) return &one;
  }
  return nullptr;
}
// The newest failover of the partition, or of any.
const model::Failover* failover(const Sight& sight, const std::string& name) {
  const auto& all = sight.model().failovers();
  for (auto at = all.rbegin(); at != all.rend(); ++at) {
    if (name.empty() ? !at->partition.topic.empty() : at->partition.text() == name) return &*at;
  }
  return name.empty() && !all.empty() ? &all.back() : nullptr;
}
const model::FailoverStep* step_of(const model::Failover& failover, const std::string& name) {
  if (name == "controller") return &failover.controller;
  if (name == "noticed") return &failover.noticed;
  if (name == "elected") return &failover.elected;
  if (name == "acked") return &failover.acked;
  if (name == "caught_up") return &failover.caught_up;
  return nullptr;
}
std::string argument(const Arguments& all, std::size_t index) {
  return index < all.size() ? all[index] : std::string();
}
// ---- The queries
Maybe leader(const Sight& s, const Arguments& a) {
  const auto* p = partition(s, a[0]);
  return p ? node(p->agreed->leader) : std::nullopt;
}
Maybe follower(const Sight& s, const Arguments& a) {
  const auto* p = partition(s, a[0]);
  if (p == nullptr) return std::nullopt;
  for (const NodeId id : p->agreed->replicas) {
    if (id != p->agreed->leader) return node(id);
  }
  return std::nullopt;
}
Maybe replicas(const Sight& s, const Arguments& a) {
  const auto* p = partition(s, a[0]);
  return p ? nodes(p->agreed->replicas) : std::nullopt;
}
Maybe isr(const Sight& s, const Arguments& a) {
  const auto* p = partition(s, a[0]);
  return p ? nodes(p->agreed->isr) : std::nullopt;
}
Maybe epoch(const Sight& s, const Arguments& a) {
  const auto* p = partition(s, a[0]);
  return p ? count(p->agreed->leader_epoch.v) : std::nullopt;
}
Maybe end(const Sight& s, const Arguments& a) {
  const auto* marks = leader_marks(s, a[0]);
  return marks ? count(marks->log_end.v) : std::nullopt;
}
Maybe high_watermark(const Sight& s, const Arguments& a) {
  const auto* marks = leader_marks(s, a[0]);
  return marks ? count(marks->high_watermark.v) : std::nullopt;
}
// The first partition of the topic whose leader fits.
template <class Fits>
Maybe first_led(const Sight& s, const std::string& topic, Fits fits) {
  for (const auto& [id, p] : s.model().partitions()) {
    if (id.topic != topic || p.agreed == nullptr || p.agreed->leader == no_node) continue;
    if (fits(p.agreed->leader)) return word(id.text());
  }
  return std::nullopt;
}
Maybe leader_of_not_controller(const Sight& s, const Arguments& a) {
  const auto controller = s.model().active_controller();
  if (!controller) return std::nullopt;
  return first_led(s, a[0], [&](NodeId leads) { return leads != *controller; });
}
Maybe partition_led_by(const Sight& s, const Arguments& a) {
  const auto id = node_named(a[0]);
  return first_led(s, a[1], [&](NodeId leads) { return id == leads; });
}
Maybe controller(const Sight& s, const Arguments&) {
  return node(s.model().active_controller().value_or(no_node));
}
Maybe controller_epoch(const Sight& s, const Arguments&) {
  return count(s.model().quorum().epoch.v);
}
Maybe not_controller(const Sight& s, const Arguments&) {
  const auto active = s.model().active_controller();
  for (const auto& [id, one] : s.model().brokers()) {
    if (active && id != *active && one.live() && !one.controller_only()) return node(id);
  }
  return std::nullopt;
}
Maybe port(const Sight& s, const Arguments& a) {
  const auto* b = broker(s, a[0]);
  return b && b->client_port ? word(std::to_string(b->client_port)) : std::nullopt;
}
Maybe pid(const Sight& s, const Arguments& a) {
  const auto* b = broker(s, a[0]);
  return b && b->pid.known() ? word(std::to_string(*b->pid)) : std::nullopt;
}
Maybe address(const Sight& s, const Arguments& a) {
  const auto known = port(s, a);
  return known ? word("localhost:" + known->plain) : std::nullopt;
}
Maybe bootstrap(const Sight& s, const Arguments&) {
  std::string text;
  for (const auto& one : s.outside.bootstrap()) text += (text.empty() ? "" : ",") + one.text();
  return word(text);
}
Maybe property(const Sight& s, const Arguments& a) {
  const auto id = a.size() > 1 ? node_named(a[1]) : std::optional(no_node);
  if (!id) return std::nullopt;
  const auto told = s.model().property(a[0], *id);
  if (!told.empty()) return word(told);
  return word(property_line(s.outside.properties(*id == no_node ? NodeId{1} : *id), a[0]));
}
Maybe data(const Sight& s, const Arguments& a) {
  const auto id = node_named(a[0]);
  return id ? word(property_line(s.outside.properties(*id), "log.dirs")) : std::nullopt;
}
Maybe controller_port(const Sight& s, const Arguments& a) {
  const auto* b = broker(s, a[0]);
  return b && b->controller_port ? word(std::to_string(b->controller_port)) : std::nullopt;
}
Maybe cluster_id(const Sight& s, const Arguments&) { return word(s.model().cluster_id()); }
Maybe properties(const Sight& s, const Arguments& a) {
  const auto id = node_named(a[0]);
  return id ? word(s.outside.properties_file(*id)) : std::nullopt;
}
Maybe log(const Sight& s, const Arguments& a) {
  const auto id = node_named(a[0]);
  return id ? word(s.outside.log_file(*id)) : std::nullopt;
}
Maybe error(const Sight& s, const Arguments& a) {
  const auto id = node_named(a[0]);
  return id ? word(s.watch.error_line(*id)) : std::nullopt;
}
Maybe leads(const Sight& s, const Arguments& a) {
  const auto id = node_named(a[0]);
  std::int64_t sum = 0;
  for (const auto& [name, p] : s.model().partitions()) {
    const bool of_topic = a.size() < 2 || name.topic == a[1];
    sum += of_topic && p.agreed != nullptr && p.agreed->leader == id ? 1 : 0;
  }
  return id ? count(sum) : std::nullopt;
}
Maybe not_replica(const Sight& s, const Arguments& a) {
  const auto* p = partition(s, a[0]);
  for (const auto& [id, one] : s.model().brokers()) {
    if (p != nullptr && !one.controller_only() && !p->agreed->has_replica(id)) return node(id);
  }
  return std::nullopt;
}
Maybe rate(const Sight& s, const Arguments& a) {
  const auto per_second = s.watch.rate(a[0]);
  return per_second ? count(static_cast<std::int64_t>(*per_second + 0.5)) : std::nullopt;
}
Maybe brokers(const Sight& s, const Arguments&) {
  std::int64_t sum = 0;
  for (const auto& [id, one] : s.model().brokers()) sum += one.controller_only() ? 0 : 1;
  return count(sum);
}
Maybe acked(const Sight& s, const Arguments& a) {
  const auto* c = client(s, a[0]);
  return c ? count(c->acks == "0" ? 0 : c->ledger.acked) : std::nullopt;
}
Maybe sent(const Sight& s, const Arguments& a) {
  const auto* c = client(s, a[0]);
  return c ? count(c->ledger.sent) : std::nullopt;
}
Maybe lost(const Sight& s, const Arguments& a) {
  const auto* c = client(s, a[0]);
  return c && c->ledger.lost.known() ? count(*c->ledger.lost) : std::nullopt;
}
Maybe duplicated(const Sight& s, const Arguments& a) {
  const auto* c = client(s, a[0]);
  return c && c->ledger.duplicated.known() ? count(*c->ledger.duplicated) : std::nullopt;
}
Maybe ms(const Sight& s, const Arguments& a) {
  const auto* f = failover(s, argument(a, 1));
  const auto* step = f ? step_of(*f, a[0]) : nullptr;
  const auto value = step ? f->ms(*step) : std::nullopt;
  return value ? count(static_cast<std::int64_t>(*value + 0.5)) : std::nullopt;
}
Maybe decided(const Sight& s, const Arguments& a) {
  const auto* f = failover(s, argument(a, 1));
  const auto* step = f ? step_of(*f, a[0]) : nullptr;
  return step ? word(step->property) : std::nullopt;
}
Maybe truncated(const Sight& s, const Arguments& a) {
  const auto id = node_named(a[0]);
  const auto where = partition_named(a[1]);
  const auto* replica = id && where ? s.model().replica(*where, *id) : nullptr;
  if (replica == nullptr || !replica->truncated) return std::nullopt;
  const std::int64_t from = replica->truncated->to.v, to = replica->truncated->from.v;
  if (to - from > 3) {
    return Answer{fmt::format("{}-{}", from, to - 1),
                  i18n::number(from) + "–" + i18n::number(to - 1)};
  }
  std::vector<std::string> offsets;
  for (auto offset = from; offset < to; ++offset) offsets.push_back(i18n::number(offset));
  return word(i18n::list(offsets, s.lang));
}
Maybe since(const Sight& s, const Arguments& a) {
  for (const auto& seen : s.watch.seen()) {
    if (name_of(seen.kind) == a[0]) return count(to_ms(seen.at - s.watch.since()));
  }
  return std::nullopt;
}

struct Form {
  QueryForm form;
  Maybe (*answer)(const Sight&, const Arguments&);
};
constexpr Form forms[] = {
    {{"leader", 1, 1, "leader PARTITION"}, leader},
    {{"follower", 1, 1, "follower PARTITION"}, follower},
    {{"replicas", 1, 1, "replicas PARTITION"}, replicas},
    {{"isr", 1, 1, "isr PARTITION"}, isr},
    {{"epoch", 1, 1, "epoch PARTITION"}, epoch},
    {{"end", 1, 1, "end PARTITION"}, end},
    {{"high_watermark", 1, 1, "high_watermark PARTITION"}, high_watermark},
    {{"leader_of_not_controller", 1, 1, "leader_of_not_controller TOPIC"},
     leader_of_not_controller},
    {{"partition_led_by", 2, 2, "partition_led_by BROKER TOPIC"}, partition_led_by},
    {{"controller", 0, 0, "controller"}, controller},
    {{"controller_epoch", 0, 0, "controller_epoch"}, controller_epoch},
    {{"not_controller", 0, 0, "not_controller"}, not_controller},
    {{"port", 1, 1, "port BROKER"}, port},
    {{"pid", 1, 1, "pid BROKER"}, pid},
    {{"address", 1, 1, "address BROKER"}, address},
    {{"bootstrap", 0, 0, "bootstrap"}, bootstrap},
    {{"data", 1, 1, "data BROKER"}, data},
    {{"brokers", 0, 0, "brokers"}, brokers},
    {{"controller_port", 1, 1, "controller_port BROKER"}, controller_port},
    {{"cluster_id", 0, 0, "cluster_id"}, cluster_id},
    {{"properties", 1, 1, "properties BROKER"}, properties},
    {{"log", 1, 1, "log BROKER"}, log},
    {{"error", 1, 1, "error BROKER"}, error},
    {{"leads", 1, 2, "leads BROKER [TOPIC]"}, leads},
    {{"not_replica", 1, 1, "not_replica PARTITION"}, not_replica},
    {{"rate", 1, 1, "rate CLIENT"}, rate},
    {{"property", 1, 2, "property NAME [BROKER]"}, property},
    {{"acked", 1, 1, "acked CLIENT"}, acked},
    {{"sent", 1, 1, "sent CLIENT"}, sent},
    {{"lost", 1, 1, "lost CLIENT"}, lost},
    {{"duplicated", 1, 1, "duplicated CLIENT"}, duplicated},
    {{"ms", 1, 2, "ms noticed|elected|acked|caught_up|controller [PARTITION]"}, ms},
    {{"decided", 1, 2, "decided noticed|elected|acked|caught_up|controller [PARTITION]"}, decided},
    {{"truncated", 2, 2, "truncated BROKER PARTITION"}, truncated},
    {{"since", 1, 1, "since EVENT"}, since},
};

const Form* form_named(std::string_view name) {
  for (const Form& one : forms) {
    if (one.form.name == name) return &one;
  }
  return nullptr;
}

}  // namespace

std::span<const QueryForm> query_forms() {
  static const std::vector<QueryForm> all = [] {
    std::vector<QueryForm> list;
    for (const Form& one : forms) list.push_back(one.form);
    return list;
  }();
  return all;
}

std::optional<model::TopicPartition> partition_named(const std::string& text) {
  const auto dash = text.rfind('-');
  if (dash == std::string::npos || dash == 0) return std::nullopt;
  std::int32_t index = 0;
  const char* last = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + dash + 1, last, index);
  if (error != std::errc{} || stop != last || index < 0) return std::nullopt;
  return model::TopicPartition{text.substr(0, dash), PartitionIndex{index}};
}

std::string property_line(const std::string& text, const std::string& name) {
  const auto trimmed = [](std::string_view part) {
    const auto first = part.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return std::string();
    return std::string(part.substr(first, part.find_last_not_of(" \t\r") + 1 - first));
  };
  std::string value;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t stop = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, stop - at);
    const auto equals = line.find('=');
    at = stop + 1;
    if (equals == std::string_view::npos || trimmed(line.substr(0, equals)) != name) continue;
    value = trimmed(line.substr(equals + 1));
  }
  return value;
}

std::optional<NodeId> node_named(const std::string& text) {
  std::int32_t id = 0;
  const char* last = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), last, id);
  if (error != std::errc{} || stop != last || id < 0) return std::nullopt;
  return NodeId{id};
}

std::optional<Answer> ask(const Query& query, const Sight& sight) {
  if (query.words.empty()) return std::nullopt;
  if (query.words.size() == 1) {
    if (const auto at = sight.names.find(query.words[0]); at != sight.names.end()) {
      return at->second;
    }
  }
  const Form* form = form_named(query.words[0]);
  Arguments arguments(query.words.begin() + 1, query.words.end());
  if (form == nullptr || arguments.size() < form->form.least) return std::nullopt;
  for (std::string& one : arguments) {
    if (const auto at = sight.names.find(one); at != sight.names.end()) one = at->second.plain;
  }
  return form->answer(sight, arguments);
}

void check_queries(const Template& text, const std::vector<std::string>& names, const Pen& pen) {
  for (const auto& piece : text.pieces()) {
    if (piece.kind != Template::Piece::Kind::query) continue;
    const auto& words = piece.query.words;
    if (words.empty()) {
      pen.note(text.line(), "{} is empty: a name of let, or a query (\"{{\" is a brace)");
      continue;
    }
    if (words.size() == 1 && std::count(names.begin(), names.end(), words[0]) != 0) continue;
    const Form* form = form_named(words[0]);
    if (form == nullptr) {
      std::vector<std::string> known = names;
      for (const Form& one : forms) known.emplace_back(one.form.name);
      pen.note(text.line(), fmt::format("{{{}}} is neither a name of let nor a query{}",
                                        piece.query.text(), did_you_mean(words[0], known)));
    } else if (words.size() - 1 < form->form.least || words.size() - 1 > form->form.most) {
      pen.note(text.line(),
               fmt::format("{{{}}}: the query is {{{}}}", piece.query.text(), form->form.usage));
    }
  }
}

}  // namespace lab::lessons
