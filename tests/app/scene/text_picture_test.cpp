// Golden texts: the cluster as a table and as a list, in both languages.
#include "app/scene/text_picture.h"

#include <doctest/doctest.h>

#include "app/scene/columns.h"
#include "tests/app/support/moments.h"

using namespace lab;

namespace {
// Numbers and units are kept together by a no-break space; here it is a plain one.
std::string plain(std::string text) {
  for (std::size_t at = 0; (at = text.find("\u00A0", at)) != std::string::npos;) {
    text.replace(at, 2, " ");
  }
  return text;
}
}  // namespace

TEST_CASE("Hangul takes two columns") {
  CHECK(scene::columns_of("orders") == 6);
  CHECK(scene::columns_of("브로커 1") == 8);
  CHECK(scene::padded("리더", 6) == "리더  ");
}

TEST_CASE("the failover as a table") {
  const test::Moment moment = test::failover();
  CHECK(plain(scene::text_picture(moment.model(), {}, moment.now, 160)) == R"(
             Broker 1  controller · epoch 7   Broker 2                     Broker 3
             localhost:9092  pid 41873        localhost:9093  pid 41874    localhost:9094  pid 41875
             running · 2 min 15 s             killed (SIGKILL) 1.2 s ago   running · 2 min 15 s
orders-0     # leader 1 342 ISR 1/2           x offline 1 331 (hw 1 330)
orders-1                                      x offline 844 (hw 842)       # leader 845 ISR 1/2
orders-2     = follower 1 262                                              # leader 1 263 (hw 1 262)
payments-0   = follower 319                   x offline 318                # leader 319 ISR 2/3
payments-1   = follower 305                   x offline 304                # leader 305 ISR 2/3
quorum · 2 of 3
billing-1 <- Br#1, Br#2 x, Br#3
billing-2 <- Br#3
producer-1 -> Br#1, Br#2 x, Br#3
kcat 1.7.1 -> Br#1, Br#2 x, Br#3
)" + 1);
}

TEST_CASE("the table in Korean keeps its columns") {
  const test::Moment moment = test::failover();
  scene::CanvasView korean;
  korean.lang = scene::Lang::ko;
  CHECK(plain(scene::text_picture(moment.model(), korean, moment.now, 160)) == R"(
             브로커 1  컨트롤러 · 에포크 7   브로커 2                        브로커 3
             localhost:9092  pid 41873       localhost:9093  pid 41874       localhost:9094  pid 41875
             실행 중 · 2분 15초              강제 종료(SIGKILL) · 1.2초 전   실행 중 · 2분 15초
orders-0     # 리더 1 342 ISR 1/2            x 오프라인 1 331 (hw 1 330)
orders-1                                     x 오프라인 844 (hw 842)         # 리더 845 ISR 1/2
orders-2     = 팔로워 1 262                                                  # 리더 1 263 (hw 1 262)
payments-0   = 팔로워 319                    x 오프라인 318                  # 리더 319 ISR 2/3
payments-1   = 팔로워 305                    x 오프라인 304                  # 리더 305 ISR 2/3
쿼럼 · 3대 중 2대
billing-1 <- Br#1, Br#2 x, Br#3
billing-2 <- Br#3
producer-1 -> Br#1, Br#2 x, Br#3
kcat 1.7.1 -> Br#1, Br#2 x, Br#3
)" + 1);
}

TEST_CASE("in a narrow terminal brokers come one after the other") {
  const test::Moment moment = test::catch_up();
  const std::string text = plain(scene::text_picture(moment.model(), {}, moment.now, 60));
  CHECK(text.find(R"(Broker 2
  localhost:9093  pid 42206  running · 0.5 s (restarted)
  orders-0    ~ catching up 1 600, 12 behind
  orders-1    ~ catching up 849, 17 behind
  payments-0  = follower 334
)") != std::string::npos);
}

TEST_CASE("what is not known is not a zero") {
  const test::Moment moment = test::states();
  const std::string text = plain(scene::text_picture(moment.model(), {}, moment.now, 200));
  CHECK(text.find("= follower ?") != std::string::npos);
  CHECK(text.find("did not start · port 9095 is taken by broker 1") != std::string::npos);
  CHECK(plain(scene::text_picture({}, {}, {}, 80)) == "There is no cluster here yet.\n");
}
