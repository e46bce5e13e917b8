// The dialog of a window without a cluster: why there is none, and what can be done. It stays until
// there is one; the lessons, which have clusters of their own, can be looked at meanwhile.
#include <algorithm>

#include "app/i18n/heard.h"
#include "app/i18n/strings.h"
#include "app/views/lab_view.h"
#include "app/views/page.h"

namespace lab::views {
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

void LabView::tell_trouble(std::optional<Trouble> trouble) {
  trouble_ = std::move(trouble);
  if (!trouble_ && state_.dialog == Dialog::trouble) state_.dialog = Dialog::none;
  if (trouble_) open_dialog(Dialog::trouble);
}

// Whatever closed it.
void LabView::keep_trouble() {
  if (trouble_ && state_.dialog == Dialog::none) open_dialog(Dialog::trouble);
}

void LabView::dialog_trouble(Ui& ui, const Box& box) {
  Pen& pen = ui.pen();
  const float x = box.x + pen.u(24), wide = box.w - pen.u(48);
  Page page(ui, "", x, wide, box.y, box.bottom() - pen.u(70));
  page.y = box.y + pen.u(20);
  page.words(word("window.trouble.title"), 17, Type::bold, Token::trouble_text);
  page.gap(8);
  page.words(i18n::heard(trouble_->why, state_.lang), 14, Type::regular, Token::ink);
  page.gap(8);
  page.words(word(trouble_->base_port ? "window.trouble.ports" : "window.trouble.hint"), 14,
             Type::regular, Token::muted);
  float at = x, y = box.bottom() - pen.u(54);
  const auto button = [&](const char* id, const std::string& label, Look look) {
    const float width = pen.width(label, pen.u(14), Type::semibold) + pen.u(28);
    if (at > x && at + width > x + wide) at = x, y -= pen.u(40);
    const bool did = ui.button(id, {at, y, width, pen.u(34)}, label, look);
    at += width + pen.u(10);
    return did;
  };
  const auto& free = trouble_->base_port;
  if (free && button("trouble/ports",
                     i18n::say("window.trouble.other_ports", state_.lang,
                               {{"port", std::to_string(*free)}}),
                     Look::primary)) {
    remedy_ = Remedy::other_ports;
  }
  if (button("trouble/again", std::string(word("window.trouble.again")),
             free ? Look::plain : Look::primary)) {
    remedy_ = Remedy::again;
  }
  if (course_ != nullptr &&
      button("trouble/lessons", std::string(word("window.lessons")), Look::plain)) {
    open_dialog(Dialog::course);
  }
  if (button("trouble/quit", std::string(word("window.trouble.quit")), Look::plain)) {
    state_.quit = true;
  }
}

}  // namespace lab::views
