// The picture as data: a list of primitives in logical units, drawn in order, with stable ids for
// hit testing. Scene functions fill it (through Pen), painters draw it and decide nothing. It holds
// no colours, only tokens, and no fonts, only faces; text is glyphs at measured positions.
//
// A Scene is reused from frame to frame: clear() keeps its memory, so that a frame allocates
// little.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/measure.h"
#include "app/scene/style.h"

namespace lab::scene {

struct Point {
  float x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

struct Box {
  float x = 0, y = 0, w = 0, h = 0;
  float right() const { return x + w; }
  float bottom() const { return y + h; }
  Point centre() const { return {x + w / 2, y + h / 2}; }
  bool contains(Point p) const { return p.x >= x && p.x < right() && p.y >= y && p.y < bottom(); }
  bool meets(const Box& o) const {
    return x < o.right() && o.x < right() && y < o.bottom() && o.y < bottom();
  }
  // Whether `o` lies inside, with `slack` units of tolerance.
  bool holds(const Box& o, float slack = 0.5F) const {
    return o.x >= x - slack && o.y >= y - slack && o.right() <= right() + slack &&
           o.bottom() <= bottom() + slack;
  }
  Box inset(float d) const { return {x + d, y + d, w - 2 * d, h - 2 * d}; }
  bool operator==(const Box&) const = default;
};

// A token with opacity; alpha 0 is "nothing".
struct Ink {
  Token token = Token::ink;
  std::uint8_t alpha = 0;
  constexpr Ink() = default;
  constexpr Ink(Token t, float opacity = 1.0F)  // NOLINT: a token is an ink
      : token(t), alpha(static_cast<std::uint8_t>(opacity * 255.0F + 0.5F)) {}
  explicit operator bool() const { return alpha != 0; }
  bool operator==(const Ink&) const = default;
};
inline constexpr Ink no_ink{};

enum class Shape : std::uint8_t {
  rect,      // box, radius (0: square corners)
  circle,    // box is the circle's square
  polygon,   // points, closed
  polyline,  // points, open
  segments,  // points in pairs: each pair a line (dashes, hatches, ticks)
  bezier,    // four points
  text,      // glyphs from `at`
};

struct Primitive {
  Shape shape = Shape::rect;
  Ink fill, stroke;  // text: fill
  float width = 0;   // of the stroke; text: em size in units
  float radius = 0;  // corners of a rect
  Box box;           // of everything drawn but stroke width; text: advance × line box
  Point at;          // text: left end of the baseline
  std::uint32_t first = 0, count = 0;       // into points or glyphs
  std::uint32_t chars = 0, chars_size = 0;  // text: its UTF-8 in Scene::chars
};

// What an element is about; a closed list, because lessons and tests name these.
enum class Kind : std::uint8_t {
  broker,   // broker/2
  replica,  // replica/orders-0/2
  client,   // client/producer-1
  link,     // link/1/2: bytes from 1 to 2, whoever connected (replication of one partition: below)
  stream,   // stream/orders-0/1/2: records of a partition from leader 1 to follower 2
  connection,  // connection/producer-1/2
  group,       // group/billing
  controller,  // controller/1: its crown
  quorum,      // quorum
  metadata,    // metadata
  belief,      // belief/orders-0: a line of the metadata card
  folded,      // folded/__consumer_offsets/2: the line that stands for an internal topic
  counts,      // counts/2: "25 leaders · 50 followers"
  more,        // more/clients, more/partitions: those that do not fit
  action,      // action/create-topic: an empty state's offer
  lane,        // lane/2: of the timeline; lane/-1: the clients'
  event,       // event/8213: a mark of the timeline
  sign,        // sign: LIVE, REPLAY, SIMULATED
  ruler,       // ruler: where dragging moves the moment
  station,     // station/0: of the stopwatch
  narration,   // narration
  legend,      // legend
  caption,     // caption
};

// An id as numbers; `name` is an index into Scene::names (topic or client or word).
struct Id {
  Kind kind = Kind::caption;
  std::uint32_t name = 0;
  std::int64_t a = -1, b = -1, c = -1;
  bool operator==(const Id&) const = default;
};

// A thing that can be pointed at: its id, where it is, and the primitives that draw it.
struct Element {
  Id id;
  Box box;
  bool thin = false;  // hit within a few units of its lines instead of anywhere in its box
  std::uint32_t first = 0, count = 0;  // into primitives
};

class Scene {
 public:
  Box view;  // what the picture covers, in its own units; painters clip to it
  Token ground = Token::canvas;
  std::vector<Primitive> primitives;
  std::vector<Element> elements;  // an element may lie in another; later ones are on top
  std::vector<Point> points;
  std::vector<Glyph> glyphs;
  std::string chars;
  std::vector<std::string> names;

  // Empties it and keeps the memory.
  void clear();
  std::uint32_t intern(std::string_view name);
  // The id in words: "replica/orders-0/2".
  std::string text(const Id& id) const;
  // The id from words; nothing where the picture has no such name.
  std::optional<Id> parse(std::string_view id) const;
  // Where the thing with this id is; nothing where it is not in the picture.
  std::optional<Box> find(std::string_view id) const;
  // The topmost element at p (thin ones within `reach` units), or nullptr.
  const Element* hit(Point p, float reach = 5.0F) const;
  std::string_view characters(const Primitive& p) const {
    return std::string_view(chars).substr(p.chars, p.chars_size);
  }
  // Draws `other` after this one, moved by `by`, on its own ground; ids stay.
  void append(const Scene& other, Point by);
};

}  // namespace lab::scene
