// The inspector: everything about the selected thing, or the failover stopwatch in its place, or
// how the cluster stands and what became of the records.
#include "app/i18n/format.h"
#include "app/i18n/heard.h"
#include "app/i18n/strings.h"
#include "app/views/lab_view.h"
#include "app/views/page.h"

namespace lab::views {
using scene::Align;
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {

std::string listed(const std::vector<NodeId>& ids) {
  std::string out;
  for (const NodeId id : ids) out += (out.empty() ? "" : ", ") + std::to_string(id.v);
  return out.empty() ? "–" : out;
}

void title(Pen& pen, float& y, std::string_view text) {
  y += pen.u(30);
  pen.text({pen.u(16), y}, text, pen.u(17), Type::bold, Token::ink);
  y += pen.u(8);
}

void heading(Pen& pen, float& y, std::string_view text) {
  y += pen.u(30);
  pen.text({pen.u(16), y}, text, pen.u(14), Type::bold, Token::ink);
}

// A name on the left, a value on the right; the value goes below where both do not fit.
void row(Pen& pen, float& y, std::string_view name, std::string_view value,
         Token ink = Token::ink) {
  const float width = pen.scene().view.w - pen.u(32), em = pen.u(14);
  y += pen.u(24);
  pen.text({pen.u(16), y}, name, em, Type::regular, Token::muted);
  if (pen.width(name, em, Type::regular) + pen.width(value, em, Type::semibold) + pen.u(12) >
      width) {
    y += pen.u(20);
  }
  pen.text({pen.u(16) + width, y}, value, em, Type::semibold, ink, Align::right);
}

// A command to copy, in lines that fit.
void command(Pen& pen, float& y, const std::string& text) {
  const float width = pen.scene().view.w - pen.u(32), em = pen.u(12);
  const auto lines = broken(pen, text, em, Type::mono, width - pen.u(20));
  const Box box{pen.u(16), y + pen.u(10), width,
                pen.u(16) + pen.u(18) * static_cast<float>(lines.size())};
  pen.rect(box, Token::canvas, Token::line, pen.hair(), pen.u(4));
  float line_y = box.y + pen.u(20);
  for (const auto line : lines) {
    pen.text({box.x + pen.u(10), line_y}, line, em, Type::mono, Token::ink);
    line_y += pen.u(18);
  }
  y = box.bottom();
}

}  // namespace

// The stopwatch goes before what was selected before the loss; it ends a while after all is well.
bool LabView::watches_failover(const Frame& frame) const {
  const auto* failover = frame.model.failover();
  if (failover == nullptr) return false;
  // Without a writer nobody waits for a first write.
  const bool over = failover->done() || failover->caught_up.at.has_value();
  if (over && frame.now - failover->lost >= seconds(40)) return false;
  return state_.selected.empty() || state_.selected_at <= failover->lost;
}

void LabView::side(const Frame& frame) {
  side_.clear();
  side_.view = {0, 0, side_box_.w, side_box_.h};
  side_.ground = Token::panel;
  float y = 0;
  const bool watches = watches_failover(frame);
  if (watches) {
    scene::BarView bar;
    bar.width = side_box_.w;
    bar.height = side_box_.h;
    bar.lang = state_.lang;
    bar.theme = state_.theme;
    bar.text_percent = state_.text_percent;
    y = scene::stopwatch(frame.model, *frame.model.failover(), frame.now, bar, measurer_, side_);
  }
  Pen pen(side_, measurer_, text_unit(), scene::stroke_factor(state_.theme));
  Ui ui(pen, frame.input, focus_, {side_box_.x * frame.scale, side_box_.y * frame.scale},
        frame.scale, state_.dialog == Dialog::none);
  pen.line({0.5F, 0}, {0.5F, side_box_.h}, Token::line, pen.hair());
  const auto id = canvas_.parse(state_.selected);
  if (watches) {
    side_failover(frame, ui, y);
  } else if (id && id->kind == scene::Kind::replica) {
    const std::string& name = canvas_.names[id->name];
    side_replica(frame, ui, name, static_cast<int>(id->b), NodeId(static_cast<std::int32_t>(id->a)),
                 y);
  } else if (const auto broker = selected_broker()) {
    side_broker(frame, ui, *broker, y);
  } else {
    side_cluster(frame, ui, y);
  }
  side_notice(pen);
}

// What came of the last thing that was asked for, at the foot; what lies below it waits.
void LabView::side_notice(Pen& pen) {
  if (notice_.text.empty()) return;
  const float em = pen.u(14), width = side_box_.w - pen.u(32);
  const std::string text = i18n::heard(notice_.text, state_.lang);
  const auto lines = measurer_.wrap(text, em, Type::regular, width - pen.u(20));
  const float height = pen.u(16) + pen.u(20) * static_cast<float>(lines.size());
  const Box box{pen.u(16), side_box_.h - height - pen.u(16), width, height};
  pen.rect(box.inset(-pen.u(6)), Token::panel);
  pen.rect(box, notice_.trouble ? Token::trouble_ground : Token::tint, scene::no_ink, 0, pen.u(6));
  float line_y = box.y + pen.u(22);
  for (const auto line : lines) {
    pen.text({box.x + pen.u(10), line_y}, line, em, Type::regular,
             notice_.trouble ? Token::trouble_text : Token::ink);
    line_y += pen.u(20);
  }
}

// Below the stopwatch: the records, and the way back.
void LabView::side_failover(const Frame& frame, Ui& ui, float& y) {
  Pen& pen = ui.pen();
  const NodeId lost = frame.model.failover()->lost_leader;
  const auto* broker = frame.model.broker(lost);
  const bool can_start = broker != nullptr && !broker->live() &&
                         broker->state != model::BrokerState::frozen &&
                         actions_.capabilities().processes;
  const float foot = side_box_.h - pen.u(can_start ? 62.0F : 16.0F);
  ledger_rows(frame, ui, y, foot);
  if (!can_start || y + pen.u(10) > foot) return;
  const std::string label = std::string(word("window.start")) + " · " +
                            i18n::say("who.broker", state_.lang, {{"id", std::to_string(lost.v)}});
  if (ui.button("side/start", {pen.u(16), foot + pen.u(8), side_box_.w - pen.u(32), pen.u(36)},
                label, Look::primary)) {
    node_action(sources::NodeAction::start, lost);
  }
}

void LabView::side_broker(const Frame& frame, Ui& ui, NodeId id, float& y) {
  using sources::NodeAction;
  Pen& pen = ui.pen();
  title(pen, y, i18n::say("who.Broker", state_.lang, {{"id", std::to_string(id.v)}}));
  const auto* broker = frame.model.broker(id);
  const std::string unknown(word("fact.unknown"));
  if (broker == nullptr) return row(pen, y, word("fact.state"), unknown);
  // In a lesson's place, or in large type, a log that was asked for has all of the room.
  const bool failed = broker->state == model::BrokerState::did_not_start;
  if (state_.show_log && (step_ || side_box_.h < pen.u(560))) return side_log(ui, id, failed, y);
  const bool live = broker->live(), frozen = broker->state == model::BrokerState::frozen;
  row(pen, y, word("fact.pid"), broker->pid.known() ? std::to_string(*broker->pid) : unknown);
  row(pen, y, word("fact.port"),
      broker->client_port == 0 ? "–" : std::to_string(broker->client_port));
  if (broker->controller_port != 0)
    row(pen, y, word("fact.controller_port"), std::to_string(broker->controller_port));
  row(pen, y, word("fact.roles"), broker->roles.empty() ? unknown : broker->roles);
  row(pen, y, word("fact.memory"),
      broker->memory_bytes.known() ? i18n::bytes(*broker->memory_bytes) : unknown);
  row(pen, y, word("fact.metadata_offset"),
      broker->applied.known() ? i18n::number(broker->applied->offset.v) : unknown);
  if (broker->role.known()) {
    row(pen, y, word("fact.quorum_role"), trace::text(broker->role->role));
    row(pen, y, word("fact.quorum_epoch"), i18n::number(broker->role->epoch.v));
  }
  if (actions_.capabilities().processes) {
    const float width = side_box_.w - pen.u(32), half = (width - pen.u(8)) / 2, high = pen.u(34);
    y += pen.u(16);
    if (live || frozen) {
      if (ui.button("side/kill", {pen.u(16), y, width, high}, word("window.kill"), Look::danger))
        node_action(NodeAction::kill, id);
      y += high + pen.u(8);
      // Long words (Korean, large text) stand one below the other.
      const bool wide =
          pen.width(word("window.freeze"), pen.u(14), Type::semibold) > half - pen.u(12);
      const float part = wide ? width : half;
      if (ui.button("side/stop", {pen.u(16), y, part, high}, word("window.stop"), Look::plain))
        node_action(NodeAction::stop, id);
      if (wide) y += high + pen.u(8);
      const float x = wide ? pen.u(16) : pen.u(24) + half;
      if (ui.button("side/freeze", {x, y, part, high},
                    word(frozen ? "window.thaw" : "window.freeze"), Look::plain)) {
        node_action(frozen ? NodeAction::thaw : NodeAction::freeze, id);
      }
    } else if (ui.button("side/start", {pen.u(16), y, width, high}, word("window.start"),
                         Look::primary)) {
      node_action(NodeAction::start, id);
    }
    y += high;
    const bool can_kill = (live || frozen) && broker->pid.known();
    const std::string same =
        can_kill ? "kill -9 " + std::to_string(*broker->pid) : actions_.start_command(id);
    if (!same.empty()) {  // a simulated broker is no process
      heading(pen, y, word("window.in_terminal"));
      command(pen, y, same);
    }
  }
  side_log(ui, id, failed, y);
}

// Below the facts. A broker that did not start shows why without being asked.
void LabView::side_log(Ui& ui, NodeId id, bool failed, float& y) {
  Pen& pen = ui.pen();
  y += pen.u(12);
  if (ui.button("side/log", {pen.u(16), y, side_box_.w - pen.u(32), pen.u(30)},
                word(state_.show_log ? "window.hide_log" : "window.show_log"), Look::link)) {
    state_.show_log = !state_.show_log;
  }
  y += pen.u(30);
  if (!state_.show_log && !failed) return;
  heading(pen, y, word("window.log"));
  const float em = pen.u(12), width = side_box_.w - pen.u(32);
  const auto room =
      static_cast<std::size_t>(std::max(0.0F, (side_box_.h - y - pen.u(90)) / pen.u(16)));
  std::vector<std::pair<std::string, bool>> lines;
  for (const auto& entry : actions_.log_tail(id, 60)) {
    const bool error = entry.find(" ERROR ") != std::string::npos;
    for (const auto part : broken(pen, entry, em, Type::mono, width))
      lines.emplace_back(part, error);
  }
  std::size_t first = lines.size() > room ? lines.size() - room : 0;
  if (failed) {  // open at the first ERROR
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].second) {
        first = std::min(first, i);
        break;
      }
    }
  }
  y += pen.u(8);
  for (std::size_t i = first; i < lines.size() && i < first + room; ++i) {
    y += pen.u(16);
    pen.text({pen.u(16), y}, lines[i].first, em, Type::mono,
             lines[i].second ? Token::trouble_text : Token::ink);
  }
}

