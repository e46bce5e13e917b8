#include "engine/sim/program/child.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "engine/sim/program/arguments.h"
#include "engine/sim/program/saved_run.h"

namespace lab::sim::program {
namespace {

std::string read_all(int fd) {
  std::string text;
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

}  // namespace

std::vector<std::string> child_command() { return {"/proc/self/exe", child_word}; }

Result<Outcome> outcome_of(std::uint64_t seed, const Workers::Answer& answer) {
  if (!answer.died.empty()) return died(seed, answer.died);
  return outcome_from(answer.line);
}

Result<Outcome> run_job(Workers& workers, const Job& job) {
  if (const auto started = workers.start(0, to_line(job)); !started) return started.error();
  while (!workers.interrupted()) {
    if (const auto answer = workers.wait(seconds(60))) return outcome_of(job.run.seed, *answer);
  }
  workers.kill_all();
  return Error{"interrupted"};
}

int run_child() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a killed parent leaves nobody behind
  ::prctl(PR_SET_NAME, "brokersim");
  const auto job = job_from(read_all(STDIN_FILENO));
  if (!job) {
    fmt::print(stderr, "brokersim: {}\n", job.error().message);
    return exit_code::usage;
  }
  const Result<Report> done = job->record.empty()
                                  ? Result<Report>(random_run(job->run))
                                  : record_run(job->run, job->record, job->settings);
  if (!done) {
    fmt::print(stderr, "brokersim: {}\n", done.error().message);
    return exit_code::failed;
  }
  const Report& report = *done;
  for (const auto& line : report.logs) fmt::print("{}\n", line);
  std::fflush(stdout);
  std::string answer = to_line(outcome_of(job->run.seed, report)) + "\n";
  for (std::string_view left = answer; !left.empty();) {
    const ssize_t wrote = ::write(Workers::answer_fd, left.data(), left.size());
    if (wrote <= 0) return exit_code::failed;
    left.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return 0;
}

}  // namespace lab::sim::program
