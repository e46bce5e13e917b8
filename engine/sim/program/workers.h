// Child processes of brokersim, at most so many at a time. A child gets one job (a line of JSON) on
// its standard input and answers with one line on descriptor `answer_fd`; its standard output and
// error are the parent's. Each job has a process of its own, so that one that dies takes nothing
// with it and no two runs share an address. Used by what runs seeds and what shrinks; it knows no
// jobs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace lab::sim::program {

class Workers {
 public:
  static constexpr int answer_fd = 3;

  struct Answer {
    std::uint64_t job = 0;
    std::string line;  // what the child said, without the end of line
    std::string died;  // else why there is no whole line: "it was killed by SIGSEGV", ...
  };
  // `command`: program and arguments of a child. From now on until the end SIGINT and SIGTERM of
  // this process are seen by wait() and by nobody else.
  Workers(std::vector<std::string> command, int most);
  ~Workers();  // kills those that still work
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  bool has_room() const { return working_.size() < most_; }
  bool idle() const { return working_.empty(); }
  // An error where no process can be made.
  Result<> start(std::uint64_t job, const std::string& line);
  // The next answer; nullopt where `limit` passed or the process was interrupted.
  std::optional<Answer> wait(Duration limit);
  // Ctrl-C or SIGTERM came.
  bool interrupted() const { return interrupted_; }
  // There is something left to do all the same; the next Ctrl-C counts again.
  void forget_interrupt() { interrupted_ = false; }
  void kill_all();
  // One that nobody waits for any more; it may have answered already.
  void kill(std::uint64_t job);

 private:
  struct Child {
    std::uint64_t job = 0;
    pid_t pid = 0;
    int answers = -1;
    std::string said;
  };
  // True where it has said all that it will.
  bool read_from(Child& child);
  Answer finish(Child& child);
  void see_signals();

  std::vector<std::string> command_;
  std::size_t most_;
  std::vector<Child> working_;
  int signals_ = -1;
  bool interrupted_ = false;
};

// How many processes this one may run at the same time.
int usable_cores();

}  // namespace lab::sim::program
