#include "app/lessons/progress.h"

#include <fmt/format.h>
#include <signal.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace lab::lessons {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t largest = 4 * 1024 * 1024;

Json to_value(const LessonProgress& one) {
  Json json;
  json["done"] = one.done;
  json["predictions"] = Json::object();
  for (const auto& [step, prediction] : one.predictions) {
    json["predictions"][step] = {{"chosen", prediction.chosen},
                                 {"happened", prediction.happened},
                                 {"chosen_words", prediction.chosen_words},
                                 {"happened_words", prediction.happened_words}};
  }
  json["hints"] = one.hints;
  json["shown"] = one.shown;
  json["seconds"] = static_cast<std::int64_t>(one.seconds);
  json["finished"] = one.finished;
  json["finished_at"] = one.finished_at;
  return json;
}

LessonProgress from_value(const Json& json) {
  using Words = std::array<std::string, 2>;
  LessonProgress one;
  one.done = json.value("done", std::vector<std::string>{});
  one.hints = json.value("hints", std::map<std::string, int>{});
  one.shown = json.value("shown", std::vector<std::string>{});
  one.seconds = json.value("seconds", 0.0);
  one.finished = json.value("finished", false);
  one.finished_at = json.value("finished_at", std::string());
  const Json predictions = json.value("predictions", Json::object());
  for (const auto& [step, prediction] : predictions.items()) {
    one.predictions[step] = {
        prediction.value("chosen", std::string()), prediction.value("happened", std::string()),
        prediction.value("chosen_words", Words{}), prediction.value("happened_words", Words{})};
  }
  return one;
}

Json to_value(const Place& place) {
  return {{"lesson", place.lesson},  {"step", place.step},   {"number", place.number},
          {"count", place.count},    {"title", place.title}, {"notes", place.notes},
          {"process", place.process}};
}

}  // namespace

std::string to_json(const std::map<std::string, LessonProgress>& lessons,
                    const std::optional<Place>& place) {
  Json root;
  root["version"] = 1;
  if (place) root["at"] = to_value(*place);
  root["lessons"] = Json::object();
  for (const auto& [id, one] : lessons) root["lessons"][id] = to_value(one);
  return root.dump(2) + "\n";
}

Result<std::map<std::string, LessonProgress>> progress_from_json(const std::string& text) {
  std::map<std::string, LessonProgress> lessons;
  try {
    const Json root = Json::parse(text);
    if (root.value("version", 0) != 1) return Error{"this is not version 1 of a progress file"};
    const Json all = root.value("lessons", Json::object());
    for (const auto& [id, one] : all.items()) lessons[id] = from_value(one);
  } catch (const nlohmann::json::exception& error) {
    return Error{error.what()};
  }
  return lessons;
}

Result<std::optional<Place>> place_from_json(const std::string& text) {
  using Words = std::array<std::string, 2>;
  try {
    const Json root = Json::parse(text);
    if (!root.contains("at")) return std::optional<Place>();
    const Json& at = root.at("at");
    Place place{at.value("lesson", std::string()),   at.value("step", std::string()),
                at.value("number", std::size_t{0}),  at.value("count", std::size_t{0}),
                at.value("title", Words{}),          at.value("notes", Words{}),
                at.value("process", std::int64_t{0})};
    const bool gone =
        place.process <= 0 || (::kill(static_cast<pid_t>(place.process), 0) != 0 && errno == ESRCH);
    return gone ? std::optional<Place>() : std::optional(std::move(place));
  } catch (const nlohmann::json::exception& error) {
    return Error{error.what()};
  }
}

std::string Progress::default_file() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return std::string(data) + "/brokerlab/progress.json";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr && *home != '\0' ? home : "/tmp") +
         "/.local/share/brokerlab/progress.json";
}

Progress Progress::open(const std::string& file, std::string& note) {
  Progress progress;
  progress.file_ = file;
  std::error_code error;
  if (!fs::exists(file, error)) return progress;
  std::ifstream in(file, std::ios::binary);
  std::string text(largest, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  auto read = progress_from_json(text);
  if (read) {
    progress.lessons_ = std::move(read).value();
    return progress;
  }
  fs::rename(file, file + ".broken", error);
  note = fmt::format("{} cannot be read ({}); it is {}.broken now, and a new one begins", file,
                     read.error().message, file);
  return progress;
}

const LessonProgress* Progress::find(const std::string& lesson) const {
  const auto at = lessons_.find(lesson);
  return at == lessons_.end() ? nullptr : &at->second;
}

LessonProgress& Progress::of(const std::string& lesson) {
  changed_ = true;
  return lessons_[lesson];
}

void Progress::be_at(std::optional<Place> place) {
  if (place == place_) return;
  place_ = std::move(place);
  changed_ = true;
}

Result<> Progress::save() {
  if (!changed_ || file_.empty()) return {};
  std::error_code error;
  fs::create_directories(fs::path(file_).parent_path(), error);
  const std::string fresh = file_ + ".new";
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << to_json(lessons_, place_);
    out.flush();
    if (!out) return Error{fmt::format("{} cannot be written", fresh)};
  }
  fs::rename(fresh, file_, error);
  if (error) return Error{fmt::format("{}: {}", file_, error.message())};
  changed_ = false;
  return {};
}

}  // namespace lab::lessons
