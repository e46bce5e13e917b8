#include "engine/broker/config_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <type_traits>

namespace lab::broker {
namespace {

using enum ConfigType;
using C = Config;

ConfigRow truth(std::string_view name, bool C::*member) {
  return {name, boolean, member, 0, 1, {}};
}
ConfigRow word(std::string_view name, std::string C::*member, std::string_view one_of = {}) {
  return {name, string, member, 0, 0, one_of};
}
ConfigRow small(std::string_view name, std::int16_t C::*member, std::int64_t at_least) {
  return {name, int16, member, at_least, std::numeric_limits<std::int16_t>::max(), {}};
}
ConfigRow number(std::string_view name, std::int32_t C::*member, std::int64_t at_least,
                 std::int64_t at_most = C::max_int) {
  return {name, int32, member, at_least, at_most, {}};
}
ConfigRow large(std::string_view name, std::int64_t C::*member, std::int64_t at_least) {
  return {name, int64, member, at_least, C::max_long, {}};
}
// Times: of Kafka's type INT, and of its type LONG.
ConfigRow time(std::string_view name, milliseconds C::*member, std::int64_t at_least) {
  return {name, int32, member, at_least, C::max_int, {}};
}
ConfigRow long_time(std::string_view name, milliseconds C::*member, std::int64_t at_least) {
  return {name, int64, member, at_least, C::max_long, {}};
}

// Values are checked as Kafka's, but nothing obeys them.
constexpr std::string_view not_obeyed[] = {
    "compression.type",
    "connections.max.idle.ms",
    "group.initial.rebalance.delay.ms",
    "group.max.session.timeout.ms",
    "group.max.size",
    "group.min.session.timeout.ms",
    "initial.broker.registration.timeout.ms",
    "log.flush.interval.ms",
    "log.flush.offset.checkpoint.interval.ms",
    "log.flush.start.offset.checkpoint.interval.ms",
    "log.segment.delete.delay.ms",
    "metadata.log.max.snapshot.interval.ms",
    "metadata.max.retention.bytes",
    "metadata.max.retention.ms",
    "offset.metadata.max.bytes",
    "offsets.commit.timeout.ms",
    "offsets.retention.check.interval.ms",
    "offsets.retention.minutes",
    "offsets.topic.num.partitions",
    "offsets.topic.replication.factor",
    "offsets.topic.segment.bytes",
    "queued.max.requests",
};

std::vector<ConfigRow> make_rows() {
  std::vector<ConfigRow> rows{
      word("broker.rack", &C::broker_rack),
      time("broker.heartbeat.interval.ms", &C::broker_heartbeat_interval_ms, 1),
      time("broker.session.timeout.ms", &C::broker_session_timeout_ms, 1),
      time("initial.broker.registration.timeout.ms", &C::initial_broker_registration_timeout_ms, 1),
      truth("controlled.shutdown.enable", &C::controlled_shutdown_enable),
      time("controller.quorum.election.timeout.ms", &C::controller_quorum_election_timeout_ms, 1),
      time("controller.quorum.fetch.timeout.ms", &C::controller_quorum_fetch_timeout_ms, 1),
      time("controller.quorum.election.backoff.max.ms",
           &C::controller_quorum_election_backoff_max_ms, 0),
      time("controller.quorum.append.linger.ms", &C::controller_quorum_append_linger_ms, 0),
      time("controller.quorum.request.timeout.ms", &C::controller_quorum_request_timeout_ms, 1),
      time("controller.quorum.retry.backoff.ms", &C::controller_quorum_retry_backoff_ms, 0),
      large("metadata.log.max.record.bytes.between.snapshots",
            &C::metadata_log_max_record_bytes_between_snapshots, 1),
      long_time("metadata.log.max.snapshot.interval.ms", &C::metadata_log_max_snapshot_interval_ms,
                0),
      number("metadata.log.segment.bytes", &C::metadata_log_segment_bytes, 8 * 1024 * 1024),
      long_time("metadata.log.segment.ms", &C::metadata_log_segment_ms, 1),
      large("metadata.max.retention.bytes", &C::metadata_max_retention_bytes, -1),
      long_time("metadata.max.retention.ms", &C::metadata_max_retention_ms, -1),
      time("metadata.max.idle.interval.ms", &C::metadata_max_idle_interval_ms, 0),
      number("num.partitions", &C::num_partitions, 1),
      number("default.replication.factor", &C::default_replication_factor, 1,
             std::numeric_limits<std::int16_t>::max()),
      number("min.insync.replicas", &C::min_insync_replicas, 1),
      truth("auto.create.topics.enable", &C::auto_create_topics_enable),
      truth("delete.topic.enable", &C::delete_topic_enable),
      truth("unclean.leader.election.enable", &C::unclean_leader_election_enable),
      truth("auto.leader.rebalance.enable", &C::auto_leader_rebalance_enable),
      large("leader.imbalance.check.interval.seconds", &C::leader_imbalance_check_interval_seconds,
            1),
      word("compression.type", &C::compression_type,
           "uncompressed, zstd, lz4, snappy, gzip, producer"),
      number("max.request.partition.size.limit", &C::max_request_partition_size_limit, 1),
      long_time("replica.lag.time.max.ms", &C::replica_lag_time_max_ms, 1),
      number("replica.fetch.max.bytes", &C::replica_fetch_max_bytes, 0),
      time("replica.fetch.wait.max.ms", &C::replica_fetch_wait_max_ms, 0),
      number("replica.fetch.min.bytes", &C::replica_fetch_min_bytes, 0),
      number("replica.fetch.response.max.bytes", &C::replica_fetch_response_max_bytes, 0),
      time("replica.fetch.backoff.ms", &C::replica_fetch_backoff_ms, 0),
      time("replica.socket.timeout.ms", &C::replica_socket_timeout_ms, 1),
      long_time("replica.high.watermark.checkpoint.interval.ms",
                &C::replica_high_watermark_checkpoint_interval_ms, 1),
      number("log.segment.bytes", &C::log_segment_bytes, 1024 * 1024),
      long_time("log.roll.ms", &C::log_roll_ms, 1),
      long_time("log.retention.ms", &C::log_retention_ms, -1),
      large("log.retention.bytes", &C::log_retention_bytes, -1),
      long_time("log.retention.check.interval.ms", &C::log_retention_check_interval_ms, 1),
      long_time("log.segment.delete.delay.ms", &C::log_segment_delete_delay_ms, 0),
      number("log.index.size.max.bytes", &C::log_index_size_max_bytes, 4),
      number("log.index.interval.bytes", &C::log_index_interval_bytes, 0),
      large("log.flush.interval.messages", &C::log_flush_interval_messages, 1),
      {"log.flush.interval.ms", int64, &C::log_flush_interval_ms, 0, C::max_long, {}},
      time("log.flush.offset.checkpoint.interval.ms", &C::log_flush_offset_checkpoint_interval_ms,
           0),
      time("log.flush.start.offset.checkpoint.interval.ms",
           &C::log_flush_start_offset_checkpoint_interval_ms, 0),
      word("log.message.timestamp.type", &C::log_message_timestamp_type,
           "CreateTime, LogAppendTime"),
      long_time("log.message.timestamp.before.max.ms", &C::log_message_timestamp_before_max_ms, 0),
      long_time("log.message.timestamp.after.max.ms", &C::log_message_timestamp_after_max_ms, 0),
      time("producer.id.expiration.ms", &C::producer_id_expiration_ms, 1),
      number("message.max.bytes", &C::message_max_bytes, 0),
      number("socket.request.max.bytes", &C::socket_request_max_bytes, 1),
      number("fetch.max.bytes", &C::fetch_max_bytes, 1024),
      long_time("connections.max.idle.ms", &C::connections_max_idle_ms, -1),
      number("max.connections", &C::max_connections, 0),
      number("queued.max.requests", &C::queued_max_requests, 1),
      large("queued.max.request.bytes", &C::queued_max_request_bytes, -1),
      time("request.timeout.ms", &C::request_timeout_ms, 1),
      number("offsets.topic.num.partitions", &C::offsets_topic_num_partitions, 1),
      small("offsets.topic.replication.factor", &C::offsets_topic_replication_factor, 1),
      number("offsets.topic.segment.bytes", &C::offsets_topic_segment_bytes, 1),
      number("offset.metadata.max.bytes", &C::offset_metadata_max_bytes, 0),
      time("offsets.commit.timeout.ms", &C::offsets_commit_timeout_ms, 1),
      number("offsets.retention.minutes", &C::offsets_retention_minutes, 1),
      long_time("offsets.retention.check.interval.ms", &C::offsets_retention_check_interval_ms, 1),
      time("group.min.session.timeout.ms", &C::group_min_session_timeout_ms, 0),
      time("group.max.session.timeout.ms", &C::group_max_session_timeout_ms, 0),
      time("group.initial.rebalance.delay.ms", &C::group_initial_rebalance_delay_ms, 0),
      number("group.max.size", &C::group_max_size, 1),
      word("lab.socket", &C::lab_socket),
      word("lab.logs.dir", &C::lab_logs_dir),
      truth("lab.bind.any", &C::lab_bind_any),
      large("lab.disk.write.bytes.per.second", &C::lab_disk_write_bytes_per_second, 0),
      large("lab.request.budget.bytes", &C::lab_request_budget_bytes, 1024 * 1024),
      large("lab.reply.budget.bytes", &C::lab_reply_budget_bytes, 1024 * 1024),
      large("lab.log.cache.budget.bytes", &C::lab_log_cache_budget_bytes, 0),
  };
  for (ConfigRow& row : rows) {
    row.obeyed =
        std::find(std::begin(not_obeyed), std::end(not_obeyed), row.name) == std::end(not_obeyed);
  }
  std::sort(rows.begin(), rows.end(),
            [](const ConfigRow& a, const ConfigRow& b) { return a.name < b.name; });
  return rows;
}

std::string_view type_name(ConfigType type) {
  return type == int16 ? "SHORT" : type == int32 ? "INT" : "LONG";
}

Error invalid(std::string_view name, std::string_view value, const std::string& why) {
  return Error{fmt::format("Invalid value {} for configuration {}: {}", value, name, why)};
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n\f");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n\f") - from + 1);
}

