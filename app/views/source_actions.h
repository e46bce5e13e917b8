// What the window asks for, carried out on a source, whichever it is. Owned by the window program;
// it lives as long as its source is taken from.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "app/commands/console_run.h"
#include "app/sources/lab_clients.h"
#include "app/sources/mailbox.h"
#include "app/sources/source.h"
#include "app/views/actions.h"

namespace lab::views {

class SourceActions : public Actions {
 public:
  // `around`: what the console needs beside the source. use() comes before all else.
  SourceActions(commands::Console::Surroundings around, std::function<void()> export_picture);
  // This source from now on; the one before may be gone already.
  void use(sources::Source& source);

  sources::Capabilities capabilities() const override { return source_->capabilities(); }
  std::string cluster_name() const override { return source_->name(); }
  std::string bootstrap() const override;
  sources::Source::Span span() const override { return source_->span(); }
  double pace() const override { return source_->pace(); }
  void seek(Instant at) override { source_->seek(at); }
  void node(const sources::NodeCommand& command) override;
  void create_topic(const NewTopic& topic) override;
  void produce(const std::string& topic, const std::string& value) override;
  void produce_at(const std::string& topic, double per_second) override;
  double producing_at() const override { return rate_; }
  void read(const std::string& topic) override;
  void export_picture() override { export_(); }
  void run(const std::string& line) override;
  void cancel() override { console_->cancel(); }
  void end_of_input() override { console_->end_of_input(); }
  // Goes up with each line that is shown.
  std::uint64_t printed() const { return printed_; }
  bool tool_runs() const override { return tool_runs_; }
  const std::deque<ConsoleLine>& console() const override { return said_; }
  Notice notice() const override;
  std::vector<std::string> records_read() const override { return {read_.begin(), read_.end()}; }
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override;
  std::string start_command(NodeId broker) const override;

 private:
  void tell(const sources::Answer& answer);
  void start(sources::LabClients& clients, const sources::ProducePlan& plan, std::uint64_t asked);
  void start_reader(sources::LabClients& clients, const std::string& topic);
  void print(ConsoleLine::Kind kind, std::string_view text, bool verbatim = false);

  sources::Source* source_ = nullptr;
  std::function<void()> export_;
  double rate_ = 0;
  std::uint64_t asked_ = 0;  // how often a producer was asked for, or to end
  std::deque<std::string> read_;
  std::shared_ptr<sources::Mailbox<std::string>> inbox_;
  commands::Console::Surroundings around_;
  std::unique_ptr<commands::Console> console_;
  std::deque<ConsoleLine> said_;
  bool line_open_ = false;  // the last one had no end yet
  bool tool_runs_ = false;
  std::string tool_;                    // its name
  std::deque<std::string> after_tool_;  // lines that wait for its end
  std::uint64_t printed_ = 0;
};

}  // namespace lab::views
