// The window's content: toolbar, canvas, inspector or stopwatch, narration, timeline, dialogs.
// Takes a frame's input, changes the view state, asks Actions, and gives scenes to draw. It knows
// no window and no ImGui, so tests drive it headless.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/model/cluster_model.h"
#include "app/model/narration.h"
#include "app/platform/input_queue.h"
#include "app/scene/bars.h"
#include "app/scene/cluster_scene.h"
#include "app/views/actions.h"
#include "app/views/course.h"
#include "app/views/lesson_panel.h"
#include "app/views/ui.h"

namespace lab::views {

enum class Dialog : std::uint8_t { none, create_topic, produce, keys, connect, course, trouble };

// The window has no cluster: why, and other ports where those that were wanted are taken.
struct Trouble {
  std::string why;
  std::optional<std::uint16_t> base_port;
};
enum class Remedy : std::uint8_t { again, other_ports };

struct ViewState {
  scene::Lang lang = scene::Lang::en;
  scene::Theme theme = scene::Theme::light;
  int text_percent = 100;  // 80 to 300
  float zoom = 1;
  scene::Point scroll;
  std::string selected;  // an id of the scene: "broker/2"
  bool show_log = false;
  // The inspector beside the canvas; unset: as the room allows.
  std::optional<bool> inspector;
  bool console = false;     // the console lies over the foot of the canvas
  bool details = false;     // the inspector in a lesson's place
  bool presenting = false;  // no chrome, the narration as subtitles
  bool black = false;       // the clicker's black screen, while presenting
  Dialog dialog = Dialog::none;
  int snippet = 0;       // which of "how to connect"
  int snippet_line = 0;  // the first line shown of a dialog, where not all fit
  Instant selected_at{};
  bool quit = false;
  // What is being typed.
  std::string topic_name = "orders", partitions = "3", replication_factor = "2";
  std::string produce_topic = "orders", record = "hello", rate = "10";
  std::string console_line;
};

// The id of the console's line.
inline constexpr const char* console_field = "console/line";

// A scene and where it lies, in pixels.
struct Layer {
  const scene::Scene* scene = nullptr;
  float x = 0, y = 0;
};

class LabView {
 public:
  // Without a course there are no lessons in the window.
  LabView(const scene::Measurer& measurer, Actions& actions, Course* course = nullptr);

  // Builds the frame. width, height in pixels; scale: pixels a unit (of the screen, not the text
  // size); utc_offset_s: of the viewer's wall clock.
  void frame(const model::ClusterModel& model, const platform::FrameInput& input, Instant now,
             float width, float height, float scale, std::int32_t utc_offset_s);
  // What to draw, in order.
  const std::vector<Layer>& layers() const { return layers_; }
  // There is no cluster: that is said, with what can be done, until there is one (nullopt).
  void tell_trouble(std::optional<Trouble> trouble);
  // What was chosen then, once.
  std::optional<Remedy> remedy() { return std::exchange(remedy_, {}); }
  ViewState& state() { return state_; }
  const scene::Scene& canvas() const { return canvas_; }
  // The id of what has the focus.
  const std::string& focused() const { return focus_.id; }
  // Letters are typed, not commands.
  bool typing() const;
  // What was copied in this frame; empty: nothing.
  const std::string& copied() const { return copied_; }
  // Something moves by itself: another frame is wanted soon.
  bool animates(const model::ClusterModel& model, Instant now) const;

