// kafka-storage: random-uuid, format and info, with Kafka's flags, texts and exit codes; and what
// brokerd checks of a formatted log directory before it starts. Called by `brokerlab
// kafka-storage`, by the lab when it makes a cluster's directory, and by brokerd. It blocks.
#pragma once

#include <string>
#include <vector>

#include "engine/broker/config.h"
#include "engine/storage/disk.h"
#include "engine/storage/meta_properties.h"

namespace lab::host {

struct CommandResult {
  int exit_code = 0;
  std::string out, err;  // with their newlines
};

// `arguments` without the program's name: {"format", "-t", "...", "-c", "server.properties"}.
CommandResult kafka_storage(const std::vector<std::string>& arguments);

// Writes meta.properties as a control file. `disk` need not exist yet.
Result<> write_meta_properties(storage::Disk& disk, const storage::MetaProperties& meta);
// An error where there is none or it is broken.
Result<storage::MetaProperties> read_meta_properties(storage::Disk& disk);
// Checks meta.properties of config.log_dir against the configuration and fills in
// config.cluster_id and config.directory_id. The error is Kafka's, with the command that mends it;
// `filename` is the properties file's name for that command.
Result<> adopt_meta_properties(storage::Disk& disk, const std::string& filename,
                               broker::Config& config);

}  // namespace lab::host
