// Why it happened: the sentences of what the engine did since a step began, with their times. Made
// from the model's log by the runner when a step is done.
#pragma once

#include <vector>

#include "app/model/narration.h"

namespace lab::lessons {

struct WhyLine {
  Instant at{};
  Duration after{};  // since the first of them
  model::Sentence sentence;
};

// Oldest first, at most `most`; the first ones, and the ones that matter, stay.
std::vector<WhyLine> why_it_happened(const model::ClusterModel& model, Instant from, Instant to,
                                     i18n::Lang lang, std::size_t most = 10);

}  // namespace lab::lessons
