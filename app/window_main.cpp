#include "app/window_main.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "app/export/export.h"
#include "app/i18n/strings.h"
#include "app/model/cluster_model.h"
#include "app/platform/keys.h"
#include "app/platform/pacing.h"
#include "app/platform/window.h"
#include "app/sources/live_session.h"
#include "app/sources/no_cluster.h"
#include "app/sources/port_pairs.h"
#include "app/sources/recorded_session.h"
#include "app/sources/simulated_session.h"
#include "app/time_keys.h"
#include "app/views/lab_view.h"
#include "app/views/source_actions.h"
#include "app/window_course.h"
#include "app/worlds.h"

namespace lab {
namespace {

constexpr int failed = 1, usage_error = 2;

int give_up(const Error& error, int code = failed) {
  fmt::print(stderr, "brokerlab: {}\n", error.message);
  return code;
}

class WindowMain {
 public:
  WindowMain(const WindowOptions& options, platform::Window& window,
             const scene::Measurer& measurer)
      : options_(options),
        own_(options.cluster),
        window_(window),
        course_(options.lesson_folder, options.progress,
                [this]() -> const model::ClusterModel& { return model_; }),
        actions_({[this]() -> const model::ClusterModel& { return model_; },
                  [this] { view_.state().quit = true; }, [this] { return view_.state().lang; }},
                 [this] { export_picture(); }),
        view_(measurer, actions_, &course_) {
    auto& state = view_.state();
    state.lang = i18n::lang_of(options.lang);
    state.theme = scene::theme_named(options.theme).value_or(scene::Theme::light);
    state.text_percent = options.text_percent;
  }

  // Gives the exit code.
  int run() {
    if (const int code = begin(); code != 0) return code;
    double last = 0;
    bool changed = true;
    while (!window_.wants_to_close() && !view_.state().quit) {
      if (auto wish = course_.wish()) change_cluster(*wish), changed = true;
      if (auto remedy = view_.remedy()) mend(*remedy), changed = true;
      platform::Occasion what{window_.software(), window_.input().pending() || window_.dirty(),
                              changed, time_runs() || view_.animates(model_, source().now())};
      window_.wait(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(
          platform::until_frame(what, platform::Window::now() - last))));
      what.changed = changed = take_events() || changed;
      what.input = window_.input().pending() || window_.dirty();
      if (platform::until_frame(what, platform::Window::now() - last) > 0) continue;
      last = platform::Window::now();
      changed = false;
      frame();
    }
    return 0;
  }

 private:
  // With a lesson's cluster, or the window's own. An exit code where there is nothing to show.
  int begin() {
    if (!course_.note().empty()) fmt::print(stderr, "brokerlab: {}\n", course_.note());
    if (options_.lesson.empty()) {
      if (options_.first_screen && course_.untouched()) {
        view_.state().dialog = views::Dialog::course;
      }
      own_cluster();
      // A file that is no recording does not become one by trying again.
      const bool unread = !options_.recording.empty() && !source().failure().empty();
      return unread ? give_up(Error{source().failure()}) : 0;
    }
    const auto id = course_.find(options_.lesson);
    if (!id) return give_up(id.error());  // it was there before the window was opened
    course_.start(*id);
    if (const auto wish = course_.wish()) change_cluster(*wish);
    return 0;
  }

  void own_cluster() {
    change_cluster({std::nullopt, [](const sources::Answer&) {}});
  }

  // The old one ends first: its ports are wanted again. Where the new one cannot be begun, the
  // window says so and goes on without.
  void change_cluster(const WindowCourse::Wish& wish) {
    course_.use(nullptr);
    world_ = {};
    auto made = wish.kind ? lesson_world(*wish.kind) : own_world();
    const std::string why = made ? std::string() : made.error().message;
    if (made) {
      world_ = std::move(made).value();
    } else {
      world_.source = std::make_unique<sources::NoCluster>(why);
    }
    own_wanted_ = !wish.kind;
    failed_ = false;
    model_ = {};
    generation_ = source().generation();
    told_ = 0;
    actions_.use(source());
    course_.use(&source());
    view_.tell_trouble({});
    if (made) wish.then(std::string());
    see_failure();
  }

  // Of a cluster that could not be begun, now or when its brokers were started.
  void see_failure() {
    const std::string& why = source().failure();
    if (why.empty() || std::exchange(failed_, true)) return;
    if (own_wanted_) {
      view_.tell_trouble(views::Trouble{why, sources::offered_base_port(why)});
    } else {
      course_.no_cluster(why);
    }
  }

