// The few plain lines of `status`.
#include "app/commands/status_text.h"

#include <doctest/doctest.h>

#include <csignal>

#include "tests/app/model/story.h"

namespace lab::commands {

TEST_CASE("status: brokers, the controller and partitions, dead ones with how and since when") {
  model::Story story;
  story.healthy();
  story.kill();
  const std::string text = status_text(story.model, model::Story::at_ms(7'200));
  CHECK(text.find("active controller") != std::string::npos);
  CHECK(text.find("broker 2 localhost:9093 dead (SIGKILL), 2.0 s ago\n") != std::string::npos);
  CHECK(text.find("orders-1 leader ") != std::string::npos);
  CHECK(text.find(" replicas ") != std::string::npos);
  CHECK(status_text(model::ClusterModel{}, {}) == "no active controller\n");
  const std::string korean = status_text(story.model, model::Story::at_ms(7'200), i18n::Lang::ko);
  CHECK(korean.find("브로커 2 localhost:9093 죽음 (SIGKILL), 2.0초 전\n") != std::string::npos);
  CHECK(korean.find("orders-1 리더 ") != std::string::npos);
}

TEST_CASE("status: signals by their names") {
  CHECK(signal_text(SIGKILL) == "SIGKILL");
  CHECK(signal_text(SIGTERM) == "SIGTERM");
  CHECK(signal_text(500) == "signal 500");
}

}  // namespace lab::commands