 private:
  struct Frame {
    const model::ClusterModel& model;
    const platform::FrameInput& input;
    Instant now;
    float scale;
    std::int32_t utc_offset_s;
    const model::Sentence& sentence;
  };
  void lay_out(float width, float height, float scale);
  void shortcuts(const Frame& frame);
  void dialog_shortcut(const platform::Key& key);
  void client_shortcut(int key);
  void act_on_broker(const Frame& frame, int key);
  void look_shortcut(const platform::Key& key);
  bool black_screen(const platform::Key& key);
  void step_focus(const platform::FrameInput& input);
  void step_selection(const Frame& frame, int key);
  void select(std::string id, Instant now);
  void present(bool on);
  void toolbar(const Frame& frame);
  void draw_canvas(const Frame& frame);
  void side(const Frame& frame);
  void side_broker(const Frame& frame, Ui& ui, NodeId id, float& y);
  void side_log(Ui& ui, NodeId id, bool failed, float& y);
  void side_replica(const Frame& frame, Ui& ui, const std::string& topic, int partition,
                    NodeId node, float& y);
  void side_cluster(const Frame& frame, Ui& ui, float& y);
  void side_failover(const Frame& frame, Ui& ui, float& y);
  void side_lesson(const Frame& frame);
  void see_lesson(Instant now);
  void do_as_asked(const LessonAsked& asked);
  void lesson_shortcut(const platform::Key& key);
  void clicker(int key);
  bool stage_waits() const;
  void see_stage();
  std::vector<scene::Highlight> lesson_rings() const;
  model::Sentence stage_sentence(const model::Sentence& narrated) const;
  bool lesson_shown() const { return step_.has_value() && !state_.details && inspector_shown(); }
  void toggle_inspector();
  void toggle_log();
  void dialog_course(const Frame& frame, Ui& ui, const scene::Box& box);
  float course_foot(Ui& ui, const scene::Box& box);
  void course_row(scene::Pen& pen, const Course::Entry& one, std::size_t index,
                  const scene::Box& row);
  void course_shortcut(const platform::Key& key);
  void begin_lesson(const Course::Entry& entry);
  void suggest_lesson(const std::vector<Course::Entry>& entries);
  void term_card(const Frame& frame);
  bool over_term(const Frame& frame) const;
  bool term_open() const { return lesson_shown() && !lesson_look_.term.empty(); }
  void black_out();
  void side_notice(scene::Pen& pen);
  bool watches_failover(const Frame& frame) const;
  void ledger_rows(const Frame& frame, Ui& ui, float& y, float bottom);
  void open_console();
  scene::Box console_size() const;
  void console(const Frame& frame);
  void console_keys(const platform::FrameInput& input);
  void run_console_line();
  std::string last_answer() const;
  void bars(const Frame& frame);
  void replayed(const Frame& frame, scene::TimelineView& time);
  void dialogs(const Frame& frame);
  void dialog_create(const Frame& frame, Ui& ui, const scene::Box& box);
  void dialog_produce(const Frame& frame, Ui& ui, const scene::Box& box);
  void dialog_keys(Ui& ui, const scene::Box& box, float wheel);
  void dialog_connect(const Frame& frame, Ui& ui, const scene::Box& box);
  void dialog_trouble(Ui& ui, const scene::Box& box);
  void keep_trouble();
  void close_button(Ui& ui, const scene::Box& box);
  scene::Box dialog_size() const;
  void remember_notice(Instant now);
  void mind_topic(const model::ClusterModel& model);
  void open_dialog(Dialog dialog);
  void node_action(sources::NodeAction action, NodeId node);
  bool inspector_shown() const { return side_box_.w > 0; }
  float text_unit() const { return static_cast<float>(state_.text_percent) / 100; }
  std::optional<NodeId> selected_broker() const;
  std::string_view word(std::string_view key) const;

  const scene::Measurer& measurer_;
  Actions& actions_;
  Course* course_;
  std::optional<lessons::StepView> step_;  // of the lesson that is walked, as of this frame
  LessonLook lesson_look_;
  std::string lesson_at_;                   // lesson and step that were shown last
  std::size_t stage_at_ = 0;                // beat of the step on stage
  bool stage_goes_on_ = false;              // the clicker asked for more than there was yet
  bool stage_shown_ = false;                // it had the step done
  bool stage_was_done_ = false;             // in the last frame
  Instant stage_shown_at_{}, stage_now_{};  // when that was asked for; of this frame
  int course_at_ = -1, course_seen_ = -1, course_first_ = 0;  // chosen by keys; first row shown
  Instant lesson_since_{};
  ViewState state_;
  std::optional<Trouble> trouble_;
  std::optional<Remedy> remedy_;
  Focus focus_;
  scene::Theme theme_before_ = scene::Theme::light;  // that of presenting
  std::optional<Focus> focus_before_;                // what had it when the dialog was opened
  scene::Scene toolbar_, canvas_, side_, narration_, timeline_, console_, overlay_;
  scene::Box toolbar_box_, canvas_box_, side_box_, narration_box_, timeline_box_, window_box_,
      console_box_, overlay_box_;
  std::vector<Layer> layers_;
  bool drags_time_ = false;  // the mouse went down on the timeline of a recording
  std::string copied_;
  Notice notice_;  // the newest, while it is news
  std::string last_notice_;
  Instant noticed_at_{};
  std::vector<std::string> console_history_;
  std::size_t console_at_ = 0;   // in it; its size: the line that is being typed
  std::size_t console_up_ = 0;   // lines below the last one shown
  bool console_opened_ = false;  // in this frame, as a dialog is
  bool dialog_opened_ = false;   // in this frame: what opened it is not typed into it
};

}  // namespace lab::views
