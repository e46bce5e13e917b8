// The dialogs: which one is open and how large; create a topic, produce. They lie over the picture,
// which goes on behind them; Esc closes each. (help.cpp has the other two.)
#include <algorithm>
#include <charconv>

#include "app/i18n/heard.h"
#include "app/i18n/strings.h"
#include "app/views/lab_view.h"

namespace lab::views {
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {
// What was typed, or `otherwise`: the broker refuses what is out of range, in its own words.
int number_in(const std::string& text, int otherwise) {
  int value = otherwise;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  return parsed.ec == std::errc{} && parsed.ptr == end ? value : otherwise;
}
}  // namespace

// What its words need, as far as the window has it.
Box LabView::dialog_size() const {
  const float u = text_unit();
  float width = 560 * u, height = 330 * u;
  if (state_.dialog == Dialog::keys) width = 640 * u, height = 467 * u;
  if (state_.dialog == Dialog::connect) width = 760 * u, height = 560 * u;
  if (state_.dialog == Dialog::course) {
    const auto lines =
        static_cast<float>(course_ == nullptr ? 0 : course_->entries(state_.lang).size());
    width = 680 * u, height = (186 + 38 * lines) * u;
  }
  if (state_.dialog == Dialog::trouble && trouble_) {
    // A path may be wider than a line: one line more for each that would be.
    const std::string why = i18n::heard(trouble_->why, state_.lang);
    width = std::min(640 * u, window_box_.w - 8);
    const float room = width - 48 * u;
    const auto lines = measurer_.wrap(why, 14 * u, Type::regular, room).size() +
                       static_cast<std::size_t>(measurer_.width(why, 14 * u, Type::regular) / room);
    height = (216 + 20 * static_cast<float>(lines)) * u;
  }
  width = std::min(width, window_box_.w - 8);
  height = std::min(height, window_box_.h - 8);
  return {(window_box_.w - width) / 2, (window_box_.h - height) / 3, width, height};
}

void LabView::dialogs(const Frame& frame) {
  overlay_.ground = Token::panel;
  Pen pen(overlay_, measurer_, text_unit(), scene::stroke_factor(state_.theme));
  overlay_box_ = dialog_size();
  const Box box{0, 0, overlay_box_.w, overlay_box_.h};
  overlay_.view = box;
  Ui ui(pen, frame.input, focus_, {overlay_box_.x * frame.scale, overlay_box_.y * frame.scale},
        frame.scale, !dialog_opened_);
  pen.rect(box.inset(1), scene::no_ink, Token::ink, pen.w(2));
  switch (state_.dialog) {
    case Dialog::create_topic:
      dialog_create(frame, ui, box);
      break;
    case Dialog::produce:
      dialog_produce(frame, ui, box);
      break;
    case Dialog::keys:
      dialog_keys(ui, box, frame.input.wheel_y);
      break;
    case Dialog::connect:
      dialog_connect(frame, ui, box);
      break;
    case Dialog::course:
      dialog_course(frame, ui, box);
      break;
    case Dialog::trouble:
      dialog_trouble(ui, box);
      break;
    case Dialog::none:
      break;
  }
}

void LabView::dialog_create(const Frame&, Ui& ui, const Box& box) {
  Pen& pen = ui.pen();
  const float x = box.x + pen.u(24), wide = box.w - pen.u(48), half = (wide - pen.u(16)) / 2;
  pen.text({x, box.y + pen.u(38)}, word("window.create_topic"), pen.u(17), Type::bold, Token::ink);
  pen.text({x, box.y + pen.u(70)}, word("window.name"), pen.u(14), Type::regular, Token::muted);
  bool go =
      ui.field("create/name", {x, box.y + pen.u(78), wide, pen.u(32)}, state_.topic_name, 260);
  pen.text({x, box.y + pen.u(136)}, word("window.partitions"), pen.u(14), Type::regular,
           Token::muted);
  go = ui.field("create/partitions", {x, box.y + pen.u(144), half, pen.u(32)}, state_.partitions,
                12) ||
       go;
  pen.text({x + half + pen.u(16), box.y + pen.u(136)}, word("window.replication_factor"), pen.u(14),
           Type::regular, Token::muted);
  go = ui.field("create/factor", {x + half + pen.u(16), box.y + pen.u(144), half, pen.u(32)},
                state_.replication_factor, 12) ||
       go;
  const std::string command = "kafka-topics --bootstrap-server " +
                              actions_.bootstrap().substr(0, actions_.bootstrap().find(',')) +
                              " --create --topic " + state_.topic_name + " --partitions " +
                              state_.partitions + " --replication-factor " +
                              state_.replication_factor;
  float y = box.y + pen.u(200);
  for (const auto line : measurer_.wrap(command, pen.u(12), Type::mono, wide)) {
    pen.text({x, y}, line, pen.u(12), Type::mono, Token::muted);
    y += pen.u(18);
  }
  const float top = box.bottom() - pen.u(54), button = pen.u(150);
  go = ui.button("create/ok", {box.right() - pen.u(24) - button, top, button, pen.u(34)},
                 word("window.create_topic"), Look::primary) ||
       go;
  if (ui.button("create/cancel", {box.right() - pen.u(36) - 2 * button, top, button, pen.u(34)},
                word("window.cancel"), Look::plain)) {
    state_.dialog = Dialog::none;
  }
  if (!go) return;
  actions_.create_topic({state_.topic_name, number_in(state_.partitions, -2),
                         number_in(state_.replication_factor, -2)});
  state_.produce_topic = state_.topic_name;
  state_.selected.clear();
  state_.dialog = Dialog::none;
}

void LabView::dialog_produce(const Frame&, Ui& ui, const Box& box) {
  Pen& pen = ui.pen();
  const float x = box.x + pen.u(24), wide = box.w - pen.u(48), half = (wide - pen.u(16)) / 2;
  pen.text({x, box.y + pen.u(38)}, word("window.produce"), pen.u(17), Type::bold, Token::ink);
  pen.text({x, box.y + pen.u(70)}, word("window.topic"), pen.u(14), Type::regular, Token::muted);
  ui.field("produce/topic", {x, box.y + pen.u(78), half, pen.u(32)}, state_.produce_topic, 260);
  pen.text({x, box.y + pen.u(136)}, word("window.value"), pen.u(14), Type::regular, Token::muted);
  const bool one = ui.field("produce/value", {x, box.y + pen.u(144), wide - pen.u(160), pen.u(32)},
                            state_.record, 900);
  if (ui.button("produce/one",
                {box.right() - pen.u(24) - pen.u(144), box.y + pen.u(144), pen.u(144), pen.u(32)},
                word("window.send"), Look::primary) ||
      one) {
    actions_.produce(state_.produce_topic, state_.record);
  }
  pen.text({x, box.y + pen.u(206)}, word("window.rate"), pen.u(14), Type::regular, Token::muted);
  const bool rate =
      ui.field("produce/rate", {x, box.y + pen.u(214), pen.u(100), pen.u(32)}, state_.rate, 6);
  if (ui.button("produce/start", {x + pen.u(112), box.y + pen.u(214), pen.u(190), pen.u(32)},
                word("window.send_rate"), Look::plain) ||
      rate) {
    actions_.produce_at(state_.produce_topic, number_in(state_.rate, 0));
  }
  if (actions_.producing_at() > 0 &&
      ui.button("produce/stop", {x + pen.u(312), box.y + pen.u(214), pen.u(150), pen.u(32)},
                word("window.stop_rate"), Look::plain)) {
    actions_.produce_at(state_.produce_topic, 0);
  }
  const float top = box.bottom() - pen.u(54);
  if (ui.button("produce/close", {box.right() - pen.u(24) - pen.u(120), top, pen.u(120), pen.u(34)},
                word("window.close"), Look::plain)) {
    state_.dialog = Dialog::none;
  }
}

}  // namespace lab::views
