// One sentence for each event that matters, in the reader's language (LOOKS §8). The narration
// line, the presenter's subtitles, `demo` and captions call it. Everything in a sentence is taken
// from the event and the model; events that need no words give none.
#pragma once

#include <optional>
#include <string>

#include "app/i18n/strings.h"
#include "app/model/cluster_model.h"

namespace lab::model {

enum class Tone : std::uint8_t { quiet, trouble, warning, good };

struct Sentence {
  std::string lead;  // who and what, set in bold
  std::string rest;  // why, may be empty
  Tone tone = Tone::quiet;
  std::uint64_t event = 0;  // id in the log
  Instant at{};
  std::string text() const { return rest.empty() ? lead : lead + " " + rest; }
};

// The sentence for an event of the model's log. Events that belong together (a fencing and the
// elections it caused) give one and the same sentence.
std::optional<Sentence> narrate(const ClusterModel& model, const LoggedEvent& event,
                                i18n::Lang lang);

// The sentence of the newest event that has one, not after `until`; where there was none, or
// nothing is wrong any more for a while, how the cluster stands ("All 5 partitions have every
// replica in sync.").
Sentence narrate_latest(const ClusterModel& model, Instant until, i18n::Lang lang);

// How the cluster stands, without an event.
Sentence narrate_state(const ClusterModel& model, i18n::Lang lang);

}  // namespace lab::model
