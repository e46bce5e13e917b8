#include "engine/storage/epoch_cache.h"

#include <algorithm>
#include <limits>

#include "engine/storage/checkpoint.h"

namespace lab::storage {

Result<EpochCache> EpochCache::parse(const std::string& file, std::string_view text) {
  const auto lines = parse_checkpoint(file, text, 2);
  if (!lines) return lines.error();
  EpochCache cache;
  for (const auto& [line, words] : *lines) {
    const auto epoch =
        parse_number(file, line, words[0], 0, std::numeric_limits<std::int32_t>::max());
    if (!epoch) return epoch.error();
    const auto start =
        parse_number(file, line, words[1], 0, std::numeric_limits<std::int64_t>::max());
    if (!start) return start.error();
    const EpochStart entry{Epoch(static_cast<std::int32_t>(*epoch)), Offset(*start)};
    if (!cache.entries_.empty() && (entry.epoch <= cache.entries_.back().epoch ||
                                    entry.start <= cache.entries_.back().start)) {
      return Error{fmt::format("{}:{}: epochs and start offsets must rise", file, line)};
    }
    cache.entries_.push_back(entry);
  }
  return cache;
}

std::string EpochCache::text() const {
  std::vector<std::string> lines;
  for (const auto& entry : entries_)
    lines.push_back(fmt::format("{} {}", entry.epoch, entry.start));
  return checkpoint_text(lines);
}

bool EpochCache::assign(Epoch epoch, Offset start) {
  if (epoch < Epoch(0) || start < Offset(0)) return false;
  bool changed = false;
  const auto contradicts = [&](const EpochStart& entry) {
    return entry.epoch > epoch ||
           (entry.epoch == epoch ? entry.start > start : entry.start >= start);
  };
  while (!entries_.empty() && contradicts(entries_.back())) {
    entries_.pop_back();
    changed = true;
  }
  if (!entries_.empty() && entries_.back().epoch == epoch) return changed;
  entries_.push_back({epoch, start});
  return true;
}

bool EpochCache::truncate_to(Offset end) {
  const std::size_t before = entries_.size();
  while (!entries_.empty() && entries_.back().start >= end) entries_.pop_back();
  return entries_.size() != before;
}

bool EpochCache::start_at(Offset start) {
  std::size_t below = 0;  // entries that start at or below `start`
  while (below < entries_.size() && entries_[below].start <= start) ++below;
  if (below == 0 || (below == 1 && entries_[0].start == start)) return false;
  entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(below - 1));
  entries_.front().start = start;
  return true;
}

Epoch EpochCache::epoch_at(Offset offset) const {
  Epoch epoch = no_epoch;
  for (const auto& entry : entries_) {
    if (entry.start > offset) break;
    epoch = entry.epoch;
  }
  return epoch;
}

EpochEnd EpochCache::end_offset_for(Epoch epoch, Offset log_end) const {
  if (epoch < Epoch(0) || entries_.empty() || epoch > latest()) return {};
  if (epoch == latest()) return {epoch, log_end};
  const auto higher =
      std::upper_bound(entries_.begin(), entries_.end(), epoch,
                       [](Epoch wanted, const EpochStart& entry) { return wanted < entry.epoch; });
  if (higher == entries_.begin()) return {epoch, higher->start};
  return {std::prev(higher)->epoch, higher->start};
}

}  // namespace lab::storage
