// Draws a Scene with cairo: PNG at any scale, PDF with embedded fonts. Text is set glyph by glyph
// at the scene's positions from the bundled font files. Called by export, snapshot and tests;
// decides nothing about the picture.
#pragma once

#include <memory>
#include <string>

#include "app/paint/document.h"
#include "app/scene/display_list.h"
#include "engine/base/result.h"

namespace lab::paint {

// The bundled fonts as cairo faces; opened once, used by one thread.
class CairoFonts {
 public:
  static Result<CairoFonts> open(const std::string& directory = scene::font_directory());
  CairoFonts(CairoFonts&&) noexcept;
  CairoFonts& operator=(CairoFonts&&) noexcept;
  ~CairoFonts();

  struct State;
  const State& state() const { return *state_; }

 private:
  explicit CairoFonts(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// `scale`: pixels a unit, 0.1 to 8. Refused where the picture would exceed 16,384 pixels a side.
Result<std::string> png(const scene::Scene& scene, scene::Theme theme, double scale,
                        const CairoFonts& fonts);
Result<std::string> pdf(const scene::Scene& scene, scene::Theme theme, const Document& document,
                        const CairoFonts& fonts);

}  // namespace lab::paint
