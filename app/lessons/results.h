// The results file that a learner hands in: what was done, predicted, and how long it took, as
// text.
#pragma once

#include <string>

#include "app/lessons/catalog.h"
#include "app/lessons/progress.h"

namespace lab::lessons {

std::string results_text(const Catalog& course, const Progress& progress, i18n::Lang lang);

}  // namespace lab::lessons
