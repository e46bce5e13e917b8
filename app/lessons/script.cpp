#include "app/lessons/script.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "app/lessons/instead.h"
#include "app/lessons/loader.h"
#include "app/lessons/performer.h"
#include "app/lessons/preparing.h"
#include "app/lessons/script_files.h"

namespace lab::lessons {
namespace {

namespace fs = std::filesystem;
constexpr int fine = 0, failed = 1, usage = 2;
// A cluster that is not ready, or a name that has no answer, by then will not be.
constexpr Duration patience = seconds(30);
// How often the brokers' logs are read where a condition asks for them.
constexpr Duration measure_every = milliseconds(250);

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

class Script {
 public:
  Script(std::shared_ptr<const Lesson> script, const std::string& folder, const MakeWorld& make,
         const commands::Pictures& pictures)
      : script_(std::move(script)),
        files_(folder, pictures),
        stage_(make, script_->live),
        performer_(stage_) {}

  int run() {
    const bool done = prepare() && run_steps();
    performer_.stop();
    const auto drawn = files_.draw();
    if (!drawn && trouble_.what.empty()) fail(0, drawn.error().message);
    if (drawn) {
      for (const auto& path : *drawn) fmt::print("{}\n", path);
    }
    std::fflush(stdout);
    if (!trouble_.what.empty()) fmt::print(stderr, "{}\n", trouble_.text());
    return done && drawn ? fine : failed;
  }

 private:
  // ---- Time goes on
  // Until it is so; false where that took longer, or somebody or something ended it.
  bool until(const std::function<bool()>& over, Duration limit) {
    const Instant begun = stage_.now();
    while (!over()) {
      if (interrupted != 0) return fail(0, "interrupted");
      if (stage_.now() - begun >= limit || !trouble_.what.empty()) return false;
      stage_.turn([this](const trace::Event& event) { see(event); });
    }
    return true;
  }
  void see(const trace::Event& event) {
    watch_.see(stage_.model(), event);
    if (auto kept = files_.see(event); !kept) fail(0, kept.error().message);
  }
  bool holds_now(const Conditions& conditions, bool look) {
    if (look && look_into_logs(conditions)) watch_.look(stage_);
    return holds(conditions, sight());
  }
  Sight sight() const { return Sight{stage_, watch_, names_}; }

  // ---- What goes wrong: the first counts. Always false.
  bool fail(int line, const std::string& what) {
    if (trouble_.what.empty()) trouble_ = {script_->file, line, what};
    return false;
  }
  bool fail(const Conditions& conditions, const std::string& when) {
    const Condition* unmet = first_unmet(conditions, sight());
    if (unmet == nullptr) return fail(conditions.front().line, "not all at the same time " + when);
    return fail(unmet->line, fmt::format("{} does not hold {}: {}", as_written(*unmet, sight()),
                                         when, instead(*unmet, sight())));
  }
  bool check(int line, const Result<>& result) {
    return result ? true : fail(line, result.error().message);
  }

  // ---- Its parts
  bool prepare() {
    std::string why;
    stage_.fresh(script_->cluster, [&](const sources::Answer& answer) {
      if (!answer) why = answer.error().message;
    });
    if (!why.empty()) return fail(0, why);
    if (!check(0, files_.begin_recordings(*script_, stage_.now()))) return false;
    const auto ready = [this] { return cluster_ready(stage_.model(), script_->cluster.brokers); };
    if (!until(ready, patience)) return fail(0, "the cluster was not ready in 30 s");
    return perform(script_->setup);
  }

  bool perform(const std::vector<Action>& actions) {
    performer_.begin(actions);
    const bool over = until(
        [this] {
          performer_.turn(sight());
          return !performer_.busy();
        },
        Duration::max());
    if (!over) return false;
    if (const auto& trouble = performer_.trouble()) return fail(trouble->line, trouble->what);
    for (const auto& done : performer_.done()) {
      if (!done.answer) return fail(done.line, done.text + ": " + done.answer.error().message);
    }
    return true;
  }

  bool run_steps() {
    std::size_t number = 0;
    for (const Step& step : script_->steps) {
      const Instant begun = stage_.now();
      if (!run_step(step)) return false;
      fmt::print("{}/{} {}: {:.2f} s\n", ++number, script_->steps.size(), step.id,
                 std::chrono::duration<double>(stage_.now() - begun).count());
      std::fflush(stdout);
    }
    return true;
  }

  bool run_step(const Step& step) {
    for (const Let& let : step.let) names_.erase(let.name);
    const auto named = [&] { return resolve_names(step.let, names_, sight()); };
    (void)named();  // what can be known before `do` is frozen before it
    watch_.begin(stage_);
    if (!perform(step.begin)) return false;
    if (!until(named, patience)) {
      const Problem open = unanswered(step.let, names_, script_->file);
      return fail(open.line, open.what);
    }
    if (!wait(step)) return false;
    if (step.pause > Duration{}) (void)until([] { return false; }, step.pause);
    if (!holds_now(step.expect, true)) return fail(step.expect, "here");
    return trouble_.what.empty() && keep(step);
  }

  bool wait(const Step& step) {
    Instant looked{};
    const auto reached = [&] {
      const bool look = stage_.now() - looked >= measure_every;
      if (look) looked = stage_.now();
      return holds_now(step.wait, look);
    };
    if (until(reached, step.within)) return true;
    return fail(step.wait, fmt::format("within {} ms", to_ms(step.within)));
  }

  bool keep(const Step& step) {
    for (const auto* file : {&step.snapshot, &step.record}) {
      if (!*file) continue;
      const auto path = (*file)->resolve(sight());
      if (!path) {
        return fail((*file)->line(),
                    fmt::format("{{{}}} has no answer", (*file)->unanswered(sight()).value_or("")));
      }
      const auto kept =
          file == &step.snapshot
              ? files_.keep_moment(*path, stage_.model(), stage_.now(), watch_.seen().empty())
              : files_.keep_recording(step, *path);
      if (!check((*file)->line(), kept)) return false;
    }
    return true;
  }

  std::shared_ptr<const Lesson> script_;
  ScriptFiles files_;
  Stage stage_;
  Performer performer_;
  Watch watch_;
  Names names_;
  Problem trouble_;
};

}  // namespace

int run_script(const ScriptOptions& options, const MakeWorld& make,
               const commands::Pictures& pictures) {
  const Loaded loaded = load_script(options.file);
  for (const Problem& problem : loaded.problems) fmt::print(stderr, "{}\n", problem.text());
  if (loaded.lesson == nullptr) return usage;
  std::string folder = options.out;
  if (folder.empty()) folder = fs::path(options.file).parent_path().string();
  if (folder.empty()) folder = ".";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error)) {
    fmt::print(stderr, "brokerlab run: {} is no folder that can be written to\n", folder);
    return usage;
  }
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  return Script(loaded.lesson, folder, make, pictures).run();
}

}  // namespace lab::lessons
