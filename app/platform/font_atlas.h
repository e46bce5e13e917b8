// The window's fonts: an ImGui atlas that holds only the glyphs that scenes have used, at the sizes
// they used them. A scene that brings a new glyph or size has the atlas built anew before it is
// painted. Owned by Window; it measures nothing (scene::Measurer does).
#pragma once

#include <map>
#include <set>
#include <string>

#include "app/paint/imgui/imgui_painter.h"
#include "app/scene/display_list.h"
#include "app/scene/measure.h"

namespace lab::platform {

class FontAtlas {
 public:
  explicit FontAtlas(std::string directory) : directory_(std::move(directory)) {}

  // Notes what the scene needs at `scale` pixels a unit.
  void want(const scene::Scene& scene, float scale);
  // Builds the atlas where something is missing; true where the texture must be uploaded again.
  bool build();
  const paint::ImguiFonts& fonts() const { return fonts_; }
  // Of the last build, in pixels.
  int width() const { return width_; }
  int height() const { return height_; }

  // The atlas never becomes larger than this on a side; sizes that are not used any more go first.
  static constexpr int limit = 4096;

 private:
  using Size = std::pair<scene::Face, int>;  // em in whole pixels
  void forget_unused();

  std::string directory_;
  std::map<Size, std::set<char32_t>> wanted_;
  std::set<Size> recent_;  // since the last build
  bool missing_ = true;
  paint::ImguiFonts fonts_;
  int width_ = 0, height_ = 0;
};

}  // namespace lab::platform
