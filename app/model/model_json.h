// The model as JSON for scripts: `snapshot --out x.json`, `status --json`. Times are nanoseconds of
// the trace's monotonic clock; what is not known is null, never 0.
//
// {
//   "at_ns", "wall_us"|null, "cluster_id", "lost_events",
//   "controller": {"id"|null, "epoch", "live_voters", "voters"},
//   "all_dead_since_ns"|null,
//   "brokers": [{"id", "state", "since_ns", "pid", "client_port", "controller_port", "roles",
//      "version", "memory_bytes", "incarnation", "broker_epoch", "fenced", "metadata_offset",
//      "believes_controller", "quorum_role", "exit": null|{"signal","code","asked","reason"}}],
//   "topics": [{"name", "id", "configs": {..}}],
//   "partitions": [{"topic", "partition", "leader", "leader_epoch", "partition_epoch", "replicas",
//      "isr", "elr", "as_of_ns", "behind": [ids of live brokers with an older belief],
//      "logs": [{"broker", "state", "log_start", "high_watermark", "log_end", "bytes",
//                "as_of_ns", "told_by", "truncated": null|{"from","to","at_ns"}}]}],
//   "clients": [{"name", "key", "kind", "role", "software", "version", "writes", "reads",
//      "connections", "gone_at_ns", "ledger": {"sent","acked","in_flight","retried","failed",
//      "at_risk", "lost", "duplicated"}}],
//   "groups": [{"name", "state", "generation", "members"}],
//   "faults": [{"fault", "target", "detail", "since_ns"}],
//   "failovers": [{"topic"|null, "partition"|null, "lost_leader", "cause", "lost_ns",
//      "steps": [{"step", "ms"|null, "property", "value", "node"|null}]}]
// }
#pragma once

#include <string>

#include "app/model/cluster_model.h"

namespace lab::model {

std::string_view name_of(LossCause cause);  // "killed"

}  // namespace lab::model
