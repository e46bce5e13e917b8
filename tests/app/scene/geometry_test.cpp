// Facts of geometry that hold for every moment, size, language and text size: nothing outside the
// canvas, cards and rows never overlap, texts lie within what they belong to and never on each
// other.
#include <doctest/doctest.h>

#include <set>

#include "app/scene/cluster_scene.h"
#include "app/scene/plan.h"
#include "tests/app/support/measurer.h"
#include "tests/app/support/moments.h"
#include "tests/app/support/picture_facts.h"

using namespace lab;
using scene::Box;
using scene::Kind;
using scene::Scene;
using scene::Shape;
using test::check_texts;
using test::measurer;
using test::tight;

namespace {

Scene draw(const test::Moment& moment, const scene::CanvasView& view) {
  Scene picture;
  scene::cluster_scene(moment.model(), view, moment.now, measurer(), picture);
  return picture;
}

// Texts of an element with a box stay in it, where that kind has its words inside.
void check_homes(const Scene& picture) {
  const std::set<Kind> homes{Kind::broker, Kind::replica, Kind::client, Kind::metadata,
                             Kind::belief, Kind::folded,  Kind::counts, Kind::action};
  for (const scene::Element& element : picture.elements) {
    if (!homes.contains(element.id.kind)) continue;
    CAPTURE(picture.text(element.id));
    CHECK(picture.view.holds(element.box, 1));
    for (std::uint32_t i = 0; i < element.count; ++i) {
      const scene::Primitive& one = picture.primitives[element.first + i];
      if (one.shape != Shape::text) continue;
      CAPTURE(std::string(picture.characters(one)));
      CHECK(element.box.holds(tight(one), element.id.kind == Kind::counts ? 4.0F : 1.5F));
    }
  }
}

void check_apart(const Scene& picture) {
  for (const Kind kind : {Kind::broker, Kind::replica, Kind::client, Kind::belief}) {
    std::vector<const scene::Element*> found;
    for (const scene::Element& element : picture.elements) {
      if (element.id.kind == kind) found.push_back(&element);
    }
    if (found.size() > 400) continue;  // cells: checked by their own test
    for (std::size_t i = 0; i < found.size(); ++i) {
      for (std::size_t j = i + 1; j < found.size(); ++j) {
        CAPTURE(picture.text(found[i]->id));
        CAPTURE(picture.text(found[j]->id));
        CHECK_FALSE(found[i]->box.inset(0.6F).meets(found[j]->box.inset(0.6F)));
      }
    }
  }
}

void check_inside(const Scene& picture) {
  for (const scene::Primitive& one : picture.primitives) {
    CAPTURE(static_cast<int>(one.shape));
    CHECK(picture.view.holds(one.box, 12));
  }
}

struct Case {
  std::string name;
  test::Moment moment;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  all.push_back({"healthy", test::healthy()});
  all.push_back({"just killed", test::failover(400)});
  all.push_back({"failover", test::failover()});
  all.push_back({"catch-up", test::catch_up()});
  all.push_back({"all dead", test::all_dead()});
  all.push_back({"states", test::states()});
  all.push_back({"leaderless", test::leaderless()});
  all.push_back({"controllers", test::controllers_apart()});
  all.push_back({"empty", test::empty_cluster()});
  all.push_back({"nothing", test::Moment{}});
  all.push_back({"one", test::many(1, 1, 3)});
  all.push_back({"four", test::many(4, 3, 5, 2)});
  all.push_back({"six", test::many(6, 2, 4, 4)});
  all.push_back({"twelve", test::many(12, 25, 12, 7)});
  return all;
}

}  // namespace

TEST_CASE("at every text size, in both languages, texts fit and nothing overlaps") {
  for (const Case& one : cases()) {
    CAPTURE(one.name);
    for (const int percent : {80, 100, 150, 200, 300}) {
      CAPTURE(percent);
      for (const scene::Lang lang : {scene::Lang::en, scene::Lang::ko}) {
        scene::CanvasView view;
        view.text_percent = percent;
        view.lang = lang;
        const Scene picture = draw(one.moment, view);
        check_texts(picture);
        test::check_crowns(picture);
        check_homes(picture);
        check_apart(picture);
        check_inside(picture);
      }
    }
  }
}

TEST_CASE("the same at other sizes of the window") {
  const test::Moment moment = test::failover();
  for (const auto& [w, h] :
       {std::pair{900.0F, 560.0F}, {1600.0F, 764.0F}, {2400.0F, 1300.0F}, {640.0F, 900.0F}}) {
    CAPTURE(w);
    scene::CanvasView view;
    view.width = w;
    view.height = h;
    const Scene picture = draw(moment, view);
    check_texts(picture);
    check_homes(picture);
    check_apart(picture);
  }
}

TEST_CASE("beside an inspector in the largest type the crown leaves the broker's number free") {
  for (const test::Moment& moment : {test::healthy(), test::failover(), test::all_dead()}) {
    for (const int percent : {200, 240, 300}) {
      CAPTURE(percent);
      for (const scene::Lang lang : {scene::Lang::en, scene::Lang::ko}) {
        scene::CanvasView view;
        view.width = 928;
        view.height = 480;
        view.text_percent = percent;
        view.lang = lang;
        const Scene picture = draw(moment, view);
        check_texts(picture);
        test::check_crowns(picture);
        check_homes(picture);
      }
    }
  }
}

