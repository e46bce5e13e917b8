// The window's content driven headless: clicks and keys become what is asked of the cluster.
#include <doctest/doctest.h>

#include <set>

#include "app/platform/keys.h"
#include "app/views/lab_view.h"
#include "app/views/snippets.h"
#include "tests/app/support/moments.h"
#include "tests/app/support/picture_facts.h"
#include "tests/app/views/lab.h"

using namespace lab;
using test::Lab;
namespace keys = platform::keys;

TEST_CASE("a click on a card selects the broker, K kills it: all between two frames") {
  Lab lab;
  const auto card = lab.view.canvas().find("broker/2");
  REQUIRE(card.has_value());
  lab.click({card->x + 20, card->y + 20 + 44});  // the canvas begins below the toolbar
  lab.key(keys::k);
  lab.frames();
  CHECK(lab.view.state().selected == "broker/2");
  REQUIRE(lab.asked.nodes.size() == 1);
  CHECK(lab.asked.nodes[0] == sources::NodeCommand{sources::NodeAction::kill, NodeId(2)});
}

TEST_CASE(
    "keys alone: C and Enter create the topic that is offered, and the key is not typed into its "
    "name") {
  Lab lab;
  lab.key(keys::c);
  lab.key(keys::enter);
  lab.frames();
  REQUIRE(lab.asked.topics.size() == 1);
  CHECK(lab.asked.topics[0].name == "orders");
  CHECK(lab.asked.topics[0].partitions == 3);
  CHECK(lab.view.state().dialog == views::Dialog::none);
}

TEST_CASE("while a name is typed no letter is a command; Esc gives up") {
  Lab lab;
  lab.key(keys::c);
  lab.frames();
  lab.key(keys::k);
  lab.input.push(platform::Character{U'한'});
  lab.input.push(platform::Key{keys::backspace, true, {}});
  lab.frames();
  CHECK(lab.view.state().topic_name == "k");  // in the place of what was proposed
  lab.key(keys::escape);
  lab.frames();
  CHECK(lab.asked.nodes.empty());
  CHECK(lab.asked.topics.empty());
  CHECK(lab.view.state().dialog == views::Dialog::none);
}

TEST_CASE("arrows go from broker to broker, and into their rows") {
  Lab lab;
  lab.key(keys::right);
  lab.frames();
  CHECK(lab.view.state().selected == "broker/1");
  lab.key(keys::left);
  lab.frames();
  CHECK(lab.view.state().selected == "broker/3");
  trace::PartitionSeen seen;
  seen.topic = "orders";
  seen.partition = PartitionIndex(0);
  seen.replicas = seen.isr = {NodeId(3), NodeId(1)};
  seen.leader = NodeId(3);
  lab.apply(3, seen, 1);
  lab.frames();
  lab.key(keys::down);
  lab.frames();
  CHECK(lab.view.state().selected == "replica/orders-0/3");
  lab.key(keys::right);
  lab.frames();
  CHECK(lab.view.state().selected == "replica/orders-0/1");
  lab.key(keys::up);
  lab.key(keys::k);
  lab.frames();
  REQUIRE(lab.asked.nodes.size() == 1);
  CHECK(lab.asked.nodes[0].node == NodeId(1));
}

TEST_CASE("how to connect: H opens it, arrows choose, Ctrl+C copies a whole program") {
  Lab lab;
  lab.key(keys::h);
  lab.frames();
  REQUIRE(lab.view.state().dialog == views::Dialog::connect);
  std::set<std::string> copied;
  for (std::size_t i = 0; i < views::snippet_names.size(); ++i) {
    lab.input.push(platform::Key{keys::c, true, {true, false, false}});
    lab.input.push(platform::Key{keys::c, false, {}});
    lab.view.frame(lab.model, lab.input.take(), lab.now, 1600, 1000, 1, 0);
    CHECK(lab.view.copied().find("localhost:9092") != std::string::npos);
    CHECK(lab.view.copied().find('$') == std::string::npos);
    copied.insert(lab.view.copied());
    lab.frames();
    lab.key(keys::right);
    lab.frames();
  }
  CHECK(copied.size() == views::snippet_names.size());
  CHECK(lab.view.copied().empty());
  CHECK(views::snippet(4, "a:1,b:2", "t").find(R"("a:1", "b:2")") != std::string::npos);
}

