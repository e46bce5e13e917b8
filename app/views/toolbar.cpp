// The toolbar: what can be done on the left, how it is looked at on the right. In large type the
// words that do not fit are left out, the dispensable ones first; each has a key (`?` lists them).
#include <algorithm>
#include <functional>

#include "app/i18n/strings.h"
#include "app/scene/style.h"
#include "app/views/lab_view.h"

namespace lab::views {
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {

constexpr float between = 22;  // two words

struct Entry {
  std::string id, label;
  int rank = 0;  // the highest goes first where there is no room
  bool strong = true;
  std::function<void()> act;
};

float width_of(const Pen& pen, const Entry& entry) {
  return pen.width(entry.label, pen.u(14), Type::semibold) + pen.u(between);
}

// Leaves out entries of both sides until they fit.
void fit(const Pen& pen, std::vector<Entry>& left, std::vector<Entry>& right, float room) {
  while (true) {
    float used = 0;
    Entry* last = nullptr;
    for (auto* side : {&left, &right}) {
      for (Entry& entry : *side) {
        if (entry.label.empty()) continue;
        used += width_of(pen, entry);
        if (last == nullptr || entry.rank > last->rank) last = &entry;
      }
    }
    if (used <= room || last == nullptr) return;
    last->label.clear();
  }
}

// Logo and names; gives where they end.
float brand(Pen& pen, float baseline, float most, const std::string& cluster) {
  for (int i = 0; i < 3; ++i) {
    pen.rect({pen.u(16 + 8 * static_cast<float>(i)), baseline - pen.u(11), pen.u(7), pen.u(12)},
             i == 0 ? scene::Ink(Token::leader) : scene::no_ink, Token::leader, pen.w(1.25F));
  }
  float x = pen.u(48);
  const float name = pen.width("Brokerlab", pen.u(17), Type::bold) + pen.u(12);
  if (x + name > most) return x;
  pen.text({x, baseline}, "Brokerlab", pen.u(17), Type::bold, Token::ink);
  x += name;
  const float named = pen.width(cluster, pen.u(14), Type::regular) + pen.u(20);
  if (x + named > most) return x + pen.u(8);
  pen.text({x, baseline}, cluster, pen.u(14), Type::regular, Token::muted);
  return x + named;
}

}  // namespace

void LabView::toolbar(const Frame& frame) {
  toolbar_.clear();
  toolbar_.view = {0, 0, toolbar_box_.w, toolbar_box_.h};
  toolbar_.ground = Token::panel;
  Pen pen(toolbar_, measurer_, text_unit(), scene::stroke_factor(state_.theme));
  Ui ui(pen, frame.input, focus_, {0, 0}, frame.scale, state_.dialog == Dialog::none);
  pen.line({0, toolbar_box_.h - 0.5F}, {toolbar_box_.w, toolbar_box_.h - 0.5F}, Token::line,
           pen.hair());
  const bool korean = state_.lang == scene::Lang::ko;
  std::vector<Entry> left, right;
  const auto entry = [&](const char* id, std::string_view label, int rank, auto act,
                         bool strong = true) {
    return Entry{id, std::string(label), rank, strong, act};
  };
  if (actions_.capabilities().clients) {
    left.push_back(entry("toolbar/create", word("window.create_topic"), 1,
                         [this] { open_dialog(Dialog::create_topic); }));
    left.push_back(entry("toolbar/produce", word("window.produce"), 2,
                         [this] { open_dialog(Dialog::produce); }));
    left.push_back(entry("toolbar/read", word("window.read"), 5,
                         [this] { actions_.read(state_.produce_topic); }));
  }
  if (course_ != nullptr) {
    left.push_back(entry("toolbar/course", word("window.lessons"), 3,
                         [this] { open_dialog(Dialog::course); }));
  }
  if (actions_.capabilities().clients) {
    left.push_back(entry("toolbar/connect", word("window.connect"), 4,
                         [this] { open_dialog(Dialog::connect); }));
  }
  left.push_back(entry("toolbar/console", word("window.console"), 5, [this] { open_console(); }));
  right.push_back(entry(
      "toolbar/en", "EN", 8, [this] { state_.lang = scene::Lang::en; }, !korean));
  right.push_back(entry(
      "toolbar/ko", "한국어", 8, [this] { state_.lang = scene::Lang::ko; }, korean));
  right.push_back(entry(
      "toolbar/size", std::to_string(state_.text_percent) + " %", 9,
      [this] { state_.text_percent = state_.text_percent >= 300 ? 80 : state_.text_percent + 20; },
      false));
  right.push_back(entry(
      "toolbar/inspector", word("window.inspector"), 7, [this] { toggle_inspector(); },
      inspector_shown() && !lesson_shown()));
  right.push_back(
      entry("toolbar/export", word("window.export"), 3, [this] { actions_.export_picture(); }));
  right.push_back(entry("toolbar/present", word("window.present"), 6, [this] { present(true); }));
  right.push_back(entry("toolbar/keys", "?", 0, [this] { open_dialog(Dialog::keys); }));
  const float baseline = toolbar_box_.h / 2 + pen.u(5);
  float x = brand(pen, baseline, toolbar_box_.w * 0.3F,
                  step_ ? std::string(word("window.own_cluster")) : actions_.cluster_name());
  fit(pen, left, right, toolbar_box_.w - x - pen.u(16));
  for (Entry& one : left) {
    if (!one.label.empty() && ui.word(one.id, x, baseline, one.label, one.strong)) one.act();
  }
  float from = toolbar_box_.w - pen.u(16 - between);
  for (const Entry& one : right) from -= one.label.empty() ? 0 : width_of(pen, one);
  for (Entry& one : right) {
    if (!one.label.empty() && ui.word(one.id, from, baseline, one.label, one.strong)) one.act();
  }
}

}  // namespace lab::views
