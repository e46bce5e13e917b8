// SVG: well-formed, escaped, real text with an x for each glyph, a group for each element.
#include "app/paint/svg_painter.h"

#include <doctest/doctest.h>

#include <vector>

#include "app/paint/text_painter.h"
#include "app/scene/cluster_scene.h"
#include "app/scene/pen.h"
#include "tests/app/support/measurer.h"
#include "tests/app/support/moments.h"

using namespace lab;
using test::measurer;

namespace {

std::string svg_of(const test::Moment& moment) {
  scene::Scene picture;
  scene::cluster_scene(moment.model(), {}, moment.now, measurer(), picture);
  return paint::svg(picture, scene::Theme::light, {"a < b & \"c\"", "moment"});
}

// Tags balance, attributes are quoted, no stray < or &: enough of XML for what the writer emits.
bool well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size();) {
    if (xml[at] == '&') {
      const std::size_t end = xml.find(';', at);
      if (end == std::string::npos || end - at > 6) return false;
      at = end + 1;
      continue;
    }
    if (xml[at] != '<') {
      if (xml[at] == '>') return false;
      ++at;
      continue;
    }
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end + 1;
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0 || tag.find('<') != std::string::npos)
      return false;
    if (tag[0] == '?' || tag.back() == '/') continue;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else {
      open.push_back(tag.substr(0, tag.find_first_of(" \n")));
    }
  }
  return open.empty();
}

}  // namespace

TEST_CASE("the SVG of a moment is well-formed and its text is text") {
  const std::string svg = svg_of(test::failover());
  CHECK(well_formed(svg));
  CHECK(svg.find("a &lt; b &amp; &quot;c&quot;") != std::string::npos);
  CHECK(svg.find("data-id=\"replica/orders-1/3\"") != std::string::npos);
  CHECK(svg.find(">NEW LEADER · epoch 5</text>") != std::string::npos);
  CHECK(svg.find("font-family=\"Inter\"") != std::string::npos);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
}

TEST_CASE("hostile names are escaped") {
  test::Moment moment = test::healthy();
  moment.story.connect("<evil>&\"'\x01\xff", "", 2, 0, -5);
  const std::string svg = svg_of(moment);
  CHECK(well_formed(svg));
  CHECK(svg.find("<evil>") == std::string::npos);
  CHECK(paint::xml_escaped("\x01\xff") == " \xEF\xBF\xBD");
}

TEST_CASE("each glyph has an x") {
  scene::Scene picture;
  picture.view = {0, 0, 200, 50};
  scene::Pen pen(picture, measurer(), 1, 1);
  pen.text({10, 20}, "a리", 14, scene::Type::regular, scene::Token::ink);
  const std::string svg = paint::svg(picture, scene::Theme::dark, {});
  CHECK(svg.find("x=\"10\" y=\"20\" font-family=\"Inter\"") != std::string::npos);
  CHECK(svg.find("font-family=\"NanumGothic\"") != std::string::npos);
  CHECK(svg.find(">리</text>") != std::string::npos);
}

TEST_CASE("a scene read aloud keeps words with their things") {
  const test::Moment moment = test::failover();
  scene::Scene picture;
  scene::cluster_scene(moment.model(), {}, moment.now, measurer(), picture);
  const std::string text = paint::plain_text(picture, true);
  CHECK(text.find("[broker/2] Broker 2\n") != std::string::npos);
  CHECK(text.find("killed (SIGKILL) 1.2 s ago") != std::string::npos);
  CHECK(text.find("[replica/orders-1/3] orders-1  NEW LEADER · epoch 5  ISR 1/2\n") !=
        std::string::npos);
  CHECK(text.find("[belief/orders-1] ") != std::string::npos);
}
