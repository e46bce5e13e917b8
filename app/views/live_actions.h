// What the window asks for, carried out on a live session. Owned by the window program.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/sources/live_session.h"
#include "app/views/actions.h"

namespace lab::views {

class LiveActions : public Actions {
 public:
  explicit LiveActions(sources::LiveSession& session, std::function<void()> export_picture)
      : session_(session), export_(std::move(export_picture)) {}

  sources::Capabilities capabilities() const override { return session_.capabilities(); }
  std::string cluster_name() const override { return session_.name(); }
  std::string bootstrap() const override;
  void node(const sources::NodeCommand& command) override;
  void create_topic(const NewTopic& topic) override;
  void produce(const std::string& topic, const std::string& value) override;
  void produce_at(const std::string& topic, double per_second) override;
  double producing_at() const override { return session_.producing_at(); }
  void read(const std::string& topic) override { session_.read(topic); }
  void export_picture() override { export_(); }
  Notice notice() const override;
  std::vector<std::string> records_read() const override { return session_.records_read(); }
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override;
  std::string start_command(NodeId broker) const override;

 private:
  sources::LiveSession& session_;
  std::function<void()> export_;
};

}  // namespace lab::views
