#include "app/lessons/notes.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <thread>

#include "app/i18n/format.h"
#include "app/lessons/progress.h"

namespace lab::lessons {
namespace {

constexpr int fine = 0, failed = 1;
constexpr auto follow_every = std::chrono::milliseconds(200);

// A file that is not there is a course that nobody has begun.
Result<std::optional<Place>> place_in(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::optional<Place>();
  const std::string text(std::istreambuf_iterator<char>(in), {});
  auto place = place_from_json(text);
  if (!place) return place.error().in(file);
  return place;
}

std::string said(const std::optional<Place>& place, i18n::Lang lang) {
  if (!place) return std::string(i18n::text("notes.none", lang)) + "\n";
  const auto i = static_cast<std::size_t>(lang);
  const std::string head = i18n::say("notes.head", lang,
                                     {{"lesson", place->lesson.substr(0, place->lesson.find('-'))},
                                      {"title", place->title[i]},
                                      {"number", std::to_string(place->number)},
                                      {"count", std::to_string(place->count)},
                                      {"step", place->step}});
  const std::string& notes = place->notes[i];
  return head + "\n\n" + (notes.empty() ? std::string(i18n::text("notes.empty", lang)) : notes) +
         (notes.ends_with('\n') ? "" : "\n");
}

}  // namespace

int show_notes(const NotesOptions& options) {
  const std::string file = options.progress.empty() ? Progress::default_file() : options.progress;
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  std::string last;
  while (true) {
    const auto place = place_in(file);
    if (!place && !options.follow) {
      fmt::print(stderr, "brokerlab notes: {}\n", place.error().message);
      return failed;
    }
    // While a file is wrong, what was said stays.
    const std::string text = place ? said(*place, options.lang) : last;
    if (text != last) {
      fmt::print("{}{}{}", options.follow && terminal ? "\033[H\033[2J\033[3J" : "", text,
                 options.follow && !terminal ? "\n" : "");
      if (std::fflush(stdout) != 0) return failed;
      last = text;
    }
    if (!options.follow) return *place ? fine : failed;
    std::this_thread::sleep_for(follow_every);
  }
}

}  // namespace lab::lessons
