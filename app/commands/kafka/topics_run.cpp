// kafka-topics under way: which topics there are, then what was asked for, then what became of it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/commands/kafka/topic_filter.h"
#include "app/commands/kafka/topics.h"
#include "engine/protocol/error_codes.h"

namespace lab::commands::kafka {
namespace {

using protocol::ErrorCode;
using Action = TopicsCommand::Action;

// Kafka's message, or the name of the error where the broker sent none.
std::string told(std::int16_t code, const std::optional<std::string>& message) {
  if (message && !message->empty()) return *message;
  return std::string(protocol::name(protocol::error_code(code)));
}

class TopicsSession final : public Session {
 public:
  TopicsSession(const TopicsCommand& command, client::ClientMachine& clients, Sink sink)
      : Session(clients, std::move(sink)),
        command_(command),
        admin_(clients.add_admin(new_client(command.client.client_id("kafka-topics")),
                                 admin_options(command.client))) {}

  ~TopicsSession() override { close(); }

  void start() override {
    watch_contact(admin_.metadata(), [this](const std::string& why) { fail(why); });
    if (command_.action == Action::create) return create();
    admin_.describe_topics(std::nullopt, [this](Result<protocol::MetadataResponse> answer) {
      if (!answer) return fail(answer.error().message);
      cluster_ = std::move(*answer);
      for (const auto& broker : cluster_.brokers) live_.push_back(broker.node_id);
      if (choose()) carry_out();
    });
  }

 private:
  // Kafka says these on standard output.
  void fail(const std::string& why) {
    out(fmt::format("Error while executing topic command : {}\n", why));
    finish(failed);
  }

  void create() {
    const std::string& name = *command_.topic;
    if (name.find_first_of("._") != std::string::npos) {
      out("WARNING: Due to limitations in metric names, topics with a period ('.') or underscore "
          "('_') could collide. To avoid issues it is best to use either, but not both.\n");
    }
    client::NewTopic topic;
    topic.name = name;
    topic.partitions = command_.partitions.value_or(-1);
    topic.replication_factor = static_cast<std::int16_t>(command_.replication_factor.value_or(-1));
    topic.assignment = command_.assignment;
    topic.configs = command_.configs;
    admin_.create_topics({topic}, false, [this](Result<protocol::CreateTopicsResponse> answer) {
      if (!answer) return fail(answer.error().message);
      for (const auto& result : answer->topics) {
        const auto code = protocol::error_code(result.error_code);
        const bool fine = code == ErrorCode::topic_already_exists && command_.if_not_exists;
        if (code != ErrorCode::none && !fine) {
          return fail(told(result.error_code, result.error_message));
        }
        if (code == ErrorCode::none) out(fmt::format("Created topic {}.\n", result.name));
      }
      finish(0);
    });
  }

  // The topics that are meant, sorted. False where that ended the command.
  bool choose() {
    std::optional<TopicFilter> filter;
    if (command_.topic && !command_.topic_id) {
      auto parsed = TopicFilter::parse(*command_.topic);
      if (!parsed) return fail(parsed.error().message), false;
      filter = std::move(*parsed);
    }
    for (const auto& topic : cluster_.topics) {
      if (!topic.name) continue;
      if (command_.exclude_internal && (topic.is_internal || is_internal_topic(*topic.name))) {
        continue;
      }
      if (command_.topic_id && topic.topic_id != *command_.topic_id) continue;
      if (filter && !filter->matches(*topic.name)) continue;
      chosen_.push_back(*topic.name);
    }
    std::sort(chosen_.begin(), chosen_.end());
    if (!chosen_.empty() || command_.action == Action::list || command_.if_exists) return true;
    if (command_.topic_id) {
      fail(fmt::format("TopicId '{}' does not exist as expected", *command_.topic_id));
      return false;
    }
    if (command_.topic && !command_.topic->empty()) {
      fail(fmt::format("Topic '{}' does not exist as expected", *command_.topic));
      return false;
    }
    return true;
  }

  void carry_out() {
    if (command_.action == Action::list) {
      out(fmt::format("{}\n", fmt::join(chosen_, "\n")));
      return finish(0);
    }
    if (chosen_.empty()) return finish(0);
    if (command_.action == Action::remove) return remove();
    if (command_.action == Action::alter) return alter();
    describe();
  }

  template <class Results>
  void end_with(const Results& results) {
    for (const auto& result : results) {
      if (result.error_code != 0) return fail(told(result.error_code, result.error_message));
    }
    finish(0);
  }

