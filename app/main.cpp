// brokerlab: the lab. Reads the command line and hands over to the room that does it; nothing is
// done here.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/cluster_program.h"
#include "app/commands/demo_program.h"
#include "app/commands/kafka/kafka.h"
#include "app/commands/kafka/program.h"
#include "app/commands/look_programs.h"
#include "app/export/export.h"
#include "app/lessons/lesson_program.h"
#include "app/lessons/notes.h"
#include "app/lessons/script.h"
#include "app/scene/text_picture.h"
#include "app/sources/moment.h"
#include "app/sources/set_checks.h"
#include "app/window_main.h"
#include "app/worlds.h"
#include "engine/base/version.h"
#include "engine/host/kafka_storage.h"

namespace {

constexpr int usage_error = 2;

namespace kafka = lab::commands::kafka;

int kafka_storage(const std::vector<std::string>& arguments) {
  const auto result = lab::host::kafka_storage(arguments);
  fmt::print("{}", result.out);
  std::fflush(stdout);
  fmt::print(stderr, "{}", result.err);
  return result.exit_code;
}

// Kafka's own tools parse for themselves, and can be called by their own names: `word` is that of
// the program or of the subcommand. nullopt where it is none of them.
std::optional<int> kafka_tool(std::string_view word, std::vector<std::string> arguments) {
  if (const auto tool = kafka::tool_named(word); !tool.empty()) {
    return kafka::run_program(tool, arguments);
  }
  word.remove_prefix(word.rfind('/') == std::string_view::npos ? 0 : word.rfind('/') + 1);
  if (word == "kafka-storage" || word == "kafka-storage.sh") return kafka_storage(arguments);
  return std::nullopt;
}

// "NAME=VALUE", each in two.
std::vector<std::pair<std::string, std::string>> settings(const std::vector<std::string>& given) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& text : given) {
    const auto equals = text.find('=');
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

std::string check_setting(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return "\"" + text + "\" is not NAME=VALUE";
  const auto fine = lab::sources::check_settings(settings({text}));
  return fine ? "" : fine.error().message;
}

struct ClusterArguments {
  lab::commands::ClusterProgramOptions options;
  int brokers = 0, base_port = 0;
  std::vector<std::string> set;
};

// What a cluster is started with, for `cluster` and for the window.
void add_cluster_options(CLI::App* cluster, ClusterArguments& arguments) {
  cluster->add_option("--brokers", arguments.brokers, "how many (default: as DIR has, else 3)")
      ->check(CLI::Range(1, lab::sources::max_brokers));
  cluster->add_option("--base-port", arguments.base_port, "port of broker 1 (default: 9092)")
      ->check(CLI::Range(1, 64000));
  cluster->add_option(
      "--data", arguments.options.cluster.directory,
      "the cluster's directory (default: " + lab::sources::default_directory() + ")");
  cluster->add_option("--set", arguments.set, "NAME=VALUE, a property for all brokers")
      ->check(check_setting)
      ->allow_extra_args(false);
  cluster->add_option("--record", arguments.options.record, "write a recording of all events");
}

void complete(ClusterArguments& arguments) {
  auto& options = arguments.options;
  if (arguments.brokers != 0) options.cluster.brokers = arguments.brokers;
  if (arguments.base_port != 0) {
    options.cluster.base_port = static_cast<std::uint16_t>(arguments.base_port);
  }
  options.cluster.set = settings(arguments.set);
}

// How pictures are drawn without a display: the same options for all that draws.
struct PictureArguments {
  std::string lang, theme = "light";
  int text = 100;
  double scale = 2;
};

void add_picture_options(CLI::App& command, PictureArguments& arguments) {
  command.add_option("--lang", arguments.lang, "en or ko (default: the locale)")
      ->check(CLI::IsMember({"en", "ko"}));
  command.add_option("--theme", arguments.theme, "light, dark or projector")
      ->check(CLI::IsMember({"light", "dark", "projector"}));
  command.add_option("--text", arguments.text, "size of text in percent")
      ->check(CLI::Range(80, 300));
  command.add_option("--scale", arguments.scale, "pixels a unit, of a PNG")
      ->check(CLI::Range(0.1, 8.0));
}

std::string locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "en";
}

std::int32_t clock_offset_s() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return static_cast<std::int32_t>(local.tm_gmtoff);
}

