// Topics that a Metadata request names and that do not exist (auto.create.topics.enable): asked of
// the controller, each name once at a time, however often clients ask for it meanwhile. Owned by
// BrokerSide; the client is told UNKNOWN_TOPIC_OR_PARTITION and asks again, as with Kafka.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/broker/controller_link.h"

namespace lab::broker {

class TopicCreation {
 public:
  TopicCreation(Context& context, ControllerLink& link) : context_(context), link_(link) {}

  // Asks for those of `names` that are not being created already, with the broker's defaults for
  // partitions and replication factor. A refusal goes to the broker's log.
  void create(const std::vector<std::string>& names);

 private:
  Context& context_;
  ControllerLink& link_;
  std::set<std::string> asked_;
};

}  // namespace lab::broker
