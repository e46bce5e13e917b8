#include "app/commands/kafka/metadata_quorum.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "engine/base/nearest.h"
#include "engine/protocol/error_codes.h"

namespace lab::commands::kafka {
namespace {

using Answer = protocol::DescribeQuorumResponse;
using Replica = Answer::ReplicaState;

constexpr std::string_view short_usage =
    "usage: kafka-metadata-quorum [-h] [--command-config COMMAND_CONFIG]\n"
    "                             --bootstrap-server BOOTSTRAP_SERVER\n"
    "                             describe (--status | --replication [--human-readable])\n";

Error wrong_usage(const std::string& why) {
  return Error{fmt::format("{}kafka-metadata-quorum: error: {}", short_usage, why)};
}

Error unrecognized(const std::string& word) {
  const std::vector<std::string> known{"--status", "--replication", "--human-readable",
                                       "--bootstrap-server", "--command-config"};
  const std::string near = nearest(word, known, word.size() / 2 + 1);
  return wrong_usage(fmt::format("unrecognized arguments: '{}'{}", word.substr(0, 60),
                                 near.empty() ? "" : fmt::format(" (did you mean {}?)", near)));
}

// The partition's part of an answer; an error that the leader told. LAB_CHECK on nothing: answers
// come from strangers.
const Answer::PartitionData* partition_of(const Answer& answer) {
  if (answer.topics.empty() || answer.topics.front().partitions.empty()) return nullptr;
  return &answer.topics.front().partitions.front();
}

const Replica* leader_of(const Answer::PartitionData& quorum) {
  for (const auto& voter : quorum.current_voters) {
    if (voter.replica_id == quorum.leader_id) return &voter;
  }
  return nullptr;
}

std::string members(const Answer& answer, const std::vector<Replica>& replicas) {
  std::vector<std::string> texts;
  for (const auto& replica : replicas) {
    std::string text = fmt::format("{{\"id\": {}", replica.replica_id);
    if (!replica.replica_directory_id.is_zero()) {
      text += fmt::format(", \"directoryId\": \"{}\"", replica.replica_directory_id);
    }
    std::vector<std::string> endpoints;
    for (const auto& node : answer.nodes) {
      if (node.node_id != replica.replica_id) continue;
      for (const auto& listener : node.listeners) {
        const bool v6 = listener.host.find(':') != std::string::npos;
        endpoints.push_back(fmt::format("\"{}://{}{}{}:{}\"", listener.name, v6 ? "[" : "",
                                        listener.host, v6 ? "]" : "", listener.port));
      }
    }
    if (!endpoints.empty())
      text += fmt::format(", \"endpoints\": [{}]", fmt::join(endpoints, ", "));
    texts.push_back(text + "}");
  }
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

using Row = std::array<std::string, 7>;

// As Kafka's tools print tables: each column as wide as its widest cell, a tab after each.
std::string table(const std::vector<Row>& rows) {
  std::array<std::size_t, 7> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += fmt::format("{:<{}}\t", row[i], widths[i]);
    }
    text += '\n';
  }
  return text;
}

class QuorumSession final : public Session {
 public:
  QuorumSession(const QuorumCommand& command, client::ClientMachine& clients, Sink sink)
      : Session(clients, std::move(sink)),
        command_(command),
        admin_(clients.add_admin(new_client(command.client.client_id("kafka-metadata-quorum")),
                                 admin_options(command.client))) {}

  ~QuorumSession() override { close(); }

  void start() override {
    watch_contact(admin_.metadata(), [this](const std::string& why) { fail(why); });
    if (command_.replication) return describe();
    // Only for the cluster's id.
    admin_.describe_topics(std::vector<std::string>{},
                           [this](Result<protocol::MetadataResponse> answer) {
                             if (!answer) return fail(answer.error().message);
                             cluster_id_ = answer->cluster_id.value_or("null");
                             describe();
                           });
  }

 private:
  void fail(const std::string& why) {
    err(why + "\n");
    finish(failed);
  }

  void describe() {
    admin_.describe_quorum([this](const Result<Answer>& answer) {
      if (!answer) return fail(answer.error().message);
      const auto* quorum = partition_of(*answer);
      const std::int16_t code =
          answer->error_code != 0 || quorum == nullptr ? answer->error_code : quorum->error_code;
      if (code != 0) return fail(std::string(protocol::name(protocol::error_code(code))));
      if (quorum == nullptr || leader_of(*quorum) == nullptr) {
        return fail("the answer names no leader of the quorum");
      }
      const auto now = context().now().wall.time_since_epoch().count();
      out(command_.replication ? quorum_replication(*answer, command_.human_readable, now)
                               : quorum_status(cluster_id_, *answer));
      finish(0);
    });
  }

  QuorumCommand command_;
  client::Admin& admin_;
  std::string cluster_id_;
};

}  // namespace

