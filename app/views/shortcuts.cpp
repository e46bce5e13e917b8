// The keys: every thing that the mouse can do has one. Letters are commands only while nothing is
// typed; the dialog of the keys (help.cpp) lists them all.
#include <algorithm>
#include <utility>

#include "app/platform/keys.h"
#include "app/views/lab_view.h"
#include "app/views/snippets.h"

namespace lab::views {
namespace keys = platform::keys;
using sources::NodeAction;

namespace {
constexpr float scroll_step = 60, zoom_step = 1.15F;
constexpr int least_text = 80, most_text = 300, text_step = 20;

bool is_arrow(int key) {
  return key == keys::left || key == keys::right || key == keys::up || key == keys::down;
}
}  // namespace

void LabView::step_focus(const platform::FrameInput& input) {
  for (const auto& key : input.keys) {
    if (!key.down || key.key != keys::tab || focus_.previous.empty()) continue;
    const auto at = std::find(focus_.previous.begin(), focus_.previous.end(), focus_.id);
    const auto count = static_cast<std::ptrdiff_t>(focus_.previous.size());
    std::ptrdiff_t next = key.modifiers.shift ? count - 1 : 0;
    if (at != focus_.previous.end()) {
      next = (at - focus_.previous.begin() + (key.modifiers.shift ? count - 1 : 1)) % count;
    }
    focus_.id = focus_.previous[static_cast<std::size_t>(next)];
    focus_.by_keyboard = true;
  }
}

void LabView::select(std::string id, Instant now) {
  state_.selected = std::move(id);
  state_.selected_at = now;
}

// Left and right: the next broker, in the same row where it has that replica; up and down: the rows
// of a broker, and the broker itself above them.
void LabView::step_selection(const Frame& frame, int key) {
  std::vector<NodeId> brokers;
  for (const auto& [id, broker] : frame.model.brokers()) brokers.push_back(id);
  if (brokers.empty()) return;
  const auto now = selected_broker();
  if (!now) return select("broker/" + std::to_string(brokers.front().v), frame.now);
  if (key == keys::left || key == keys::right) {
    const auto at = std::find(brokers.begin(), brokers.end(), *now) - brokers.begin();
    const auto count = static_cast<std::ptrdiff_t>(brokers.size());
    const auto next = (at + (key == keys::right ? 1 : count - 1)) % count;
    const std::string id = std::to_string(brokers[static_cast<std::size_t>(next)].v);
    const auto slash = state_.selected.rfind('/');
    const std::string same_row = state_.selected.substr(0, slash + 1) + id;
    return select(canvas_.find(same_row) ? same_row : "broker/" + id, frame.now);
  }
  std::vector<std::string> rows{"broker/" + std::to_string(now->v)};
  for (const auto& element : canvas_.elements) {
    if (element.id.kind != scene::Kind::replica) continue;
    const std::string id = canvas_.text(element.id);
    if (id.substr(id.rfind('/') + 1) == std::to_string(now->v)) rows.push_back(id);
  }
  const auto at = std::find(rows.begin(), rows.end(), state_.selected) - rows.begin();
  const auto last = static_cast<std::ptrdiff_t>(rows.size()) - 1;
  const auto next = std::clamp<std::ptrdiff_t>(at + (key == keys::down ? 1 : -1), 0, last);
  select(rows[static_cast<std::size_t>(next)], frame.now);
}

void LabView::present(bool on) {
  if (on == state_.presenting) return;
  state_.presenting = on;
  state_.black = false;
  if (on) theme_before_ = std::exchange(state_.theme, scene::Theme::projector);
  if (!on && state_.theme == scene::Theme::projector) state_.theme = theme_before_;
}

void LabView::open_dialog(Dialog dialog) {
  if (state_.dialog == Dialog::none) focus_before_ = focus_;
  state_.dialog = dialog;
  state_.snippet_line = 0;
  if (dialog == Dialog::course) course_at_ = -1;
  dialog_opened_ = true;
  focus_.by_keyboard = false;
  focus_.edits.clear();
  focus_.id = dialog == Dialog::create_topic ? "create/name"
              : dialog == Dialog::produce    ? "produce/value"
                                             : "";
}

void LabView::node_action(NodeAction action, NodeId node) { actions_.node({action, node}); }

// What a dialog without text fields takes; Ctrl+C copies what can be copied.
void LabView::dialog_shortcut(const platform::Key& key) {
  if (key.key == keys::down) ++state_.snippet_line;  // held in range where it is drawn
  if (key.key == keys::up) state_.snippet_line = std::max(0, state_.snippet_line - 1);
  if (state_.dialog != Dialog::connect) return;
  const int count = static_cast<int>(snippet_names.size());
  if (key.key == keys::left || key.key == keys::right) {
    state_.snippet = (state_.snippet + (key.key == keys::right ? 1 : count - 1)) % count;
    state_.snippet_line = 0;
  }
  if (key.key == keys::c) {
    copied_ = snippet(static_cast<std::size_t>(state_.snippet), actions_.bootstrap(),
                      state_.produce_topic);
  }
}

void LabView::client_shortcut(int key) {
  if (key == keys::c) open_dialog(Dialog::create_topic);
  if (key == keys::p) open_dialog(Dialog::produce);
  if (key == keys::h) open_dialog(Dialog::connect);
  if (key == keys::r) actions_.read(state_.produce_topic);
}

void LabView::act_on_broker(const Frame& frame, int key) {
  const auto broker = selected_broker();
  if (!broker) return;
  const auto* known = frame.model.broker(*broker);
  if (key == keys::k) node_action(NodeAction::kill, *broker);
  if (key == keys::s) node_action(NodeAction::stop, *broker);
  if (key == keys::b) node_action(NodeAction::start, *broker);
  if (key == keys::f && known != nullptr) {
    const bool frozen = known->state == model::BrokerState::frozen;
    node_action(frozen ? NodeAction::thaw : NodeAction::freeze, *broker);
  }
}

// Language, theme, size of text, zoom, panels.
void LabView::look_shortcut(const platform::Key& key) {
  using scene::Theme;
  switch (key.key) {
    case keys::l:
      state_.lang = state_.lang == scene::Lang::en ? scene::Lang::ko : scene::Lang::en;
      break;
    case keys::t:
      state_.theme = state_.theme == Theme::light  ? Theme::dark
                     : state_.theme == Theme::dark ? Theme::projector
                                                   : Theme::light;
      break;
    case keys::plus:
      state_.text_percent = std::min(most_text, state_.text_percent + text_step);
      break;
    case keys::minus:
      state_.text_percent = std::max(least_text, state_.text_percent - text_step);
      break;
    case keys::zero:
      state_.text_percent = 100;
      break;
    case keys::w:
      state_.zoom = 1, state_.scroll = {};
      break;
    case keys::i:
      toggle_inspector();
      break;
    case keys::f5:
      present(!state_.presenting);
      break;
    default:
      break;
  }
}

bool LabView::typing() const {
  return state_.dialog == Dialog::create_topic || state_.dialog == Dialog::produce ||
         (state_.dialog == Dialog::none && state_.console && focus_.id == console_field);
}

// What clickers send to make the screen black, B or a full stop, and any key to end it: never a
// command. With Shift they are what they are elsewhere.
bool LabView::black_screen(const platform::Key& key) {
  if (!state_.presenting || typing() || state_.dialog != Dialog::none) return false;
  const bool asks = !key.modifiers.shift && !key.modifiers.ctrl &&
                    (key.key == keys::b || key.key == keys::full_stop);
  if (!state_.black && !asks) return false;
  state_.black = !state_.black;
  return true;
}

void LabView::shortcuts(const Frame& frame) {
  if (typing() && state_.dialog == Dialog::none) console_keys(frame.input);
  for (const auto& key : frame.input.keys) {
    if (!key.down) continue;
    if (key.modifiers.ctrl && key.key == keys::q) state_.quit = true;
    if (black_screen(key)) continue;
    if (key.key == keys::escape && term_open() && state_.dialog == Dialog::none) {
      lesson_look_.term.clear();
    } else if (key.key == keys::escape && state_.console && state_.dialog == Dialog::none) {
      state_.console = false;
      focus_.id.clear();
    } else if (key.key == keys::escape) {
      if (state_.dialog == Dialog::none && state_.selected.empty()) present(false);
      if (state_.dialog == Dialog::none) state_.selected.clear();
      if (state_.dialog != Dialog::trouble) state_.dialog = Dialog::none;
    }
    if (key.modifiers.ctrl && state_.dialog == Dialog::none && !typing()) {
      if (key.key == keys::left) state_.scroll.x -= scroll_step;
      if (key.key == keys::right) state_.scroll.x += scroll_step;
      if (key.key == keys::up) state_.scroll.y -= scroll_step;
      if (key.key == keys::down) state_.scroll.y += scroll_step;
      if (key.key == keys::plus) state_.zoom = std::min(6.0F, state_.zoom * zoom_step);
      if (key.key == keys::minus) state_.zoom = std::max(1.0F, state_.zoom / zoom_step);
    }
    const bool ctrl_c = key.modifiers.ctrl && key.key == keys::c;
    if (!typing() && (!key.modifiers.ctrl || ctrl_c) &&
        (state_.dialog == Dialog::connect || state_.dialog == Dialog::keys))
      dialog_shortcut(key);
    if (state_.dialog == Dialog::course && !dialog_opened_) {
      course_shortcut(key);
      if (state_.dialog == Dialog::none) continue;  // the key has begun a lesson
    }
    if (typing() || key.modifiers.ctrl || key.modifiers.alt) continue;
    look_shortcut(key);
    if (key.key == keys::slash) {
      if (state_.dialog == Dialog::keys) {
        state_.dialog = Dialog::none;
      } else {
        open_dialog(Dialog::keys);
      }
    }
    if (state_.dialog != Dialog::none) continue;
    if (key.key == keys::y && course_ != nullptr) open_dialog(Dialog::course);
    if (step_) lesson_shortcut(key);
    const NodeId numbered(key.key - keys::zero);
    if (key.key >= keys::one && key.key <= keys::nine && frame.model.broker(numbered) != nullptr)
      select("broker/" + std::to_string(numbered.v), frame.now);
    if (is_arrow(key.key)) step_selection(frame, key.key);
    act_on_broker(frame, key.key);
    if (key.key == keys::backquote) open_console();
    if (actions_.capabilities().clients) client_shortcut(key.key);
    if (key.key == keys::e) actions_.export_picture();
    if (key.key == keys::g) toggle_log();
  }
}

}  // namespace lab::views
