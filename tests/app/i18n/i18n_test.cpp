#include <doctest/doctest.h>

#include <set>

#include "app/i18n/format.h"
#include "app/i18n/heard.h"
#include "app/i18n/strings.h"
#include "engine/base/check.h"

namespace lab::i18n {
namespace {

// The {names} in a string; particles are left out.
std::multiset<std::string> names_in(std::string_view text) {
  std::multiset<std::string> names;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::string name(text.substr(at + 1, text.find('}', at) - at - 1));
    if (name.find('/') == std::string::npos) names.insert(name);
  }
  return names;
}

}  // namespace

TEST_CASE("each string has both languages, and its key once") {
  std::set<std::string_view> keys;
  for (const Entry& entry : entries()) {
    CAPTURE(entry.key);
    CHECK(keys.insert(entry.key).second);
    CHECK_FALSE(entry.en.empty());
    CHECK_FALSE(entry.ko.empty());
    CHECK(entry.en.find('!') == std::string_view::npos);
    CHECK(text(entry.key, Lang::ko) == entry.ko);
  }
  CHECK_THROWS_AS((void)text("no such key", Lang::en), CheckFailed);
}

TEST_CASE("a particle pair in Korean stands right behind an argument or a word") {
  for (const Entry& entry : entries()) {
    CAPTURE(entry.key);
    CHECK(entry.en.find("/가}") == std::string_view::npos);
    for (std::size_t at = entry.ko.find('/'); at != std::string_view::npos;
         at = entry.ko.find('/', at + 1)) {
      const std::size_t open = entry.ko.rfind('{', at);
      REQUIRE(open != std::string_view::npos);
      CHECK(open > 0);
      CHECK(entry.ko[open - 1] != ' ');
    }
  }
}

TEST_CASE("Korean sentences end politely") {
  for (const Entry& entry : entries()) {
    if (entry.key.substr(0, 4) != "say." || !entry.ko.ends_with("다.")) continue;
    CAPTURE(entry.key);
    CHECK(entry.ko.ends_with("니다."));
  }
}

TEST_CASE("a language by option or locale") {
  CHECK(lang_of("ko") == Lang::ko);
  CHECK(lang_of("ko_KR.UTF-8") == Lang::ko);
  CHECK(lang_of("en_GB") == Lang::en);
  CHECK(lang_of("kok") == Lang::en);
  CHECK(lang_of("") == Lang::en);
}

TEST_CASE("particles follow the spoken digit") {
  const auto with = [](const std::string& text, std::string_view pair) {
    return text + std::string(particle(pair, ending_of(text)));
  };
  for (const char digit : std::string("136780")) {
    const std::string broker = std::string("브로커 ") + digit;
    CHECK(with(broker, "이/가") == broker + "이");
    CHECK(with(broker, "은/는") == broker + "은");
    CHECK(with(broker, "을/를") == broker + "을");
  }
  for (const char digit : std::string("2459")) {
    const std::string broker = std::string("브로커 ") + digit;
    CHECK(with(broker, "이/가") == broker + "가");
    CHECK(with(broker, "을/를") == broker + "를");
    CHECK(with(broker, "으로/로") == broker + "로");
  }
  for (const char digit : std::string("178")) {
    CHECK(with(std::string(1, digit), "으로/로") == std::string(1, digit) + "로");
  }
  for (const char digit : std::string("360")) {
    CHECK(with(std::string(1, digit), "으로/로") == std::string(1, digit) + "으로");
  }
}

TEST_CASE("particles follow Hangul, Latin words and what stands before a bracket") {
  CHECK(ending_of("리더") == Ending::vowel);
  CHECK(ending_of("토픽") == Ending::consonant);
  CHECK(ending_of("파일") == Ending::rieul);
  CHECK(ending_of("orders") == Ending::vowel);
  CHECK(ending_of("topic") == Ending::consonant);
  CHECK(ending_of("kcat") == Ending::consonant);
  CHECK(ending_of("client") == Ending::vowel);
  CHECK(ending_of("email") == Ending::rieul);
  CHECK(ending_of("컨트롤러(브로커 1)") == Ending::vowel);
  CHECK(ending_of("orders-10.") == Ending::consonant);
  CHECK(ending_of("") == Ending::vowel);
}

