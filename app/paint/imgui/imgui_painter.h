// Draws a Scene into an ImDrawList: text glyph by glyph at the scene's positions, small shapes
// square, without border fringes, for software rendering. Works with Debian's ImGui 1.86 and 1.90.
// Called by the window's views; decides nothing about the picture and touches no ImGui state but
// the draw list.
#pragma once

#include <vector>

#include "app/scene/display_list.h"

struct ImDrawList;
struct ImFont;

namespace lab::paint {

// Which ImGui font serves a face at which em size in pixels. A font merged from several files may
// serve several faces. ImGui sizes a font by its line height: ask em_of_line for what em that is.
struct ImguiFont {
  scene::Face face = scene::Face::inter_regular;
  float em = 0;  // pixels
  ImFont* font = nullptr;
};

class ImguiFonts {
 public:
  void add(const ImguiFont& font) { fonts_.push_back(font); }
  void clear() { fonts_.clear(); }
  // The smallest one of this face that is not smaller than `em`, else the largest; of another face
  // where there is none; font == nullptr where there are no fonts at all.
  ImguiFont pick(scene::Face face, float em) const;

 private:
  std::vector<ImguiFont> fonts_;
};

// The size of font, in whole pixels of em, that text of this size is drawn with: the atlas makes
// it, and pick() takes it. A quarter of a pixel is not worth another one.
int font_size_of(float em);
// ImGui's pixel size for an em: Inter = em / 0.826, NanumGothic = em / 0.870.
float line_of_em(scene::Face face, float em);

// `x`, `y`: where the scene's view begins on the screen, in pixels; `scale`: pixels a unit.
void paint(const scene::Scene& scene, scene::Theme theme, const ImguiFonts& fonts, float x, float y,
           float scale, ImDrawList& list);

}  // namespace lab::paint
