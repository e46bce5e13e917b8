// For a condition that does not hold: how its author wrote it, and what is the case instead, in one
// line each. Scripts say it when they fail.
#pragma once

#include <string>

#include "app/lessons/condition.h"

namespace lab::lessons {

// "{ partition = \"orders-0\", leader = \"2\" }", placeholders answered.
std::string as_written(const Condition& condition, const Sight& sight);
// "leader 1, ISR 1, 2, epoch 4, log end 12, high watermark 12".
std::string instead(const Condition& condition, const Sight& sight);
// The first of them that does not hold; null where all do.
const Condition* first_unmet(const Conditions& conditions, const Sight& sight);

}  // namespace lab::lessons
