// Reads a Scene aloud: its texts in reading order, a line for each line of the picture, indented by
// the elements they lie in. For golden tests and for people who cannot see the picture. The cluster
// as a table is scene/text_picture.h.
#pragma once

#include <string>

#include "app/scene/display_list.h"

namespace lab::paint {

// Each element begins a line with its id in brackets where `ids` is set.
std::string plain_text(const scene::Scene& scene, bool ids = false);

}  // namespace lab::paint
