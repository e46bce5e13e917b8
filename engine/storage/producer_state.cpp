#include "engine/storage/producer_state.h"

#include <algorithm>
#include <limits>

#include "engine/base/crc32c.h"
#include "engine/storage/bytes.h"

namespace lab::storage {

namespace {

constexpr std::int16_t snapshot_version = 1;
constexpr std::size_t snapshot_head = 2 + 4 + 4;  // version, CRC, count
constexpr std::size_t snapshot_entry = 8 + 2 + 4 + 8 + 4 + 8 + 4 + 8;

std::string refused(const ProducedBatch& batch, const std::string& why) {
  return fmt::format("producer {} epoch {} sequence {}: {}", batch.producer, batch.epoch,
                     batch.base_sequence, why);
}

}  // namespace

std::int32_t sequence_plus(std::int32_t sequence, std::int32_t n) {
  const std::int64_t sum = static_cast<std::int64_t>(sequence) + n;
  constexpr std::int64_t range = std::int64_t{1} << 31;
  return static_cast<std::int32_t>(((sum % range) + range) % range);
}

ProducerState::Check ProducerState::check(const ProducedBatch& batch) const {
  const auto found = producers_.find(batch.producer);
  if (found == producers_.end()) return {};
  const Producer& producer = found->second;
  if (batch.epoch < producer.epoch) {
    return {Verdict::invalid_epoch,
            {},
            refused(batch, fmt::format("its epoch is {} by now", producer.epoch))};
  }
  if (batch.epoch > producer.epoch) {
    if (batch.base_sequence == 0) return {};
    return {Verdict::out_of_order_sequence, {}, refused(batch, "a new epoch starts with 0")};
  }
  for (const auto& old : producer.batches) {
    if (old.base_sequence == batch.base_sequence && old.last_sequence == batch.last_sequence) {
      return {Verdict::duplicate, old, {}};
    }
  }
  const std::int32_t expected = sequence_plus(producer.batches.back().last_sequence, 1);
  if (batch.base_sequence == expected) return {};
  return {
      Verdict::out_of_order_sequence, {}, refused(batch, fmt::format("{} was expected", expected))};
}

void ProducerState::note(const ProducedBatch& batch, std::size_t limit) {
  Producer& producer = producers_[batch.producer];
  if (producer.epoch != batch.epoch) {
    producer.has_older = producer.has_older || !producer.batches.empty();
    producer.batches.clear();
    producer.epoch = batch.epoch;
  }
  if (producer.batches.size() == batches_kept) {
    producer.batches.erase(producer.batches.begin());
    producer.has_older = true;
  }
  producer.batches.push_back(batch);
  if (producers_.size() <= limit) return;

  // A quarter at once, so that this sorting is rare.
  std::vector<std::pair<Offset, ProducerId>> by_age;
  for (const auto& [id, each] : producers_) by_age.emplace_back(each.batches.back().last, id);
  std::sort(by_age.begin(), by_age.end());
  const std::size_t keep = std::max<std::size_t>(1, limit - limit / 4);
  for (std::size_t i = 0; i + keep < by_age.size(); ++i) producers_.erase(by_age[i].second);
}

void ProducerState::fill(const ProducerState& recent) {
  for (auto& [id, producer] : producers_) {
    const auto found = recent.producers_.find(id);
    if (found == recent.producers_.end()) continue;
    const auto& batches = found->second.batches;
    if (found->second.epoch != producer.epoch || batches.size() <= producer.batches.size() ||
        batches.back() != producer.batches.back()) {
      continue;
    }
    producer.batches = batches;
  }
}

bool ProducerState::truncate_to(Offset end) {
  bool exact = true;
  for (auto it = producers_.begin(); it != producers_.end();) {
    auto& [id, producer] = *it;
    const std::size_t before = producer.batches.size();
    while (!producer.batches.empty() && producer.batches.back().last >= end) {
      producer.batches.pop_back();
    }
    if (producer.has_older && producer.batches.size() != before) exact = false;
    it = producer.batches.empty() ? producers_.erase(it) : std::next(it);
  }
  return exact;
}

void ProducerState::expire(std::int64_t oldest_ms) {
  std::erase_if(producers_,
                [&](const auto& each) { return each.second.batches.back().timestamp < oldest_ms; });
}

ByteBuffer ProducerState::encode() const {
  std::size_t entries = 0;
  for (const auto& [id, producer] : producers_) entries += producer.batches.size();
  ByteBuffer out;
  out.reserve(snapshot_head + entries * snapshot_entry);
  put_big<std::int16_t>(out, snapshot_version);
  put_big<std::uint32_t>(out, 0);
  put_big<std::int32_t>(out, static_cast<std::int32_t>(entries));
  for (const auto& [id, producer] : producers_) {
    for (const ProducedBatch& batch : producer.batches) {
      put_big<std::int64_t>(out, id.v);
      put_big<std::int16_t>(out, producer.epoch);
      put_big<std::int32_t>(out, batch.last_sequence);
      put_big<std::int64_t>(out, batch.last.v);
      put_big<std::int32_t>(out, static_cast<std::int32_t>(batch.last - batch.base));
      put_big<std::int64_t>(out, batch.timestamp);
      put_big<std::int32_t>(out, -1);  // coordinator epoch: no transactions
      put_big<std::int64_t>(out, -1);  // first offset of a transaction
    }
  }
  set_big<std::uint32_t>(out.data() + 2, crc32c(ByteView(out).subspan(6)));
  return out;
}

Result<ProducerState> ProducerState::decode(ByteView bytes) {
  if (bytes.size() < snapshot_head) return Error{"the producer snapshot is too short"};
  const auto version = get_big<std::int16_t>(bytes.data());
  if (version != snapshot_version) {
    return Error{fmt::format("producer snapshots of version {} are not known", version)};
  }
  if (get_big<std::uint32_t>(bytes.data() + 2) != crc32c(bytes.subspan(6))) {
    return Error{"the producer snapshot's checksum is wrong"};
  }
  const auto count = get_big<std::int32_t>(bytes.data() + 6);
  const std::size_t room = bytes.size() - snapshot_head;
  if (count < 0 || static_cast<std::size_t>(count) != room / snapshot_entry ||
      room % snapshot_entry != 0) {
    return Error{"the producer snapshot's length does not match its count"};
  }
  ProducerState state;
  for (const std::uint8_t* at = bytes.data() + snapshot_head; at != bytes.data() + bytes.size();
       at += snapshot_entry) {
    ProducedBatch batch;
    batch.producer = ProducerId(get_big<std::int64_t>(at));
    batch.epoch = get_big<std::int16_t>(at + 8);
    batch.last_sequence = get_big<std::int32_t>(at + 10);
    batch.last = Offset(get_big<std::int64_t>(at + 14));
    const auto delta = get_big<std::int32_t>(at + 22);
    batch.timestamp = get_big<std::int64_t>(at + 26);
    if (batch.last_sequence < 0 || delta < 0) continue;  // a producer without any batch
    if (batch.last < Offset(delta)) {
      return Error{fmt::format("the producer snapshot has a batch of {} offsets that ends at {}",
                               std::int64_t{delta} + 1, batch.last)};
    }
    batch.base = batch.last - delta;
    batch.base_sequence = sequence_plus(batch.last_sequence, -delta);
    state.note(batch, std::numeric_limits<std::size_t>::max());
    state.producers_[batch.producer].has_older = true;
  }
  return state;
}

}  // namespace lab::storage
