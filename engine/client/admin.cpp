#include "engine/client/admin.h"

#include <cctype>
#include <set>
#include <utility>

#include "engine/client/admin_offsets.h"
#include "engine/client/errors.h"

namespace lab::client {

using protocol::ErrorCode;

namespace {

// The broker could not reach the active controller, or asked one that is none any more.
bool no_controller(std::int16_t code) {
  const ErrorCode error = protocol::error_code(code);
  return error == ErrorCode::not_controller || error == ErrorCode::broker_not_available ||
         error == ErrorCode::leader_not_available || error == ErrorCode::not_leader_or_follower;
}

template <class Results>
bool any_without_controller(const Results& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const auto& result) { return no_controller(result.error_code); });
}

NetworkOptions without_creation(NetworkOptions options) {
  options.auto_create_topics = false;
  return options;
}

}  // namespace

Admin::Admin(Context& context, AdminOptions options)
    : context_(context),
      options_(std::move(options)),
      network_(context, without_creation(options_.network), [this] { metadata_changed(); }) {}

void Admin::start(const std::shared_ptr<Job>& job) {
  jobs_.push_back(job);
  // The bootstrap list may be gone one day; the brokers that are there now should be known then.
  if (network_.metadata().brokers().empty()) network_.metadata().request_update();
  // Not at once: the answer must never come from within the call.
  job->timer_.arm(context_.monotonic());
}

// DESCRIBE_CONFIGS, as Kafka's clients write the name.
std::string Admin::not_supported(protocol::ApiKey api) {
  std::string constant;
  for (const char c : protocol::name(api)) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !constant.empty()) constant += '_';
    constant += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return "The node does not support " + constant;
}

void Admin::metadata_changed() {
  for (const auto& job : std::vector<std::shared_ptr<Job>>(jobs_)) job->metadata_changed();
}

void Admin::close(const std::string& reason) {
  closed_ = true;
  for (const auto& job : std::vector<std::shared_ptr<Job>>(jobs_)) job->give_up(reason);
  network_.close(reason);
}

// ---- A call under way

Admin::Job::Job(Admin& admin)
    : admin_(admin),
      deadline_(admin.context_.monotonic() + admin.options_.timeout),
      timer_(admin.context_, [this] {
        if (admin_.closed_) return give_up("the admin client is closed");
        if (time_left() <= Duration::zero()) return give_up(out_of_time());
        attempt();
      }) {}

Duration Admin::Job::time_left() const { return deadline_ - admin_.context_.monotonic(); }

std::optional<Address> Admin::Job::next_broker() {
  const auto broker = admin_.network_.metadata().any_broker(tried_);
  if (broker) tried_.push_back(*broker);
  return broker;
}

void Admin::Job::failed(const std::string& why) {
  if (!failures_.empty()) failures_ += "; ";
  failures_ += why;
}

std::string Admin::Job::out_of_time() const {
  const std::string& why = last_round_.empty() ? failures_ : last_round_;
  return fmt::format("not done within {} ms: {}", to_ms(admin_.options_.timeout),
                     why.empty() ? "no answer" : why);
}

void Admin::Job::later() {
  tried_.clear();
  if (!failures_.empty()) last_round_ = std::exchange(failures_, {});
  const Instant at = admin_.context_.monotonic() + admin_.options_.network.retry_backoff;
  timer_.arm(std::min(at, deadline_));
}

void Admin::Job::finish() {
  done_ = true;
  timer_.cancel();
  const auto self = shared_from_this();
  std::erase(admin_.jobs_, self);
  admin_.ended_.push_back(self);
}

// ---- Calls

void Admin::create_topics(const std::vector<NewTopic>& topics, bool validate_only,
                          Then<protocol::CreateTopicsResponse> then) {
  protocol::CreateTopicsRequest request;
  request.validate_only = validate_only;
  request.timeout_ms = static_cast<std::int32_t>(
      to_ms(std::min(options_.timeout, options_.network.request_timeout)));
  for (const auto& topic : topics) {
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic.name;
    wanted.num_partitions = topic.assignment.empty() ? topic.partitions : -1;
    wanted.replication_factor =
        topic.assignment.empty() ? topic.replication_factor : std::int16_t{-1};
    for (const auto& replicas : topic.assignment) {
      auto& assignment = wanted.assignments.emplace_back();
      assignment.partition_index = static_cast<std::int32_t>(wanted.assignments.size()) - 1;
      assignment.broker_ids = replicas;
    }
    for (const auto& [name, value] : topic.configs) wanted.configs.push_back({name, value});
  }
  call(std::move(request), std::move(then), false,
       [](const auto& response) { return any_without_controller(response.topics); });
}

