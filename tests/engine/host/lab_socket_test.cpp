// The lab socket: what a reader gets, when it is late, slow or asks for faults; and the folding.
#include "engine/host/lab_socket.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/host/event_folder.h"
#include "engine/host/event_stream.h"
#include "engine/host/fault_commands.h"
#include "tests/engine/host/temporary.h"

namespace lab::host {
namespace {

trace::Event event_of(trace::Payload payload, std::uint64_t number = 0, Instant at = {},
                      std::uint64_t cause = trace::no_cause) {
  trace::Event event;
  event.number = number;
  event.at = at;
  event.node = NodeId(1);
  event.incarnation = 5;
  event.cause = cause;
  event.payload = std::move(payload);
  return event;
}

trace::Payload frame_of(std::uint64_t connection, std::int64_t size = 100) {
  trace::Frame frame;
  frame.connection = connection;
  frame.api = 1;
  frame.size = size;
  return frame;
}

// A server whose "machine" answers each wish for a snapshot with three events.
struct Served {
  explicit Served(asio::io_context& context, LabSocketOptions options,
                  LabSocketServer::OnCommand on_command = {})
      : io(context),
        server(
            io, std::move(options), [this] { asio::post(io, [this] { tell_snapshot(); }); },
            std::move(on_command)) {}
  void tell_snapshot() {
    ++snapshots;
    publish(trace::SnapshotBegin{1});
    publish(trace::BrokerSeen{NodeId(2), BrokerEpoch(7), false, false, false, "h", 1});
    publish(trace::SnapshotEnd{});
  }
  void publish(trace::Payload payload) {
    server.publish(event_of(std::move(payload), number++, monotonic_now()));
  }
  asio::io_context& io;
  std::uint64_t number = 0;
  int snapshots = 0;
  LabSocketServer server;
};

struct Reading {
  Reading(asio::io_context& io, const std::string& path)
      : reader(io, path,
               {[this](trace::Event event) { events.push_back(std::move(event)); },
                [this](const std::string& why) { reason = why; }}) {
    reader.connect();
  }
  std::vector<std::string_view> names() const {
    std::vector<std::string_view> result;
    for (const auto& event : events) result.push_back(trace::name_of(event.payload));
    return result;
  }
  std::vector<trace::Event> events;
  std::string reason;
  LabSocketReader reader;
};

LabSocketOptions at(const TemporaryDirectory& directory) {
  LabSocketOptions options;
  options.path = directory / "broker-1.sock";
  return options;
}

TEST_CASE("lab socket: kept control events, then a snapshot, then what happens") {
  asio::io_context io;
  TemporaryDirectory directory;
  auto options = at(directory);
  options.max_kept_events = 2;
  Served served(io, options);
  REQUIRE(served.server.listen().ok());
  struct stat status {};
  REQUIRE(::stat(options.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  served.publish(trace::NodeStarted{});
  served.publish(trace::Recovering{1, 2});
  served.publish(trace::NodeReady{});
  served.publish(frame_of(1));  // bulk: not kept
  Reading reading(io, options.path);
  REQUIRE(run_until(io, [&] { return reading.events.size() == 5; }));
  served.publish(trace::NodeStopping{});
  REQUIRE(run_until(io, [&] { return reading.events.size() == 6; }));
  CHECK(reading.names() == std::vector<std::string_view>{"recovering", "node-ready",
                                                         "snapshot-begin", "broker-seen",
                                                         "snapshot-end", "node-stopping"});
  CHECK(reading.reader.peer_pid() == ::getpid());
  // A second reader's snapshot does not disturb the first.
  Reading second(io, options.path);
  REQUIRE(run_until(io, [&] { return second.events.size() == 5; }));
  CHECK(reading.events.size() == 6);
  CHECK(served.server.readers() == 2);
}

TEST_CASE("lab socket: one that is slow loses events, is told, and gets a fresh snapshot") {
  asio::io_context io;
  TemporaryDirectory directory;
  auto options = at(directory);
  options.max_reader_bytes = 32 * 1024;
  Served served(io, options);
  REQUIRE(served.server.listen().ok());
  // Connected, but it does not read.
  asio::local::stream_protocol::socket slow(io);
  slow.connect(asio::local::stream_protocol::endpoint(options.path));
  REQUIRE(run_until(io, [&] { return served.snapshots == 1; }));
  Reading quick(io, options.path);
  REQUIRE(run_until(io, [&] { return served.snapshots == 2; }));
  const std::size_t before = quick.events.size();
  constexpr std::size_t many = 20'000;
  for (std::size_t i = 0; i < many; ++i) {
    served.publish(trace::Truncated{"topic", PartitionIndex(0), Offset(5), Offset(3), Epoch(1)});
    if (i % 100 == 0) io.poll();
  }
  REQUIRE(run_until(io, [&] { return quick.events.size() >= before + many; }));
  CHECK(served.snapshots == 2);
  auto stream = std::make_shared<std::vector<trace::Event>>();
  const auto late = std::make_shared<EventStream>(
      std::move(slow),
      EventStream::Handlers{
          [stream](trace::Event event) { stream->push_back(std::move(event)); }, {}, {}});
  late->start();
  REQUIRE(run_until(io, [&] {
    return !stream->empty() && std::holds_alternative<trace::SnapshotEnd>(stream->back().payload) &&
           served.snapshots == 3;
  }));
  std::uint64_t lost = 0, truncated = 0;
  for (const auto& event : *stream) {
    if (const auto* gap = std::get_if<trace::Gap>(&event.payload)) lost += gap->lost;
    truncated += std::holds_alternative<trace::Truncated>(event.payload) ? 1U : 0U;
  }
  CHECK(lost > 0);
  CHECK(lost + truncated == many);
  late->close();
}

TEST_CASE("lab socket: commands are answered, done or refused; new readers hear what is in force") {
  asio::io_context io;
  TemporaryDirectory directory;
  using Fault = trace::FaultChanged;
  Served served(io, at(directory), [&](const Fault& fault) -> Result<Fault> {
    if (fault.target == "bad") return Error{"no such link"};
    return Fault{fault.fault, fault.target, "as told", fault.active};
  });
  REQUIRE(served.server.listen().ok());
  Reading one(io, directory / "broker-1.sock"), two(io, directory / "broker-1.sock");
  REQUIRE(run_until(io, [&] { return one.events.size() == 3 && two.events.size() == 3; }));
  one.reader.command({"cut", "1-2", "localhost:1", true}, 17);
  one.reader.command({"cut", "1-3", "localhost:2", true}, 18);
  REQUIRE(run_until(io, [&] { return one.events.size() == 5 && two.events.size() == 5; }));
  CHECK(one.events.back().cause == 18);
  CHECK(one.events[3].payload == trace::Payload(Fault{"cut", "1-2", "as told", true}));
  CHECK(two.events[3].payload == one.events[3].payload);
  CHECK(two.events[3].cause == trace::no_cause);
  one.reader.command({"cut", "bad", "", true}, 19);
  one.reader.command({"cut", "1-3", "localhost:2", false}, 20);
  REQUIRE(run_until(io, [&] { return one.events.size() == 7 && two.events.size() == 6; }));
  CHECK(std::get<Fault>(one.events[5].payload).detail == "refused: no such link");
  Reading three(io, directory / "broker-1.sock");
  REQUIRE(run_until(io, [&] { return three.events.size() == 4; }));
  CHECK(three.events[0].payload == one.events[3].payload);
}

TEST_CASE("lab socket: paths that are too long, in use, left over, or no socket") {
  asio::io_context io;
  TemporaryDirectory directory;
  LabSocketOptions options = at(directory);
  options.path = directory / std::string(120, 'x');
  CHECK(!LabSocketServer(io, options, [] {}).listen().ok());
  options = at(directory);
  {
    LabSocketServer first(io, options, [] {});
    REQUIRE(first.listen().ok());
    LabSocketServer second(io, options, [] {});
    const auto refused = second.listen();
    REQUIRE(!refused.ok());
    CHECK(refused.error().message.find("another process listens there") != std::string::npos);
  }
  CHECK(!std::filesystem::exists(options.path));
  {
    asio::local::stream_protocol::acceptor left(
        io, asio::local::stream_protocol::endpoint(options.path));
  }
  CHECK(std::filesystem::exists(options.path));
  LabSocketServer third(io, options, [] {});
  CHECK(third.listen().ok());
  options.path = directory / "file";
  write_file(options.path, "precious");
  CHECK(!LabSocketServer(io, options, [] {}).listen().ok());
  CHECK(content_of(options.path) == "precious");
  Reading nobody(io, directory / "nobody.sock");
  REQUIRE(run_until(io, [&] { return !nobody.reason.empty(); }));
}

TEST_CASE("lab socket: rubbish closes that reader only") {
  asio::io_context io;
  TemporaryDirectory directory;
  Served served(io, at(directory));
  REQUIRE(served.server.listen().ok());
  Reading good(io, directory / "broker-1.sock");
  asio::local::stream_protocol::socket bad(io);
  bad.connect(asio::local::stream_protocol::endpoint(directory / "broker-1.sock"));
  REQUIRE(run_until(io, [&] { return served.server.readers() == 2; }));
  bad.write_some(asio::buffer(std::string("\xff\xff\xff\xff rubbish")));
  REQUIRE(run_until(io, [&] { return served.server.readers() == 1; }));
  CHECK(good.reason.empty());
}

TEST_CASE("folding: quiet links pass, busy ones are counted, causes are told") {
  std::vector<trace::Event> out;
  EventFolder folder(20, [&](const trace::Event& event) { out.push_back(event); });
  const Instant start{seconds(100)};
  for (std::uint64_t i = 0; i < 20; ++i) folder.take(event_of(frame_of(1), i, start));
  CHECK(out.size() == 20);
  CHECK(!folder.pending());
  for (std::uint64_t i = 20; i < 50; ++i) folder.take(event_of(frame_of(1, 10), i, start));
  folder.take(event_of(frame_of(2), 50, start));  // another link
  CHECK(out.size() == 21);
  REQUIRE(folder.pending());
  // A control event that names frame 30 brings it along, ahead.
  folder.take(event_of(trace::NodeReady{}, 51, start, 30));
  REQUIRE(out.size() == 23);
  CHECK(out[21].number == 30);
  CHECK(std::holds_alternative<trace::Frame>(out[21].payload));
  CHECK(out[22].number == 51);
  folder.flush(start + milliseconds(50));
  REQUIRE(out.size() == 24);
  const auto& counts = std::get<trace::FrameCounts>(out[23].payload);
  CHECK(counts.frames == 29);
  CHECK(counts.bytes == 290);
  // A second later the link may be told one by one again.
  folder.take(event_of(frame_of(1), 60, start + seconds(1)));
  CHECK(out.size() == 25);
}

TEST_CASE("folding: of marks the latest stays, of records the sum") {
  std::vector<trace::Event> out;
  EventFolder folder(1, [&](const trace::Event& event) { out.push_back(event); });
  for (std::int64_t i = 0; i < 5; ++i) {
    folder.take(
        event_of(trace::ReplicaMarks{"t", PartitionIndex(0), Offset(0), Offset(i), Offset(i), 0}));
    trace::RecordsMoved moved;
    moved.topic = "t";
    moved.base = Offset(i);
    moved.count = 1;
    moved.bytes = 10;
    folder.take(event_of(moved));
  }
  REQUIRE(out.size() == 2);
  folder.flush({});
  REQUIRE(out.size() == 4);
  CHECK(std::get<trace::RecordsMoved>(out[2].payload).base == Offset(1));
  CHECK(std::get<trace::RecordsMoved>(out[2].payload).count == 4);
  CHECK(std::get<trace::ReplicaMarks>(out[3].payload).log_end == Offset(4));
}

}  // namespace
}  // namespace lab::host
