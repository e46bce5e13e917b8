// brokersim with a bug planted into its brokers and clients (engine/base/planted.h): the one that
// LAB_PLANTED_BUG names, by which its children know it too. Else it is brokersim, every option of
// it, so that a run can be looked at, shrunk and repeated. tests/sim/planted_test.py runs it.
#include "engine/base/planted.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iterator>
#include <string_view>

#include "engine/sim/program/arguments.h"
#include "engine/sim/program/child.h"
#include "engine/sim/program/one_run.h"

namespace {

using lab::Bug;

struct PlantedBug {
  Bug bug;
  std::string_view name;
  std::string_view what;      // is wrong then
  std::string_view found_by;  // any of these: invariants (sim/violation.h), steps (sim/healing.h)
  int seeds = usual_seeds;    // of which one must find it; 0: none has so far
  static constexpr int usual_seeds = 60;
};

constexpr PlantedBug bugs[] = {
    // raft
    {Bug::vote_before_sync, "vote-before-sync", "a vote is told before it is on disk", "2"},
    {Bug::vote_lost_at_restart, "vote-lost-at-restart",
     "a voter that restarts does not know whom it voted for", "1 2"},
    {Bug::voted_twice, "voted-twice", "a voter gives its vote in one epoch to all who ask", "1 2"},
    {Bug::vote_for_shorter_log, "vote-for-shorter-log",
     "a candidate's log may be shorter than the voter's", "5"},
    {Bug::metadata_without_majority, "metadata-without-majority",
     "the quorum's high watermark is what any voter has", "3"},
    {Bug::earlier_epoch_committed, "earlier-epoch-committed",
     "a majority commits records of an earlier epoch alone", "3"},
    {Bug::leader_counts_unsynced, "leader-counts-unsynced",
     "the quorum's leader counts what its disk has not synced", "3"},
    {Bug::divergence_unnoticed, "divergence-unnoticed",
     "the quorum's leader takes a forked log for a continuation", "3 4 8"},
    // controller
    {Bug::elect_anyone, "elect-anyone", "a replica outside of ISR and ELR is elected", "11 16"},
    {Bug::fenced_stays_in_isr, "fenced-stays-in-isr", "a broker is fenced and stays in its ISRs",
     "16"},
    {Bug::stale_alter_partition, "stale-alter-partition",
     "AlterPartition is taken from a leader that is deposed", "10 11 12"},
    {Bug::elr_after_unclean_end, "elr-after-unclean-end",
     "a broker that may have lost records stays in the ELR", "11 14 25", 0},
    {Bug::leader_epoch_reused, "leader-epoch-reused",
     "a new leader gets the epoch of the one before", "1 16"},
    {Bug::snapshot_without_elr, "snapshot-without-elr", "a snapshot of the metadata lacks the ELRs",
     "8"},
    // replication
    {Bug::ack_before_isr, "ack-before-isr",
     "acks=all is answered when the leader alone has the records", "14 18 25"},
    {Bug::deposed_leader_acks, "deposed-leader-acks",
     "acks=all is answered by who led when it was asked", "14 18 25 27", 0},
    {Bug::proposed_member_not_counted, "proposed-member-not-counted",
     "the high watermark does not wait for who joins the ISR", "10 11 12"},
    {Bug::slow_member_not_counted, "slow-member-not-counted",
     "the high watermark does not wait for members that lag", "10 11"},
    {Bug::isr_joined_early, "isr-joined-early",
     "a follower joins the ISR before it has what is committed", "10 11"},
    {Bug::served_above_high_watermark, "served-above-high-watermark",
     "consumers read what may still be lost", "15"},
    {Bug::divergence_not_asked_for, "divergence-not-asked-for",
     "a follower does not tell its last epoch", "10 13 17"},
    {Bug::truncation_skipped, "truncation-skipped",
     "a follower keeps what its leader does not have", "10 13 17 isr-not-regrown"},
    // storage
    {Bug::epochs_not_truncated, "epochs-not-truncated",
     "a truncation leaves the epoch cache as it was", "13 17", 0},
    {Bug::producers_not_truncated, "producers-not-truncated",
     "a truncation leaves the producers as they were", "14 19 25"},
    {Bug::producers_lost_at_failover, "producers-lost-at-failover",
     "a follower does not note producers", "19 28"},
    {Bug::producers_lost_at_restart, "producers-lost-at-restart",
     "a restart does not note producers", "19 28"},
    {Bug::recovery_without_crc, "recovery-without-crc",
     "recovery believes a batch without its checksum", "13 35"},
    {Bug::index_beside_batch, "index-beside-batch", "index entries point beside the batches", "35"},
    {Bug::sync_skipped, "sync-skipped", "a flush is over before the disk has synced", "3 5 8 35"},
    // broker
    {Bug::reply_dropped, "reply-dropped", "a reply is dropped while an earlier one has not left",
     "32"},
    {Bug::replies_out_of_order, "replies-out-of-order",
     "replies are sent as they come, not as they were asked for", "32"},
    {Bug::wrong_correlation, "wrong-correlation",
     "a reply to a later request has another correlation id", "32"},
    // client
    {Bug::retry_numbered_anew, "retry-numbered-anew",
     "a batch that is sent again gets a new sequence", "19 28"},
    {Bug::new_epoch_skipped, "new-epoch-skipped",
     "a consumer skips the first batch of a new leader", "29"},
};
static_assert(std::size(bugs) + 1 == static_cast<std::size_t>(Bug::count));

Bug active = Bug::none;

// False where nobody knows such a bug.
bool plant(std::string_view name) {
  for (const auto& known : bugs) {
    if (known.name == name) active = known.bug;
  }
  return name.empty() || active != Bug::none;
}

// What the test makes its table of.
int list() {
  for (const auto& [bug, name, what, found_by, seeds] : bugs) {
    fmt::print("{}\t{}\t{}\t{}\n", name, what, found_by, seeds);
  }
  return 0;
}

}  // namespace

bool lab::planted(Bug bug) { return bug == active; }

int main(int count, char** words) {
  namespace program = lab::sim::program;
  if (count == 2 && words[1] == std::string_view("--bugs")) return list();
  const char* name = std::getenv("LAB_PLANTED_BUG");
  if (!plant(name == nullptr ? "" : name)) {
    fmt::print(stderr, "LAB_PLANTED_BUG: {} is no planted bug; --bugs lists them\n", name);
    return program::exit_code::usage;
  }
  if (count == 2 && words[1] == std::string_view(program::child_word)) return program::run_child();
  const auto parsed = program::parse_arguments(count, words);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  const auto& arguments = std::get<program::Arguments>(parsed);
  return arguments.many ? program::run_many(arguments) : program::run_one(arguments);
}