void Admin::delete_topics(const std::vector<std::string>& names,
                          Then<protocol::DeleteTopicsResponse> then) {
  protocol::DeleteTopicsRequest request;
  request.timeout_ms = static_cast<std::int32_t>(
      to_ms(std::min(options_.timeout, options_.network.request_timeout)));
  for (const auto& name : names) request.topics.emplace_back().name = name;
  request.topic_names = names;  // before v6
  call(std::move(request), std::move(then), false,
       [](const auto& response) { return any_without_controller(response.responses); });
}

void Admin::create_partitions(const std::vector<NewPartitions>& wanted,
                              Then<protocol::CreatePartitionsResponse> then) {
  protocol::CreatePartitionsRequest request;
  request.timeout_ms = static_cast<std::int32_t>(
      to_ms(std::min(options_.timeout, options_.network.request_timeout)));
  for (const auto& more : wanted) {
    auto& topic = request.topics.emplace_back();
    topic.name = more.topic;
    topic.count = more.count;
    topic.assignments = std::nullopt;
    if (more.assignment.empty()) continue;
    topic.assignments.emplace();
    for (const auto& replicas : more.assignment) topic.assignments->push_back({replicas});
  }
  call(std::move(request), std::move(then), false,
       [](const auto& response) { return any_without_controller(response.results); });
}

void Admin::describe_topics(std::optional<std::vector<std::string>> names,
                            Then<protocol::MetadataResponse> then) {
  protocol::MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.topics.reset();
  if (names) {
    request.topics.emplace();
    for (auto& name : *names) request.topics->emplace_back().name = std::move(name);
  }
  call(std::move(request), std::move(then), true);
}

void Admin::describe_topic_partitions(const std::vector<std::string>& names, std::int32_t page,
                                      Then<protocol::DescribeTopicPartitionsResponse> then) {
  protocol::DescribeTopicPartitionsRequest request;
  request.response_partition_limit = page;
  for (const auto& name : names) request.topics.push_back({name});
  describe_page(std::move(request), {}, std::move(then));
}

// Topics come in the order of their names, so an answer that does not go on behind its cursor would
// never end.
void Admin::describe_page(protocol::DescribeTopicPartitionsRequest request,
                          protocol::DescribeTopicPartitionsResponse so_far,
                          Then<protocol::DescribeTopicPartitionsResponse> then) {
  auto answered = [this, request, so_far = std::move(so_far),
                   then](Result<protocol::DescribeTopicPartitionsResponse> page) mutable {
    if (!page) return then(page.error());
    for (auto& topic : page->topics) {
      const bool goes_on = !so_far.topics.empty() && so_far.topics.back().name == topic.name;
      if (!goes_on) {
        so_far.topics.push_back(std::move(topic));
        continue;
      }
      auto& known = so_far.topics.back().partitions;
      known.insert(known.end(), topic.partitions.begin(), topic.partitions.end());
    }
    if (!page->next_cursor) return then(std::move(so_far));
    const auto place = [](const auto& cursor) {
      return std::pair(cursor.topic_name, cursor.partition_index);
    };
    if (request.cursor && place(*page->next_cursor) <= place(*request.cursor)) {
      return then(Error{"the pages of DescribeTopicPartitions do not come to an end"});
    }
    request.cursor = {page->next_cursor->topic_name, page->next_cursor->partition_index};
    describe_page(std::move(request), std::move(so_far), std::move(then));
  };
  call(std::move(request), std::move(answered), true);
}

void Admin::describe_topic_configs(const std::vector<std::string>& names,
                                   Then<protocol::DescribeConfigsResponse> then) {
  constexpr std::int8_t topic_resource = 2;
  protocol::DescribeConfigsRequest request;
  for (const auto& name : names) {
    request.resources.push_back({topic_resource, name, std::nullopt});
  }
  call(std::move(request), std::move(then), true);
}

void Admin::describe_cluster(Then<protocol::DescribeClusterResponse> then) {
  call(protocol::DescribeClusterRequest{}, std::move(then), true);
}

void Admin::describe_quorum(Then<protocol::DescribeQuorumResponse> then) {
  protocol::DescribeQuorumRequest request;
  auto& topic = request.topics.emplace_back();
  topic.topic_name = "__cluster_metadata";
  topic.partitions.emplace_back();
  call(std::move(request), std::move(then), true, [](const auto& response) {
    if (no_controller(response.error_code)) return true;
    for (const auto& told : response.topics) {
      if (any_without_controller(told.partitions)) return true;
    }
    return false;
  });
}

void Admin::list_offsets(std::vector<OffsetQuestion> questions,
                         Then<std::vector<OffsetAnswer>> then) {
  start(std::make_shared<OffsetJob>(*this, std::move(questions), std::move(then)));
}

}  // namespace lab::client
