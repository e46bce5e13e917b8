// How a cluster stands, in a few plain lines: `status` at a running cluster. Called by the console
// and `brokerlab cluster`; it asks nobody, the model is all it knows.
#pragma once

#include <string>

#include "app/i18n/strings.h"
#include "app/model/cluster_model.h"

namespace lab::commands {

// One line for each broker, then one for each partition of a topic that is not internal; the lines
// end with newlines. `now` is model time.
std::string status_text(const model::ClusterModel& model, Instant now,
                        i18n::Lang lang = i18n::Lang::en);

// "SIGKILL", "signal 40".
std::string signal_text(int signal);

}  // namespace lab::commands