  void mend(views::Remedy remedy) {
    if (remedy == views::Remedy::other_ports) {
      own_.base_port = sources::offered_base_port(source().failure());
    }
    own_cluster();
  }

  Result<lessons::World> lesson_world(const lessons::ClusterKind& kind) const {
    constexpr std::uint16_t usual_port = 9092;
    std::optional<std::uint64_t> seed;
    if (options_.simulated) seed = options_.simulated->seed;
    return window_world(kind, seed, options_.cluster.base_port.value_or(usual_port),
                        [] { platform::Window::wake(); });
  }

  Result<lessons::World> own_world() const {
    lessons::World world;
    if (!options_.recording.empty()) {
      auto recorded = sources::RecordedSession::open(options_.recording);
      if (!recorded) return recorded.error();
      world.source = std::move(*recorded);
      return world;
    }
    if (options_.simulated) {
      world.source = std::make_unique<sources::SimulatedSession>(*options_.simulated);
      return world;
    }
    auto directory = sources::ClusterDirectory::prepare(own_);
    if (!directory) return directory.error();
    world.source = std::make_unique<sources::LiveSession>(
        std::move(*directory), sources::beside_own_executable("brokerd"), options_.record,
        [] { platform::Window::wake(); });
    return world;
  }

  sources::Source& source() const { return *world_.source; }
  // Of a simulated cluster, which lives within take().
  bool time_runs() const { return source().capabilities().pace && source().pace() > 0; }

  bool take_events() {
    bool began = false;
    events_.clear();
    source().take(events_);
    if (generation_ != source().generation()) {
      generation_ = source().generation();
      model_ = source().beginning();
      began = true;
    }
    const Instant before = model_.newest_change();
    for (const auto& event : events_) {
      model_.apply(event);
      course_.see(event);
    }
    see_failure();
    course_.turn();
    const auto& notices = source().notices();
    const std::uint64_t told = notices.empty() ? 0 : notices.back().number;
    const bool printed = std::exchange(printed_, actions_.printed()) != actions_.printed();
    return began || std::exchange(told_, told) != told || printed ||
           model_.newest_change() != before;
  }

  void frame() {
    const auto input = window_.input().take();
    if (view_.state().dialog == views::Dialog::none && !view_.typing()) {
      time_keys(source(), input, view_.state().presenting, view_.state().lang);
    }
    view_.frame(model_, input, source().now(), window_.width(), window_.height(), window_.scale(),
                options_.clock_offset_s);
    placed_.clear();
    for (const auto& layer : view_.layers()) placed_.push_back({layer.scene, layer.x, layer.y});
    window_.draw(placed_, view_.state().theme);
    if (!view_.copied().empty()) window_.copy(view_.copied());
  }

  void export_picture() {
    auto request = exports::default_request();
    request.view.lang = view_.state().lang;
    request.view.theme = view_.state().theme;
    request.view.clock_offset_s = options_.clock_offset_s;
    request.scale = 2;
    const Instant now = source().now();
    const std::string directory = std::filesystem::current_path().string();
    const auto written = exports::write_pictures(model_, request, now, directory);
    if (!written) return source().say(written.error().message, true);
    source().say(
        i18n::say("window.exported", view_.state().lang,
                  {{"where", directory},
                   {"files", *written + ".png, " + *written + ".svg, " + *written + ".pdf"}}));
  }

  const WindowOptions& options_;
  sources::ClusterOptions own_;  // of the window's own cluster
  bool own_wanted_ = true;       // and not a lesson's
  bool failed_ = false;          // what there is could not be begun, and that was told
  platform::Window& window_;
  model::ClusterModel model_;
  WindowCourse course_;
  views::SourceActions actions_;
  views::LabView view_;
  std::vector<trace::Event> events_;
  std::uint64_t told_ = 0;     // number of the newest notice
  std::uint64_t printed_ = 0;  // by the console
  std::vector<platform::Placed> placed_;
  std::uint64_t generation_ = 0;
  lessons::World world_;  // ends first: what it still wants to say is for the others
};

}  // namespace

int run_window(const WindowOptions& options) {
  if (!options.lesson.empty()) {
    const auto id =
        WindowCourse::find(WindowCourse::catalog(options.lesson_folder), options.lesson);
    if (!id) return give_up(id.error(), usage_error);
  }
  auto measurer = scene::Measurer::open();
  if (!measurer) return give_up(measurer.error());
  auto window = platform::Window::open("Brokerlab", options.width, options.height);
  if (!window) return give_up(window.error());
  return WindowMain(options, **window, *measurer).run();
}

}  // namespace lab
