// Kafka's admin client: topics, cluster, offsets, quorum. Each call is sent to some broker (those
// about offsets to the leaders), repeated over all brokers that are known while none answers or the
// answer says that a moment later it may do, and ends within its time with an answer or an error.
// Owned by ClientMachine; called within its inputs only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/client/network.h"
#include "engine/protocol/messages/create_partitions.h"
#include "engine/protocol/messages/create_topics.h"
#include "engine/protocol/messages/delete_topics.h"
#include "engine/protocol/messages/describe_cluster.h"
#include "engine/protocol/messages/describe_configs.h"
#include "engine/protocol/messages/describe_quorum.h"
#include "engine/protocol/messages/describe_topic_partitions.h"
#include "engine/protocol/messages/list_offsets.h"
#include "engine/protocol/messages/metadata.h"

namespace lab::client {

struct AdminOptions {
  NetworkOptions network;
  Duration timeout = seconds(60);  // default.api.timeout.ms: of a call, all attempts together
};

struct NewTopic {
  std::string name;
  std::int32_t partitions = -1;          // -1: the broker's num.partitions
  std::int16_t replication_factor = -1;  // -1: the broker's default.replication.factor
  std::vector<std::vector<std::int32_t>>
      assignment;  // replicas of each partition; then both are -1
  std::map<std::string, std::string> configs;
};

// More partitions for a topic.
struct NewPartitions {
  std::string topic;
  std::int32_t count = 0;                             // what it will have then, all together
  std::vector<std::vector<std::int32_t>> assignment;  // replicas of each new one; none: as it comes
};

struct OffsetQuestion {
  std::string topic;
  PartitionIndex partition{0};
  std::int64_t timestamp = -1;  // ms since 1970; -1 latest, -2 earliest, -3 largest timestamp
};
struct OffsetAnswer {
  std::string topic;
  PartitionIndex partition{0};
  Offset offset = no_offset;  // -1: no such record
  std::int64_t timestamp_ms = -1;
  Epoch leader_epoch = no_epoch;
  std::string error;  // Kafka's name, or what went wrong; empty: answered
};

class Admin {
 public:
  template <class T>
  using Then = std::function<void(Result<T>)>;

  Admin(Context& context, AdminOptions options);

  // Any request that any broker can answer. With `read_only` a broker that is silent for a few
  // seconds is left for another. `again` says of an answer whether to ask once more after
  // retry.backoff.ms, while there is time. `then` runs exactly once, never from within call(); an
  // error names the brokers asked and why each failed. A request that the broker asked does not
  // speak fails at once, in Kafka's words.
  template <class Request>
  void call(Request request, Then<ResponseOf<Request>> then, bool read_only = false,
            std::function<bool(const ResponseOf<Request>&)> again = {}) {
    start(std::make_shared<Attempts<Request>>(*this, std::move(request), std::move(then), read_only,
                                              std::move(again)));
  }

  // The errors of single topics are in the answers, as the broker gave them.
  void create_topics(const std::vector<NewTopic>& topics, bool validate_only,
                     Then<protocol::CreateTopicsResponse> then);
  void delete_topics(const std::vector<std::string>& names,
                     Then<protocol::DeleteTopicsResponse> then);
  void create_partitions(const std::vector<NewPartitions>& wanted,
                         Then<protocol::CreatePartitionsResponse> then);
  // nullopt: all topics. Brokers are in the answer as well. Creates none.
  void describe_topics(std::optional<std::vector<std::string>> names,
                       Then<protocol::MetadataResponse> then);
  // With ELR (KIP-966), which Metadata does not tell; at most `page` partitions in one answer, all
  // pages together in the end.
  void describe_topic_partitions(const std::vector<std::string>& names, std::int32_t page,
                                 Then<protocol::DescribeTopicPartitionsResponse> then);
  // All settings of these topics, each with its source.
  void describe_topic_configs(const std::vector<std::string>& names,
                              Then<protocol::DescribeConfigsResponse> then);
  void describe_cluster(Then<protocol::DescribeClusterResponse> then);
  void describe_quorum(Then<protocol::DescribeQuorumResponse> then);
  // Answers in the order of the questions.
  void list_offsets(std::vector<OffsetQuestion> questions, Then<std::vector<OffsetAnswer>> then);

