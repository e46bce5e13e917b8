// What all brokers agree on, in the words of the tutorial: a line a partition, all assigned
// replicas with what is wrong with each. A line turns red and names the broker that believes
// something older.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/scene/canvas.h"

namespace lab::scene {
namespace {

struct Span {
  std::string text;
  Type type = Type::regular;
  Ink ink = Token::ink;
};
struct Line {
  const RowPlan* row = nullptr;  // null: the line that counts the rest
  bool hot = false;
  std::vector<std::vector<Span>> variants;  // ever shorter
};

float width_of(const Canvas& c, const std::vector<Span>& spans) {
  float w = 0;
  for (const Span& s : spans) w += c.pen.width(s.text, c.u(14), s.type);
  return w;
}

model::ReplicaState state_of(const RowPlan& row, NodeId id) {
  const auto it = row.partition->replicas.find(id);
  return it == row.partition->replicas.end() ? model::ReplicaState::unknown : it->second.state;
}

// Anything that a learner should look at: trouble, a replica that is offline, an older belief.
bool is_hot(const Canvas& c, const RowPlan& row) {
  if (in_trouble(*row.partition) || !c.model.behind(*row.partition).empty()) return true;
  return std::any_of(
      row.partition->replicas.begin(), row.partition->replicas.end(),
      [](const auto& one) { return one.second.state == model::ReplicaState::offline; });
}

Span follower(const Canvas& c, const RowPlan& row, NodeId id) {
  const std::string name = fmt::format("Br#{}", id.v);
  const model::ReplicaState state = state_of(row, id);
  if (state == model::ReplicaState::offline) {
    return {fmt::format("{} {}", name, word(Word::is_offline, c.lang())), Type::semibold,
            Token::trouble_text};
  }
  if (state == model::ReplicaState::out_of_sync || state == model::ReplicaState::catching_up) {
    return {fmt::format("{} {}", name, word(Word::is_behind, c.lang())), Type::semibold,
            Token::warn_text};
  }
  return {name, Type::regular, Token::ink};
}

std::string isr_text(const model::PartitionView& view) {
  std::string text;
  for (const NodeId id : view.isr) text += fmt::format("{}{}", text.empty() ? "" : ", ", id.v);
  return text.empty() ? "–" : text;
}

std::string epoch_text(const Canvas& c, const model::Partition& p) {
  const std::int32_t now = p.agreed->leader_epoch.v;
  const bool fresh = p.elected && p.epoch_before.v >= 0 && c.since(p.leader_since) < 60;
  return say(Word::epoch, c.lang(),
             fresh ? fmt::format("{} → {}", p.epoch_before.v, now) : fmt::format("{}", now));
}

std::vector<Span> core(const Canvas& c, const RowPlan& row, bool brief) {
  const model::PartitionView& view = *row.partition->agreed;
  const auto& id = row.partition->id;
  std::vector<Span> spans;
  spans.push_back(
      {brief ? row.label + ": "
             : say(Word::topic_partition, c.lang(), id.topic, fmt::format("{}", id.partition.v)),
       Type::regular, Token::muted});
  if (view.leader == no_node) {
    spans.push_back(
        {std::string(word(Word::leader_none, c.lang())), Type::bold, Token::trouble_text});
  } else {
    std::string leader = say(Word::leader_is, c.lang(), fmt::format("{}", view.leader.v));
    const bool lost = state_of(row, view.leader) == model::ReplicaState::offline;
    if (lost) leader += fmt::format(" {}", word(Word::is_offline, c.lang()));
    spans.push_back({leader, Type::bold, lost ? Token::trouble_text : Token::ink});
  }
  bool first = true;
  for (const NodeId replica : view.replicas) {
    if (replica == view.leader) continue;
    spans.push_back({first ? std::string(word(Word::follower_label, c.lang())) : ", ",
                     Type::regular, Token::ink});
    spans.push_back(follower(c, row, replica));
    first = false;
  }
  return spans;
}

Line line_of(const Canvas& c, const RowPlan& row) {
  Line line;
  line.row = &row;
  const model::Partition& p = *row.partition;
  const auto behind = c.model.behind(p);
  line.hot = is_hot(c, row);
  for (const bool brief : {false, true}) {
    std::vector<Span> spans = core(c, row, brief);
    std::vector<Span> tail;
    if (!behind.empty()) {
      const model::SharedView& belief = p.beliefs.at(behind.front()).view;
      tail.push_back({"  " + say(Word::believes, c.lang(), fmt::format("{}", behind.front().v),
                                 belief ? fmt::format("{}", belief->leader.v) : "?",
                                 belief ? fmt::format("{}", belief->leader_epoch.v) : "?"),
                      Type::semibold, Token::trouble_text});
    } else {
      tail.push_back({fmt::format("  ISR {} · {}", isr_text(*p.agreed), epoch_text(c, p)),
                      Type::regular, Token::muted});
    }
    std::vector<Span> full = spans;
    full.insert(full.end(), tail.begin(), tail.end());
    line.variants.push_back(std::move(full));
    if (brief) line.variants.push_back(std::move(spans));
  }
  return line;
}

// The lines that there is room for: those in trouble are never counted away before healthy ones.
std::vector<Line> choose_lines(const Canvas& c, std::size_t room) {
  std::vector<const RowPlan*> rows;
  for (const RowPlan& row : c.plan.rows) {
    if (row.partition->agreed != nullptr) rows.push_back(&row);
  }
  std::vector<Line> lines;
  if (rows.size() <= room) {
    for (const RowPlan* row : rows) lines.push_back(line_of(c, *row));
    return lines;
  }
  const std::size_t shown = room - 1;
  std::vector<const RowPlan*> chosen;
  for (const bool troubled : {true, false}) {
    for (const RowPlan* row : rows) {
      if (is_hot(c, *row) == troubled && chosen.size() < shown) chosen.push_back(row);
    }
  }
  std::size_t hidden_trouble = 0;
  for (const RowPlan* row : rows) {
    if (std::find(chosen.begin(), chosen.end(), row) != chosen.end()) {
      lines.push_back(line_of(c, *row));
    } else if (in_trouble(*row->partition)) {
      ++hidden_trouble;
    }
  }
  const std::string rest = i18n::number(static_cast<std::int64_t>(rows.size() - chosen.size()));
  Line count;
  count.hot = hidden_trouble > 0;
  count.variants.push_back(
      {{hidden_trouble == 0 ? say(Word::more_partitions, c.lang(), rest)
                            : say(Word::more_partitions_trouble, c.lang(), rest,
                                  i18n::number(static_cast<std::int64_t>(hidden_trouble))),
        Type::regular, hidden_trouble == 0 ? Token::muted : Token::trouble_text}});
  lines.push_back(std::move(count));
  return lines;
}

const std::vector<Span>& variant_of(const Line& line, std::size_t level) {
  return line.variants[std::min(level, line.variants.size() - 1)];
}

void draw_line(Canvas& c, const Line& line, std::size_t level, Point at, float room) {
  const std::vector<Span>& chosen = variant_of(line, level);
  if (width_of(c, chosen) > room) return;
  const Box box{at.x - c.u(6), at.y - c.u(17), room + c.u(6), c.u(23)};
  std::size_t element = 0;
  if (line.row != nullptr) {
    const auto& id = line.row->partition->id;
    element = c.pen.open({Kind::belief, c.pen.scene().intern(id.topic), -1, id.partition.v}, box);
  } else {
    element = c.pen.open({Kind::more, c.pen.scene().intern("partitions")}, box);
  }
  if (line.hot) c.pen.rect(box, Token::trouble_ground);
  float x = at.x;
  for (const Span& s : chosen) x += c.pen.text({x, at.y}, s.text, c.u(14), s.type, s.ink);
  c.pen.close(element);
}

// Where the second column begins, and how brief the lines must be for both to fit.
struct Columns {
  float second = 0;
  std::size_t level = 0;
};

Columns share_width(const Canvas& c, const std::vector<Line>& lines, std::size_t half,
                    float width) {
  const float gap = c.u(18);
  for (std::size_t level = 0; level < 3; ++level) {
    float first = 0, second = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      float& widest = i < half ? first : second;
      widest = std::max(widest, width_of(c, variant_of(lines[i], level)));
    }
    if (first + second + gap > width && level < 2) continue;
    // In the middle where both fit there, else as far left as the first column allows.
    return {std::max(std::min(width / 2 + gap / 2, width - second), first + gap), level};
  }
  return {width / 2 + gap / 2, 2};
}

struct Agreement {
  std::int64_t brokers = 0, live = 0, agree = 0;
  std::optional<Offset> offset;
  std::vector<std::string> stopped;  // "Br#2 stopped at 4 132"
};

Agreement agreement(const Canvas& c) {
  Agreement a;
  std::set<NodeId> behind;
  for (const RowPlan& row : c.plan.rows) {
    for (const NodeId id : c.model.behind(*row.partition)) behind.insert(id);
  }
  for (const BrokerPlace& place : c.plan.brokers) {
    if (place.controller_only) continue;
    const model::Broker& b = *place.broker;
    ++a.brokers;
    if (b.live()) {
      ++a.live;
      if (!behind.contains(b.id)) ++a.agree;
      if (b.applied.known()) a.offset = std::max(a.offset.value_or(no_offset), b.applied->offset);
    } else if (b.applied.known() && !b.alive.value_or(true)) {
      a.stopped.push_back(say(Word::stopped_at, c.lang(), fmt::format("{}", b.id.v),
                              i18n::number(b.applied->offset.v)));
    }
  }
  return a;
}

void status(Canvas& c, const Agreement& a, Point right, float room) {
  if (a.live == 0) return;
  const bool all = a.agree == a.live;
  std::vector<std::string> parts;
  const Word what = !all                  ? Word::disagree
                    : a.live == a.brokers ? Word::agree_count
                                          : Word::agree_live_count;
  parts.push_back(
      say(what, c.lang(), i18n::number(all ? a.agree : a.live - a.agree), i18n::number(a.live)));
  if (a.offset) parts.push_back(say(Word::metadata_offset, c.lang(), i18n::number(a.offset->v)));
  parts.insert(parts.end(), a.stopped.begin(), a.stopped.end());
  const float em = c.u(12);
  while (!parts.empty()) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : " · ") + part;
    const float w = c.pen.width(text, em, Type::semibold);
    if (w + c.u(20) <= room) {
      c.pen.text(right, text, em, Type::semibold, all ? Token::ok_text : Token::trouble_text,
                 Align::right);
      const Point sign{right.x - w - c.u(18), right.y - c.u(10)};
      if (all) return tick(c.pen, sign, c.u(11), Token::ok_text, c.pen.w(2));
      return warning(c.pen, sign, c.u(12), Token::trouble, Token::card);
    }
    parts.pop_back();
  }
}

}  // namespace

