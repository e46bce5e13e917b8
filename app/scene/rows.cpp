// Rows that run through all cards at one height: a title line and a tape, or a bar.
#include <fmt/format.h>

#include <algorithm>

#include "app/scene/canvas.h"

namespace lab::scene {
namespace {

using model::ReplicaState;

constexpr float chip_seconds = 5, chip_fade_seconds = 0.4F;

// Everything that is to be known of one replica before it is drawn.
struct RowInfo {
  const RowPlan& row;
  const BrokerPlace& place;
  const model::PartitionView* view = nullptr;  // what is agreed
  const model::Replica* replica = nullptr;
  Box box;
  ReplicaState state = ReplicaState::unknown;
  bool leaderless = false, short_isr = false, preferred = false;
  std::optional<model::Gap> gap;
};

RowInfo info_of(Canvas& c, const RowPlan& row, const BrokerPlace& place) {
  RowInfo info{row,         place, row.partition->agreed.get(),
               nullptr,     {},    ReplicaState::unknown,
               false,       false, false,
               std::nullopt};
  const NodeId id = place.broker->id;
  const auto it = row.partition->replicas.find(id);
  if (it != row.partition->replicas.end()) {
    info.replica = &it->second;
    info.state = it->second.state;
  }
  info.box = {place.box.x + c.u(7), place.box.y + row.y, place.box.w - c.u(14), c.plan.row_height};
  if (info.view != nullptr) {
    info.leaderless = info.view->leader == no_node;
    info.preferred = !info.view->replicas.empty() && info.view->replicas[0] == id;
    info.short_isr = info.state == ReplicaState::leader && info.view->under_replicated();
  }
  if (info.state == ReplicaState::catching_up || info.state == ReplicaState::out_of_sync) {
    info.gap = c.model.gap(*row.partition, id);
  }
  return info;
}

bool shown_here(const RowPlan& row, NodeId id) {
  if (row.partition->agreed != nullptr) return row.partition->agreed->has_replica(id);
  return row.partition->replicas.contains(id);
}

Ink row_ground(const RowInfo& info) {
  return info.short_isr ? Token::trouble_ground : ground_of(info.place);
}

TapeLook look_of(const RowInfo& info) {
  if (info.state == ReplicaState::offline) return TapeLook::offline;
  if (info.leaderless) return TapeLook::plain;
  switch (info.state) {
    case ReplicaState::leader:
      return TapeLook::leader;
    case ReplicaState::in_sync:
      return TapeLook::in_sync;
    case ReplicaState::out_of_sync:
      return TapeLook::out_of_sync;
    case ReplicaState::catching_up:
      return TapeLook::catching_up;
    case ReplicaState::offline:
    case ReplicaState::unknown:
      break;
  }
  return TapeLook::plain;
}

struct RoleText {
  std::string full, brief;
  Ink ink = Token::muted;
  Type type = Type::regular;
  float chip = 0;  // opacity of a filled chip
};

float chip_opacity(Canvas& c, const RowInfo& info) {
  if (info.state != ReplicaState::leader || !info.row.partition->elected) return 0;
  const float since = c.since(info.row.partition->leader_since);
  return std::clamp((chip_seconds + chip_fade_seconds - since) / chip_fade_seconds, 0.0F, 1.0F);
}

RoleText leaderless_text(Canvas& c, const RowInfo& info) {
  const std::string time = i18n::duration(c.now - info.row.partition->leader_since, c.lang());
  return {say(Word::no_leader, c.lang(), time), std::string(word(Word::leader_none, c.lang())),
          Token::trouble_text, Type::semibold, 0};
}

RoleText role_text(Canvas& c, const RowInfo& info) {
  const auto plain = [&](Word what, Token ink, Type type) {
    const std::string text(word(what, c.lang()));
    return RoleText{text, text, ink, type, 0};
  };
  if (info.state == ReplicaState::offline) {
    if (info.leaderless) {
      RoleText text = leaderless_text(c, info);
      const std::string offline(word(Word::offline, c.lang()));
      return {offline + " · " + text.full, offline, Token::dead_text, Type::regular, 0};
    }
    return plain(Word::offline, Token::dead_text, Type::regular);
  }
  if (info.leaderless) return leaderless_text(c, info);
  switch (info.state) {
    case ReplicaState::leader: {
      const float chip = chip_opacity(c, info);
      const std::string brief(word(chip > 0 ? Word::new_leader : Word::leader, c.lang()));
      const std::string epoch =
          say(Word::epoch, c.lang(),
              i18n::number(info.view != nullptr ? info.view->leader_epoch.v : 0));
      return {info.view != nullptr ? brief + " · " + epoch : brief, brief, Token::leader,
              Type::semibold, chip};
    }
    case ReplicaState::in_sync:
      return plain(Word::follower, Token::muted, Type::regular);
    case ReplicaState::out_of_sync:
      return plain(Word::out_of_sync, Token::warn_text, Type::semibold);
    case ReplicaState::catching_up:
      return plain(Word::catching_up, Token::warn_text, Type::semibold);
    default:
      return plain(Word::not_known, Token::muted, Type::regular);
  }
}

// On a dead card a crack may run below words: they stand on a patch of its ground.
void word_patch(Canvas& c, const RowInfo& info, float x, float baseline, float w, float em) {
  if (!is_dead(*info.place.broker)) return;
  c.pen.rect({x - c.u(2), baseline - 0.85F * em, w + c.u(4), 1.15F * em}, Token::dead);
}

// "ISR 1/2" with its triangle (where that stays right of `least`), or "17 behind"; right-aligned,
// never dropped. Gives its left end.
float trouble_text(Canvas& c, const RowInfo& info, float baseline, float right, float least) {
  const float em = c.u(12);
  if (info.short_isr) {
    const std::string text =
        fmt::format("ISR {}/{}", info.view->isr.size(), info.view->replicas.size());
    const float w =
        c.pen.text({right, baseline}, text, em, Type::bold, Token::trouble_text, Align::right);
    const float sign = c.u(12);
    const float left = right - w - c.u(17);
    if (left < least) return right - w;
    warning(c.pen, {left, baseline - c.u(10.5F)}, sign, Token::trouble, Token::trouble_ground);
    return left;
  }
  if (info.gap && info.gap->records > 0 && info.state != ReplicaState::offline) {
    const std::string text = say(Word::behind, c.lang(), i18n::number(info.gap->records));
    return right -
           c.pen.text({right, baseline}, text, em, Type::bold, Token::warn_text, Align::right);
  }
  return right;
}

void role(Canvas& c, const RowInfo& info, const RoleText& text, float x, float baseline,
          float room) {
  const float em = c.u(12);
  const std::string plain(word(Word::leader, c.lang()));  // where the chip is too wide
  for (const std::string* words : {&text.full, &text.brief, &plain}) {
    if (words == &plain && text.chip <= 0) return;
    const bool chip = text.chip > 0 && words != &plain;
    const Type type = chip ? Type::bold : text.type;
    const float pad = chip ? c.u(7) : 0;
    const float w = c.pen.width(*words, em, type);
    if (w + 2 * pad > room) continue;
    if (chip) {
      c.pen.rect({x, baseline - em * 1.06F, w + 2 * pad, em * 1.4F}, Ink(Token::leader, text.chip),
                 no_ink, 0, c.u(4));
    }
    word_patch(c, info, x, baseline, w, em);
    c.pen.text({x + pad, baseline}, *words, em, type,
               chip && text.chip > 0.5F ? Ink(Token::on_leader) : text.ink);
    return;
  }
}

// The name comes first: for its sake the type gets smaller, then the pennant goes.
void title_line(Canvas& c, const RowInfo& info, float baseline) {
  const bool offline = info.state == ReplicaState::offline;
  const Ink ink = offline ? Token::dead_text : Token::ink;
  float x = info.place.box.x + c.u(16);
  const float right = info.place.box.right() - c.u(16);
  const auto wide = [&](float em) { return c.pen.width(info.row.label, em, Type::semibold); };
  const float flag = info.preferred ? c.u(15) : 0;
  const float end =
      trouble_text(c, info, baseline, right, x + flag + wide(c.u(14)) + c.u(8)) - c.u(8);
  const bool roomy = x + flag + wide(c.u(14)) <= end;
  const float em = c.u(roomy ? 14.0F : 12.0F), name = wide(em);
  const bool named = x + name <= end;
  if (info.preferred && (!named || x + flag + name <= end)) {
    const bool leads = info.state == ReplicaState::leader && !info.leaderless;
    pennant(c.pen, {x + c.u(1), baseline - c.u(11)}, c.u(11), ink, leads);
    x += flag;
  }
  if (named) {
    word_patch(c, info, x, baseline, name, em);
    c.pen.text({x, baseline}, info.row.label, em, Type::semibold, ink);
    x += name + c.u(9);
  }
  role(c, info, role_text(c, info), x, baseline, end - x);
}

TapeScale scale_of(Canvas& c, const RowInfo& info) {
  Offset base{0}, end = c.model.row_end(*info.row.partition);
  bool first = true;
  for (const auto& [id, replica] : info.row.partition->replicas) {
    if (!replica.marks.known()) continue;
    base = first ? replica.marks->log_start : std::min(base, replica.marks->log_start);
    first = false;
  }
  const float indent = base.v > 0 ? c.u(16) : 0;
  return {info.place.box.x + c.u(16) + indent,
          c.plan.body - indent,
          c.plan.cell,
          c.plan.cells,
          std::clamp(base, Offset(0), std::max(end, Offset(0))),
          std::max(end, Offset(0))};
}

void truncation(Canvas& c, const RowInfo& info, Tape& tape) {
  if (!info.replica->truncated || info.state == ReplicaState::offline) return;
  const model::Truncation& cut = *info.replica->truncated;
  const float since = c.seen_since(cut.at);
  if (since < 0 || since > 3 || records_cut(cut) == 0) return;
  draw_falling(c.pen, tape, cut, since);
  if (!tape.numbers) return;
  const std::int64_t count = records_cut(cut);
  std::string which = i18n::number(cut.to.v);
  if (count == 2) which += ", " + i18n::number(std::max<std::int64_t>(cut.to.v, 0) + 1);
  if (count > 2) which += "–" + i18n::number(cut.from.v - 1);
  const std::string text = say(Word::cut, c.lang(), which);
  const float em = c.u(12), w = c.pen.width(text, em, Type::semibold);
  const float right = info.place.box.right() - c.u(16);
  float x = tape.scale.x(cut.from) + c.u(14);
  // Not over what lies there: left of it where the right has no room.
  if (x + w > right) x = std::max(tape.scale.x(cut.to) - c.u(10) - w, info.place.box.x + c.u(16));
  c.pen.text({x, tape.y + tape.h + c.u(14)}, text, em, Type::semibold, Token::warn_text);
  tape.keep_free_from = std::min(x, tape.scale.x(cut.to)) - c.u(8);
}

void tape(Canvas& c, const RowInfo& info, float y, float h, bool numbers) {
  if (info.replica == nullptr || !info.replica->marks.known()) {
    draw_unknown_tape(c.pen, {info.place.box.x + c.u(16), y},
                      c.plan.body + c.plan.cell * static_cast<float>(c.plan.cells) * 0.7F, h);
    return;
  }
  Tape t;
  t.scale = scale_of(c, info);
  t.marks = *info.replica->marks;
  t.look = look_of(info);
  t.y = y;
  t.h = h;
  t.ground = row_ground(info);
  t.numbers = numbers;
  if (t.look == TapeLook::leader && info.row.partition->elected) {
    t.filled = ease_out(c.seen_since(info.row.partition->leader_since) / 0.3F);
  }
  if (info.gap && info.gap->records > 0) t.leader_end = info.gap->leader_end;
  truncation(c, info, t);
  draw_tape(c.pen, t);
}

void trouble_ground(Canvas& c, const RowInfo& info) {
  if (!info.short_isr) return;
  const Box& card = info.place.box;
  const float y = info.box.y + c.u(2), h = info.box.h - c.u(5);
  c.pen.rect({card.x + c.u(1), y, card.w - c.u(2), h}, Token::trouble_ground);
  c.pen.rect({card.x, y, c.u(6), h}, Token::trouble);
}

void tape_row(Canvas& c, const RowInfo& info) {
  const float h = info.box.h, k = c.plan.unit;
  const bool numbers = c.plan.detail == Detail::numbers;
  if (numbers) {
    const float s = h / 68;
    title_line(c, info, info.box.y + 21 * s);
    return tape(c, info, info.box.y + 34 * s, 16 * k, true);
  }
  const float tape_h = std::clamp(h * 0.3F, 9 * k, 16 * k);
  const float title = h * 0.27F + 4.5F * k;
  title_line(c, info, info.box.y + title);
  tape(c, info, info.box.bottom() - tape_h - 4 * k, tape_h, false);
}

void bar_row(Canvas& c, const RowInfo& info) {
  const float em = c.u(12), left = info.place.box.x + c.u(16);
  const float right = info.place.box.right() - c.u(16);
  const float h = std::min(c.u(14), info.box.h - c.u(4));
  const float y = info.box.y + (info.box.h - h) / 2, baseline = y + h / 2 + em * 0.36F;
  const bool offline = info.state == ReplicaState::offline;
  const float words = trouble_text(c, info, baseline, right,
                                   left + c.plan.bar_label + c.u(c.plan.bars ? 24.0F : 0));
  const float name = c.pen.width(info.row.label, em, Type::semibold);
  if (name <= std::min(c.plan.bar_label, words - c.u(4) - left)) {
    word_patch(c, info, left, baseline, name, em);
    c.pen.text({left, baseline}, info.row.label, em, Type::semibold,
               offline ? Token::dead_text : Token::ink);
  }
  if (words > right - 1) {
    const RoleText text = role_text(c, info);
    const float w = c.pen.width(text.brief, em, text.type);
    if (w <= std::min(c.plan.bar_word, right - left)) {
      c.pen.text({right, baseline}, text.brief, em, text.type, text.ink, Align::right);
    }
  }
  if (!c.plan.bars) return;
  if (info.replica == nullptr || !info.replica->marks.known()) {
    const float w = right - c.plan.bar_word - left - c.plan.bar_label - c.u(8);
    if (w < c.u(9)) return;
    return draw_unknown_tape(c.pen, {left + c.plan.bar_label, y}, w, h);
  }
  const float room = std::min(right - c.plan.bar_word, words) - c.u(8) - left - c.plan.bar_label;
  if (room < c.u(8)) return;
  Tape t;
  t.scale = scale_of(c, info);
  t.scale.left = left + c.plan.bar_label;
  t.scale.body = room * 0.4F;
  t.scale.cells = 30;
  t.scale.cell = room * 0.6F / 30;
  t.marks = *info.replica->marks;
  t.marks.high_watermark = t.marks.log_end;  // bars do not show it
  t.look = look_of(info);
  t.y = y;
  t.h = h;
  t.ground = row_ground(info);
  t.signs = t.numbers = false;
  t.plain_bar = true;
  if (info.gap && info.gap->records > 0) t.leader_end = info.gap->leader_end;
  draw_tape(c.pen, t);
}

void folded_line(Canvas& c, const BrokerPlace& place, std::size_t topic, float y) {
  const TopicPlan& plan = c.plan.topics[topic];
  std::int64_t here = 0, trouble = 0;
  for (const model::Partition* p : plan.partitions) {
    if (p->agreed == nullptr || !p->agreed->has_replica(place.broker->id)) continue;
    ++here;
    if (p->agreed->leader == place.broker->id && p->agreed->under_replicated()) ++trouble;
    if (p->agreed->leader == no_node) ++trouble;
  }
  if (here == 0) return;
  const float left = place.box.x + c.u(16), right = place.box.right() - c.u(16);
  const float em = c.u(12), baseline = place.box.y + y + c.u(16);
  const std::size_t element =
      c.pen.open({Kind::folded, c.pen.scene().intern(plan.name), place.broker->id.v},
                 {left, place.box.y + y, right - left, c.plan.folded_height});
  const Ink soft = is_dead(*place.broker) ? Token::dead_text : Token::muted;
  float end = right;
  if (trouble > 0 && !is_dead(*place.broker)) {
    end -= c.pen.text({right, baseline}, say(Word::under_n, c.lang(), i18n::number(trouble)), em,
                      Type::semibold, Token::trouble_text, Align::right) +
           c.u(8);
  }
  const std::string count = say(Word::folded_topic, c.lang(), i18n::number(here));
  const std::string both = fmt::format("{} · {}", plan.name, count);
  if (!c.pen.text_if({left, baseline}, both, em, Type::regular, soft, Align::left, end - left)) {
    c.pen.text_if({left, baseline}, plan.name, em, Type::regular, soft, Align::left, end - left);
  }
  c.pen.close(element);
}

bool healthy(const RowInfo& info) {
  return !in_trouble(*info.row.partition) &&
         (info.state == ReplicaState::leader || info.state == ReplicaState::in_sync);
}

}  // namespace

Id replica_id(Scene& scene, const model::Partition& partition, NodeId node) {
  return {Kind::replica, scene.intern(partition.id.topic), node.v, partition.id.partition.v};
}

void draw_aligned_rows(Canvas& c, const BrokerPlace& place) {
  for (const RowPlan& row : c.plan.rows) {
    if (!shown_here(row, place.broker->id)) continue;
    const RowInfo info = info_of(c, row, place);
    const bool faint =
        !c.view.focus.empty() && row.partition->id.topic != c.view.focus && healthy(info);
    c.pen.fade(faint ? 0.4F : 1.0F);
    const std::size_t element =
        c.pen.open(replica_id(c.pen.scene(), *row.partition, place.broker->id), info.box);
    if (place.broker->state == model::BrokerState::frozen) {
      c.pen.rect({place.box.x + c.u(12), info.box.y, place.box.w - c.u(24), info.box.h},
                 Token::card);
    }
    trouble_ground(c, info);
    if (c.plan.detail == Detail::bar) {
      bar_row(c, info);
    } else {
      tape_row(c, info);
    }
    c.pen.close(element);
    c.pen.fade(1);
  }
  float y = c.plan.folded_y;
  for (const std::size_t topic : c.plan.folded) {
    folded_line(c, place, topic, y);
    y += c.plan.folded_height;
  }
}

}  // namespace lab::scene
