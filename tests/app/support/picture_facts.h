// What must hold of every picture: no two texts on each other, none outside its picture, none cut.
// For tests of scenes and of the whole window.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/scene/display_list.h"

namespace lab::test {

// The glyphs' own box: a little lower than the line box above and below.
inline scene::Box tight(const scene::Primitive& text) {
  const float em = text.width;
  return {text.at.x, text.at.y - 0.72F * em, text.box.w, 0.74F * em};
}

inline bool apart(const scene::Box& a, const scene::Box& b) {
  const float w = std::min(a.right(), b.right()) - std::max(a.x, b.x);
  const float h = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
  return w <= 1 || h <= 1;
}

inline void check_texts(const scene::Scene& picture) {
  std::vector<const scene::Primitive*> texts;
  for (const scene::Primitive& one : picture.primitives) {
    if (one.shape == scene::Shape::text) texts.push_back(&one);
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(std::string(picture.characters(*texts[i])));
    CHECK(picture.view.holds(tight(*texts[i]), 1));
    CHECK(std::string(picture.characters(*texts[i])).find("…") == std::string::npos);
    for (std::size_t j = i + 1; j < texts.size(); ++j) {
      if (apart(tight(*texts[i]), tight(*texts[j]))) continue;
      CAPTURE(std::string(picture.characters(*texts[j])));
      CHECK(apart(tight(*texts[i]), tight(*texts[j])));
    }
  }
}

// The crown and its words lie beside the other texts, never on one.
inline void check_crowns(const scene::Scene& picture) {
  for (const scene::Element& element : picture.elements) {
    if (element.id.kind != scene::Kind::controller) continue;
    for (std::size_t i = 0; i < picture.primitives.size(); ++i) {
      const scene::Primitive& one = picture.primitives[i];
      const bool own = i >= element.first && i < element.first + element.count;
      if (own || one.shape != scene::Shape::text) continue;
      CAPTURE(std::string(picture.characters(one)));
      CHECK(apart(tight(one), element.box.inset(1)));
    }
  }
}

}  // namespace lab::test
