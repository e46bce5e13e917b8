// kafka-dump-log: the files of a log as text. It reads files only, a piece in each input of the
// machine, and asks no broker.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/commands/kafka/options.h"
#include "app/commands/kafka/session.h"

namespace lab::commands::kafka {

struct DumpLogCommand {
  std::vector<std::string> files;
  bool print_data = false, deep = false, metadata = false, skip_record_metadata = false;
  bool verify_index_only = false, index_sanity_check = false;
  std::uint64_t max_bytes = INT32_MAX;  // of each log; INT32_MAX: all of it
  bool operator==(const DumpLogCommand&) const = default;
};

const OptionTable& dump_log_options();
Result<DumpLogCommand> parse_dump_log(const Options& options);
std::unique_ptr<Session> run_dump_log(const DumpLogCommand& command, client::ClientMachine& machine,
                                      Sink sink);

// ---- The parts of it: one file under way.
class FileDump {
 public:
  struct Output {
    std::function<void(std::string_view)> out, err;
  };
  virtual ~FileDump() = default;
  // Some more of it; false at its end. An error ends the command.
  virtual Result<bool> step() = 0;
  // What was found, told when all files have been dumped.
  virtual std::string findings() const { return {}; }
};
// Both fail where the file (for an index, also its log) cannot be read.
Result<std::unique_ptr<FileDump>> dump_batches(const DumpLogCommand& command,
                                               const std::string& file, FileDump::Output output);
Result<std::unique_ptr<FileDump>> dump_offset_index(const DumpLogCommand& command,
                                                    const std::string& file,
                                                    FileDump::Output output);
Result<std::unique_ptr<FileDump>> dump_time_index(const DumpLogCommand& command,
                                                  const std::string& file, FileDump::Output output);
// All of it at once: they are small.
Result<std::string> dump_producer_snapshot(const std::string& file);
Result<std::string> dump_transaction_index(const std::string& file);

}  // namespace lab::commands::kafka
