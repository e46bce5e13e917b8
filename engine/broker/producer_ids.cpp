#include "engine/broker/producer_ids.h"

#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/allocate_producer_ids.h"

namespace lab::broker {

void ProducerIds::next(NodeId self, BrokerEpoch epoch, Duration patience, OnId on_id) {
  waiting_.push_back(std::move(on_id));
  give();
  if (!waiting_.empty() && !fetching_) fetch_block(self, epoch, patience);
}

void ProducerIds::give() {
  while (!waiting_.empty() && next_ < end_) {
    const OnId on_id = std::move(waiting_.front());
    waiting_.pop_front();
    on_id(ProducerId(next_++));
  }
}

void ProducerIds::fetch_block(NodeId self, BrokerEpoch epoch, Duration patience) {
  fetching_ = true;
  protocol::AllocateProducerIdsRequest request;
  request.broker_id = self.v;
  request.broker_epoch = epoch.v;
  link_.call_until<protocol::AllocateProducerIdsRequest>(
      std::move(request), 0,
      [](const protocol::AllocateProducerIdsResponse& response) {
        return response.error_code == 0;
      },
      [this](Result<protocol::AllocateProducerIdsResponse> result) {
        fetching_ = false;
        if (result.ok() && result->error_code == 0 && result->producer_id_len > 0) {
          next_ = result->producer_id_start;
          end_ = next_ + result->producer_id_len;
          return give();
        }
        const Error error{
            result.ok() ? std::string(protocol::name(protocol::error_code(result->error_code)))
                        : result.error().message};
        for (auto& on_id : std::exchange(waiting_, {})) on_id(error);
      },
      context_.monotonic() + patience);
}

}  // namespace lab::broker
