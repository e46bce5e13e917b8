// The few words that stand in the picture itself, in both languages. Sentences come from
// app/model/narration.h, numbers and times from app/i18n. Used by the scene functions and the text
// painter's pictures; a test checks that each word has both languages.
#pragma once

#include <cstdint>
#include <string_view>

#include "app/i18n/strings.h"

namespace lab::scene {

using Lang = i18n::Lang;

enum class Word : std::uint8_t {
  broker,
  controller_node,
  controller,
  epoch,
  running,
  starting,
  loaded_of,  // "{0} of {1} partitions"
  restarted,
  stopping,
  waiting,        // "old session valid for {0}"
  frozen,         // "frozen (SIGSTOP) {0}"
  fenced,         // "fenced {0}"
  stopped,        // "stopped {0}"
  killed,         // "killed ({0}) {1}"
  killed_brief,   // "killed {0}"
  failed,         // "ended with exit {0}, {1}"
  gone_unseen,    // "dead, unknown how"
  did_not_start,  //
  not_known,
  stalled,  // "stalled for {0}"
  leader,
  follower,
  out_of_sync,
  catching_up,
  offline,
  new_leader,
  behind,     // "{0} behind"
  no_leader,  // "no leader since {0}"
  cut,        // "{0} cut"
  no_partitions,
  folded_topic,   // "{0} partitions, folded"
  leaders,        // "{0} leaders"
  followers,      // "{0} followers"
  out_of_sync_n,  // "{0} out of sync"
  offline_n,      // "{0} offline"
  leaderless_n,   // "{0} without leader"
  under_n,        // "{0} under-replicated"
  other_topics,   // "{0} other topics: a column each, a cell a replica"
  under_replicated_leader,
  follower_in_sync,
  outside,
  group,       // "group {0}"
  generation,  // "generation {0}"
  lag,         // "lag {0}"
  retries,     // "{0} retries"
  reaches_none,
  bootstrap,
  more_clients,  // "{0} more"
  quorum_of,     // "quorum · {0} of {1}"
  no_majority,
  agree_all,                // "What all brokers agree on"
  agree_live,               // "What all live brokers agree on"
  agree_last,               // "What the brokers last agreed on"
  agree_count,              // "{0} of {1} brokers agree"
  agree_live_count,         // "{0} of {1} live brokers agree"
  metadata_offset,          // "metadata offset {0}"
  stopped_at,               // "Br#{0} stopped at {1}"
  disagree,                 // "{0} believes something older"
  topic_partition,          // "Topic {0} partition {1}: "
  leader_is,                // "Leader Br#{0}"
  leader_none,              // "no leader"
  follower_label,           // "Follower "
  is_offline,               // "offline"
  is_behind,                // "behind"
  believes,                 // "Br#{0} believes: Leader Br#{1}, epoch {2}"
  more_partitions,          // "{0} more partitions, every replica in sync"
  more_partitions_trouble,  // "{0} more partitions"
  create_topic,             // action
  any_client,               // "Any Kafka client can join: {0}"
  how_to_connect,           // action
  nobody_alive,             // "No broker is alive."
  last_known,               // "Last known at {0}"
  start_all,                // action
  start_cluster,            // action
  no_cluster,               // "There is no cluster here yet."
  hides_log_ends,           // "This cluster does not tell us log ends"
  events_here,              // "Events appear here"
  clients_lane,             // "clients"
  live,
  replay,
  simulated,
  engine_ahead,  // "{0}, engine {1} ahead"
  of_length,     // "{0} of {1}"
  after_loss,    // "{0} after the loss"
  paused,
  story,
  seed,                 // "seed {0}"
  failover_of,          // "Failover of {0}"
  failover_controller,  // "Failover of the controller"
  leader_lost,
  controller_lost,
  noticed,
  new_controller,
  new_leader_station,
  first_write,
  caught_up,
  not_yet,
  waits_for_broker,    // "waits for broker {0}"
  nobody_writes,       // "nobody writes"
  last_heartbeat,      // "last heartbeat {0} before"
  waiting_share,       // "{0} % of the time was waiting to be sure."
  by_broker,           // "broker {0}"
  by_client,           // "{0}"
  without_leader,      // "without a leader"
  legend_offline,      // "offline, last known"
  legend_records,      // "records on their way"
  legend_broken,       // "broken connection"
  legend_outside,      // "client from outside"
  legend_log_start,    // "log start offset"
  legend_watermark,    // "high watermark"
  legend_log_end,      // "log end offset"
  legend_uncommitted,  // "not committed yet"
  legend_preferred,    // "preferred leader"
  legend_fewer,        // "fewer replicas in sync"
  legend_controller,   // "active controller"
  legend_in_sync,      // "follower, in sync"
  legend_out_of_sync,  // "follower, out of sync"
  caption_cluster,     // "cluster {0}"
  caption_brokers,     // "{0} brokers"
  caption_event,       // "event {0}"
  link_cut,            // "link {0} cut", {0} as "1→2"
  link_slow,           // "link {0} slow: {1}"
  disk_fault,          // "disk: {0}"
};

std::string_view word(Word what, Lang lang);
// The word with {0}, {1}, {2} replaced.
std::string say(Word what, Lang lang, std::string_view a, std::string_view b = {},
                std::string_view c = {});

}  // namespace lab::scene