TEST_CASE("the console: a line is typed, run, and comes again; no letter of it is a command") {
  Lab lab;
  const auto grave = [&] {
    lab.input.push(platform::Key{keys::backquote, true, {}});
    lab.input.push(platform::Character{U'`'});
    lab.input.push(platform::Key{keys::backquote, false, {}});
    lab.frames();
  };
  grave();
  CHECK(lab.view.state().console);
  CHECK(lab.view.typing());
  CHECK(lab.view.state().console_line.empty());
  lab.key(keys::k);
  lab.key(keys::i);
  lab.key(keys::enter);
  lab.key(keys::e);
  lab.key(keys::enter);
  lab.frames();
  CHECK(lab.asked.lines == std::vector<std::string>{"ki", "e"});
  CHECK(lab.asked.exports == 0);
  lab.key(keys::up);
  lab.frames();
  lab.key(keys::up);
  lab.frames();
  CHECK(lab.view.state().console_line == "ki");
  lab.key(keys::down);
  lab.frames();
  CHECK(lab.view.state().console_line == "e");
  const auto ctrl_c = [&] {
    lab.input.push(platform::Key{keys::c, true, {true, false, false}});
    lab.input.push(platform::Key{keys::c, false, {true, false, false}});
    lab.view.frame(lab.model, lab.input.take(), lab.now, 1600, 1000, 1, 0);
  };
  ctrl_c();
  CHECK(lab.view.copied().starts_with("done, and this is said about it\n"));
  lab.frames();
  lab.asked.tool = true;
  ctrl_c();
  lab.frames();
  CHECK(lab.asked.cancelled == 1);
  for (const auto lang : {scene::Lang::en, scene::Lang::ko}) {
    for (const int percent : {80, 100, 200, 300}) {
      lab.view.state().lang = lang;
      lab.view.state().text_percent = percent;
      lab.frames();
      CAPTURE(percent);
      for (const auto& layer : lab.view.layers()) test::check_texts(*layer.scene);
    }
  }
  lab.click({300, 300});  // the picture has the keys again
  lab.frames();
  CHECK_FALSE(lab.view.typing());
  lab.key(keys::escape);
  lab.frames();
  CHECK_FALSE(lab.view.state().console);
}

TEST_CASE("presenting leaves the canvas and the subtitles, Esc ends it") {
  Lab lab;
  lab.key(keys::f5);
  lab.frames();
  CHECK(lab.view.layers().size() == 2);
  CHECK(lab.view.state().theme == scene::Theme::projector);
  lab.key(keys::escape);
  lab.frames();
  CHECK(lab.view.layers().size() >= 4);
}

TEST_CASE(
    "the whole window, at every size of text, in both languages: no text on another, none cut") {
  Lab lab;
  for (const auto lang : {scene::Lang::en, scene::Lang::ko}) {
    for (const int percent : {80, 100, 140, 200, 240, 300}) {
      for (const auto dialog :
           {views::Dialog::none, views::Dialog::create_topic, views::Dialog::produce,
            views::Dialog::keys, views::Dialog::connect}) {
        for (const auto& selected : {"", "broker/2"}) {
          auto& state = lab.view.state();
          state.lang = lang;
          state.text_percent = percent;
          state.dialog = dialog;
          state.selected = selected;
          lab.frames();
          CAPTURE(percent);
          CAPTURE(static_cast<int>(dialog));
          for (const auto& layer : lab.view.layers()) test::check_texts(*layer.scene);
        }
      }
    }
  }
}

TEST_CASE("a failover in the whole window: the narration, the stopwatch and the timeline fit") {
  for (test::Moment& moment :
       std::vector<test::Moment>{test::healthy(), test::failover(400), test::failover(),
                                 test::catch_up(), test::all_dead(), test::states()}) {
    Lab lab;
    for (const bool inspector : {true, false}) {
      for (const auto lang : {scene::Lang::en, scene::Lang::ko}) {
        for (const int percent : {80, 100, 140, 200, 240, 300}) {
          auto& state = lab.view.state();
          state.lang = lang;
          state.text_percent = percent;
          state.inspector = inspector;
          lab.view.frame(moment.model(), lab.input.take(), moment.now, 1600, 1000, 1, 0);
          CAPTURE(percent);
          CAPTURE(inspector);
          for (const auto& layer : lab.view.layers()) {
            test::check_texts(*layer.scene);
            test::check_crowns(*layer.scene);
          }
        }
      }
    }
  }
}

TEST_CASE("a death is drawn in the next frame, whatever the controller knows") {
  Lab lab;
  lab.now += seconds(1);
  lab.apply(2, trace::ProcessExited{1002, 9, 0, true, ""}, 0);
  lab.frames();
  const auto& canvas = lab.view.canvas();
  bool said = false;
  for (const auto& one : canvas.primitives) {
    said = said || (one.shape == scene::Shape::text &&
                    canvas.characters(one).find("SIGKILL") != std::string_view::npos);
  }
  CHECK(said);
  const auto card = canvas.find("broker/2");
  REQUIRE(card.has_value());
  bool grey = false;
  for (const auto& one : canvas.primitives) {
    grey = grey || (one.box == *card && one.fill == scene::Ink(scene::Token::dead));
  }
  CHECK(grey);
}

