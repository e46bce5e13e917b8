#include "engine/host/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "engine/base/check.h"
#include "engine/host/files.h"
#include "engine/host/port_holder.h"

extern char** environ;

namespace lab::host {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

int open_pidfd(std::int64_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
}

// All that the child needs between fork and exec, where nothing may be allocated.
struct Prepared {
  std::vector<std::string> arguments, environment;
  std::vector<char*> argv, envp;
  Descriptor input, output;
  std::string directory;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

Result<> prepare(const ProcessSpec& spec, Prepared& out) {
  if (spec.argv.empty()) return Error{"a process without a command"};
  out.arguments = spec.argv;
  if (!spec.properties_file.empty()) out.arguments.push_back(spec.properties_file);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const auto name = text.substr(0, text.find('='));
    const auto replaced = [&](const auto& added) { return added.first == name; };
    if (std::none_of(spec.environment.begin(), spec.environment.end(), replaced)) {
      out.environment.push_back(text);
    }
  }
  for (const auto& [name, value] : spec.environment) out.environment.push_back(name + "=" + value);
  out.argv = pointers(out.arguments);
  out.envp = pointers(out.environment);
  out.directory = spec.directory;
  const std::string log = spec.log_file.empty() ? "/dev/null" : spec.log_file;
  if (!spec.log_file.empty()) {
    std::error_code error;
    const auto parent = std::filesystem::path(log).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, error);
  }
  out.input = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  out.output = Descriptor(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!out.input || !out.output) return Error{fmt::format("{}: {}", log, reason(errno))};
  return {};
}

// In the child: only calls that are safe after a fork. Returns where it fails, with errno.
void become(const Prepared& prepared, pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return;
  if (::getppid() != parent) ::_exit(127);  // it died before the line above
  ::setpgid(0, 0);
  if (::dup2(prepared.input.get(), 0) < 0 || ::dup2(prepared.output.get(), 1) < 0 ||
      ::dup2(prepared.output.get(), 2) < 0) {
    return;
  }
  if (!prepared.directory.empty() && ::chdir(prepared.directory.c_str()) != 0) return;
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::execvpe(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
}

}  // namespace

struct Process::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, std::int64_t process, int pidfd, bool foreign)
      : pid(process), adopted(foreign), gate(io, pidfd) {}

  std::int64_t pid;
  bool adopted;
  asio::posix::stream_descriptor gate;  // the pidfd: readable when the process is gone
  std::string command;
  bool frozen = false, running = true;
  ExitStatus status;
  std::function<void(ExitStatus)> on_exit;

  void watch() {
    gate.async_wait(asio::posix::stream_descriptor::wait_read,
                    [self = shared_from_this()](const error_code& error) {
                      if (!error) self->reap();
                    });
  }

  void reap() {
    if (!running) return;
    siginfo_t info{};
    // By pid: it is our child and not waited for yet, so the number is still its own. (A pidfd that
    // the io_context has made non-blocking would not wait.)
    if (!adopted && ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) == 0) {
      status.known = true;
      status.signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
      status.code = info.si_code == CLD_EXITED ? info.si_status : 0;
    }
    running = false;
    frozen = false;
    if (on_exit) std::exchange(on_exit, nullptr)(status);
  }

  Result<> send(int signal) {
    if (!running) return Error{fmt::format("process {} is gone", pid)};
    if (::syscall(SYS_pidfd_send_signal, gate.native_handle(), signal, nullptr, 0) == 0) return {};
    return Error{fmt::format("signal {} to process {}: {}", signal, pid, reason(errno))};
  }
};

Process::Process(std::shared_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Process>> Process::spawn(asio::io_context& io, const ProcessSpec& spec) {
  Prepared prepared;
  if (auto ready = prepare(spec, prepared); !ready) return ready.error();
  int ends[2];  // what goes wrong before exec comes back through this pipe
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{"pipe: " + reason(errno)};
  Descriptor read_end(ends[0]), write_end(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return Error{"fork: " + reason(errno)};
  if (pid == 0) {
    become(prepared, parent);
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(write_end.get(), &error, sizeof error);
    ::_exit(127);
  }
  ::setpgid(pid, pid);  // in both, so that neither has to wait for the other
  write_end = Descriptor();
  int failed = 0;
  ssize_t got = 0;
  do {
    got = ::read(read_end.get(), &failed, sizeof failed);
  } while (got < 0 && errno == EINTR);
  const int pidfd = got == 0 ? open_pidfd(pid) : -1;
  if (pidfd < 0) {
    if (got == 0) ::kill(pid, SIGKILL);  // our child, not waited for yet: the pid is its own
    ::waitpid(pid, nullptr, 0);
    return Error{fmt::format("starting {}: {}", spec.argv[0], reason(got == 0 ? errno : failed))};
  }
  auto state = std::make_shared<State>(io, pid, pidfd, false);
  state->command = fmt::format("{}", fmt::join(prepared.arguments, " "));
  state->watch();
  return std::unique_ptr<Process>(new Process(std::move(state)));
}

Result<std::unique_ptr<Process>> Process::adopt(asio::io_context& io, std::int64_t pid) {
  if (pid <= 1 || pid == ::getpid()) {
    return Error{fmt::format("process {} is not one to adopt", pid)};
  }
  const int pidfd = open_pidfd(pid);
  if (pidfd < 0) return Error{fmt::format("process {}: {}", pid, reason(errno))};
  auto state = std::make_shared<State>(io, pid, pidfd, true);
  state->command = command_of(pid);
  state->watch();
  return std::unique_ptr<Process>(new Process(std::move(state)));
}

Process::~Process() {
  state_->on_exit = nullptr;
  if (state_->running && !state_->adopted) {
    [[maybe_unused]] const auto killed = state_->send(SIGKILL);
    state_->reap();  // waits
  }
  error_code ignored;
  state_->gate.close(ignored);
}

std::int64_t Process::pid() const { return state_->pid; }
const std::string& Process::command() const { return state_->command; }
bool Process::running() const { return state_->running; }
bool Process::frozen() const { return state_->frozen; }
bool Process::adopted() const { return state_->adopted; }

void Process::on_exit(std::function<void(ExitStatus)> on_exit) {
  state_->on_exit = std::move(on_exit);
}

Result<> Process::terminate() { return state_->send(SIGTERM); }
Result<> Process::kill() { return state_->send(SIGKILL); }

Result<> Process::freeze() {
  auto sent = state_->send(SIGSTOP);
  if (sent) state_->frozen = true;
  return sent;
}

Result<> Process::thaw() {
  auto sent = state_->send(SIGCONT);
  if (sent) state_->frozen = false;
  return sent;
}

std::int64_t resident_bytes(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  std::int64_t size = 0, resident = 0;
  if (!(file >> size >> resident)) return 0;
  return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace lab::host
