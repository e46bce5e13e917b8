#include "app/lessons/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace lab::lessons {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t most_lessons = 200;

std::vector<std::string> folders_in(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (found.size() < most_lessons && fs::exists(at->path() / "lesson.toml", ignored)) {
      found.push_back(at->path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Catalog::Catalog(std::string folder) : folder_(std::move(folder)) { load(); }

void Catalog::load() {
  times_ = times();
  problems_.clear();
  lessons_.clear();
  std::error_code error;
  if (!fs::is_directory(folder_, error)) {
    problems_.push_back({folder_, 0, "there is no such folder of lessons"});
    return;
  }
  glossary_ = load_glossary(folder_, problems_);
  for (const auto& one : folders_in(folder_)) lessons_.push_back(load_lesson(one, glossary_));
}

std::map<std::string, std::int64_t> Catalog::times() const {
  std::map<std::string, std::int64_t> all;
  const auto look = [&](const std::string& path) {
    std::error_code error;
    const auto time = fs::last_write_time(path, error);
    if (!error) all[path] = time.time_since_epoch().count();
  };
  look(folder_ + "/glossary.en.md");
  look(folder_ + "/glossary.ko.md");
  for (const auto& one : folders_in(folder_)) {
    for (const char* name : {"/lesson.toml", "/en.md", "/ko.md"}) look(one + name);
  }
  return all;
}

bool Catalog::changed() {
  if (times() == times_) return false;
  load();
  return true;
}

const Loaded* Catalog::find(const std::string& name) const {
  const Loaded* found = nullptr;
  for (const Loaded& one : lessons_) {
    if (one.id == name) return &one;
    const auto dash = one.id.find('-');
    std::string number = one.id.substr(0, dash);
    const std::string rest = dash == std::string::npos ? "" : one.id.substr(dash + 1);
    const std::string bare = number.substr(std::min(number.find_first_not_of('0'), number.size()));
    const bool fits =
        !name.empty() && (number == name || bare == name || rest.substr(0, name.size()) == name);
    if (!fits) continue;
    if (found != nullptr) return nullptr;
    found = &one;
  }
  return found;
}

std::string lesson_folder() {
  if (const char* given = std::getenv("LAB_LESSONS"); given != nullptr && *given != '\0') {
    return given;
  }
  std::error_code error;
  const auto self = fs::read_symlink("/proc/self/exe", error);
  return (self.parent_path().parent_path() / "share/brokerlab/lessons").string();
}

}  // namespace lab::lessons
