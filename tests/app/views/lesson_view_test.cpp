// A lesson in the window, by keys alone: predicted, done, explained; on stage with a clicker; and
// the list to begin from.
#include <doctest/doctest.h>

#include "app/lessons/loader.h"
#include "app/lessons/skeleton.h"
#include "tests/app/lessons/world.h"
#include "tests/app/support/picture_facts.h"
#include "tests/app/views/lab.h"

using namespace lab;
namespace keys = platform::keys;

namespace {

// The skeleton's lesson in a world where "kill 1" does what it should.
struct Class : lessons::World, views::Course {
  lessons::Folder folder;
  lessons::Progress progress;
  std::shared_ptr<const lessons::Lesson> lesson;
  std::unique_ptr<lessons::Runner> walked;
  std::vector<std::string> started;
  int left = 0;
  test::Lab lab{this};

  Class() {
    for (const auto& [file, text] : lessons::skeleton("07-kill"))
      folder.write("07-kill/" + file, text);
    lesson = lessons::load_lesson(folder.at("07-kill"), {}).lesson;
    REQUIRE(lesson != nullptr);
    on_fresh = [this] { three(); };
    on_line = [this](const std::string& line) {
      if (line == "kill 1") die();
    };
    t.also = [this](const trace::Event& event) {
      if (walked) walked->see(event);
    };
    ms = 1000;
  }
  std::vector<Entry> entries(i18n::Lang lang) const override {
    return {{"07-kill", lesson->title_in(lang), 10, 1, 2, false, ""},
            {"08-broken", "08-broken", 0, 0, 0, false, "lesson.toml:3: unknown key"}};
  }
  lessons::Runner* runner() override { return walked.get(); }
  void start(const std::string& id) override { started.push_back(id); }
  void leave() override { ++left; }

  void die() {
    t.broker_killed(1, ms);
    t.controller(3, 8, ms + 300);
    ms += 1000;
    elect(0, 1, 2, 5);
  }
  void begin() {
    walked = std::make_unique<lessons::Runner>(lesson, *this, progress);
    walked->begin();
    show();
  }
  // Turns and frames, until all input has been shown.
  void show() {
    do {
      for (int i = 0; i < 5; ++i) ms += 10, walked->turn();
      lab.view.frame(model(), lab.input.take(), now(), 1600, 1000, 1, 0);
    } while (lab.input.pending());
  }
  void press(int key) {
    lab.key(key);
    show();
  }
  bool tab_to(const std::string& id) {
    for (int i = 0; i < 60; ++i) {
      if (lab.view.focused() == id) return true;
      press(keys::tab);
    }
    return false;
  }
  lessons::StepView step() { return walked->view(i18n::Lang::en); }
  bool says(const std::string& text) {
    for (const auto& layer : lab.view.layers()) {
      for (const auto& one : layer.scene->primitives) {
        if (one.shape == scene::Shape::text &&
            layer.scene->characters(one).find(text) != std::string_view::npos) {
          return true;
        }
      }
    }
    return false;
  }
};

}  // namespace

TEST_CASE("a lesson is walked with keys alone: next, predict, show me, why") {
  Class c;
  c.begin();
  CHECK(c.says("Lesson 7"));
  CHECK(c.step().number == 1);
  c.press(keys::n);
  REQUIRE(c.step().number == 2);
  CHECK(c.says("Who"));
  REQUIRE(c.tab_to("lesson/choice/heir"));
  c.press(keys::enter);
  CHECK_FALSE(c.step().predicted);
  REQUIRE(c.tab_to("lesson/confirm"));
  c.press(keys::enter);
  CHECK(c.step().predicted);
  c.press(keys::u);
  CHECK(c.step().hints.size() == 1);
  CHECK_FALSE(c.says("missed"));
  c.press(keys::m);
  c.show();
  CHECK(c.lines.back() == "kill 1");
  REQUIRE(c.step().done);
  CHECK(c.says("missed"));
  CHECK(c.says("what happened"));
  c.press(keys::v);
  CHECK(c.step().number == 1);
  c.press(keys::n);
  c.press(keys::n);
  CHECK(c.walked->phase() == lessons::Phase::finished);
  CHECK(c.says("finished"));
}

TEST_CASE("the things that a step means have numbered rings, and details can take its place") {
  Class c;
  c.begin();
  const auto yellow = [&] {
    int rings = 0;
    for (const auto& one : c.lab.view.canvas().primitives) {
      rings += one.shape == scene::Shape::rect && one.stroke.token == scene::Token::highlight &&
                       one.stroke.alpha > 0
                   ? 1
                   : 0;
    }
    return rings;
  };
  c.ms += 1000;
  c.show();
  CHECK(yellow() == 1);
  c.press(keys::n);
  c.ms += 1000;
  c.show();
  CHECK(yellow() == 2);
  CHECK(c.says("Lesson 7"));
  c.press(keys::i);
  CHECK_FALSE(c.says("Lesson 7"));
  c.press(keys::i);
  CHECK(c.says("Lesson 7"));
}

TEST_CASE("on stage the clicker does what the step asks for, then goes on; and back") {
  Class c;
  c.begin();
  c.press(keys::f5);
  CHECK(c.says("has a leader"));
  c.press(keys::page_down);
  REQUIRE(c.step().number == 2);
  CHECK_FALSE(c.step().done);
  c.walked->choose("heir");  // as the room has said
  c.press(keys::page_down);
  c.show();
  CHECK(c.step().done);
  c.press(keys::page_up);
  CHECK(c.step().number == 1);
}

TEST_CASE("the list of lessons: one is started, or just the cluster is shown") {
  Class c;
  c.lab.key(keys::y);
  c.lab.frames();
  REQUIRE(c.lab.view.state().dialog == views::Dialog::course);
  for (int i = 0; i < 5 && c.lab.view.focused() != "course/07-kill"; ++i) {
    c.lab.key(keys::tab);
    c.lab.frames();
  }
  c.lab.key(keys::enter);
  c.lab.frames();
  CHECK(c.started == std::vector<std::string>{"07-kill"});
  CHECK(c.lab.view.state().dialog == views::Dialog::none);
  CHECK(c.left == 0);
}

TEST_CASE("a lesson at every size of text, in both languages: no text on another, none cut") {
  Class c;
  c.begin();
  c.press(keys::n);
  for (const bool done : {false, true}) {
    if (done) c.die();
    c.walked->open_hint();
    for (const auto lang : {scene::Lang::en, scene::Lang::ko}) {
      for (const int percent : {80, 100, 140, 200, 240, 300}) {
        for (const auto dialog : {views::Dialog::none, views::Dialog::course}) {
          auto& state = c.lab.view.state();
          state.lang = lang;
          state.text_percent = percent;
          state.dialog = dialog;
          state.inspector = true;
          c.show();
          CAPTURE(percent);
          CAPTURE(done);
          for (const auto& layer : c.lab.view.layers()) test::check_texts(*layer.scene);
          if (dialog == views::Dialog::none) c.press(keys::page_down);
          for (const auto& layer : c.lab.view.layers()) test::check_texts(*layer.scene);
        }
      }
    }
  }
}
