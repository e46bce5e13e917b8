// Configurations of topics and of the cluster level.
#include <algorithm>
#include <set>

#include "engine/controller/controller.h"
#include "engine/controller/topic_configs.h"

namespace lab::controller {
namespace {

using namespace protocol;
using Operation = ConfigChange::Operation;

constexpr std::string_view min_isr_key = "min.insync.replicas";
constexpr std::string_view unclean_key = "unclean.leader.election.enable";

Refusal invalid(std::string message) { return {ErrorCode::invalid_config, std::move(message)}; }

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (comma != 0) out.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return out;
}

// A list after something was appended to it or taken out of it.
std::string edited(const std::string& list, const ConfigChange& change) {
  std::vector<std::string> items = split(list);
  for (const std::string& item : split(change.value.value_or(""))) {
    const auto it = std::find(items.begin(), items.end(), item);
    if (change.operation == Operation::append && it == items.end()) items.push_back(item);
    if (change.operation == Operation::subtract && it != items.end()) items.erase(it);
  }
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ",") + item;
  return out;
}

// What the key shall have; nullopt: be removed.
std::optional<std::string> wanted_value(const Image& image, const ConfigResource& resource,
                                        const ConfigChange& change) {
  if (change.operation == Operation::remove) return std::nullopt;
  if (change.operation == Operation::set) return change.value;
  const std::string* present = image.config(resource.type, resource.name, change.key);
  const TopicConfigKey* key = topic_config_key(change.key);
  const std::string fallback = key == nullptr ? std::string() : std::string(key->default_value);
  return edited(present == nullptr ? fallback : *present, change);
}

}  // namespace

std::optional<Refusal> Controller::refuse_configs(const ConfigCommand& command) const {
  const ConfigResource& resource = command.resource;
  const bool cluster = resource.type == ConfigType::broker && resource.name.empty();
  if (resource.type == ConfigType::topic) {
    if (image_.topic(resource.name) == nullptr) {
      return Refusal{ErrorCode::unknown_topic_or_partition,
                     fmt::format("The topic '{}' does not exist.", resource.name)};
    }
  } else if (resource.type != ConfigType::broker) {
    return Refusal{ErrorCode::invalid_request, "Only topics and brokers have configurations here."};
  }
  std::set<std::string> seen;
  for (const ConfigChange& change : command.changes) {
    if (!seen.insert(change.key).second) {
      return Refusal{ErrorCode::invalid_request,
                     fmt::format("Error due to duplicate config key {}", change.key)};
    }
    if (change.operation < Operation::set || change.operation > Operation::subtract) {
      return Refusal{ErrorCode::invalid_request,
                     fmt::format("Unknown operation type {}", static_cast<int>(change.operation))};
    }
    if (change.operation != Operation::remove && !change.value) {
      return Refusal{ErrorCode::invalid_request,
                     fmt::format("Null value not supported for: {}", change.key)};
    }
    const TopicConfigKey* key = topic_config_key(change.key);
    if (change.operation >= Operation::append &&
        (key == nullptr || key->type != TopicConfigKey::Type::list)) {
      return invalid(fmt::format("Can't {} to key {} because its type is not LIST.",
                                 change.operation == Operation::append ? "APPEND" : "SUBTRACT",
                                 change.key));
    }
    if (resource.type == ConfigType::broker) {
      if (change.key == min_isr_key && !cluster && elr_enabled()) {
        return invalid("Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
      }
      if (change.key == min_isr_key && change.operation == Operation::remove && elr_enabled()) {
        return invalid("Cluster-level min.insync.replicas cannot be removed while ELR is enabled.");
      }
      // Only what the controller itself reads: anything else would be accepted and do nothing.
      if (!cluster || (change.key != min_isr_key && change.key != unclean_key)) {
        return invalid(fmt::format("Cannot update these configs dynamically: Set({})", change.key));
      }
    }
    const auto value = wanted_value(image_, resource, change);
    if (!value && key == nullptr) return invalid("Unknown topic config name: " + change.key);
    if (!value) continue;
    if (auto why = refuse_topic_config(change.key, *value)) return invalid(std::move(*why));
  }
  return std::nullopt;
}

void Controller::tell_without_effect(std::string_view topic, std::string_view key,
                                     std::string_view value) {
  if (topic_config_has_effect(key, value)) return;
  context_.log(Level::warn, "org.apache.kafka.controller.ConfigurationControlManager",
               "[QuorumController id={}] {}={} of topic {} is kept, but without effect here.",
               context_.node(), key, value, topic);
}

void Controller::change_configs(MetadataRecords& records, const ConfigCommand& command) {
  const ConfigResource& resource = command.resource;
  for (const ConfigChange& change : command.changes) {
    const auto value = wanted_value(image_, resource, change);
    const std::string* present = image_.config(resource.type, resource.name, change.key);
    if (value ? (present != nullptr && *present == *value) : present == nullptr) continue;
    ConfigRecord record;
    record.resource_type = static_cast<std::int8_t>(resource.type);
    record.resource_name = resource.name;
    record.name = change.key;
    record.value = value;
    put(records, record);
    if (value && resource.type == ConfigType::topic) {
      tell_without_effect(resource.name, change.key, *value);
    }
    if (change.key == min_isr_key && elr_enabled()) {
      ClearElrRecord clear;  // who is in the ELR was judged by the old value
      clear.topic_name = resource.name;
      put(records, clear);
    }
    if (change.key == unclean_key && value == "true") {
      next_unclean_election_ = context_.monotonic();
    }
  }
}

Decision<std::vector<Refusal>> Controller::alter_configs(const std::vector<ConfigCommand>& commands,
                                                         bool validate_only) {
  LAB_CHECK(active_);
  Decision<std::vector<Refusal>> decision;
  std::map<ConfigResource, int> times;
  for (const ConfigCommand& command : commands) ++times[command.resource];
  for (const ConfigCommand& command : commands) {
    auto& answer = decision.reply.emplace_back();
    if (times[command.resource] > 1) {
      answer = {ErrorCode::invalid_request, "Each resource must appear at most once."};
    } else if (auto refusal = refuse_configs(command)) {
      answer = std::move(*refusal);
    } else if (!validate_only) {
      change_configs(decision.records, command);
    }
  }
  return decision;
}

namespace {

// The answers to `resources`, in their order, as both forms of the request have them.
template <class Response, class Resources>
Response told(const Resources& resources, const std::vector<Refusal>& answers) {
  Response response;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto& answer = response.responses.emplace_back();
    answer.error_code = wire(answers[i].error);
    answer.error_message.reset();
    if (!answers[i].message.empty()) answer.error_message = answers[i].message;
    answer.resource_type = resources[i].resource_type;
    answer.resource_name = resources[i].resource_name;
  }
  return response;
}

}  // namespace