void LabView::side_replica(const Frame& frame, Ui& ui, const std::string& topic, int partition,
                           NodeId node, float& y) {
  Pen& pen = ui.pen();
  const model::TopicPartition id{topic, PartitionIndex(partition)};
  title(pen, y, id.text());
  const auto* known = frame.model.partition(id);
  const auto* replica = frame.model.replica(id, node);
  if (known == nullptr || replica == nullptr)
    return row(pen, y, word("fact.state"), word("fact.unknown"));
  row(pen, y, i18n::say("who.Broker", state_.lang, {{"id", std::to_string(node.v)}}),
      word("replica." + std::string(model::name_of(replica->state))));
  if (replica->marks.known()) {
    row(pen, y, word("fact.log_start"), i18n::number(replica->marks->log_start.v));
    row(pen, y, word("fact.high_watermark"), i18n::number(replica->marks->high_watermark.v));
    row(pen, y, word("fact.log_end"), i18n::number(replica->marks->log_end.v));
    row(pen, y, word("fact.size"), i18n::bytes(replica->marks->bytes));
  } else {
    row(pen, y, word("fact.log_end"), word("fact.unknown"));
  }
  if (known->agreed) {
    row(pen, y, word("fact.leader_epoch"), i18n::number(known->agreed->leader_epoch.v));
    row(pen, y, word("fact.replicas"), listed(known->agreed->replicas));
    row(pen, y, word("fact.isr"), listed(known->agreed->isr));
    if (!known->agreed->elr.empty()) row(pen, y, word("fact.elr"), listed(known->agreed->elr));
    if (!known->agreed->replicas.empty()) {
      row(pen, y, word("fact.preferred"),
          i18n::say("who.broker", state_.lang,
                    {{"id", std::to_string(known->agreed->replicas.front().v)}}));
    }
  }
  heading(pen, y, word("window.in_terminal"));
  command(pen, y,
          "kcat -b " + actions_.bootstrap() + " -C -t " + topic + " -p " +
              std::to_string(partition) + " -o beginning -e");
  ledger_rows(frame, ui, y, side_box_.h);
}

