#include "app/sources/ledger_check.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <utility>

namespace lab::sources {
namespace {

constexpr Duration time_limit = seconds(60);
constexpr Duration look_interval = milliseconds(10);

class LedgerCheck : public std::enable_shared_from_this<LedgerCheck> {
 public:
  using Then = std::function<void(Result<trace::LedgerChecked>)>;
  LedgerCheck(client::ClientMachine& machine, client::Admin& admin, LedgerQuestion question,
              Then then)
      : machine_(machine),
        admin_(admin),
        question_(std::move(question)),
        then_(std::move(then)),
        deadline_(machine.context().monotonic() + time_limit) {}

  void ask_topics() {
    admin_.describe_topics(question_.topics, [self = shared_from_this()](auto answer) {
      if (!answer) return self->end(answer.error());
      std::vector<client::OffsetQuestion> questions;
      for (const auto& topic : answer->topics) {
        for (const auto& partition : topic.partitions) {
          client::OffsetQuestion question;
          question.topic = topic.name.value_or("");
          question.partition = PartitionIndex{partition.partition_index};
          questions.push_back(question);
        }
      }
      if (questions.empty()) return self->end(Error{"the topics are gone"});
      self->ask_ends(std::move(questions));
    });
  }

 private:
  void ask_ends(std::vector<client::OffsetQuestion> questions) {
    admin_.list_offsets(std::move(questions), [self = shared_from_this()](auto answer) {
      if (!answer) return self->end(answer.error());
      for (const auto& end : *answer) {
        if (!end.error.empty()) {
          return self->end(Error{fmt::format("{}-{}: {}", end.topic, end.partition, end.error)});
        }
        self->ends_[{end.topic, end.partition}] = end.offset;
      }
      self->read();
    });
  }

  void read() {
    client::ConsumerOptions options;
    options.network = question_.network;
    options.reset = client::ConsumerOptions::Reset::earliest;
    machine_.context().trace(
        trace::ClientStarted{question_.reader, "consumer", "", "", question_.topics});
    auto self = shared_from_this();
    reader_ = &machine_.add_consumer(
        question_.reader, options,
        [self](const client::ConsumerRecord& record) { self->count(record); },
        [](const client::ConsumerTrouble&) {});
    for (const auto& [key, end] : ends_) {
      reader_->assign(key.first, key.second, client::StartAt::beginning());
    }
    timer_ = std::make_unique<Context::Timer>(machine_.context(), [weak = weak_from_this()] {
      if (const auto check = weak.lock()) check->look();
    });
    timer_->arm_in(look_interval);
  }

  void count(const client::ConsumerRecord& record) {
    for (const auto& header : record.headers) {
      if (header.key != identity_header || !header.value) continue;
      const auto identity = RecordIdentity::parse(header.value->text());
      if (!identity || identity->producer != question_.run) return;
      if (!found_.add(identity->number)) ++duplicated_;
    }
  }

  bool complete() const {
    for (const auto& [key, end] : ends_) {
      const auto position = reader_->position(key.first, key.second);
      if (!position || *position < end) return false;
    }
    return true;
  }

  void look() {
    if (complete()) return finish();
    if (machine_.context().monotonic() >= deadline_) {
      return end(Error{"the topics could not be read to their ends within a minute"});
    }
    timer_->arm_in(look_interval);
  }

  void finish() {
    trace::LedgerChecked checked;
    checked.client = question_.client;
    checked.acknowledged = static_cast<std::int64_t>(question_.promised.count());
    checked.lost = static_cast<std::int64_t>(question_.promised.without(found_));
    checked.found = checked.acknowledged - checked.lost;
    checked.duplicated = duplicated_;
    machine_.context().trace(checked);
    end(checked);
  }

  void end(Result<trace::LedgerChecked> result) {
    if (reader_ != nullptr) {
      machine_.context().trace(trace::ClientStopped{question_.reader});
      machine_.remove(question_.reader, "the check is over");
      reader_ = nullptr;
    }
    std::exchange(then_, nullptr)(std::move(result));
  }

  client::ClientMachine& machine_;
  client::Admin& admin_;
  LedgerQuestion question_;
  Then then_;
  Instant deadline_;
  std::map<std::pair<std::string, PartitionIndex>, Offset> ends_;
  client::Consumer* reader_ = nullptr;  // its callbacks keep this check alive
  std::unique_ptr<Context::Timer> timer_;
  NumberSet found_;
  std::int64_t duplicated_ = 0;
};

}  // namespace

void start_ledger_check(client::ClientMachine& machine, client::Admin& admin,
                        LedgerQuestion question,
                        std::function<void(Result<trace::LedgerChecked>)> then) {
  std::make_shared<LedgerCheck>(machine, admin, std::move(question), std::move(then))->ask_topics();
}

}  // namespace lab::sources
