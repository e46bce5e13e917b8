// Links that are held, slow or broken, and the fault commands that make them so, with toy machines
// on real sockets.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>

#include "engine/host/fault_commands.h"
#include "engine/host/runner.h"
#include "tests/engine/host/machines.h"
#include "tests/engine/host/temporary.h"

namespace lab::host {
namespace {

// A caller that has an echo as its peer.
struct Linked {
  explicit Linked(std::size_t limit = 1 << 20) : echo(limit), server(io, echo, listening_on()) {
    REQUIRE(server.bind().ok());
    server.start();
    runner.start();
    peer = {"localhost", server.port("PLAINTEXT")};
  }
  void open() {
    runner.post(caller.bracket([this] { conn = caller.context.open(peer); }));
  }
  void send(const std::string& text) {
    runner.post(caller.bracket([this, text] { caller.context.send(conn, {Slice::copy(text)}); }));
  }
  bool until(const std::function<bool()>& done) { return run_until(io, done); }

  asio::io_context io;
  Echo echo;
  Runner server;
  Caller caller;
  Runner runner{io, caller, {}};
  Address peer;
  ConnId conn;
};

TEST_CASE("links: held ones keep their bytes and let them go in order") {
  Linked lab;
  lab.runner.hold(lab.peer, {true, false, {}, {}});
  lab.open();
  lab.send("one ");
  lab.io.run_for(std::chrono::milliseconds(20));
  CHECK(!lab.caller.opened);  // a new connection waits as well
  lab.runner.hold(lab.peer, {});
  REQUIRE(lab.until([&] { return lab.caller.got == "one "; }));
  lab.runner.hold(lab.peer, {false, true, {}, {}});
  lab.send("two");
  lab.io.run_for(std::chrono::milliseconds(20));
  CHECK(lab.caller.got == "one ");
  lab.runner.hold(lab.peer, {});
  REQUIRE(lab.until([&] { return lab.caller.got == "one two"; }));
}

TEST_CASE("links: a slow one delivers later, in order, and its end last") {
  Linked lab;
  const Duration there = milliseconds(30), back = milliseconds(50);
  lab.runner.hold(lab.peer, {false, false, there, back});
  const Instant begun = monotonic_now();
  lab.open();
  lab.send("one ");
  lab.send("two ");
  REQUIRE(lab.until([&] { return lab.caller.opened; }));
  CHECK(monotonic_now() - begun >= there + back);
  REQUIRE(lab.until([&] { return lab.caller.got == "one two "; }));
  CHECK(monotonic_now() - begun >= 2 * (there + back));  // what was sent at once left when it stood
  const Instant asked = monotonic_now();
  lab.send("bye");
  REQUIRE(lab.until([&] { return !lab.caller.reason.empty(); }));
  CHECK(lab.caller.got == "one two last words");
  CHECK(monotonic_now() - asked >= there + back);
}

TEST_CASE("links: what was written over a slow one before a close still arrives") {
  Linked lab;
  lab.runner.hold(lab.peer, {false, false, milliseconds(60), {}});
  lab.open();
  REQUIRE(lab.until([&] { return lab.caller.opened; }));
  const Instant begun = monotonic_now();
  lab.send("to the end");
  lab.runner.post(lab.caller.bracket([&] { lab.caller.context.close(lab.conn, true, "done"); }));
  REQUIRE(lab.until([&] { return !lab.echo.reasons.empty(); }));
  CHECK(lab.echo.received == "to the end");
  CHECK(monotonic_now() - begun >= milliseconds(60));
}

TEST_CASE("links: a slow one that heals brings at once what was on its way") {
  Linked lab;
  lab.open();
  lab.send("one ");
  REQUIRE(lab.until([&] { return lab.caller.got == "one "; }));
  const Duration ten_minutes = seconds(600);
  lab.runner.hold(lab.peer, {false, false, {}, ten_minutes});
  lab.send("two ");
  REQUIRE(lab.until([&] { return lab.runner.late_bytes() > 0; }));
  lab.runner.hold(lab.peer, {false, false, ten_minutes, ten_minutes});
  lab.send("three ");
  REQUIRE(lab.until([&] { return lab.runner.unsent_bytes() == 6; }));
  Caller late;  // a connection that is being opened meanwhile
  Runner other(lab.io, late, {});
  other.start();
  other.hold(lab.peer, {false, false, ten_minutes, ten_minutes});
  other.post(late.bracket([&] { late.context.open(lab.peer); }));
  lab.io.run_for(std::chrono::milliseconds(5));
  CHECK(lab.caller.got == "one ");
  lab.runner.hold(lab.peer, {});
  other.hold(lab.peer, {});
  lab.send("four");
  REQUIRE(lab.until([&] { return lab.caller.got == "one two three four"; }));
  REQUIRE(lab.until([&] { return late.opened; }));
}

TEST_CASE("links: a slow one costs bounded memory, and its peer has to wait") {
  constexpr std::size_t limit = 256 * 1024, most = 5 << 20;
  Linked lab(limit);
  lab.runner.hold(lab.peer, {false, false, {}, milliseconds(1500)});
  lab.open();
  const std::string chunk(64 * 1024, 'x');
  std::size_t sent = 0, stuck = 0;
  // Until nothing moves any more: the echo has stopped reading, for its own bytes are not taken.
  REQUIRE(lab.until([&] {
    const bool full = lab.runner.unsent_bytes() > limit;
    if (!full) {
      lab.send(chunk);
      sent += chunk.size();
    }
    stuck = full ? stuck + 1 : 0;
    CHECK(lab.runner.late_bytes() <= most);
    return stuck > 100 && lab.echo.most_unsent > limit;
  }));
  CHECK(lab.runner.late_bytes() > most / 2);
  CHECK(lab.server.unsent_bytes() <= limit + 64 * 1024);
  lab.runner.hold(lab.peer, {});
  REQUIRE(lab.until([&] { return lab.caller.got.size() == sent; }));
  CHECK(lab.runner.late_bytes() == 0);
}

TEST_CASE("links: a broken one ends the connections to that peer only") {
  Linked lab;
  Echo other;
  Runner second(lab.io, other, listening_on());
  REQUIRE(second.bind().ok());
  second.start();
  lab.open();
  REQUIRE(lab.until([&] { return lab.caller.opened; }));
  lab.runner.break_links({"localhost", second.port("PLAINTEXT")}, "nobody's");
  lab.send("still there");
  REQUIRE(lab.until([&] { return lab.caller.got == "still there"; }));
  lab.runner.break_links(lab.peer, "broken");
  REQUIRE(lab.until([&] { return lab.caller.reason == "broken"; }));
  REQUIRE(lab.until([&] { return !lab.echo.reasons.empty(); }));
}

TEST_CASE("links: a fault command is of this broker's own links, and told without addresses") {
  Linked lab;
  FaultCommands faults(NodeId(1));
  const auto ask = [&](const char* fault, const char* target, std::string detail, bool active) {
    return faults.carry_out(lab.runner, {fault, target, std::move(detail), active});
  };
  const std::string where = lab.peer.text();
  const auto told = ask("cut", "1\u21922", "localhost:1 " + where, true);
  REQUIRE(told.ok());
  CHECK(*told == trace::FaultChanged{"cut", "1\u21922", "", true});
  lab.open();
  lab.send("one ");
  lab.io.run_for(std::chrono::milliseconds(20));
  CHECK(!lab.caller.opened);
  // The other way is slow as well; both end separately.
  CHECK(ask("delay", "2\u21921", "20 ms " + where, true)->detail == "20 ms");
  const Instant begun = monotonic_now();
  CHECK(ask("cut", "1\u21922", where, false)->active == false);
  REQUIRE(lab.until([&] { return lab.caller.got == "one "; }));
  CHECK(monotonic_now() - begun >= milliseconds(20));
  CHECK(ask("delay", "2\u21921", where, false).ok());
  // Broker 2 came back on another port: the fault is where it is now.
  CHECK(ask("cut", "1\u21922", where, true).ok());
  CHECK(ask("cut", "1\u21922", "localhost:1", true).ok());
  lab.send("two");
  REQUIRE(lab.until([&] { return lab.caller.got == "one two"; }));
  CHECK(ask("break", "2\u21921", where, true)->active == false);
  REQUIRE(lab.until([&] { return lab.caller.reason == "connection reset by peer"; }));
}

TEST_CASE("links: hostile fault commands are refused with the reason") {
  Linked lab;
  FaultCommands faults(NodeId(1));
  const auto why = [&](const char* fault, std::string target, std::string detail) {
    const auto done = faults.carry_out(lab.runner, {fault, std::move(target), detail, true});
    return done ? std::string("done") : done.error().message;
  };
  const auto has = [](const std::string& text, const char* part) {
    INFO(text);
    return text.find(part) != std::string::npos && text.size() < 200;
  };
  CHECK(has(why("explode", "1\u21922", "localhost:1"), "unknown fault 'explode'"));
  CHECK(has(why("cut", "2\u21923", "localhost:1"), "is no link of broker 1"));
  for (const char* target : {"", "1", "1\u21921", "1->2", "-1\u21921", "a\u2192b", "1\u2192",
                             "1\u21922 ", "1\u219299999999999"}) {
    CHECK(has(why("cut", target, "localhost:1"), "is no link: it is written 1\u21922"));
  }
  CHECK(has(why("cut", std::string(100'000, '9'), "localhost:1"), "is no link"));
  for (const char* where : {"localhost", ":1", "localhost:0", "localhost:65536", "localhost:-1",
                            "localhost:1x", "localhost: 1"}) {
    CHECK(has(why("cut", "1\u21922", where), "is no host:port"));
  }
  CHECK(has(why("cut", "1\u21922", ""), "1 to 8 addresses"));
  std::string many;
  for (int i = 1; i < 10'000; ++i) many += "localhost:1 ";
  CHECK(has(why("cut", "1\u21922", many), "1 to 8 addresses"));
  for (const char* late : {"", "ms", "50", "0 ms", "-1 ms", "600001 ms", "1e3 ms", "50 s"}) {
    const auto text = late + std::string(" localhost:1");
    CHECK(has(why("delay", "1\u21922", text), "a delay begins with 1 to 600000 ms"));
  }
  CHECK(why("delay", "1\u21922", "600000 ms localhost:1") == "done");
  for (int id = 3; id < 1002; ++id) (void)why("cut", fmt::format("1\u2192{}", id), "localhost:1");
  CHECK(has(why("cut", "1\u21925000", "localhost:1"), "1000 links have faults already"));
}

}  // namespace
}  // namespace lab::host