Decision<IncrementalAlterConfigsResponse> Controller::incremental_alter_configs(
    const IncrementalAlterConfigsRequest& request) {
  std::vector<ConfigCommand> commands;
  for (const auto& resource : request.resources) {
    auto& command = commands.emplace_back();
    command.resource = {static_cast<ConfigType>(resource.resource_type), resource.resource_name};
    for (const auto& config : resource.configs) {
      command.changes.push_back(
          {config.name, static_cast<Operation>(config.config_operation), config.value});
    }
  }
  auto decided = alter_configs(commands, request.validate_only);
  return {std::move(decided.records),
          told<IncrementalAlterConfigsResponse>(request.resources, decided.reply)};
}

Decision<AlterConfigsResponse> Controller::alter_configs(const AlterConfigsRequest& request) {
  std::vector<ConfigCommand> commands;
  for (const auto& resource : request.resources) {
    auto& command = commands.emplace_back();
    command.resource = {static_cast<ConfigType>(resource.resource_type), resource.resource_name};
    std::set<std::string, std::less<>> kept;
    for (const auto& config : resource.configs) {
      kept.insert(config.name);
      command.changes.push_back({config.name, Operation::set, config.value});
    }
    const auto present = image_.configs().find(command.resource);
    if (present == image_.configs().end()) continue;
    for (const auto& [key, value] : present->second) {
      if (!kept.contains(key)) command.changes.push_back({key, Operation::remove, std::nullopt});
    }
  }
  auto decided = alter_configs(commands, request.validate_only);
  return {std::move(decided.records), told<AlterConfigsResponse>(request.resources, decided.reply)};
}

}  // namespace lab::controller
