// See text_painter.h.
#include "app/paint/text_painter.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lab::paint {
namespace {

using scene::Element;
using scene::Primitive;
using scene::Scene;
using scene::Shape;

struct Line {
  std::size_t depth = 0, element = 0;
  std::vector<const Primitive*> texts;
};

constexpr std::size_t nowhere = ~std::size_t{0};

class Reader {
 public:
  explicit Reader(const Scene& scene) : scene_(scene) {}

  std::string read(bool ids) {
    walk();
    std::string out;
    std::size_t named = nowhere;
    for (Line& line : lines_) {
      std::stable_sort(line.texts.begin(), line.texts.end(),
                       [](const Primitive* a, const Primitive* b) { return a->at.x < b->at.x; });
      out.append(2 * line.depth, ' ');
      if (ids && line.element != nowhere && line.element != named) {
        out += "[" + scene_.text(scene_.elements[line.element].id) + "] ";
        named = line.element;
      }
      bool first = true;
      for (const Primitive* text : line.texts) {
        if (!first) out += "  ";
        out += scene_.characters(*text);
        first = false;
      }
      out += '\n';
    }
    return out;
  }

 private:
  void walk() {
    std::vector<std::size_t> stack;  // open elements
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < scene_.primitives.size(); ++i) {
      while (!stack.empty() && end_of(stack.back()) <= i) stack.pop_back();
      for (; next < scene_.elements.size() && scene_.elements[next].first <= i; ++next) {
        if (end_of(next) > i) stack.push_back(next);
      }
      const Primitive& one = scene_.primitives[i];
      if (one.shape == Shape::text) {
        add(one, stack.empty() ? nowhere : stack.back(), stack.size());
      }
    }
  }

  std::uint32_t end_of(std::size_t element) const {
    return scene_.elements[element].first + scene_.elements[element].count;
  }

  // To the line of the same element at the same height, or to a new one.
  void add(const Primitive& text, std::size_t element, std::size_t depth) {
    for (auto it = lines_.rbegin(); it != lines_.rend() && it->element == element; ++it) {
      const Primitive& other = *it->texts.front();
      if (std::abs(other.at.y - text.at.y) < 0.6F * std::min(other.width, text.width)) {
        it->texts.push_back(&text);
        return;
      }
    }
    lines_.push_back({depth, element, {&text}});
  }

  const Scene& scene_;
  std::vector<Line> lines_;
};

}  // namespace

std::string plain_text(const Scene& scene, bool ids) { return Reader(scene).read(ids); }

}  // namespace lab::paint
