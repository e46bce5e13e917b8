// A step of a lesson on stage: cut into beats, each one subtitle, which the clicker walks through.
// LabView keeps where it is and does what a beat asks for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/lessons/runner.h"

namespace lab::views {

struct Beat {
  enum class Kind : std::uint8_t {
    words,    // of the step
    ask,      // the prediction is put to the room
    live,     // it is done, and what the cluster says is the subtitle
    outcome,  // of the prediction
    why,
  };
  Kind kind = Kind::words;
  std::string lead, rest;
};

// Those that a step has as it stands: what is told after success comes with success.
std::vector<Beat> stage_beats(const lessons::StepView& step, i18n::Lang lang);

}  // namespace lab::views
