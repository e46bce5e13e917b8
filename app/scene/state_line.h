// What a broker is at, as a sign and words (LOOKS §4), longest first: the card takes the first that
// fits. Used by cards, the text painter's picture and the inspector's title.
#pragma once

#include <string>
#include <vector>

#include "app/model/cluster_model.h"
#include "app/scene/canvas_view.h"
#include "app/scene/marks.h"

namespace lab::scene {

struct StateLine {
  StateSign sign = StateSign::unknown;
  Ink ink = Token::ink;
  Type type = Type::semibold;
  std::vector<std::string> words;  // the same thing, ever shorter; never empty
};

StateLine state_line(const model::ClusterModel& model, const model::Broker& broker, Instant now,
                     Lang lang);
// "SIGKILL", or "signal 40".
std::string signal_name(std::int32_t signal);

}  // namespace lab::scene
