// Timeline, narration bar, stopwatch and legend: geometry, ids, and times to x and back.
#include "app/scene/bars.h"

#include <doctest/doctest.h>

#include "tests/app/support/measurer.h"
#include "tests/app/support/moments.h"
#include "tests/app/support/picture_facts.h"

using namespace lab;
using scene::Scene;
using test::measurer;

namespace {

bool says(const Scene& picture, std::string_view words) {
  for (const scene::Primitive& one : picture.primitives) {
    if (one.shape == scene::Shape::text &&
        picture.characters(one).find(words) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

void check_text_inside(const Scene& picture) {
  for (const scene::Primitive& one : picture.primitives) {
    if (one.shape != scene::Shape::text) continue;
    CAPTURE(std::string(picture.characters(one)));
    CHECK(picture.view.holds({one.at.x, one.at.y - 0.72F * one.width, one.box.w, 0.74F * one.width},
                             2));
  }
}

scene::TimelineView around_the_kill() {
  scene::TimelineView view;
  view.bar.width = 1600;
  view.from = test::Teller::at(-200);
  view.to = test::Teller::at(1400);
  view.moment = test::Teller::at(1204);
  view.notes = {"1.204 s after the kill"};
  return view;
}

}  // namespace

TEST_CASE("the timeline shows lanes, marks and the sign") {
  const test::Moment moment = test::failover();
  for (const int percent : {80, 100, 200, 300}) {
    scene::TimelineView view = around_the_kill();
    view.bar.text_percent = percent;
    view.bar.height = 142.0F * static_cast<float>(percent) / 100;
    Scene picture;
    scene::timeline_bar(moment.model(), view, measurer(), picture);
    check_text_inside(picture);
    CHECK(says(picture, "LIVE"));
    for (const char* id : {"lane/1", "lane/3", "lane/-1", "sign", "ruler"}) {
      CAPTURE(id);
      CHECK(picture.find(id).has_value());
    }
    int events = 0;
    for (const auto& element : picture.elements) events += element.id.kind == scene::Kind::event;
    CHECK(events >= 3);
  }
}

TEST_CASE("REPLAY and SIMULATED have signs of their own in both languages") {
  const test::Moment moment = test::failover();
  scene::TimelineView view = around_the_kill();
  Scene picture;
  view.mode = scene::TimeMode::replay;
  view.newest = view.to;
  scene::timeline_bar(moment.model(), view, measurer(), picture);
  CHECK(says(picture, "REPLAY"));
  view.mode = scene::TimeMode::simulated;
  view.bar.lang = scene::Lang::ko;
  scene::timeline_bar(moment.model(), view, measurer(), picture);
  CHECK(says(picture, "시뮬레이션"));
  check_text_inside(picture);
}

TEST_CASE("x and moment are each other's inverse") {
  const scene::TimelineView view = around_the_kill();
  for (const double ms : {-200.0, 0.0, 880.0, 1400.0}) {
    const Instant at = test::Teller::at(ms);
    const Instant back = scene::moment_at(view, scene::timeline_x(view, at));
    CHECK(std::abs(std::chrono::duration<double, std::milli>(back - at).count()) < 1);
  }
  CHECK(scene::moment_at(view, -100) == view.from);
}

TEST_CASE("the stopwatch names each station and what decided it") {
  const test::Moment moment = test::failover();
  REQUIRE(moment.model().failover() != nullptr);
  for (const int percent : {100, 200}) {
    scene::BarView view;
    view.width = 320.0F * static_cast<float>(percent) / 100;
    view.height = 560.0F * static_cast<float>(percent) / 100;
    view.text_percent = percent;
    Scene picture;
    scene::stopwatch(moment.model(), *moment.model().failover(), moment.now, view, measurer(),
                     picture);
    check_text_inside(picture);
    CHECK(says(picture, "Leader lost"));
    CHECK(says(picture, "880 ms"));
    CHECK(says(picture, "929 ms"));
    CHECK(says(picture, "waits for broker 2"));
    CHECK(picture.find("station/4").has_value());
  }
}

TEST_CASE("in low panels the stopwatch draws each station whole, and the clock stays in the bar") {
  const test::Moment moment = test::failover();
  scene::BarView view;
  view.text_percent = 300;
  view.width = 672;
  view.height = 640;
  for (const scene::Lang lang : {scene::Lang::en, scene::Lang::ko}) {
    view.lang = lang;
    Scene picture;
    scene::stopwatch(moment.model(), *moment.model().failover(), moment.now, view, measurer(),
                     picture);
    test::check_texts(picture);
    CHECK(picture.find("station/4").has_value());
    for (const float height : {132.0F, 240.0F}) {
      scene::TimelineView bar = around_the_kill();
      bar.bar.text_percent = 300;
      bar.bar.height = height;
      bar.bar.lang = lang;
      scene::timeline_bar(moment.model(), bar, measurer(), picture);
      test::check_texts(picture);
      CHECK(says(picture, ":"));  // the clock
      CHECK(picture.find("lane/1").has_value() == (height > 210));
    }
  }
}

TEST_CASE("words of what has happened end before the cursor") {
  const test::Moment moment = test::failover();
  for (const int percent : {100, 200, 300}) {
    for (const double at : {900.0, 1000.0, 1204.0}) {
      scene::TimelineView view = around_the_kill();
      view.to = view.moment = test::Teller::at(at);
      view.bar.text_percent = percent;
      view.bar.height = 240;
      Scene picture;
      scene::timeline_bar(moment.model(), view, measurer(), picture);
      const float cursor = scene::timeline_x(view, view.moment);
      for (const auto& element : picture.elements) {
        if (element.id.kind != scene::Kind::event) continue;
        for (std::uint32_t i = element.first; i < element.first + element.count; ++i) {
          const auto& one = picture.primitives[i];
          if (one.shape != scene::Shape::text) continue;
          CAPTURE(std::string(picture.characters(one)));
          CHECK(one.at.x + one.box.w <= cursor);
        }
      }
    }
  }
}

TEST_CASE("the narration bar never cuts a sentence: it drops the second") {
  model::Sentence sentence;
  sentence.lead = "Broker 2 was silent for 1.0 s:";
  sentence.rest =
      "the controller (broker 1) fenced it and made broker 3 leader of orders-1, epoch 5.";
  sentence.tone = model::Tone::trouble;
  scene::BarView view;
  Scene picture;
  scene::narration_bar(sentence, {}, view, measurer(), picture);
  CHECK(says(picture, sentence.rest));
  // Narrower: a smaller size on two lines, whole; then without its second half, never cut.
  view.width = 420;
  scene::narration_bar(sentence, {}, view, measurer(), picture);
  CHECK(says(picture, "epoch 5."));
  check_text_inside(picture);
  view.width = 260;
  scene::narration_bar(sentence, {}, view, measurer(), picture);
  CHECK(says(picture, "1.0 s:"));
  CHECK_FALSE(says(picture, "the controller"));
  check_text_inside(picture);
  scene::narration_bar(sentence, {"0.89 s", "without a leader"}, scene::BarView{1280, 38},
                       measurer(), picture);
  CHECK(says(picture, "0.89 s"));
  CHECK(says(picture, "epoch 5."));
  check_text_inside(picture);
  view.height = 200;
  view.width = 1600;
  view.text_percent = 300;
  scene::subtitles(sentence, {}, view, measurer(), picture);
  check_text_inside(picture);
  CHECK(says(picture, "orders-1"));
}

TEST_CASE("the legend has every sign once") {
  for (const scene::Lang lang : {scene::Lang::en, scene::Lang::ko}) {
    scene::BarView view;
    view.lang = lang;
    Scene picture;
    const float height = scene::legend(view, measurer(), &picture);
    CHECK(height == scene::legend(view, measurer(), nullptr));
    CHECK(says(picture, scene::word(scene::Word::legend_controller, lang)));
    check_text_inside(picture);
  }
}