bool listed(std::string_view word, std::string_view list) {
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(", ", at), list.size());
    if (list.substr(at, end - at) == word) return true;
    at = end + 2;
  }
  return false;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

}  // namespace

const std::vector<ConfigRow>& config_rows() {
  static const std::vector<ConfigRow> rows = make_rows();
  return rows;
}

const ConfigRow* find_config_row(std::string_view name) {
  const auto& rows = config_rows();
  const auto it = std::lower_bound(
      rows.begin(), rows.end(), name,
      [](const ConfigRow& row, std::string_view wanted) { return row.name < wanted; });
  return it != rows.end() && it->name == name ? &*it : nullptr;
}

Result<std::int64_t> parse_number(std::string_view name, std::string_view value,
                                  std::string_view type, std::int64_t at_least,
                                  std::int64_t at_most) {
  auto text = trimmed(value);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t parsed = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  const std::int64_t limit = type == "LONG"    ? Config::max_long
                             : type == "SHORT" ? std::numeric_limits<std::int16_t>::max()
                                               : Config::max_int;
  if (text.empty() || status != std::errc{} || end != text.data() + text.size() || parsed > limit ||
      parsed < -limit - 1) {
    return invalid(name, trimmed(value), fmt::format("Not a number of type {}", type));
  }
  if (parsed < at_least) {
    return invalid(name, trimmed(value), fmt::format("Value must be at least {}", at_least));
  }
  if (parsed > at_most) {
    return invalid(name, trimmed(value), fmt::format("Value must be no more than {}", at_most));
  }
  return parsed;
}

