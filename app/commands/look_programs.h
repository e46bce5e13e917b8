// `brokerlab status` and `brokerlab snapshot`: the picture of a cluster that is running, as text or
// as a file. They read lab sockets and change nothing. Called by main.
#pragma once

#include <string>

#include "app/commands/pictures.h"

namespace lab::commands {

struct StatusOptions {
  std::string directory;  // empty: the default one
  bool follow = false;    // prints it again whenever it has changed
};
struct SnapshotOptions {
  std::string directory;
  std::string out;  // .png, .svg, .pdf, .txt: a picture; .json: the model (app/model/model_json.h)
};

// Exit codes: 0; 1 where nothing runs there or the file cannot be written.
int run_status(const StatusOptions& options, const Pictures& pictures);
int run_snapshot(const SnapshotOptions& options, const Pictures& pictures);

}  // namespace lab::commands
