// Real files: paths that stay below the root, the lock, the disk thread.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <mutex>

#include "engine/host/file_executor.h"
#include "engine/host/port_holder.h"
#include "engine/host/real_disk.h"
#include "engine/host/server_log.h"
#include "tests/engine/host/temporary.h"

namespace lab::host {
namespace {

TEST_CASE("files: only paths below the root") {
  for (const char* path : {"a", "a/b", ".lock", "t-0/00000.log", "."}) CHECK(Files::safe(path));
  for (const char* path : {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a/."}) {
    CHECK_MESSAGE(!Files::safe(path), path);
  }
  TemporaryDirectory directory;
  RealDisk disk(directory / "data");
  CHECK(!disk.write("../outside", 0, bytes_of("x")).ok());
  CHECK(!disk.remove(".").ok());
  CHECK(!std::filesystem::exists(directory / "outside"));
}

TEST_CASE("real disk: what storage::Disk promises") {
  TemporaryDirectory directory;
  RealDisk disk(directory / "data");
  CHECK(!disk.list(".").ok());
  REQUIRE(disk.write("t-0/0.log", 3, bytes_of("def")).ok());
  CHECK(disk.read("t-0/0.log", 0, 100)->text() == std::string_view("\0\0\0def", 6));
  CHECK(disk.read("t-0/0.log", 9, 1)->empty());
  CHECK(*disk.size("t-0/0.log") == 6);
  REQUIRE(disk.truncate("t-0/0.log", 4).ok());
  CHECK(*disk.size("t-0/0.log") == 4);
  REQUIRE(disk.sync("t-0/0.log").ok());
  REQUIRE(disk.sync("t-0").ok());
  REQUIRE(disk.rename("t-0/0.log", "t-0/1.log").ok());
  CHECK(!disk.exists("t-0/0.log"));
  CHECK(!disk.read("t-0/0.log", 0, 1).ok());
  REQUIRE(disk.make_directory("u-0").ok());
  const auto entries = disk.list(".");
  REQUIRE(entries.ok());
  CHECK(*entries == std::vector<storage::Disk::Entry>{{"t-0", true, 0}, {"u-0", true, 0}});
  CHECK(*disk.list("t-0") == std::vector<storage::Disk::Entry>{{"1.log", false, 4}});
  REQUIRE(disk.remove("t-0").ok());
  REQUIRE(disk.remove("t-0").ok());
  CHECK(!disk.exists("t-0/1.log"));
  REQUIRE(storage::replace_file(disk, "meta", "text").ok());
  CHECK(*storage::read_text(disk, "meta") == "text");
}

TEST_CASE("real disk: one process has the directory") {
  TemporaryDirectory directory;
  RealDisk first(directory.path());
  REQUIRE(first.lock().ok());
  REQUIRE(first.lock().ok());
  RealDisk second(directory.path());
  const auto refused = second.lock();
  REQUIRE(!refused.ok());
  INFO(refused.error().message);
  CHECK(refused.error().message.find("Failed to acquire lock on file .lock in " + directory.path() +
                                     ". A Kafka instance in another process or thread is using "
                                     "this directory. (pid " +
                                     std::to_string(::getpid())) == 0);
}

TEST_CASE("real disk: a lock ends with its holder") {
  TemporaryDirectory directory;
  {
    RealDisk first(directory.path());
    REQUIRE(first.lock().ok());
  }
  RealDisk second(directory.path());
  CHECK(second.lock().ok());
}

struct Collected {
  FileExecutor::OnDone on_done() {
    return [this](std::vector<Done> more) {
      const std::lock_guard lock(mutex);
      for (auto& one : more) done.push_back(std::move(one));
    };
  }
  std::mutex mutex;
  std::vector<Done> done;
};

TEST_CASE("file executor: order on one file, completions in order, neighbours merged") {
  TemporaryDirectory directory;
  Collected collected;
  std::vector<FileEffect> effects;
  std::string expected;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const std::string piece = std::to_string(i) + ",";
    effects.push_back(Write{"a/log", expected.size(), {Slice::copy(piece)}, Ticket(i)});
    effects.push_back(Write{"b/log", 0, {Slice::copy(piece)}, Ticket(1000 + i)});
    expected += piece;
  }
  effects.push_back(Rename{"a/log", "a/old", Ticket(2000)});
  effects.push_back(Write{"a/log", 0, {Slice::copy("new")}, Ticket(2001)});
  effects.push_back(Truncate{"b/log", 2, Ticket(2002)});
  effects.push_back(Read{"b/log", 0, 10, Ticket(2003)});
  effects.push_back(Remove{"nothing", Ticket(2004)});
  effects.push_back(Sync{"a", Ticket(2005)});
  FileExecutor executor(directory.path(), collected.on_done());
  executor.submit(std::move(effects));
  executor.drain();
  const std::lock_guard lock(collected.mutex);
  REQUIRE(collected.done.size() == 1006);
  for (std::uint64_t i = 0; i < 500; ++i) {
    CHECK(collected.done[2 * i].ticket == Ticket(i));
    CHECK(collected.done[2 * i + 1].ticket == Ticket(1000 + i));
  }
  for (const auto& done : collected.done) CHECK_MESSAGE(done.status == IoStatus::ok, done.error);
  CHECK(collected.done[1003].data.text() == "49");
  CHECK(content_of(directory / "a/old") == expected);
  CHECK(content_of(directory / "a/log") == "new");
  CHECK(executor.merged() == 499);
}

TEST_CASE("file executor: failures are told, a full disk by its name") {
  TemporaryDirectory directory;
  Collected collected;
  {
    FileExecutor executor(directory.path(), collected.on_done());
    std::filesystem::create_symlink("/dev/full", directory / "full");
    executor.submit({Write{"full", 0, {Slice::copy("x")}, Ticket(1)},
                     Write{"../up", 0, {Slice::copy("x")}, Ticket(2)},
                     Read{"missing", 0, 1, Ticket(3)}, Sync{"missing", Ticket(4)}});
  }
  REQUIRE(collected.done.size() == 4);
  CHECK(collected.done[0].status == IoStatus::disk_full);
  CHECK(collected.done[0].error.find("No space left on device") != std::string::npos);
  CHECK(collected.done[1].status == IoStatus::failed);
  CHECK(collected.done[2].status == IoStatus::failed);
  CHECK(collected.done[3].status == IoStatus::failed);
}

TEST_CASE("file executor: a disk of a given speed") {
  TemporaryDirectory directory;
  Collected collected;
  const auto before = monotonic_now();
  {
    FileExecutor executor(directory.path(), collected.on_done(), 100'000);
    executor.submit({Write{"a", 0, {Slice::copy(std::string(5'000, 'x'))}, Ticket(1)}});
  }
  CHECK(monotonic_now() - before >= milliseconds(50));
}

TEST_CASE("server log: Kafka's line format, to a file as well") {
  TemporaryDirectory directory;
  const LogLine line{Level::warn, "kafka.server.KafkaServer", "[Broker id=1] text"};
  const WallTime at(milliseconds(1'700'000'000'042));
  const std::string text = ServerLog::format(line, at);
  CHECK(text.substr(20) == ",042] WARN [Broker id=1] text (kafka.server.KafkaServer)");
  CHECK(text[0] == '[');
  auto log = ServerLog::open(directory / "logs");
  REQUIRE(log.ok());
  log->write(line, at);
  CHECK(content_of(directory / "logs/server.log") == text + "\n");
  CHECK(!ServerLog::open("/proc/none").ok());
}

TEST_CASE("a process's command") {
  CHECK(!command_of(::getpid()).empty());
  CHECK(command_of(-1).empty());
}

}  // namespace
}  // namespace lab::host
