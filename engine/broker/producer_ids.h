// Producer ids for idempotent producers: taken one by one from a block that the controller gave
// (AllocateProducerIds). Owned by BrokerSide; what asks while a block is on its way waits for it.
#pragma once

#include <deque>
#include <functional>

#include "engine/broker/controller_link.h"

namespace lab::broker {

class ProducerIds {
 public:
  using OnId = std::function<void(Result<ProducerId>)>;
  ProducerIds(Context& context, ControllerLink& link) : context_(context), link_(link) {}

  // The next id, now or when the controller has given a block; an error where none could be had
  // within `patience`.
  void next(NodeId self, BrokerEpoch epoch, Duration patience, OnId on_id);

 private:
  void give();
  void fetch_block(NodeId self, BrokerEpoch epoch, Duration patience);

  Context& context_;
  ControllerLink& link_;
  std::int64_t next_ = 0, end_ = 0;
  bool fetching_ = false;
  std::deque<OnId> waiting_;
};

}  // namespace lab::broker
