// `brokerlab cluster`: a cluster that runs until it is told to end, without a window. Prints a line
// for each broker that starts, `ready`, and what happens to them; takes the console's commands on
// its standard input. Called by main.
#pragma once

#include <optional>
#include <string>

#include "app/i18n/strings.h"
#include "app/sources/cluster_directory.h"
#include "app/sources/simulated_cluster.h"

namespace lab::commands {

struct ClusterProgramOptions {
  sources::ClusterOptions cluster;
  std::string record;                                  // a file for the recording; empty: none
  std::optional<sources::SimulatedOptions> simulated;  // instead of a live one
  // Of the lines for people; those that programs read are the same in all languages.
  i18n::Lang lang = i18n::Lang::en;
};

// The program's exit code: 0 after quit or Ctrl-C, 1 where the cluster could not be started.
int run_cluster(const ClusterProgramOptions& options);

}  // namespace lab::commands
