#include "engine/sim/violation.h"

namespace lab::sim {

std::string_view invariant_name(int invariant) {
  switch (invariant) {
    case 1:
      return "two-leaders-of-an-epoch";
    case 2:
      return "epoch-or-vote-forgotten";
    case 3:
      return "quorum-high-watermark-fell";
    case 4:
      return "metadata-logs-differ";
    case 5:
      return "metadata-record-lost";
    case 6:
      return "illegal-role";
    case 7:
      return "record-of-a-later-epoch";
    case 8:
      return "metadata-images-differ";
    case 10:
      return "isr-member-behind";
    case 11:
      return "elected-without-committed-record";
    case 12:
      return "isr-not-counted-by-leader";
    case 13:
      return "committed-records-differ";
    case 14:
      return "acknowledged-before-committed";
    case 15:
      return "read-before-committed-or-changed";
    case 16:
      return "illegal-partition-state";
    case 17:
      return "log-out-of-order";
    case 18:
      return "deposed-leader-committed-alone";
    case 19:
      return "producer-gap-or-repeat";
    case 25:
      return "acknowledged-write-lost";
    case 27:
      return "two-values-at-one-offset";
    case 28:
      return "duplicate-of-idempotent-producer";
    case 29:
      return "poll-skipped-or-went-back";
    case 30:
      return "producer-out-of-order";
    case 31:
      return "acknowledged-but-never-readable";
    case 32:
      return "reply-out-of-order";
    case 35:
      return "recovery-broke-the-log";
    case 37:
      return "leak";
    default:
      return "unnamed";
  }
}

}  // namespace lab::sim