void LabView::side_cluster(const Frame& frame, Ui& ui, float& y) {
  Pen& pen = ui.pen();
  title(pen, y, word("window.cluster"));
  std::int64_t alive = 0;
  for (const auto& [id, broker] : frame.model.brokers()) alive += broker.live() ? 1 : 0;
  const auto all = static_cast<std::int64_t>(frame.model.brokers().size());
  row(pen, y, word("fact.brokers"), std::to_string(alive) + " / " + std::to_string(all),
      alive < all ? Token::trouble_text : Token::ink);
  row(pen, y, word("fact.topics"),
      i18n::number(static_cast<std::int64_t>(frame.model.topics().size())));
  row(pen, y, word("fact.cluster_id"),
      frame.model.cluster_id().empty() ? word("fact.unknown") : frame.model.cluster_id());
  y += pen.u(12);
  for (const auto line : measurer_.wrap(word("window.cluster.hint"), pen.u(14), Type::regular,
                                        side_box_.w - pen.u(32))) {
    y += pen.u(20);
    pen.text({pen.u(16), y}, line, pen.u(14), Type::regular, Token::muted);
  }
  ledger_rows(frame, ui, y, side_box_.h);
  const auto read = actions_.records_read();
  if (!read.empty()) {
    heading(pen, y, word("window.records_read"));
    for (const auto& record : read) {
      if (y + pen.u(40) > side_box_.h - pen.u(70)) break;
      y += pen.u(18);
      std::string_view shown = record;
      while (!shown.empty() && pen.width(shown, pen.u(12), Type::mono) > side_box_.w - pen.u(32))
        shown.remove_suffix(1);
      pen.text({pen.u(16), y}, shown, pen.u(12), Type::mono, Token::ink);
    }
  }
}

