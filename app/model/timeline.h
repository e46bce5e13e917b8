// The marks of the timeline: which lane, which sign, which few words. The scene's timeline and the
// story mode call it. It keeps nothing; the model's log is what it reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/i18n/strings.h"
#include "app/model/cluster_model.h"

namespace lab::model {

enum class MarkKind : std::uint8_t {
  started,
  killed,
  frozen,
  thawed,
  stopped,
  did_not_start,
  waiting,
  fenced,
  unfenced,
  elected,
  leaderless,
  isr_shrunk,
  isr_grew,
  truncated,
  caught_up,
  crown,
  first_ack,
  refused_write,
  topic_created,
  topic_gone,
  client_joined,
  client_left,
  fault,
  stalled,
  gap,
  ledger,
  refused_request,
};
std::string_view name_of(MarkKind kind);  // "isr_shrunk"

struct TimelineMark {
  NodeId lane = no_node;  // the broker it happened to; -1: the clients' lane
  MarkKind kind = MarkKind::started;
  Instant at{};
  Duration within{0};       // not 0: observed between two polls (a hollow mark on a whisker)
  std::string label;        // short, in the language asked for
  std::uint64_t event = 0;  // id in the log, of the first where several are joined
  std::int32_t joined = 1;
};

// The mark of one event; empty where it has none.
std::optional<TimelineMark> mark_of(const ClusterModel& model, const LoggedEvent& event,
                                    i18n::Lang lang);

// All marks of [from, to], oldest first; equal kinds on a lane within 100 ms are joined ("ISR of 4
// partitions shrank").
std::vector<TimelineMark> timeline(const ClusterModel& model, Instant from, Instant to,
                                   i18n::Lang lang);

}  // namespace lab::model
