#include "engine/sim/branches.h"

namespace lab::sim {
namespace {

struct Logged {
  std::string_view name;
  std::string_view words;  // a line that has these
};

constexpr Logged logged[] = {
    {"diverging epoch cut a follower's log", "Truncating partition "},
    {"metadata log of a voter cut", "Truncated to offset "},
    {"last known leader elected", ", which was the last leader of "},
    {"ISR shrunk for lag", "] Shrinking ISR from "},
    {"AlterPartition refused", " may not alter the ISR of "},
    {"metadata snapshot made", " made, "},
    {"metadata snapshot fetched from the leader", "Installed the snapshot "},
    {"leader resigned: no majority fetches", "no majority fetched from it"},
    {"leader handed the quorum over", "the leader resigned and named it first"},
    {"pre-vote refused", "Refused the pre-vote "},
    {"vote refused", "Refused the vote "},
    {"election lost and tried again", "it tries again after a lost election"},
    {"controlled shutdown", " is now in controlled shutdown"},
    {"registration of a new incarnation refused", "The registration of broker "},
    {"torn or damaged end of a log cut at recovery", " bytes kept, then: "},
    {"index rebuilt at recovery", ": index rebuilt"},
    {"logs found clean at start", " logs, the last shutdown was clean"},
    {"log of a deleted topic set aside", "renamed to -stray"},
    {"half-deleted log removed at start", ", which was being deleted"},
    {"fetch answered FENCED_LEADER_EPOCH", "FENCED_LEADER_EPOCH for "},
    {"fetch answered UNKNOWN_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH for "},
};

}  // namespace

Branches::Branches() {
  for (const auto& branch : logged) counts_.emplace(branch.name, 0);
  counts_.emplace(elected_from_elr, 0);
  counts_.emplace(batch_again, 0);
}

void Branches::line(std::string_view text) {
  for (const auto& branch : logged) {
    if (text.find(branch.words) != text.npos) reached(branch.name);
  }
}

void Branches::reached(std::string_view name) {
  if (const auto it = counts_.find(name); it != counts_.end()) ++it->second;
}

}  // namespace lab::sim
