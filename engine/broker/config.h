// A broker's configuration: Apache Kafka's property names with Apache Kafka's defaults (4.3,
// KRaft). Made by load_config from a server.properties (brokerd, the lab) or filled in by hand (the
// simulator, tests); the Node obeys it. It reads no file and asks for no host name.
//
// A member has the property's name with '.' as '_'. Times are `milliseconds`, sizes bytes.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/base/uuid.h"
#include "engine/machine/machine.h"

namespace lab::broker {

// One entry of `listeners` or `advertised.listeners`; its protocol is always PLAINTEXT.
struct Listener {
  std::string name;  // upper case, as Kafka normalises it
  std::string host;  // of `listeners`: empty where none was given; advertised: never empty
  std::uint16_t port = 0;
  bool controller = false;  // its name is in controller.listener.names
  bool operator==(const Listener&) const = default;
};

// One entry of controller.quorum.voters.
struct Voter {
  NodeId id = no_node;
  Address address;
  bool operator==(const Voter&) const = default;
};

struct Config {
  static constexpr std::int32_t max_int = std::numeric_limits<std::int32_t>::max();
  static constexpr std::int64_t max_long = std::numeric_limits<std::int64_t>::max();
  // Longer times are cut to this (100 years), so that adding one to an instant never overflows; it
  // is printed as Long.MAX_VALUE.
  static constexpr milliseconds for_ever{3'155'760'000'000};

  // ---- From meta.properties, not from the properties file: the host fills them in.
  std::string cluster_id;
  Uuid directory_id;

  // ---- Who this node is
  NodeId node_id = no_node;
  bool role_broker = false, role_controller = false;  // process.roles
  std::string broker_rack;
  std::vector<Listener> listeners;             // all of this node
  std::vector<Listener> advertised_listeners;  // all of this node, with hosts that can be dialled
  std::vector<std::string> controller_listener_names;
  std::string inter_broker_listener_name;  // resolved; of a broker only
  std::string log_dir;                     // the one of log.dirs, or log.dir

  // ---- The metadata quorum
  std::vector<Voter> controller_quorum_voters;  // never empty in a loaded config
  milliseconds controller_quorum_election_timeout_ms{1000};
  milliseconds controller_quorum_fetch_timeout_ms{2000};
  milliseconds controller_quorum_election_backoff_max_ms{1000};
  milliseconds controller_quorum_append_linger_ms{25};
  milliseconds controller_quorum_request_timeout_ms{2000};
  milliseconds controller_quorum_retry_backoff_ms{20};
  std::int64_t metadata_log_max_record_bytes_between_snapshots = 20 * 1024 * 1024;
  milliseconds metadata_log_max_snapshot_interval_ms{3'600'000};
  std::int32_t metadata_log_segment_bytes = 1024 * 1024 * 1024;
  milliseconds metadata_log_segment_ms{604'800'000};
  std::int64_t metadata_max_retention_bytes = 100 * 1024 * 1024;
  milliseconds metadata_max_retention_ms{604'800'000};
  milliseconds metadata_max_idle_interval_ms{500};  // 0: no NoOpRecords

