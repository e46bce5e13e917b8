#include "engine/broker/topic_creation.h"

#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/create_topics.h"

namespace lab::broker {
namespace {

using namespace protocol;

constexpr const char* creation_logger = "kafka.server.DefaultAutoTopicCreationManager";
constexpr Duration patience = seconds(5);

}  // namespace

void TopicCreation::create(const std::vector<std::string>& names) {
  CreateTopicsRequest request;
  request.timeout_ms = static_cast<std::int32_t>(to_ms(patience));
  std::vector<std::string> fresh;
  for (const auto& name : names) {
    if (!asked_.insert(name).second) continue;
    fresh.push_back(name);
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = -1;
    topic.replication_factor = -1;
  }
  if (fresh.empty()) return;
  link_.call<CreateTopicsRequest>(
      std::move(request), CreateTopicsRequest::max_version,
      [this, fresh](Result<CreateTopicsResponse> result) {
        for (const auto& name : fresh) asked_.erase(name);
        if (!result) return;
        for (const auto& topic : result->topics) {
          if (topic.error_code == 0) continue;
          context_.log(
              Level::info, creation_logger, "Auto topic creation failed for {}: {}", topic.name,
              topic.error_message.value_or(std::string(name(error_code(topic.error_code)))));
        }
      },
      patience);
}

}  // namespace lab::broker
