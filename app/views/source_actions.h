// What the window asks for, carried out on a source, whichever it is. Owned by the window program;
// it lives as long as its source is taken from.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "app/sources/lab_clients.h"
#include "app/sources/mailbox.h"
#include "app/sources/source.h"
#include "app/views/actions.h"

namespace lab::views {

class SourceActions : public Actions {
 public:
  SourceActions(sources::Source& source, std::function<void()> export_picture);

  sources::Capabilities capabilities() const override { return source_.capabilities(); }
  std::string cluster_name() const override { return source_.name(); }
  std::string bootstrap() const override;
  void node(const sources::NodeCommand& command) override;
  void create_topic(const NewTopic& topic) override;
  void produce(const std::string& topic, const std::string& value) override;
  void produce_at(const std::string& topic, double per_second) override;
  double producing_at() const override { return rate_; }
  void read(const std::string& topic) override;
  void export_picture() override { export_(); }
  Notice notice() const override;
  std::vector<std::string> records_read() const override { return {read_.begin(), read_.end()}; }
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override;
  std::string start_command(NodeId broker) const override;

 private:
  void tell(const sources::Answer& answer);
  void start(sources::LabClients& clients, const sources::ProducePlan& plan, std::uint64_t asked);
  void start_reader(sources::LabClients& clients, const std::string& topic);

  sources::Source& source_;
  std::function<void()> export_;
  double rate_ = 0;
  std::uint64_t asked_ = 0;  // how often a producer was asked for, or to end
  std::deque<std::string> read_;
  std::shared_ptr<sources::Mailbox<std::string>> inbox_;
};

}  // namespace lab::views
