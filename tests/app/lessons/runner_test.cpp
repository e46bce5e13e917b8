// A lesson walked in a made-up world: goals turn green whoever reached them, predictions are
// answered by what happened, show me, resets, progress, and texts filled in by the run.
#include "app/lessons/runner.h"

#include <unistd.h>

#include <iterator>

#include "app/lessons/loader.h"
#include "app/lessons/results.h"
#include "app/lessons/skeleton.h"
#include "tests/app/lessons/world.h"

namespace lab::lessons {
namespace {

// The skeleton's lesson in a world where "kill 1" does what it should.
struct Class : World {
  Folder folder;
  Progress progress;
  std::shared_ptr<const Lesson> lesson;
  std::unique_ptr<Runner> runner;

  Class() {
    for (const auto& [file, text] : skeleton("07-kill")) folder.write("07-kill/" + file, text);
    const auto loaded = load_lesson(folder.at("07-kill"), {});
    REQUIRE(loaded.lesson != nullptr);
    lesson = loaded.lesson;
    on_fresh = [this] { three(); };
    on_line = [this](const std::string& line) {
      if (line == "kill 1") die();
    };
    runner = std::make_unique<Runner>(lesson, *this, progress);
    t.also = [this](const trace::Event& event) { runner->see(event); };
    ms = 1000;
  }
  void die() {
    t.broker_killed(1, ms);
    t.controller(3, 8, ms + 300);
    ms += 1000;
    elect(0, 1, 2, 5);
  }
  void turns(int count = 5) {
    for (int i = 0; i < count; ++i) {
      ms += 10;
      runner->turn();
    }
  }
  std::string text(i18n::Lang lang = i18n::Lang::en) { return plain(runner->view(lang).text); }
};

}  // namespace

TEST_CASE("a lesson begins with a fresh cluster and its set-up, and its words know the cluster") {
  Class c;
  c.runner->begin();
  c.turns();
  CHECK(c.begun == 1);
  REQUIRE(c.lines.size() == 1);
  CHECK(c.lines[0].substr(0, 21) == "kafka-topics --create");
  REQUIRE(c.runner->phase() == Phase::active);
  CHECK(c.text() == "Partition orders-0 has a leader: broker 1 (1).\n");
  CHECK(c.runner->highlights() == std::vector<std::string>{"replica/orders-0/1"});
  const auto view = c.runner->view(i18n::Lang::en);
  CHECK(view.number == 1);
  CHECK(view.count == 2);
  CHECK(view.can_next);
  CHECK_FALSE(view.can_back);
  CHECK_FALSE(view.can_show);
}

TEST_CASE("a kill from anywhere turns the goals green; the prediction is answered by the engine") {
  Class c;
  c.runner->begin();
  c.turns();
  c.runner->next();
  c.turns();
  auto view = c.runner->view(i18n::Lang::en);
  REQUIRE(view.goals.size() == 2);
  CHECK_FALSE(view.goals[0].reached);
  CHECK_FALSE(view.can_next);
  CHECK(c.runner->highlights() == std::vector<std::string>{"broker/1", "broker/2"});
  c.runner->choose("nobody");
  c.runner->choose("heir");  // once only
  c.die();                   // kill -9 in a terminal
  c.turns();
  view = c.runner->view(i18n::Lang::ko);
  CHECK(view.done);
  CHECK(view.goals[0].reached);
  CHECK(plain(view.goals[0].words) == "브로커 1이 죽음\n");
  CHECK(view.choices[1].chosen);
  CHECK(view.choices[0].happened);
  CHECK_FALSE(view.why.empty());
  REQUIRE_FALSE(view.happened.empty());
  CHECK(view.happened[0].after == Duration{});
  CHECK(c.lines.size() == 1);
  c.runner->next();
  CHECK(c.runner->phase() == Phase::finished);

  const auto* progress = c.progress.find("07-kill");
  REQUIRE(progress != nullptr);
  CHECK(progress->done == std::vector<std::string>{"look", "kill"});
  CHECK(progress->predictions.at("kill").chosen == "nobody");
  CHECK(progress->predictions.at("kill").happened == "heir");
  CHECK(progress->finished);
  const Catalog course(c.folder.path.string());
  const std::string results = results_text(course, c.progress, i18n::Lang::en);
  CHECK(results.find("predicted \"Nobody\"; what happened: \"Broker 2\"") != std::string::npos);
  const std::string korean = results_text(course, c.progress, i18n::Lang::ko);
  CHECK(korean.find("실제 결과: \"브로커 2\"") != std::string::npos);
  CHECK(results.find('{') == std::string::npos);
  // A file of before that did not keep the words: what the run had said is not made up.
  auto& before = c.progress.of("07-kill").predictions["kill"];
  before.chosen_words = before.happened_words = {};
  const std::string forgotten = results_text(course, c.progress, i18n::Lang::en);
  CHECK(forgotten.find("what happened: \"Broker …\"") != std::string::npos);
}

TEST_CASE("no step with a prediction is done before the prediction was made") {
  Class c;
  c.runner->begin();
  c.turns();
  c.runner->next();
  c.turns();
  c.die();
  c.turns();
  CHECK(c.runner->goals_reached());
  CHECK_FALSE(c.runner->view(i18n::Lang::en).done);
  c.runner->choose("heir");
  c.turns(1);
  CHECK(c.runner->view(i18n::Lang::en).done);
  CHECK(c.runner->held() == std::vector<std::string>{"heir"});
}

TEST_CASE("show me does it, hints open one by one, and both are written down") {
  Class c;
  c.runner->begin();
  c.turns();
  c.runner->next();
  c.turns();
  c.runner->choose("heir");
  c.runner->open_hint();
  auto view = c.runner->view(i18n::Lang::en);
  CHECK(view.hints.size() == 1);
  CHECK(view.more_hints == 1);
  CHECK(plain(view.hints[0]) == "Click the card of broker 1.\n");
  REQUIRE(view.can_show);
  c.runner->show_me();
  c.turns();
  CHECK(c.lines.back() == "kill 1");
  CHECK(c.runner->view(i18n::Lang::en).done);
  CHECK(c.progress.find("07-kill")->shown == std::vector<std::string>{"kill"});
  CHECK(c.progress.find("07-kill")->hints.at("kill") == 1);
}

TEST_CASE(
    "a step is reset by a fresh cluster and a walk back to it; nothing is written down twice") {
  Class c;
  c.runner->begin();
  c.turns();
  c.runner->next();
  c.turns();
  c.runner->choose("heir");
  c.die();
  c.turns();
  c.runner->reset_step();
  c.turns();
  CHECK(c.begun == 2);
  REQUIRE(c.runner->phase() == Phase::active);
  CHECK(c.runner->active() == 1);
  CHECK_FALSE(c.runner->view(i18n::Lang::en).done);
  CHECK_FALSE(c.runner->view(i18n::Lang::en).predicted);
  c.runner->back();
  CHECK(c.runner->shown() == 0);
  CHECK(c.text(i18n::Lang::ko) == "파티션 orders-0의 리더는 브로커 1입니다 (1).\n");
  c.runner->next();
  CHECK(c.runner->shown() == 1);
}

TEST_CASE("a set-up that fails ends the lesson with file, line and the answer") {
  Class c;
  c.refusals["kafka-topics --create --topic orders --partitions 1 --replication-factor 2"] = "no";
  c.runner->begin();
  c.turns();
  CHECK(c.runner->phase() == Phase::failed);
  CHECK(c.runner->trouble().find("lesson.toml:10: kafka-topics --create") != std::string::npos);
  c.refusals.clear();
  c.runner->reset_lesson();
  c.turns();
  CHECK(c.runner->phase() == Phase::active);
}

TEST_CASE("a line of show that fails is told, and the goals stay open") {
  Class c;
  c.refusals["kill 1"] = "there is no broker 1";
  c.runner->begin();
  c.turns();
  c.runner->next();
  c.turns();
  c.runner->show_me();
  c.turns();
  CHECK(c.runner->complaint() == "kill 1: there is no broker 1");
  CHECK_FALSE(c.runner->goals_reached());
  CHECK(c.runner->view(i18n::Lang::en).can_show);
}

TEST_CASE("saved words are taken over where one is; other steps begin anew") {
  Class c;
  c.runner->begin();
  c.turns();
  c.runner->next();
  c.turns();
  auto better = std::make_shared<Lesson>(*c.lesson);
  c.runner->replace(better);
  CHECK(c.runner->active() == 1);
  CHECK(c.begun == 1);
  auto other = std::make_shared<Lesson>(*c.lesson);
  other->steps[1].id = "slay";
  other->words[0].steps["slay"] = other->words[0].steps["kill"];
  other->words[1].steps["slay"] = other->words[1].steps["kill"];
  c.runner->replace(other);
  CHECK(c.begun == 2);
}

TEST_CASE("progress is kept over restarts; a broken file is kept aside") {
  Folder folder;
  std::string note;
  {
    auto progress = Progress::open(folder.at("a/progress.json"), note);
    progress.of("07-kill").done = {"look"};
    progress.of("07-kill").predictions["kill"] = {
        "heir", "heir", {"Broker 2", "브로커 2"}, {"Broker 2", "브로커 2"}};
    progress.of("07-kill").seconds = 61;
    CHECK(progress.save().ok());
  }
  auto again = Progress::open(folder.at("a/progress.json"), note);
  CHECK(note.empty());
  REQUIRE(again.find("07-kill") != nullptr);
  CHECK(again.find("07-kill")->done == std::vector<std::string>{"look"});
  CHECK(again.find("07-kill")->predictions.at("kill").happened == "heir");
  CHECK(again.find("07-kill")->predictions.at("kill").happened_words[1] == "브로커 2");
  CHECK(again.find("07-kill")->seconds == 61);
  CHECK(again.find("08-other") == nullptr);
  for (const char* broken : {"{", "[]", "{\"version\": 2}", "{\"version\": 1, \"lessons\": 3}"}) {
    folder.write("b.json", broken);
    note.clear();
    const auto empty = Progress::open(folder.at("b.json"), note);
    CHECK(empty.lessons().empty());
    CHECK(note.find("b.json.broken") != std::string::npos);
    CHECK(std::filesystem::exists(folder.at("b.json.broken")));
  }
}

// ---- The step that is looked at, as another terminal reads it from the file of progress

TEST_CASE("where a lesson is walked is in the file until it is left") {
  const Folder folder;
  const std::string file = folder.at("progress.json");
  const auto text = [&] {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  std::string note;
  Progress progress = Progress::open(file, note);
  Place place;
  place.lesson = "07-kill-the-leader", place.step = "kill";
  place.number = 3, place.count = 5;
  place.title = {"Kill the leader", "리더를 죽여 보기"};
  place.notes = {"Count aloud.", "소리 내어 세십시오."};
  place.process = ::getpid();
  progress.be_at(place);
  REQUIRE(progress.save());
  const auto read = place_from_json(text());
  REQUIRE(read);
  CHECK(*read == place);
  CHECK(progress_from_json(text()));  // what was done is read as ever

  progress.be_at(std::nullopt);
  REQUIRE(progress.save());
  const auto left = place_from_json(text());
  REQUIRE(left);
  CHECK(*left == std::nullopt);
}

TEST_CASE("a place of a window that is gone, or that is none, is no place") {
  const auto place = [](const std::string& at) {
    return place_from_json("{\"version\": 1, \"at\": " + at + "}");
  };
  CHECK(*place("{\"lesson\": \"07\"}") == std::nullopt);
  CHECK(*place("{\"lesson\": \"07\", \"process\": 999999999}") == std::nullopt);
  CHECK(*place("{\"lesson\": \"07\", \"process\": -1}") == std::nullopt);
  CHECK_FALSE(place("{\"lesson\": 7}"));
  CHECK_FALSE(place("{\"notes\": [\"one\"]}"));
  CHECK_FALSE(place_from_json("{"));
}

}  // namespace lab::lessons
