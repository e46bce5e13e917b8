// See svg_painter.h.
#include "app/paint/svg_painter.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <vector>

namespace lab::paint {
namespace {

using scene::Element;
using scene::Glyph;
using scene::Primitive;
using scene::Scene;
using scene::Shape;

void append_utf8(std::string& out, char32_t code) {
  const auto byte = [&](char32_t value) {
    out += static_cast<char>(static_cast<unsigned char>(value));
  };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6U);
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12U);
    byte(0x80 | (code >> 6U & 0x3FU));
  } else {
    byte(0xF0 | code >> 18U);
    byte(0x80 | (code >> 12U & 0x3FU));
    byte(0x80 | (code >> 6U & 0x3FU));
  }
  byte(0x80 | (code & 0x3FU));
}

void append_escaped(std::string& out, char32_t code) {
  switch (code) {
    case U'&':
      out += "&amp;";
      return;
    case U'<':
      out += "&lt;";
      return;
    case U'>':
      out += "&gt;";
      return;
    case U'"':
      out += "&quot;";
      return;
    case U'\'':
      out += "&apos;";
      return;
    default:
      append_utf8(out, code == 0xFFFE || code == 0xFFFF ? U'?' : code);
  }
}

class Writer {
 public:
  Writer(const Scene& scene, scene::Theme theme) : scene_(scene), theme_(theme) {}

  std::string document(const Document& document) {
    const scene::Box& v = scene_.view;
    put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    put("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"{} {} {} "
        "{}\">\n",
        n(v.w), n(v.h), n(v.x), n(v.y), n(v.w), n(v.h));
    put("<title>{}</title>\n<desc>{}</desc>\n", xml_escaped(document.title),
        xml_escaped(document.subject));
    put("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", n(v.x), n(v.y),
        n(v.w), n(v.h), colour(scene_.ground));
    put("<g stroke-linejoin=\"round\">\n");
    body();
    put("</g>\n</svg>\n");
    return std::move(out_);
  }

 private:
  template <class... Args>
  void put(fmt::format_string<Args...> pattern, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), pattern, std::forward<Args>(args)...);
  }

  // Two decimals at most, no trailing zeros, never "-0".
  static std::string n(float value) {
    const double rounded = std::round(static_cast<double>(value) * 100) / 100;
    std::string text = fmt::format("{:.2f}", rounded == 0 ? 0.0 : rounded);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
  }

  std::string colour(scene::Token token) const {
    const scene::Rgb c = scene::rgb(theme_, token);
    return fmt::format("#{:02X}{:02X}{:02X}", c.r, c.g, c.b);
  }

  // Elements nest as they were opened: groups open before their first primitive, close after the
  // last.
  void body() {
    std::vector<std::uint32_t> ends;
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < scene_.primitives.size(); ++i) {
      while (!ends.empty() && ends.back() == i) {
        put("</g>\n");
        ends.pop_back();
      }
      for (; next < scene_.elements.size() && scene_.elements[next].first <= i; ++next) {
        const Element& element = scene_.elements[next];
        if (element.count == 0 || element.first != i) continue;
        put("<g data-id=\"{}\">\n", xml_escaped(scene_.text(element.id)));
        ends.push_back(element.first + element.count);
      }
      draw(scene_.primitives[i]);
    }
    for (std::size_t i = 0; i < ends.size(); ++i) put("</g>\n");
  }

  void inks(const Primitive& one) {
    if (one.fill) {
      put(" fill=\"{}\"", colour(one.fill.token));
      if (one.fill.alpha != 255) put(" fill-opacity=\"{}\"", n(one.fill.alpha / 255.0F));
    } else {
      put(" fill=\"none\"");
    }
    if (one.stroke) {
      put(" stroke=\"{}\" stroke-width=\"{}\"", colour(one.stroke.token), n(one.width));
      if (one.stroke.alpha != 255) put(" stroke-opacity=\"{}\"", n(one.stroke.alpha / 255.0F));
    }
    put("/>\n");
  }

  void path(const Primitive& one) {
    const scene::Point* p = scene_.points.data() + one.first;
    put("<path d=\"");
    if (one.shape == Shape::bezier) {
      put("M{} {}C{} {} {} {} {} {}", n(p[0].x), n(p[0].y), n(p[1].x), n(p[1].y), n(p[2].x),
          n(p[2].y), n(p[3].x), n(p[3].y));
    } else {
      for (std::uint32_t i = 0; i < one.count; ++i) {
        const bool move = i == 0 || (one.shape == Shape::segments && i % 2 == 0);
        put("{}{} {}", move ? "M" : "L", n(p[i].x), n(p[i].y));
      }
      if (one.shape == Shape::polygon) put("Z");
    }
    put("\"");
    inks(one);
  }

  void draw(const Primitive& one) {
    switch (one.shape) {
      case Shape::rect:
        put("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", n(one.box.x), n(one.box.y),
            n(std::max(one.box.w, 0.0F)), n(std::max(one.box.h, 0.0F)));
        if (one.radius > 0) put(" rx=\"{}\"", n(one.radius));
        return inks(one);
      case Shape::circle:
        put("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", n(one.box.x + one.box.w / 2),
            n(one.box.y + one.box.h / 2), n(one.box.w / 2));
        return inks(one);
      case Shape::polygon:
      case Shape::polyline:
      case Shape::segments:
      case Shape::bezier:
        return path(one);
      case Shape::text:
        return text(one);
    }
  }

  void text(const Primitive& one) {
    const Glyph* glyphs = scene_.glyphs.data() + one.first;
    for (std::uint32_t i = 0; i < one.count;) {
      const scene::Face face = glyphs[i].face;
      std::string xs, content;
      for (; i < one.count && glyphs[i].face == face; ++i) {
        xs += (xs.empty() ? "" : " ") + n(one.at.x + glyphs[i].x);
        append_escaped(content, glyphs[i].code);
      }
      put("<text xml:space=\"preserve\" x=\"{}\" y=\"{}\" font-family=\"{}\" font-size=\"{}\" "
          "font-weight=\"{}\" fill=\"{}\"",
          xs, n(one.at.y), scene::family_of(face), n(one.width), scene::weight_of(face),
          colour(one.fill.token));
      if (one.fill.alpha != 255) put(" fill-opacity=\"{}\"", n(one.fill.alpha / 255.0F));
      put(">{}</text>\n", content);
    }
  }

  const Scene& scene_;
  scene::Theme theme_;
  std::string out_;
};

}  // namespace

std::string xml_escaped(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) append_escaped(out, scene::next_code(utf8, at));
  return out;
}

std::string svg(const Scene& scene, scene::Theme theme, const Document& document) {
  return Writer(scene, theme).document(document);
}

}  // namespace lab::paint
