// `brokerlab cluster`: a cluster that runs until it is told to end, without a window. Prints a line
// for each broker that starts, `ready`, and what happens to them; takes commands on its standard
// input. Called by main.
#pragma once

#include <string>

#include "app/sources/cluster_directory.h"

namespace lab::commands {

struct ClusterProgramOptions {
  sources::ClusterOptions cluster;
  std::string record;  // a file for the recording; empty: none
};

// The program's exit code: 0 after quit or Ctrl-C, 1 where the cluster could not be started.
int run_cluster(const ClusterProgramOptions& options);

}  // namespace lab::commands
