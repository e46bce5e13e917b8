// kafka-console-consumer under way: which partitions there are, and their records one by one.
#include <fmt/format.h>

#include <set>

#include "app/commands/kafka/console_consumer.h"
#include "app/commands/kafka/topic_filter.h"

namespace lab::commands::kafka {
namespace {

// How often it is looked whether there are new topics or partitions.
constexpr Duration look_again = seconds(1);

class ConsumerSession final : public Session {
 public:
  ConsumerSession(const ConsumerCommand& command, client::ClientMachine& clients, Sink sink)
      : Session(clients, std::move(sink)),
        command_(command),
        admin_(clients.add_admin(new_client(command.client.client_id("console-consumer")),
                                 admin_options(command.client))),
        consumer_(add_consumer(clients)),
        quiet_timer_(clients.context(), [this] { end(0); }),
        look_timer_(clients.context(), [this] { look(); }) {
    if (command.pattern) filter_.emplace(std::move(*TopicFilter::parse(command.topics)));
  }
  ~ConsumerSession() override { close(); }

  void start() override {
    watch_contact(admin_.metadata(), [this](const std::string& why) { fail(why); });
    if (!command_.partition) {
      err("kafka-console-consumer: Brokerlab has no consumer groups yet: all partitions are read "
          "directly, and nothing is committed\n");
    }
    if (command_.max_messages) consumer_.grant(*command_.max_messages);
    if (command_.max_messages == 0U) return end(0);
    wait_for_records();
    look();
  }

  void cancel() override { end(cancelled); }

 private:
  client::Consumer& add_consumer(client::ClientMachine& clients) {
    client::ConsumerOptions options;
    apply(command_.client, options);
    options.network.client_id = command_.client.client_id("console-consumer");
    return clients.add_consumer(
        new_client("console-consumer-records"), options,
        [this](const client::ConsumerRecord& record) { print(record); },
        [this](const client::ConsumerTrouble& trouble) {
          err(fmt::format("kafka-console-consumer: {}-{}: {}\n", trouble.topic, trouble.partition,
                          trouble.what));
        });
  }

  void fail(const std::string& why) {
    err(fmt::format("kafka-console-consumer: {}\n", why));
    end(failed);
  }

  void end(int exit_code) {
    if (finished()) return;
    quiet_timer_.cancel();
    look_timer_.cancel();
    err(fmt::format("Processed a total of {} messages\n", count_));
    finish(exit_code);
  }

  void wait_for_records() {
    if (command_.timeout) quiet_timer_.arm_in(*command_.timeout);
  }

  // Which partitions there are; again and again, as topics and partitions may come.
  void look() {
    std::optional<std::vector<std::string>> names;
    if (!filter_) names = {command_.topics};
    admin_.describe_topics(names, [this](const Result<protocol::MetadataResponse>& answer) {
      if (finished()) return;
      if (answer) take(*answer);
      if (!command_.partition || assigned_.empty()) look_timer_.arm_in(look_again);
    });
  }

  void take(const protocol::MetadataResponse& cluster) {
    for (const auto& topic : cluster.topics) {
      if (!topic.name || topic.error_code != 0) continue;
      if (filter_ && (is_internal_topic(*topic.name) || !filter_->matches(*topic.name))) continue;
      for (const auto& partition : topic.partitions) {
        const std::int32_t index = partition.partition_index;
        if (command_.partition && index != *command_.partition) continue;
        if (!assigned_.emplace(*topic.name, index).second) continue;
        // Partitions that came later are read from their begin: their records are all new.
        const auto start = looked_ ? client::StartAt::beginning() : command_.start;
        consumer_.assign(*topic.name, PartitionIndex(index), start);
      }
    }
    if (!looked_ && assigned_.empty()) {
      err(fmt::format("kafka-console-consumer: there is no {}{} yet: waiting for it\n",
                      filter_ ? "topic that matches " : "", what()));
    }
    looked_ = true;
  }

  std::string what() const {
    return command_.partition ? fmt::format("{}-{}", command_.topics, *command_.partition)
           : filter_          ? command_.topics
                              : "topic " + command_.topics;
  }

  void print(const client::ConsumerRecord& record) {
    if (finished()) return;
    ++count_;
    if (!command_.nothing_printed) {
      const auto text = command_.format.text(record);
      if (text) {
        out(*text);
      } else {
        err(fmt::format("kafka-console-consumer: {}-{} offset {}: {}\n", record.topic,
                        record.partition, record.offset, text.error().message));
        if (!command_.skip_errors) return end(failed);
      }
    }
    if (command_.max_messages == count_) return end(0);
    wait_for_records();
  }

  ConsumerCommand command_;
  client::Admin& admin_;
  client::Consumer& consumer_;
  std::optional<TopicFilter> filter_;
  std::set<std::pair<std::string, std::int32_t>> assigned_;
  bool looked_ = false;
  std::uint64_t count_ = 0;
  Context::Timer quiet_timer_, look_timer_;
};

}  // namespace

std::unique_ptr<Session> run_consumer(const ConsumerCommand& command,
                                      client::ClientMachine& machine, Sink sink) {
  return std::make_unique<ConsumerSession>(command, machine, std::move(sink));
}

}  // namespace lab::commands::kafka
