// Recordings that are played: forward, back, to a moment by name; and what is no recording.
#include "app/sources/playback.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/sources/recorded_session.h"

using namespace lab;
using namespace lab::sources;

namespace {

constexpr int seconds_long = 30;
constexpr std::int64_t noon_us = std::int64_t{12} * 3600 * 1'000'000;

trace::Event event(std::uint64_t number, Instant at, trace::Payload payload) {
  trace::Event out;
  out.number = number;
  out.at = at;
  out.node = NodeId(1);
  out.incarnation = 1;
  out.payload = std::move(payload);
  return out;
}

Instant second(double s) { return Instant(Duration(static_cast<std::int64_t>(1e9 * (100 + s)))); }

// A file of its own: each second the quorum's epoch rises by one, and 100 small things happen.
struct File {
  std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("playback-test-{}.blab", ::getpid()))
          .string();
  explicit File(bool finished = true) {
    std::filesystem::remove(path);
    auto sink = trace::FileSink::create(path);
    REQUIRE(sink);
    trace::RecordingMeta meta;
    meta.cluster = "test";
    meta.source = "live";
    meta.mono = second(0);
    meta.wall_us = noon_us;
    auto writer = trace::RecordingWriter::create(**sink, meta);
    REQUIRE(writer);
    std::uint64_t number = 0;
    for (int s = 0; s <= seconds_long; ++s) {
      REQUIRE(writer->add(event(number++, second(s),
                                trace::RoleChanged{trace::Role::leader, Epoch(s), NodeId(1), ""})));
      for (int i = 1; i < 100 && s < seconds_long; ++i) {
        REQUIRE(writer->add(event(number++, second(s + i / 100.0), trace::ProcessMemory{i})));
      }
    }
    REQUIRE((finished ? writer->finish() : writer->flush()));
  }
  ~File() { std::filesystem::remove(path); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
};

std::int32_t epoch(const model::ClusterModel& model) { return model.quorum().epoch.v; }

}  // namespace

TEST_CASE("a moment has four ways to be named, and nothing else names one") {
  CHECK(*parse_moment("880ms") == Moment(SinceStart{milliseconds(880)}));
  CHECK(*parse_moment("12.5s") == Moment(SinceStart{milliseconds(12500)}));
  CHECK(*parse_moment("14:32:06.404") ==
        Moment(ClockTime{std::chrono::hours(14) + std::chrono::minutes(32) + milliseconds(6404)}));
  CHECK(*parse_moment("#8213") == Moment(EventNumber{8213}));
  for (const char* wrong : {"", "12", "-1s", "25:00:00", "14:32", "14:61:00", "#", "#-1", "nans",
                            "1e99s", "12.5 s", "14:32:06x"}) {
    CAPTURE(wrong);
    CHECK(!parse_moment(wrong));
  }
}

TEST_CASE("a recording stands at the begin, goes forward, and back by its keyframes") {
  const File file;
  auto playback = Playback::open(file.path);
  REQUIRE(playback);
  auto& at = **playback;
  CHECK(at.count() == 0);
  at.play_to(second(7.5));
  CHECK(epoch(at.model()) == 7);
  CHECK(at.count() == 751);
  at.play_to(Instant::max());
  CHECK(at.at_end());
  CHECK(epoch(at.model()) == seconds_long);
  at.back_to(second(7.5));
  at.play_to(second(7.5));
  CHECK(epoch(at.model()) == 7);
  CHECK(at.count() == 751);
  CHECK(to_json(at.model()) == [&] {
    auto played = Playback::open(file.path);
    (*played)->play_to(second(7.5));
    return to_json((*played)->model());
  }());
}

TEST_CASE("a moment by name: since the start, by the clock, by the event; outside there is none") {
  const File file;
  const auto epoch_at = [&](const char* text) {
    auto playback = Playback::open(file.path);
    REQUIRE(playback);
    const auto done = (*playback)->go_to(*parse_moment(text), 0);
    INFO((done ? "" : done.error().message));
    REQUIRE(done);
    return epoch((*playback)->model());
  };
  CHECK(epoch_at("4.2s") == 4);
  CHECK(epoch_at("12:00:09") == 9);
  CHECK(epoch_at("#3") == 3);
  auto playback = Playback::open(file.path);
  REQUIRE(playback);
  for (const char* beyond : {"31s", "12:00:31", "11:59:59", "#5000"}) {
    CAPTURE(beyond);
    const auto refused = (*playback)->go_to(*parse_moment(beyond), 0);
    REQUIRE(!refused);
    CHECK(refused.error().message.find("12:00:00.000 to 12:00:30.000 (30.000s") !=
          std::string::npos);
  }
}

TEST_CASE("a lab that crashed leaves no index: the recording is read all the same, and says so") {
  const File file(false);
  std::ofstream(file.path, std::ios::app | std::ios::binary) << "EVTS torn";
  auto playback = Playback::open(file.path);
  REQUIRE(playback);
  CHECK(!(*playback)->notes().empty());
  (*playback)->play_to(Instant::max());
  CHECK(epoch((*playback)->model()) == seconds_long);
}

TEST_CASE("what is no recording is refused by name; a damaged block ends it where it is") {
  File file;
  CHECK(!Playback::open(file.path + ".none"));
  auto size = std::filesystem::file_size(file.path);
  {
    std::fstream bytes(file.path, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(size / 2));
    bytes << "damage";
  }
  auto session = RecordedSession::open(file.path);
  REQUIRE(session);
  std::vector<trace::Event> events;
  (*session)->seek(second(seconds_long));
  for (int i = 0; i < 100; ++i) (*session)->take(events);
  REQUIRE(!(*session)->notices().empty());
  CHECK((*session)->notices().back().text.find(file.path) != std::string::npos);
  std::ofstream(file.path, std::ios::trunc) << "something else";
  const auto refused = Playback::open(file.path);
  REQUIRE(!refused);
  CHECK(refused.error().message.find(file.path) != std::string::npos);
}

TEST_CASE("as a source: it plays, stops, steps both ways, and goes back in a new generation") {
  const File file;
  Instant real = second(0);
  auto opened = RecordedSession::open(file.path, [&] { return real; });
  REQUIRE(opened);
  auto& session = **opened;
  model::ClusterModel seen;
  std::uint64_t generation = session.generation();
  const auto take = [&] {
    std::vector<trace::Event> events;
    session.take(events);
    if (std::exchange(generation, session.generation()) != session.generation()) {
      seen = session.beginning();
    }
    for (const auto& one : events) seen.apply(one);
  };
  CHECK(session.capabilities().seek);
  CHECK(!session.capabilities().clients);
  take();
  CHECK(session.pace() == 0);
  session.set_pace(2);
  for (int i = 0; i < 50; ++i) {
    real += milliseconds(50);
    take();
  }
  CHECK(session.now() == second(5));
  CHECK(epoch(seen) == 5);
  session.set_pace(0);
  session.step(trace::Weight::control);
  take();
  CHECK(session.now() == second(6));
  session.step_back();
  take();
  CHECK(session.now() == second(5));
  CHECK(epoch(seen) == 5);
  session.seek(second(20.5));
  take();
  CHECK(epoch(seen) == 20);
  session.seek(second(1.2));
  take();
  CHECK(epoch(seen) == 1);
  CHECK(session.now() == second(1.2));
  session.seek(second(-5));
  take();
  CHECK(session.now() == second(0));
  std::string answer;
  session.command(NodeCommand{NodeAction::kill, NodeId(1)},
                  [&](const Answer& said) { answer = said ? "done" : said.error().message; });
  take();
  CHECK(answer.find("recording") != std::string::npos);
}
