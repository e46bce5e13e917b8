#include "engine/sim/program/workers.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/base/check.h"

extern char** environ;  // NOLINT: POSIX has it so

namespace lab::sim::program {
namespace {

sigset_t interrupts() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) == 0) read = ends[0], write = ends[1];
  }
  ~Pipe() { close_both(); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_both() {
    if (read >= 0) ::close(std::exchange(read, -1));
    if (write >= 0) ::close(std::exchange(write, -1));
  }
};

// A child that died before it read all is noticed by its missing answer.
void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(fd, text.data(), text.size());
    if (wrote < 0 && errno != EINTR) return;
    if (wrote > 0) text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

// It is the parent who is told of Ctrl-C; the child takes only SIGTERM as everybody does.
int spawn(const std::vector<std::string>& command, int in, int answers, pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, answers, Workers::answer_fd);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t blocked, defaults;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&how, &blocked);
  posix_spawnattr_setsigdefault(&how, &defaults);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> words;
  for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int failed = ::posix_spawn(&pid, words.front(), &files, &how, words.data(), environ);
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&files);
  return failed;
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

}  // namespace

Workers::Workers(std::vector<std::string> command, int most)
    : command_(std::move(command)), most_(static_cast<std::size_t>(std::max(1, most))) {
  LAB_CHECK(!command_.empty());
  const sigset_t set = interrupts();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  LAB_CHECK_MSG(signals_ >= 0, ::strerror(errno));
}

Workers::~Workers() {
  kill_all();
  ::close(signals_);
  const sigset_t set = interrupts();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

Result<> Workers::start(std::uint64_t job, const std::string& line) {
  LAB_CHECK(has_room());
  Pipe in, answers;
  if (in.write < 0 || answers.write < 0) return Error{fmt::format("a pipe: {}", ::strerror(errno))};
  // dup2 onto itself would keep the close-on-exec flag.
  for (int* end : {&in.read, &answers.write}) {
    if (*end > answer_fd) continue;
    const int moved = ::fcntl(*end, F_DUPFD_CLOEXEC, answer_fd + 1);
    if (moved < 0) return Error{fmt::format("a pipe: {}", ::strerror(errno))};
    ::close(std::exchange(*end, moved));
  }
  Child child;
  child.job = job;
  if (const int failed = spawn(command_, in.read, answers.write, child.pid); failed != 0) {
    return Error{fmt::format("starting {}: {}", command_.front(), ::strerror(failed))};
  }
  ::close(std::exchange(in.read, -1));
  write_all(in.write, line + "\n");
  child.answers = std::exchange(answers.read, -1);
  ::fcntl(child.answers, F_SETFL, O_NONBLOCK);
  working_.push_back(std::move(child));
  return {};
}

std::optional<Workers::Answer> Workers::wait(Duration limit) {
  std::vector<pollfd> watched{{signals_, POLLIN, 0}};
  for (const auto& child : working_) watched.push_back({child.answers, POLLIN, 0});
  const std::int64_t ms = std::max<std::int64_t>(0, to_ms(limit));
  (void)::poll(watched.data(), watched.size(),
               static_cast<int>(std::min<std::int64_t>(ms, 60'000)));
  if (watched.front().revents != 0) see_signals();
  if (interrupted_) return std::nullopt;
  for (std::size_t i = 0; i < working_.size(); ++i) {
    if (watched[i + 1].revents == 0 || !read_from(working_[i])) continue;
    Child child = std::move(working_[i]);
    working_.erase(working_.begin() + static_cast<std::ptrdiff_t>(i));
    return finish(child);
  }
  return std::nullopt;
}

void Workers::see_signals() {
  signalfd_siginfo came{};
  while (::read(signals_, &came, sizeof came) == static_cast<ssize_t>(sizeof came)) {
    interrupted_ = true;
  }
}

bool Workers::read_from(Child& child) {
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t got = ::read(child.answers, buffer, sizeof buffer);
    if (got < 0) return errno != EAGAIN && errno != EINTR;
    if (got == 0) return true;
    child.said.append(buffer, static_cast<std::size_t>(got));
  }
}

Workers::Answer Workers::finish(Child& child) {
  ::close(child.answers);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  Answer answer;
  answer.job = child.job;
  if (WIFSIGNALED(status)) {
    answer.died = "the process was killed by " + signal_name(WTERMSIG(status));
  } else if (WEXITSTATUS(status) != 0 || !child.said.ends_with('\n')) {
    answer.died = fmt::format("the process ended with code {} and without a whole answer",
                              WEXITSTATUS(status));
  } else {
    child.said.pop_back();
    answer.line = std::move(child.said);
  }
  return answer;
}

void Workers::kill_all() {
  for (auto& child : working_) ::kill(child.pid, SIGKILL);
  for (auto& child : working_) (void)finish(child);
  working_.clear();
}

void Workers::kill(std::uint64_t job) {
  std::erase_if(working_, [&](Child& child) {
    if (child.job != job) return false;
    ::kill(child.pid, SIGKILL);
    (void)finish(child);
    return true;
  });
}

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace lab::sim::program