Result<QuorumArguments> parse_quorum(const std::vector<std::string>& arguments) {
  QuorumArguments result;
  bool describing = false, status = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
    const std::string name = word.substr(0, equals);
    const bool server = name == "--bootstrap-server";
    if (word == "-h" || word == "--help") {
      result.help = true;
      return result;
    }
    if (!describing && (server || name == "--command-config")) {
      if (equals == std::string::npos && i + 1 == arguments.size()) {
        return wrong_usage(fmt::format("argument {}: expected one argument", name));
      }
      (server ? result.bootstrap : result.config) =
          equals == std::string::npos ? arguments[++i] : word.substr(equals + 1);
    } else if (name == "--bootstrap-controller") {
      return wrong_usage(
          "--bootstrap-controller: Brokerlab's tools ask brokers only; say "
          "--bootstrap-server");
    } else if (!describing && (word == "add-controller" || word == "remove-controller")) {
      return wrong_usage(word + ": Brokerlab has no dynamic quorum (KIP-853)");
    } else if (!describing && word == "describe") {
      describing = true;
    } else if (describing && word == "--status") {
      status = true;
    } else if (describing && word == "--replication") {
      result.command.replication = true;
    } else if (describing && word == "--human-readable") {
      result.command.human_readable = true;
    } else if (describing && (server || name == "--command-config")) {
      return wrong_usage(
          fmt::format("unrecognized arguments: '{0}' ({0} stands before describe)", name));
    } else {
      return unrecognized(word);
    }
  }
  if (!describing) return wrong_usage("too few arguments");
  if (status && result.command.replication) {
    return Error{
        "Only one of --status or --replication should be specified with describe sub-command"};
  }
  if (!status && !result.command.replication) {
    return Error{"One of --status or --replication must be specified with describe sub-command"};
  }
  if (status && result.command.human_readable) {
    return Error{"The option --human-readable is only supported along with --replication"};
  }
  return result;
}

std::string quorum_usage() {
  return std::string(short_usage) +
         "\n"
         "The KRaft quorum as its leader sees it.\n"
         "\n"
         "  --bootstrap-server HOST:PORT,...  the brokers to ask first\n"
         "  --command-config FILE             a properties file for the client\n"
         "  describe --status                 leader, epoch, high watermark, lag, voters, "
         "observers\n"
         "  describe --replication            how far each voter and observer is\n"
         "           --human-readable         times as \"12 ms ago\"\n";
}

std::string quorum_status(const std::string& cluster_id, const Answer& answer) {
  const auto& quorum = *partition_of(answer);
  const Replica* leader = leader_of(quorum);
  const Replica* last = &*std::min_element(
      quorum.current_voters.begin(), quorum.current_voters.end(),
      [](const Replica& a, const Replica& b) { return a.log_end_offset < b.log_end_offset; });
  std::int64_t lag_ms = -1;
  if (last == leader) {
    lag_ms = 0;
  } else if (leader->last_caught_up_timestamp >= 0 && last->last_caught_up_timestamp >= 0) {
    lag_ms = leader->last_caught_up_timestamp - last->last_caught_up_timestamp;
  }
  return fmt::format(
      "ClusterId:              {}\n"
      "LeaderId:               {}\n"
      "LeaderEpoch:            {}\n"
      "HighWatermark:          {}\n"
      "MaxFollowerLag:         {}\n"
      "MaxFollowerLagTimeMs:   {}\n"
      "CurrentVoters:          {}\n"
      "CurrentObservers:       {}\n",
      cluster_id, quorum.leader_id, quorum.leader_epoch, quorum.high_watermark,
      leader->log_end_offset - last->log_end_offset, lag_ms, members(answer, quorum.current_voters),
      members(answer, quorum.observers));
}

std::string quorum_replication(const Answer& answer, bool human_readable, std::int64_t now_ms) {
  const auto& quorum = *partition_of(answer);
  const Replica* leader = leader_of(quorum);
  const auto time = [&](std::int64_t at) {
    if (at < 0) return std::string("-1");
    return human_readable ? fmt::format("{} ms ago", std::max<std::int64_t>(now_ms - at, 0))
                          : std::to_string(at);
  };
  std::vector<Row> rows{{"NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp",
                         "LastCaughtUpTimestamp", "Status"}};
  const auto add = [&](const Replica& replica, const char* status) {
    rows.push_back({std::to_string(replica.replica_id), replica.replica_directory_id.text(),
                    std::to_string(replica.log_end_offset),
                    std::to_string(leader->log_end_offset - replica.log_end_offset),
                    time(replica.last_fetch_timestamp), time(replica.last_caught_up_timestamp),
                    status});
  };
  add(*leader, "Leader");
  for (const auto& voter : quorum.current_voters) {
    if (&voter != leader) add(voter, "Follower");
  }
  for (const auto& observer : quorum.observers) add(observer, "Observer");
  return table(rows);
}

std::unique_ptr<Session> run_quorum(const QuorumCommand& command, client::ClientMachine& machine,
                                    Sink sink) {
  return std::make_unique<QuorumSession>(command, machine, std::move(sink));
}

}  // namespace lab::commands::kafka
