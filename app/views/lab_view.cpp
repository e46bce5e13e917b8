#include "app/views/lab_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/i18n/heard.h"
#include "app/i18n/strings.h"
#include "app/scene/marks.h"

namespace lab::views {
using scene::Box;

namespace {
double to_seconds(Duration d) { return std::chrono::duration<double>(d).count(); }
}  // namespace

LabView::LabView(const scene::Measurer& measurer, Actions& actions, Course* course)
    : measurer_(measurer), actions_(actions), course_(course) {}

std::string_view LabView::word(std::string_view key) const { return i18n::text(key, state_.lang); }

// The boxes depend on the size of the window and of the text alone: nothing that happens moves
// them.
void LabView::lay_out(float width, float height, float scale) {
  const float w = width / scale, h = height / scale, text = text_unit();
  window_box_ = {0, 0, w, h};
  if (state_.presenting) {
    const float spoken = std::clamp(h * 0.235F, 90.0F, 120 * text);
    toolbar_box_ = side_box_ = timeline_box_ = {};
    narration_box_ = {0, h - spoken, w, spoken};
    canvas_box_ = {0, 0, w, h - spoken};
    return;
  }
  // In large type the canvas needs the whole width; the inspector then comes when it is called.
  const bool narrow = w < 1000 * text;
  const bool lesson = step_.has_value() && !state_.details;
  const bool open = state_.inspector.value_or(!narrow || lesson);
  const float side = open ? std::min((lesson ? 400 : 320) * text, w * (narrow ? 0.5F : 0.42F)) : 0;
  const float bar = std::min(44 * text, h * 0.12F);
  // A low window has the clock alone instead of the lanes.
  // A lesson is read: in large type it has all of the height, and the clock stands beside it.
  const bool tall = lesson && narrow && open;
  const float timeline = h < 400 * text || tall ? 44 * text : std::min(142 * text, h * 0.24F);
  const float narration = std::min((narrow ? 50 : 38) * text, h * 0.18F);
  toolbar_box_ = {0, 0, w, bar};
  side_box_ = {w - side, bar, side, h - bar - (tall ? 0 : timeline)};
  timeline_box_ = {0, h - timeline, tall ? w - side : w, timeline};
  narration_box_ = {0, h - timeline - narration, w - side, narration};
  canvas_box_ = {0, bar, w - side, h - bar - timeline - narration};
}

void LabView::frame(const model::ClusterModel& model, const platform::FrameInput& input,
                    Instant now, float width, float height, float scale,
                    std::int32_t utc_offset_s) {
  const auto sentence = model::narrate_latest(model, now, state_.lang);
  const Frame frame{model, input, now, scale, utc_offset_s, sentence};
  dialog_opened_ = console_opened_ = false;
  stage_now_ = now;
  if (state_.dialog == Dialog::none && focus_before_) focus_ = *std::exchange(focus_before_, {});
  step_focus(input);
  focus_.order.clear();
  copied_.clear();
  focus_.copied.clear();
  see_lesson(now);
  mind_topic(model);
  shortcuts(frame);
  keep_trouble();
  see_lesson(now);
  see_stage();
  lay_out(width, height, scale);
  remember_notice(now);
  overlay_.clear();
  if (lesson_shown()) side_lesson(frame);  // first, also for Tab
  if (!state_.presenting) toolbar(frame);
  draw_canvas(frame);
  if (state_.console) console(frame);
  if (inspector_shown() && !lesson_shown()) side(frame);
  bars(frame);
  if (state_.dialog != Dialog::none) {
    dialogs(frame);
    keep_trouble();
  } else if (term_open()) {
    term_card(frame);
  }
  if (!focus_.copied.empty()) copied_ = focus_.copied;
  if (state_.black) black_out();
  focus_.previous = focus_.order;
  layers_.clear();
  const auto add = [&](const scene::Scene& scene, const Box& box) {
    layers_.push_back({&scene, box.x * scale, box.y * scale});
  };
  add(canvas_, canvas_box_);
  if (state_.console) add(console_, console_box_);
  add(narration_, narration_box_);
  if (!state_.presenting) {
    add(timeline_, timeline_box_);
    if (inspector_shown()) add(side_, side_box_);
    add(toolbar_, toolbar_box_);
  }
  if (state_.dialog != Dialog::none || term_open() || state_.black) add(overlay_, overlay_box_);
}

bool LabView::animates(const model::ClusterModel& model, Instant now) const {
  // Everything that moves is over some seconds after its event (LOOKS §6: the chip stays 5.4 s).
  return now - model.newest_change() < seconds(6);
}

// Reading and writing are about the topic that is looked at, and never about one that is not there
// while others are.
void LabView::mind_topic(const model::ClusterModel& model) {
  if (typing()) return;
  const auto id = canvas_.parse(state_.selected);
  if (id && id->kind == scene::Kind::replica) {
    state_.produce_topic = canvas_.names[id->name];
    return;
  }
  if (model.topics().count(state_.produce_topic) != 0) return;
  for (const auto& [name, topic] : model.topics()) {
    if (name.starts_with("__")) continue;
    state_.produce_topic = name;
    return;
  }
}

// What came of something is news for a while only.
void LabView::remember_notice(Instant now) {
  const Notice newest = actions_.notice();
  if (newest.text != last_notice_) {
    last_notice_ = newest.text;
    notice_ = newest;
    noticed_at_ = now;
  }
  if (now - noticed_at_ > (notice_.trouble ? seconds(30) : seconds(10))) notice_ = {};
}

std::optional<NodeId> LabView::selected_broker() const {
  const auto id = canvas_.parse(state_.selected);
  if (!id) return std::nullopt;
  using scene::Kind;
  if (id->kind == Kind::broker || id->kind == Kind::controller || id->kind == Kind::replica) {
    return NodeId(static_cast<std::int32_t>(id->a));
  }
  return std::nullopt;
}

void LabView::black_out() {
  overlay_box_ = window_box_;
  overlay_.clear();
  overlay_.view = {0, 0, window_box_.w, window_box_.h};
  overlay_.ground = scene::Token::subtitle;
}

void LabView::draw_canvas(const Frame& frame) {
  scene::CanvasView view;
  view.width = canvas_box_.w;
  view.height = canvas_box_.h;
  view.lang = state_.lang;
  view.theme = state_.theme;
  view.text_percent = state_.text_percent;
  view.clock_offset_s = frame.utc_offset_s;
  view.offer_topic = !step_;
  // In a recording nothing can be begun, and what moves is seen at its pace.
  view.offer_actions = !actions_.capabilities().seek;
  if (actions_.capabilities().seek && actions_.pace() > 0) view.speed = actions_.pace();
  const scene::Point mouse{frame.input.mouse_x / frame.scale - canvas_box_.x,
                           frame.input.mouse_y / frame.scale - canvas_box_.y};
  const Box seen{0, 0, canvas_box_.w, canvas_box_.h - (state_.console ? console_size().h : 0)};
  const bool over = seen.contains(mouse) && state_.dialog == Dialog::none;
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
    if (typing()) focus_.id.clear();  // back to the picture and its keys
    const auto* hit = canvas_.hit(mouse);
    const std::string id = hit == nullptr ? "" : canvas_.text(hit->id);
    if (id == "action/create-topic") {
      open_dialog(Dialog::create_topic);
    } else if (id == "action/connect") {
      open_dialog(Dialog::connect);
    } else if (id == "action/start-all") {
      for (const auto& [node, broker] : frame.model.brokers()) {
        if (!broker.live()) node_action(sources::NodeAction::start, node);
      }
    } else {
      select(id, frame.now);
    }
  }
  view.selected = state_.selected;
  view.lesson = lesson_rings();
  scene::cluster_scene(frame.model, view, frame.now, measurer_, canvas_);
}

