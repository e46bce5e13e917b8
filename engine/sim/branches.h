// Rare branches (FAULTS.md 38): a closed list of things that a set of random runs must have been
// through, or the runs prove less than they seem to. Counted from what the brokers log, which costs
// nothing; what they do not log is told by name. brokersim adds them up over its seeds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace lab::sim {

class Branches {
 public:
  static constexpr std::string_view elected_from_elr = "leader elected from the ELR";
  static constexpr std::string_view batch_again = "batch that a leader has came again";

  Branches();  // all of them, none reached
  // A broker logged this.
  void line(std::string_view text);
  // This one was reached.
  void reached(std::string_view name);
  const std::map<std::string, std::int64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::map<std::string, std::int64_t, std::less<>> counts_;
};

}  // namespace lab::sim
