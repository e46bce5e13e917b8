// How far many runs are, while they run: on a terminal one line that moves, elsewhere a line every
// 30 s, on the standard error. Reads the real clock, as nothing in the simulated world may.
#pragma once

#include <functional>
#include <string>

#include "engine/base/time.h"

namespace lab::sim::program {

// Since some instant; never goes back.
Duration real_time();

class Progress {
 public:
  Progress();
  ~Progress();  // takes the moving line away
  // How long to wait at most until told() is called again.
  Duration pause() const;
  // It is asked for its text only where it is shown.
  void told(const std::function<std::string()>& text);
  // Before other things are printed.
  void clear();

 private:
  bool terminal_;
  bool shown_ = false;
  Duration last_;
};

}  // namespace lab::sim::program
