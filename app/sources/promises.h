// What a built-in producer was promised, and what a fresh consumer found of it: which records, by
// their number in the producer's own count. Sets of numbers are kept as ranges, so that millions
// of records in a row cost nothing. Used by LabClients.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lab::sources {

class NumberSet {
 public:
  // False where it was in already.
  bool add(std::uint64_t number);
  bool has(std::uint64_t number) const;
  std::uint64_t count() const { return count_; }
  // How many numbers of this set are not in `other`.
  std::uint64_t without(const NumberSet& other) const;
  std::size_t ranges() const { return ranges_.size(); }

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // first -> end, never touching
  std::uint64_t count_ = 0;
};

// The record header by which the lab knows its own records again: client, run and number.
inline constexpr std::string_view identity_header = "lab";
struct RecordIdentity {
  std::string producer;  // "producer-1/5f3a09c1": another one for each start
  std::uint64_t number = 0;
  std::string text() const;
  static std::optional<RecordIdentity> parse(std::string_view text);
  bool operator==(const RecordIdentity&) const = default;
};

}  // namespace lab::sources
