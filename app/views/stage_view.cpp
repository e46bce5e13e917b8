// A lesson on stage: the clicker goes from beat to beat, and nothing blocks it.
#include <algorithm>

#include "app/i18n/heard.h"
#include "app/i18n/strings.h"
#include "app/platform/keys.h"
#include "app/views/lab_view.h"
#include "app/views/stage.h"

namespace lab::views {
namespace keys = platform::keys;
using lessons::Phase;

// Where the beat that is done is, or would be.
static std::size_t live_beat(const std::vector<Beat>& beats) {
  for (std::size_t i = 0; i < beats.size(); ++i) {
    if (beats[i].kind == Beat::Kind::live) return i;
  }
  return beats.size();
}

// A step that was done by other means (a key, a terminal) is shown being done.
void LabView::see_stage() {
  if (!step_ || !state_.presenting) return;
  const auto beats = stage_beats(*step_, state_.lang);
  const std::size_t live = live_beat(beats);
  const bool current = course_->runner()->shown() == course_->runner()->active();
  const bool just_done = step_->done && !stage_was_done_ && current;
  stage_was_done_ = step_->done;
  if (just_done && live < beats.size() && stage_at_ <= live) {
    stage_at_ = live + (std::exchange(stage_goes_on_, false) ? 1 : 0);
  }
  stage_at_ = std::min(stage_at_, beats.empty() ? 0 : beats.size() - 1);
}

// What was begun is still on its way: a second press is patient, and so are all others for a while.
bool LabView::stage_waits() const {
  constexpr Duration patience = seconds(15);
  if (step_->showing) return true;
  const bool on_its_way = stage_shown_ && course_->runner()->complaint().empty();
  return on_its_way && (!stage_goes_on_ || stage_now_ - stage_shown_at_ < patience);
}

void LabView::clicker(int key) {
  auto& runner = *course_->runner();
  if (runner.phase() == Phase::preparing) return;
  if (key == keys::page_up) {
    if (stage_at_ > 0) {
      --stage_at_;
    } else {
      runner.back();
    }
    return;
  }
  const auto beats = stage_beats(*step_, state_.lang);
  if (stage_at_ + 1 < beats.size()) {
    ++stage_at_;
  } else if (beats.empty() || beats[stage_at_].kind != Beat::Kind::live || step_->done) {
    return runner.next();
  } else if (stage_waits()) {
    stage_goes_on_ = true;  // as soon as it is done
    return;
  } else if (stage_shown_) {
    return runner.skip();  // it could not be shown
  }
  // To come to the beat is to have it done.
  if (beats[stage_at_].kind != Beat::Kind::live || step_->done || stage_shown_) return;
  stage_shown_ = true;
  stage_shown_at_ = stage_now_;
  runner.pass_prediction();
  runner.show_me();
}

model::Sentence LabView::stage_sentence(const model::Sentence& narrated) const {
  if (!step_) return narrated;
  const auto& runner = *course_->runner();
  model::Sentence sentence;
  const auto plain = [&](std::string_view text) {
    sentence.lead = text;
    return sentence;
  };
  if (runner.phase() == Phase::preparing || runner.active() < runner.wished()) {
    return plain(word("lesson.preparing"));
  }
  if (runner.phase() == Phase::finished) return plain(word("lesson.finished"));
  if (runner.phase() == Phase::failed) return plain(i18n::heard(runner.trouble(), state_.lang));
  const auto beats = stage_beats(*step_, state_.lang);
  const bool live = stage_at_ >= beats.size() || beats[stage_at_].kind == Beat::Kind::live;
  if (!live) {
    sentence.lead = beats[stage_at_].lead;
    sentence.rest = beats[stage_at_].rest;
    return sentence;
  }
  if (runner.complaint().empty()) {
    const auto open = std::find_if(step_->goals.begin(), step_->goals.end(),
                                   [](const auto& goal) { return !goal.reached; });
    if (!stage_goes_on_ || open == step_->goals.end()) return narrated;
    std::string goal = lessons::plain(open->words);
    while (!goal.empty() && goal.back() == '\n') goal.pop_back();
    return {narrated.lead, i18n::say("lesson.stage.waiting", state_.lang, {{"goal", goal}}),
            narrated.tone};
  }
  // Which line it was, the room has just read.
  const std::string& said = runner.complaint();
  const std::size_t line = said.find(": ");
  const std::string answer = line == std::string::npos ? said : said.substr(line + 2);
  return {narrated.lead, i18n::heard(answer, state_.lang), model::Tone::warning};
}

}  // namespace lab::views
