#include "engine/broker/broker_side.h"

#include <algorithm>

#include "engine/broker/handlers/broker_handlers.h"
#include "engine/protocol/messages/alter_partition.h"
#include "engine/storage/checkpoint.h"
#include "engine/storage/meta_properties.h"

namespace lab::broker {
using protocol::ErrorCode;
namespace {
constexpr const char* broker_side_logger = "kafka.server.BrokerServer";
constexpr std::int16_t alter_partition_version = 3;
constexpr std::int8_t recovered = 0;  // a leader is, also one that was elected uncleanly (KIP-704)
// How soon an ISR change that no controller answered is asked for again.
constexpr milliseconds retry{50};

std::map<NodeId, Address> addresses(const Config& config) {
  std::map<NodeId, Address> out;
  for (const auto& voter : config.controller_quorum_voters) out[voter.id] = voter.address;
  return out;
}

client::ConnectionOptions link_options(const Config& config, const char* purpose) {
  client::ConnectionOptions options;
  options.client_id = fmt::format("broker-{}-{}", config.node_id, purpose);
  options.api_versions = false;  // brokers of one cluster speak fixed versions with each other
  options.request_timeout = config.replica_socket_timeout_ms;
  options.connect_timeout = seconds(1);
  options.backoff_min = milliseconds(20);
  options.backoff_max = milliseconds(200);
  return options;
}

replication::ReplicaSettings replica_settings(const Config& config) {
  replication::ReplicaSettings out;
  out.lag_max = config.replica_lag_time_max_ms;
  out.min_insync_replicas = config.min_insync_replicas;
  out.topic.max_message_bytes = config.message_max_bytes;
  out.topic.log_append_time = config.log_message_timestamp_type == "LogAppendTime";
  out.topic.timestamp_before_max_ms = config.log_message_timestamp_before_max_ms.count();
  out.topic.timestamp_after_max_ms = config.log_message_timestamp_after_max_ms.count();
  out.fetch_max_bytes = config.fetch_max_bytes;
  out.cache_budget = static_cast<std::size_t>(config.lab_log_cache_budget_bytes);
  out.topic.log = log_config(config);
  out.fetch.max_bytes = config.replica_fetch_max_bytes;
  out.fetch.response_max_bytes = config.replica_fetch_response_max_bytes;
  out.fetch.min_bytes = config.replica_fetch_min_bytes;
  out.fetch.wait_max = config.replica_fetch_wait_max_ms;
  out.fetch.backoff = config.replica_fetch_backoff_ms;
  return out;
}

// What a reply says to one of the proposals that it answers.
replication::IsrAnswer answer_to(const replication::IsrProposal& proposal,
                                 const Result<protocol::AlterPartitionResponse>& result) {
  replication::IsrAnswer answer;
  if (!result) return answer;
  answer.code = protocol::error_code(result->error_code);
  if (answer.code != ErrorCode::none) return answer;
  answer.code = ErrorCode::unknown_server_error;
  for (const auto& topic : result->topics) {
    for (const auto& data : topic.partitions) {
      if (topic.topic_id != proposal.topic_id || data.partition_index != proposal.key.partition.v) {
        continue;
      }
      answer.code = protocol::error_code(data.error_code);
      for (const auto id : data.isr) answer.isr.push_back(NodeId(id));
      answer.leader_epoch = Epoch(data.leader_epoch);
      answer.partition_epoch = data.partition_epoch;
    }
  }
  return answer;
}
}  // namespace

storage::LogConfig log_config(const Config& config) {
  storage::LogConfig log;
  log.segment_bytes = config.log_segment_bytes;
  log.segment_ms = config.log_roll_ms.count();
  log.segment_index_bytes = config.log_index_size_max_bytes;
  log.index_interval_bytes = config.log_index_interval_bytes;
  log.retention_bytes = config.log_retention_bytes;
  log.retention_ms = config.log_retention_ms.count();
  log.delete_old = config.log_cleanup_policy.find("delete") != std::string::npos;
  log.flush_messages = config.log_flush_interval_messages;
  log.producer_id_expiration_ms = config.producer_id_expiration_ms.count();
  return log;
}

BrokerSide::BrokerSide(Context& context, const Config& config, Metadata& metadata,
                       std::function<void()> on_ready)
    : context_(context),
      config_(config),
      metadata_(metadata),
      on_ready_(std::move(on_ready)),
      link_(context, addresses(config), link_options(config, "to-controller")),
      links_(context, config.inter_broker_listener_name, link_options(config, "fetcher")),
      producer_ids_(context, link_),
      topic_creation_(context, link_),
      lifecycle_(context, config, link_,
                 {[this] { return metadata_.applied().offset; },
                  [this](BrokerEpoch epoch) {
                    replicas_.registered(epoch);
                    metadata_applied();
                  },
                  [this] {
                    if (std::exchange(admitted_, true)) return;
                    context_.log(Level::info, broker_side_logger,
                                 "[BrokerServer id={}] Transition from STARTING to STARTED",
                                 config_.node_id);
                    on_ready_();
                  }}),
      replicas_(context, config.node_id, replica_settings(config), links_,
                [this](replication::IsrProposal proposal) { propose(std::move(proposal)); }),
      propose_timer_(context, [this] { send_proposals(); }),
      checkpoint_timer_(
          context,
          [this] {
            write_checkpoints();
            checkpoint_timer_.arm_in(config_.replica_high_watermark_checkpoint_interval_ms);
          }),
      maintain_timer_(context, [this] {
        replicas_.maintain();
        maintain_timer_.arm_in(config_.log_retention_check_interval_ms);
      }) {
  links_.set_image(&metadata.image());
  replicas_.set_image(&metadata.image());
}

void BrokerSide::begin(BrokerEpoch previous_epoch) {
  lifecycle_.begin(config_.cluster_id, config_.directory_id, previous_epoch);
  checkpoint_timer_.arm_in(config_.replica_high_watermark_checkpoint_interval_ms);
  maintain_timer_.arm_in(config_.log_retention_check_interval_ms);
}

void BrokerSide::leader_changed(const raft::LeaderAndEpoch& leader) {
  if (link_.leader() == leader.leader) return;
  link_.leader(leader.leader);
  lifecycle_.controller_changed();
  if (!proposals_.empty()) propose_timer_.arm_in({});
}

void BrokerSide::metadata_changed(const controller::ImageChange& change) {
  replicas_.apply(change);
}

void BrokerSide::metadata_applied() {
  // Caught up: this very registration has come back in the metadata log.
  if (begun_ || lifecycle_.epoch().v < 0) return;
  if (metadata_.applied().offset.v > lifecycle_.epoch().v) caught_up();
}

void BrokerSide::caught_up() {
  begun_ = true;
  context_.log(Level::info, broker_side_logger,
               "[BrokerServer id={}] Caught up with the metadata at offset {}", config_.node_id,
               metadata_.applied().offset);
  replicas_.begin();
  lifecycle_.ready();
}

void BrokerSide::propose(replication::IsrProposal proposal) {
  proposals_.push_back(std::move(proposal));
  if (!proposing_) propose_timer_.arm_in({});  // one request for all of this input
}

void BrokerSide::send_proposals() {
  if (proposing_ || proposals_.empty() || link_.leader() == no_node) return;
  auto sent = std::exchange(proposals_, {});
  std::erase_if(sent, [this](const auto& proposal) { return !replicas_.proposes(proposal); });
  if (sent.empty()) return;
  protocol::AlterPartitionRequest request;
  request.broker_id = config_.node_id.v;
  request.broker_epoch = lifecycle_.epoch().v;
  for (const auto& proposal : sent) {
    auto& topic = request.topics.emplace_back();
    topic.topic_id = proposal.topic_id;
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = proposal.key.partition.v;
    partition.leader_epoch = proposal.leader_epoch.v;
    partition.partition_epoch = proposal.partition_epoch;
    partition.leader_recovery_state = recovered;
    for (const auto& member : proposal.isr) {
      partition.new_isr_with_epochs.push_back({member.id.v, member.epoch.v});
    }
  }
  proposing_ = true;
  link_.call<protocol::AlterPartitionRequest>(
      std::move(request), alter_partition_version,
      [this, sent = std::move(sent)](Result<protocol::AlterPartitionResponse> result) {
        proposals_answered(sent, result);
      },
      config_.broker_session_timeout_ms);
}

void BrokerSide::proposals_answered(const std::vector<replication::IsrProposal>& sent,
                                    const Result<protocol::AlterPartitionResponse>& result) {
  proposing_ = false;
  bool again = false;
  for (const auto& proposal : sent) {
    const auto answer = answer_to(proposal, result);
    if (answer.code != ErrorCode::none) {
      context_.log(Level::info, "kafka.server.DefaultAlterPartitionManager",
                   "[AlterPartitionManager brokerId={}] ISR of {} was not changed: {}",
                   config_.node_id, proposal.key.text(),
                   result.ok() ? std::string(protocol::name(answer.code)) : result.error().message);
    }
    if (replicas_.proposal_answered(proposal, answer)) {
      proposals_.push_back(proposal);
      again = true;
    }
  }
  if (!proposals_.empty()) propose_timer_.arm_in(again ? Duration(retry) : Duration{});
}

void BrokerSide::write_checkpoints() {
  storage::OffsetCheckpoint high_watermarks, recovery_points, starts;
  for (const auto& [key, partition] : replicas_.partitions()) {
    high_watermarks[key] = partition->high_watermark();
    recovery_points[key] = partition->log().synced_end();
    starts[key] = partition->log().log_start();
  }
  // What did not move is not written: an idle broker leaves the disk alone.
  const auto write = [this](const char* file, const storage::OffsetCheckpoint& offsets) {
    const auto content = storage::offset_checkpoint_text(offsets);
    if (std::exchange(checkpoints_written_[file], content) == content) return;
    context_.replace_file(file, Slice::copy(content), [this, file](const Done& done) {
      if (done.status != IoStatus::ok) {
        context_.halt(false, fmt::format("writing {} failed: {}", file, done.error));
      }
    });
  };
  write(storage::high_watermark_file, high_watermarks);
  write(storage::recovery_point_file, recovery_points);
  write(storage::log_start_file, starts);
}

void BrokerSide::stop(std::function<void()> stopped) {
  if (std::exchange(stopping_, true)) return;
  const auto close = [this, stopped = std::move(stopped)] {
    replicas_.close([this, stopped](bool ok) {
      if (!ok) return stopped();  // no mark of a clean shutdown
      write_checkpoints();
      const auto mark = storage::clean_shutdown_text({lifecycle_.epoch()});
      context_.replace_file(storage::clean_shutdown_file, Slice::copy(mark),
                            [stopped](const Done&) { stopped(); });
    });
  };
  if (!config_.controlled_shutdown_enable) return close();
  lifecycle_.shut_down(
      std::max<Duration>(2 * config_.broker_heartbeat_interval_ms, milliseconds(400)), close);
}

void BrokerSide::settle() { replicas_.settle(); }

void BrokerSide::serve(const Peer& peer, Incoming incoming, const ReplySlot& slot) {
  dispatch<BrokerSide>(broker_handlers(), *this, peer, std::move(incoming), slot);
}

client::Connection* BrokerSide::owner(ConnId conn) {
  if (auto* link = link_.owner(conn)) return link;
  return links_.owner(conn);
}

}  // namespace lab::broker
