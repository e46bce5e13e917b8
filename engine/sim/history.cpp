#include "engine/sim/history.h"

#include <fmt/format.h>

#include "engine/sim/violation.h"

namespace lab::sim {

std::string History::value(int producer, std::int64_t number) {
  return fmt::format("p{}:{}", producer, number);
}

void History::sent(int producer, const std::string& value, const Partition& to) {
  const auto number = static_cast<std::int64_t>(writes_.size());
  writes_.emplace(value, WriteOf{producer, number, to, false, false, false, no_offset});
}

void History::acked(const std::string& value, const Partition& where, Offset offset, bool safe) {
  WriteOf& write = writes_.at(value);
  if (write.acked || write.failed) violated(32, "{} was told about twice", value);
  write.acked = true;
  write.safe = safe;
  write.offset = offset;
  ++acked_;
  if (write.to != where) violated(27, "{} was acknowledged for another partition", value);
}

void History::failed(const std::string& value) {
  WriteOf& write = writes_.at(value);
  if (write.acked || write.failed) violated(32, "{} was told about twice", value);
  write.failed = true;
  ++failed_;
}

void History::read(int reader, const Partition& from, Offset offset, const std::string& value) {
  const auto [it, first] = seen_[from].emplace(offset, value);
  if (!first && it->second != value) {
    violated(15, "{}-{} offset {}: read {} and later {}", from.first, from.second, offset,
             it->second, value);
  }
  const auto [last, begins] = positions_.emplace(std::pair{reader, from}, offset);
  const Offset expected = begins ? Offset(0) : last->second + 1;
  if (offset != expected) {
    violated(29, "reader {} got {}-{} offset {} where {} comes next", reader, from.first,
             from.second, offset, expected);
  }
  last->second = offset;
}

void History::check(const std::vector<bool>& idempotent) const {
  for (const auto& [value, write] : writes_) {
    if (write.acked && write.safe && write.offset != no_offset) check_place(value, write);
  }
  for (const auto& [partition, content] : seen_) check_content(partition, content, idempotent);
  for (const auto& [value, write] : writes_) {
    if (write.acked && write.safe && !seen_.contains(write.to)) {
      violated(25, "{} was acknowledged and nothing is there", value);
    }
  }
}

// What was acknowledged is where it was said to be.
void History::check_place(const std::string& value, const WriteOf& write) const {
  const auto partition = seen_.find(write.to);
  if (partition != seen_.end()) {
    const auto found = partition->second.find(write.offset);
    if (found != partition->second.end()) {
      if (found->second == value) return;
      violated(27, "{} was acknowledged at {}-{} offset {}, where {} is", value, write.to.first,
               write.to.second, write.offset, found->second);
    }
  }
  const auto end = ends_.find(write.to);
  if (end != ends_.end() && write.offset < end->second) {
    violated(31, "{} was acknowledged at {}-{} offset {}; the log ends at {}, nobody could read it",
             value, write.to.first, write.to.second, write.offset, end->second);
  }
  violated(25, "{} was acknowledged at {}-{} offset {} and is lost", value, write.to.first,
           write.to.second, write.offset);
}

void History::check_content(const Partition& partition, const Content& content,
                            const std::vector<bool>& idempotent) const {
  std::map<std::string, Offset> places;
  std::map<int, std::int64_t> last;  // by producer
  for (const auto& [offset, value] : content) {
    const auto write = writes_.find(value);
    if (write == writes_.end()) {
      violated(27, "{}-{} offset {} has {}, which nobody wrote", partition.first, partition.second,
               offset, value);
    }
    const auto producer = static_cast<std::size_t>(write->second.producer);
    const auto [it, first] = places.emplace(value, offset);
    if (!idempotent[producer]) continue;
    if (!first) {
      violated(28, "{}-{} has {} at offsets {} and {} ({} at {})", partition.first,
               partition.second, value, it->second, offset,
               write->second.acked    ? "acknowledged"
               : write->second.failed ? "refused"
                                      : "open",
               write->second.offset);
    }
    auto& before = last[write->second.producer];
    if (write->second.number < before) {
      violated(30, "{}-{} offset {}: {} comes after what its producer wrote later", partition.first,
               partition.second, offset, value);
    }
    before = write->second.number;
  }
  for (const auto& [value, write] : writes_) {
    if (write.acked && write.safe && write.to == partition && !places.contains(value)) {
      violated(25, "{} was acknowledged for {}-{} and is lost", value, partition.first,
               partition.second);
    }
  }
}

std::int64_t History::read_count() const {
  std::int64_t count = 0;
  for (const auto& [partition, content] : seen_) count += static_cast<std::int64_t>(content.size());
  return count;
}

std::int64_t History::lost_hasty() const {
  std::int64_t lost = 0;
  for (const auto& [value, write] : writes_) {
    if (!write.acked || write.safe || write.offset == no_offset) continue;
    const auto partition = seen_.find(write.to);
    if (partition == seen_.end()) continue;
    const auto found = partition->second.find(write.offset);
    if (found == partition->second.end() || found->second != value) ++lost;
  }
  return lost;
}

}  // namespace lab::sim
