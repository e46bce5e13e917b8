// The window's content without a window: what was asked of it is remembered, keys and clicks are
// pushed as the window pushes them. For the tests of views.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "app/platform/keys.h"
#include "app/views/lab_view.h"

namespace lab::test {
namespace keys = platform::keys;

// Remembers what was asked for.
struct Asked : views::Actions {
  std::vector<sources::NodeCommand> nodes;
  std::vector<views::NewTopic> topics;
  std::vector<std::string> produced;
  std::vector<std::string> lines;
  std::deque<views::ConsoleLine> said;
  bool tool = false;
  int exports = 0, cancelled = 0;
  bool recording = false;  // then it can be looked at, and no more
  Instant sought{};
  sources::Capabilities capabilities() const override {
    sources::Capabilities can;
    can.processes = can.clients = !recording;
    can.pace = can.seek = recording;
    return can;
  }
  sources::Source::Span span() const override {
    return {Instant(seconds(80)), Instant(seconds(120))};
  }
  void seek(Instant at) override { sought = at; }
  std::string cluster_name() const override { return "lecture"; }
  std::string bootstrap() const override { return "localhost:9092"; }
  void node(const sources::NodeCommand& command) override { nodes.push_back(command); }
  void create_topic(const views::NewTopic& topic) override { topics.push_back(topic); }
  void produce(const std::string& topic, const std::string& value) override {
    produced.push_back(topic + " " + value);
  }
  void produce_at(const std::string&, double) override {}
  double producing_at() const override { return 0; }
  void read(const std::string&) override {}
  void export_picture() override { ++exports; }
  void run(const std::string& line) override {
    lines.push_back(line);
    said.push_back({views::ConsoleLine::Kind::asked, line});
    said.push_back({views::ConsoleLine::Kind::out, "done, and this is said about it"});
    said.push_back({views::ConsoleLine::Kind::err, std::string(700, 'x')});
  }
  void cancel() override { ++cancelled; }
  void end_of_input() override {}
  bool tool_runs() const override { return tool; }
  const std::deque<views::ConsoleLine>& console() const override { return said; }
  views::Notice notice() const override { return {}; }
  std::vector<std::string> records_read() const override { return {}; }
  std::vector<std::string> log_tail(NodeId, std::size_t) const override { return {}; }
  std::string start_command(NodeId id) const override {
    return "brokerd server-" + std::to_string(id.v) + ".properties";
  }
};

struct Lab {
  scene::Measurer measurer = std::move(scene::Measurer::open()).value();
  Asked asked;
  views::LabView view;
  model::ClusterModel model;
  platform::InputQueue input;
  Instant now{seconds(100)};

  explicit Lab(views::Course* course = nullptr) : view(measurer, asked, course) {
    for (int id = 1; id <= 3; ++id) {
      apply(id, trace::ProcessStarted{1000 + id, "brokerd"}, 0);
      trace::NodeStarted started;
      started.roles = "broker,controller";
      started.client_port = static_cast<std::uint16_t>(9091 + id);
      started.pid = 1000 + id;
      apply(id, started, 1);
      apply(id, trace::NodeReady{}, 1);
    }
    frames();
  }
  void apply(int node, trace::Payload payload, std::uint64_t incarnation) {
    trace::Event event;
    event.number = number_++;
    event.at = now;
    event.node = NodeId(node);
    event.incarnation = incarnation;
    event.payload = std::move(payload);
    model.apply(event);
  }
  // Frames until all input has been shown, as the window does.
  void frames() {
    do {
      view.frame(model, input.take(), now, 1600, 1000, 1, 0);
    } while (input.pending());
  }
  void key(int code, bool shift = false) {
    input.push(platform::Key{code, true, {false, shift, false}});
    if (code >= 65 && code <= 90) input.push(platform::Character{static_cast<char32_t>(code + 32)});
    input.push(platform::Key{code, false, {}});
  }
  void click(scene::Point p) {
    input.push(platform::MouseMoved{p.x, p.y});
    input.push(platform::MouseButton{0, true});
    input.push(platform::MouseButton{0, false});
  }
  std::uint64_t number_ = 0;
};

}  // namespace lab::test
