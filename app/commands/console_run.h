// Carries out what the console's grammar says on a source, whichever it is. Used by the window's
// console, lessons, scripts and `brokerlab cluster`. All on the thread that owns the source.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/commands/console.h"
#include "app/i18n/strings.h"
#include "app/model/cluster_model.h"

namespace lab::commands {

// Where the output of one command goes: text with its newlines. Called within run() or a later
// Source::take(). `done` comes once; what a reader reads may come after it.
struct Output {
  std::function<void(std::string_view)> out, err;
  // What a reader reads, which are not the lab's words; empty: as out.
  std::function<void(std::string_view)> record = nullptr;
  std::function<void(int exit_code)> done;
};

class Console {
 public:
  struct Surroundings {
    std::function<const model::ClusterModel&()> model;  // for status
    std::function<void()> quit;
    std::function<i18n::Lang()> lang = nullptr;  // of status; none: English
  };
  // `source` outlives it and is taken from no more once it is gone.
  Console(sources::Source& source, Surroundings surroundings);

  // Exit codes: 0 done, 1 failed, 2 not understood; of Kafka's tools their own.
  void run(std::string_view line, Output output);
  void run(const ConsoleCommand& command, Output output);

  // ---- The newest of Kafka's tools that is under way
  // A line for one that reads its input (kafka-console-producer); false where none does.
  bool input(const std::string& line);
  void end_of_input();
  // Bytes of lines that it has not taken yet: who has much to give waits while there are many.
  std::size_t input_waiting() const;
  // Ctrl-C.
  void cancel();

 private:
  struct Tool;
  using Shared = std::shared_ptr<const Output>;
  using Waiting = std::shared_ptr<std::atomic<std::size_t>>;  // bytes; of both threads
  void act(const sources::Command& command, const Shared& output);
  void act(const sources::ProducePlan& plan, const Shared& output);
  void act(const sources::HandRecord& record, const Shared& output);
  void act(const sources::ReadPlan& plan, const Shared& output);
  void act(const EndClient& end, const Shared& output);
  void act(const CheckLedger& check, const Shared& output);
  void act(const KafkaLine& line, const Shared& output);
  void act(const Status&, const Shared& output);
  void act(const Quit&, const Shared& output);
  static void act(const Help&, const Shared& output);
  static sources::Then answer(const Shared& output);
  std::string bootstrap() const;

  sources::Source& source_;
  Surroundings around_;
  std::weak_ptr<Tool> tool_;
  Waiting waiting_;
};

}  // namespace lab::commands