// A short recording lies in the timeline as a whole, of a long one a minute around the moment. The
// mouse draws the cursor through it.
void LabView::replayed(const Frame& frame, scene::TimelineView& time) {
  constexpr Duration most = seconds(60);
  const auto span = actions_.span();
  const Duration shown = std::clamp<Duration>(span.last - span.first, milliseconds(1), most);
  time.mode = scene::TimeMode::replay;
  time.from = std::clamp(frame.now - shown / 2, span.first, span.last - shown);
  time.to = time.from + shown;
  const double pace = actions_.pace();
  const std::string speed = pace <= 0  ? std::string(word("window.time.paused"))
                            : pace < 1 ? fmt::format("1/{:.0f}×", 1 / pace)
                                       : fmt::format("{:.0f}×", pace);
  time.notes = {fmt::format("{} · {:.1f} / {:.1f} s", speed, to_seconds(frame.now - span.first),
                            to_seconds(span.last - span.first)),
                actions_.cluster_name()};
  const scene::Point mouse{frame.input.mouse_x / frame.scale - timeline_box_.x,
                           frame.input.mouse_y / frame.scale - timeline_box_.y};
  const bool over = Box{0, 0, timeline_box_.w, timeline_box_.h}.contains(mouse);
  if (state_.dialog == Dialog::none && over && frame.input.pressed[0]) drags_time_ = true;
  if (!frame.input.down[0] && !frame.input.pressed[0]) drags_time_ = false;
  if (drags_time_) actions_.seek(scene::moment_at(time, mouse.x));
}

