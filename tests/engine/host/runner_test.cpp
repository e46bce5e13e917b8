// Toy machines on real sockets, files and clocks.
#include "engine/host/runner.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <boost/asio/write.hpp>

#include <variant>

#include "engine/base/check.h"
#include "engine/machine/context.h"
#include "tests/engine/host/machines.h"
#include "tests/engine/host/temporary.h"

namespace lab::host {
namespace {

tcp::socket connect_to(asio::io_context& io, std::uint16_t port, const char* host = "127.0.0.1") {
  tcp::socket socket(io);
  socket.connect({asio::ip::make_address(host), port});
  return socket;
}

TEST_CASE("runner: an echo over TCP, cut at odd places") {
  asio::io_context io;
  Echo echo;
  Runner runner(io, echo, listening_on());
  REQUIRE(runner.bind().ok());
  runner.start();
  const auto port = runner.port("PLAINTEXT");
  REQUIRE(port != 0);

  std::string sent, got;
  for (int i = 0; i < 40'000; ++i) sent += static_cast<char>('a' + i % 23);
  tcp::socket client = connect_to(io, port);
  client.non_blocking(true);
  std::size_t at = 0, piece = 1;
  REQUIRE(run_until(io, [&] {
    error_code error;
    if (at < sent.size()) {
      at += client.write_some(asio::buffer(sent.data() + at, std::min(piece, sent.size() - at)),
                              error);
      piece = piece * 3 % 7919 + 1;
    }
    char bytes[4096];
    const auto count = client.read_some(asio::buffer(bytes), error);
    got.append(bytes, count);
    return got.size() == sent.size();
  }));
  CHECK(got == sent);
  CHECK(echo.last_opened.listener == "PLAINTEXT");
  CHECK(echo.last_opened.local_port == port);
  CHECK(echo.last_opened.conn.v % 2 == 0);
  CHECK(echo.last_opened.remote.port == client.local_endpoint().port());
  client.close();
  REQUIRE(run_until(io, [&] { return !echo.reasons.empty(); }));
  CHECK(echo.reasons[0] == "closed by the peer");
  CHECK(runner.connections() == 0);
}

TEST_CASE("runner: localhost is both addresses, and refuses until Listen") {
  asio::io_context io;
  Echo echo(1 << 20, false);
  Runner runner(io, echo, listening_on());
  REQUIRE(runner.bind().ok());
  runner.start();
  tcp::socket early(io);
  error_code error;
  early.connect({asio::ip::make_address("127.0.0.1"), runner.port("PLAINTEXT")}, error);
  CHECK(error == asio::error::connection_refused);
  runner.post([](const Now&, Effects& effects) { effects.push_back(Listen{}); });
  io.poll();
  connect_to(io, runner.port("PLAINTEXT"));
  tcp::socket six(io);
  six.open(tcp::v6(), error);
  if (!error) six.connect({asio::ip::make_address("::1"), runner.port("PLAINTEXT")}, error);
  if (!error) REQUIRE(run_until(io, [&] { return echo.last_opened.remote.host == "::1"; }));
}

TEST_CASE("runner: what was sent before a close after flush arrives") {
  asio::io_context io;
  Echo echo;
  Runner runner(io, echo, listening_on());
  REQUIRE(runner.bind().ok());
  runner.start();
  tcp::socket client = connect_to(io, runner.port("PLAINTEXT"));
  asio::write(client, asio::buffer(std::string("bye")));
  REQUIRE(run_until(io, [&] { return !echo.reasons.empty(); }));
  asio::write(client, asio::buffer(std::string("nobody hears this")));
  std::string got(64, '\0');
  error_code error;
  std::size_t have = 0;
  client.non_blocking(true);
  REQUIRE(run_until(io, [&] {
    have += client.read_some(asio::buffer(got.data() + have, got.size() - have), error);
    return error == asio::error::eof;
  }));
  CHECK(got.substr(0, have) == "last words");
  CHECK(echo.reasons == std::vector<std::string>{"asked to"});
}

TEST_CASE("runner: a peer that does not read costs bounded memory and gets all in the end") {
  asio::io_context io;
  constexpr std::size_t limit = 256 * 1024;
  Echo echo(limit);
  Runner runner(io, echo, listening_on());
  REQUIRE(runner.bind().ok());
  runner.start();
  tcp::socket client = connect_to(io, runner.port("PLAINTEXT"));
  client.non_blocking(true);
  const std::string chunk(64 * 1024, 'x');
  std::size_t sent = 0, stuck = 0;
  // Writes until nothing moves any more: the machine has stopped reading.
  REQUIRE(run_until(io, [&] {
    error_code error;
    const auto count = client.write_some(asio::buffer(chunk), error);
    sent += count;
    stuck = count == 0 ? stuck + 1 : 0;
    return stuck > 10;
  }));
  CHECK(sent > limit);
  CHECK(echo.most_unsent <= limit + 64 * 1024);
  CHECK(runner.unsent_bytes() <= limit + 64 * 1024);
  std::size_t got = 0;
  REQUIRE(run_until(io, [&] {
    error_code error;
    char bytes[65536];
    got += client.read_some(asio::buffer(bytes), error);
    return got == sent;
  }));
  CHECK(runner.unsent_bytes() == 0);
}

TEST_CASE("runner: a port in use names its holder") {
  asio::io_context io;
  Echo first, second;
  Runner one(io, first, listening_on());
  REQUIRE(one.bind().ok());
  one.start();
  Runner two(io, second, listening_on(one.port("PLAINTEXT")));
  const auto bound = two.bind();
  REQUIRE(!bound.ok());
  const std::string& message = bound.error().message;
  INFO(message);
  CHECK(message.find("Socket server failed to bind to localhost:" +
                     std::to_string(one.port("PLAINTEXT"))) == 0);
  CHECK(message.find("Address already in use") != std::string::npos);
  CHECK(message.find("pid " + std::to_string(::getpid())) != std::string::npos);
}

TEST_CASE("runner: client machines on the same loop, driven by post") {
  asio::io_context io;
  Echo echo;
  Runner server(io, echo, listening_on());
  REQUIRE(server.bind().ok());
  server.start();
  Caller a, b;
  Runner run_a(io, a, {}), run_b(io, b, {});
  run_a.start();
  run_b.start();
  for (auto* pair : {&a, &b}) {
    auto& runner = pair == &a ? run_a : run_b;
    runner.post(pair->bracket([&, pair] {
      const auto conn = pair->context.open({"localhost", server.port("PLAINTEXT")});
      pair->context.send(conn, {Slice::copy("hel"), Slice{}, Slice::copy("lo")});
    }));
  }
  REQUIRE(run_until(io, [&] { return a.got == "hello" && b.got == "hello"; }));
  CHECK(a.opened);
}

TEST_CASE("runner: an Open that fails is a Closed without Opened") {
  asio::io_context io;
  Echo echo(1, false);
  Runner holder(io, echo, listening_on());
  REQUIRE(holder.bind().ok());  // bound, not listening: refuses
  Caller caller;
  Runner runner(io, caller, {});
  runner.start();
  runner.post(caller.bracket([&] {
    caller.context.open({"localhost", holder.port("PLAINTEXT")});
  }));
  REQUIRE(run_until(io, [&] { return !caller.reason.empty(); }));
  CHECK(!caller.opened);
  CHECK(caller.reason == "Connection refused");
}

TEST_CASE("runner: timers wake the machine, never early") {
  asio::io_context io;
  Caller caller;
  Runner runner(io, caller, {});
  runner.start();
  std::vector<Instant> fired;
  Instant wanted{};
  Context::Timer late(caller.context, [&] { fired.push_back(caller.context.monotonic()); });
  Context::Timer soon(caller.context, [&] { fired.push_back(caller.context.monotonic()); });
  runner.post(caller.bracket([&] {
    late.arm_in(milliseconds(30));
    soon.arm_in(milliseconds(5));
    wanted = soon.at();
  }));
  REQUIRE(run_until(io, [&] { return fired.size() == 2; }));
  CHECK(fired[0] >= wanted);
  CHECK(fired[1] >= late.at());
}

TEST_CASE("runner: what has arrived is handled before a wake-up that is due") {
  asio::io_context io;
  Echo echo;
  Runner runner(io, echo, listening_on());
  REQUIRE(runner.bind().ok());
  runner.start();
  tcp::socket client = connect_to(io, runner.port("PLAINTEXT"));
  REQUIRE(run_until(io, [&] { return echo.last_opened.conn.v != 0; }));
  runner.post([](const Now& now, Effects& effects) {
    effects.push_back(WakeAt{now.monotonic + milliseconds(5)});
  });
  io.poll();
  asio::write(client, asio::buffer(std::string("early bird")));
  echo.order.clear();
  asio::steady_timer frozen(client.get_executor(), std::chrono::milliseconds(10));
  frozen.wait();  // as if the process had been stopped meanwhile
  REQUIRE(run_until(io, [&] { return !echo.woken.empty(); }));
  const Input bytes = Bytes{};
  CHECK(echo.order.front() == bytes.index());
}

TEST_CASE("runner: file effects end as Done, Halt comes after them") {
  asio::io_context io;
  TemporaryDirectory directory;
  Caller caller;
  RunnerOptions options;
  options.root = directory / "data";
  std::vector<std::string> lines;
  bool halted = false;
  options.on_log = [&](const LogLine& line, WallTime) { lines.push_back(line.text); };
  options.on_halt = [&](const Halt& halt) { halted = halt.clean; };
  Runner runner(io, caller, options);
  runner.start();
  std::vector<IoStatus> statuses;
  std::string read_back;
  const auto note = [&](const Done& done) { statuses.push_back(done.status); };
  Caller* c = &caller;
  class Filer final : public Machine {
   public:
    explicit Filer(Context& context) : context_(context) {}
    void handle(const Now& now, Input input, Effects& effects) override {
      context_.begin(now, effects);
      if (auto* done = std::get_if<Done>(&input)) context_.complete(*done);
      context_.end();
    }

   private:
    Context& context_;
  } filer(caller.context);
  Runner files(io, filer, options);
  files.post(c->bracket([&] {
    c->context.write("t-0/0.log", 0, {Slice::copy("abc")}, note);
    c->context.write("t-0/0.log", 3, {Slice::copy("def")}, note);
    c->context.sync("t-0/0.log", note);
    c->context.read("t-0/0.log", 1, 100,
                    [&](const Done& done) { read_back = std::string(done.data.text()); });
    c->context.rename("t-0", "t-0.deleted", note);
    c->context.read("t-0/0.log", 0, 1, note);
    c->context.replace_file("meta", Slice::copy("new"), note);
    c->context.log(Level::info, "kafka.Test", "line {}", 1);
  }));
  REQUIRE(run_until(io, [&] { return statuses.size() == 6; }));
  CHECK(read_back == "bcdef");
  CHECK(statuses[3] == IoStatus::ok);
  CHECK(statuses[4] == IoStatus::failed);
  CHECK(content_of(directory / "data/t-0.deleted/0.log") == "abcdef");
  CHECK(content_of(directory / "data/meta") == "new");
  CHECK(lines == std::vector<std::string>{"line 1"});
  files.post(c->bracket([&] {
    c->context.write("last", 0, {Slice::copy("word")}, nullptr);
    c->context.halt(true, "done");
  }));
  REQUIRE(run_until(io, [&] { return halted; }));
  CHECK(content_of(directory / "data/last") == "word");
  CHECK(files.halted());
}

TEST_CASE("runner: stop is an input, and the machine decides") {
  asio::io_context io;
  Echo echo;
  RunnerOptions options = listening_on();
  std::string reason;
  options.on_halt = [&](const Halt& halt) { reason = halt.reason; };
  Runner runner(io, echo, options);
  REQUIRE(runner.bind().ok());
  runner.start();
  runner.stop();
  REQUIRE(run_until(io, [&] { return !reason.empty(); }));
  CHECK(reason == "stopped");
  error_code error;
  tcp::socket socket(io);
  socket.connect({asio::ip::make_address("127.0.0.1"), runner.port("PLAINTEXT")}, error);
  CHECK(error == asio::error::connection_refused);
}

TEST_CASE("runner: a failed check ends that machine only") {
  asio::io_context io;
  Caller caller;
  RunnerOptions options;
  std::string what;
  options.on_crash = [&](const std::string& text) { what = text; };
  Runner runner(io, caller, options);
  runner.start();
  runner.post([](const Now&, Effects&) { LAB_CHECK_MSG(false, "on purpose"); });
  REQUIRE(run_until(io, [&] { return !what.empty(); }));
  CHECK(what.find("on purpose") != std::string::npos);
  CHECK(runner.halted());
}

}  // namespace
}  // namespace lab::host
