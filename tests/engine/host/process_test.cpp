// Real child processes: started, stopped, killed, frozen, and gone with their parent.
#include "engine/host/process.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/engine/host/temporary.h"

namespace lab::host {
namespace {

ProcessSpec shell(const std::string& script) { return {{"/bin/sh", "-c", script}, {}, {}, {}, {}}; }

// The state letter of /proc/PID/stat; 'X' where there is no such process.
char state_of(std::int64_t pid) {
  const std::string stat = content_of("/proc/" + std::to_string(pid) + "/stat");
  const auto paren = stat.rfind(") ");
  return paren == std::string::npos ? 'X' : stat[paren + 2];
}
bool dead(std::int64_t pid) { return state_of(pid) == 'X' || state_of(pid) == 'Z'; }

TEST_CASE("process: exit status, log file, environment, last argument") {
  asio::io_context io;
  TemporaryDirectory directory;
  ProcessSpec spec = shell("echo \"$GREETING $0\"; pwd; echo oops >&2; exit 7");
  spec.environment = {{"GREETING", "hello"}};
  spec.properties_file = "server-1.properties";
  spec.log_file = directory / "logs/out.log";
  spec.directory = directory.path();
  auto process = Process::spawn(io, spec);
  REQUIRE_MESSAGE(process.ok(), (process.ok() ? "" : process.error().message));
  ExitStatus status;
  (*process)->on_exit([&](ExitStatus ended) { status = ended; });
  REQUIRE(run_until(io, [&] { return status.known; }));
  CHECK(status.signal == 0);
  CHECK(status.code == 7);
  CHECK(!(*process)->running());
  CHECK(!(*process)->kill().ok());
  CHECK(content_of(directory / "logs/out.log") ==
        "hello server-1.properties\n" + directory.path() + "\noops\n");
}

TEST_CASE("process: kill and terminate are seen with their signal") {
  asio::io_context io;
  for (const bool hard : {true, false}) {
    auto process = Process::spawn(io, shell("exec sleep 100"));
    REQUIRE(process.ok());
    CHECK((*process)->running());
    CHECK(::getpgid(static_cast<pid_t>((*process)->pid())) == (*process)->pid());
    ExitStatus status;
    (*process)->on_exit([&](ExitStatus ended) { status = ended; });
    REQUIRE((hard ? (*process)->kill() : (*process)->terminate()).ok());
    REQUIRE(run_until(io, [&] { return status.known; }));
    CHECK(status.signal == (hard ? SIGKILL : SIGTERM));
  }
}

TEST_CASE("process: freeze and thaw") {
  asio::io_context io;
  auto process = Process::spawn(io, shell("exec sleep 100"));
  REQUIRE(process.ok());
  const auto pid = (*process)->pid();
  REQUIRE((*process)->freeze().ok());
  CHECK((*process)->frozen());
  REQUIRE(run_until(io, [&] { return state_of(pid) == 'T'; }));
  REQUIRE((*process)->thaw().ok());
  REQUIRE(run_until(io, [&] { return state_of(pid) == 'S'; }));
  CHECK(resident_bytes(pid) > 0);
  process->reset();  // a child that still runs ends with its handle
  CHECK(dead(pid));
}

TEST_CASE("process: what cannot be started is an error at once") {
  asio::io_context io;
  const auto missing = Process::spawn(io, {{"/nonexistent/brokerd"}, {}, {}, {}, {}});
  REQUIRE(!missing.ok());
  CHECK(missing.error().message == "starting /nonexistent/brokerd: No such file or directory");
  CHECK(!Process::spawn(io, {}).ok());
  CHECK(!Process::adopt(io, 1).ok());
  CHECK(!Process::adopt(io, ::getpid()).ok());
}

TEST_CASE("process: a foreign process is adopted, and let go unharmed") {
  asio::io_context io;
  auto child = Process::spawn(io, shell("exec sleep 100"));
  REQUIRE(child.ok());
  const auto pid = (*child)->pid();
  {
    auto adopted = Process::adopt(io, pid);
    REQUIRE(adopted.ok());
    CHECK((*adopted)->adopted());
    CHECK(!(*adopted)->command().empty());
  }
  CHECK(!dead(pid));
  auto again = Process::adopt(io, pid);
  REQUIRE(again.ok());
  bool gone = false, known = true;
  (*again)->on_exit([&](ExitStatus status) {
    gone = true;
    known = status.known;
  });
  REQUIRE((*again)->kill().ok());
  REQUIRE(run_until(io, [&] { return gone; }));
  CHECK(!known);
}

// The test forks a parent of its own, so that one can be killed.
TEST_CASE("process: children end with a parent that is killed") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t parent = ::fork();
  REQUIRE(parent >= 0);
  if (parent == 0) {
    asio::io_context io;
    auto child = Process::spawn(io, shell("exec sleep 100"));
    const std::int64_t pid = child.ok() ? (*child)->pid() : 0;
    [[maybe_unused]] const auto written = ::write(ends[1], &pid, sizeof pid);
    ::pause();
    ::_exit(0);
  }
  std::int64_t grandchild = 0;
  REQUIRE(::read(ends[0], &grandchild, sizeof grandchild) == sizeof grandchild);
  ::close(ends[0]);
  ::close(ends[1]);
  REQUIRE(grandchild > 1);
  CHECK(!dead(grandchild));
  REQUIRE(::kill(parent, SIGKILL) == 0);
  REQUIRE(::waitpid(parent, nullptr, 0) == parent);
  asio::io_context io;
  CHECK(run_until(io, [&] { return dead(grandchild); }));
}

}  // namespace
}  // namespace lab::host
