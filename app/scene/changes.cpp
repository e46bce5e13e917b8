#include "app/scene/changes.h"

#include <algorithm>

namespace lab::scene {
namespace {

// How far ahead a primitive is looked for that came or went, and how many boxes are worth it.
constexpr std::size_t look_ahead = 48, most_boxes = 8;
constexpr float smooth = 3;  // units that smoothing and letters reach over their box

bool same_points(const Scene& a, const Primitive& x, const Scene& b, const Primitive& y) {
  return std::equal(a.points.begin() + x.first, a.points.begin() + x.first + x.count,
                    b.points.begin() + y.first);
}

bool same_glyphs(const Scene& a, const Primitive& x, const Scene& b, const Primitive& y) {
  return std::equal(a.glyphs.begin() + x.first, a.glyphs.begin() + x.first + x.count,
                    b.glyphs.begin() + y.first, [](const Glyph& g, const Glyph& h) {
                      return g.code == h.code && g.face == h.face && g.x == h.x;
                    });
}

bool same(const Scene& a, const Primitive& x, const Scene& b, const Primitive& y) {
  if (x.shape != y.shape || x.fill != y.fill || x.stroke != y.stroke || x.width != y.width ||
      x.radius != y.radius || x.box != y.box || x.at != y.at || x.count != y.count) {
    return false;
  }
  return x.shape == Shape::text ? same_glyphs(a, x, b, y) : same_points(a, x, b, y);
}

class Boxes {
 public:
  explicit Boxes(const Box& view) : view_(view) {}

  void add(const Primitive& one) {
    const float over = smooth + (one.shape == Shape::text ? 0 : one.width);
    Box box = one.box.inset(-over);
    const float x = std::max(box.x, view_.x), y = std::max(box.y, view_.y);
    box = {x, y, std::min(box.right(), view_.right()) - x,
           std::min(box.bottom(), view_.bottom()) - y};
    if (box.w > 0 && box.h > 0) add(box);
  }
  std::vector<Box> take() { return std::move(boxes_); }

 private:
  // Boxes never meet: what is drawn once is not drawn again.
  void add(Box box) {
    for (std::size_t i = 0; i < boxes_.size();) {
      if (boxes_[i].meets(box)) {
        box = joined(boxes_[i], box);
        boxes_.erase(boxes_.begin() + static_cast<std::ptrdiff_t>(i));
        i = 0;
      } else {
        ++i;
      }
    }
    if (boxes_.size() < most_boxes) return boxes_.push_back(box);
    const auto growth = [&](const Box& with) {
      const Box both = joined(box, with);
      return both.w * both.h - with.w * with.h;
    };
    const auto nearest =
        std::min_element(boxes_.begin(), boxes_.end(),
                         [&](const Box& a, const Box& b) { return growth(a) < growth(b); });
    const Box both = joined(*nearest, box);
    boxes_.erase(nearest);
    add(both);
  }

  Box view_;
  std::vector<Box> boxes_;
};

}  // namespace

Box joined(const Box& a, const Box& b) {
  const float x = std::min(a.x, b.x), y = std::min(a.y, b.y);
  return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

// Both lists are walked side by side. What is in one alone is a change; what is in both, in the
// same order, looks the same wherever nothing else changed.
std::vector<Box> changes(const Scene& before, const Scene& after) {
  if (before.view != after.view || before.ground != after.ground) return {after.view};
  Boxes boxes(after.view);
  const auto &old = before.primitives, &now = after.primitives;
  std::size_t i = 0, j = 0;
  while (i < old.size() && j < now.size()) {
    if (same(before, old[i], after, now[j])) {
      ++i, ++j;
      continue;
    }
    std::size_t gone = 0, came = 0;
    for (std::size_t far = 1; far <= look_ahead && gone + came == 0; ++far) {
      if (j + far < now.size() && same(before, old[i], after, now[j + far])) came = far;
      if (i + far < old.size() && same(before, old[i + far], after, now[j])) gone = far;
    }
    if (came != 0 && gone != 0) gone = 0;
    if (came + gone == 0) came = gone = 1;  // one thing that looks different
    for (; gone > 0; --gone) boxes.add(old[i++]);
    for (; came > 0; --came) boxes.add(now[j++]);
  }
  for (; i < old.size(); ++i) boxes.add(old[i]);
  for (; j < now.size(); ++j) boxes.add(now[j]);
  return boxes.take();
}

}  // namespace lab::scene
