// Pieces of sentences that narration and timeline share: names, signals, lists of partitions, and
// which events of the log belong together. Nobody else includes it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/i18n/strings.h"
#include "app/model/cluster_model.h"

namespace lab::model::phrases {

// "broker 2" or, for nodes that are only controllers, "controller 4"; `capital` begins a sentence.
std::string who(const ClusterModel& model, NodeId node, i18n::Lang lang, bool capital);

// "SIGKILL", "signal 40".
std::string signal_name(std::int32_t signal);

// The partitions as a list while they are few, else their count.
std::string partitions(const std::vector<std::string>& names, i18n::Lang lang);

// "KEY.one" where the count is one, else "KEY.many".
std::string by_count(const std::string& key, std::int64_t count);

// The log's events within `reach` of `at` for which `fits` holds, oldest first.
std::vector<const LoggedEvent*> near(const ClusterModel& model, Instant at, Duration reach,
                                     const std::function<bool(const trace::Event&)>& fits);

// Who was the active controller just before `at`, which may be long ago.
NodeId controller_at(const ClusterModel& model, Instant at);

// Nodes that are in `a` and not in `b`.
std::vector<NodeId> without(const std::vector<NodeId>& a, const std::vector<NodeId>& b);

}  // namespace lab::model::phrases
