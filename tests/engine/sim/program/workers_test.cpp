// Jobs in processes of their own, with shell scripts as children.
#include "engine/sim/program/workers.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <map>
#include <string>

using namespace lab;
using sim::program::Workers;

namespace {

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

std::map<std::uint64_t, Workers::Answer> all_answers(Workers& workers) {
  std::map<std::uint64_t, Workers::Answer> answers;
  while (!workers.idle()) {
    if (auto answer = workers.wait(seconds(60))) answers[answer->job] = *answer;
  }
  return answers;
}

}  // namespace

TEST_CASE("each job is answered by a process of its own, whatever order they end in") {
  Workers workers(shell("read job; echo \"$job done\" >&3"), 3);
  for (std::uint64_t job = 1; job <= 3; ++job) {
    CHECK(workers.has_room());
    REQUIRE(workers.start(job, "job " + std::to_string(job)).ok());
  }
  CHECK_FALSE(workers.has_room());
  const auto answers = all_answers(workers);
  REQUIRE(answers.size() == 3);
  for (const auto& [job, answer] : answers) {
    CHECK(answer.line == "job " + std::to_string(job) + " done");
    CHECK(answer.died.empty());
  }
}

TEST_CASE("a job larger than a pipe holds arrives whole") {
  Workers workers(shell("read job; printf '%s\\n' \"$job\" >&3"), 1);
  const std::string large(300'000, 'j');
  REQUIRE(workers.start(1, large).ok());
  CHECK(all_answers(workers)[1].line == large);
}

TEST_CASE("a process that dies says by what, and half an answer is none") {
  Workers workers(shell("read job; printf half >&3; eval \"$job\""), 4);
  REQUIRE(workers.start(1, "kill -SEGV $$").ok());
  REQUIRE(workers.start(2, "exit 9").ok());
  REQUIRE(workers.start(3, "exit 0").ok());
  REQUIRE(workers.start(4, "echo >&3").ok());
  auto answers = all_answers(workers);
  CHECK(answers[1].died == "the process was killed by SIGSEGV");
  CHECK(answers[2].died == "the process ended with code 9 and without a whole answer");
  CHECK(answers[3].died == "the process ended with code 0 and without a whole answer");
  CHECK(answers[4].died.empty());
  CHECK(answers[4].line == "half");
}

TEST_CASE("a program that is not there is an error") {
  Workers workers({"/nowhere/brokersim"}, 1);
  const auto started = workers.start(1, "");
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().message.find("/nowhere/brokersim") != std::string::npos);
  CHECK(workers.idle());
}

TEST_CASE("an interrupt is seen by who waits, and children are ended") {
  Workers workers(shell("read job; exec sleep 1000"), 1);
  REQUIRE(workers.start(1, "").ok());
  CHECK_FALSE(workers.interrupted());
  ::kill(::getpid(), SIGINT);
  CHECK_FALSE(workers.wait(seconds(60)).has_value());
  CHECK(workers.interrupted());
  workers.kill_all();
  CHECK(workers.idle());
}