lab::commands::Pictures pictures(const PictureArguments& arguments) {
  auto request = lab::exports::default_request();
  request.view.lang = lab::i18n::lang_of(arguments.lang.empty() ? locale() : arguments.lang);
  request.view.theme = *lab::scene::theme_named(arguments.theme);
  request.view.text_percent = arguments.text;
  request.view.clock_offset_s = clock_offset_s();
  request.scale = arguments.scale;
  lab::commands::Pictures pictures;
  pictures.lang = request.view.lang;
  pictures.write = [request](const lab::model::ClusterModel& model, lab::Instant now,
                             const std::string& path, const std::string& title) {
    auto titled = request;
    titled.title = title;
    return lab::exports::write_picture(model, titled, now, path);
  };
  pictures.text = [view = request.view](const lab::model::ClusterModel& model, lab::Instant now,
                                        std::size_t columns) {
    return lab::scene::text_picture(model, view, now, columns);
  };
  return pictures;
}

// A moment of a recording, where a running cluster could be meant, too.
void add_recorded_options(CLI::App& command, lab::commands::RecordedMoment& recorded) {
  recorded.clock_offset_s = clock_offset_s();
  auto* file = command.add_option("--recording", recorded.file, "FILE: a recording instead")
                   ->excludes("--data");
  command
      .add_option("--at", recorded.at,
                  "TIME in it: 880ms or 12.5s from its start, 14:32:06.404, or an event #8213 "
                  "(default: its end)")
      ->needs(file)
      ->check([](const std::string& text) {
        const auto moment = lab::sources::parse_moment(text);
        return moment ? std::string() : moment.error().message;
      });
}

// `brokerlab lesson …`: what was asked for, once the command line has been read.
struct LessonArguments {
  lab::lessons::LessonOptions options;
  std::string lang, name, out;
  std::vector<std::string> which;
  bool live = false;
  // Of `start`.
  std::string start;
  int base_port = 0;
  CLI::App *list = nullptr, *begin = nullptr, *check = nullptr, *fresh = nullptr,
           *results = nullptr;
};

CLI::App* add_lesson(CLI::App& app, LessonArguments& arguments) {
  auto* lesson = app.add_subcommand("lesson", "the course: list, start, check, new, results");
  lesson->require_subcommand(1);
  lesson->add_option("--lessons", arguments.options.folder,
                     "the folder of lessons (default: those of the program, or LAB_LESSONS)");
  lesson->add_option("--progress", arguments.options.progress, "the file that keeps the progress");
  lesson->add_option("--lang", arguments.lang, "en or ko (default: the locale)")
      ->check(CLI::IsMember({"en", "ko"}));
  lesson->fallthrough();
  arguments.list = lesson->add_subcommand("list", "all lessons, and how far you are");
  arguments.begin = lesson->add_subcommand("start", "opens the window with a lesson");
  arguments.begin->add_option("LESSON", arguments.start, "its name or number")->required();
  arguments.begin
      ->add_option("--base-port", arguments.base_port,
                   "port of broker 1 (default: 9092, or others where that is not free)")
      ->check(CLI::Range(1, 64000));
  arguments.check = lesson->add_subcommand("check", "read lessons and solve them");
  arguments.check->add_option("LESSON", arguments.which,
                              "folders, names or numbers (default: all)");
  arguments.check->add_flag("--live", arguments.live, "on real processes, all of them");
  arguments.fresh = lesson->add_subcommand("new", "a skeleton to begin with");
  arguments.fresh->add_option("NAME", arguments.name, "19-my-lesson")->required();
  arguments.results = lesson->add_subcommand("results", "what was done, to hand in");
  arguments.results->add_option("--out", arguments.out, "FILE (default: printed)");
  return lesson;
}

int run_lesson(LessonArguments& arguments) {
  namespace lessons = lab::lessons;
  arguments.options.lang = lab::i18n::lang_of(arguments.lang.empty() ? locale() : arguments.lang);
  if (arguments.list->parsed()) return lessons::list_lessons(arguments.options);
  if (arguments.check->parsed()) {
    return lessons::check_lessons(arguments.options, arguments.which, arguments.live,
                                  lab::worlds());
  }
  if (arguments.fresh->parsed()) return lessons::new_lesson(arguments.options, arguments.name);
  return lessons::write_results(arguments.options, arguments.out);
}

// `brokerlab notes`
struct NotesArguments {
  lab::lessons::NotesOptions options;
  std::string lang;
};

