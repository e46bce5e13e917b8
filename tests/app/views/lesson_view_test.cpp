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
  std::vector<std::string> restarted;
  int left = 0, handed_in = 0;
  std::array<lessons::Glossary, 2> terms;
  test::Lab lab{this};

  Class() {
    lessons::Report report;
    for (auto [file, text] : lessons::skeleton("07-kill")) {
      const auto at = text.find("a leader: broker");
      if (at != std::string::npos) text.replace(at, 8, "a [leader](#leader)");
      const auto ko = text.find("의 리더는");
      if (ko != std::string::npos) text.replace(ko + 4, 6, "[리더](#leader)");
      folder.write("07-kill/" + file, text);
    }
    const lessons::Pen pen{report, "glossary"};
    terms[0] = lessons::read_glossary(
        "# G\n\n## leader Leader of a partition\nWho takes the writes.\n", pen);
    terms[1] =
        lessons::read_glossary("# G\n\n## leader 파티션의 리더\n쓰기를 받는 복제본입니다.\n", pen);
    lesson = lessons::load_lesson(folder.at("07-kill"), terms).lesson;
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
  void restart(const std::string& id) override { restarted.push_back(id); }
  void leave() override { ++left; }
  void hand_in(i18n::Lang) override { ++handed_in; }
  const lessons::Glossary& glossary(i18n::Lang lang) const override {
    return terms[static_cast<std::size_t>(lang)];
  }

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

TEST_CASE("a broker's log is read in a lesson's place, with the one key that goes back to it") {
  Class c;
  c.begin();
  c.press(keys::one + 1);
  c.press(keys::g);
  CHECK(c.says("Its own log (server.log)"));
  CHECK_FALSE(c.says("Lesson 7"));
  CHECK_FALSE(c.says("Kill (SIGKILL)"));  // it has all of the room
  c.press(keys::g);
  CHECK(c.says("Lesson 7"));
  c.press(keys::g);
  c.press(keys::i);
  CHECK(c.says("Lesson 7"));
  c.press(keys::g);
  CHECK(c.says("Its own log (server.log)"));
}

TEST_CASE("on stage the clicker goes beat by beat, asks before it does, and is never blocked") {
  Class c;
  c.begin();
  c.press(keys::f5);
  CHECK(c.says("has a leader"));
  c.press(keys::page_down);
  REQUIRE(c.step().number == 2);
  CHECK(c.says("shall die"));
  c.press(keys::page_down);
  CHECK(c.says("Who leads orders-0 afterwards?"));
  CHECK(c.says("A  Broker 2     B  Nobody"));
  CHECK(c.lines.back() != "kill 1");
  c.press(keys::page_down);  // nobody has answered
  CHECK(c.lines.back() == "kill 1");
  REQUIRE(c.step().done);
  CHECK(c.progress.find("07-kill")->predictions.empty());
  c.press(keys::page_down);
  CHECK(c.says("A  Broker 2"));
  CHECK(c.says("what happened"));
  c.press(keys::page_down);
  CHECK(c.says("missed the heartbeats"));
  for (int i = 0; i < 4; ++i) c.press(keys::page_up);
  CHECK(c.says("shall die"));
  c.press(keys::page_up);
  CHECK(c.step().number == 1);
  for (int i = 0; i < 6; ++i) c.press(keys::page_down);
  CHECK(c.walked->phase() == lessons::Phase::finished);
  CHECK(c.says("finished"));
}

TEST_CASE("on stage, what was done by hand is shown being done") {
  Class c;
  c.begin();
  c.press(keys::n);
  c.press(keys::f5);
  CHECK(c.says("shall die"));
  c.walked->choose("nobody");
  c.die();  // kill -9 in a terminal
  c.show();
  CHECK_FALSE(c.says("shall die"));
  c.press(keys::page_down);
  CHECK(c.says("what happened"));
}

TEST_CASE("a show that fails does not block the stage") {
  Class c;
  c.refusals["kill 1"] = "broker 1 does not run";
  c.begin();
  c.press(keys::f5);
  c.press(keys::page_down);
  c.press(keys::page_down);
  c.press(keys::page_down);
  CHECK(c.says("broker 1 does not run"));
  c.press(keys::page_down);
  c.press(keys::page_down);
  CHECK(c.walked->phase() == lessons::Phase::finished);
}

TEST_CASE("on stage a step is shown once, however often the clicker is pressed meanwhile") {
  Class c;
  c.on_line = nullptr;  // it takes a while
  c.begin();
  c.press(keys::f5);
  for (int i = 0; i < 3; ++i) c.press(keys::page_down);
  const auto lines = c.lines.size();
  c.press(keys::page_down);
  CHECK(c.lines.size() == lines);
  c.die();
  c.show();
  CHECK(c.says("what happened"));  // as was asked for
}

TEST_CASE("on stage, what takes a while is waited for, and it is said for what") {
  Class c;
  c.on_line = nullptr;
  c.begin();
  c.press(keys::f5);
  for (int i = 0; i < 3; ++i) c.press(keys::page_down);
  for (int i = 0; i < 5; ++i) c.press(keys::page_down);  // impatience skips nothing
  CHECK(c.step().id == "kill");
  CHECK(c.says("Waiting for: Broker 1 is dead"));
  c.ms += 16'000;  // but what does not come at all does not block the stage
  c.press(keys::page_down);
  CHECK(c.walked->phase() == lessons::Phase::finished);
}

TEST_CASE("the clicker's keys for a black screen start no broker") {
  Class c;
  c.lab.key(keys::one);
  c.lab.key(keys::f5);
  for (const int key : {keys::b, keys::full_stop}) {
    c.lab.key(key);
    c.lab.frames();
    CHECK(c.lab.view.state().black);
    CHECK(c.lab.view.layers().back().scene->primitives.empty());
    c.lab.key(keys::b);
    c.lab.frames();
    CHECK_FALSE(c.lab.view.state().black);
  }
  CHECK(c.lab.asked.nodes.empty());
  c.lab.key(keys::b, true);
  c.lab.frames();
  REQUIRE(c.lab.asked.nodes.size() == 1);
  CHECK(c.lab.asked.nodes[0].action == sources::NodeAction::start);
}

TEST_CASE("a word of the glossary opens in the language of the window, and closes again") {
  Class c;
  c.begin();
  REQUIRE(c.tab_to("lesson/term/1"));
  CHECK_FALSE(c.says("Leader of a partition"));
  c.press(keys::enter);
  CHECK(c.says("Leader of a partition"));
  c.press(keys::l);
  CHECK(c.says("파티션의 리더"));
  c.press(keys::escape);
  CHECK_FALSE(c.says("파티션의 리더"));
  CHECK(c.says("레슨 7"));
}

TEST_CASE("a lesson is left, begun again, and what was done is handed in, by keys and buttons") {
  Class c;
  c.begin();
  c.press(keys::o);
  CHECK(c.handed_in == 1);
  c.lab.key(keys::x, true);
  c.show();
  CHECK(c.restarted == std::vector<std::string>{"07-kill"});
  REQUIRE(c.tab_to("lesson/leave"));
  c.press(keys::enter);
  CHECK(c.left == 1);
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

TEST_CASE("in the list a digit, or arrows and Enter, begin a lesson; a broken one says why") {
  Class c;
  c.lab.key(keys::y);
  c.lab.key(keys::one);
  c.lab.frames();
  CHECK(c.started == std::vector<std::string>{"07-kill"});
  CHECK(c.lab.view.state().selected.empty());  // the digit named no broker
  c.lab.key(keys::y);
  c.lab.frames();
  CHECK(c.says("unknown key"));
  c.lab.key(keys::down);
  c.lab.key(keys::down);
  c.lab.key(keys::enter);
  c.lab.frames();
  CHECK(c.started.size() == 1);
  CHECK(c.lab.view.state().dialog == views::Dialog::course);
  c.lab.key(keys::up);
  c.lab.key(keys::enter);
  c.lab.frames();
  CHECK(c.started.size() == 2);
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

TEST_CASE("why it happened comes into sight by itself when a step is done, at any size of text") {
  for (const int percent : {100, 200}) {
    Class c;
    c.lab.view.state().text_percent = percent;
    c.begin();
    c.press(keys::n);
    REQUIRE(c.step().id == "kill");
    c.walked->choose("heir");
    c.show();
    CAPTURE(percent);
    CHECK_FALSE(c.says("heartbeats"));
    c.die();
    c.show();
    REQUIRE(c.step().done);
    CHECK(c.says("Why it happened"));
    CHECK(c.says("heartbeats"));
    c.press(keys::page_up);  // and from then on it is where the reader wants it
    c.press(keys::page_up);
    c.show();
    c.press(keys::v);
    c.press(keys::n);  // one that was done before begins at its top
    CHECK(c.step().id == "kill");
  }
}

TEST_CASE("a lesson whose cluster cannot be begun says so in its place, with what can be done") {
  Class c;
  c.begin();
  c.walked->no_cluster("writing /tmp/brokerlab-lesson-x/run: No space left on device");
  for (const auto lang : {scene::Lang::en, scene::Lang::ko}) {
    c.lab.view.state().lang = lang;
    c.show();
    CHECK(c.says(lang == scene::Lang::en ? "No space left" : "디스크가 가득"));
    for (const auto& layer : c.lab.view.layers()) test::check_texts(*layer.scene);
  }
  REQUIRE(c.tab_to("lesson/course"));
  REQUIRE(c.tab_to("lesson/restart"));
  c.press(keys::enter);
  CHECK(c.restarted == std::vector<std::string>{"07-kill"});
}

TEST_CASE("the list proposes the lesson that comes next") {
  Class c;
  c.lab.key(keys::y);
  c.lab.frames();
  c.lab.key(keys::enter);
  c.lab.frames();
  CHECK(c.started == std::vector<std::string>{"07-kill"});
}
