#include "app/views/lab_view.h"

#include <algorithm>
#include <utility>

#include "app/i18n/strings.h"
#include "app/platform/keys.h"
#include "app/scene/style.h"

namespace lab::views {
namespace keys = platform::keys;
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

LabView::LabView(const scene::Measurer& measurer, Actions& actions)
    : measurer_(measurer), actions_(actions) {}

std::string_view LabView::word(std::string_view key) const { return i18n::text(key, state_.lang); }

void LabView::lay_out(float width, float height, float scale, const model::Sentence& sentence) {
  const float w = width / scale, h = height / scale;
  const float text = static_cast<float>(state_.text_percent) / 100;
  const float bar = std::min(44 * text, h * 0.12F);
  const float timeline = std::min(142 * text, h * 0.24F);
  const float side = std::min(320 * text, w * 0.42F);
  // A sentence that one line does not hold gets two.
  const float spoken = measurer_.width(sentence.text(), 17 * text, scene::Type::bold);
  const bool two_lines = spoken > w - side - 70 * text;
  const float narration = std::min((two_lines ? 66 : 38) * text, h * 0.18F);
  window_box_ = {0, 0, w, h};
  toolbar_box_ = {0, 0, w, bar};
  side_box_ = {w - side, bar, side, h - bar - timeline};
  timeline_box_ = {0, h - timeline, w, timeline};
  narration_box_ = {0, h - timeline - narration, w - side, narration};
  canvas_box_ = {0, bar, w - side, h - bar - timeline - narration};
}

void LabView::frame(const model::ClusterModel& model, const platform::FrameInput& input,
                    Instant now, float width, float height, float scale,
                    std::int32_t utc_offset_s) {
  const auto sentence = model::narrate_latest(model, now, state_.lang);
  lay_out(width, height, scale, sentence);
  const Frame frame{model, input, now, scale, utc_offset_s, sentence};
  dialog_opened_ = false;
  if (state_.dialog == Dialog::none && focus_before_) focus_ = *std::exchange(focus_before_, {});
  step_focus(input);
  focus_.order.clear();
  shortcuts(frame);
  overlay_.clear();
  toolbar(frame);
  draw_canvas(frame);
  side(frame);
  bars(frame);
  if (state_.dialog != Dialog::none) dialogs(frame);
  focus_.previous = focus_.order;
  layers_.clear();
  const auto add = [&](const scene::Scene& scene, const Box& box) {
    layers_.push_back({&scene, box.x * scale, box.y * scale});
  };
  add(canvas_, canvas_box_);
  add(narration_, narration_box_);
  add(timeline_, timeline_box_);
  add(side_, side_box_);
  add(toolbar_, toolbar_box_);
  if (state_.dialog != Dialog::none) add(overlay_, overlay_box_);
}

bool LabView::animates(const model::ClusterModel& model, Instant now) const {
  // Everything that moves is over some seconds after its event (LOOKS §6: the chip stays 5.4 s).
  return now - model.newest() < seconds(6);
}

void LabView::step_focus(const platform::FrameInput& input) {
  for (const auto& key : input.keys) {
    if (!key.down || key.key != keys::tab || focus_.previous.empty()) continue;
    const auto at = std::find(focus_.previous.begin(), focus_.previous.end(), focus_.id);
    const auto count = static_cast<std::ptrdiff_t>(focus_.previous.size());
    std::ptrdiff_t next = 0;
    if (at != focus_.previous.end()) {
      next = (at - focus_.previous.begin() + (key.modifiers.shift ? count - 1 : 1)) % count;
    }
    focus_.id = focus_.previous[static_cast<std::size_t>(next)];
    focus_.by_keyboard = true;
  }
}

std::optional<NodeId> LabView::selected_broker() const {
  const auto id = canvas_.parse(state_.selected);
  if (!id) return std::nullopt;
  if (id->kind == scene::Kind::broker || id->kind == scene::Kind::controller) {
    return NodeId(static_cast<std::int32_t>(id->a));
  }
  if (id->kind == scene::Kind::replica) return NodeId(static_cast<std::int32_t>(id->b));
  return std::nullopt;
}

void LabView::open_dialog(Dialog dialog) {
  state_.dialog = dialog;
  dialog_opened_ = true;
  focus_before_ = focus_;
  focus_.by_keyboard = false;
  if (dialog == Dialog::create_topic) focus_.id = "create/name";
  if (dialog == Dialog::produce) focus_.id = "produce/value";
}

void LabView::node_action(sources::NodeAction action, NodeId node) {
  actions_.node({action, node});
}

void LabView::shortcuts(const Frame& frame) {
  using sources::NodeAction;
  const bool typing = state_.dialog == Dialog::create_topic || state_.dialog == Dialog::produce;
  for (const auto& key : frame.input.keys) {
    if (!key.down) continue;
    if (key.modifiers.ctrl && key.key == keys::q) state_.quit = true;
    if (key.key == keys::escape) {
      if (state_.dialog == Dialog::none) state_.selected.clear();
      state_.dialog = Dialog::none;
    }
    if (typing || key.modifiers.ctrl || key.modifiers.alt) continue;
    if (key.key >= keys::one && key.key <= keys::nine) {
      state_.selected = "broker/" + std::to_string(key.key - keys::zero);
      state_.selected_at = frame.now;
    }
    const auto broker = selected_broker();
    const auto* known = broker ? frame.model.broker(*broker) : nullptr;
    switch (key.key) {
      case keys::c:
        open_dialog(Dialog::create_topic);
        break;
      case keys::p:
        open_dialog(Dialog::produce);
        break;
      case keys::r:
        actions_.read(state_.produce_topic);
        break;
      case keys::e:
        actions_.export_picture();
        break;
      case keys::g:
        state_.show_log = !state_.show_log;
        break;
      case keys::slash:
        state_.dialog == Dialog::keys ? void(state_.dialog = Dialog::none)
                                      : open_dialog(Dialog::keys);
        break;
      case keys::l:
        state_.lang = state_.lang == scene::Lang::en ? scene::Lang::ko : scene::Lang::en;
        break;
      case keys::t:
        state_.theme = state_.theme == scene::Theme::light  ? scene::Theme::dark
                       : state_.theme == scene::Theme::dark ? scene::Theme::projector
                                                            : scene::Theme::light;
        break;
      case keys::plus:
        state_.text_percent = std::min(300, state_.text_percent + 20);
        break;
      case keys::minus:
        state_.text_percent = std::max(80, state_.text_percent - 20);
        break;
      case keys::zero:
        state_.text_percent = 100;
        break;
      case keys::w:
        state_.zoom = 1, state_.scroll = {};
        break;
      case keys::left:
        state_.scroll.x -= 60;
        break;
      case keys::right:
        state_.scroll.x += 60;
        break;
      case keys::up:
        state_.scroll.y -= 60;
        break;
      case keys::down:
        state_.scroll.y += 60;
        break;
      case keys::k:
        if (broker) node_action(NodeAction::kill, *broker);
        break;
      case keys::s:
        if (broker) node_action(NodeAction::stop, *broker);
        break;
      case keys::b:
        if (broker) node_action(NodeAction::start, *broker);
        break;
      case keys::f:
        if (known != nullptr) {
          const bool frozen = known->state == model::BrokerState::frozen;
          node_action(frozen ? NodeAction::thaw : NodeAction::freeze, *broker);
        }
        break;
      default:
        break;
    }
  }
}

void LabView::draw_canvas(const Frame& frame) {
  scene::CanvasView view;
  view.width = canvas_box_.w;
  view.height = canvas_box_.h;
  view.lang = state_.lang;
  view.theme = state_.theme;
  view.text_percent = state_.text_percent;
  view.clock_offset_s = frame.utc_offset_s;
  const scene::Point mouse{frame.input.mouse_x / frame.scale - canvas_box_.x,
                           frame.input.mouse_y / frame.scale - canvas_box_.y};
  const bool over =
      Box{0, 0, canvas_box_.w, canvas_box_.h}.contains(mouse) && state_.dialog == Dialog::none;
  if (over && frame.input.wheel_y != 0) {
    state_.zoom =
        std::clamp(state_.zoom * (frame.input.wheel_y > 0 ? 1.15F : 1 / 1.15F), 1.0F, 6.0F);
  }
  view.zoom = state_.zoom;
  const scene::Point limit = scene::scroll_limit(view);
  state_.scroll = {std::clamp(state_.scroll.x, 0.0F, std::max(0.0F, limit.x)),
                   std::clamp(state_.scroll.y, 0.0F, std::max(0.0F, limit.y))};
  view.scroll = state_.scroll;
  // What is under the pointer was drawn in the last frame.
  if (over && frame.input.pressed[0]) {
    const auto* hit = canvas_.hit(mouse);
    const std::string id = hit == nullptr ? "" : canvas_.text(hit->id);
    if (id == "action/create-topic") {
      open_dialog(Dialog::create_topic);
    } else if (id == "action/how-to-connect") {
      open_dialog(Dialog::connect);
    } else if (id == "action/start-all") {
      for (const auto& [node, broker] : frame.model.brokers()) {
        if (!broker.live()) node_action(sources::NodeAction::start, node);
      }
    } else {
      state_.selected = id;
      state_.selected_at = frame.now;
    }
  }
  view.selected = state_.selected;
  scene::cluster_scene(frame.model, view, frame.now, measurer_, canvas_);
}

void LabView::bars(const Frame& frame) {
  scene::BarView bar;
  bar.lang = state_.lang;
  bar.theme = state_.theme;
  bar.text_percent = state_.text_percent;
  bar.width = narration_box_.w;
  bar.height = narration_box_.h;
  scene::narration_bar(frame.sentence, bar, measurer_, narration_);
  scene::TimelineView time;
  time.bar = bar;
  time.bar.width = timeline_box_.w;
  time.bar.height = timeline_box_.h;
  time.from = frame.now - seconds(30);
  time.to = frame.now;
  time.moment = frame.now;
  time.clock_offset_s = frame.utc_offset_s;
  scene::timeline_bar(frame.model, time, measurer_, timeline_);
}

void LabView::toolbar(const Frame& frame) {
  toolbar_.clear();
  toolbar_.view = {0, 0, toolbar_box_.w, toolbar_box_.h};
  toolbar_.ground = Token::panel;
  const float text = static_cast<float>(state_.text_percent) / 100;
  Pen pen(toolbar_, measurer_, text, scene::stroke_factor(state_.theme));
  Ui ui(pen, frame.input, focus_, {0, 0}, frame.scale, state_.dialog == Dialog::none);
  pen.line({0, toolbar_box_.h - 0.5F}, {toolbar_box_.w, toolbar_box_.h - 0.5F}, Token::line,
           pen.hair());
  const float baseline = toolbar_box_.h / 2 + pen.u(5);
  for (int i = 0; i < 3; ++i) {
    pen.rect({pen.u(16 + 8 * static_cast<float>(i)), baseline - pen.u(11), pen.u(7), pen.u(12)},
             i == 0 ? scene::Ink(Token::leader) : scene::no_ink, Token::leader, pen.w(1.25F));
  }
  float x = pen.u(48);
  x += pen.text({x, baseline}, "Brokerlab", pen.u(17), Type::bold, Token::ink) + pen.u(12);
  if (x + pen.width(actions_.cluster_name(), pen.u(14), Type::regular) < toolbar_box_.w * 0.35F) {
    x += pen.text({x, baseline}, actions_.cluster_name(), pen.u(14), Type::regular, Token::muted) +
         pen.u(20);
  }
  const auto fits = [&](std::string_view label) {
    return x + pen.width(label, pen.u(14), Type::semibold) < toolbar_box_.w - pen.u(360);
  };
  if (actions_.capabilities().clients) {
    if (ui.word("toolbar/create", x, baseline, word("window.create_topic"), true))
      open_dialog(Dialog::create_topic);
    if (ui.word("toolbar/produce", x, baseline, word("window.produce"), true))
      open_dialog(Dialog::produce);
    if (ui.word("toolbar/read", x, baseline, word("window.read"), true))
      actions_.read(state_.produce_topic);
  }
  if (fits(word("window.connect")) &&
      ui.word("toolbar/connect", x, baseline, word("window.connect"), true)) {
    open_dialog(Dialog::connect);
  }
  // From the right: ?, export, text size, language.
  const float em = pen.u(14);
  const std::string size = std::to_string(state_.text_percent) + " %";
  float right = toolbar_box_.w - pen.u(16);
  const auto from_right = [&](std::string_view label) {
    right -= pen.width(label, em, Type::semibold);
    const float at = right;
    right -= pen.u(22);
    return at;
  };
  float at = from_right("?");
  if (ui.word("toolbar/keys", at, baseline, "?", true)) open_dialog(Dialog::keys);
  at = from_right(word("window.export"));
  if (at > x && ui.word("toolbar/export", at, baseline, word("window.export"), true))
    actions_.export_picture();
  at = from_right(size);
  if (at > x && ui.word("toolbar/size", at, baseline, size, false)) {
    state_.text_percent = state_.text_percent >= 300 ? 80 : state_.text_percent + 20;
  }
  const bool korean = state_.lang == scene::Lang::ko;
  at = from_right("한국어");
  if (at > x && ui.word("toolbar/ko", at, baseline, "한국어", korean))
    state_.lang = scene::Lang::ko;
  at = from_right("EN");
  if (at > x && ui.word("toolbar/en", at, baseline, "EN", !korean)) state_.lang = scene::Lang::en;
}

}  // namespace lab::views
