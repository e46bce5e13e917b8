// Typing: the caret goes by code points and words, what is selected is replaced, and fields of the
// window do so with the keys that people use.
#include "app/views/text_edit.h"

#include <doctest/doctest.h>

#include "tests/app/views/lab.h"

using namespace lab;
using namespace lab::views;
namespace keys = platform::keys;

namespace {

struct Line {
  std::string text;
  Caret caret;
  explicit Line(std::string of) : text(std::move(of)), caret{text.size(), text.size()} {}
  Line& key(int code, bool ctrl = false, bool shift = false) {
    edit(text, caret, platform::Key{code, true, {ctrl, shift, false}});
    return *this;
  }
  std::size_t most_bytes = 40;
  Line& type(std::u32string_view characters) {
    for (const char32_t c : characters) insert(text, caret, c, most_bytes);
    return *this;
  }
};

}  // namespace

TEST_CASE("a caret goes by code points: Hangul is one step, whatever its bytes") {
  Line line("토픽명");
  line.key(keys::left).type(U"의 ");
  CHECK(line.text == "토픽의 명");
  line.key(keys::home).key(keys::del);
  CHECK(line.text == "픽의 명");
  line.key(keys::end).key(keys::backspace).key(keys::backspace);
  CHECK(line.text == "픽의");
  line.key(keys::left).key(keys::left).key(keys::left).key(keys::left).type(U"토");
  CHECK(line.text == "토픽의");
  line.key(keys::right).key(keys::right).key(keys::right).key(keys::right).type(U"\U0001F600");
  CHECK(line.text == "토픽의\U0001F600");
  line.key(keys::backspace);
  CHECK(line.text == "토픽의");
}

TEST_CASE("with Ctrl it goes by words, and takes them away") {
  Line line("set 3 listeners=PLAINTEXT://localhost:9094");
  line.most_bytes = 100;
  line.key(keys::left, true).type(U"1");
  CHECK(line.text == "set 3 listeners=PLAINTEXT://localhost:19094");
  line.key(keys::home).key(keys::right, true).key(keys::del, true);
  CHECK(line.text == "set listeners=PLAINTEXT://localhost:19094");
  line.key(keys::end).key(keys::backspace, true);
  CHECK(line.text == "set listeners=PLAINTEXT://localhost:");
}

TEST_CASE("what is selected with Shift or Ctrl+A is replaced by what is typed") {
  Line line("kill 2");
  line.key(keys::left, false, true);
  CHECK(selected(line.text, line.caret) == "2");
  line.type(U"3");
  CHECK(line.text == "kill 3");
  line.key(keys::home, false, true);
  CHECK(selected(line.text, line.caret) == "kill 3");
  line.key(keys::right);  // lets go, at the end of what was selected
  CHECK_FALSE(line.caret.selects());
  CHECK(line.caret.at == 6);
  line.key(keys::a, true).type(U"종료");
  CHECK(line.text == "종료");
  line.key(keys::a, true).key(keys::backspace);
  CHECK(line.text.empty());
  line.key(keys::backspace).key(keys::del).key(keys::left, true).key(keys::right, true);
  CHECK(line.text.empty());
}

TEST_CASE("no more is typed than there is room for, and no control characters") {
  Line line(std::string(39, 'x'));
  line.type(U"가");
  CHECK(line.text.size() == 39);
  line.type(U"\n\t\x7f");
  CHECK(line.text.size() == 39);
  line.type(U"yz");
  CHECK(line.text.size() == 40);
  // In the place of what is selected there is room for it.
  line.key(keys::left, false, true).key(keys::left, false, true).key(keys::left, false, true);
  line.type(U"가");
  CHECK(line.text == std::string(37, 'x') + "가");
}

TEST_CASE("a caret that others' changes left in the middle of a sign goes to its begin") {
  Caret caret{4, 99};
  keep_within("토픽", caret);
  CHECK(caret.at == 3);
  CHECK(caret.anchor == 6);
}

namespace {
void stroke(test::Lab& lab, int code, bool ctrl = false, bool shift = false) {
  lab.input.push(platform::Key{code, true, {ctrl, shift, false}});
  lab.input.push(platform::Key{code, false, {}});
  lab.frames();
}
void write(test::Lab& lab, std::u32string_view text) {
  for (const char32_t c : text) lab.input.push(platform::Character{c});
  lab.frames();
}
}  // namespace

TEST_CASE("the console's line is mended where it is wrong, and an earlier one comes with its end") {
  test::Lab lab;
  stroke(lab, keys::backquote);
  write(lab, U"kafka-topics --create --topic 토픽명 --partitions 3");
  for (int i = 0; i < 3; ++i) stroke(lab, keys::left, true);
  CHECK(lab.view.state().console_line == "kafka-topics --create --topic 토픽명 --partitions 3");
  stroke(lab, keys::del, true);
  write(lab, U"orders");
  CHECK(lab.view.state().console_line == "kafka-topics --create --topic orders --partitions 3");
  stroke(lab, keys::enter);
  CHECK(lab.asked.lines.back() == "kafka-topics --create --topic orders --partitions 3");
  stroke(lab, keys::up);
  stroke(lab, keys::backspace);
  write(lab, U"6");
  CHECK(lab.view.state().console_line == "kafka-topics --create --topic orders --partitions 6");
  // Ctrl+C copies what is selected, and else what was answered; Ctrl+X takes it out.
  stroke(lab, keys::left, true, true);
  lab.input.push(platform::Key{keys::x, true, {true, false, false}});
  lab.view.frame(lab.model, lab.input.take(), lab.now, 1600, 1000, 1, 0);
  CHECK(lab.view.copied() == "6");
  CHECK(lab.view.state().console_line == "kafka-topics --create --topic orders --partitions ");
}

TEST_CASE("a click puts the caret, and a long line shows the part that is written in") {
  test::Lab lab;
  stroke(lab, keys::backquote);
  for (int i = 0; i < 30; ++i) write(lab, U"aaaaaaaaaa");
  write(lab, U"end");
  const auto shown = [&lab](const std::string& text) {
    for (const auto& layer : lab.view.layers()) {
      for (const auto& one : layer.scene->primitives) {
        if (one.shape == scene::Shape::text &&
            layer.scene->characters(one).find(text) != std::string_view::npos)
          return true;
      }
    }
    return false;
  };
  CHECK(shown("aend"));
  stroke(lab, keys::home);
  write(lab, U"begin ");
  CHECK(shown("begin aaa"));
  CHECK_FALSE(shown("aend"));
  for (const auto& layer : lab.view.layers()) {
    if (layer.scene->view.w > 100) CHECK(layer.scene->primitives.size() > 0);
  }
}

TEST_CASE("what a dialog proposes is selected: typing replaces it, an arrow keeps it") {
  test::Lab lab;
  stroke(lab, keys::c);
  write(lab, U"notes");
  CHECK(lab.view.state().topic_name == "notes");
  stroke(lab, keys::tab);
  write(lab, U"1");
  CHECK(lab.view.state().partitions == "1");
  stroke(lab, keys::tab);
  stroke(lab, keys::end);
  write(lab, U"0");
  CHECK(lab.view.state().replication_factor == "20");
}