  // ---- Life of a broker
  milliseconds broker_heartbeat_interval_ms{2000};
  milliseconds broker_session_timeout_ms{9000};
  milliseconds initial_broker_registration_timeout_ms{60'000};
  bool controlled_shutdown_enable = true;

  // ---- Topics
  std::int32_t num_partitions = 1;
  std::int32_t default_replication_factor = 1;
  std::int32_t min_insync_replicas = 1;
  bool auto_create_topics_enable = true;
  bool delete_topic_enable = true;
  bool unclean_leader_election_enable = false;
  bool auto_leader_rebalance_enable = true;
  std::int64_t leader_imbalance_check_interval_seconds = 300;
  std::string compression_type = "producer";
  std::int32_t max_request_partition_size_limit = 2000;

  // ---- Replication
  milliseconds replica_lag_time_max_ms{30'000};
  std::int32_t replica_fetch_max_bytes = 1024 * 1024;
  milliseconds replica_fetch_wait_max_ms{500};
  std::int32_t replica_fetch_min_bytes = 1;
  std::int32_t replica_fetch_response_max_bytes = 10 * 1024 * 1024;
  milliseconds replica_fetch_backoff_ms{1000};
  milliseconds replica_socket_timeout_ms{30'000};
  milliseconds replica_high_watermark_checkpoint_interval_ms{5000};

  // ---- Logs
  std::int32_t log_segment_bytes = 1024 * 1024 * 1024;
  milliseconds log_roll_ms{604'800'000};       // log.roll.ms or log.roll.hours
  milliseconds log_retention_ms{604'800'000};  // log.retention.ms, .minutes or .hours; -1: for ever
  std::int64_t log_retention_bytes = -1;       // -1: without limit
  milliseconds log_retention_check_interval_ms{300'000};
  std::string log_cleanup_policy = "delete";
  milliseconds log_segment_delete_delay_ms{60'000};
  std::int32_t log_index_size_max_bytes = 10 * 1024 * 1024;
  std::int32_t log_index_interval_bytes = 4096;
  std::int64_t log_flush_interval_messages = max_long;
  std::optional<milliseconds> log_flush_interval_ms;  // none: log.flush.scheduler.interval.ms
  milliseconds log_flush_offset_checkpoint_interval_ms{60'000};
  milliseconds log_flush_start_offset_checkpoint_interval_ms{60'000};
  std::string log_message_timestamp_type = "CreateTime";  // or "LogAppendTime"
  milliseconds log_message_timestamp_before_max_ms{for_ever};
  milliseconds log_message_timestamp_after_max_ms{3'600'000};
  milliseconds producer_id_expiration_ms{86'400'000};

  // ---- Requests
  std::int32_t message_max_bytes = 1024 * 1024 + 12;
  std::int32_t socket_request_max_bytes = 100 * 1024 * 1024;
  std::int32_t fetch_max_bytes = 55 * 1024 * 1024;
  milliseconds connections_max_idle_ms{600'000};
  std::int32_t max_connections = max_int;
  std::int32_t queued_max_requests = 500;      // in work, of all connections together
  std::int64_t queued_max_request_bytes = -1;  // -1: lab.request.budget.bytes decides
  milliseconds request_timeout_ms{30'000};

  // ---- Groups and offsets
  std::int32_t offsets_topic_num_partitions = 50;
  std::int16_t offsets_topic_replication_factor = 3;
  std::int32_t offsets_topic_segment_bytes = 100 * 1024 * 1024;
  std::int32_t offset_metadata_max_bytes = 4096;
  milliseconds offsets_commit_timeout_ms{5000};
  std::int32_t offsets_retention_minutes = 10'080;
  milliseconds offsets_retention_check_interval_ms{600'000};
  milliseconds group_min_session_timeout_ms{6000};
  milliseconds group_max_session_timeout_ms{1'800'000};
  milliseconds group_initial_rebalance_delay_ms{3000};
  std::int32_t group_max_size = max_int;

  // ---- Brokerlab's own
  std::string lab_socket;     // empty: nothing is traced
  std::string lab_logs_dir;   // empty: the log goes to standard output alone
  bool lab_bind_any = false;  // a listener without a host binds every address
  std::int64_t lab_disk_write_bytes_per_second = 0;  // 0: as fast as the disk is
  // Budgets of the whole broker (DESIGN §1): at one of them its sessions pause reading.
  std::int64_t lab_request_budget_bytes = 64 * 1024 * 1024;    // request bytes in work
  std::int64_t lab_reply_budget_bytes = 64 * 1024 * 1024;      // reply bytes not sent yet
  std::int64_t lab_log_cache_budget_bytes = 64 * 1024 * 1024;  // tails of logs kept in memory

  // ---- Answers that follow from the above
  bool traced() const { return !lab_socket.empty(); }
  std::int64_t request_budget_bytes() const {
    return queued_max_request_bytes > 0 ? queued_max_request_bytes : lab_request_budget_bytes;
  }
  bool is_voter(NodeId id) const;
  // nullptr where it has no such listener. The client listener is the inter-broker one.
  const Listener* listener(std::string_view name) const;
  const Listener* advertised(std::string_view name) const;
  const Listener* client_listener() const;
  const Listener* controller_listener() const;
  std::string roles_text() const;  // as process.roles has it: "broker,controller"
};

struct LoadedConfig {
  Config config;
  std::vector<std::string> notices;         // what a reader may want to know: where it binds
  std::vector<std::string> warnings;        // lines "FILE:LINE: ...", unknown names included
  std::vector<std::string> unknown_names;   // `brokerd --check` makes these errors
  std::vector<std::string> without_effect;  // Kafka's names that are accepted and not obeyed yet
};

// Reads a server.properties. Errors are Kafka's ConfigException texts where Kafka has one, with
// FILE:LINE in front where one line is to blame.
Result<LoadedConfig> load_config(std::string_view text, const std::string& filename);

// Kafka's types, numbered as DescribeConfigs numbers them (ConfigResponse.ConfigType).
enum class ConfigType : std::int8_t {
  unknown = 0,
  boolean = 1,
  string = 2,
  int32 = 3,
  int16 = 4,
  int64 = 5,
  real = 6,
  list = 7,
  class_name = 8,
  password = 9
};
struct ConfigEntry {
  std::string name;  // Kafka's
  ConfigType type = ConfigType::unknown;
  std::string value;          // as Kafka prints it
  std::string default_value;  // the same, of a Config nobody touched
};
// Every property that a broker obeys, in order of name; for DescribeConfigs and the inspector.
std::vector<ConfigEntry> config_entries(const Config& config);

// The known name (obeyed or not, lab's included) that `name` is most likely meant to be: at most
// a third of its letters differ. Empty where none is near.
std::string nearest_property(std::string_view name);

}  // namespace lab::broker
