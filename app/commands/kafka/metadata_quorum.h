// kafka-metadata-quorum describe --status | --replication: the KRaft quorum as its leader sees it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/commands/kafka/client_settings.h"
#include "app/commands/kafka/session.h"
#include "engine/protocol/messages/describe_quorum.h"

namespace lab::commands::kafka {

struct QuorumCommand {
  ClientSettings client;
  bool replication = false;  // else the status
  bool human_readable = false;
  bool operator==(const QuorumCommand&) const = default;
};

// Its arguments, before anything is looked up. `config` and `bootstrap` are of the options that
// stand before "describe".
struct QuorumArguments {
  QuorumCommand command;
  std::string bootstrap, config;
  bool help = false;
};
Result<QuorumArguments> parse_quorum(const std::vector<std::string>& arguments);
std::string quorum_usage();

std::unique_ptr<Session> run_quorum(const QuorumCommand& command, client::ClientMachine& machine,
                                    Sink sink);

// ---- What it prints.
std::string quorum_status(const std::string& cluster_id,
                          const protocol::DescribeQuorumResponse& answer);
// `now_ms`: wall time, for "12 ms ago".
std::string quorum_replication(const protocol::DescribeQuorumResponse& answer, bool human_readable,
                               std::int64_t now_ms);

}  // namespace lab::commands::kafka
