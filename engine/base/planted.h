// Bugs to plant: mistakes that the simulator's checkers are there to find, each at the one line of
// the engine where it would be made. Only brokersim_planted (tests/sim/planted.cpp, which says what
// each breaks and who must find it) is built with them, by LAB_PLANTED, and switches one on;
// elsewhere planted() is false when it is compiled, and nothing is left of them. For sources, never
// for headers: what those define must be the same in both builds.
#pragma once

#include <cstdint>

namespace lab {

enum class Bug : std::uint8_t {
  none,
  // raft
  vote_before_sync,
  vote_lost_at_restart,
  voted_twice,
  vote_for_shorter_log,
  metadata_without_majority,
  earlier_epoch_committed,
  leader_counts_unsynced,
  divergence_unnoticed,
  // controller
  elect_anyone,
  fenced_stays_in_isr,
  stale_alter_partition,
  elr_after_unclean_end,
  leader_epoch_reused,
  snapshot_without_elr,
  // replication
  ack_before_isr,
  deposed_leader_acks,
  proposed_member_not_counted,
  slow_member_not_counted,
  isr_joined_early,
  served_above_high_watermark,
  divergence_not_asked_for,
  truncation_skipped,
  // storage
  epochs_not_truncated,
  producers_not_truncated,
  producers_lost_at_failover,
  producers_lost_at_restart,
  recovery_without_crc,
  index_beside_batch,
  sync_skipped,
  // broker
  reply_dropped,
  replies_out_of_order,
  wrong_correlation,
  // client
  retry_numbered_anew,
  new_epoch_skipped,
  count
};

#ifdef LAB_PLANTED
bool planted(Bug bug);
#else
consteval bool planted(Bug) { return false; }
#endif

}  // namespace lab