TEST_CASE(
    "everything is reached by Tab, and every size of text in both languages gives a picture") {
  Lab lab;
  lab.key(keys::one);
  lab.frames();
  lab.view.state().selected_at = lab.now;
  for (int i = 0; i < 40 && lab.asked.nodes.empty(); ++i) {
    lab.key(keys::tab);
    lab.frames();
    lab.key(keys::enter);
    lab.frames();
    lab.view.state().dialog = views::Dialog::none;
    lab.view.state().presenting = false;
    lab.view.state().inspector.reset();
    lab.view.state().text_percent = 100;
    lab.frames();
  }
  REQUIRE_FALSE(lab.asked.nodes.empty());
  CHECK(lab.asked.nodes[0].node == NodeId(1));
  for (const auto lang : {scene::Lang::en, scene::Lang::ko}) {
    for (const int percent : {80, 100, 200, 300}) {
      for (const auto dialog :
           {views::Dialog::none, views::Dialog::create_topic, views::Dialog::produce,
            views::Dialog::keys, views::Dialog::connect}) {
        lab.view.state().lang = lang;
        lab.view.state().text_percent = percent;
        lab.view.state().dialog = dialog;
        lab.frames();
        CHECK(lab.view.layers().size() >= 4);
      }
    }
  }
}

TEST_CASE("without a cluster the window says why, and what can be done about it") {
  Lab lab;
  lab.view.tell_trouble(views::Trouble{
      "port 9092 is taken by pid 7: kcat -L. These are free: --base-port 20000", 20000});
  lab.frames();
  CHECK(lab.view.state().dialog == views::Dialog::trouble);
  lab.key(keys::escape);  // it stays: there is nothing behind it
  lab.key(keys::escape);
  lab.frames();
  CHECK(lab.view.state().dialog == views::Dialog::trouble);
  CHECK_FALSE(lab.view.remedy());
  for (const auto lang : {scene::Lang::en, scene::Lang::ko}) {
    for (const int percent : {80, 100, 200}) {
      lab.view.state().lang = lang;
      lab.view.state().text_percent = percent;
      lab.frames();
      CAPTURE(percent);
      for (const auto& layer : lab.view.layers()) test::check_texts(*layer.scene);
    }
  }
  lab.key(keys::tab);
  lab.frames();
  CHECK(lab.view.focused() == "trouble/ports");
  lab.key(keys::enter);
  lab.frames();
  CHECK(lab.view.remedy() == views::Remedy::other_ports);
  CHECK_FALSE(lab.view.remedy());  // said once
  lab.view.tell_trouble({});
  lab.frames();
  CHECK(lab.view.state().dialog == views::Dialog::none);

  // Where other ports would not help they are not offered.
  lab.view.tell_trouble(views::Trouble{"writing /data/run: No space left on device", {}});
  lab.frames();
  lab.key(keys::tab);
  lab.frames();
  CHECK(lab.view.focused() == "trouble/again");
  lab.key(keys::enter);
  lab.frames();
  CHECK(lab.view.remedy() == views::Remedy::again);
}

TEST_CASE("the console speaks the window's language; records and Kafka's words stay as they are") {
  Lab lab;
  lab.view.state().lang = scene::Lang::ko;
  using Kind = views::ConsoleLine::Kind;
  lab.asked.said = {{Kind::asked, "kill 2"},
                    {Kind::out, "broker 2 killed"},
                    {Kind::err, "broker 2 does not run"},
                    {Kind::out, "broker 3 killed", true}};
  lab.key(keys::backquote);
  lab.frames();
  const auto shown = [&lab](const std::string& text) {
    for (const auto& layer : lab.view.layers()) {
      for (const auto& one : layer.scene->primitives) {
        if (one.shape == scene::Shape::text && layer.scene->characters(one) == text) return true;
      }
    }
    return false;
  };
  CHECK(shown("kill 2"));
  CHECK(shown("브로커 2를 강제 종료했습니다"));
  CHECK(shown("브로커 2는 실행 중이 아닙니다"));
  CHECK(shown("broker 3 killed"));
}

TEST_CASE("a recording: nothing can be begun in it, and the mouse draws the moment through it") {
  Lab lab;
  lab.asked.recording = true;
  for (const int key : {keys::c, keys::p, keys::h}) {
    lab.key(key);
    lab.frames();
    CHECK(lab.view.state().dialog == views::Dialog::none);
  }
  lab.input.push(platform::MouseMoved{800, 950});
  lab.input.push(platform::MouseButton{0, true});
  lab.frames();
  const Instant pressed = lab.asked.sought;
  CHECK(pressed > Instant(seconds(80)));
  CHECK(pressed < Instant(seconds(120)));
  lab.input.push(
      platform::MouseMoved{1000, 500});  // beside the timeline, too, while the button is down
  lab.frames();
  CHECK(lab.asked.sought > pressed);
  const Instant dragged = lab.asked.sought;
  lab.input.push(platform::MouseButton{0, false});
  lab.input.push(platform::MouseMoved{300, 950});
  lab.frames();
  CHECK(lab.asked.sought == dragged);
}
