// DescribeConfigs: each setting of a topic, of this broker, or of the cluster level, with the level
// that decides it and the levels below (KIP-226). Topics' defaults are the broker's own settings,
// under other names. What the file sets to Kafka's default counts as the default.
#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "engine/broker/handlers/broker_handlers.h"
#include "engine/controller/topic_configs.h"
#include "engine/controller/topic_names.h"

namespace lab::broker {
namespace {
using Asked = DescribeConfigsRequest::DescribeConfigsResource;
using Entry = DescribeConfigsResponse::DescribeConfigsResourceResult;
using Answer = DescribeConfigsResponse::DescribeConfigsResult;
using Image = controller::Image;
using Resource = controller::ConfigType;

// Kafka's numbers for where a value comes from; the least is the strongest.
enum Source : std::int8_t {
  topic_level = 1,
  cluster_level = 3,  // Kafka: DYNAMIC_DEFAULT_BROKER_CONFIG
  broker_file = 4,
  kafka_default = 5
};

// The broker's name of a topic's setting; empty where it has none.
std::string_view broker_name(std::string_view key) {
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr Pair others[] = {
      {"cleanup.policy", "log.cleanup.policy"},
      {"delete.retention.ms", "log.cleaner.delete.retention.ms"},
      {"file.delete.delay.ms", "log.segment.delete.delay.ms"},
      {"flush.messages", "log.flush.interval.messages"},
      {"flush.ms", "log.flush.interval.ms"},
      {"follower.replication.throttled.replicas", ""},
      {"index.interval.bytes", "log.index.interval.bytes"},
      {"leader.replication.throttled.replicas", ""},
      {"local.retention.bytes", "log.local.retention.bytes"},
      {"local.retention.ms", "log.local.retention.ms"},
      {"max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"},
      {"max.message.bytes", "message.max.bytes"},
      {"message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"},
      {"message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"},
      {"message.timestamp.type", "log.message.timestamp.type"},
      {"min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"},
      {"min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"},
      {"preallocate", "log.preallocate"},
      {"remote.copy.disable", ""},
      {"remote.log.delete.on.disable", ""},
      {"remote.storage.enable", ""},
      {"retention.bytes", "log.retention.bytes"},
      {"retention.ms", "log.retention.ms"},
      {"segment.bytes", "log.segment.bytes"},
      {"segment.index.bytes", "log.index.size.max.bytes"},
      {"segment.jitter.ms", "log.roll.jitter.ms"},
      {"segment.ms", "log.roll.ms"},
  };
  const auto* at = std::find_if(std::begin(others), std::end(others),
                                [&](const Pair& p) { return p.first == key; });
  return at == std::end(others) ? key : at->second;
}

bool wanted(const Asked& asked, std::string_view name) {
  const auto& keys = asked.configuration_keys;
  return !keys || keys->empty() || std::find(keys->begin(), keys->end(), name) != keys->end();
}

// The levels under which a broker's setting has a value, strongest first.
void add_broker_levels(Entry& entry, const Image& image, std::string_view name,
                       const ConfigEntry* own, std::string_view fallback) {
  const auto add = [&](std::string_view value, Source source) {
    auto& level = entry.synonyms.emplace_back();
    level.name = std::string(name);
    level.value = std::string(value);
    level.source = source;
  };
  if (const auto* set = image.config(Resource::broker, "", name)) add(*set, cluster_level);
  if (own != nullptr && own->value != own->default_value) add(own->value, broker_file);
  const std::string_view last = own == nullptr ? fallback : own->default_value;
  add(last, kafka_default);
  if (last == "null") entry.synonyms.back().value.reset();
}

// The strongest level decides.
void decide(Entry& entry, bool with_synonyms) {
  entry.value = entry.synonyms.front().value;
  entry.config_source = entry.synonyms.front().source;
  entry.documentation.reset();
  if (!with_synonyms) entry.synonyms.clear();
}

// What is set without effect says so in its documentation, whether that was asked for or not.
void describe_topic(BrokerSide& side, const Asked& asked, bool synonyms, Answer& result) {
  const auto& image = side.image();
  if (image.topic(asked.resource_name) == nullptr) {
    result.error_code = wire(controller::refuse_topic_name(asked.resource_name)
                                 ? ErrorCode::invalid_topic_exception
                                 : ErrorCode::unknown_topic_or_partition);
    return;
  }
  std::map<std::string, ConfigEntry, std::less<>> own;
  for (auto& entry : config_entries(side.config())) own.emplace(entry.name, std::move(entry));
  for (const auto& key : controller::topic_config_keys()) {
    if (!wanted(asked, key.name)) continue;
    Entry entry;
    entry.name = std::string(key.name);
    entry.config_type = static_cast<std::int8_t>(key.type);
    if (const auto* set = image.config(Resource::topic, asked.resource_name, key.name)) {
      entry.synonyms.push_back({entry.name, *set, topic_level});
    }
    const auto name = broker_name(key.name);
    const auto found = own.find(name);
    const std::string_view shown = name.empty() ? key.name : name;
    add_broker_levels(entry, image, shown, found == own.end() ? nullptr : &found->second,
                      key.default_value);
    decide(entry, synonyms);
    const bool set = entry.config_source == topic_level && entry.value;
    if (set && !controller::topic_config_has_effect(key.name, *entry.value)) {
      entry.documentation = "Kept as it was set, but without effect here.";
    }
    if (!entry.value) entry.value = std::string(key.default_value);
    result.configs.push_back(std::move(entry));
  }
}

// What a running cluster may change at the cluster level (controller/configs.cpp).
bool is_dynamic(std::string_view name) {
  return name == "min.insync.replicas" || name == "unclean.leader.election.enable";
}

void describe_broker(BrokerSide& side, const Asked& asked, bool synonyms, Answer& result) {
  const bool cluster = asked.resource_name.empty();
  std::int32_t id = -1;
  const char* end = asked.resource_name.data() + asked.resource_name.size();
  const auto parsed = std::from_chars(asked.resource_name.data(), end, id);
  const bool number = parsed.ec == std::errc{} && parsed.ptr == end;
  if (!cluster && (!number || id != side.config().node_id.v)) {
    result.error_code = wire(ErrorCode::invalid_request);
    result.error_message =
        number ? fmt::format("Unexpected broker id, expected {} or empty string, but received {}",
                             side.config().node_id, asked.resource_name)
               : fmt::format("Broker id must be an integer, but it is: {}", asked.resource_name);
    return;
  }
  for (const auto& own : config_entries(side.config())) {
    if (!wanted(asked, own.name)) continue;
    if (cluster && side.image().config(Resource::broker, "", own.name) == nullptr) continue;
    Entry entry;
    entry.name = own.name;
    entry.config_type = static_cast<std::int8_t>(own.type);
    entry.read_only = !is_dynamic(own.name);
    add_broker_levels(entry, side.image(), own.name, &own, {});
    if (cluster) entry.synonyms.resize(1);
    decide(entry, synonyms);
    result.configs.push_back(std::move(entry));
  }
}

}  // namespace

void handle(BrokerSide& side, const Peer&, DescribeConfigsRequest request,
            ReplyTo<DescribeConfigsResponse> reply) {
  DescribeConfigsResponse response;
  std::set<std::pair<std::int8_t, std::string>>
      told;  // else a small request asks for a huge answer
  for (const auto& asked : request.resources) {
    if (!told.emplace(asked.resource_type, asked.resource_name).second) continue;
    auto& result = response.results.emplace_back();
    result.resource_type = asked.resource_type;
    result.resource_name = asked.resource_name;
    switch (static_cast<Resource>(asked.resource_type)) {
      case Resource::topic:
        describe_topic(side, asked, request.include_synonyms, result);
        break;
      case Resource::broker:
        describe_broker(side, asked, request.include_synonyms, result);
        break;
      default:
        result.error_code = wire(ErrorCode::invalid_request);
        result.error_message = fmt::format("Unsupported resource type: {}", asked.resource_type);
    }
  }
  reply(response);
}

}  // namespace lab::broker
