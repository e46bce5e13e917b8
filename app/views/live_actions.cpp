#include "app/views/live_actions.h"

namespace lab::views {

void LiveActions::node(const sources::NodeCommand& command) {
  session_.command(command, [this](sources::Answer answer) {
    if (!answer) session_.say(answer.error().message, true);
  });
}

void LiveActions::create_topic(const NewTopic& topic) {
  session_.create_topic(topic.name, topic.partitions, topic.replication_factor);
}

void LiveActions::produce(const std::string& topic, const std::string& value) {
  session_.produce(topic, value);
}

void LiveActions::produce_at(const std::string& topic, double per_second) {
  session_.produce_at(topic, per_second);
}

std::string LiveActions::bootstrap() const {
  std::string text;
  for (const auto& address : session_.bootstrap()) {
    text += (text.empty() ? "" : ",") + address.text();
  }
  return text;
}

Notice LiveActions::notice() const {
  const auto& notices = session_.notices();
  return notices.empty() ? Notice{} : Notice{notices.back().text, notices.back().trouble};
}

std::string LiveActions::start_command(NodeId broker) const {
  for (const auto& files : session_.files()) {
    if (files.id == broker) return "brokerd " + files.properties;
  }
  return "";
}

std::vector<std::string> LiveActions::log_tail(NodeId broker, std::size_t lines) const {
  return session_.log_tail(broker, lines);
}

}  // namespace lab::views