CLI::App* add_notes(CLI::App& app, NotesArguments& arguments) {
  auto* notes = app.add_subcommand("notes", "the speaker notes of the lesson in the window");
  notes->add_flag("--follow", arguments.options.follow, "go on with the lesson, step by step");
  notes->add_option("--progress", arguments.options.progress, "the file that keeps the progress");
  notes->add_option("--lang", arguments.lang, "en or ko (default: the locale)")
      ->check(CLI::IsMember({"en", "ko"}));
  return notes;
}

int run_notes(NotesArguments& arguments) {
  arguments.options.lang = lab::i18n::lang_of(arguments.lang.empty() ? locale() : arguments.lang);
  return lab::lessons::show_notes(arguments.options);
}

// A cluster in virtual time instead of a live one.
struct SimulatedArguments {
  bool wanted = false;
  std::uint64_t seed = 1;
};

void add_simulated_options(CLI::App& command, SimulatedArguments& arguments) {
  auto* simulated = command.add_flag("--simulated", arguments.wanted,
                                     "a simulated cluster: its time stops, steps and slows down");
  command
      .add_option("--seed", arguments.seed, "of the simulated cluster: the same seed, the same run")
      ->needs(simulated);
}

std::optional<lab::sources::SimulatedOptions> simulation(const ClusterArguments& arguments,
                                                         const SimulatedArguments& simulated) {
  if (!simulated.wanted) return std::nullopt;
  lab::sources::SimulatedOptions options;
  options.seed = simulated.seed;
  options.brokers =
      std::min(arguments.options.cluster.brokers.value_or(3), lab::sources::max_simulated);
  options.set = arguments.options.cluster.set;
  return options;
}

// What a simulated cluster has no use for; empty: nothing.
std::string needless(const ClusterArguments& arguments, bool in_window) {
  if (!arguments.options.cluster.directory.empty()) {
    return "--data: a simulated cluster keeps nothing, and has no directory";
  }
  if (in_window && !arguments.options.record.empty()) {
    return "--record: in the window only a live cluster is recorded; see: brokerlab cluster "
           "--simulated --record FILE";
  }
  if (arguments.base_port != 0) {
    return "--base-port: a simulated cluster has no ports of this machine";
  }
  return {};
}

bool refused_with_simulated(const ClusterArguments& arguments, const SimulatedArguments& simulated,
                            bool in_window) {
  const auto why = simulated.wanted ? needless(arguments, in_window) : std::string();
  if (!why.empty()) fmt::print(stderr, "brokerlab: --simulated does not go with {}\n", why);
  return !why.empty();
}

int run_cluster(ClusterArguments& arguments, const SimulatedArguments& simulated,
                const std::string& lang) {
  if (refused_with_simulated(arguments, simulated, false)) return usage_error;
  complete(arguments);
  arguments.options.simulated = simulation(arguments, simulated);
  arguments.options.lang = lab::i18n::lang_of(lang.empty() ? locale() : lang);
  return lab::commands::run_cluster(arguments.options);
}