TEST_CASE("in large type on the whole width rows keep their names") {
  const test::Moment moment = test::failover();
  for (const int percent : {200, 300}) {
    CAPTURE(percent);
    scene::CanvasView view;
    view.width = 1600;
    view.height = 562;
    view.text_percent = percent;
    const Scene picture = draw(moment, view);
    int named = 0;
    for (const auto& one : picture.primitives) {
      named += one.shape == Shape::text && picture.characters(one) == "orders-1";
    }
    CHECK(named >= 2);
  }
}

TEST_CASE("a place is never given up: a dead broker stays where it was") {
  const Scene before = draw(test::healthy(), {}), after = draw(test::failover(), {});
  for (const char* id :
       {"broker/1", "broker/2", "broker/3", "replica/orders-1/2", "client/producer-1"}) {
    CAPTURE(id);
    REQUIRE(before.find(id).has_value());
    CHECK(before.find(id) == after.find(id));
  }
}

TEST_CASE("replicas of a partition lie at one height, followers end where their log ends") {
  const Scene picture = draw(test::healthy(), {});
  CHECK(picture.find("replica/payments-0/1")->y == picture.find("replica/payments-0/3")->y);
  CHECK_FALSE(picture.find("replica/orders-0/3").has_value());
  CHECK(picture.find("stream/orders-0/1/2").has_value());
  CHECK(picture.find("connection/producer-1/3").has_value());
}

TEST_CASE("ids are read back, and the thing under the pointer is found") {
  const Scene picture = draw(test::healthy(), {});
  for (const scene::Element& element : picture.elements) {
    const std::string id = picture.text(element.id);
    CAPTURE(id);
    REQUIRE(picture.parse(id).has_value());
    CHECK(picture.text(*picture.parse(id)) == id);
  }
  CHECK_FALSE(picture.parse("replica/unknown-0/1").has_value());
  CHECK_FALSE(picture.parse("replica/orders-x/1").has_value());
  CHECK_FALSE(picture.parse("").has_value());
  const scene::Element* hit = picture.hit(picture.find("replica/orders-1/2")->centre());
  REQUIRE(hit != nullptr);
  CHECK(picture.text(hit->id) == "replica/orders-1/2");
  const Box broker = *picture.find("broker/1");
  CHECK(picture.text(picture.hit({broker.x + 30, broker.y + 40})->id) == "broker/1");
}

TEST_CASE("detail follows the height of a row, text size included") {
  const test::Moment five = test::healthy(), many = test::many(3, 4, 9);
  const auto detail = [&](const test::Moment& moment, int percent, float zoom) {
    scene::CanvasView view;
    view.text_percent = percent;
    view.zoom = zoom;
    return scene::make_plan(moment.model(), view, moment.now, measurer()).detail;
  };
  CHECK(detail(five, 100, 1) == scene::Detail::numbers);
  CHECK(detail(five, 300, 1) == scene::Detail::bar);
  CHECK(detail(many, 100, 1) == scene::Detail::packed);
  CHECK(detail(many, 100, 2) == scene::Detail::tape);
  CHECK(detail(many, 100, 5) == scene::Detail::numbers);
}

TEST_CASE("cells of a packed card never overlap and stay in their card") {
  const Scene picture = draw(test::many(12, 25, 12, 7), {});
  for (int broker = 1; broker <= 12; ++broker) {
    const Box card = *picture.find(fmt::format("broker/{}", broker));
    std::vector<Box> cells;
    for (const scene::Element& element : picture.elements) {
      if (element.id.kind == Kind::replica && element.id.a == broker) cells.push_back(element.box);
    }
    CHECK(cells.size() == 75);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      CHECK(card.holds(cells[i]));
      for (std::size_t j = i + 1; j < cells.size(); ++j) {
        CHECK_FALSE(cells[i].inset(0.2F).meets(cells[j].inset(0.2F)));
      }
    }
  }
}

TEST_CASE("the same arguments give the same picture, and motion is a function of time") {
  const test::Moment moment = test::healthy();
  const Scene a = draw(moment, {}), b = draw(moment, {});
  CHECK(a.primitives.size() == b.primitives.size());
  CHECK(a.points == b.points);
  test::Moment later = test::healthy();
  later.now += milliseconds(100);
  CHECK(draw(later, {}).primitives.size() > 0);
  scene::CanvasView still;
  still.reduce_motion = true;
  CHECK(draw(moment, still).primitives.size() < a.primitives.size());
}

TEST_CASE("hostile offsets and names do not break the picture") {
  test::Moment moment = test::healthy();
  test::Teller& t = moment.story;
  constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  t.marks("orders", 0, 1, {0, huge, huge}, -1);
  t.marks("orders", 0, 2, {huge, 3, 0}, -1);
  t.marks("orders", 1, 2, {-5, -9, -2}, -1);
  t.tell(NodeId(2), -1,
         trace::Truncated{"orders", PartitionIndex(1), Offset(huge), Offset(-9), Epoch(1)});
  t.connect("evil\xff<&\"\n", "", 2, 0, -1);
  const Scene picture = draw(moment, {});
  for (const scene::Point p : picture.points) {
    CHECK(std::isfinite(p.x));
    CHECK(std::isfinite(p.y));
  }
  CHECK(picture.primitives.size() < 5000);
}
