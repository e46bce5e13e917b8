// What a lesson and a script do before a step is there: wait for the cluster, and ask what the
// names of `let` stand for. The runner and scripts share it; nothing here changes the world.
#pragma once

#include <vector>

#include "app/lessons/lesson.h"

namespace lab::lessons {

// All brokers run, and someone leads the quorum.
bool cluster_ready(const model::ClusterModel& model, int brokers);
// Puts into `names` what can be known now; names of one step may use each other, in any order.
// `sight` looks at the same names. True where all have a value.
bool resolve_names(const std::vector<Let>& lets, Names& names, const Sight& sight);
// Of the first that has none: "victim = \"leader orders-0\" has no answer", and its line.
Problem unanswered(const std::vector<Let>& lets, const Names& names, const std::string& file);

}  // namespace lab::lessons