Result<> assign(Config& config, const ConfigRow& row, std::string_view value) {
  if (const auto* member = std::get_if<std::string C::*>(&row.member)) {
    const auto text = trimmed(value);
    if (!row.one_of.empty() && !listed(text, row.one_of)) {
      return invalid(row.name, text, fmt::format("String must be one of: {}", row.one_of));
    }
    config.*(*member) = std::string(text);
    return {};
  }
  if (const auto* member = std::get_if<bool C::*>(&row.member)) {
    const auto text = trimmed(value);
    const bool yes = equal_ignoring_case(text, "true");
    if (!yes && !equal_ignoring_case(text, "false")) {
      return invalid(row.name, text, "Expected value to be either true or false");
    }
    config.*(*member) = yes;
    return {};
  }
  const auto parsed = parse_number(row.name, value, type_name(row.type), row.at_least, row.at_most);
  if (!parsed) return parsed.error();
  std::visit(
      [&](auto member) {
        using T = std::remove_cvref_t<decltype(config.*member)>;
        if constexpr (std::is_same_v<T, milliseconds> ||
                      std::is_same_v<T, std::optional<milliseconds>>) {
          config.*member = std::min(milliseconds(*parsed), C::for_ever);
        } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
          config.*member = static_cast<T>(*parsed);
        }
      },
      row.member);
  return {};
}

std::string print(const Config& config, const ConfigRow& row) {
  return std::visit(
      [&](auto member) -> std::string {
        const auto& value = config.*member;
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>) {
          return value;
        } else if constexpr (std::is_same_v<T, bool>) {
          return value ? "true" : "false";
        } else if constexpr (std::is_same_v<T, milliseconds>) {
          return std::to_string(value == C::for_ever ? C::max_long : value.count());
        } else if constexpr (std::is_same_v<T, std::optional<milliseconds>>) {
          return value ? std::to_string(value->count()) : "null";
        } else {
          return std::to_string(value);
        }
      },
      row.member);
}

}  // namespace lab::broker
