#include "app/window_course.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>

#include "app/i18n/strings.h"
#include "app/lessons/results.h"
#include "app/lessons/stage.h"

namespace lab {
using lessons::Loaded;

lessons::Catalog WindowCourse::catalog(const std::string& folder) {
  return lessons::Catalog(folder.empty() ? lessons::lesson_folder() : folder);
}

WindowCourse::WindowCourse(const std::string& folder, const std::string& progress, Model model)
    : catalog_(catalog(folder)),
      progress_(lessons::Progress::open(
          progress.empty() ? lessons::Progress::default_file() : progress, note_)),
      model_(std::move(model)) {}

WindowCourse::~WindowCourse() {
  progress_.be_at(std::nullopt);
  (void)progress_.save();
}

Result<std::string> WindowCourse::find(const lessons::Catalog& catalog, const std::string& name) {
  const Loaded* found = catalog.find(name);
  if (found == nullptr) {
    return Error{"no lesson \"" + name + "\"; see: brokerlab lesson list"};
  }
  if (found->lesson != nullptr) return found->id;
  return Error{found->problems.empty() ? found->id + " cannot be read"
                                       : found->problems.front().text()};
}

std::vector<WindowCourse::Entry> WindowCourse::entries(i18n::Lang lang) const {
  std::vector<Entry> all;
  for (const Loaded& one : catalog_.lessons()) {
    Entry entry;
    entry.id = entry.title = one.id;
    if (one.lesson == nullptr) {
      entry.problem = one.problems.empty() ? "?" : one.problems.front().text();
    } else {
      entry.title = one.lesson->title_in(lang);
      entry.minutes = one.lesson->minutes;
      entry.steps = one.lesson->steps.size();
    }
    if (const auto* done = progress_.find(one.id)) {
      entry.done = done->done.size();
      entry.finished = done->finished;
    }
    all.push_back(std::move(entry));
  }
  return all;
}

std::optional<WindowCourse::Wish> WindowCourse::wish() {
  if (start_) begin(*std::exchange(start_, {}));
  if (std::exchange(leave_, false)) {
    runner_.reset();
    (void)progress_.save();
    wish_ = Wish{std::nullopt, [](const sources::Answer&) {}};
  }
  return std::exchange(wish_, {});
}

void WindowCourse::begin(const std::string& id) {
  const Loaded* found = catalog_.find(id);
  if (found == nullptr || found->lesson == nullptr) return;
  runner_ = std::make_unique<lessons::Runner>(found->lesson, *this, progress_);
  runner_->take_time(milliseconds(1500));
  runner_->begin(anew_ ? 0 : runner_->first_undone());
}

void WindowCourse::hand_in(i18n::Lang lang) {
  namespace fs = std::filesystem;
  const std::string file = (fs::current_path() / "brokerlab-results.txt").string();
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << lessons::results_text(catalog_, progress_, lang);
  out.close();
  if (source_ == nullptr) return;
  if (!out) return source_->say(file + " cannot be written", true);
  source_->say(i18n::say("lesson.results.saved", lang, {{"file", file}}));
}

void WindowCourse::use(sources::Source* source) {
  console_.reset();
  source_ = source;
  if (source == nullptr) return;
  console_ =
      std::make_unique<commands::Console>(*source, commands::Console::Surroundings{model_, [] {}});
}

void WindowCourse::no_cluster(const std::string& why) {
  if (runner_) runner_->no_cluster(why);
}

void WindowCourse::see(const trace::Event& event) {
  if (runner_) runner_->see(event);
}

void WindowCourse::turn() {
  if (runner_) runner_->turn();
  const auto shown = runner_ ? std::pair(runner_->phase(), runner_->shown())
                             : std::pair(lessons::Phase::finished, std::size_t{0});
  const bool elsewhere = std::exchange(shown_, shown) != shown;
  if (!elsewhere && desk_seconds() - looked_ < 1) return;
  looked_ = desk_seconds();
  tell_place();
  look_at_files();
}

// For `brokerlab notes`, in another terminal. While a step is prepared the one before is said.
void WindowCourse::tell_place() {
  const bool walked = runner_ != nullptr && runner_->phase() != lessons::Phase::finished &&
                      runner_->phase() != lessons::Phase::failed;
  if (!walked) return progress_.be_at(std::nullopt);
  if (runner_->phase() == lessons::Phase::preparing) return;
  lessons::Place place;
  place.lesson = runner_->lesson().id;
  place.process = ::getpid();
  for (const auto lang : {i18n::Lang::en, i18n::Lang::ko}) {
    const auto view = runner_->view(lang);
    const auto i = static_cast<std::size_t>(lang);
    place.step = view.id, place.number = view.number, place.count = view.count;
    place.title[i] = runner_->lesson().title_in(lang);
    place.notes[i] = lessons::plain(view.notes);
  }
  progress_.be_at(std::move(place));
}

// An author's new words are there at once; what was done is kept.
void WindowCourse::look_at_files() {
  (void)progress_.save();
  if (!catalog_.changed() || runner_ == nullptr) return;
  const Loaded* found = catalog_.find(runner_->lesson().id);
  if (found != nullptr && found->lesson != nullptr) {
    runner_->replace(found->lesson);
  } else if (found != nullptr && source_ != nullptr && !found->problems.empty()) {
    source_->say(found->problems.front().text(), true);
  }
}

void WindowCourse::fresh(const lessons::ClusterKind& kind, sources::Then then) {
  wish_ = Wish{kind, std::move(then)};
}

void WindowCourse::run(const std::string& line, sources::Then then) {
  if (console_ == nullptr) return then(Error{"there is no cluster"});
  lessons::run_line(*console_, line, std::move(then));
}

double WindowCourse::desk_seconds() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

std::vector<Address> WindowCourse::bootstrap() const {
  return source_ != nullptr ? source_->bootstrap() : std::vector<Address>{};
}

std::string WindowCourse::properties(NodeId broker) const {
  if (source_ == nullptr) return {};
  auto text = source_->properties(broker);
  return text ? *text : std::string();
}

std::string WindowCourse::properties_file(NodeId broker) const {
  return source_ != nullptr ? lessons::properties_file_of(*source_, broker) : std::string();
}

std::string WindowCourse::log_file(NodeId broker) const {
  return source_ != nullptr ? lessons::log_file_of(*source_, broker) : std::string();
}

std::vector<std::string> WindowCourse::log_tail(NodeId broker, std::size_t lines) const {
  return source_ != nullptr ? source_->log_tail(broker, lines) : std::vector<std::string>{};
}

}  // namespace lab