TEST_CASE("arguments are put in, with their particles") {
  CHECK(say("say.stopped", Lang::ko, {{"Who", "브로커 3"}}) == "브로커 3이 정상 종료되었습니다.");
  CHECK(say("say.stopped", Lang::ko, {{"Who", "브로커 4"}}) == "브로커 4가 정상 종료되었습니다.");
  CHECK(say("say.stopped", Lang::en, {{"Who", "Broker 4"}}) == "Broker 4 has stopped.");
  CHECK_THROWS_AS((void)say("say.stopped", Lang::en, {}), CheckFailed);
}

TEST_CASE("numbers, sizes, rates and times") {
  CHECK(number(0) == "0");
  CHECK(number(999) == "999");
  CHECK(number(1'204) == "1\u00a0204");
  CHECK(number(-1'234'567) == "-1\u00a0234\u00a0567");
  CHECK(number(std::numeric_limits<std::int64_t>::min()).substr(0, 2) == "-9");
  CHECK(bytes(512) == "512 B");
  CHECK(bytes(16'998) == "16.6 KiB");
  CHECK(bytes(19'084'083) == "18.2 MiB");
  CHECK(rate(0) == "0 /s");
  CHECK(rate(0.6) == "0.6 /s");
  CHECK(rate(17) == "17 /s");
  CHECK(rate(1'900) == "1.9 k/s");
  CHECK(rate(48'000) == "48 k/s");
  CHECK(clock(52'326'404'999, 0, 3) == "14:32:06.404");
  CHECK(clock(52'326'404'999, 3600, 1) == "15:32:06.4");
  CHECK(clock(-1'000'000, 0, 0) == "23:59:59");
  CHECK(list({"a", "b", "c"}, Lang::en) == "a, b and c");
  CHECK(list({"a", "b"}, Lang::ko) == "a, b");
}

TEST_CASE("durations") {
  CHECK(duration(milliseconds(8), Lang::en) == "8 ms");
  CHECK(duration(milliseconds(1003), Lang::en) == "1.0 s");
  CHECK(duration(milliseconds(400), Lang::ko) == "0.4초");
  CHECK(duration(milliseconds(9970), Lang::en) == "10 s");
  CHECK(duration(seconds(12), Lang::ko) == "12초");
  CHECK(duration(seconds(134), Lang::en) == "2 min 14 s");
  CHECK(duration(seconds(134), Lang::ko) == "2분 14초");
  CHECK(duration(seconds(3 * 3600 + 300), Lang::en) == "3 h 5 min");
  CHECK(duration(milliseconds(-5), Lang::en) == "0 ms");
  CHECK(duration_fine(milliseconds(929), Lang::en) == "0.93 s");
  CHECK(duration_fine(milliseconds(929), Lang::ko) == "0.93초");
  CHECK(milliseconds_text(microseconds(400)) == "0.4 ms");
  CHECK(milliseconds_text(milliseconds(929)) == "929 ms");
  CHECK(milliseconds_text(milliseconds(1204)) == "1\u00a0204 ms");
  CHECK(ago(milliseconds(1200), Lang::en) == "1.2 s ago");
  CHECK(ago(milliseconds(1200), Lang::ko) == "1.2초 전");
}

TEST_CASE("both languages of a string take the same arguments") {
  // Where one language leaves a word out on purpose it is named here.
  const std::set<std::string_view> differ = {
      "say.fenced.only",          "say.fenced.one",        "say.fenced.many",
      "say.fenced.leaderless",    "say.elected.preferred", "say.back.cut",
      "say.elected.unclean.lead", "say.ledger_good.one",   "say.state.healthy.one"};
  for (const Entry& entry : entries()) {
    CAPTURE(entry.key);
    if (differ.count(entry.key) == 0) CHECK(names_in(entry.en) == names_in(entry.ko));
  }
}

TEST_CASE(
    "what a source answers is heard in the window's language; Kafka's words stay as they are") {
  CHECK(heard("broker 1 does not run", Lang::en) == "broker 1 does not run");
  CHECK(heard("broker 1 does not run", Lang::ko) == "브로커 1은 실행 중이 아닙니다");
  CHECK(heard("broker 2 does not run", Lang::ko) == "브로커 2는 실행 중이 아닙니다");
  CHECK(heard("consumer-1 cannot read orders: there is no such topic", Lang::ko) ==
        "consumer-1이 orders를 읽을 수 없습니다. 그런 토픽이 없습니다");
  CHECK(heard("orders-0, offset 12", Lang::ko) == "orders-0, 오프셋 12");
  CHECK(heard("Created topic orders.", Lang::ko) == "Created topic orders.");
  CHECK(heard("", Lang::ko).empty());
}

}  // namespace lab::i18n