void LabView::ledger_rows(const Frame& frame, Ui& ui, float& y, float bottom) {
  Pen& pen = ui.pen();
  for (const auto& [key, client] : frame.model.clients()) {
    if (client.kind != model::ClientKind::built_in || client.ledger.sent == 0) continue;
    if (y + pen.u(190) > bottom) return;
    heading(pen, y, i18n::say("window.records_of", state_.lang, {{"client", client.name}}));
    const auto& ledger = client.ledger;
    const auto risk = frame.model.at_risk(client);
    row(pen, y, word("ledger.sent"), i18n::number(ledger.sent));
    row(pen, y, word("ledger.acked"), i18n::number(ledger.acked));
    row(pen, y, word("ledger.in_flight"), i18n::number(ledger.in_flight()));
    row(pen, y, word("ledger.at_risk"),
        risk.unknown ? std::string(word("fact.unknown")) : i18n::number(risk.records),
        risk.records > 0 ? Token::trouble_text : Token::ok_text);
    const auto proved = [&](const model::Fact<std::int64_t>& fact) {
      return fact.known() ? i18n::number(*fact) : std::string(word("ledger.not_checked"));
    };
    row(pen, y, word("ledger.lost"), proved(ledger.lost),
        ledger.lost.value_or(0) > 0 ? Token::trouble_text : Token::ink);
    row(pen, y, word("ledger.duplicated"), proved(ledger.duplicated));
  }
}

}  // namespace lab::views
