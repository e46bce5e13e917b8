// The window's content driven headless: clicks and keys become what is asked of the cluster.
#include <doctest/doctest.h>

#include "app/platform/keys.h"
#include "app/views/lab_view.h"

using namespace lab;
namespace keys = platform::keys;

namespace {

// Remembers what was asked for.
struct Asked : views::Actions {
  std::vector<sources::NodeCommand> nodes;
  std::vector<views::NewTopic> topics;
  std::vector<std::string> produced;
  int exports = 0;
  sources::Capabilities capabilities() const override {
    sources::Capabilities can;
    can.processes = can.clients = true;
    return can;
  }
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
  views::LabView view{measurer, asked};
  model::ClusterModel model;
  platform::InputQueue input;
  Instant now{seconds(100)};

  Lab() {
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

}  // namespace

TEST_CASE("a click on a card selects the broker, K kills it: all between two frames") {
  Lab lab;
  const auto card = lab.view.canvas().find("broker/2");
  REQUIRE(card.has_value());
  lab.click({card->x + 20, card->y + 20 + 44});  // the canvas begins below the toolbar
  lab.key(keys::k);
  lab.frames();
  CHECK(lab.view.state().selected == "broker/2");
  REQUIRE(lab.asked.nodes.size() == 1);
  CHECK(lab.asked.nodes[0] == sources::NodeCommand{sources::NodeAction::kill, NodeId(2)});
}

TEST_CASE(
    "keys alone: C and Enter create the topic that is offered, and the key is not typed into its "
    "name") {
  Lab lab;
  lab.key(keys::c);
  lab.key(keys::enter);
  lab.frames();
  REQUIRE(lab.asked.topics.size() == 1);
  CHECK(lab.asked.topics[0].name == "orders");
  CHECK(lab.asked.topics[0].partitions == 3);
  CHECK(lab.view.state().dialog == views::Dialog::none);
}

TEST_CASE("while a name is typed no letter is a command; Esc gives up") {
  Lab lab;
  lab.key(keys::c);
  lab.frames();
  lab.key(keys::k);
  lab.input.push(platform::Character{U'한'});
  lab.input.push(platform::Key{keys::backspace, true, {}});
  lab.frames();
  CHECK(lab.view.state().topic_name == "ordersk");
  lab.key(keys::escape);
  lab.frames();
  CHECK(lab.asked.nodes.empty());
  CHECK(lab.asked.topics.empty());
  CHECK(lab.view.state().dialog == views::Dialog::none);
}

TEST_CASE(
    "everything is reached by Tab, and every size of text in both languages gives a picture") {
  Lab lab;
  lab.key(keys::one);
  lab.frames();
  lab.view.state().selected_at = lab.now;
  for (int i = 0; i < 40 && lab.asked.nodes.empty(); ++i) {
    lab.key(keys::tab);
    lab.frames();
    lab.key(keys::enter);
    lab.frames();
    lab.view.state().dialog = views::Dialog::none;
  }
  REQUIRE_FALSE(lab.asked.nodes.empty());
  CHECK(lab.asked.nodes[0].node == NodeId(1));
  for (const auto lang : {scene::Lang::en, scene::Lang::ko}) {
    for (const int percent : {80, 100, 200, 300}) {
      for (const auto dialog :
           {views::Dialog::none, views::Dialog::create_topic, views::Dialog::produce,
            views::Dialog::keys, views::Dialog::connect}) {
        lab.view.state().lang = lang;
        lab.view.state().text_percent = percent;
        lab.view.state().dialog = dialog;
        lab.frames();
        CHECK(lab.view.layers().size() >= 5);
      }
    }
  }
}
