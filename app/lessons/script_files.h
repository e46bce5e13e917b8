// What a script writes: pictures of its moments, drawn when all is over because drawing takes
// longer than a failover, and recordings, which begin with the cluster. Used by script.cpp only.
// Nothing is written outside of the output folder, links followed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/pictures.h"
#include "app/lessons/lesson.h"
#include "app/model/recording_file.h"

namespace lab::lessons {

class ScriptFiles {
 public:
  // The folder is there.
  ScriptFiles(std::string folder, const commands::Pictures& pictures)
      : folder_(std::move(folder)), pictures_(pictures) {}
  ~ScriptFiles();  // recordings that no step has asked for in the end are gone

  // For each step that keeps a recording; before the cluster's first event.
  Result<> begin_recordings(const Lesson& script, Instant now);
  Result<> see(const trace::Event& event);
  // The recording of this step ends here and gets its name.
  Result<> keep_recording(const Step& step, const std::string& file);

  // The cluster as it is now. Its title is what just happened or, where it is `quiet`, how it
  // stands.
  Result<> keep_moment(const std::string& file, const model::ClusterModel& model, Instant now,
                       bool quiet);
  // Writes the pictures; gives their paths, or the first that could not be written.
  Result<std::vector<std::string>> draw();

 private:
  struct Recording {
    std::string step, draft;
    std::unique_ptr<model::FileSink> sink;
    trace::RecordingWriter writer;
  };
  struct Moment {
    std::string path;
    model::ClusterModel model;
    Instant now;
    std::string title;
  };
  // Where it lies; its folders are made. An error where that is not below the output folder.
  Result<std::string> place(const std::string& file) const;
  Result<> write(const Moment& moment) const;

  std::string folder_;
  const commands::Pictures& pictures_;
  std::vector<Recording> recordings_;
  std::vector<Moment> moments_;
};

}  // namespace lab::lessons