int open_window(ClusterArguments& arguments, const SimulatedArguments& simulated,
                const PictureArguments& look, const LessonArguments& lesson,
                const std::string& recording) {
  complete(arguments);
  if (refused_with_simulated(arguments, simulated, true)) return usage_error;
  lab::WindowOptions options;
  options.lesson = lesson.start;
  options.lesson_folder = lesson.options.folder;
  options.progress = lesson.options.progress;
  options.first_screen = lesson.start.empty() && recording.empty() && !simulated.wanted &&
                         arguments.options.cluster.directory.empty();
  options.recording = recording;
  options.simulated = simulation(arguments, simulated);
  options.cluster = arguments.options.cluster;
  options.record = arguments.options.record;
  options.lang = look.lang.empty() ? locale() : look.lang;
  options.theme = look.theme;
  options.text_percent = look.text;
  options.clock_offset_s = clock_offset_s();
  return lab::run_window(options);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 0) {
    if (const auto code = kafka_tool(argv[0], {argv + 1, argv + argc})) return *code;
  }
  if (argc > 1) {
    if (const auto code = kafka_tool(argv[1], {argv + 2, argv + argc})) return *code;
  }
  CLI::App app("Brokerlab: a Kafka cluster that you can see and break", "brokerlab");
  app.set_version_flag("--version", std::string("brokerlab ") + lab::project_version);
  app.require_subcommand(0, 1);
  app.description(
      "Brokerlab: a Kafka cluster that you can see and break. Without a subcommand it opens the "
      "window.");
  ClusterArguments cluster_arguments, window_arguments;
  auto* cluster = app.add_subcommand("cluster", "run a cluster without a window");
  add_cluster_options(cluster, cluster_arguments);
  add_cluster_options(&app, window_arguments);
  SimulatedArguments simulated, cluster_simulated;
  add_simulated_options(app, simulated);
  add_simulated_options(*cluster, cluster_simulated);
  std::string cluster_lang;
  cluster->add_option("--lang", cluster_lang, "en or ko (default: the locale)")
      ->check(CLI::IsMember({"en", "ko"}));
  PictureArguments picture_arguments, look;
  app.add_option("--lang", look.lang, "en or ko (default: the locale)")
      ->check(CLI::IsMember({"en", "ko"}));
  app.add_option("--theme", look.theme, "light, dark or projector")
      ->check(CLI::IsMember({"light", "dark", "projector"}));
  app.add_option("--text", look.text, "size of text in percent")->check(CLI::Range(80, 300));
  lab::commands::DemoOptions demo_options;
  auto* demo = app.add_subcommand("demo", "a failover from begin to end, with its pictures");
  demo->add_option("--out", demo_options.out, "where the pictures go")->required();
  int demo_port = 0;
  demo->add_option("--base-port", demo_port, "port of broker 1 (default: free ones)")
      ->check(CLI::Range(1, 64000));
  add_picture_options(*demo, picture_arguments);
  lab::commands::StatusOptions status_options;
  auto* status = app.add_subcommand("status", "how a cluster stands, as text");
  status->add_option("--data", status_options.directory, "the cluster's directory");
  add_recorded_options(*status, status_options.recorded);
  status->add_flag("--follow", status_options.follow, "print it again whenever it changes");
  add_picture_options(*status, picture_arguments);
  lab::commands::SnapshotOptions snapshot_options;
  auto* snapshot = app.add_subcommand("snapshot", "a picture of a cluster");
  snapshot->add_option("--data", snapshot_options.directory, "the cluster's directory");
  add_recorded_options(*snapshot, snapshot_options.recorded);
  snapshot->add_option("--out", snapshot_options.out, "FILE.png, .svg, .pdf, .txt or .json")
      ->required();
  add_picture_options(*snapshot, picture_arguments);
  std::string recording;
  auto* open =
      app.add_subcommand("open", "a recording in the window: play, step, go to any moment");
  open->add_option("FILE", recording, "of --record, or of brokersim --save")->required();
  LessonArguments lesson_arguments;
  auto* lesson = add_lesson(app, lesson_arguments);
  NotesArguments notes_arguments;
  auto* notes = add_notes(app, notes_arguments);
  lab::lessons::ScriptOptions script_options;
  auto* script = app.add_subcommand("run", "a script: commands, conditions, pictures");
  script->add_option("SCRIPT", script_options.file, "FILE.toml; see lessons/README.md")->required();
  script->add_option("--out", script_options.out,
                     "the folder of what is written (default: that of SCRIPT)");
  add_picture_options(*script, picture_arguments);
  app.add_subcommand("kafka-storage", "format a log directory: random-uuid, format, info");
  for (const auto& tool : kafka::tool_names()) {
    app.add_subcommand(tool, "as Apache Kafka's own; brokerlab " + tool + " --help");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& wrong) {
    (void)app.exit(wrong);
    return usage_error;
  }
  if (app.get_subcommands().empty()) {
    return open_window(window_arguments, simulated, look, lesson_arguments, {});
  }
  if (open->parsed()) {
    return open_window(window_arguments, simulated, look, lesson_arguments, recording);
  }
  if (cluster->parsed()) return run_cluster(cluster_arguments, cluster_simulated, cluster_lang);
  if (lesson_arguments.begin->parsed()) {
    if (!lesson_arguments.lang.empty()) look.lang = lesson_arguments.lang;
    if (lesson_arguments.base_port != 0) window_arguments.base_port = lesson_arguments.base_port;
    return open_window(window_arguments, simulated, look, lesson_arguments, {});
  }
  if (lesson->parsed()) return run_lesson(lesson_arguments);
  if (notes->parsed()) return run_notes(notes_arguments);
  if (demo_port != 0) demo_options.base_port = static_cast<std::uint16_t>(demo_port);
  const auto drawn = pictures(picture_arguments);
  if (script->parsed()) return lab::lessons::run_script(script_options, lab::worlds(), drawn);
  if (demo->parsed()) return lab::commands::run_demo(demo_options, drawn);
  if (status->parsed()) return lab::commands::run_status(status_options, drawn);
  if (snapshot->parsed()) return lab::commands::run_snapshot(snapshot_options, drawn);
  return usage_error;
}
