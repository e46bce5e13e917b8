// Writes a Scene as SVG with real text: one x for each glyph, the bundled fonts' names, and a group
// with the id of each element. Our own writer; it draws with no library.
#pragma once

#include <string>

#include "app/paint/document.h"
#include "app/scene/display_list.h"

namespace lab::paint {

std::string svg(const scene::Scene& scene, scene::Theme theme, const Document& document);

// Text for XML: the five entities, and nothing that XML 1.0 does not allow.
std::string xml_escaped(std::string_view utf8);

}  // namespace lab::paint
