// `brokerlab` without a subcommand: the window with a live or a simulated cluster. Wiring only, as
// main.cpp: session, model, views and platform meet here.
#pragma once

#include <optional>
#include <string>

#include "app/sources/cluster_directory.h"
#include "app/sources/simulated_cluster.h"

namespace lab {

struct WindowOptions {
  sources::ClusterOptions cluster;
  std::optional<sources::SimulatedOptions> simulated;  // instead of a live one
  std::string recording;                               // a file to open instead; empty: none
  // A lesson's id, or the list of lessons to begin with (where none was ever begun); `folder` and
  // `progress`: empty: the default ones.
  std::string lesson, lesson_folder, progress;
  bool first_screen = false;
  std::string record;  // a file to record into; empty: none
  std::string lang;    // "en" or "ko"
  std::string theme;   // "light", "dark" or "projector"
  int text_percent = 100;
  std::int32_t clock_offset_s = 0;  // of the wall clock from UTC
  int width = 1600, height = 1000;
};

// Runs until the window is closed; all brokers end with it. Gives the exit code.
int run_window(const WindowOptions& options);

}  // namespace lab
