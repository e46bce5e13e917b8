#include "app/lessons/lesson_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/i18n/format.h"
#include "app/lessons/catalog.h"
#include "app/lessons/progress.h"
#include "app/lessons/results.h"
#include "app/lessons/skeleton.h"
#include "app/lessons/solver.h"

namespace lab::lessons {
namespace {

namespace fs = std::filesystem;
constexpr int fine = 0, failed = 1, usage = 2;

int fail(const std::string& why, int code = failed) {
  fmt::print(stderr, "brokerlab lesson: {}\n", why);
  return code;
}

void print(const Report& problems) {
  for (const Problem& problem : problems) fmt::print("{}\n", problem.text());
}

std::string folder_of(const LessonOptions& options) {
  return options.folder.empty() ? lesson_folder() : options.folder;
}

Progress progress_of(const LessonOptions& options) {
  std::string note;
  auto progress =
      Progress::open(options.progress.empty() ? Progress::default_file() : options.progress, note);
  if (!note.empty()) fmt::print(stderr, "brokerlab lesson: {}\n", note);
  return progress;
}

std::string state_of(const Lesson& lesson, const LessonProgress* done, i18n::Lang lang) {
  if (done == nullptr || (done->done.empty() && !done->finished)) return "";
  if (done->finished) return std::string(i18n::text("lesson.state.finished", lang));
  return i18n::say(
      "lesson.state.begun", lang,
      {{"done", std::to_string(done->done.size())}, {"of", std::to_string(lesson.steps.size())}});
}

// Folders as they are, names from the course.
bool choose(const LessonOptions& options, const std::vector<std::string>& which,
            std::vector<Loaded>& out, Report& report) {
  const Catalog course(folder_of(options));
  if (which.empty()) {
    out = course.lessons();
    report = course.problems();
    return true;
  }
  for (const auto& name : which) {
    std::error_code error;
    if (const Loaded* known = course.find(name)) {
      out.push_back(*known);
    } else if (fs::is_directory(name, error)) {
      // Its glossary lies beside it.
      const auto beside = fs::path(fs::absolute(name)).lexically_normal() / "..";
      const auto folder = fs::relative(beside.lexically_normal()).string();
      out.push_back(load_lesson(name, load_glossary(folder, report)));
    } else {
      (void)fail(
          fmt::format("there is no lesson \"{}\" in {}, and no such folder", name, course.folder()),
          usage);
      return false;
    }
  }
  return true;
}

}  // namespace

int list_lessons(const LessonOptions& options) {
  const Catalog course(folder_of(options));
  const auto progress = progress_of(options);
  for (const Loaded& one : course.lessons()) {
    if (one.lesson == nullptr) {
      fmt::print("{:<28} {}\n", one.id, one.problems.front().text());
      continue;
    }
    const Lesson& lesson = *one.lesson;
    const std::string state = state_of(lesson, progress.find(one.id), options.lang);
    fmt::print("{:<28} {}{}\n", one.id,
               i18n::say("lesson.line", options.lang,
                         {{"title", lesson.title_in(options.lang)},
                          {"minutes", std::to_string(lesson.minutes)}}),
               state.empty() ? "" : " · " + state);
  }
  print(course.problems());
  return course.problems().empty() ? fine : failed;
}

int check_lessons(const LessonOptions& options, const std::vector<std::string>& which, bool live,
                  const MakeWorld& make) {
  std::vector<Loaded> lessons;
  Report report;
  if (!choose(options, which, lessons, report)) return usage;
  std::sort(report.begin(), report.end(),
            [](const Problem& a, const Problem& b) { return a.text() < b.text(); });
  report.erase(std::unique(report.begin(), report.end()), report.end());
  print(report);
  std::size_t wrong = 0;
  for (const Loaded& one : lessons) {
    print(one.problems);
    bool solved = one.lesson != nullptr;
    if (solved && make) {
      const Verdict verdict = solve(one.lesson, live || one.lesson->live, make);
      print(verdict.problems);
      solved = verdict.problems.empty();
      if (solved) fmt::print("{}: {}\n", one.id, verdict.text());
    }
    wrong += solved ? 0 : 1;
    std::fflush(stdout);
  }
  fmt::print("{} of {} lessons are right{}\n", lessons.size() - wrong, lessons.size(),
             make ? "" : " (read only, not solved)");
  return wrong == 0 && report.empty() ? fine : failed;
}

int new_lesson(const LessonOptions& options, const std::string& name) {
  const bool good =
      !name.empty() && name.size() <= 60 &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!good) return fail("a name is small letters, digits and \"-\": 19-my-lesson", usage);
  const fs::path folder = fs::path(options.folder.empty() ? "." : options.folder) / name;
  std::error_code error;
  if (fs::exists(folder, error)) return fail(fmt::format("{} is there already", folder.string()));
  fs::create_directories(folder, error);
  for (const auto& [file, text] : skeleton(name)) {
    std::ofstream out(folder / file, std::ios::binary);
    out << text;
    out.flush();
    if (!out) return fail(fmt::format("{} cannot be written", (folder / file).string()));
  }
  fmt::print("{0}: lesson.toml, en.md and ko.md. Now: brokerlab lesson check {0}\n",
             folder.string());
  return fine;
}

int write_results(const LessonOptions& options, const std::string& file) {
  const Catalog course(folder_of(options));
  const auto progress = progress_of(options);
  const std::string text = results_text(course, progress, options.lang);
  if (file.empty() || file == "-") {
    fmt::print("{}", text);
    return fine;
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.flush();
  if (!out) return fail(fmt::format("{} cannot be written", file));
  fmt::print("{}\n", file);
  return fine;
}

}  // namespace lab::lessons
