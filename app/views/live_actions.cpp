#include "app/views/live_actions.h"

#include <fstream>

namespace lab::views {
namespace {
// The end of a log that may be large.
constexpr std::streamoff tail_bytes = 32 * 1024;
}  // namespace

void LiveActions::node(const sources::NodeCommand& command) {
  session_.command(command, [this](sources::Answer answer) {
    if (!answer) session_.say({answer.error().message, true});
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

Notice LiveActions::notice() const {
  const auto notice = session_.notice();
  return {notice.text, notice.trouble};
}

const sources::BrokerFiles* LiveActions::files(NodeId broker) const {
  for (const auto& files : session_.files()) {
    if (files.id == broker) return &files;
  }
  return nullptr;
}

std::string LiveActions::start_command(NodeId broker) const {
  const auto* found = files(broker);
  return found == nullptr ? "" : "brokerd " + found->properties;
}

std::vector<std::string> LiveActions::log_tail(NodeId broker, std::size_t lines) const {
  std::vector<std::string> out;
  const auto* found = files(broker);
  if (found == nullptr) return out;
  std::ifstream file(found->server_log(), std::ios::binary | std::ios::ate);
  if (!file) file.open(found->output, std::ios::binary | std::ios::ate);
  if (!file) return out;
  const std::streamoff size = file.tellg();
  const std::streamoff from = size > tail_bytes ? size - tail_bytes : 0;
  file.seekg(from);
  std::string line;
  if (from > 0) std::getline(file, line);  // a cut one
  while (std::getline(file, line)) out.push_back(line);
  if (out.size() > lines) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(lines));
  return out;
}

}  // namespace lab::views
