#include "app/lessons/script_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "app/lessons/loader.h"
#include "app/model/cluster_model.h"
#include "app/model/narration.h"
#include "engine/base/version.h"

namespace lab::lessons {
namespace {

namespace fs = std::filesystem;

trace::RecordingMeta meta_of(const Lesson& script, Instant now) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  trace::RecordingMeta meta;
  meta.cluster = script.id;
  meta.source = script.live ? "live" : "simulated";
  meta.made_by = std::string("brokerlab ") + project_version;
  meta.mono = now;
  meta.wall_us = std::chrono::duration_cast<microseconds>(wall).count();
  return meta;
}

}  // namespace

ScriptFiles::~ScriptFiles() {
  for (const Recording& one : recordings_) {
    std::error_code ignored;
    fs::remove(one.draft, ignored);
  }
}

Result<std::string> ScriptFiles::place(const std::string& file) const {
  if (const auto why = why_no_output(file); !why.empty()) return Error{file + ": " + why};
  std::error_code error;
  const fs::path folder = fs::canonical(folder_, error), path = fs::path(folder_) / file;
  const fs::path there = fs::weakly_canonical(path.parent_path(), error);
  const bool inside =
      std::mismatch(folder.begin(), folder.end(), there.begin(), there.end()).first == folder.end();
  if (error || !inside || fs::is_symlink(fs::symlink_status(path, error))) {
    return Error{file + ": a link leads out of the output folder"};
  }
  fs::create_directories(there, error);
  if (error) return Error{fmt::format("{}: {}", there.string(), error.message())};
  return path.string();
}

// ---- Recordings

Result<> ScriptFiles::begin_recordings(const Lesson& script, Instant now) {
  for (const Step& step : script.steps) {
    if (!step.record) continue;
    auto draft = place(fmt::format(".{}-{}.recording-part", script.id, step.id));
    if (!draft) return draft.error();
    std::error_code ignored;
    fs::remove(*draft, ignored);
    auto sink = model::FileSink::create(*draft);
    if (!sink) return sink.error();
    auto writer = trace::RecordingWriter::create(**sink, meta_of(script, now));
    if (!writer) return writer.error();
    recordings_.push_back({step.id, *draft, std::move(sink).value(), std::move(writer).value()});
  }
  return {};
}

Result<> ScriptFiles::see(const trace::Event& event) {
  for (Recording& one : recordings_) {
    if (auto added = one.writer.add(event); !added) return added.error();
  }
  return {};
}

Result<> ScriptFiles::keep_recording(const Step& step, const std::string& file) {
  const auto path = place(file);
  if (!path) return path.error();
  const auto at = std::find_if(recordings_.begin(), recordings_.end(),
                               [&](const Recording& one) { return one.step == step.id; });
  if (at == recordings_.end()) return {};
  if (auto done = at->writer.finish(); !done) return done.error();
  std::error_code error;
  fs::rename(at->draft, *path, error);
  if (error) return Error{fmt::format("{}: {}", *path, error.message())};
  recordings_.erase(at);
  return {};
}

// ---- Pictures

Result<> ScriptFiles::keep_moment(const std::string& file, const model::ClusterModel& model,
                                  Instant now, bool quiet) {
  auto path = place(file);
  if (!path) return path.error();
  const std::string title =
      quiet ? model::narrate_state(model, pictures_.lang).text() : std::string();
  moments_.push_back({std::move(path).value(), model, now, title});
  return {};
}

Result<std::vector<std::string>> ScriptFiles::draw() {
  std::vector<std::string> paths;
  for (const Moment& moment : moments_) {
    if (auto written = write(moment); !written) return written.error();
    paths.push_back(moment.path);
  }
  return paths;
}

Result<> ScriptFiles::write(const Moment& moment) const {
  if (!moment.path.ends_with(".json")) {
    return pictures_.write(moment.model, moment.now, moment.path, moment.title);
  }
  std::ofstream file(moment.path, std::ios::binary | std::ios::trunc);
  file << to_json(moment.model) << '\n';
  file.close();
  if (!file) return Error{fmt::format("{} cannot be written", moment.path)};
  return {};
}

}  // namespace lab::lessons