void draw_metadata(Canvas& c) {
  const Box& box = c.plan.metadata;
  if (box.h <= 0) return;
  const std::size_t element = c.pen.open({Kind::metadata}, box);
  c.pen.rect(box, Token::card, Token::line, c.pen.hair(), c.u(8));
  const Agreement a = agreement(c);
  const Word title = a.live == 0           ? Word::agree_last
                     : a.live == a.brokers ? Word::agree_all
                                           : Word::agree_live;
  const float left = box.x + c.u(16), y = box.y + c.u(25);
  const float w = c.pen.text({left, y}, word(title, c.lang()), c.u(14), Type::bold, Token::ink);
  status(c, a, {box.right() - c.u(16), y - c.u(1)}, box.w - w - c.u(48));
  const auto per_column = static_cast<std::size_t>(c.plan.metadata_lines);
  const auto lines = choose_lines(c, per_column * 2);
  const std::size_t half = std::max<std::size_t>((lines.size() + 1) / 2, 1);
  const Columns columns = share_width(c, lines, half, box.w - c.u(32));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool second = i >= half;
    const float x = left + (second ? columns.second : 0);
    const float room = second ? box.w - c.u(32) - columns.second : columns.second - c.u(12);
    const float line_y = box.y + c.u(52) + static_cast<float>(i % half) * c.u(24);
    draw_line(c, lines[i], columns.level, {x, line_y}, room);
  }
  c.pen.close(element);
}

}  // namespace lab::scene
