// See text_picture.h.
#include "app/scene/text_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "app/i18n/format.h"
#include "app/scene/columns.h"
#include "app/scene/plan.h"
#include "app/scene/state_line.h"

namespace lab::scene {
namespace {

using model::ReplicaState;

struct Picture {
  const model::ClusterModel& model;
  const CanvasView& view;
  Instant now;
  std::vector<const model::Broker*> brokers;
  std::vector<const model::Partition*> rows;
  std::vector<std::string> folded;  // "__consumer_offsets · 3 partitions, folded"
  std::string out;
  Lang lang() const { return view.lang; }
};

std::vector<std::string> header(const Picture& p, const model::Broker& b) {
  std::vector<std::string> lines;
  std::string name = say(b.controller_only() ? Word::controller_node : Word::broker, p.lang(),
                         fmt::format("{}", b.id.v));
  const auto controller = p.model.active_controller();
  if (controller && *controller == b.id && b.state != model::BrokerState::dead) {
    name += fmt::format("  {} · {}", word(Word::controller, p.lang()),
                        say(Word::epoch, p.lang(), i18n::number(p.model.quorum().epoch.v)));
  }
  lines.push_back(std::move(name));
  std::string address;
  if (b.client_port != 0) {
    address = fmt::format("{}:{}", b.host.empty() ? "localhost" : b.host, b.client_port);
  }
  if (b.pid.known() && *b.pid > 0) address += fmt::format("  pid {}", *b.pid);
  lines.push_back(std::move(address));
  lines.push_back(state_line(p.model, b, p.now, p.lang()).words.front());
  return lines;
}

struct Role {
  char mark;
  Word word;
};
Role role_of(ReplicaState state) {
  switch (state) {
    case ReplicaState::leader:
      return {'#', Word::leader};
    case ReplicaState::in_sync:
      return {'=', Word::follower};
    case ReplicaState::out_of_sync:
      return {'~', Word::out_of_sync};
    case ReplicaState::catching_up:
      return {'~', Word::catching_up};
    case ReplicaState::offline:
      return {'x', Word::offline};
    case ReplicaState::unknown:
      break;
  }
  return {'?', Word::not_known};
}

// Empty where the broker has no replica of the partition.
std::string cell(const Picture& p, const model::Partition& partition, NodeId node) {
  const auto& agreed = partition.agreed;
  const auto it = partition.replicas.find(node);
  if (agreed != nullptr ? !agreed->has_replica(node) : it == partition.replicas.end()) return {};
  const model::Replica* replica = it == partition.replicas.end() ? nullptr : &it->second;
  const ReplicaState state = replica != nullptr ? replica->state : ReplicaState::unknown;
  const Role role = role_of(state);
  const bool leaderless = agreed != nullptr && agreed->leader == no_node;
  std::string text =
      fmt::format("{} {}", leaderless && state != ReplicaState::offline ? '?' : role.mark,
                  word(leaderless ? Word::leader_none : role.word, p.lang()));
  if (replica != nullptr && replica->marks.known()) {
    text += fmt::format(" {}", i18n::number(replica->marks->log_end.v));
    if (replica->marks->high_watermark != replica->marks->log_end) {
      text += fmt::format(" (hw {})", i18n::number(replica->marks->high_watermark.v));
    }
  } else {
    text += " ?";
  }
  if (state == ReplicaState::leader && agreed != nullptr && agreed->under_replicated()) {
    text += fmt::format(" ISR {}/{}", agreed->isr.size(), agreed->replicas.size());
  }
  if (state == ReplicaState::catching_up || state == ReplicaState::out_of_sync) {
    const auto gap = p.model.gap(partition, node);
    if (gap) text += ", " + say(Word::behind, p.lang(), i18n::number(gap->records));
  }
  return text;
}

void collect(Picture& p) {
  for (const bool controllers : {false, true}) {
    for (const auto& [id, broker] : p.model.brokers()) {
      if (broker.controller_only() == controllers) p.brokers.push_back(&broker);
    }
  }
  std::map<std::string, std::int64_t> folded;
  for (const auto& [id, partition] : p.model.partitions()) {
    if (is_internal(id.topic) && p.view.fold_internal) {
      ++folded[id.topic];
    } else {
      p.rows.push_back(&partition);
    }
  }
  for (const auto& [topic, count] : folded) {
    p.folded.push_back(
        fmt::format("{} · {}", topic, say(Word::folded_topic, p.lang(), i18n::number(count))));
  }
}

std::string trimmed(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line + "\n";
}

// False where it would be wider than `columns`.
bool table(Picture& p, std::size_t columns) {
  std::size_t label = 0;
  for (const model::Partition* row : p.rows) label = std::max(label, columns_of(row->id.text()));
  std::vector<std::vector<std::string>> heads;
  std::vector<std::size_t> widths;
  std::size_t whole = label;
  for (const model::Broker* b : p.brokers) {
    heads.push_back(header(p, *b));
    std::size_t width = 0;
    for (const std::string& line : heads.back()) width = std::max(width, columns_of(line));
    for (const model::Partition* row : p.rows) {
      width = std::max(width, columns_of(cell(p, *row, b->id)));
    }
    widths.push_back(width);
    whole += width + 3;
  }
  if (whole > columns) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    std::string line = padded("", label);
    for (std::size_t b = 0; b < heads.size(); ++b) line += "   " + padded(heads[b][i], widths[b]);
    p.out += trimmed(line);
  }
  for (const model::Partition* row : p.rows) {
    std::string line = padded(row->id.text(), label);
    for (std::size_t b = 0; b < p.brokers.size(); ++b) {
      line += "   " + padded(cell(p, *row, p.brokers[b]->id), widths[b]);
    }
    p.out += trimmed(line);
  }
  return true;
}

void list(Picture& p) {
  std::size_t label = 0;
  for (const model::Partition* row : p.rows) label = std::max(label, columns_of(row->id.text()));
  for (const model::Broker* b : p.brokers) {
    const auto head = header(p, *b);
    p.out += trimmed(head[0]);
    p.out += trimmed("  " + head[1] + (head[1].empty() ? "" : "  ") + head[2]);
    for (const model::Partition* row : p.rows) {
      const std::string text = cell(p, *row, b->id);
      if (!text.empty()) p.out += "  " + padded(row->id.text(), label) + "  " + text + "\n";
    }
  }
}

void links(Picture& p) {
  for (const auto& [key, fault] : p.model.faults()) {
    if (fault.kind == "cut") p.out += say(Word::link_cut, p.lang(), fault.target) + "\n";
    if (fault.kind != "delay") continue;
    p.out += say(Word::link_slow, p.lang(), fault.target, fault.detail) + "\n";
  }
}

void clients(Picture& p) {
  for (const auto& [key, client] : p.model.clients()) {
    if (client.gone_at) continue;
    std::string brokers;
    std::map<NodeId, bool> open;
    for (const model::Connection* one : p.model.links_of(client)) {
      const NodeId broker = one->key.node != no_node ? one->key.node : one->peer.node;
      open[broker] = open[broker] || !one->closed_at;
    }
    for (const auto& [broker, is_open] : open) {
      brokers +=
          fmt::format("{}{}{}", brokers.empty() ? "Br#" : ", Br#", broker.v, is_open ? "" : " x");
    }
    const std::string_view arrow = client.reads || client.role == "consumer" ? "<-" : "->";
    p.out += trimmed(fmt::format("{} {} {}", client.name, arrow, brokers));
  }
}

}  // namespace

std::string text_picture(const model::ClusterModel& model, const CanvasView& view, Instant now,
                         std::size_t columns) {
  Picture p{model, view, now, {}, {}, {}, {}};
  collect(p);
  if (p.brokers.empty()) return std::string(word(Word::no_cluster, view.lang)) + "\n";
  if (model.all_dead_since()) p.out += std::string(word(Word::nobody_alive, view.lang)) + "\n";
  if (!table(p, columns)) list(p);
  if (p.rows.empty()) p.out += std::string(word(Word::no_partitions, view.lang)) + "\n";
  for (const std::string& line : p.folded) p.out += line + "\n";
  const auto [alive, voters] = model.voters();
  if (voters > 0) {
    p.out += say(Word::quorum_of, view.lang, i18n::number(alive), i18n::number(voters));
    if (2 * alive <= voters) p.out += " · " + std::string(word(Word::no_majority, view.lang));
    p.out += "\n";
  }
  links(p);
  clients(p);
  return p.out;
}

}  // namespace lab::scene