  void remove() {
    admin_.delete_topics(chosen_, [this](Result<protocol::DeleteTopicsResponse> answer) {
      if (!answer) return fail(answer.error().message);
      end_with(answer->responses);
    });
  }

  void alter() {
    std::vector<client::NewPartitions> wanted;
    for (const auto& name : chosen_) {
      auto& more = wanted.emplace_back();
      more.topic = name;
      more.count = *command_.partitions;
      // Of an assignment the partitions that are there already are passed over.
      const auto there = topic_of(name)->partitions.size();
      for (std::size_t i = there; i < command_.assignment.size(); ++i) {
        more.assignment.push_back(command_.assignment[i]);
      }
    }
    admin_.create_partitions(wanted, [this](Result<protocol::CreatePartitionsResponse> answer) {
      if (!answer) return fail(answer.error().message);
      end_with(answer->results);
    });
  }

  // ---- --describe
  const protocol::MetadataResponse::MetadataResponseTopic* topic_of(const std::string& name) const {
    const auto at = std::find_if(cluster_.topics.begin(), cluster_.topics.end(),
                                 [&](const auto& topic) { return topic.name == name; });
    return &*at;
  }

  void describe() {
    for (const auto& name : chosen_) {
      const auto* known = topic_of(name);
      auto& topic = topics_[name];
      topic.name = name;
      topic.id = known->topic_id;
      for (const auto& partition : known->partitions) {
        topic.partitions.push_back({partition.partition_index,
                                    partition.leader_id,
                                    partition.replica_nodes,
                                    partition.isr_nodes,
                                    {},
                                    {}});
      }
    }
    admin_.describe_topic_partitions(
        chosen_, command_.page,
        [this](const Result<protocol::DescribeTopicPartitionsResponse>& answer) {
          // A broker that does not speak it knows no ELR; all else is in Metadata already.
          if (answer) take_partitions(*answer);
          ask_configs();
        });
  }

  void take_partitions(const protocol::DescribeTopicPartitionsResponse& answer) {
    for (const auto& told_topic : answer.topics) {
      const auto at = topics_.find(told_topic.name.value_or(""));
      if (at == topics_.end() || told_topic.error_code != 0) continue;
      at->second.partitions.clear();
      for (const auto& partition : told_topic.partitions) {
        at->second.partitions.push_back(
            {partition.partition_index, partition.leader_id, partition.replica_nodes,
             partition.isr_nodes,
             partition.eligible_leader_replicas.value_or(std::vector<std::int32_t>{}),
             partition.last_known_elr.value_or(std::vector<std::int32_t>{})});
      }
    }
  }

  void ask_configs() {
    admin_.describe_topic_configs(
        chosen_, [this](const Result<protocol::DescribeConfigsResponse>& answer) {
          if (!answer) return fail(answer.error().message);
          for (const auto& result : answer->results) {
            if (result.error_code != 0) {
              return fail(told(result.error_code, result.error_message));
            }
            take_configs(result);
          }
          for (auto& [name, topic] : topics_) {
            std::sort(topic.partitions.begin(), topic.partitions.end(),
                      [](const auto& a, const auto& b) { return a.index < b.index; });
            out(describe_text(command_, topic, live_));
          }
          finish(0);
        });
  }

  void take_configs(const protocol::DescribeConfigsResponse::DescribeConfigsResult& result) {
    constexpr std::int8_t default_config = 5;
    const auto at = topics_.find(result.resource_name);
    if (at == topics_.end()) return;
    for (const auto& config : result.configs) {
      const std::string value = config.value.value_or("null");
      if (config.config_source != default_config)
        at->second.configs.emplace_back(config.name, value);
      if (config.name != "min.insync.replicas") continue;
      (void)std::from_chars(value.data(), value.data() + value.size(), at->second.min_isr);
    }
  }

  TopicsCommand command_;
  client::Admin& admin_;
  protocol::MetadataResponse cluster_;
  std::vector<std::int32_t> live_;
  std::vector<std::string> chosen_;
  std::map<std::string, TopicDescription> topics_;
};

}  // namespace

std::unique_ptr<Session> run_topics(const TopicsCommand& command, client::ClientMachine& machine,
                                    Sink sink) {
  return std::make_unique<TopicsSession>(command, machine, std::move(sink));
}

}  // namespace lab::commands::kafka
