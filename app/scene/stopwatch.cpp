// The failover stopwatch: stations from top to bottom, and above them a strip that shows where the
// time went.
#include <fmt/format.h>

#include <algorithm>

#include "app/i18n/format.h"
#include "app/scene/bars.h"
#include "app/scene/marks.h"

namespace lab::scene {
namespace {

using model::Failover;
using model::FailoverStep;

struct Station {
  Word name;
  std::optional<double> ms;
  std::string property, why, waits;
  Token hue = Token::edge;  // of its stretch in the strip
};

struct Watch {
  const Failover& failover;
  Instant now;
  const BarView& view;
  Pen pen;
  std::vector<Station> stations;
  float u(float units) const { return pen.u(units); }
};

Station station_of(const Watch& w, Word name, const FailoverStep& step, Token hue) {
  Station s{name, w.failover.ms(step), {}, {}, {}, hue};
  if (!step.property.empty()) {
    s.property =
        step.value.empty() ? step.property : fmt::format("{} = {}", step.property, step.value);
  }
  if (step.node != no_node) {
    s.why = say(Word::by_broker, w.view.lang, fmt::format("{}", step.node.v));
  }
  return s;
}

// Without a writer there is no first write to wait for.
bool anyone_writes(const model::ClusterModel& model) {
  for (const auto& [key, client] : model.clients()) {
    if (!client.gone_at && (client.writes || client.role == "producer")) return true;
  }
  return false;
}

void collect(Watch& w, const model::ClusterModel& model) {
  const Failover& f = w.failover;
  const bool controller_only = f.partition.topic.empty();
  Station lost{
      controller_only ? Word::controller_lost : Word::leader_lost, 0.0, {}, {}, {}, Token::edge};
  lost.why = say(Word::by_broker, w.view.lang, fmt::format("{}", f.lost_leader.v));
  if (f.last_heartbeat && *f.last_heartbeat <= f.lost) {
    lost.why =
        say(Word::last_heartbeat, w.view.lang, i18n::milliseconds_text(f.lost - *f.last_heartbeat));
  }
  w.stations.push_back(std::move(lost));
  if (f.was_controller || controller_only) {
    w.stations.push_back(station_of(w, Word::new_controller, f.controller, Token::quorum));
  }
  if (controller_only) return;
  w.stations.push_back(station_of(w, Word::noticed, f.noticed, Token::edge));
  w.stations.push_back(station_of(w, Word::new_leader_station, f.elected, Token::leader));
  Station acked = station_of(w, Word::first_write, f.acked, Token::ok);
  if (!f.client.empty()) acked.why = f.client;
  if (!anyone_writes(model)) acked.waits = word(Word::nobody_writes, w.view.lang);
  w.stations.push_back(std::move(acked));
  Station back = station_of(w, Word::caught_up, f.caught_up, Token::ok);
  back.waits = say(Word::waits_for_broker, w.view.lang, fmt::format("{}", f.lost_leader.v));
  w.stations.push_back(std::move(back));
}

// Everything up to the first write, each stretch as wide as it took; waiting is hatched.
void strip(Watch& w, Box box) {
  double whole = 0;
  for (const Station& s : w.stations) {
    if (s.ms && s.name != Word::caught_up) whole = std::max(whole, *s.ms);
  }
  if (whole <= 0) return;
  double before = 0;
  for (const Station& s : w.stations) {
    if (!s.ms || s.name == Word::caught_up || *s.ms <= before) continue;
    const auto x = box.x + box.w * static_cast<float>(before / whole);
    const Box part{x, box.y,
                   std::max(box.w * static_cast<float>((*s.ms - before) / whole) - 1, 2.0F), box.h};
    if (s.hue == Token::edge) {
      w.pen.hatch(part, Token::edge, w.pen.w(1.4F), w.u(5));
      w.pen.rect(part, no_ink, Token::edge, w.pen.hair());
    } else {
      w.pen.rect(part, s.hue);
    }
    before = *s.ms;
  }
}

enum class Reached : std::uint8_t { yes, next, later };

void station_dot(Watch& w, Point c, Reached reached, bool first) {
  if (first) {
    const float s = w.u(12);
    return cross(w.pen, {c.x - s / 2, c.y - s / 2}, s, Token::trouble_text, w.pen.w(3));
  }
  if (reached == Reached::yes) {
    w.pen.circle(c, w.u(8), Token::ink);
    return tick(w.pen, {c.x - w.u(4), c.y - w.u(4.5F)}, w.u(8), Token::panel, w.pen.w(1.8F));
  }
  w.pen.circle(c, w.u(8), Token::panel, Token::edge, w.pen.w(2));
}

// Gives how much height it took below y.
float draw_station(Watch& w, std::size_t index, float y, Reached reached, float room) {
  const Station& s = w.stations[index];
  const float left = w.u(50), right = w.view.width - w.u(20), width = right - left;
  const Id id{Kind::station, 0, static_cast<std::int64_t>(index)};
  const std::size_t element = w.pen.open(id, {w.u(12), y - w.u(18), w.view.width - w.u(24), room});
  const bool later = reached == Reached::later;
  const Ink ink = reached == Reached::yes ? Token::ink : Token::muted;
  const float name = w.pen.text({left, y}, word(s.name, w.view.lang), w.u(14), Type::semibold, ink);
  std::string time;
  if (s.ms) {
    time = i18n::milliseconds_text(nanoseconds(static_cast<std::int64_t>(*s.ms * 1e6)));
  } else if (!s.waits.empty()) {
    time = s.waits;
  } else {
    time = later ? std::string(word(Word::not_yet, w.view.lang))
                 : i18n::milliseconds_text(w.now - w.failover.lost);
  }
  w.pen.text_if({right, y + w.u(1)}, time, w.u(s.ms ? 17.0F : 14.0F),
                s.ms ? Type::bold : Type::regular, ink, Align::right, width - name - w.u(8));
  float below = y;
  if (!s.property.empty() && room > w.u(46)) {
    below += w.u(19);
    if (!w.pen.text_if({left, below}, s.property, w.u(12), Type::mono, Token::ink, Align::left,
                       width)) {
      below -= w.u(19);
    }
  }
  if (!s.why.empty() && below + w.u(19) < y + room - w.u(18)) {
    below += w.u(18);
    w.pen.text_if({left, below}, s.why, w.u(12), Type::regular, Token::muted, Align::left, width);
  }
  station_dot(w, {w.u(29), y - w.u(5)}, reached, index == 0);
  w.pen.close(element);
  return room;
}

void rail(Watch& w, float y0, float y1, bool done) {
  const float x = w.u(29);
  if (done) {
    w.pen.line({x, y0 + w.u(5)}, {x, y1 - w.u(14)}, Token::ink, w.pen.w(2));
  } else {
    w.pen.dashed({x, y0 + w.u(5)}, {x, y1 - w.u(14)}, Token::edge, w.pen.w(2), {w.u(2), w.u(5)});
  }
}

// "95 % of the time was waiting to be sure." Gives where it ends.
float share(Watch& w, float y) {
  const float before = y - w.u(20);
  const auto noticed = w.failover.ms(w.failover.noticed), acked = w.failover.ms(w.failover.acked);
  if (!noticed || !acked || *acked <= 0) return before;
  const auto percent = static_cast<int>(*noticed / *acked * 100 + 0.5);
  if (percent < 50) return before;
  const std::string text = say(Word::waiting_share, w.view.lang, fmt::format("{}", percent));
  const auto lines = w.pen.measurer().wrap(text, w.u(14), Type::semibold, w.view.width - w.u(40));
  if (y + static_cast<float>(lines.size()) * w.u(20) > w.view.height) return before;
  for (const auto line : lines) {
    w.pen.text({w.u(20), y}, line, w.u(14), Type::semibold, Token::ink);
    y += w.u(20);
  }
  return y - w.u(8);
}

}  // namespace

float stopwatch(const model::ClusterModel& model, const model::Failover& failover, Instant now,
                const BarView& view, const Measurer& measurer, Scene& out) {
  out.clear();
  out.view = {0, 0, view.width, view.height};
  out.ground = Token::panel;
  const float unit = static_cast<float>(std::clamp(view.text_percent, 80, 300)) / 100;
  Watch w{failover, now, view, Pen(out, measurer, unit, stroke_factor(view.theme)), {}};
  collect(w, model);
  const std::string title = failover.partition.topic.empty()
                                ? std::string(word(Word::failover_controller, view.lang))
                                : say(Word::failover_of, view.lang, failover.partition.text());
  w.pen.text_if({w.u(20), w.u(34)}, title, w.u(17), Type::bold, Token::ink, Align::left,
                view.width - w.u(40));
  const float count = static_cast<float>(w.stations.size());
  // Low panels: no strip, then stations close to each other; each is drawn whole or not at all.
  const bool low = view.height < w.u(94) + count * w.u(26);
  if (!low) strip(w, {w.u(20), w.u(52), view.width - w.u(40), w.u(12)});
  const float top = w.u(low ? 66.0F : 94.0F);
  const float step = std::clamp((view.height - top) / count, w.u(26), w.u(78));
  bool open = false;
  for (std::size_t i = 0; i < w.stations.size(); ++i) {
    const float y = top + static_cast<float>(i) * step;
    if (y + w.u(6) > view.height) break;
    const Reached reached = w.stations[i].ms ? Reached::yes : open ? Reached::later : Reached::next;
    open = open || reached != Reached::yes;
    const bool followed = i + 1 < w.stations.size() && y + step + w.u(6) <= view.height;
    if (followed) rail(w, y, y + step, w.stations[i + 1].ms.has_value());
    draw_station(w, i, y, reached, step);
  }
  return share(w, top + (count - 1) * step + w.u(56));
}

}  // namespace lab::scene
