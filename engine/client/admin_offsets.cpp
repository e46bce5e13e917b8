#include "engine/client/admin_offsets.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/client/errors.h"

namespace lab::client {

using protocol::ErrorCode;
using protocol::ListOffsetsRequest;

Admin::OffsetJob::OffsetJob(Admin& admin, std::vector<OffsetQuestion> questions,
                            Then<std::vector<OffsetAnswer>> then)
    : Job(admin),
      questions_(std::move(questions)),
      open_(questions_.size(), true),
      then_(std::move(then)) {
  for (const auto& question : questions_) {
    auto& answer = answers_.emplace_back();
    answer.topic = question.topic;
    answer.partition = question.partition;
    admin_.network_.metadata().add_topic(question.topic);
  }
}

// One request to each leader that has questions to answer.
void Admin::OffsetJob::attempt() {
  struct Draft {
    ListOffsetsRequest message;
    std::vector<std::size_t> asked;
  };
  std::map<Address, Draft> drafts;
  auto& metadata = admin_.network_.metadata();
  waiting_for_metadata_ = false;
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    if (!open_[i]) continue;
    const auto leader = metadata.leader(questions_[i].topic, questions_[i].partition);
    if (!leader) {
      waiting_for_metadata_ = true;
      const TopicInfo* info = metadata.topic(questions_[i].topic);
      answers_[i].error = info && info->error != ErrorCode::none
                              ? std::string(protocol::name(info->error))
                              : "the partition has no leader that is known";
      continue;
    }
    Draft& draft = drafts[leader->address];
    draft.message.replica_id = -1;
    auto& topic = draft.message.topics.emplace_back();
    topic.name = questions_[i].topic;
    auto& asked = topic.partitions.emplace_back();
    asked.partition_index = questions_[i].partition.v;
    asked.current_leader_epoch = leader->epoch.v;
    asked.timestamp = questions_[i].timestamp;
    draft.asked.push_back(i);
  }
  if (waiting_for_metadata_) metadata.request_update();
  auto self = std::static_pointer_cast<OffsetJob>(shared_from_this());
  for (auto& [address, draft] : drafts) {
    ++in_flight_;
    admin_.network_.data(address).call(
        std::move(draft.message),
        [self, asked = draft.asked](const Result<Response>& response) {
          self->answered(asked, response);
        },
        std::min<Duration>(time_left(), read_only_attempt));
  }
  timer_.arm(deadline_);
}

void Admin::OffsetJob::answered(const std::vector<std::size_t>& asked,
                                const Result<Response>& response) {
  if (done_) return;
  --in_flight_;
  for (const std::size_t question : asked) {
    if (response) {
      take(question, *response);
    } else {
      answers_[question].error = response.error().message;
      admin_.network_.metadata().request_update();
    }
  }
  go_on();
}

void Admin::OffsetJob::take(std::size_t question, const Response& response) {
  OffsetAnswer& answer = answers_[question];
  answer.error = "the answer does not mention the partition";
  for (const auto& topic : response.topics) {
    if (topic.name != answer.topic) continue;
    for (const auto& told : topic.partitions) {
      if (told.partition_index != answer.partition.v) continue;
      const ErrorCode code = protocol::error_code(told.error_code);
      answer.error = code == ErrorCode::none ? "" : std::string(protocol::name(code));
      answer.offset = Offset(told.offset);
      answer.timestamp_ms = told.timestamp;
      answer.leader_epoch = Epoch(told.leader_epoch);
      if (wants_metadata(code)) admin_.network_.metadata().request_update();
      open_[question] = wants_metadata(code) || protocol::is_retriable(code);
      return;
    }
  }
}

void Admin::OffsetJob::go_on() {
  if (in_flight_ != 0) return;
  if (std::find(open_.begin(), open_.end(), true) != open_.end()) return later();
  finish();
  then_(std::move(answers_));
}

void Admin::OffsetJob::metadata_changed() {
  if (done_ || !waiting_for_metadata_ || in_flight_ != 0) return;
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    const auto& metadata = admin_.network_.metadata();
    if (open_[i] && !metadata.leader(questions_[i].topic, questions_[i].partition)) return later();
  }
  timer_.arm(admin_.context_.monotonic());
}

void Admin::OffsetJob::give_up(const std::string& why) {
  finish();
  const auto& trouble = admin_.network_.metadata().trouble();
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    if (!open_[i]) continue;
    if (trouble) answers_[i].error = trouble->message;
    if (answers_[i].error.empty()) answers_[i].error = why;
  }
  then_(std::move(answers_));
}

}  // namespace lab::client
