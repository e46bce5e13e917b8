// The broker's role of a node: replicas, what clients ask, and the broker's life under the
// controller. Owned by Node, which gives it the metadata, its connections' inputs and the recovered
// logs. Requests are taken from the moment the controller has unfenced it for the first time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "engine/broker/broker_links.h"
#include "engine/broker/config.h"
#include "engine/broker/controller_link.h"
#include "engine/broker/dispatch.h"
#include "engine/broker/lifecycle.h"
#include "engine/broker/metadata.h"
#include "engine/broker/producer_ids.h"
#include "engine/broker/topic_creation.h"
#include "engine/protocol/messages/alter_partition.h"
#include "engine/replication/replica_manager.h"

namespace lab::broker {

// The settings of a topic's logs as the broker's file has them.
storage::LogConfig log_config(const Config& config);

class BrokerSide {
 public:
  BrokerSide(Context& context, const Config& config, Metadata& metadata,
             std::function<void()> on_ready);

  // Recovery is over: registers. `previous_epoch` is of the last clean shutdown, else -1.
  void begin(BrokerEpoch previous_epoch);
  // What Node hears of the metadata.
  void leader_changed(const raft::LeaderAndEpoch& leader);
  void metadata_changed(const controller::ImageChange& change);
  void metadata_applied();
  // SIGTERM: `stopped` runs when the controller let it go and all logs are closed.
  void stop(std::function<void()> stopped);
  // Called at the end of each input.
  void settle();

  void serve(const Peer& peer, Incoming incoming, const ReplySlot& slot);
  client::Connection* owner(ConnId conn);
  bool takes_requests() const { return admitted_; }

  // ---- For handlers and Node.
  Context& context() { return context_; }
  const Config& config() const { return config_; }
  const controller::Image& image() const { return metadata_.image(); }
  const Metadata& metadata() const { return metadata_; }
  replication::ReplicaManager& replicas() { return replicas_; }
  ControllerLink& controller() { return link_; }
  ProducerIds& producer_ids() { return producer_ids_; }
  TopicCreation& topic_creation() { return topic_creation_; }
  const Lifecycle& lifecycle() const { return lifecycle_; }

 private:
  void caught_up();
  void propose(replication::IsrProposal proposal);
  void send_proposals();
  void proposals_answered(const std::vector<replication::IsrProposal>& sent,
                          const Result<protocol::AlterPartitionResponse>& result);
  void write_checkpoints();

  Context& context_;
  const Config& config_;
  Metadata& metadata_;
  std::function<void()> on_ready_;
  ControllerLink link_;
  BrokerLinks links_;
  ProducerIds producer_ids_;
  TopicCreation topic_creation_;
  Lifecycle lifecycle_;
  replication::ReplicaManager replicas_;
  bool begun_ = false, admitted_ = false, stopping_ = false;
  std::vector<replication::IsrProposal> proposals_;
  bool proposing_ = false;
  Context::Timer propose_timer_, checkpoint_timer_, maintain_timer_;
  std::map<std::string, std::string> checkpoints_written_;  // by file
};

}  // namespace lab::broker