void LabView::bars(const Frame& frame) {
  scene::BarView bar;
  bar.lang = state_.lang;
  bar.theme = state_.theme;
  bar.text_percent = state_.text_percent;
  bar.width = narration_box_.w;
  bar.height = narration_box_.h;
  // Without an inspector beside it the narration also says what the inspector would.
  scene::Aside aside;
  const auto* failover = frame.model.failover();
  const bool fresh = failover != nullptr && frame.now - failover->lost < seconds(40);
  const bool told = inspector_shown() && !lesson_shown();
  if (fresh && !told) {
    aside = scene::leaderless_time(*failover, frame.now, state_.lang);
  }
  model::Sentence sentence = frame.sentence;
  if (!told && !notice_.text.empty()) {
    sentence = {i18n::heard(notice_.text, state_.lang), "",
                notice_.trouble ? model::Tone::trouble : model::Tone::quiet};
  }
  if (state_.presenting) {
    aside.mode = actions_.capabilities().seek   ? scene::TimeMode::replay
                 : actions_.capabilities().pace ? scene::TimeMode::simulated
                                                : scene::TimeMode::live;
    return scene::subtitles(stage_sentence(sentence), aside, bar, measurer_, narration_);
  }
  scene::narration_bar(sentence, aside, bar, measurer_, narration_);
  scene::TimelineView time;
  time.bar = bar;
  time.bar.width = timeline_box_.w;
  time.bar.height = timeline_box_.h;
  time.from = frame.now - seconds(30);
  time.to = frame.now;
  time.moment = frame.now;
  time.clock_offset_s = frame.utc_offset_s;
  if (actions_.capabilities().seek) {
    replayed(frame, time);
  } else if (actions_.capabilities().pace) {  // its time is its own
    time.mode = scene::TimeMode::simulated;
    time.notes = {actions_.cluster_name()};
  }
  scene::timeline_bar(frame.model, time, measurer_, timeline_);
  scene::Pen pen(timeline_, measurer_, text_unit(), scene::stroke_factor(state_.theme));
  for (const auto& ring : lesson_rings()) {
    if (const auto box = timeline_.find(ring.id)) scene::lesson_ring(pen, *box, ring.number, 1);
  }
}

}  // namespace lab::views