  // Fails what is under way.
  void close(const std::string& reason);

  // ---- Inputs. True where it was for one of its connections.
  template <class Input>
  bool take(const Input& input) {
    ended_.clear();
    return network_.take(input);
  }
  const ClusterMetadata& metadata() const { return network_.metadata(); }
  const std::string& client_id() const { return options_.network.client_id; }

 private:
  // A call under way. It lives until the input after its end, so that its own timer may end it.
  class Job : public std::enable_shared_from_this<Job> {
   public:
    explicit Job(Admin& admin);
    virtual ~Job() = default;
    // Makes the first or the next attempt.
    virtual void attempt() = 0;
    // Ends it with an error.
    virtual void give_up(const std::string& why) = 0;
    virtual void metadata_changed() {}

   protected:
    friend class Admin;
    Duration time_left() const;
    // The next broker of this round over all; nullopt at its end.
    std::optional<Address> next_broker();
    void failed(const std::string& why);
    std::string out_of_time() const;
    // Asks again after the backoff, or gives up where time is over.
    void later();
    void finish();

    Admin& admin_;
    Instant deadline_;
    std::vector<Address> tried_;
    std::string failures_, last_round_;  // of this round over all brokers, and of the one before
    bool done_ = false;
    Context::Timer timer_;
  };

  template <class Request>
  class Attempts final : public Job {
   public:
    using Response = ResponseOf<Request>;
    Attempts(Admin& admin, Request request, Then<Response> then, bool read_only,
             std::function<bool(const Response&)> again)
        : Job(admin),
          request_(std::move(request)),
          then_(std::move(then)),
          read_only_(read_only),
          again_(std::move(again)) {}
    void attempt() override {
      const auto broker = next_broker();
      if (!broker || time_left() <= Duration::zero()) return later();
      timer_.arm(deadline_);
      asked_ = *broker;
      auto self = std::static_pointer_cast<Attempts>(shared_from_this());
      const Duration most =
          read_only_ ? read_only_attempt : admin_.options_.network.request_timeout;
      admin_.network_.control(*broker).call(
          Request(request_),
          [self](Result<Response> response) { self->answered(std::move(response)); },
          std::min(time_left(), most));
    }
    void give_up(const std::string& why) override {
      finish();
      then_(Error{why});
    }

   private:
    void answered(Result<Response> response) {
      if (done_) return;
      if (!response) {
        if (admin_.network_.lacks(asked_, Request::key, Request::min_version)) {
          return give_up(not_supported(Request::key));
        }
        failed(response.error().message);
        return attempt();
      }
      if (again_ && again_(*response) && time_left() > admin_.options_.network.retry_backoff) {
        return later();
      }
      finish();
      then_(std::move(response));
    }
    Request request_;
    Address asked_;
    Then<Response> then_;
    bool read_only_;
    std::function<bool(const Response&)> again_;
  };
  class OffsetJob;
  static constexpr Duration read_only_attempt = seconds(3);

  static std::string not_supported(protocol::ApiKey api);
  void describe_page(protocol::DescribeTopicPartitionsRequest request,
                     protocol::DescribeTopicPartitionsResponse so_far,
                     Then<protocol::DescribeTopicPartitionsResponse> then);
  void start(const std::shared_ptr<Job>& job);
  void metadata_changed();

  Context& context_;
  AdminOptions options_;
  Network network_;
  std::vector<std::shared_ptr<Job>> jobs_;
  std::vector<std::shared_ptr<Job>> ended_;  // kept until no callback of theirs can be running
  bool closed_ = false;
};

}  // namespace lab::client
