// `brokerlab status` and `brokerlab snapshot`: the picture of a cluster that is running, or of a
// moment of a recording, as text or as a file. They read lab sockets and files and change nothing.
// Called by main.
#pragma once

#include <cstdint>
#include <string>

#include "app/commands/pictures.h"

namespace lab::commands {

// A moment of a recording instead of a cluster that runs.
struct RecordedMoment {
  std::string file;                 // empty: none
  std::string at;                   // see sources::parse_moment; empty: its end
  std::int32_t clock_offset_s = 0;  // of the wall clock from UTC
};
struct StatusOptions {
  std::string directory;  // empty: the default one
  bool follow = false;    // prints it again whenever it has changed
  RecordedMoment recorded;
};
struct SnapshotOptions {
  std::string directory;
  std::string out;  // .png, .svg, .pdf, .txt: a picture; .json: the model (app/model/model_json.h)
  RecordedMoment recorded;
};

// Exit codes: 0; 1 where nothing runs there, where the recording cannot be read or has no such
// moment, or the file cannot be written.
int run_status(const StatusOptions& options, const Pictures& pictures);
int run_snapshot(const SnapshotOptions& options, const Pictures& pictures);

}  // namespace lab::commands
